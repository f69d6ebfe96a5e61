"""The page in a browser without a network: it loads, plays, is changed, and can be used from the keyboard."""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

pytest.importorskip("solara", reason="needs the extra `dashboard`")
sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium"),
]

SMALL = ("--set", "customers=1000", "--set", "calendar.burn_in_weeks=52")
WAIT = 60_000  # milliseconds
MOST_TABS = 60
# Whether what has the focus, or a part of it, has a ring and is as large as can be seen.
RINGED = """one => [one, ...one.children].some(part => {
  const style = getComputedStyle(part);
  const ring = style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 3;
  return ring && part.getBoundingClientRect().width > 5;
})"""


@contextmanager
def served(*arguments):
    """Serve the page, and give its address as the program printed it."""
    command = [sys.executable, "-m", "simbiz", "dashboard", *arguments, "--no-open", "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        line = server.stdout.readline()
        assert "http://" in line, server.stderr.read()
        yield line.split()[-1]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


@pytest.fixture(scope="module")
def address():
    with served(*SMALL) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, address):
    opened = browser.new_page(viewport={"width": 1366, "height": 768})
    opened.set_default_timeout(WAIT)
    open_at(opened, address)
    yield opened
    opened.close()


def open_at(page, url):
    page.goto(url)
    figure(page).wait_for()


def figure(page):
    return page.locator(".panel img").first


def week(page):
    return int(re.match(r"Week (\d+) of", page.locator(".week").inner_text())[1])


def numbers(page, world):
    return page.locator(f".world{world} td").all_inner_texts()


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def wait_for_week(page, number):
    page.wait_for_function(
        "n => parseInt(document.querySelector('.week').textContent.match(/Week (\\d+)/)[1]) >= n", arg=number
    )


def step(page, times=1):
    for _ in range(times):
        before, drawn = week(page), figure(page).get_attribute("src")
        button(page, "Step").click()
        wait_for_week(page, before + 1)
        page.wait_for_function("old => document.querySelector('.panel img').src !== old", arg=drawn)


def test_it_loads_without_a_network_and_a_screenshot_is_kept(browser, address, tmp_path):
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    asked, failed, said = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    open_at(page, address)
    for number in range(4):
        page.get_by_role("tab").nth(number).click()
        page.locator(".panel h2").first.wait_for()
    page.screenshot(path=tmp_path / "dashboard.png")
    page.close()
    assert (tmp_path / "dashboard.png").stat().st_size > 20_000
    assert asked
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert failed == []
    assert said == []


def test_every_page_has_its_name(page):
    names = page.evaluate(
        "[...document.querySelectorAll('[role=tab]')].map(tab => getComputedStyle(tab, '::after').content)"
    )
    assert names == ['"Shares"', '"Loyalty and map"', '"Touchpoints"', '"Customers"']


def wait_for_all_seeds(page):
    """Reset until the picture has the worlds of all seeds, which join it while it is looked at."""
    for _ in range(90):
        if "Pale: the same world" in figure(page).get_attribute("alt"):
            return
        page.wait_for_timeout(2000)
        button(page, "Reset").click()
    raise AssertionError(figure(page).get_attribute("alt"))


def test_a_step_and_play_change_the_figures_and_reset_begins_anew(page):
    assert week(page) == 0
    assert numbers(page, 0) == numbers(page, 1)
    wait_for_all_seeds(page)
    first = figure(page).get_attribute("src")
    step(page)
    stepped = week(page)
    assert stepped > 0
    button(page, "▶").click()
    wait_for_week(page, stepped + 20)
    button(page, "❚❚").click()
    button(page, "▶").wait_for()
    assert figure(page).get_attribute("src") != first
    assert numbers(page, 0) != numbers(page, 1)
    button(page, "Reset").click()
    page.wait_for_function("document.querySelector('.week').textContent.startsWith('Week 0')")
    page.wait_for_function("first => document.querySelector('.panel img').src === first", arg=first)
    assert numbers(page, 0) == numbers(page, 1)


def test_a_slider_changes_the_outcome_from_the_keyboard(page):
    step(page, 8)
    before = numbers(page, 0)
    assert before != numbers(page, 1)
    budget = page.get_by_role("slider", name=re.compile("^Budget"))
    budget.focus()
    page.keyboard.press("Home")
    button(page, "Reset and apply 1 change").click()
    page.get_by_text("budget 0.0;").wait_for()
    step(page, 8)
    assert numbers(page, 0) != before
    assert numbers(page, 0) == numbers(page, 1)


def test_what_is_changed_is_marked_until_a_reset_and_the_button_counts_it(page):
    sync_api.expect(page.locator(".waiting")).to_have_count(0)
    page.get_by_role("status").get_by_text("All choices are in force.").wait_for()
    before = page.locator(".standing").inner_text()
    page.get_by_role("slider", name="Tools at a time", exact=True).focus()
    page.keyboard.press("ArrowRight")
    button(page, "Reset and apply 1 change").wait_for()
    # The name of the slider, which a screen reader says, tells it too, and the focus stays where it was.
    changed = page.get_by_role("slider", name="Tools at a time (changed)", exact=True)
    assert changed.evaluate("one => one === document.activeElement")
    page.locator(".waiting", has_text="Not in force: the worlds on the page have 1.").wait_for()
    page.get_by_role("slider", name=re.compile("^Seed of the luck")).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("status").get_by_text("2 changes not in force yet").wait_for()
    sync_api.expect(page.locator(".waiting")).to_have_count(2)
    tab_to(page, button(page, "Reset and apply 2 changes"))
    assert page.locator(".standing").inner_text() == before
    page.keyboard.press("Enter")
    page.get_by_text("tools at a time 2;").wait_for()
    button(page, "Reset").wait_for()
    sync_api.expect(page.locator(".waiting")).to_have_count(0)
    assert page.locator(".standing").inner_text() != before


def test_a_change_that_is_taken_back_waits_no_longer(page):
    slider = page.get_by_role("slider", name=re.compile("^Tools at a time"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    button(page, "Reset and apply 1 change").wait_for()
    page.keyboard.press("ArrowLeft")
    button(page, "Reset").wait_for()
    sync_api.expect(page.locator(".waiting")).to_have_count(0)


def test_tools_are_left_out_and_a_note_says_that_they_are_not_in_force_yet(page):
    order = page.locator("ol.tools li")
    tools = order.count()
    order.first.get_by_role("button", name=re.compile("^leave .* out$")).click()
    page.wait_for_function("n => document.querySelectorAll('ol.tools li').length === n", arg=tools - 1)
    page.locator(".waiting .not-in-force").wait_for()
    button(page, "Reset and apply 1 change").wait_for()
    second = order.nth(1).locator(".tool").inner_text()
    order.nth(1).get_by_role("button", name=re.compile("earlier$")).click()
    page.wait_for_function("name => document.querySelector('ol.tools .tool').textContent === name", arg=second)
    button(page, "Reset and apply 1 change").click()
    step(page)
    begun = page.get_by_text(f"Tools begun until week {week(page)}: {second}")
    begun.wait_for()
    assert begun.count() == 1


def test_uncertainties_lie_behind_a_fold_and_act_from_the_next_reset_on(page):
    assert page.locator(".uncertainty").count() == 0
    page.get_by_role("button", name=re.compile("^Show .* uncertainties$", re.IGNORECASE)).click()
    page.get_by_label("Find").fill("loyalty coefficient")
    page.wait_for_function("document.querySelectorAll('.uncertainty').length === 1")
    page.locator(".uncertainty [role=slider]").focus()
    page.keyboard.press("Home")
    page.get_by_text("loyalty coefficient, utils: 1", exact=True).wait_for()
    step(page, 2)
    as_shipped = numbers(page, 0)
    button(page, "Reset and apply 1 change").click()
    page.wait_for_function("document.querySelector('.week').textContent.startsWith('Week 0')")
    step(page, 2)
    assert numbers(page, 0) != as_shipped


def test_a_customer_is_picked_and_explained_in_both_worlds(page):
    page.get_by_role("tab").nth(3).click()
    people = page.locator(".panel table button")
    people.nth(2).wait_for()
    name = people.nth(2).inner_text()
    people.nth(2).click()
    page.locator(".panel h2", has_text=f"{name}, with the programme").wait_for()
    page.locator(".panel h2", has_text=f"{name}, without it").wait_for()
    assert page.locator(".panel h2", has_text=name).count() == 2


def test_the_lesson_answers_with_the_numbers_of_the_worlds_that_were_played(page):
    page.get_by_role("button", name=re.compile("Start the lesson")).click()
    page.get_by_text("Lesson, step 1 of").wait_for()
    assert page.get_by_text("What happened here").count() == 0
    button(page, "▶").click()
    page.get_by_text("What happened here").wait_for()
    share = [numbers(page, world)[0] for world in (0, 1)]
    assert share[0] != share[1]
    page.get_by_text(f"market share {share[0]} against {share[1]}").wait_for()
    button(page, "Next").click()
    page.get_by_text("Lesson, step 2 of").wait_for()
    page.wait_for_function("document.querySelector('.week').textContent.startsWith('Week 0')")
    # Nothing is left of the step before: it can be played, and a reset is this step's own.
    step(page)
    button(page, "Reset").click()
    page.wait_for_function("document.querySelector('.week').textContent.startsWith('Week 0 of 104')")
    button(page, "▶").click()
    wait_for_week(page, 10)
    button(page, "Leave the lesson").click()
    page.get_by_role("button", name=re.compile("Start the lesson")).wait_for()
    step(page)


def test_step_is_reached_and_pressed_with_the_keyboard_alone(page):
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Step":
            break
    assert page.evaluate("document.activeElement.textContent.trim()") == "Step"
    page.keyboard.press("Enter")
    wait_for_week(page, 1)


def tab_to(page, wanted):
    """Press Tab until that element has the focus, which must be seen."""
    wanted.wait_for(state="attached")
    for _ in range(2 * MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            assert wanted.evaluate(RINGED)
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def test_everything_can_be_done_from_the_keyboard(page):
    tab_to(page, button(page, "▶"))
    page.keyboard.press("Space")
    wait_for_week(page, 5)
    button(page, "❚❚").wait_for()
    page.keyboard.press("Space")
    button(page, "▶").wait_for()
    tools_at_a_time = page.get_by_role("slider", name=re.compile("^Tools at a time"))
    tab_to(page, tools_at_a_time)
    page.keyboard.press("ArrowRight")
    assert tools_at_a_time.get_attribute("aria-valuenow") == "2"
    tab_to(page, page.get_by_label("Rivals"))
    page.keyboard.press("Enter")
    page.get_by_role("option", name="responding").wait_for()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    second = page.locator("ol.tools li").nth(1).locator(".tool").inner_text()
    tab_to(page, page.get_by_role("button", name=f"{second} earlier"))
    page.keyboard.press("Enter")
    page.wait_for_function("name => document.querySelector('ol.tools .tool').textContent === name", arg=second)
    tab_to(page, page.get_by_role("button", name=re.compile("^Show .* uncertainties$", re.IGNORECASE)))
    page.keyboard.press("Space")
    page.locator(".uncertainty").first.wait_for()
    tab_to(page, page.locator(".uncertainty [role=slider]").first)
    page.keyboard.press("End")
    tab_to(page, button(page, "Reset and apply 4 changes"))
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("tools at a time 2;.*rivals (trend|responding);")).wait_for()
    assert week(page) == 0


def test_pages_customers_and_the_lesson_are_reached_from_the_keyboard(page):
    tab_to(page, page.get_by_role("tab").nth(3))
    page.keyboard.press("Enter")
    second = page.locator(".panel table button").nth(1)
    tab_to(page, second)
    name = second.inner_text()
    page.keyboard.press("Enter")
    page.locator(".panel h2", has_text=f"{name}, without it").wait_for()
    tab_to(page, page.get_by_role("button", name=re.compile("Start the lesson")))
    page.keyboard.press("Enter")
    page.get_by_text("Lesson, step 1 of").wait_for()
    tab_to(page, button(page, "Next"))
    page.keyboard.press("Enter")
    page.get_by_text("Lesson, step 2 of").wait_for()
    tab_to(page, button(page, "Leave the lesson"))
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("Start the lesson")).wait_for()


def test_a_title_is_shown_as_text_whatever_it_says(browser, tmp_path):
    title = "<script>window.hit = 1</script><img src=x onerror='window.hit = 2'> & $x$"
    scenario = tmp_path / "odd.toml"
    lines = ['extends = "partner_dv"', 'name = "odd"', f'title = "{title}"', "[firms.partner_dv]", f'title = "{title}"']
    scenario.write_text("\n".join(lines), encoding="utf-8")
    with served(str(scenario), *SMALL) as url:
        page = browser.new_page()
        page.set_default_timeout(WAIT)
        open_at(page, url)
        page.get_by_text("<script>window.hit = 1</script>").first.wait_for()
        step(page)
        assert page.evaluate("window.hit") is None
        page.close()


def test_a_page_that_others_can_reach_demands_its_token(browser):
    with served(*SMALL, "--host", "0.0.0.0") as url:
        assert "?token=" in url
        port = re.search(r":(\d+)/", url)[1]
        own, token = f"http://127.0.0.1:{port}/", url.split("?")[1]
        with_cookie = browser.new_context()
        page = with_cookie.new_page()
        page.set_default_timeout(WAIT)
        assert page.goto(own).status == 403
        open_at(page, f"{own}?{token}")
        assert page.url == own
        step(page)
        with_cookie.close()


def test_a_scenario_named_like_a_script_shows_as_text(browser, tmp_path):
    evil = "<script>window.had=1</script><img src=x onerror=window.had=1>"
    case = tmp_path / "case.toml"
    case.write_text(f'extends = "partner_dv"\ntitle = "{evil}"\n[firms.partner_dv]\ntitle = "{evil}"\n')
    with served(str(case), *SMALL) as url:
        page = browser.new_page()
        page.set_default_timeout(WAIT)
        open_at(page, url)
        assert evil in page.inner_text("body")
        assert page.evaluate("window.had") is None
        assert page.locator("img[src=x]").count() == 0
        page.close()
