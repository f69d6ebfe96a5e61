"""Who may look at the page, and what it may load."""

import asyncio

import pytest

from simbiz.dashboard import guard as guard_module
from simbiz.dashboard.guard import ASSETS, COOKIE, Guard

TOKEN = "s3cret"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "there.js").write_text("1")
    (tmp_path / "secret.txt").write_text("private")
    (tmp_path / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
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


def test_tokens_are_compared_in_a_time_that_does_not_tell_how_much_was_right(folder, monkeypatch):
    compared = []

    def noted(given, wanted):
        compared.append((given, wanted))
        return given == wanted

    monkeypatch.setattr(guard_module.hmac, "compare_digest", noted)
    guard = shared(folder)
    for text in ("s3cre", "s3cret-and-more", "\u00e9", ""):
        assert asked(guard, query=f"token={text}")[0] == 403
        assert asked(guard, cookie=f"{COOKIE}={text}")[0] == 403
    assert asked(guard, query=f"token={TOKEN}")[0] == 303
    assert len(compared) >= 9
    assert {wanted for _, wanted in compared} == {TOKEN.encode()}


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/resourcez", "/readyz", "/_solara/api/close/1", ASSETS])
def test_nothing_at_all_is_given_without_the_token(folder, path):
    status, headers, seen = asked(shared(folder), path=path)
    assert (status, seen) == (403, False)
    assert "set-cookie" not in headers


@pytest.mark.parametrize("host", ["[", "[::1", "a b", "127.0.0.1@evil.example", "", "\u00ff"])
def test_a_host_that_is_none_is_refused_and_nothing_breaks(folder, host):
    raw = host.encode("latin-1").decode("latin-1")
    assert asked(own(folder), host=raw)[::2] == (403, False)
    assert asked(own(folder), origin=f"http://{raw}")[::2] == (403, False)


@pytest.mark.parametrize("name", ["missing.js", "../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "",
                                  "a/../../secret.txt", "/etc/hostname", "%2e%2e%2fsecret.txt", "there.js\0",
                                  "link.txt", "..\\secret.txt", "long" * 999], ids=lambda name: name[:20])  # fmt: skip
def test_only_files_among_the_assets_are_given_and_none_is_fetched(folder, name):
    assert asked(own(folder), path=ASSETS + name)[::2] == (404, False)


def test_an_asset_is_given(folder):
    assert asked(own(folder), path=ASSETS + "there.js")[::2] == (200, True)
