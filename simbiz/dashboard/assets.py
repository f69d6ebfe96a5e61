"""What the page needs on disk, so that it works without a network: looked for before the server starts."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from simbiz.errors import InputError

FIX = "pip install -c constraints.txt 'simbiz[dashboard]'"
NEEDED = ("solara", "solara-assets", "ipyvue", "ipyvuetify", "uvicorn")
# From version 3 on these draw with scripts that solara-assets does not hold.
BELOW = {"ipyvue": 2, "ipyvuetify": 2}
# Files of Solara that ask for others by name and version, and what of it a page of ours loads.
ASKING = ("server/templates/solara.html.j2", "widgets/vue/gridlayout.vue")
LOADED = "solara-vuetify-app|vue-grid-layout|requirejs"
ASKED = re.compile(rf"(?:\{{\{{cdn\}}\}}|getCdn\(\)\}})/((?:@widgetti/)?(?:{LOADED})@[^/]+)/")
EXTENSIONS = {"ipyvue": "jupyter-vue/nodeps.js", "ipyvuetify": "jupyter-vuetify/nodeps.js"}
CDN = "solara/cdn"


def check_assets() -> Path:
    """Folder of the files that Solara would fetch from the network, after all that is needed was found.

    Raises
    ------
    InputError
        For the first thing that is missing, with the command that brings it.
    """
    for name in NEEDED:
        version = _version(name)
        if version is None:
            raise InputError(f"the dashboard needs {name}, which is not installed. Install it with: {FIX}")
        if int(version.split(".")[0]) >= BELOW.get(name, 10**6):
            raise InputError(f"the dashboard needs {name} below {BELOW[name]}, not {version}. Install it with: {FIX}")
    for name, ending in EXTENSIONS.items():
        _existing(name, ending)
    folder = next(parent for parent in _existing("solara-assets", CDN).parents if parent.as_posix().endswith(CDN))
    for part in asked_for(_solara_folder()):
        if not (folder / part).is_dir():
            raise InputError(
                f"the dashboard misses {part}: solara {_version('solara')} and solara-assets "
                f"{_version('solara-assets')} do not fit. Install it with: {FIX}"
            )
    return folder


def asked_for(solara: Path) -> list[str]:
    """Names with versions that the pages of an installed Solara load from a network, or from solara-assets."""
    texts = ((solara / name).read_text(encoding="utf-8") for name in ASKING)
    return sorted({name for text in texts for name in ASKED.findall(text)})


def _solara_folder() -> Path:
    """Folder of the library, found without importing it."""
    found = find_spec("solara")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(next(iter(found.submodule_search_locations)))


def _version(name: str) -> str | None:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return None


def _existing(name: str, part: str) -> Path:
    """First file of a distribution with a text in its path; all of those files must exist."""
    found = [Path(str(file.locate())).resolve() for file in distribution(name).files or () if part in file.as_posix()]
    missing = [file for file in found if not file.is_file()]
    if missing or not found:
        what = missing[0].name if missing else part
        again = f"{FIX} --force-reinstall {name}"
        raise InputError(f"the dashboard misses {what} of {name}. Install it again with: {again}")
    return found[0]
