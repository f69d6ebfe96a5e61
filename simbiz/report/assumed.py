"""What a study takes for granted: evidence of the rules, what it varies or changes, where its scenario comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Parameter
from simbiz.plots.number_text import NOTHING, counted, in_words, listed, named, plain
from simbiz.plots.sheet import Shown
from simbiz.results.load import Result
from simbiz.scenario import Scenario, parameter_values
from simbiz.scenario.uncertain_values import uncertain_values

EVIDENCE: tuple[Literal["measured", "estimated", "assumed"], ...] = ("measured", "estimated", "assumed")
HEADS = ("parameter", "what it is", "value", "range", "unit", "evidence", "source")
EFFECT, PARAMETER = "effects.", "parameters."
NO_SOURCE = "assumed"


@dataclass(frozen=True)
class Assumed:
    """What a study takes for granted.

    Parameters
    ----------
    sentences : sequence of str
        How much of the rules is assumed, and what the study changes.
    tables : sequence of Shown
        Parameters and sources.
    """

    sentences: Sequence[str]
    tables: Sequence[Shown]


def assumed_of(result: Result, scenario: Scenario) -> Assumed:
    """What a study takes for granted."""
    known = load_catalogue().parameters
    free = {name: one for name, one in known.items() if one.role == "uncertainty"}
    counts = Counter(one.evidence for one in free.values())
    told = listed([f"{counts[name]} {name}" for name in EVIDENCE if counts[name]])
    sentences = [
        f"Of {len(free)} uncertain parameters of the rules the catalogue calls {told}. Where nobody has measured a "
        "number, its value is the middle of a range that was judged possible.",
        *_changed(result),
        *_switched_off(scenario),
    ]
    varied = varied_paths(result)
    if varied:
        sentences.append(f"{counted(len(varied), 'number')} are varied by the study.")
        tables = [_shown(varied, scenario, "What the study varies")]
    else:
        assumed = {PARAMETER + name: one.range for name, one in free.items() if one.evidence == "assumed"}
        sentences.append("None of them is varied here: simbiz sensitivity and simbiz uncertainty tell which matter.")
        tables = [_shown(assumed, scenario, "Assumed parameters, at the values of this study")]
    sources = [[in_words(path).replace("*", "(all)"), _spelt_out(text)] for path, text in scenario.sources.items()]
    if sources:
        tables.append(Shown(("number of the scenario", "where it comes from"), sources, "Sources of the scenario"))
    return Assumed(sentences, tables)


def _spelt_out(text: str) -> str:
    """Source in which names of the catalogue's sources are their citations."""
    known = {name: one.citation.rstrip(".") for name, one in load_catalogue().sources.items() if name != NO_SOURCE}
    return re.sub(r"\w+", lambda found: known.get(found.group(), found.group()), text)


def _changed(result: Result) -> Iterator[str]:
    """Values of the scenario that the study changes everywhere."""
    settings = result.settings
    own = {"customers": settings.get("customers"), "fit.tolerance": settings.get("fit_tolerance")}
    changes = {key: value for key, value in own.items() if value is not None} | settings.get("set", {})
    if changes:
        yield f"The study changes of its scenario: {'; '.join(f'{key} = {value}' for key, value in changes.items())}."


def _switched_off(scenario: Scenario) -> Iterator[str]:
    off = [plain(name) for name, works in scenario.mechanisms.items() if not works]
    if off:
        yield f"Switched off: {listed(off)}."


def varied_paths(result: Result) -> dict[str, tuple[Any, Any] | None]:
    """Paths of numbers that a study varies, with the range it uses; the others have none."""
    report = result.report
    if "stages" in report:
        return {row["path"]: (row["low"], row["high"]) for row in report["stages"][0]["inputs"]}
    if isinstance(report.get("bounds"), dict):
        return {path: (one["range"][0], one["range"][1]) for path, one in report["bounds"].items()}
    if "ranges" in report:
        return {path: (limits[0], limits[1]) for path, limits in report["ranges"].items()}
    factors = report.get("factors")
    if isinstance(factors, list):
        return {row["factor"]: (row["low"], row["high"]) if row.get("low") is not None else None for row in factors}
    return {}


def _shown(paths: Mapping[str, Any], scenario: Scenario, caption: str) -> Shown:
    """A row a number, without columns that say the same in every row; no source is a dash."""
    rows = list(_rows(paths, scenario))
    nothing = load_catalogue().sources[NO_SOURCE].citation
    if any(row[-1] == nothing for row in rows):
        rows = [[*row[:-1], row[-1] if row[-1] != nothing else NOTHING] for row in rows]
        caption += f" ({NOTHING}: {nothing[0].lower()}{nothing[1:].removesuffix('.')})"
    same = HEADS.index("evidence")
    if len(rows) > 1 and len({row[same] for row in rows}) == 1:
        return Shown([*HEADS[:same], *HEADS[same + 1 :]], [[*row[:same], *row[same + 1 :]] for row in rows], caption)
    return Shown(HEADS, rows, caption)


def _rows(paths: Mapping[str, Any], scenario: Scenario) -> Iterator[list[str]]:
    """A row a number: what the catalogue and the sources say of it."""
    catalogue, values = load_catalogue(), parameter_values(scenario)
    declared = (*catalogue.effects(), *catalogue.measure_effects())
    effects = {f"{EFFECT}{name}": effect for name, _, effect in declared}
    own = uncertain_values(scenario)
    for path, limits in paths.items():
        span = NOTHING if limits is None else f"{_declared(limits[0])} to {_declared(limits[1])}"
        name = path.removeprefix(PARAMETER)
        if path.startswith(PARAMETER) and name in catalogue.parameters:
            one = catalogue.parameters[name]
            yield [plain(name), one.meaning, _declared(values[name]), span, one.unit, one.evidence, _cited(one)]
        elif path in effects:
            effect = effects[path]
            attribute = catalogue.firm_attributes[effect.attribute]
            value = _declared(scenario.effects.get(path.removeprefix(EFFECT), effect.value))
            told = [named(path), attribute.effect_meaning, value, span, attribute.effect_unit]
            yield [*told, "", effect.source or "assumed"]
        elif path in own:
            one_of = own[path]
            cited = catalogue.sources[one_of.source].citation
            yield [in_words(path), one_of.meaning, NOTHING, span, one_of.unit, "", cited]
        else:
            yield [in_words(path), "a value of the scenario", NOTHING, span, "", "", NOTHING]


def _declared(value: Any) -> str:
    """Number as people declare it: without the zeros that measuring would add; a pair with a hyphen between."""
    return "-".join(map(_declared, value)) if isinstance(value, list | tuple) else f"{float(value):,.6g}"


def _cited(parameter: Parameter) -> str:
    source = load_catalogue().sources[parameter.source]
    return source.citation
