"""What can be had from the server as it is started: nothing outside its own files, and nothing without the token."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

pytest.importorskip("solara", reason="needs the extra `dashboard`")
psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.slow

SMALL = ("--set", "customers=300", "--set", "calendar.burn_in_weeks=52")
SECRET = "nobody-may-read-this"
MOUNTS = (
    "/", "/static/", "/static/public/", "/static/assets/", "/jupyter/nbextensions/", "/_solara/cdn/", "/simbiz/",
    "/results/",
)  # fmt: skip
UP = ("..", "%2e%2e", "%2E%2E", ".%2e", "%252e%252e", "..%5c", "....", "..;")
WANTED = ("secret.txt", "etc/passwd", "proc/self/environ")


@contextmanager
def served(folder, *arguments):
    """Serve the page in a folder; the process, what it printed, and its port."""
    command = [sys.executable, "-m", "simbiz", "dashboard", *SMALL, *arguments, "--no-open", "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder
    )
    try:
        line = server.stdout.readline()
        assert "http://" in line, server.stderr.read()
        yield server, line, int(re.search(r":(\d+)/", line)[1])
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("served")
    for name in ("secret.txt", "results/secret.txt", "public/secret.txt"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(SECRET)
    return place


@pytest.fixture(scope="module")
def own(folder):
    with served(folder) as found:
        yield found


def answer(port, path, host="127.0.0.1", method="GET", **headers):
    """Ask with the path as it is, which no library would send; status and body."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", "Content-Length: 0"]
    lines += [f"{name}: {text}" for name, text in headers.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        data = b""
        while part := asked.recv(1 << 16):
            data += part
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode("latin-1"), body.decode("utf-8", "replace")


def ways_out():
    for mount in MOUNTS:
        for up in UP:
            for depth in (1, 3, 9, 14):
                for wanted in WANTED:
                    yield mount + f"{up}/" * depth + wanted
    for mount in MOUNTS:
        yield from (f"{mount}{wanted}" for wanted in WANTED)
        yield from (f"{mount}/{wanted}" for wanted in WANTED)
        yield f"{mount}%2fetc%2fpasswd"


def test_it_listens_on_this_machine_only_and_nowhere_else(own):
    server, line, port = own
    assert line.startswith(f"The page is at http://127.0.0.1:{port}/")
    listening = {one.laddr for one in psutil.Process(server.pid).net_connections("inet") if one.status == "LISTEN"}
    assert {(place.ip, place.port) for place in listening} == {("127.0.0.1", port)}


def test_no_way_leads_out_of_its_own_files(own):
    _, _, port = own
    tried = 0
    for path in ways_out():
        status, _, body = answer(port, path)
        tried += 1
        assert SECRET not in body, path
        assert "root:" not in body, path
        assert "SOLARA_APP" not in body, path
        assert status in (200, 303, 307, 400, 403, 404, 405), (path, status)
    print(f"{tried} paths tried")
    assert tried > 700


def test_every_answer_says_that_nothing_comes_from_outside(own):
    for path in ("/", "/static/main.js", "/nothing", "/_solara/cdn/nothing.js"):
        head = answer(own[2], path)[1].lower()
        assert "content-security-policy: default-src 'self'" in head
        assert "x-content-type-options: nosniff" in head


def test_other_pages_of_the_same_browser_are_refused(own):
    port = own[2]
    assert answer(port, "/", host="evil.example")[0] == 403
    assert answer(port, "/", Origin="http://evil.example")[0] == 403
    assert answer(port, "/_solara/api/close/x", method="POST", Origin="http://evil.example")[0] == 403
    assert answer(port, "/", host="[")[0] in (400, 403)


def test_an_open_page_gives_nothing_without_its_token(folder):
    with served(folder, "--host", "0.0.0.0") as (_, line, port):
        (token,) = re.findall(r"\?token=(\S+)", line)
        assert len(token) == 32
        for path in ("/", "/static/main.js", "/resourcez", "/readyz", "/?token=", f"/?token={token[:-1]}"):
            assert answer(port, path)[0] == 403, path
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
        assert answer(port, f"/jupyter/api/kernels/1/1?token={token}", **upgrade)[0] == 403
        status, head, _ = answer(port, f"/?token={token}")
        assert status == 303
        (cookie,) = re.findall(r"set-cookie: ([^;]+)", head, re.IGNORECASE)
        assert answer(port, "/readyz", Cookie=cookie)[0] == 200
