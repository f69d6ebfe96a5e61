"""Records checked by pydantic, with mistakes said in one line at the place where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError

from simbiz.errors import InputError, did_you_mean, one_of

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Text = Annotated[str, Strict()]
Flag = Annotated[bool, Strict()]
Share = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Strict(), Field(gt=0, allow_inf_nan=False)]
Amount = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Strict(), Field(ge=0)]

KeyPath = Sequence[str | int]
Place = Callable[[KeyPath], tuple[Any, int | None]]


class Record(BaseModel):
    """Frozen record without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


R = TypeVar("R", bound=Record)


def dotted(path: KeyPath) -> str:
    """Key path as people write it: `firms.rival_a.staff`."""
    return ".".join(str(part) for part in path)


def refuse(message: str, path: KeyPath, place: Place) -> InputError:
    """Mistake at a key path, with the file and line that `place` knows for it."""
    file, line = place(path)
    return InputError(message, file=file, line=line)


def checked(record: type[R], data: Any, place: Place, prefix: KeyPath = ()) -> R:
    """Turn plain data into a record.

    Parameters
    ----------
    record : type
        Class of the record.
    data : dict
        Plain TOML data.
    place : callable
        Gives (file, line) of a key path.
    prefix : sequence of str
        Where `data` stands in the file.

    Raises
    ------
    InputError
        For the first mistake, in one line.
    """
    try:
        return record.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = [*prefix, *(part for part in first["loc"] if part not in _VARIANTS)]
        raise refuse(_sentence(first, path, record), path, place) from None


_VARIANTS = ("constrained-float", "constrained-int", "float", "int", "str", "bool")


def _sentence(mistake: Any, path: KeyPath, record: type[Record]) -> str:
    kind, name = mistake["type"], dotted(path)
    if kind == "extra_forbidden":
        allowed = _keys_at(record, mistake["loc"][:-1])
        return f"{name} is not a known key; allowed: {one_of(allowed)}.{did_you_mean(str(path[-1]), allowed)}"
    if kind == "missing":
        return f"{name} is missing"
    if kind == "value_error":
        return f"{name}: {mistake['ctx']['error']}"
    given = mistake["input"]
    text = mistake["msg"].removeprefix("Input ").replace("should be", "must be")
    return f"{name} {text}, not {given!r}" if isinstance(given, (str, int, float, bool)) else f"{name} {text}"


def _keys_at(record: type[Record], location: KeyPath) -> list[str]:
    found: Any = record
    for part in location:
        annotation = found.model_fields[part].annotation if hasattr(found, "model_fields") else found
        found = _record_inside(annotation)
    return list(found.model_fields) if hasattr(found, "model_fields") else []


def _record_inside(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        inside = _record_inside(argument)
        if isinstance(inside, type) and issubclass(inside, BaseModel):
            return inside
    return annotation
