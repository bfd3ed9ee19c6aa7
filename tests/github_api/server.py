"""The HTTP side: who asks, whether it may, whether GitHub would understand it, pages, faults on demand."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from github_api import more_answers, schema
from github_api.answers import ANSWERS, Asked, Listed, Refused
from github_api.permissions import missing
from github_api.state import BOT, Fault, Repository, Token, user

assert more_answers  # its import registers what it answers
_PREFIX = re.compile(r"^/api/(v3(?=/)|(?=graphql))")


@dataclass
class Request:
    """What was asked, by which token, and the status of the answer."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    token: str
    base: str = ""
    status: int = 0


class GitHub:
    """A GitHub of the test's own, at `url` (or `url + "/api/v3"`, as an Enterprise Server is reached)."""

    def __init__(self, port: int = 0) -> None:
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, Token] = {}
        self.faults: list[Fault] = []
        self.log: list[Request] = []
        self.unlike: list[str] = []
        self.lock = threading.RLock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.github = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> GitHub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def repository(self, name: str, **more: Any) -> Repository:
        """A repository, made where there is none."""
        return self.repositories.setdefault(name, Repository(name, **more))

    def token(
        self, value: str, may: dict[str, str] | None = None, *, login: str = BOT, app: bool = True
    ) -> str:
        """Let a token in."""
        self.tokens[value] = Token(login, dict(may or {}), app)
        return value

    def fail(self, fault: Fault) -> None:
        """Let something go wrong with a request that is still to come."""
        self.faults.append(fault)

    def environ(self, repository: str, token: str = "", *, enterprise: bool = False) -> dict[str, str]:
        """What a step on a runner finds in its environment."""
        api = {
            "GITHUB_API_URL": f"{self.url}/api/v3" if enterprise else self.url,
            "GITHUB_SERVER_URL": self.url,
        }
        graphql = {"GITHUB_GRAPHQL_URL": f"{self.url}/{'api/' if enterprise else ''}graphql"}
        return {
            **api,
            **graphql,
            "GITHUB_REPOSITORY": repository,
            **({"GITHUB_TOKEN": token} if token else {}),
        }

    def asked(self, method: str = "", path: str = "") -> list[Request]:
        """The requests so far whose method and path hold these words."""
        return [r for r in self.log if method in r.method and path in r.path]

    def answer(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        """The status, the body and the headers of an answer."""
        token = self.tokens.get(request.token)
        if token is None:
            raise Refused(401, "Bad credentials" if request.token else "Requires authentication")
        if request.path == "/graphql":
            return 200, _graphql(request.body, token), {}
        if request.path == "/user":
            if token.app:
                raise Refused(403, "Resource not accessible by integration")
            return 200, user(token.login), {}
        if request.path == "/rate_limit":
            left = {"limit": 5000, "remaining": 4999, "reset": int(time.time()) + 3600, "used": 1}
            return 200, {"resources": {"core": left, "search": left}, "rate": left}, {}
        return self._of_repository(request, token)

    def _of_repository(self, request: Request, token: Token) -> tuple[int, Any, dict[str, str]]:
        found = re.match(r"/repos/([^/]+/[^/]+)(.*)", request.path)
        route = schema.find(request.method, request.path)
        repository = self.repositories.get(found[1]) if found else None
        if route is None or repository is None or found is None:
            raise Refused(404, "Not Found")
        if accepted := missing(repository, token, found[2], request.method):
            who = "integration" if token.app else "personal access token"
            body = _refusal(Refused(403, f"Resource not accessible by {who}"))
            return 403, body, {"x-accepted-github-permissions": accepted}
        if wrong := schema.wrong_with_body(route, request.body) + schema.wrong_with_query(
            route, request.query
        ):
            raise Refused(422, "Invalid request.\n\n" + "\n".join(wrong), [])
        names = {name: unquote(value) for name, value in route.names.items()}
        status, body = ANSWERS[(route.path, route.method)](
            Asked(repository, token, names, request.query, request.body)
        )
        body, headers = self._page(request, body) if isinstance(body, Listed) else (body, {})
        if (expected := schema.answer_schema(route, status)) is not None:
            body = _absolute(schema.complete(expected, body), request.base)
            self.unlike += schema.wrong_with_answer(route, status, body)
        return status, body, headers

    def _page(self, request: Request, listed: Listed) -> tuple[Any, dict[str, str]]:
        size = min(int(request.query.get("per_page", 30)), 100)
        number, last = int(request.query.get("page", 1)), max(1, -(-len(listed.entries) // size))
        shown = listed.entries[(number - 1) * size : number * size]
        links = {"next": number + 1, "last": last} if number < last else {}
        links |= {"prev": number - 1, "first": 1} if number > 1 else {}
        here = request.base + quote(request.path)
        link = ", ".join(
            f'<{here}?{urlencode({**request.query, "page": page})}>; rel="{word}"'
            for word, page in links.items()
        )
        body = {"total_count": len(listed.entries), listed.key: shown} if listed.key else shown
        return body, {"link": link} if link else {}

    def fault(self, request: Request) -> Fault | None:
        """The next fault that is meant for a request; each is used so often as it says."""
        for fault in self.faults:
            meant = fault.method in request.method and fault.path in request.path
            if meant and fault.after > 0:
                fault.after -= 1
            elif meant and fault.times > 0:
                fault.times -= 1
                return fault
        return None


class _Server(ThreadingHTTPServer):
    github: GitHub
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no matter here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes: the second would wait 40 ms for the first to be acknowledged.
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def _handle(self) -> None:
        github = self.server.github
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        split = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=_PREFIX.sub("/" if "graphql" in split.path else "", split.path),
            query=dict(parse_qsl(split.query)),
            body=None,
            token=(self.headers.get("authorization") or "").partition(" ")[2],
            base=github.url + ("/api/v3" if split.path.startswith("/api/v3/") else ""),
        )
        with github.lock:
            github.log.append(request)
            fault = github.fault(request)
        if fault and fault.late:
            time.sleep(fault.late)
        if fault and fault.refuses:
            refusal = _refusal(Refused(fault.status, fault.message)) if fault.body is None else fault.body
            return self._send(request, fault.status, refusal, fault.headers)
        with github.lock:
            status, body, headers = self._answer(github, request, raw)
        if fault and fault.meet:
            fault.meet.wait(30)
        if fault and fault.lost:
            request.status = status
            self.close_connection = True
            return self.connection.shutdown(socket.SHUT_RDWR)
        return self._send(request, status, body, headers)

    def _answer(self, github: GitHub, request: Request, raw: bytes) -> tuple[int, Any, dict[str, str]]:
        try:
            request.body = json.loads(raw) if raw else None
            return github.answer(request)
        except json.JSONDecodeError:
            return 400, _refusal(Refused(400, "Problems parsing JSON")), {}
        except Refused as refused:
            return refused.status, _refusal(refused), {}

    def _send(self, request: Request, status: int, body: Any, headers: dict[str, str]) -> None:
        request.status = status
        sent = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle


def _refusal(refused: Refused) -> dict[str, Any]:
    more = {"errors": refused.errors} if refused.errors else {}
    about = {"documentation_url": "https://docs.github.com/rest", "status": str(refused.status)}
    return {"message": refused.message, **more, **about}


def _graphql(body: Any, token: Token) -> dict[str, Any]:
    if re.fullmatch(r"\s*(query)?\s*\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*", (body or {}).get("query", "")):
        return {"data": {"viewer": {"login": token.login}}}
    return {"errors": [{"type": "undefinedField", "message": "the stand-in knows `{viewer{login}}` only"}]}


def _absolute(node: Any, url: str) -> Any:
    """What was stored as a path of the API, with the address of this stand-in."""
    if isinstance(node, dict):
        return {key: _absolute(value, url) for key, value in node.items()}
    if isinstance(node, list):
        return [_absolute(value, url) for value in node]
    return url + node if isinstance(node, str) and node.startswith("/repos/") else node
