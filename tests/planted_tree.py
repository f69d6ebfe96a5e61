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
        from simbiz.week import read_ahead

        # A hint to the processor, which only compiled code can give.
        read_ahead.fetch = lambda record: None


def _pin_digest(compilation: object, pinned: str) -> None:
    """Let the sources have the digest that they have without the defect.

    Otherwise whatever is stored with the digest of the model would be refused as stale, and a defect would be found
    because a file has changed and not because of what it does.
    """
    real, sources, package = compilation.source_digest, compilation.MODEL_SOURCES, compilation.PACKAGE

    def digest(names: tuple[str, ...] = sources) -> str:
        return pinned if names is sources and package == compilation.PACKAGE else real(names)

    compilation.source_digest = digest
