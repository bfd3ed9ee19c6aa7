"""Jobs find what earlier jobs left in the records: on a machine that never saw them, and half by half."""

from __future__ import annotations

import shutil

import pytest
from projects.make import make, run_once, stop_services
from projects.variants import ONE_TARGET

pytestmark = pytest.mark.stress


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    """The tiny project with its pipeline on `production`, where it never ran."""
    tiny = make(tmp_path_factory.mktemp("forgets"), files=ONE_TARGET)
    run_once(tiny)
    tiny.call("integrate")
    tiny.call("deliver", "production")
    yield tiny
    stop_services(tiny)


def test_a_runner_that_forgot_the_pipeline_delivers_it_again(deployed):
    """Another runner of a pool, or a hosted one: the records know what was delivered, its gates are asked."""
    (deployed.home / "production" / "current").unlink()
    shutil.rmtree(deployed.home / "production" / "releases")
    assert "no pipeline is deployed" in deployed.call("trigger", "--dry-run", code=2).stderr
    told = deployed.call("trigger", "--demand", "on another runner").stdout
    assert "production was empty here" in told
    assert "was trained for demand" in told


def test_release_judges_without_an_effect_and_a_later_call_goes_on_from_the_record(deployed):
    """The gates and the service are jobs of their own."""
    assert "may serve on production" in deployed.call("release", "--judge").stdout
    assert "answered from a record" in deployed.call("release", "--judge").stdout
    assert not (deployed.home / "production" / "services").exists()
