"""Who may look at the page, and what the page may load: a layer around the server."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COOKIE = "simbiz_token"
ASSETS = "/_solara/cdn/"
# Whatever a library might try: nothing from outside, and no other page may show this one in a frame.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)

Scope = Mapping[str, Any]
Application = Callable[[Any, Any, Any], Awaitable[None]]


class Guard:
    """An application that lets requests through to another one.

    Parameters
    ----------
    application : callable
        The server (ASGI).
    hosts : iterable of str
        Names under which the page may be asked for; none: any. Other pages in the same browser cannot take them.
    token : str
        What a request must bring once in its address, as ``?token=...``; it is kept in a cookie. Empty: nothing.
    assets : Path
        Folder of the files that the page's libraries ask for; none is fetched from elsewhere.
    """

    def __init__(self, application: Application, hosts: Iterable[str], token: str, assets: Path) -> None:
        self.application, self.hosts, self.token = application, frozenset(hosts), token
        self.assets = assets.resolve()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self.application(scope, receive, send)
            return
        status, headers = self._refusal(scope)
        if status:
            await _answer(scope, receive, send, status, headers)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        await self.application(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Status and headers of an answer that ends a request here; status 0 lets it through."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get("host", ""), headers.get("origin")
        if self.hosts and _name(host) not in self.hosts:
            return 403, []
        if origin is not None and _place(origin) != host:
            return 403, []
        if self.token and not _same(_cookie(headers), self.token):
            given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
            if scope["type"] == "websocket" or not _same(given, self.token):
                return 403, []
            cookie = f"{COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Strict"
            return 303, [(b"location", b"/"), (b"set-cookie", cookie.encode())]
        return (404, []) if self._is_missing(scope["path"]) else (0, [])

    def _is_missing(self, path: str) -> bool:
        if not path.startswith(ASSETS):
            return False
        try:
            file = (self.assets / unquote(path.removeprefix(ASSETS))).resolve()
            return not (file.is_relative_to(self.assets) and file.is_file())
        except (OSError, ValueError):
            # A name too long for any file, or with a zero in it.
            return True


def _name(host: str) -> str:
    """Name in a Host header, without its port; empty if it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _place(origin: str) -> str | None:
    """Host and port of an Origin header; None if it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _cookie(headers: Mapping[str, str]) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


async def _answer(scope: Scope, receive: Any, send: Any, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    text = {403: b"This page needs its address with the token.", 404: b"There is no such file."}.get(status, b"")
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*plain, *headers, *HEADERS]})
    await send({"type": "http.response.body", "body": text})
