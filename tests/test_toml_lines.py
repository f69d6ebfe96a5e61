from pathlib import Path

import pytest

from simbiz.errors import InputError
from simbiz.files.toml_lines import DEPTH_LIMIT, KeyLines, dotted

TEXT = '''\
# a comment with a = sign and [brackets]
name = "x"
[market]
weeks = 52  # a comment
season.spring = 1.2
"quoted key" = """
not_a_key = 1
[not.a.table]
"""
order = [
    "crm",
    "website",
]
tools = { crm = { weeks = 3, cost = [1, 2] }, website = {} }

[[firm]]
name = "a"
[[firm.channel]]
name = "phone"
[firm.staff]
sales = 3
[[firm]]
name = 'b'
[[firm.channel]]
name = "branch"
[[firm.channel]]
name = "email"
[customer.trait]
mean = 1.5
'''


def lines_of(text: str) -> KeyLines:
    return KeyLines(text, Path("x.toml"))


@pytest.mark.parametrize(
    ("path", "first_words"),
    [
        (("name",), 'name = "x"'),
        (("market",), "[market]"),
        (("market", "weeks"), "weeks"),
        (("market", "season"), "season.spring"),
        (("market", "season", "spring"), "season.spring"),
        (("market", "quoted key"), '"quoted key"'),
        (("market", "order"), "order"),
        (("market", "order", 1), '    "website"'),
        (("market", "tools", "crm", "weeks"), "tools"),
        (("market", "tools", "crm", "cost", 1), "tools"),
        (("firm",), "[[firm]]"),
        (("firm", 0, "name"), 'name = "a"'),
        (("firm", 0, "channel", 0, "name"), 'name = "phone"'),
        (("firm", 0, "staff", "sales"), "sales"),
        (("firm", 1, "name"), "name = 'b'"),
        (("firm", 1, "channel", 0, "name"), 'name = "branch"'),
        (("firm", 1, "channel", 1, "name"), 'name = "email"'),
        (("customer",), "[customer.trait]"),
        (("customer", "trait", "mean"), "mean"),
    ],
)
def test_every_key_is_found_on_the_line_it_stands_on(path: tuple[str | int, ...], first_words: str):
    line = lines_of(TEXT).lines[path]
    assert TEXT.splitlines()[line - 1].startswith(first_words)


def test_what_stands_in_a_string_or_a_comment_is_no_key():
    names = {part for path in lines_of(TEXT).lines for part in path}
    assert not names & {"not_a_key", "not", "a comment", "brackets"}


def test_windows_line_ends_change_no_line_number():
    assert lines_of(TEXT.replace("\n", "\r\n")).lines == lines_of(TEXT).lines


@pytest.mark.parametrize(
    "text",
    ["a = 1\nb = 2\na = 3", "[a]\n[b]\n[a]", "a.b = 1\n\na.b = 2", "a = 1\n\n[a]"],
)
def test_the_first_key_defined_twice_is_remembered_with_both_lines(text: str):
    repeated = lines_of(text).repeated
    assert repeated is not None
    assert repeated[1:] == (1, 3)


def test_tables_of_an_array_and_of_different_parents_do_not_count_as_repeated():
    assert lines_of(TEXT).repeated is None


@pytest.mark.parametrize(
    "hostile",
    [
        ".".join("a" * 20_000) + " = 1",
        f"[{'.'.join('a' * 20_000)}]",
        "a = " + "[" * 100_000,
        "a = " + "{b=" * 100_000,
        "{" * 100_000,
        "a" + ".a" * DEPTH_LIMIT + " = 1",
    ],
)
def test_nesting_beyond_the_limit_is_refused(hostile: str):
    with pytest.raises(InputError, match=r"x.toml:1: .* at most 16 levels"):
        lines_of(hostile)


def test_nesting_at_the_limit_is_accepted():
    assert lines_of("a" + ".a" * (DEPTH_LIMIT - 1) + " = 1").lines


def test_a_path_is_written_as_a_reader_of_the_file_would():
    assert dotted(("firm", 0, "price")) == "firm[0].price"
