"""Read a request's body up to a limit, so that the caller of a larger one can read why it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext_serve.model.refusals import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

DRAINED = 16


async def read_body(request: Request, limit: int) -> bytes:
    """The body; raises `Refusal` 413 above `limit` bytes, having read what came, up to 16 limits of it.

    A client that is still sending when the answer comes sees a reset instead of the answer.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "a compressed body is not taken")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit and "expect" in request.headers:
        raise _too_large(limit)  # it waits for our word before it sends
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= limit:
            parts.append(part)
        elif size > DRAINED * limit:
            break
        else:
            parts.clear()
    if size > limit:
        raise _too_large(limit)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"the body is larger than {limit} bytes")
