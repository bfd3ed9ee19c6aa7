"""A plugin that holds every role over one folder, `BENCH`: the host's stages are real, the tools are not.

In the stage that `MOOD_IN` names it says no, or raises, as `MOOD` says. Written out as a distribution.
"""

import hashlib
import os
import time
from pathlib import Path

import msgspec

from mlops_ext import Check, Plugin, Report, hookimpl
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.models import ModelVersion, Promotion
from mlops_ext.contract.pipeline import ModelFile, Package, Run, StepRun
from mlops_ext.contract.profile import Profile
from mlops_ext.contract.refs import Metric, Ref
from mlops_ext.contract.targets import Deployment
from mlops_ext.records.statement import read

ROLES = ("versioning", "orchestrator", "engine", "registry", "store")
PLUGIN = Plugin(name="bench", roles=ROLES, kinds=("folder", "local-service"))
FOUND = os.environ.get("BENCH_FOUND", "0.71 is below 0.80")


def sha(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def place(*parts):
    path = Path(os.environ["BENCH"], *parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def mood(stage):
    word = os.environ.get("MOOD", "pass") if os.environ.get("MOOD_IN") == stage else "pass"
    if word == "wait":
        Path(os.environ["BENCH_READY"]).write_text(str(os.getpid()))
        time.sleep(60)
    if word == "error":
        raise OSError("the store does not answer")
    return word


def answer(stage, question):
    status = "pass" if mood(stage) == "pass" else "fail"
    said = os.environ.get(os.environ.get("BENCH_SAYS", ""), FOUND)
    where = os.environ.get("BENCH_WHERE", "data/visits.csv:3")
    return Report(question=question, checks=(Check(name="score", status=status, message=said, where=where),))


def kept(name, kind):
    file = place(name)
    return msgspec.json.decode(file.read_bytes(), type=kind) if file.exists() else None


def keep(name, value):
    place(name).write_bytes(msgspec.json.encode(value))


@hookimpl
def mlops_check_setup(context):
    return Report(question="setup", checks=(Check(name="store-lasts", status="pass"),))


@hookimpl
def mlops_save_record(context, record):
    number = len(list(place("records", "x").parent.iterdir()))
    place("records", f"{number:04}-{record.digest}").write_bytes(record.statement)
    return Ref(kind="record", name=record.digest, digest=f"sha256:{record.digest}")


@hookimpl
def mlops_find_records(context, query):
    files = sorted(place("records", "x").parent.iterdir(), reverse=True)
    wanted = ("stage", "key", "phase", "model", "target")
    found = [read(file.read_bytes()) for file in files]
    return [
        one
        for one in found
        if all(getattr(query, name) in ("", getattr(one.record, name)) for name in wanted)
        and one.digest.startswith(query.digest)
        and query.subject in ("", *(ref.name for ref in (*one.record.inputs, *one.record.outputs)))
    ][: query.limit]


@hookimpl
def mlops_validate_pipeline(context):
    return answer("integrate", "pipeline")


@hookimpl
def mlops_package_pipeline(context, revision):
    return Package(name="bench", revision=revision, digest=sha(revision), path="package.tar", size=10)


@hookimpl
def mlops_run_pipeline(context, source, params, causes):
    word = mood("develop" if source.kind == "workspace" else "trigger")
    step = StepRun(name="train", how="ran" if word == "pass" else "failed", exit_code=int(word != "pass"))
    rows = place("rows")
    rows.write_text("rows")
    data = DataRef(name="visits", uri=str(rows), digest=sha("rows"))
    return Run(
        id=source.id, name="run", status="finished" if word == "pass" else "failed", source=source,
        path=str(place()), params=params, steps=(step,), metrics=(Metric(name="auc", value=0.8),),
        models=(ModelFile(name="late", path=str(rows), digest=sha("rows")),), data=(data,),
    )  # fmt: skip


@hookimpl
def mlops_check_target(context, subject, target):
    if isinstance(subject, Package):
        return answer("deliver", "target")
    return [Report(question=word, checks=(Check(name=word, status="pass"),)) for word in ("loads", "golden")]


@hookimpl
def mlops_deploy(context, subject, target):
    uri = "http://127.0.0.1:4711" if target.model else ""
    there = Deployment(
        target=target.name, kind=target.kind, subject=subject.ref(), status="ready", path="there", uri=uri
    )
    keep(f"{target.kind}-{target.name}", there)
    return there


@hookimpl
def mlops_observe(context, target):
    return kept(f"{target.kind}-{target.name}", Deployment)


@hookimpl
def mlops_register_model(context, run, profile):
    number = len(list(place("models", "x").parent.iterdir())) + 1
    data = (Ref(kind="data", name="visits", digest=sha("rows"), uri=str(place("rows"))),)
    version = ModelVersion(
        model="late", version=number, digest=sha(str(number)), uri="bench", run=run.id, data=data
    )
    keep(f"models/{number}", version)
    keep("profile", Profile(model="late", version=number, rows=10))
    return version


@hookimpl
def mlops_find_model(context, selector):
    if "@" in selector:
        return kept("champion", ModelVersion) if "~" not in selector else None
    newest = len(list(place("models", "x").parent.iterdir()))
    return kept(f"models/{selector.partition('/')[2] or newest}", ModelVersion)


@hookimpl
def mlops_promote_model(context, candidate, alias, expected, gate):
    entry = Promotion(
        model="late",
        alias=alias,
        version=candidate.version,
        number=expected + 1,
        expected=expected,
        gate=gate,
    )
    keep("champion", msgspec.structs.replace(candidate, promotion=entry))
    return entry


@hookimpl
def mlops_evaluate_model(context, candidate, champion, data):
    return answer("release", "quality")


@hookimpl
def mlops_fetch_data(context, data):
    return place("profile" if data.kind == "profile" else "rows")


@hookimpl
def mlops_resolve_data(context, name, revision):
    rows = place("rows")
    rows.write_text("rows")
    return DataRef(name=name, uri=str(rows), digest=sha("rows"), revision=revision)


@hookimpl
def mlops_open_table(context, data):
    return NoColumns()


@hookimpl
def mlops_compare_data(context, profile, current):
    return answer("monitor", "drift")


class NoColumns:
    schema = ()
    rows = 1000

    def aggregate(self, measures):
        return ()

    def select(self, columns):
        return self

    def sample(self, n, seed):
        return self
