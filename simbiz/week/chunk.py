"""A chunk of customers, with the part in which it counts among the parts of all chunks."""

from __future__ import annotations

from typing import Any

from simbiz.compilation import compiled
from simbiz.week.customer import customers_week
from simbiz.week.survey import surveys_week


@compiled
def chunk_week(
    first: Any,
    due: Any,
    customers: Any,
    worlds: Any,
    clock: Any,
    stock: Any,
    voices: Any,
    room: Any,
    parts: Any,
    number: Any,
) -> Any:
    """`customers_week` with the part of this number: a record is costly to hand to compiled code, an array is not."""
    return customers_week(first, due, customers, worlds, clock, stock, voices, room, parts[number])


@compiled
def chunk_surveys(
    first: Any,
    start: Any,
    held: Any,
    customers: Any,
    survey: Any,
    worlds: Any,
    room: Any,
    parts: Any,
    number: Any,
) -> Any:
    """`surveys_week` with the part of this number."""
    return surveys_week(first, start, held, customers, survey, worlds, room, parts[number])
