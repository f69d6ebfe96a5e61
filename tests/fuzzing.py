"""How the tests use hypothesis: the same examples every time, no clock, nothing kept; and what a refusal must be."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

from simbiz.errors import UNSEEN

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


def examples(number: int) -> settings:
    """Settings for so many examples."""
    return settings(
        max_examples=number,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=QUIET,
    )


def assert_one_line(said: object) -> None:
    """Check that a refusal is one line that does nothing to a terminal."""
    assert len(str(said).splitlines()) == 1
    assert not UNSEEN.search(str(said).removesuffix("\n"))
