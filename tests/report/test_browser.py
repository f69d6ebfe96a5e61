"""A page opened from disk in a browser: one request, no complaint, nothing wider than the window."""

import shutil
from importlib.util import find_spec

import pytest
from figured import SETTINGS
from figured import page as page_made

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_pages_open_from_disk_with_one_request_and_without_a_complaint(browser, tmp_path):
    for number, kind in enumerate(SETTINGS):
        path = tmp_path / f"{number}.html"
        path.write_text(page_made(kind), encoding="utf-8")
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        requests, complaints = [], []
        page.on("request", lambda request, into=requests: into.append(request.url))
        page.on("console", lambda message, into=complaints: into.append(message.text))
        page.on("pageerror", lambda error, into=complaints: into.append(str(error)))
        page.goto(path.as_uri())
        assert requests == [path.as_uri()]
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        pictures = page.locator("figure > svg")
        drawn = [pictures.nth(place).bounding_box() for place in range(pictures.count())]
        assert all(box["width"] > 200 and box["height"] > 50 for box in drawn)
        page.close()


def test_a_printed_page_shows_the_tables_of_its_figures(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page_made("run"), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    table = page.locator("figure details table").first
    assert not table.is_visible()
    page.emulate_media(media="print")
    assert table.evaluate("element => element.checkVisibility({contentVisibilityAuto: true})")
    assert page.pdf().startswith(b"%PDF")
    page.close()
