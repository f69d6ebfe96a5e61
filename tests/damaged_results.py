"""What else is read than TOML, damaged by rule: result folders, purchase panels, sets of parameter points, --set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from damaged_files import BYTES, NUMBERS, OTHERS, SEED

from simbiz.scenario import load_scenario
from simbiz.scenario.setting import setting_keys

LIVE = ".lock"  # files beside a ledger that hold nothing

WHOLE = {
    "empty": b"",
    "zeros": b"\0" * 4096,
    "null": b"null",
    "a list": b"[]",
    "a table": b"{}",
    "a text": b'"text"',
    "no number": b'{"schema_version": NaN}',
    "no end": b'{"schema_version": 1e400}',
    "digits": b'{"schema_version": ' + b"9" * 5000 + b"}",
    "later version": b'{"schema_version": 10000}',
    "deep lists": b"[" * 100_000,
    "deep tables": b'{"a":' * 100_000,
}


def damaged(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give other contents of a file, with what was done."""
    rng = np.random.default_rng(SEED)
    yield from WHOLE.items()
    yield "noise", rng.bytes(4096)
    yield "UTF-16", content.decode("utf-8", "replace").encode("utf-16")
    for damage in BYTES if content else ():
        yield damage.__name__[1:], damage(content, rng)


def replaced(path: Path) -> Iterator[str]:
    """Put something that is no file into the place of a file, one thing after the other."""
    path.unlink()
    yield "missing"
    for name, put in {
        "folder": path.mkdir,
        "link to zeros": lambda: path.symlink_to("/dev/zero"),
        "link to itself": lambda: path.symlink_to(path.name),
        "link outside": lambda: path.symlink_to("/etc/passwd"),
    }.items():
        put()
        yield name
        path.rmdir() if name == "folder" else path.unlink()


def good_panel() -> pd.DataFrame:
    """Give a few purchases."""
    rng, count = np.random.default_rng(SEED), 60
    return pd.DataFrame(
        {
            "customer": rng.integers(0, 20, count),
            "week": rng.integers(0, 52, count),
            "firm": rng.choice(["a", "b", "c"], count),
            "amount": rng.random(count),
        }
    )


def odd_panels() -> dict[str, pd.DataFrame]:
    """Give panels that are Parquet and mostly no panel."""
    good = good_panel()
    count = len(good)
    return {
        "good": good,
        "one row": good[:1],
        "no rows": good[:0],
        "one firm": good.assign(firm="a"),
        "one customer": good.assign(customer=1),
        "lists": good.assign(customer=[[1]] * count),
        "tables": good.assign(firm=[{"a": 1}] * count),
        "dates": good.assign(week=pd.Timestamp("2020-01-01")),
        "flags": good.assign(amount=True),
        "huge amounts": good.assign(amount=1e308),
        "tiny amounts": good.assign(amount=5e-324),
        "negative amounts": good.assign(amount=-1.0),
        "endless amounts": good.assign(amount=np.inf),
        "no amounts": good.assign(amount=np.nan),
        "amounts in words": good.assign(amount="much"),
        "amounts of time": good.assign(amount=pd.Timedelta(1)),
        "weeks without an end": good.assign(week=np.inf),
        "firms that move a cursor": good.assign(firm="\x1b[2J"),
        "firms of bytes": good.assign(firm=b"\xff"),
        "no firms": good.assign(firm=None),
        "as many firms as purchases": good.assign(firm=range(count)),
        "another index": good.set_index("customer"),
        "capitals": good.rename(columns=str.upper),
        "other columns": good.assign(more=1),
        "too many pairs": pd.DataFrame({"customer": range(8000), "week": 0, "firm": range(8000), "amount": 1.0}),
    }


def parameter_sets(model: str) -> dict[str, Any]:
    """Give reports of a calibration that say other things than a calibration says."""
    good = {
        "kind": "parameter set",
        "model": model,
        "scenario": "partner_dv",
        "to": "patterns",
        "points": [{"values": {"parameters.patience": 20.0}, "passes": True}],
        "bounds": {"parameters.patience": {"range": [5.0, 40.0]}},
    }
    return {
        **{f"without {name}": {key: value for key, value in good.items() if key != name} for name in good},
        "another model": good | {"model": "0" * 32},
        "no points": good | {"points": []},
        "points without values": good | {"points": [{"passes": True}]},
        "points that are numbers": good | {"points": [1, 2]},
        "points that are a table": good | {"points": {"a": 1}},
        "a point that names nothing": good | {"points": [{"values": {"parameters.nothing": 1.0}, "passes": True}]},
        "a point out of bounds": good | {"points": [{"values": {"parameters.patience": -1e300}, "passes": True}]},
        "a point in words": good | {"points": [{"values": {"parameters.patience": "much"}, "passes": True}]},
        "a point with a path": good | {"points": [{"values": {"../../x": 1.0}, "passes": True}]},
        "bounds without a range": good | {"bounds": {"parameters.patience": {}}},
        "bounds of three": good | {"bounds": {"parameters.patience": {"range": [1, 2, 3]}}},
        "a scenario that moves a cursor": good | {"scenario": "\x1b[2J", "model": "0" * 32},
    }


def settings(number: int) -> list[str]:
    """Give texts after --set: keys of the shipped market with hostile values, and signs in any order."""
    rng = np.random.default_rng(SEED)
    keys = [key for key in setting_keys(load_scenario("partner-dv")) if not key.startswith(("calendar", "customers"))]
    signs = [*"abc.=[]{}\"' \\\n\t0129-_eE+#,\x1b\u202eß", "\U0001f600", "\udcff"]

    def some(most: int) -> str:
        return "".join(rng.choice(signs, int(rng.integers(1, most))))

    def key() -> str:
        return keys[int(rng.integers(len(keys)))]

    def changed(text: str) -> str:
        place = int(rng.integers(len(text)))
        return text[:place] + some(2) + text[place + 1 :]

    made = list(ODD)
    while len(made) < number:
        hostile = (*NUMBERS, *OTHERS)[int(rng.integers(len(NUMBERS) + len(OTHERS)))]
        made += [f"{key()}={hostile}", f"{key()}={some(12)}", f"{changed(key())}=1", some(20)]
    return made


ODD = (
    "", "=", "=1", "customers", "customers=", "customers==1", ".=1", "..=1", "a..b=1", "market=1", "market.=1",
    "effects=1", "effects..=1", "firms={}", "firms=[]", "firms.partner_dv=1", "firms.partner_dv.share={}",
    "parameters.x.y=1",
    "x" * 5000 + "=1", "a." * 5000 + "a=1", "customers=" + "9" * 5000, "customers=0x" + "f" * 5000, "customers=1e400",
    "customers=" + "[" * 5000, "customers=" + "{a=" * 500, 'customers="', "customers=\nx=2", "programme.order=[1]",
    "name=../x", 'name="../x"', "title=\x1b[2J", "title=\udcff", "\x1b[31m=1", "\udcff=1", "shock={}", "shock=1",
    "customers=-0", "customers=2026-01-01", "segments.new.kind=person", "fit.intercepts.nobody=1", "focal=nobody",
)  # fmt: skip
