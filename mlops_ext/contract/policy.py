"""Which hook is asked of whom, and what an error there means."""

from __future__ import annotations

from dataclasses import dataclass

ALL = "all"
ROLE = "role"
KIND = "kind"
OWNER = "owner"


@dataclass(frozen=True)
class Policy:
    """`asked` is all, role (one plugin has it), kind (who declares the target's), or owner.

    An owner is the one plugin whose answer is not None; two such answers are a settings error.
    `gate` says that an error closes the gate; where it is False an error is only shown.
    """

    asked: str
    role: str = ""
    gate: bool = True


POLICIES = {
    "mlops_check_setup": Policy(ALL),
    "mlops_find_records": Policy(ROLE, "store"),
    "mlops_save_record": Policy(ROLE, "store"),
    "mlops_notify": Policy(ALL, gate=False),
    "mlops_resolve_data": Policy(OWNER),
    "mlops_fetch_data": Policy(OWNER),
    "mlops_open_table": Policy(ROLE, "engine"),
    "mlops_open_tracker": Policy(ROLE, "tracking"),
    "mlops_run_pipeline": Policy(ROLE, "orchestrator"),
    "mlops_describe_revision": Policy(ROLE, "versioning"),
    "mlops_package_pipeline": Policy(ROLE, "versioning"),
    "mlops_validate_data": Policy(ALL),
    "mlops_draft_suite": Policy(OWNER),
    "mlops_validate_pipeline": Policy(ALL),
    "mlops_check_target": Policy(ALL),
    "mlops_deploy": Policy(KIND),
    "mlops_observe": Policy(KIND),
    "mlops_serve": Policy(KIND),
    "mlops_find_model": Policy(ROLE, "registry"),
    "mlops_register_model": Policy(ROLE, "registry"),
    "mlops_promote_model": Policy(ROLE, "registry"),
    "mlops_evaluate_model": Policy(ALL),
    "mlops_find_triggers": Policy(ALL),
    "mlops_compare_data": Policy(ALL),
}
