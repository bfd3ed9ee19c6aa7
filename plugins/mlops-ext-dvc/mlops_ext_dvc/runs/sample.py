"""The whole pipeline on a few rows, in a throw-away clone with a cache of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from mlops_ext import durable, process
from mlops_ext.contract.checks import Check
from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Run, Source, StepRun
from mlops_ext.contract.refs import Metric
from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext_dvc.contracts import judge, picture, verdicts, writes
from mlops_ext_dvc.data import tables
from mlops_ext_dvc.files import cache, commits, faults, plan
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.runs import runfolder, workspace
from mlops_ext_dvc.samples import clone, untouched, watch
from mlops_ext_dvc.samples.scratch import environ, scratch
from mlops_ext_dvc.samples.shorten import Short
from mlops_ext_dvc.samples.sources import Sources
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.steps import collect, environment, finish, metrics, reproduce, shell
from mlops_ext_dvc.steps.job import Job, NoTracker, new_id, now

WORDS = ("repro", "--force", "--no-commit", "--no-run-cache")
CONFIGURATION = "[core]\n    analytics = false\n[cache]\n    dir = {cache}\n"


@dataclass(frozen=True)
class Origin:
    """Where a sample is taken from: `top` is copied, the DVC project is `root`, our `project` below it.

    The copy, its cache and its store lie in `scratch`; the journal and the log in `folder`, which stays.
    """

    top: Path
    root: Path
    project: Path
    scratch: Path
    folder: Path
    revision: str

    @property
    def tree(self) -> Path:
        """The copy of `top`."""
        return self.scratch / "tree"

    @property
    def copied(self) -> Path:
        """The DVC project in the copy."""
        return self.tree / self.root.relative_to(self.top)


def run(context: Context, source: Source) -> Run:
    """A failing step is a failed run; nothing of the team's workspace, cache or stores is touched."""
    id_ = source.id or new_id()
    origin = _deployed(source, id_) if source.kind == "deployment" else _here(context, source, id_)
    watched = origin.top if source.kind == "workspace" else None
    with _copy(context, source, origin) as (planned, short):
        job = _job(context, source, origin, planned, id_)
        before, begun = untouched.marks(watched), writes.begin(job.root)
        done = _reproduced(job)
        changed = untouched.changed(before, untouched.marks(watched))
        opened = watch.seen(origin.scratch / "watch")
        watch.require_none(opened, cache.find_root(context.root), _data(context, job))
        checks = (
            verdicts.shortened(short),
            *verdicts.steps(job, done.steps),
            *_contracts(origin, job, done, begun),
            *verdicts.stores(opened),
            *verdicts.workspace(job, opened, changed),
        )
    # The copy is gone, and with it the files that the run made.
    return replace(done, path=str(origin.project), checks=checks)


def _reproduced(job: Job) -> Run:
    if not job.plan.steps:
        return job.run("finished")
    # Named one by one: with all pipelines DVC wants the data of all pointers, also where no step reads it.
    outcome = reproduce.reproduce(job, (*WORDS, *job.plan.names))
    ran = collect.steps(job, Tracked(Files(job.root)), outcome, environment.Environments())
    if outcome.code != 0 and not any(step.how == collect.FAILED for step in ran):
        raise faults.of_run(outcome.code, outcome.output)
    status = "failed" if outcome.code else "finished"
    return replace(job.run(status), steps=_in_order(job.plan, ran), metrics=_metrics(job))


def _in_order(planned: plan.Plan, ran: tuple[StepRun, ...]) -> tuple[StepRun, ...]:
    after = {step.name: step.after for step in picture.steps(planned, ())}
    return tuple(replace(step, after=after.get(step.name, ())) for step in ran)


def _metrics(job: Job) -> tuple[Metric, ...]:
    try:
        return metrics.read(job.plan.metric_files, finish.read_below(job.root))
    except MlopsExtError:
        return ()  # the check of that file says why


def _contracts(origin: Origin, job: Job, done: Run, begun: int) -> tuple[Check, ...]:
    bench = judge.Bench(
        context=job.context,
        root=origin.root,
        tree=job.root,
        project=job.project,
        plan=job.plan,
        tracked=Tracked(Files(job.root)),
        last=Tracked(Files(origin.root)),
        steps=done.steps,
        events=shell.read_journal(job.folder),
        begun=begun,
    )
    return judge.checks(bench)


def _job(context: Context, source: Source, origin: Origin, planned: plan.Plan, id_: str) -> Job:
    store = f"sqlite:///{origin.scratch / 'mlflow.db'}"
    python = source.python or context.python
    env = clone.without_git(process.project_environment(Path(python)))
    env |= {"DVC_SITE_CACHE_DIR": str(origin.scratch / "site")}
    root = origin.top if source.kind == "workspace" else cache.find_root(context.root)
    variables = {
        "MLOPS_SAMPLE": "1",
        "MLFLOW_TRACKING_URI": store,
        "MLFLOW_REGISTRY_URI": store,
        **dict.fromkeys(("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID"), ""),
        **watch.variables(origin.scratch / "watch", root, env),
    }
    return Job(
        id=id_,
        context=context,
        source=source,
        root=origin.copied,
        project=origin.copied / origin.project.relative_to(origin.root),
        folder=origin.folder,
        plan=planned,
        before=Tracked(Files(origin.copied)).stages,
        tracker=NoTracker(variables),
        env=env,
        revision=origin.revision,
        started=now(),
    )


def _data(context: Context, job: Job) -> set[str]:
    root = cache.find_root(context.root)
    named = {tables.relative(context.root / table.path, root) for table in context.settings.data.values()}
    return named | set(Tracked(Files(job.root)).outs)


def _here(context: Context, source: Source, id_: str) -> Origin:
    project = Path(source.path) if source.path else context.root
    root = cache.find_root(project)
    folder = workspace.run_folder(context, id_)
    top = clone.top_of(root) or root
    return Origin(top, root, project, context.state / "samples" / folder.name, folder, commits.commit(root))


def _deployed(source: Source, id_: str) -> Origin:
    release, project = runfolder.release_of(Path(source.path))
    folder = runfolder.folder_of(release, id_)
    folder.mkdir(parents=True, exist_ok=True)
    tree = release / "pipeline"
    return Origin(tree, tree, tree / project, folder / "sample", folder, runfolder.revision_of(release))


@contextmanager
def _copy(context: Context, source: Source, origin: Origin) -> Iterator[tuple[plan.Plan, dict[str, Short]]]:
    runs_in = origin.copied.relative_to(origin.scratch).as_posix()
    with ExitStack() as stack:
        place = stack.enter_context(scratch(origin.scratch, runs_in))
        stack.enter_context(environ("DVC_SITE_CACHE_DIR", str(place / "site")))
        if source.kind == "deployment":
            durable.step("write", runfolder.copy_tree, origin.root.parent, origin.tree)
        elif clone.top_of(origin.root):
            clone.clone(origin.top, origin.tree)
        else:
            clone.copy_plain(origin.root, origin.tree)
        yield _filled(context, source, origin)


def _filled(context: Context, source: Source, origin: Origin) -> tuple[plan.Plan, dict[str, Short]]:
    # While the copy still has the cache of its origin, the bytes of pointers can be found by it.
    local = origin.copied / ".dvc" / "config.local"
    if source.kind == "workspace":
        durable.write_text(local, CONFIGURATION.format(cache=cache.cache_folder(origin.root)))
    planned = plan.load(origin.copied, context.own("dvc", DvcSettings).targets)
    _require_inside(planned)
    tracked = Tracked(Files(origin.copied))
    short = Sources(context, source, origin.root, origin.project, planned, tracked).put(origin.copied)
    text = runfolder.CONFIGURATION if source.kind == "deployment" else CONFIGURATION
    durable.write_text(local, text.format(cache=origin.scratch / "cache"))
    return planned, short


def _require_inside(planned: plan.Plan) -> None:
    found = [(step.name, path) for step in planned.steps for path in step.elsewhere if not step.frozen]
    if found:
        stage, path = found[0]
        raise CouldNotTellError(
            f"stage {stage} writes {path}, which lies outside of the project: a sample would replace it",
            where=f"stage {stage}",
            hint="let it write into the project, or set `integrate.sample = false`",
        )
