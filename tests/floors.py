"""The lowest versions that pyproject.toml allows: `python tests/floors.py` writes them into constraints-lowest.txt."""

import re
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FILE = REPOSITORY / "constraints-lowest.txt"
HEAD = """\
# The floors of pyproject.toml, which `make test-lowest` installs. Written by: python tests/floors.py
# What a floor does not name, such as the libraries of a library, is the newest that fits.

"""


def floors() -> dict[str, str]:
    """Give the lowest version of every library that is allowed, where several extras name one the highest of them."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, str] = {}
    extras = project["optional-dependencies"].values()
    for text in [*project["dependencies"], *(one for extra in extras for one in extra)]:
        name = re.split(r"[\[<>=!~ ]", text)[0].lower().replace("_", "-")
        (version,) = re.findall(r">=([\d.]+)", text)
        if name not in found or _numbers(version) > _numbers(found[name]):
            found[name] = version
    return dict(sorted(found.items()))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def text() -> str:
    """Give what stands in constraints-lowest.txt."""
    return HEAD + "".join(f"{name}=={version}\n" for name, version in floors().items())


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
