"""How long a step of the dashboard takes, from the click to the redrawn page, on each of its pages.

A step is five weeks of both worlds. It ends with the last change of the page: the new week, every visible figure
loaded, the last text. Beside it stands the processor time that the server spent on it, which a busy machine hardly
changes.

Run by `python tests/benchmarks/dashboard.py [--json] [--customers 5000] [--steps 20]`, with Chromium and playwright.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
from contextlib import contextmanager

import psutil
from playwright.sync_api import sync_playwright

LIMIT = 0.5  # seconds
QUIET = 400  # milliseconds without a change, after which a step was over
WAIT = 120_000  # milliseconds
# Seconds from the click on Step to the last change of the page.
STEP = """quiet => new Promise(done => {
  const shown = () => [...document.querySelectorAll('.panel img')].filter(one => one.checkVisibility());
  const week = () => document.querySelector('.week').textContent;
  const before = week(), old = shown().map(one => one.src);
  const begun = performance.now();
  let last = begun;
  const changed = () => { last = performance.now(); };
  const observer = new MutationObserver(changed);
  const all = {childList: true, subtree: true, attributes: true, characterData: true};
  observer.observe(document.querySelector('main'), all);
  document.addEventListener('load', changed, true);
  [...document.querySelectorAll('button')].find(one => one.textContent.trim() === 'Step').click();
  const wait = setInterval(() => {
    const drawn = week() !== before && shown().every((one, place) => one.complete && one.src !== old[place]);
    if (!drawn || performance.now() - last < quiet) return;
    clearInterval(wait);
    observer.disconnect();
    document.removeEventListener('load', changed, true);
    done((last - begun) / 1000);
  }, 10);
})"""


@contextmanager
def served(customers):
    """Serve the page; the process and its address."""
    command = [sys.executable, "-m", "simbiz", "dashboard", "--set", f"customers={customers}"]
    own = os.environ | {"PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        [*command, "--no-open", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=own
    )
    try:
        yield psutil.Process(server.pid), server.stdout.readline().split()[-1]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


def measured(page, server, steps):
    """Wall and processor seconds of so many steps of the page that is open; the calendar begins anew where it ends."""
    walls, spent = [], []
    for _ in range(steps):
        if page.get_by_role("button", name="Step", exact=True).is_disabled():
            page.get_by_role("button", name="Reset", exact=True).click()
            page.wait_for_function("document.querySelector('.week').textContent.startsWith('Week 0')")
            page.wait_for_timeout(1500)
        before = sum(server.cpu_times()[:2])
        walls.append(page.evaluate(STEP, QUIET))
        spent.append(sum(server.cpu_times()[:2]) - before)
    return walls, spent


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--steps", type=int, default=20)
    given = parser.parse_args()
    found = {}
    with served(given.customers) as (server, address), sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(WAIT)
        page.goto(address)
        page.locator(".panel img").first.wait_for()
        tabs = page.get_by_role("tab")
        for number in range(tabs.count()):
            tabs.nth(number).click()
            page.wait_for_timeout(3000)
            name = tabs.nth(number).evaluate("tab => getComputedStyle(tab, '::after').content").strip('"')
            measured(page, server, 1)
            walls, spent = measured(page, server, given.steps)
            found[name] = {
                "median": statistics.median(walls), "longest": max(walls), "server": statistics.median(spent)
            }  # fmt: skip
        browser.close()
    load = os.getloadavg()[0]
    if given.json:
        print(json.dumps({"customers": given.customers, "steps": given.steps, "load": load, "pages": found}))
        return
    print(f"{given.customers} customers, both worlds, {given.steps} steps of five weeks on each page, in seconds")
    print(f"load of the machine {load:.1f}")
    print(f"{'page':<18}{'median':>8}{'longest':>9}{'processor time of the server':>30}")
    for name, one in found.items():
        print(f"{name:<18}{one['median']:>8.2f}{one['longest']:>9.2f}{one['server']:>30.2f}")
    slow = [name for name, one in found.items() if one["median"] > LIMIT]
    print(f"above {LIMIT} s: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
