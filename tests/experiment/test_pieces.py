"""Runs go to workers in tasks of about a second; a past shared by thousands keeps nobody waiting."""

from simbiz.runs.engine.pieces import LARGEST_PIECE, Tasks, pieces


def test_a_group_that_shares_a_past_is_cut_into_pieces_and_none_is_lost():
    groups = [list(range(20)), [20, 21], [22]]
    cut = pieces(groups)
    assert [run for piece in cut for run in piece] == list(range(23))
    assert max(map(len, cut)) == LARGEST_PIECE
    assert [20, 21] in cut


def test_the_first_tasks_are_one_piece_each_because_nothing_is_known_yet():
    tasks = Tasks([[number] for number in range(100)])
    assert [tasks.next(2), tasks.next(2)] == [[[0]], [[1]]]


def test_tasks_take_about_a_second_once_it_is_known_how_long_a_piece_takes():
    tasks = Tasks([[number] for number in range(1000)])
    tasks.learn(0.5, 5)
    assert len(tasks.next(2)) == 10
    tasks.learn(0.9, 3)
    assert len(tasks.next(2)) == 5
    tasks.learn(100.0, 1)
    assert len(tasks.next(2)) == 1


def test_the_last_tasks_are_shared_out_so_that_nobody_stands_idle():
    tasks = Tasks([[number] for number in range(12)])
    tasks.learn(0.001, 1)
    sizes = []
    while tasks:
        sizes.append(len(tasks.next(3)))
    assert sizes[:2] == [2, 2]
    assert sum(sizes) == 12
