"""Inputs that act only together: products of two, as the catalogue declares them (`acts_with`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from simbiz.catalogue import Catalogue, load_catalogue


def partners(paths: Sequence[str], catalogue: Catalogue | None = None) -> dict[str, list[str]]:
    """What each input acts with, by path; only inputs that do nothing where all of those are 0.

    Parameters
    ----------
    paths : sequence of str
        Dotted paths of the inputs; partners that are not among them are left out.
    catalogue : Catalogue, optional
        Where it is declared; the shipped one by default.
    """
    catalogue = catalogue or load_catalogue()
    declared = {f"parameters.{name}": one.acts_with for name, one in catalogue.parameters.items()}
    for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects()):
        declared[f"effects.{name}"] = catalogue.firm_attributes[effect.attribute].acts_with
    among = {path: [f"parameters.{name}" for name in declared.get(path, ())] for path in paths}
    known = {path: [other for other in others if other in among] for path, others in among.items()}
    return {path: others for path, others in known.items() if others}


def families(paths: Sequence[str], acting: Mapping[str, Iterable[str]]) -> list[frozenset[int]]:
    """Numbers of the inputs that hang together by what they act with, a set for each family of two and more."""
    found: list[set[str]] = []
    for path, others in acting.items():
        family = {path, *others}
        joined = [one for one in found if one & family]
        found = [one for one in found if not one & family] + [family.union(*joined)]
    return [frozenset(paths.index(path) for path in one) for one in found]
