"""The notebooks as apps in a browser without a network: every cell shows, nothing is asked of others, controls act."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from figured import figured

pytest.importorskip("marimo", reason="needs the extra `notebooks`: pip install 'simbiz[notebooks]'")
sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium"),
]

FOLDER = Path(__file__).resolve().parents[2] / "experiments" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.py"))
PATIENCE = 300  # seconds, however busy the machine is
# The others do their small studies here; the scripts do those of all.
READ = {"claims_audit": "claims", "sensitivity": "sensitivity", "adoption_orders": "orders"}


def free_port():
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return own.getsockname()[1]


@contextmanager
def served(notebook, folder, *arguments):
    """Serve a notebook as an app, and give its address."""
    port = free_port()
    command = [sys.executable, "-m", "marimo", "run", str(notebook), "--headless", "--no-token", "--port", str(port)]
    command += ["--", *arguments] if arguments else []
    log = (folder / "marimo.txt").open("w")
    server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=os.environ | {"TMPDIR": str(folder)})
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        server.send_signal(signal.SIGINT)
        try:
            # What is temporary goes when the server has ended, which takes its time on a busy machine.
            server.wait(PATIENCE / 2)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def wait_for(address):
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < until
            time.sleep(0.2)
        else:
            return


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def opened(browser, address):
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(1000 * PATIENCE)
    page.asked, page.failed, page.said = [], [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("requestfailed", lambda request: page.failed.append(request.url))
    page.on("response", lambda response: page.failed.append(response.url) if response.status >= 400 else None)
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.get_by_text("To repeat this").first.wait_for()
    return page


def headings(page):
    return [text.strip() for text in page.locator("h1, h2").all_inner_texts()]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_part_is_shown_without_a_network_and_a_screenshot_is_kept(notebook, browser, tmp_path):
    source = notebook.read_text(encoding="utf-8")
    kind = READ.get(notebook.stem)
    own = ["--result", str(figured(kind).folder.resolve())] if kind else []
    with served(notebook, tmp_path, *own) as address:
        page = opened(browser, address)
        # Text may stand before a study is done; a server that ends meanwhile cannot clear away what is still written.
        figures = 1 if kind else len(re.findall(r"\bfigure_of\(", source))
        page.locator("img").nth(figures - 1).wait_for(state="attached")
        wanted = [title for title in re.findall(r"#{1,2} (\d\. [^\\\"\n]+)", source) if "{" not in title]
        assert len(wanted) >= 4
        assert [title for title in wanted if title not in headings(page)] == []
        assert page.locator("img").count() >= 1
        page.screenshot(path=tmp_path / f"{notebook.stem}.png", full_page=True)
        page.close()
    # A cell that raises is told here and leaves a gap on the page.
    told = (tmp_path / "marimo.txt").read_text(encoding="utf-8")
    assert "Traceback" not in told
    assert "[E " not in told
    assert list(tmp_path.glob("simbiz-*")) == []
    assert page.asked
    allowed = (address, address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in page.asked if not url.startswith(allowed)] == []
    assert page.failed == []
    assert page.said == []


def test_a_control_changes_what_is_shown_and_a_wrong_folder_is_told_on_the_page(browser, tmp_path):
    result = figured("claims")
    with served(FOLDER / "claims_audit.py", tmp_path, "--result", str(result.folder.resolve())) as address:
        page = opened(browser, address)
        page.get_by_text("Readings of the published claims, first year, before-after").wait_for()
        page.locator("select").first.select_option(index=1)
        page.get_by_text("Readings of the published claims, first year, paired").wait_for()
        field = page.locator("input[type=text]").first
        field.fill(str(tmp_path / "nowhere"))
        field.press("Enter")
        page.get_by_text("there is no such folder").wait_for()
        page.close()
    assert "Traceback" not in (tmp_path / "marimo.txt").read_text(encoding="utf-8")
