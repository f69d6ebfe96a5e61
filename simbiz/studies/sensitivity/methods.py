"""Methods by the name that a study says."""

from __future__ import annotations

from collections.abc import Mapping

from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.studies.sensitivity.given_data import DELTA, PAWN, RBD_FAST
from simbiz.studies.sensitivity.method import Method
from simbiz.studies.sensitivity.one_at_a_time import DGSM, MORRIS, SHAPLEY
from simbiz.studies.sensitivity.variance import FAST, SOBOL, SOBOL_SECOND_ORDER

METHODS: Mapping[str, Method] = {
    "morris": MORRIS,
    "sobol": SOBOL,
    "sobol-second-order": SOBOL_SECOND_ORDER,
    "fast": FAST,
    "rbd-fast": RBD_FAST,
    "delta": DELTA,
    "pawn": PAWN,
    "dgsm": DGSM,
    "shapley": SHAPLEY,
}


def method_named(name: str) -> Method:
    """Method by name."""
    if name not in METHODS:
        raise InputError(f"{name} is not a method; allowed: {one_of(METHODS)}.{did_you_mean(name, METHODS)}")
    return METHODS[name]
