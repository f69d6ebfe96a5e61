"""Plugin of pytest for a tree in which a defect is planted: the tests see that tree, and only what the defect does."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def pytest_configure() -> None:
    import simbiz
    from simbiz import compilation

    if Path(str(simbiz.__file__)).resolve().parents[1] != HERE:
        raise RuntimeError(f"the tests would see {simbiz.__file__}, where no defect is planted")
    _pin_digest(compilation, os.environ["PLANTED_DIGEST"])
    if os.environ.get("NUMBA_DISABLE_JIT"):
        from simbiz.market import measures
        from simbiz.week import read_ahead

        # A hint to the processor, which only compiled code can give.
        read_ahead.fetch = lambda record: None
        _read_by_name(measures, "perform", 1)
        _read_by_name(measures, "apply_effects", 1)


def _read_by_name(module: object, function: str, place: int) -> None:
    """Let a function take records by name that only compiled code reads so from a plain array."""
    import numpy as np

    real = getattr(module, function)

    def read(*given: object) -> object:
        records = given[place].view(np.recarray)
        return real(*given[:place], records, *given[place + 1 :])

    setattr(module, function, read)


def _pin_digest(compilation: object, pinned: str) -> None:
    """Let the sources have the digest that they have without the defect.

    Otherwise whatever is stored with the digest of the model would be refused as stale, and a defect would be found
    because a file has changed and not because of what it does.
    """
    real, sources, package = compilation.source_digest, compilation.MODEL_SOURCES, compilation.PACKAGE

    def digest(names: tuple[str, ...] = sources) -> str:
        return pinned if names is sources and package == compilation.PACKAGE else real(names)

    compilation.source_digest = digest
