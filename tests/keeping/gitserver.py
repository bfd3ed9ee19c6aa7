"""A Git server over HTTP: `git http-backend` behind the standard library's server, with a password if set."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit


class Backend(BaseHTTPRequestHandler):
    """Hands each request to a CGI of Git's own. For each word in `loses` an answer to a push gets lost;
    after these, for each word in `away` a request is not taken.
    """

    protocol_version = "HTTP/1.1"
    root: Path
    token = ""
    loses: ClassVar[list[str]] = []
    away: ClassVar[list[str]] = []

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def do_GET(self) -> None:
        """Advertise refs."""
        self._serve(b"")

    def do_POST(self) -> None:
        """Give or take objects."""
        if self.headers.get("Transfer-Encoding") == "chunked":
            self._serve(b"".join(self._chunks()))
        else:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _serve(self, body: bytes) -> None:
        if self.away and not self.loses:
            self.away.pop()
            self._answer(503, {}, b"")
            return
        if not self._may():
            self._answer(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
            return
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=self._variables(body), stdout=subprocess.PIPE
        )
        if self.command == "POST" and "git-receive-pack" in self.path and self.loses:
            self.loses.pop()
            self._answer(502, {}, b"")
            return
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self._answer(int(fields.pop("Status", "200").split()[0]), fields, content)

    def _may(self) -> bool:
        word = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        said = self.headers.get("Authorization", "")
        return not self.token or said.lower() == f"basic {word}".lower()

    def _variables(self, body: bytes) -> dict[str, str]:
        parts = urlsplit(self.path)
        return {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": unquote(parts.path),
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "somebody",
            "REMOTE_ADDR": "127.0.0.1",
        }

    def _answer(self, status: int, fields: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def git_server(folder: Path, token: str = "") -> Iterator[str]:
    """The URL of a server of the bare repositories below `folder`."""
    backend = type("Ours", (Backend,), {"root": folder, "token": token})
    with ThreadingHTTPServer(("127.0.0.1", 0), backend) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
