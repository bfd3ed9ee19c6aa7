"""A project below the Git root: its own marker, its gates, and places relative to the root."""

from __future__ import annotations

from calling import call, commit, git
from comment.test_command import REVIEWER, SETTINGS


def test_a_project_in_a_folder_is_told_from_others_and_its_places_are_found(tmp_path, plugins):
    plugins("reviewer", REVIEWER)
    origin, trusted, answer = tmp_path / "origin", tmp_path / "trusted", tmp_path / "answer"
    project = origin / "services" / "delay"
    project.mkdir(parents=True)
    (project / "mlops-ext.toml").write_text(SETTINGS)
    git(origin, "init", "-q", "-b", "main")
    commit(origin)
    git(tmp_path, "clone", "-q", origin.as_uri(), "trusted")
    git(origin, "switch", "-q", "-c", "change")
    (project / "mlops-ext.toml").write_text(SETTINGS.replace("0.005", "0.05"))
    (project / "bad").write_text("")
    head = commit(origin)
    call(origin, "integrate", "--project", "services/delay", "--save", str(answer), code=1)
    words = ("--project", "services/delay", "--answer", str(answer), "--change", "7", "--commit", head)
    where = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/flights"}
    text = call(trusted, "comment", *words, "--dry-run", **where).stdout
    lines = text.splitlines()
    assert lines[0] == "<!-- mlops-ext:integrate flights services/delay/ -->"
    assert "`models.delay.release.margin 0.005 to 0.05`" in lines[1]
    assert f"https://github.com/acme/flights/blob/{head}/services/delay/train.py#L3" in text
