"""Which paths a script can write, as patterns: what is known of them by reading, unknown parts as `.*`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from mlops_ext.findings.code import Module, argument
from mlops_ext.findings.look import Look
from mlops_ext.findings.paths import UNKNOWN, Paths
from mlops_ext.findings.scope import Scope

# Packages that write nothing unless a call says where. Everything else may.
_QUIET = re.compile(
    r"^(?:numpy|pandas|scipy|sklearn|joblib|yaml|ruamel|toml|tomli|json5|matplotlib|seaborn|plotly|xgboost|lightgbm"
    r"|catboost|imblearn|statsmodels|nltk|box|tqdm|dotenv|requests|pyarrow|polars|mlflow|skops|cloudpickle|dill"
    r"|dvc|dagshub|category_encoders|pydantic|typer|click|loguru|dateutil|pytz|rich|omegaconf|torch|sqlalchemy)$"
)
# What packages write by themselves, in the folder where the script runs.
_BY_ITSELF = {
    "mlflow": r"(?:mlruns|mlflow\.db|mlartifacts)(?:/.*)?",
    "dagshub": r"(?:metrics\.csv|params\.yml)",
    "catboost": "catboost_info(?:/.*)?",
}
MOST_MODULES = 100
# After these anything may have been written anywhere.
_ANYTHING = re.compile(
    r"^(?:subprocess\.|runpy\.|importlib\.|hydra\.|sh\.|os\.(?:system|popen|exec|spawn|chdir|fdopen)"
    r"|(?:exec|eval|getattr|__import__)$|shutil\.make_archive|joblib\.Memory)|(?:create_engine|SummaryWriter)$"
)
_WRITERS = re.compile(
    r"^(?:to_(?:csv|parquet|pickle|json|excel|feather|hdf|html|orc|stata|latex|markdown|xml|file|gbq|sql|onnx)"
    r"|sink_\w+|save\w*|imsave|dump\w*|write\w*|export\w*|imwrite|mkdir|makedirs|symlink\w*|copy\w*|move|rename"
    r"|replace|touch|urlretrieve|extract\w*|unpack_archive|download\w*|open|ZipFile|\w*FileHandler|basicConfig"
    r"|ExcelWriter|HDFStore|ParquetWriter|connect|store|snapshot_download|set_tracking_uri)$"
)
_SECOND = (
    "copy",
    "copy2",
    "copyfile",
    "copytree",
    "move",
    "rename",
    "replace",
    "urlretrieve",
    "symlink",
    "dump",
)
_DUMPERS = ("joblib.", "pickle.", "json.", "yaml.", "torch.save", "skops.", "cloudpickle.", "dill.")
_ON_PATHS = ("write_text", "write_bytes", "mkdir", "touch", "open")
_MODULES = ("os.", "io.", "gzip.", "codecs.", "bz2.", "lzma.", "tarfile.", "zipfile.")
_KEYWORDS = ("path", "path_or_buf", "filename", "fname", "file", "dst", "fp", "filepath", "excel_writer")
# Calls of these names without a path write none: text, a buffer, a copy of a table.
_NO_PATH = re.compile(
    r"^(?:dumps|write|writelines|copy|rename|replace|writerows?|writeheader|safe_dump|basicConfig)$"
)
_EMPTY = ("mkdir", "makedirs")
_FOLDERS = (*_EMPTY, "extractall", "copytree", "save_model", "save_pretrained", "unpack_archive", "extract")


class Written(NamedTuple):
    """A pattern of a path, and the same for people. `file`: no folder is made; `empty`: only a folder is."""

    pattern: str
    plain: str
    file: bool
    empty: bool = False

    @property
    def open_start(self) -> bool:
        """Whether the folder is not known."""
        return self.pattern.startswith(UNKNOWN)


ANYTHING = Written(UNKNOWN, UNKNOWN, False)


def writes_of(look: Look, path: str) -> Iterator[Written]:
    """What a script and its modules can write; `ANYTHING` where that can't be told."""
    closure = look.code.closure(path)
    if not closure or len(closure) > MOST_MODULES or not look.code.complete(path):
        yield ANYTHING
        return
    local = {part for module in closure for part in re.split(r"[/.]", module.path)}
    scope, names = Scope(closure), dict[str, set[str]]()
    for module in closure:
        yield from _by_packages({name.partition(".")[0] for name in module.names.values()} - local)
        if _hands_on(module):
            yield ANYTHING
        for name, call in module.calls:
            yield from _written(name, call, Paths(module, scope, names))


def _by_packages(names: set[str]) -> Iterator[Written]:
    for name in sorted(names):
        if name in _BY_ITSELF:
            yield Written(_BY_ITSELF[name], name, False)
        elif not _QUIET.match(name) and name not in sys.stdlib_module_names:
            yield ANYTHING


def _hands_on(module: Module) -> bool:
    """Whether a writing function is used without a call: `save = df.to_csv`, `map(np.save, ...)`."""
    called = {id(call.func) for _, call in module.calls}
    nodes = (node for node in ast.walk(module.body) if isinstance(node, ast.Attribute | ast.Name))
    return any(
        _WRITERS.match(module.dotted(node).rpartition(".")[2])
        for node in nodes
        if id(node) not in called and isinstance(node.ctx, ast.Load) and module.dotted(node) != "open"
    )


def _written(name: str, call: ast.Call, paths: Paths) -> Iterator[Written]:
    last = name.rpartition(".")[2]
    if _ANYTHING.search(name):
        yield ANYTHING
        return
    local = last in paths.scope.functions  # its body is read like all others
    if local or not _WRITERS.match(last) or (last == "open" and not _for_writing(name, call)):
        return
    node = _path_of(name, last, call)
    if node is not None:
        for pattern in paths.of(node):
            yield Written(pattern, _plain(pattern), last not in _FOLDERS, last in _EMPTY)
    elif not _NO_PATH.match(last):
        yield ANYTHING


def _for_writing(name: str, call: ast.Call) -> bool:
    """Whether a mode of `open` writes; that of `Path.open` is the first argument."""
    of_path = "." in name and not name.startswith(_MODULES)
    mode = argument(call, "mode", 0 if of_path else 1)
    if mode is None:
        return False
    return not (
        isinstance(mode, ast.Constant) and isinstance(mode.value, str) and not set(mode.value) & set("wax+")
    )


def _path_of(name: str, last: str, call: ast.Call) -> ast.expr | None:
    """The expression that names the path which a call writes."""
    for word in _KEYWORDS:
        if (given := argument(call, word)) is not None:
            return given
    if last in _ON_PATHS and isinstance(call.func, ast.Attribute) and not name.startswith(_MODULES):
        return call.func.value
    two = len(call.args) > 1
    if last in _SECOND or name.startswith(_DUMPERS) or (last == "save_model" and two):
        return call.args[1] if two else None
    return call.args[0] if call.args and not _NO_PATH.match(last) else None


def _plain(pattern: str) -> str:
    return re.sub(r"\\(.)", r"\1", pattern.replace(UNKNOWN, "*"))
