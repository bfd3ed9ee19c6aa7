"""A pipeline: where it is run from, what each of its steps did, and the package of its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from mlops_ext.contract.checks import Check
from mlops_ext.contract.comparison import Curve
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.refs import Metric, Ref, Setting


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a pipeline is run from: the workspace, or what is deployed on a target.

    `kind` is workspace or deployment; `path` is the folder of the tree; for a deployment `target` is
    its name, `package` the package's digest, and `python` the interpreter of its environment.
    `newest` are the tables to copy into the run before it starts. `id` names the execution: the same id
    after a kill goes on in the same run folder. `sample_rows` above 0 asks for a sample run.
    """

    kind: str
    path: str
    id: str = ""
    target: str = ""
    package: str = ""
    python: str = ""
    newest: tuple[DataRef, ...] = ()
    sample_rows: int = 0


class StepPlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step as it would be run: `commands` for a shell, in `folder`. All paths are absolute."""

    name: str
    folder: str
    commands: tuple[str, ...]
    deps: tuple[str, ...] = ()
    outs: tuple[str, ...] = ()


class StepRun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one step of the pipeline did.

    `how` is ran, unchanged, run-cache (restored from an earlier run), not-reached or failed.
    `environment` is the digest of the environment it ran in, or would now; `run` the tracked run of this
    step; `made_by` the tracked run that made the outputs of a step that did not run; `scripts` are the files
    that its commands name, and `why` is what the orchestrator says of a failure that no exit code tells;
    `after` are the steps whose outputs it takes.
    """

    name: str
    how: str
    exit_code: int | None = None
    started: str = ""
    seconds: float = 0.0
    deps: tuple[Ref, ...] = ()
    outs: tuple[Ref, ...] = ()
    params: tuple[Setting, ...] = ()
    environment: str = ""
    run: str = ""
    made_by: str = ""
    scripts: tuple[str, ...] = ()
    why: str = ""
    after: tuple[str, ...] = ()


class ModelFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A model that a run left: the name in the settings, an absolute path, and the digest of its bytes.

    `logged` is the URI where the team's own script logged it already: it is not logged twice.
    """

    name: str
    path: str
    digest: str
    logged: str = ""


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One execution of a pipeline. `status` is finished, failed or killed; `log` is the file of its output.

    `path` is the folder it ran in; `base_metrics` are those of the base revision where there are any;
    `notes` are what people must read beside the results; `environments` hold the versions by name of
    each environment that a step names by its digest; `checks` are what a sample run found of its steps:
    whether they ran, and whether what they left is what the next one was built on.
    """

    id: str
    name: str
    status: str
    source: Source
    revision: str = ""
    path: str = ""
    params: tuple[Setting, ...] = ()
    steps: tuple[StepRun, ...] = ()
    metrics: tuple[Metric, ...] = ()
    base_metrics: tuple[Metric, ...] = ()
    models: tuple[ModelFile, ...] = ()
    data: tuple[DataRef, ...] = ()
    environment: str = ""
    uri: str = ""
    log: str = ""
    started: str = ""
    ended: str = ""
    notes: tuple[str, ...] = ()
    environments: Mapping[str, Mapping[str, str]] = {}
    checks: tuple[Check, ...] = ()


class Maker(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The tracked run that made some outputs, the digest of its environment, and what was installed there."""

    run: str
    environment: str = ""
    packages: Mapping[str, str] = {}


class RunPlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is about to run: handed to the tracker, so that each step has a run before it starts.

    `steps` may be empty while the pipeline is still being read: then a step's run is made when its
    variables are asked for, and nothing is written before that.
    """

    name: str
    source: Source
    revision: str
    steps: tuple[str, ...]
    params: tuple[Setting, ...] = ()
    causes: tuple[str, ...] = ()


class Tracker(Protocol):
    """Follows one execution in the team's tracking store. What it raises closes no step."""

    @property
    def run_id(self) -> str:
        """The parent run."""
        ...

    def variables(self, step: str) -> Mapping[str, str]:
        """Environment variables for the step's command, so that runs it starts become its children."""
        ...

    def maker(self, outs: tuple[Ref, ...], environment: str) -> Maker | None:
        """The newest run that made exactly these outputs; None when the store never saw one.

        What was installed there is read only where its environment is not this one.
        """
        ...

    def finish(self, run: Run) -> Run:
        """Write steps, hashes and metrics, close all runs; the run comes back with ids and `made_by`."""
        ...


class Package(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="package"):
    """The tracked tree at one revision with the lock of each environment, as one tar file.

    `digest` is the sha256 of the uncompressed tar: the same revision gives the same bytes anywhere.
    `environment` is the sha256 of the lock it carries; `python` the version it asks for, like 3.11.
    """

    name: str
    revision: str
    digest: str
    path: str
    size: int
    environment: str = ""
    python: str = ""

    def ref(self) -> Ref:
        """The pointer that a record keeps."""
        return Ref(kind="package", name=self.name, digest=self.digest, uri=self.path)


class Revision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a revision says of itself, without running anything.

    `name` is as it was asked for, `commit` its full hash (empty: the workspace). `data` are the tables of
    the settings with the digests that they have there, an empty one where nobody noted it; `curves` are
    the plots that the pipeline declares. What could not be read is said in `notes`.
    """

    name: str
    commit: str = ""
    params: tuple[Setting, ...] = ()
    metrics: tuple[Metric, ...] = ()
    data: tuple[DataRef, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()
