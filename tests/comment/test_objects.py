"""Commits are asked for with the job's token, from the job's own server only, and by one header."""

from __future__ import annotations

import base64
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from calling import git

from mlops_ext.comment.objects import bring

TOKEN = "ghs_a-long-and-odd-token-1234"


@pytest.fixture
def server():
    """A server that knows no repository; the headers that it was asked with."""
    asked: list[list[str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get_all("Authorization") or [])
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_port}", asked
        found.shutdown()


@pytest.mark.parametrize("kept", [False, True])
def test_the_token_goes_to_the_jobs_server_alone(project, server, monkeypatch, kept):
    address, asked = server
    git(project, "remote", "add", "origin", f"{address}/acme/flights.git")
    if kept:
        git(project, "config", f"http.{address}/.extraheader", "AUTHORIZATION: basic b2xk")
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_SERVER_URL", address)
    assert not bring(project, "a" * 40)
    sent = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert asked
    assert all(headers == [f"basic {sent}"] for headers in asked)
    asked.clear()
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example.org")
    assert not bring(project, "a" * 40)
    assert all(f"basic {sent}" not in headers for headers in asked)
    assert TOKEN not in git(project, "config", "--list")
