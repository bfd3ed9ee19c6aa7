from __future__ import annotations

import hashlib
import http.server
import shutil
import threading
import time
from functools import partial

import pytest
from dvc_run_desk import make_context
from dvc_run_repo import sh, write

from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_dvc import hooks

DATA = {"raw": {"path": "data/raw.csv"}, "metrics": {"path": "metrics.json"}}


def resolve(context, name, revision="workspace"):
    return hooks.mlops_resolve_data(context=context, name=name, revision=revision)


def md5(path):
    return f"md5:{hashlib.md5(path.read_bytes()).hexdigest()}"


def test_a_table_has_the_md5_of_its_pointer_while_the_bytes_agree(project):
    context = make_context(project, data=DATA)

    assert resolve(context, "raw").digest == md5(project / "data/raw.csv")
    with (project / "data/raw.csv").open("a") as file:
        file.write("0300,1,1\n")
    changed = resolve(context, "raw")
    assert changed.digest == f"sha256:{hashlib.sha256((project / 'data/raw.csv').read_bytes()).hexdigest()}"


def test_names_that_are_not_ours(project):
    context = make_context(project, data=DATA)

    assert resolve(context, "other") is None
    assert resolve(context, "log:production", "/") is None
    assert resolve(context, "newest:other") is None


def test_a_table_that_is_not_here(project):
    (project / "data/raw.csv").unlink()

    with pytest.raises(CouldNotTellError, match="is not here") as caught:
        resolve(make_context(project, data=DATA), "raw")
    assert "dvc checkout" in caught.value.hint


def test_a_table_at_a_revision_is_read_from_the_cache(project):
    old = (project / "data/raw.csv").read_bytes()
    write(project, {"data/raw.csv": "id,x,late\n1,2,0\n"})
    sh(project, "dvc", "add", "-q", "data/raw.csv")
    context = make_context(project, data=DATA)

    found = resolve(context, "raw", "HEAD")

    assert found.digest == f"md5:{hashlib.md5(old).hexdigest()}"
    with open(found.uri, "rb") as file:
        assert file.read() == old
    assert found.uri.endswith("raw.csv")
    assert resolve(context, "raw").digest == md5(project / "data/raw.csv") != found.digest


def test_a_file_of_git_at_a_revision(project):
    before = (project / "metrics.json").read_bytes()
    write(project, {"metrics.json": "{}"})

    found = resolve(make_context(project, data=DATA), "metrics", "main")

    with open(found.uri, "rb") as file:
        assert file.read() == before


def test_a_revision_that_is_not_here(project):
    with pytest.raises(CouldNotTellError, match="not in this clone"):
        resolve(make_context(project, data=DATA), "raw", "nowhere")


def test_a_file_in_a_tracked_folder_and_the_folder(bare):
    write(bare, {"parts/a/one.csv": "x\n1\n", "parts/two.csv": "x\n2\n", "parts/a.csv": "x\n3\n"})
    sh(bare, "dvc", "add", "-q", "parts")
    sh(bare, "git", "add", ".")
    sh(bare, "git", "commit", "-qm", "parts")
    context = make_context(bare, data={"one": {"path": "parts/a/one.csv"}, "all": {"path": "parts"}})

    assert resolve(context, "one").digest == md5(bare / "parts/a/one.csv")
    whole = resolve(context, "all")
    assert whole.digest.startswith("md5:")
    assert whole.digest.endswith(".dir")
    shutil.rmtree(bare / "parts")
    back = hooks.mlops_fetch_data(context=context, data=Ref(kind="data", name="all", digest=whole.digest))
    assert (back / "a/one.csv").read_text() == "x\n1\n"
    assert sorted(path.name for path in back.rglob("*.csv")) == ["a.csv", "one.csv", "two.csv"]


def test_everything_is_named_by_the_bytes_that_lie_here(project):
    first = resolve(make_context(project), "workspace")
    again = resolve(make_context(project), "workspace")

    assert first == again
    parts = {part.name: part for part in first.parts}
    assert parts["model.joblib"].digest == md5(project / "model.joblib")
    assert parts["data/raw.csv"].uri == str(project / "data/raw.csv")
    assert parts["dvc.lock"].kind == "file"
    write(project, {"model.joblib": "other"})
    assert resolve(make_context(project), "workspace").digest != first.digest
    (project / "model.joblib").unlink()
    gone = resolve(make_context(project), "workspace")
    assert {part.name: part.digest for part in gone.parts}["model.joblib"] == ""


def test_everything_is_cheap(project):
    resolve(make_context(project), "workspace")

    begun = time.process_time()  # what else the machine does is not ours
    resolve(make_context(project), "workspace")

    assert time.process_time() - begun < 0.1


def test_newest_from_a_file_a_folder_and_a_url(project, tmp_path):
    write(tmp_path, {"in/2013-01.csv": "x\n1\n", "in/2013-02.csv": "x\n2\n", "serve/new.csv": "x\n9\n"})
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "serve"))
    handler.func.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sources = {
            "file": str(tmp_path / "in/2013-01.csv"),
            "uri": (tmp_path / "in/2013-01.csv").as_uri(),
            "folder": "../in",
            "web": f"http://127.0.0.1:{server.server_port}/new.csv",
            "gone": f"http://user:secret@127.0.0.1:{server.server_port}/none.csv",
            "odd": "gopher://x",
        }
        data = {name: {"path": "data/raw.csv", "source": source} for name, source in sources.items()}
        context = make_context(project, data=data)

        assert resolve(context, "newest:file").digest == md5(tmp_path / "in/2013-01.csv")
        assert resolve(context, "newest:uri").uri == str(tmp_path / "in/2013-01.csv")
        assert resolve(context, "newest:folder").uri.endswith("in/2013-02.csv")
        web = resolve(context, "newest:web")
        assert (web.digest, web.format) == (md5(tmp_path / "serve/new.csv"), "csv")
        with pytest.raises(CouldNotTellError) as caught:
            resolve(context, "newest:gone")
        assert "secret" not in str(caught.value)
        with pytest.raises(SettingsError, match="gopher"):
            resolve(context, "newest:odd")
        server.shutdown()


def test_newest_is_by_default_the_pointer_of_the_protected_branch(project):
    committed = md5(project / "data/raw.csv")
    sh(project, "git", "checkout", "-q", "-b", "work")
    write(project, {"data/raw.csv": "id,x,late\n1,2,0\n"})
    sh(project, "dvc", "add", "-q", "data/raw.csv")
    sh(project, "git", "commit", "-qam", "other data")

    assert resolve(make_context(project, data=DATA), "newest:raw").digest == committed


def test_fetch_by_uri_cache_and_remote(project):
    context = make_context(project, data=DATA)
    digest, uri = md5(project / "data/raw.csv"), str(project / "data/raw.csv")
    ref = Ref(kind="data", name="raw", digest=digest, uri=uri)

    assert str(hooks.mlops_fetch_data(context=context, data=ref)) == uri
    (project / "data/raw.csv").write_text("other")
    cached = hooks.mlops_fetch_data(context=context, data=ref)
    assert md5(cached) == digest
    sh(project, "dvc", "remote", "add", "-q", "-d", "store", str(project.parent / "store"))
    sh(project, "dvc", "push", "-q")
    shutil.rmtree(project / ".dvc/cache")
    assert md5(hooks.mlops_fetch_data(context=context, data=ref)) == digest
    assert hooks.mlops_fetch_data(context=context, data=Ref(kind="model-version", name="m/1")) is None
    with pytest.raises(CouldNotTellError, match="neither the cache nor the remote"):
        hooks.mlops_fetch_data(context=context, data=Ref(kind="data", name="raw", digest="md5:" + "0" * 32))
