"""The settings of a project: `[tool.mlops-ext]` in pyproject.toml, or mlops-ext.toml. Strict."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the settings: an unknown key is an error."""


class ColumnSettings(Strict, frozen=True, kw_only=True):
    """Which columns mean what."""

    label: str = ""
    id: str = ""
    categories: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class SampleSettings(Strict, frozen=True, kw_only=True):
    """How a table is shortened for a sample run."""

    rows: int = 2000
    keep_with: str = ""


class CsvSettings(Strict, frozen=True, kw_only=True):
    """`data.<name>.csv`: how a text file is written; an empty delimiter is a comma that was not asked for.

    `nulls` are the words that mean "no value"; `time_format` is strptime's, for times that are not
    ISO 8601, `time_formats` that of single columns; `types` pins columns to string, integer, float,
    boolean, date, timestamp or timestamp-utc.
    """

    delimiter: str = ""
    decimal: str = "."
    quote: str = '"'
    encoding: str = "utf-8"
    nulls: tuple[str, ...] = ("",)
    time_format: str = ""
    time_formats: dict[str, str] = {}
    types: dict[str, str] = {}


class DataSettings(Strict, frozen=True, kw_only=True):
    """`data.<name>`: a table. `path` is relative to the project; `source` is where newer bytes arrive.

    `missing` says what a table is that is not here: error (could not tell), or skip. `show_values = false`
    keeps values of the table out of all output and records; counts and row numbers stay.
    """

    path: str
    source: str = ""
    format: str = ""
    suite: str = ""
    checkpoint: str = ""
    schema: str = ""
    time: str = ""
    missing: Literal["error", "skip"] = "error"
    show_values: bool = True
    csv: CsvSettings = CsvSettings()
    columns: ColumnSettings = ColumnSettings()
    sample: SampleSettings | None = None
    minimum_rows: int = 1


class TriggerSettings(Strict, frozen=True, kw_only=True):
    """`models.<name>.trigger`. `schedule` and `cooldown` are durations like `7d`; `budget`: runs a day."""

    schedule: str = ""
    cooldown: str = "0s"
    budget: int = 24
    give_up_after: int = 3
    new_data: bool = True
    target: str = "production"


class ReleaseSettings(Strict, frozen=True, kw_only=True):
    """`models.<name>.release`. `policy` is not-worse, better, or empty for the default of the cause."""

    policy: str = ""
    metric: str = "auc"
    margin: float = 0.005
    confidence: float = 0.95
    minimum_rows: int = 1000
    cluster: str = ""
    slices: tuple[str, ...] = ()
    golden_requests: int = 20
    target: str = "production"


class MonitorSettings(Strict, frozen=True, kw_only=True):
    """`models.<name>.monitor`. A trigger needs `persistence` windows in a row that are not well."""

    window: str = "7d"
    late_by: str = "0s"
    floor: float = 0.1
    drop: float = 0.03
    persistence: int = 2
    minimum_rows: int = 200
    minimum_coverage: float = 0.5


class TrainingSettings(Strict, frozen=True, kw_only=True):
    """`models.<name>.training`: how the training tests of a model get at its training.

    `adapter` is a Python file with `fit(frame, target, **params)`; without it the pipeline is run up to
    `stage`, by default the one that makes the model's file. `table` is the name of the table to learn
    from, by default the model's `train`, else its `data`. `skip` names checks to leave out, with a reason.
    """

    adapter: str = ""
    stage: str = ""
    table: str = ""
    rows: int = 300
    params: dict[str, Any] = {}
    skip: dict[str, str] = {}


class ModelSettings(Strict, frozen=True, kw_only=True):
    """`models.<name>`. `file` is the model's file where `dvc.yaml` declares no artifact of type model.

    `train` is the table it was fitted on (by default `data`, cut where the test rows begin), `test` the
    one that release scores, `labels` the one that brings labels late; `path` are the
    folders of the team's code that a pickled model may need; `output` is probability, label or value.
    """

    data: str = ""
    file: str = ""
    train: str = ""
    test: str = ""
    labels: str = ""
    output: str = ""
    path: tuple[str, ...] = (".", "src")
    training: TrainingSettings | None = None
    trigger: TriggerSettings = TriggerSettings()
    release: ReleaseSettings = ReleaseSettings()
    monitor: MonitorSettings = MonitorSettings()


class AfterSettings(Strict, frozen=True, kw_only=True):
    """`targets.<name>.after`: how many successful runs of the same package are needed, and where."""

    target: str
    runs: int = 3


class ServiceSettings(Strict, frozen=True, kw_only=True):
    """`targets.<name>.service`: the prediction service. Port 0 takes a free one and writes it down."""

    kind: str = "local-service"
    host: str = "127.0.0.1"
    port: int = 0
    poll_seconds: float = 1.0


class LimitSettings(Strict, frozen=True, kw_only=True):
    """`targets.<name>.limits`: what a subject may need there. 0 asks nothing."""

    memory_mb: int = 0
    disk_mb: int = 0
    model_mb: int = 0
    latency_ms: float = 0.0


class TargetSettings(Strict, frozen=True, kw_only=True):
    """`targets.<name>`: a place for pipelines and for a service.

    `approval` is local, github (the same as true), or false and empty for none.
    """

    kind: str = "folder"
    path: str = ""
    after: AfterSettings | None = None
    approval: str | bool = ""
    registers: bool | None = None
    service: ServiceSettings = ServiceSettings()
    limits: LimitSettings = LimitSettings()


class AskSettings(Strict, frozen=True, kw_only=True):
    """`[<stage>]`: the questions that must be answered. None takes the stage's own."""

    ask: tuple[str, ...] | None = None


class IntegrateSettings(Strict, frozen=True, kw_only=True):
    """`[integrate]`: `tests` is the command of the team's own tests; unset looks for a `tests` folder.

    `sample` runs the whole pipeline on a few rows; unset does so where a table has a `sample`.
    """

    ask: tuple[str, ...] | None = None
    tests: tuple[str, ...] | None = None
    sample: bool | None = None


class Settings(Strict, frozen=True, kw_only=True):
    """Everything a project may set. `plugins` is an allow-list: only these are imported and asked.

    `keep` says when a store that is a file is kept where the data is: auto (on a hosted runner), always or
    never; `lease` is how long one that works on it may be silent before another takes over.
    """

    plugins: tuple[str, ...]
    name: str = ""
    roles: dict[str, str] = {}
    base: str = ""
    baseline: str = ""
    python: str = ""
    lock: str = ""
    deadline: str = "1h"
    keep: Literal["auto", "always", "never"] = "auto"
    lease: str = "5m"
    data: dict[str, DataSettings] = {}
    models: dict[str, ModelSettings] = {}
    targets: dict[str, TargetSettings] = {}
    integrate: IntegrateSettings = IntegrateSettings()
    deliver: AskSettings = AskSettings()
    release: AskSettings = AskSettings()
    monitor: AskSettings = AskSettings()
    trigger: AskSettings = AskSettings()
    develop: AskSettings = AskSettings()
