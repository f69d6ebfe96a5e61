"""Damaged TOML files, made by rule from the shipped scenarios and studies: the same every time, none of them stored.

A case puts files into an empty folder and says which of them a user would name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from simbiz.runs.study_file import SHIPPED as STUDIES
from simbiz.scenario import load_scenario
from simbiz.scenario.files import SHIPPED as SCENARIOS
from simbiz.scenario.setting import setting_keys

MINE = "mine.toml"
HEADS = {"scenario": 'extends = "partner_dv"\nname = "mine"\n', "study": 'extends = "sweep_small"\n'}
SEED = 20221121
MEGABYTES = 10_000_000

NUMBERS = (
    "nan", "inf", "-inf", "1e308", "-1e308", "1e-320", "-1", "-0.0", "0", "1e15", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "9" * 400, "9" * 5000, "0x" + "f" * 5000, "1e999999",
)  # fmt: skip
OTHERS = (
    '""', '"text"', "[]", "{}", "true", "1979-05-27", "07:32:00", "[[[[]]]]", '["a", "a"]', "[1, 2]", "[2, 1]",
    '[""]', "{ a = 1 }", '"market"', '"\\u0000"', '"\\u001b[2J\\u001b[31m"', '"\\u202edlrow"', '"a\\nb"', '"e\\u0301"',
    '"\\U0001F600"', '"../../x"', '"/etc/passwd"', '"' + "a" * 300 + '"', '"' + "x" * 100_000 + '"', "[-1]",
    "'''\r\n'''",
)  # fmt: skip

Damage = Callable[[bytes, np.random.Generator], bytes]


@dataclass(frozen=True)
class Case:
    """A damaged file.

    Parameters
    ----------
    kind : str
        "scenario" or "study".
    name : str
        What was done.
    put : callable
        Puts it into an empty folder, with what it needs beside it.
    is_quick : bool
        Whether a study of it takes no longer to plan than the largest shipped ones.
    """

    kind: str
    name: str
    put: Callable[[Path], None]
    is_quick: bool = True


def cases() -> list[Case]:
    """All of them, scenarios and studies."""
    return [*_bytes_damaged(), *_values_damaged(), *_texts(), *_places()]


# ---- bytes


def _flipped(content: bytes, rng: np.random.Generator) -> bytes:
    place = int(rng.integers(len(content)))
    return content[:place] + bytes([content[place] ^ (1 << int(rng.integers(8)))]) + content[place + 1 :]


def _overwritten(content: bytes, rng: np.random.Generator) -> bytes:
    place, count = int(rng.integers(len(content))), int(rng.integers(1, 16))
    return content[:place] + rng.bytes(count) + content[place + count :]


def _truncated(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: int(rng.integers(1, len(content)))]


def _cut(content: bytes, rng: np.random.Generator) -> bytes:
    first, last = sorted(rng.integers(len(content), size=2).tolist())
    return content[:first] + content[last:]


def _line_gone(content: bytes, rng: np.random.Generator) -> bytes:
    lines = content.split(b"\n")
    del lines[int(rng.integers(len(lines)))]
    return b"\n".join(lines)


def _line_twice(content: bytes, rng: np.random.Generator) -> bytes:
    lines = content.split(b"\n")
    lines.insert(int(rng.integers(len(lines))), lines[int(rng.integers(len(lines)))])
    return b"\n".join(lines)


def _mark_changed(content: bytes, rng: np.random.Generator) -> bytes:
    marks = [place for place, byte in enumerate(content) if byte in b"[]{}=\"'.,#"]
    place = marks[int(rng.integers(len(marks)))]
    return content[:place] + bytes([b"[]{}=\"'.,#\n"[int(rng.integers(11))]]) + content[place + 1 :]


def _digit_changed(content: bytes, rng: np.random.Generator) -> bytes:
    digits = [place for place, byte in enumerate(content) if byte in b"0123456789"] or [0]
    place = digits[int(rng.integers(len(digits)))]
    return content[:place] + bytes([b"0123456789-.e"[int(rng.integers(13))]]) + content[place + 1 :]


BYTES: tuple[Damage, ...] = (
    _flipped, _overwritten, _truncated, _cut, _line_gone, _line_twice, _mark_changed, _digit_changed,
)  # fmt: skip


def _bytes_damaged() -> Iterator[Case]:
    rng = np.random.default_rng(SEED)
    for kind, folder in (("scenario", SCENARIOS), ("study", STUDIES)):
        for source in sorted(folder.glob("*.toml")):
            for damage in BYTES:
                content = damage(source.read_bytes(), rng)
                case = _written(kind, f"{source.stem}, {damage.__name__[1:]}", content)
                yield replace(case, is_quick="small" in source.stem or source.stem == "run")


# ---- values


def _values_damaged() -> Iterator[Case]:
    """Every key of the shipped market with a hostile value, and every number once more."""
    rng = np.random.default_rng(SEED)
    scenario = load_scenario("partner-dv")
    for key in setting_keys(scenario):
        # A key of every table, not every parameter of the same kind.
        if key.startswith(("parameters.", "effects.", "mechanisms.")) and rng.random() > 0.1:
            continue
        if key.startswith("firms.") and not key.startswith(("firms.rival_c.", "firms.partner_dv.")):
            continue
        for hostile in (NUMBERS, OTHERS):
            value = hostile[int(rng.integers(len(hostile)))]
            yield _written("scenario", f"{key} = {value[:40]}", _with(key, value))
    for key, value in _study_values():
        text = f'kind = "sweep"\nextends = "sweep_small"\n{key} = {value}\n'
        yield _written("study", f"{key} = {value[:40]}", text.encode())


def _with(key: str, value: str) -> bytes:
    *tables, last = key.split(".")
    if tables[:1] == ["effects"]:
        tables, last = ["effects"], f'"{".".join((*tables[1:], last))}"'
    table = f"[{'.'.join(tables)}]\n" if tables else ""
    head = HEADS["scenario"] if key != "name" else 'extends = "partner_dv"\n'
    return f"{head}{table}{last} = {value}\n".encode()


def _study_values() -> Iterator[tuple[str, str]]:
    keys = ("scenario", "set", "customers", "fit_tolerance", "first_seed", "replicates", "outcomes", "factors", "stop")
    for number, key in enumerate(keys):
        for hostile in (NUMBERS, OTHERS):
            for step in range(6):
                yield key, hostile[(7 * number + 3 * step) % len(hostile)]


# ---- texts and encodings


def _texts() -> Iterator[Case]:
    for kind, head in HEADS.items():
        plain = head + "# Größe €\n"
        texts: dict[str, bytes] = {
            "UTF-16 with mark": plain.encode("utf-16"),
            "UTF-16 little": plain.encode("utf-16-le"),
            "UTF-32": plain.encode("utf-32"),
            "latin-1": head.encode() + "# Größe\n".encode("latin-1"),
            "cp1251": head.encode() + 'title = "Партнёр"\n'.encode("cp1251"),
            "mark of UTF-8": b"\xef\xbb\xbf" + plain.encode(),
            "two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + plain.encode(),
            "overlong": head.encode() + b'title = "\xc0\xaf"\n',
            "surrogates": head.encode() + b'title = "\xed\xa0\x80"\n',
            "NUL": head.encode() + b"\0",
            "CRLF": plain.replace("\n", "\r\n").encode(),
            "CR": plain.replace("\n", "\r").encode(),
            "escapes": head.encode() + b'title = "\x1b[31mred"\n',
            "escapes in a comment": head.encode() + b"# \x1b[31mred\n",
            "escapes in a key": head.encode() + b'"\\u001b]0;gone\\u0007" = 1\n',
            "escapes in a bare key": head.encode() + b"\x9b31m = 1\n",
            "right to left": head.encode() + 'title = "\u202egnp.exe"\n"\u202ekey" = 1\n'.encode(),
            "line ends of Unicode": head.encode() + '"a\u2028b\u0085c" = 1\n'.encode(),
            "delete": head.encode() + b'"a\\u007f" = 1\n',
            "combining": head.encode() + '"e\u0301" = 1\n"\u00e9" = 2\n'.encode(),
            "emoji": head.encode() + '"\U0001f600" = "\U0001f468\u200d\U0001f469"\n'.encode(),
            "empty": b"",
            "blank": b" \n\t\n",
            "comment": b"# nothing\n",
            "zeros": b"\0" * 4096,
            "noise": np.random.default_rng(SEED).bytes(4096),
            "deep arrays": head.encode() + b"a = " + b"[" * 100_000,
            "closed deep arrays": head.encode() + b"a = " + b"[" * 400 + b"]" * 400,
            "deep tables": head.encode() + b"a = " + b"{b=" * 100_000,
            "long dotted key": head.encode() + b"a" + b".a" * 20_000 + b" = 1\n",
            "long dotted header": head.encode() + b"[a" + b".a" * 20_000 + b"]\n",
            "quotes": head.encode() + b'"' * 100_000,
            "apostrophes": head.encode() + b"'" * 100_001,
            "backslashes": head.encode() + b'a = "' + b"\\" * 100_001,
            "brackets": b"[" * 999_000,
            "headers": head.encode() + b"[a]\n" * 100_000,
            "array tables": head.encode() + b"[[a]]\n" * 100_000,
            "keys": head.encode() + b"".join(b"k%d=1\n" % number for number in range(80_000)),
            "long array": head.encode() + b"a = [" + b"1," * 400_000 + b"]\n",
            "key of 10 MB": head.encode() + b"k" * MEGABYTES + b" = 1\n",
            "key of 900 kB": head.encode() + b"k" * 900_000 + b" = 1\n",
            "value of 10 MB": head.encode() + b'title = "' + b"v" * MEGABYTES + b'"\n',
            "value of 900 kB": head.encode() + b'title = "' + b"v" * 900_000 + b'"\n',
            "digits of 900 kB": head.encode() + b"a = " + b"9" * 900_000 + b"\n",
            "date": head.encode() + b"a = 9999-99-99\n",
            "same key": head.encode() * 2,
            "same table": head.encode() + b"[market]\n[market]\n",
            "table and value": head.encode() + b"market = 1\n[market]\nvalue = 2\n",
            "array and table": head.encode() + b"[[market]]\n[market]\n",
            "unknown keys": head.encode() + b"unknown = 1\n[unknown_table]\nx = 1\n",
            "empty key": head.encode() + b'"" = 1\n',
            "dots in a key": head.encode() + b'"market.value" = 1\n',
        }  # fmt: skip
        for name, content in texts.items():
            yield _written(kind, name, content)


# ---- places


EXTENDED = (
    "mine", "mine.toml", "./mine.toml", "../x", "../../../../etc/passwd", "/etc/passwd", "/dev/zero", "/dev/stdin",
    "/dev/tty", "/proc/self/mem", ".", "..", "/", "", " ", "-", "partner_dv\\n", "nul\\u0000l", "\\u001b[31m",
    "partner_dv.toml", "a" * 300, "a" * 100_000, "~", "~/x.toml", "$HOME", "file:///etc/passwd", "http://localhost/x.toml",
    "CON", "*.toml",
)  # fmt: skip
NAMES = (
    "../../x", "../x", "..", ".", "", "/", "/tmp/simbiz-escaped", "a/b", "a\\\\b", "a\\u0000b", " ", "-rf", "~",
    "$HOME", "a\\nb",
    "\\u001b[31mred", "\\u202egnp", "a" * 300, "a" * 10_000, "\\U0001F600", "e\\u0301", "x.toml", "CON", ".hidden",
    "<script>", "партнёр", "%s%n", "{0}", "a:b", "a|b", "a*b",
)  # fmt: skip


def _places() -> Iterator[Case]:
    for parent in EXTENDED:
        yield _written("scenario", f"extends {parent[:30]}", f'extends = "{parent}"\nname = "mine"\n'.encode())
        yield _written("study", f"extends {parent[:30]}", f'extends = "{parent}"\nkind = "run"\n'.encode())
        yield _written("study", f"scenario {parent[:30]}", f'kind = "run"\nscenario = "{parent}"\n'.encode())
    for name in NAMES:
        yield _written("scenario", f"named {name[:30]}", f'extends = "partner_dv"\nname = "{name}"\n'.encode())
        yield Case("study", f"over a scenario named {name[:30]}", _study_over(name))
        firms = f'extends = "partner_dv"\nname = "mine"\nfocal = "{name}"\n'
        yield _written("scenario", f"focal {name[:30]}", firms.encode())
        yield _written("scenario", f"firm {name[:30]}", f'{HEADS["scenario"]}[firms."{name}"]\nshare = 0.1\n'.encode())
        title = f'{HEADS["scenario"]}title = "{name}"\n[firms.partner_dv]\ntitle = "{name}"\n'
        yield _written("scenario", f"titled {name[:30]}", title.encode())
        alternatives = f'extends = "compare_small"\n[alternatives]\n"{name}" = {{}}\n'
        yield _written("study", f"alternative {name[:30]}", alternatives.encode())
    for kind in HEADS:
        for name, put in _links(kind).items():
            yield Case(kind, name, put)


def _study_over(name: str) -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        (folder / "scenario.toml").write_bytes(f'extends = "partner_dv"\nname = "{name}"\n'.encode())
        (folder / MINE).write_bytes(b'kind = "run"\nscenario = "scenario.toml"\n')

    return put


def _links(kind: str) -> dict[str, Callable[[Path], None]]:
    """Links, folders, pipes and loops in the place of the file."""

    def linked(target: str) -> Callable[[Path], None]:
        return lambda folder: (folder / MINE).symlink_to(target)

    def loop(folder: Path) -> None:
        (folder / MINE).write_text('extends = "b.toml"\n', encoding="utf-8")
        (folder / "b.toml").write_text('extends = "c"\n', encoding="utf-8")
        (folder / "c.toml").write_text('extends = "mine"\n', encoding="utf-8")

    def loop_through_a_link(folder: Path) -> None:
        (folder / MINE).write_text('extends = "b.toml"\n', encoding="utf-8")
        (folder / "b.toml").symlink_to(MINE)

    def long_chain(folder: Path) -> None:
        (folder / MINE).write_text('extends = "a0.toml"\n', encoding="utf-8")
        for number in range(2000):
            (folder / f"a{number}.toml").write_text(f'extends = "a{number + 1}.toml"\n', encoding="utf-8")

    def extends_a_folder(folder: Path) -> None:
        (folder / "b.toml").mkdir()
        (folder / MINE).write_text('extends = "b.toml"\n', encoding="utf-8")

    def extends_zero(folder: Path) -> None:
        (folder / "b.toml").symlink_to("/dev/zero")
        (folder / MINE).write_text('extends = "b.toml"\n', encoding="utf-8")

    def without_rights(folder: Path) -> None:
        (folder / MINE).write_text(HEADS[kind], encoding="utf-8")
        (folder / MINE).chmod(0)

    def large(folder: Path) -> None:
        with (folder / MINE).open("wb") as file:
            file.truncate(1 << 40)

    return {
        "link to zeros": linked("/dev/zero"),
        "link to itself": linked(MINE),
        "link to nothing": linked("nowhere.toml"),
        "link outside": linked("/etc/passwd"),
        "link to a folder": linked("."),
        "link to the input": linked("/dev/stdin"),
        "link to a terminal": linked("/dev/tty"),
        "link to a process": linked("/proc/self/environ"),
        "folder": lambda folder: (folder / MINE).mkdir(),
        "pipe": lambda folder: os.mkfifo(folder / MINE),
        "nothing": lambda folder: None,
        "loop": loop,
        "loop through a link": loop_through_a_link,
        "long chain": long_chain,
        "extends a folder": extends_a_folder,
        "extends zeros": extends_zero,
        "without rights": without_rights,
        "a file of a terabyte": large,
    }


def _written(kind: str, name: str, content: bytes) -> Case:
    def put(folder: Path) -> None:
        (folder / MINE).write_bytes(content)

    return Case(kind, name, put)


def tree(folder: Path, but: Path) -> dict[str, Any]:
    """Everything in a folder but what lies in a part of it: kind, size, time of the last change."""
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(place, name) != but]
        for name in (*folders, *files):
            state = os.lstat(Path(place, name))
            time = state.st_mtime_ns if name in files else 0
            found[str(Path(place, name))] = (state.st_mode, state.st_size if name in files else 0, time)
    return found
