"""The steps as a picture shows them."""

from __future__ import annotations

from mlops_ext_dvc.contracts.picture import steps
from mlops_ext_dvc.files.plan import Plan, Step


def step(name: str, deps: tuple[str, ...], outs: tuple[str, ...]) -> Step:
    return Step(
        name=name,
        folder="/p",
        commands=("true",),
        frozen=False,
        deps=deps,
        outs=outs,
        metrics=(),
        cached=outs,
    )


def test_who_follows_whom_by_file_by_folder_and_by_what_is_in_a_folder() -> None:
    planned = Plan(
        (
            step("get", (), ("data",)),
            step("clean", ("data/raw.csv",), ("clean/a.csv",)),
            step("train", ("clean", "params.yaml"), ("model",)),
            step("other", ("database",), ("else",)),
        )
    )
    found = steps(planned, {"clean"})
    assert [(one.name, one.how, one.after) for one in found] == [
        ("get", "unchanged", ()),
        ("clean", "changed", ("get",)),
        ("train", "unchanged", ("clean",)),
        ("other", "unchanged", ()),
    ]
