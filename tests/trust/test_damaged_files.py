"""Damaged files end every command in one line; nothing hangs, nothing grows, nothing is written elsewhere."""

import pytest
from damage_tried import try_all
from damaged_files import cases

MOST_MEMORY = 1 << 30
FEW = 20  # every so manieth


def test_there_are_at_least_500_damaged_files_and_they_are_the_same_every_time():
    made = cases()
    assert len(made) >= 500
    assert [case.name for case in made] == [case.name for case in cases()]


def test_damaged_files_are_refused_in_one_line_or_run_and_nothing_else_happens(tmp_path):
    tried = try_all(cases()[::FEW], tmp_path, plan=False)
    assert tried.ended.total() > len(cases()) / FEW
    assert tried.problems == []
    assert tried.more_memory < MOST_MEMORY


@pytest.mark.slow
def test_all_damaged_files_are_refused_in_one_line_or_run_and_nothing_else_happens(tmp_path):
    tried = try_all(cases(), tmp_path)
    assert tried.problems == []
    assert tried.more_memory < MOST_MEMORY
