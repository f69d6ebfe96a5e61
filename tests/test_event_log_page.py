"""The page about the event log: its examples run, its tables are those of the log, its summaries are right."""

import re
from pathlib import Path

import pandas as pd
import pytest
from studies import point

from simbiz.results.event_tables import SCHEMAS
from simbiz.runs.logged import execute_logged, log_folders
from simbiz.runs.run import Run

PAGE = Path(__file__).resolve().parents[1] / "docs" / "event_log.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
NEEDS_MORE = [example for example in EXAMPLES if "import pm4py" in example]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("page")
    run = Run(point(), 1)
    (outcome,) = execute_logged([run], log_folders(place / "log", [run]))
    assert outcome.error == ""
    return place


@pytest.fixture
def names(folder, monkeypatch):
    """Give what the examples of the page define, those that need another library excepted."""
    monkeypatch.chdir(folder)
    namespace = {}
    for example in EXAMPLES:
        if example not in NEEDS_MORE:
            exec(compile(example, "docs/event_log.md", "exec"), namespace)
    return namespace


def test_the_page_describes_every_table_and_column_in_order_and_no_others():
    sections = re.split(r"^### ", TEXT.partition("## With pandas")[0], flags=re.MULTILINE)[1:]
    rows = re.compile(r"^\| `(\w+)` \|", flags=re.MULTILINE)
    described = {section.split("\n")[0].strip(): rows.findall(section) for section in sections}
    assert described == {name: schema.names for name, schema in SCHEMAS.items()}


def test_the_examples_run_and_print_something(names, capsys):
    assert {"events", "summary", "tables"} <= set(names)
    assert list(names["tables"]) == sorted(SCHEMAS)
    assert len(EXAMPLES) == 4


def test_the_example_with_a_process_mining_library_runs_where_one_is_installed(names):
    pytest.importorskip("pm4py")
    (example,) = NEEDS_MORE
    exec(compile(example, "docs/event_log.md", "exec"), names)
    assert sum(names["starts"].values()) == names["events"]["case"].nunique()


def test_every_contact_and_purchase_is_an_event_of_its_journey_in_order(names):
    events, tables = names["events"], names["tables"]
    contacts, bought = (table[table["week"] >= 0] for table in (tables["touchpoints"], tables["purchases"]))
    assert len(events) == len(contacts) + len(bought)
    assert events[["case", "activity", "time"]].notna().all().all()
    assert (events.groupby("case")["time"].diff().dropna() > pd.Timedelta(0)).all()
    before = events["activity"].shift()[events["activity"] == "bought"]
    assert before.str.startswith("purchase: ").all()
    assert (events["time"].dt.date >= names["MONDAY"].date()).all()


def test_recency_frequency_and_age_are_right_on_a_log_made_by_hand(names):
    purchases = pd.DataFrame(
        [
            (-5, 1, 9.0),  # before the period
            (2, 1, 1.0),
            (2, 1, 3.0),  # twice in a week counts as one
            (10, 1, 2.0),
            (30, 1, 4.0),
            (7, 2, 5.0),  # once only
            (52, 3, 1.0),  # after the period
        ],
        columns=["week", "customer", "amount"],
    )
    summary = names["lifetime_summary"](purchases, first_week=0, last_week=51)
    assert summary.index.tolist() == [1, 2]
    assert summary["frequency"].tolist() == [2, 0]
    assert summary["recency"].tolist() == [28, 0]
    assert summary["T"].tolist() == [49, 44]
    assert summary["mean_amount"].tolist() == [2.5, 5.0]
