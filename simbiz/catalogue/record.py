"""Records checked by pydantic, with mistakes said in one line at the place where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError

from simbiz.errors import LISTED_AT_MOST, UNSEEN, InputError, did_you_mean, one_of
from simbiz.files.toml_lines import KeyPath, dotted

FILE_NAME = re.compile(r"\w([\w .()+-]{0,98}[\w)+-])?")


def _visible(text: str) -> str:
    found = UNSEEN.search(text)
    if found:
        raise ValueError(f"must hold no control characters, such as the {as_written(found.group())} in it")
    return text


def _for_files(text: str) -> str:
    if not FILE_NAME.fullmatch(text):
        raise ValueError(
            "must be the name of a folder, too: at most 100 letters, digits, spaces and _ - . + ( ), the first a "
            f"letter or digit, not {as_written(text)}"
        )
    return text


Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Text = Annotated[str, Strict(), AfterValidator(_visible)]
Name = Annotated[str, Strict(), AfterValidator(_for_files)]
Flag = Annotated[bool, Strict()]
Share = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Strict(), Field(gt=0, allow_inf_nan=False)]
Amount = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Strict(), Field(ge=0)]

# Of points, seeds or steps that a study may ask for: each costs memory before anything runs.
MOST_AT_ONCE = 100_000
Seed = Annotated[int, Strict(), Field(ge=0, lt=2**32)]
OneOrMore = Annotated[int, Strict(), Field(ge=1, le=MOST_AT_ONCE)]
TwoOrMore = Annotated[int, Strict(), Field(ge=2, le=MOST_AT_ONCE)]
Year = Annotated[int, Strict(), Field(ge=-1, le=50)]

Place = Callable[[KeyPath], tuple[Any, int | None]]

SHOWN_AT_MOST = 60
LONGEST_WHOLE = 256  # bits

# What pydantic says, in the words of somebody who writes TOML.
PHRASES = {
    r"^(Input|List|Tuple|Dictionary|String) should (be|have)": r"must \2",
    r"^(Value|Assertion) error, ": "",
    r"greater than or equal to": "at least",
    r"less than or equal to": "at most",
    r"a valid integer": "a whole number",
    r"a valid number": "a number",
    r"a valid string": "a text in quotes",
    r"a valid boolean": "true or false",
    r"a valid (tuple|list|array)": "a list in [ ]",
    r"a valid dictionary( or instance of \w+)?": "a table",
    r" items? after validation, not (\d+)": r" values, not \1",
}


class Record(BaseModel):
    """Frozen record without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


R = TypeVar("R", bound=Record)


def refuse(message: str, path: Sequence[str | int], place: Place) -> InputError:
    """Mistake at a key path, with the file and line that `place` knows for it."""
    file, line = place(tuple(path))
    return InputError(message, file=file, line=line)


def unknown(
    name: str, what: str, allowed: Collection[str], path: Sequence[str | int], place: Place, listing: str = ""
) -> InputError:
    """Mistake of a name that does not exist.

    Parameters
    ----------
    name : str
        The name as it was written.
    what : str
        What it should have named: "parameter".
    allowed : collection of str
        The names that would have been right; listed where they are few.
    path : sequence of str or int
        Where the name stands: as a key, or as the value of a key.
    place : callable
        Gives (file, line) of a key path.
    listing : str
        The command that lists the allowed names.
    """
    where = dotted(tuple(path))
    subject = where if path[-1] == name else f"{where}: {name}"
    few = len(allowed) <= LISTED_AT_MOST
    names = f"; allowed: {one_of(allowed)}" if few else ""
    see = f" See: {listing}" if listing and not few else ""
    return refuse(f"{subject} is not a {what}{names}.{did_you_mean(name, allowed)}{see}", path, place)


def checked(record: type[R], data: Any, place: Place, prefix: Sequence[str | int] = ()) -> R:
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
        mistakes = error.errors(include_url=False)
    first = [mistake for mistake in mistakes if mistake["loc"][:1] == mistakes[0]["loc"][:1]]
    paths = [_path(mistake, data) for mistake in first]
    # Where several kinds of value are allowed each complains: what reached furthest was meant.
    start = paths[0]
    rivals = [path for path in paths if path[: len(start)] == start]
    path = max(rivals, key=len)
    same = [mistake for mistake, its_path in zip(first, paths, strict=True) if its_path == path]
    raise refuse(_sentence(same, (*prefix, *path), record, path), (*prefix, *path), place) from None


def _path(mistake: Any, data: Any) -> KeyPath:
    """Keys that lead to a mistake, without the marks that pydantic sets between alternatives."""
    path: list[str | int] = []
    missing = mistake["loc"][-1:] if mistake["type"] == "missing" else ()
    for part in mistake["loc"]:
        inside = isinstance(data, list | tuple) and isinstance(part, int) and part < len(data)
        if inside or (isinstance(data, dict) and part in data):
            path.append(part)
            data = data[part]
    return (*path, *missing)


def _sentence(mistakes: Sequence[Any], path: KeyPath, record: type[Record], inner: KeyPath) -> str:
    first, name = mistakes[0], dotted(path) or "''"
    if first["type"] == "extra_forbidden":
        allowed = _keys_at(record, inner[:-1])
        listed = f"; allowed: {one_of(allowed)}" if len(allowed) <= LISTED_AT_MOST else ""
        return f"{name} is not a known key{listed}.{did_you_mean(str(path[-1]), allowed)}"
    if first["type"] == "missing":
        return f"{name} is missing"
    texts = list(dict.fromkeys(_phrase(mistake["msg"]) for mistake in mistakes))
    text = " or ".join([texts[0], *(text.removeprefix("must be ") for text in texts[1:])])
    if first["type"] == "value_error":
        return f"{name} {text}" if text.startswith("must ") else f"{name}: {text}"
    given = first["input"]
    return f"{name} {text}, not {as_written(given)}" if _is_simple(given) else f"{name} {text}"


def _phrase(message: str) -> str:
    for pattern, phrase in PHRASES.items():
        message = re.sub(pattern, phrase, message)
    return message


def _is_simple(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def as_written(value: Any) -> str:
    """Value as TOML has it, briefly: `true`, `'text'`, `0.5`."""
    is_long = isinstance(value, int) and value.bit_length() > LONGEST_WHOLE
    # Python refuses to write thousands of decimal digits.
    text = str(value).lower() if isinstance(value, bool) else hex(value) if is_long else repr(value)
    return text if len(text) <= SHOWN_AT_MOST else f"{text[: SHOWN_AT_MOST - 3]}..."


def _keys_at(record: type[Record], path: KeyPath) -> list[str]:
    """Keys of the record at a path of plain data."""
    found, is_key_of_container = record, False
    for part in path:
        if is_key_of_container:
            is_key_of_container = False
            continue
        annotation = found.model_fields[str(part)].annotation
        inside = _record_inside(annotation)
        if inside is None:
            return []
        is_key_of_container = inside is not annotation
        found = inside
    return list(found.model_fields)


def _record_inside(annotation: Any) -> type[Record] | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    inside = (_record_inside(argument) for argument in getattr(annotation, "__args__", ()))
    return next((record for record in inside if record is not None), None)
