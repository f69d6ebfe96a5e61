"""Who may look at the page, and what it may load."""

import asyncio

import pytest

from simbiz.dashboard.guard import ASSETS, COOKIE, Guard

TOKEN = "s3cret"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "there.js").write_text("1")
    (tmp_path / "secret.txt").write_text("private")
    return tmp_path / "assets"


def asked(guard, path="/", kind="http", query="", **headers):
    """Ask for a path, and give the status, the headers and whether the server behind saw it."""
    sent, seen = [], []

    async def application(scope, receive, send):
        seen.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "websocket.connect"}

    guard.application = application
    named = {"host": "127.0.0.1:8765"} | {name.replace("_", "-"): text for name, text in headers.items()}
    raw = [(name.encode(), text.encode()) for name, text in named.items()]
    asyncio.run(guard({"type": kind, "path": path, "query_string": query.encode(), "headers": raw}, receive, send))
    first = sent[0]
    answered = dict(first.get("headers", ()))
    return first.get("status", first["type"]), {k.decode(): v.decode() for k, v in answered.items()}, bool(seen)


def own(folder):
    return Guard(None, ("127.0.0.1", "localhost"), "", folder)


def shared(folder):
    return Guard(None, (), TOKEN, folder)


def test_this_machine_is_let_through_and_told_to_load_nothing_from_outside(folder):
    status, headers, seen = asked(own(folder))
    assert (status, seen) == (200, True)
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]


def test_another_name_or_another_page_is_refused(folder):
    assert asked(own(folder), host="evil.example:8765")[::2] == (403, False)
    assert asked(own(folder), origin="http://evil.example")[::2] == (403, False)
    assert asked(own(folder), kind="websocket", origin="http://evil.example")[::2] == ("websocket.close", False)
    assert asked(own(folder), origin="http://127.0.0.1:8765")[::2] == (200, True)


def test_a_shared_page_demands_its_token_and_keeps_it_in_a_cookie(folder):
    guard = shared(folder)
    assert asked(guard)[::2] == (403, False)
    assert asked(guard, query="token=wrong")[::2] == (403, False)
    assert asked(guard, kind="websocket", query=f"token={TOKEN}")[::2] == ("websocket.close", False)
    status, headers, seen = asked(guard, query=f"token={TOKEN}")
    assert (status, seen, headers["location"]) == (303, False, "/")
    assert "HttpOnly" in headers["set-cookie"]
    assert asked(guard, cookie=f"{COOKIE}={TOKEN}")[::2] == (200, True)
    assert asked(guard, kind="websocket", cookie=f"{COOKIE}={TOKEN}")[2]
    assert asked(guard, cookie=f"{COOKIE}=wrong")[::2] == (403, False)


@pytest.mark.parametrize("name", ["missing.js", "../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", ""])
def test_only_files_among_the_assets_are_given_and_none_is_fetched(folder, name):
    assert asked(own(folder), path=ASSETS + name)[::2] == (404, False)


def test_an_asset_is_given(folder):
    assert asked(own(folder), path=ASSETS + "there.js")[::2] == (200, True)
