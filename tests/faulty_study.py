"""A kind of study that breaks as its file says, and the command line with it: faulty_study.py experiment run.

Once a file `mended` lies in the working folder, nothing breaks any more.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Literal

from simbiz.runs.executor import Finished
from simbiz.runs.kinds import Kind, kinds
from simbiz.runs.measuring import Work
from simbiz.runs.plan import Plan, PointRuns
from simbiz.runs.run import Outcome, Run, execute
from simbiz.runs.study import Study, StudySettings

FILE = """\
kind = "faulty"
scenario = "partner-dv"
customers = 150
replicates = 3

keep = {{ metrics = ["market_share", "revenue"], firms = "focal" }}
set = {{ "calendar.burn_in_weeks" = 52, "calendar.years" = 1, "fit.tolerance" = 100.0, "fit.check_rest" = false }}
{more}
"""


class FaultySettings(StudySettings):
    """What breaks: seeds whose world with the programme raises, or ends its process; how long a run waits."""

    kind: Literal["faulty"]
    points: int = 4
    raising: tuple[int, ...] = ()
    deadly: tuple[int, ...] = ()
    pause: float = 0.0


class FaultyStudy(Study[FaultySettings]):
    """Breaks as it is told."""

    kind = "faulty"
    Settings = FaultySettings
    needs = ("market_share",)

    @property
    def work(self) -> Work:  # type: ignore[override]
        """Execute a group, or break."""
        settings = self.settings
        return partial(faulty, raising=settings.raising, deadly=settings.deadly, pause=settings.pause)

    def plan(self) -> Plan:
        """Worlds with and without the programme."""
        points = [{"parameters.price_sensitivity": 1.0 + 0.1 * number} for number in range(self.settings.points)]
        return Plan(self.name, PointRuns(self.scenario, points, self.settings.seeds, (True, False)))

    def report(self, finished: Finished) -> dict[str, Any]:
        """Number of runs that gave a result."""
        return {"schema_version": 1, "ok": sum(run["status"] == "ok" for run in finished.runs)}


def faulty(group: Sequence[Run], raising: Sequence[int], deadly: Sequence[int], pause: float) -> list[Outcome]:
    """Execute a group, unless it breaks first."""
    time.sleep(pause * len(group))
    for run in group:
        if run.scenario.programme.order and not Path("mended").exists():
            if run.seed in deadly:
                os.kill(os.getpid(), 9)
            if run.seed in raising:
                raise ArithmeticError("a planted failure")
    return execute(group)


def write(folder: Path, **settings: Any) -> None:
    """Write the study's file into a working folder."""
    (folder / "experiments").mkdir(exist_ok=True)
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
    more = "\n".join(f"{name} = {value}" for name, value in values.items())
    (folder / "experiments" / "faulty.toml").write_text(FILE.format(more=more), encoding="utf-8")


def environment() -> dict[str, str]:
    """Environment in which processes find this file."""
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path}


def command(*arguments: str) -> list[str]:
    """Command line of simbiz that knows this kind."""
    return [sys.executable, __file__, *arguments]


def ledger(folder: Path) -> Path:
    """The ledger of the study done in a working folder."""
    (file,) = folder.glob("results/*/*/runs.sqlite")
    return file


def exported(file: Path) -> str:
    """Every run and outcome of a ledger as CSV in the order of the plan, without times."""
    with closing(sqlite3.connect(file)) as reader:
        runs = reader.execute("SELECT key, seed, label, status, error, fit, programme FROM runs ORDER BY position")
        lines = [",".join(map(str, row)) for row in runs]
        outcomes = reader.execute(
            "SELECT o.* FROM outcomes o JOIN runs r USING (key) ORDER BY r.position, o.year, o.firm"
        )
        return "\n".join([*lines, *(",".join(map(repr, row)) for row in outcomes)])


def statuses(folder: Path) -> dict[str, int]:
    """How many runs stand how, as a reader beside the writer sees it; empty as long as there is no ledger."""
    try:
        with closing(sqlite3.connect(f"file:{ledger(folder)}?mode=rw", uri=True)) as reader:
            return dict(reader.execute("SELECT status, count(*) FROM runs GROUP BY status"))
    except (sqlite3.Error, ValueError):
        return {}


if __name__ == "__main__":
    from simbiz.cli import main

    kinds()["faulty"] = Kind("faulty", study="faulty_study:FaultyStudy", terminal="faulty_study:print_study")
    main()


def print_study(conducted: Any) -> None:
    """Print the report."""
    sys.stdout.write(f"{conducted.report}\n")
