"""The reference result: what small worlds give on any machine, in results/reference/worlds/, exact in counts.

Counts of every week are kept as a digest and as readable totals, sums of fractions to twelve digits. Whoever changes
what the model gives writes it anew, and says in CHANGELOG.md what moved, by how much and why, beside the new digest:
    python tests/reference_result.py check [WORLD ...]     # what differs; exit code 1 if anything does
    python tests/reference_result.py write                 # then the digest that CHANGELOG.md has to name
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from simbiz.market.model import OmnichannelModel
from simbiz.runs.run import Outcome, Run, outcome_of
from simbiz.scenario import Scenario, load_scenario, without_programme

FOLDER = Path(__file__).parent.parent / "results" / "reference" / "worlds"
SETTINGS = "worlds.json"
DIGITS, TOLERANCE = 12, 1e-9

Table = dict[str, list[str]]


def names() -> list[str]:
    """Name the worlds."""
    return list(_settings())


@cache
def _settings() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((FOLDER / SETTINGS).read_text(encoding="utf-8"))
    return found


def scenario_of(name: str) -> Scenario:
    """Give the scenario of a world: a shipped one, small, with what changes it."""
    own = _settings()[name]
    scenario = load_scenario(own["scenario"], own["set"])
    if own.get("persons_only"):
        scenario = _persons_only(scenario, own["set"])
    return scenario if own.get("programme", True) else without_programme(scenario)


def _persons_only(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Give the same firms in a market of persons: what profiles say by segment is what they say of persons."""
    person = scenario.segments["person"].model_dump() | {"value_share": 1.0}
    profiles = {name: _of_persons(profile.model_dump(mode="json")) for name, profile in scenario.profiles.items()}
    return load_scenario(scenario.name, {**changes, "segments": {"person": person}, "profiles": profiles})


def _of_persons(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return value["person"] if "person" in value else {key: _of_persons(part) for key, part in value.items()}


def lived(name: str, engine: str = "arrays") -> OmnichannelModel:
    """Live through a world to the end of its calendar."""
    return OmnichannelModel(scenario_of(name), rng=_settings()[name]["seed"], engine=engine).run()


def tables_of(name: str, engine: str = "arrays") -> dict[str, Table]:
    """Give what a world gives: file by file, the cells of every line by its first cell."""
    model = lived(name, engine)
    outcome = outcome_of(model, Run(model.layout.scenario, model.seed_used), series=False)
    found = {
        "counts.csv": dict(_counts(model)),
        "sums.csv": dict(_sums(model, outcome, _settings()[name].get("years"))),
        "events.csv": dict(_events(outcome)),
    }
    model.release()
    return found


def _counts(model: OmnichannelModel) -> Iterator[tuple[str, list[str]]]:
    """Whole numbers: a digest of every week or customer, and totals by the first axis beside it."""
    firms, segments = model.layout.firms, model.layout.segments
    yield "count", ["digest", *firms]
    for field in model.tallies.dtype.names:
        values = np.asarray(model.tallies[field])
        # Every count has the segment last, and all but those of segments alone the firm first.
        totals = values.sum(axis=0).reshape(len(segments) if values.ndim == 2 else len(firms), -1).sum(axis=1)
        yield field, [_digest(values), *map(str, totals.tolist())]
    for field in _fields(model.customers, "iu"):
        values = np.asarray(model.customers[field])
        yield f"customers.{field}", [_digest(values), str(values.astype(np.int64).sum())]
    for field in model.voices.dtype.names:
        values = np.asarray(model.voices[field])
        yield f"voices.{field}", [_digest(values), str(values.astype(np.int64).sum())]


def _sums(model: OmnichannelModel, outcome: Outcome, years: Sequence[int] | None) -> Iterator[tuple[str, list[str]]]:
    """Fractions: metrics of some years, series added up over the weeks, traits added up over the customers."""
    yield "sum", list(model.layout.firms)
    for metric, by_year in outcome.metrics.items():
        for year, values in zip(outcome.years, by_year, strict=True):
            if years is None or year in years:
                yield f"{metric}, year {year}", [_fraction(value) for value in values]
    for field in model.firm_series._fields:
        values = getattr(model.firm_series, field).sum(axis=0).reshape(len(model.layout.firms), -1).sum(axis=1)
        yield f"weeks of {field}", [_fraction(value) for value in values]
    for field in _fields(model.customers, "f"):
        values = np.asarray(model.customers[field], dtype=np.float64)
        yield f"customers.{field}", [_fraction(value) for value in np.atleast_1d(values.sum(axis=0))]


def _events(outcome: Outcome) -> Iterator[tuple[str, list[str]]]:
    """What the focal firm implemented, and how rivals answered, in weeks from the start."""
    yield "event", ["first week", "last week", "failed", "what"]
    for number, task in enumerate(outcome.programme["tasks"]):
        weeks = [str(task["first_week"]), str(task["last_week"])]
        yield f"task {number}", [*weeks, "yes" if task["failed"] else "no", f"{task['tool']} {task['step']}"]
    for number, answer in enumerate(outcome.programme["answers"]):
        noticed = "" if answer["noticed_week"] is None else str(answer["noticed_week"])
        what = [answer["rival"], *answer["tools"], *([_fraction(answer["offer"])] if answer["offer"] else [])]
        yield f"answer {number}", [noticed, str(answer["week"]), "no", " ".join(what)]


def _fields(records: Any, kinds: str) -> list[str]:
    return [field for field in records.dtype.names if records.dtype[field].base.kind in kinds]


def _digest(values: Any) -> str:
    """Digest of whole numbers, whatever their width and byte order are."""
    whole = np.ascontiguousarray(values, dtype="<i8")
    return hashlib.blake2b(whole.tobytes(), digest_size=8).hexdigest()


def _fraction(value: float) -> str:
    return f"{value:.{DIGITS}g}"


def read(name: str) -> dict[str, Table]:
    """Give what is kept of a world."""
    found = {}
    for path in sorted((FOLDER / name).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found[path.name] = {line[0]: line[1:] for line in csv.reader(lines)}
    return found


def differences(kept: Mapping[str, Table], found: Mapping[str, Table]) -> list[str]:
    """Name every line that is not the same: exactly in counts, within 1e-9 of the largest of its cells in sums."""
    told = []
    for file in sorted(kept.keys() | found.keys()):
        one, other = kept.get(file, {}), found.get(file, {})
        told += [
            f"{file}, {key}: kept {_line(one.get(key))}, found {_line(other.get(key))}"
            for key in [*one, *(key for key in other if key not in one)]
            if not _same(file, one.get(key), other.get(key))
        ]
    return told


def _same(file: str, one: Sequence[str] | None, other: Sequence[str] | None) -> bool:
    if one == other or one is None or other is None:
        return one == other
    if file != "sums.csv" or len(one) != len(other):
        return False
    try:
        a, b = np.array(one, dtype=float), np.array(other, dtype=float)
    except ValueError:
        return False
    scale = np.nanmax(np.abs(a), initial=0.0, where=np.isfinite(a))
    return bool(np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True))


def _line(cells: Sequence[str] | None) -> str:
    return "nothing" if cells is None else ",".join(cells)


def write() -> None:
    """Keep what the worlds give now."""
    for name in names():
        (FOLDER / name).mkdir(exist_ok=True)
        for file, table in tables_of(name).items():
            with (FOLDER / name / file).open("w", encoding="utf-8", newline="") as lines:
                csv.writer(lines, lineterminator="\n").writerows([key, *cells] for key, cells in table.items())


def content_digest() -> str:
    """16 hexadecimal digits of every file of the reference result."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def main(arguments: Sequence[str]) -> int:
    """Write the reference result, or say what differs from it."""
    if list(arguments) == ["write"]:
        write()
        sys.stdout.write(f"CHANGELOG.md has to name it: {content_digest()}\n")
        return 0
    if not arguments or arguments[0] != "check":
        sys.stderr.write("usage: python tests/reference_result.py write | check [WORLD ...]\n")
        return 2
    told = {name: differences(read(name), tables_of(name)) for name in arguments[1:] or names()}
    for name, lines in told.items():
        sys.stdout.write(f"{name}: {'the same' if not lines else f'{len(lines)} lines differ'}\n")
        sys.stdout.writelines(f"  {line}\n" for line in lines)
    return int(any(told.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
