"""A result read back: what was asked, what it says, its runs and what they gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.results.folder import INPUTS, MANIFEST, part_of, plain_name, read_json
from simbiz.results.frames import facts_of, outcomes_frame, run_frame, runs_frame
from simbiz.results.inputs import kind_in, read_inputs, read_scenario, report_file, require_version
from simbiz.results.manifest import SCHEMA_VERSION, file_checksum
from simbiz.results.own import require_result
from simbiz.results.reading import LEDGER, counts, metrics_of, reading
from simbiz.results.series import CUSTOMERS, FLOWS, read_series


class Result:
    """A study in its folder; tables are read when they are asked for.

    Parameters
    ----------
    folder : Path
        Result folder.

    Attributes
    ----------
    study, id, kind : str
        Its name, the digits of its content, the kind of study.
    settings : dict
        What it was asked, with all defaults; empty where an earlier version did not keep that.
    manifest : dict
        With what it was made; empty as long as it has never been finished.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = require_result(folder)
        has_inputs, has_manifest = (part_of(folder, name).is_file() for name in (INPUTS, MANIFEST))
        inputs = read_inputs(folder) if has_inputs else {}
        self.manifest = read_json(folder / MANIFEST) if has_manifest else {}
        if has_manifest:
            require_version(self.manifest, SCHEMA_VERSION, folder / MANIFEST)
        self.settings: dict[str, Any] = inputs.get("settings", {})
        said = inputs if has_inputs else {"name": self.manifest.get("study"), "id": self.manifest.get("id")}
        file = folder / (INPUTS if has_inputs else MANIFEST)
        self.study: str = plain_name(said["name"], "name", file)
        self.id: str = plain_name(said["id"], "id", file)
        self.kind: str = plain_name(kind_in(inputs, self.manifest), "kind", file)

    def __repr__(self) -> str:
        standing = ", ".join(f"{number} {status}" for status, number in self.standing.items() if number)
        return f"<Result {self.study} {self.id}: {standing or 'no runs'}; {self.folder}>"

    @cached_property
    def standing(self) -> dict[str, int]:
        """Number of runs by status: ok, failed, planned."""
        with reading(self.folder / LEDGER) as ledger:
            return counts(ledger)

    @cached_property
    def metrics(self) -> list[str]:
        """Names of what was measured."""
        with reading(self.folder / LEDGER) as ledger:
            return metrics_of(ledger)

    @property
    def report_file(self) -> str:
        """Name of the file of the report."""
        return report_file(self.kind)

    @cached_property
    def report(self) -> dict[str, Any]:
        """What the study says; empty as long as it has not been finished.

        Raises
        ------
        InputError
            If the manifest answers for another content: nothing is made of a report that is not as it was written.
        """
        path = part_of(self.folder, self.report_file)
        if not path.is_file():
            return {}
        files = self.manifest.get("files")
        known = files.get(self.report_file) if isinstance(files, dict) else None
        if isinstance(known, dict) and file_checksum(path) != known.get("sha256"):
            more = f"simbiz results verify {self.folder}"
            raise InputError(f"was changed after it was written; this says what else was: {more}", file=path)
        return read_json(path)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Runs in the order of the plan: key, seed, status, labels, fit_..., error."""
        with reading(self.folder / LEDGER) as ledger:
            return runs_frame(ledger, taken=self.metrics)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """All that finished runs gave: key, seed, labels, year, firm, metrics.

        There is a row for every firm, so that the mean of `market_share` over rows is one over the number of firms,
        whatever happens: `focal` has the rows of the firm that a study is about.
        """
        return self.table()

    @cached_property
    def focal(self) -> pd.DataFrame:
        """What finished runs gave for the focal firm of their scenario: key, seed, labels, year, firm, metrics.

        Raises
        ------
        InputError
            If an earlier version did not keep the scenario.
        """
        inputs = read_inputs(self.folder)
        if "scenario" not in inputs:
            raise InputError("keeps no scenario, which says whose firm is the focal one", file=self.folder / INPUTS)
        own = read_scenario(self.folder, inputs["scenario"]).focal
        alternatives = self.report.get("alternatives", ()) if self.kind == "compare" else ()
        firms = {one["name"]: one.get("focal", own) for one in alternatives}
        if set(firms.values()) <= {own}:
            return self.table(firm=own)
        table = self.outcomes
        return table[table["firm"] == table["alternative"].map(firms)].reset_index(drop=True)

    def table(self, metrics: Sequence[str] | None = None, firm: str | None = None) -> pd.DataFrame:
        """Outcomes of some metrics, or of one firm: a part of a large study without the rest.

        Raises
        ------
        InputError
            For a metric that was not measured.
        """
        for name in metrics or ():
            if name not in self.metrics:
                hint = did_you_mean(name, self.metrics)
                raise InputError(f"{name} was not measured; allowed: {one_of(self.metrics)}.{hint}", file=self.folder)
        runs = self.runs
        with reading(self.folder / LEDGER) as ledger:
            return outcomes_frame(ledger, runs, self.metrics if metrics is None else metrics, firm)

    def run(self, key: str) -> Mapping[str, Any]:
        """All that is kept of a run besides its outcomes: label, fit, what was implemented, traceback."""
        with reading(self.folder / LEDGER) as ledger:
            facts = facts_of(ledger, key)
        if facts is None:
            raise InputError(f"{key} is no run of it", file=self.folder)
        return facts

    def of_run(self, key: str) -> pd.DataFrame:
        """Outcomes of one run, without those of the others being read: year, firm, metrics."""
        with reading(self.folder / LEDGER) as ledger:
            return run_frame(ledger, key, self.metrics)

    def series(self, key: str | None = None) -> pd.DataFrame:
        """Weekly series of a run, or of all that have one: key, week, firm, what was recorded.

        Raises
        ------
        InputError
            If there is none.
        """
        return read_series(self.folder, key)

    def flows(self, key: str | None = None) -> pd.DataFrame:
        """Steps from contact to next contact: key, year, firm, from_channel, to_channel, count.

        Raises
        ------
        InputError
            If there are none: they are kept where weekly series are.
        """
        return read_series(self.folder, key, FLOWS)

    def customers(self, key: str | None = None) -> pd.DataFrame:
        """At most 5,000 customers of a run at its end: key, segment, digital_affinity, loyalty_<firm>.

        Raises
        ------
        InputError
            If there are none: they are kept where weekly series are.
        """
        return read_series(self.folder, key, CUSTOMERS)


def load_result(path: Path | str) -> Result:
    """Read a result folder.

    Parameters
    ----------
    path : Path or str
        Result folder of any study or of simbiz run, of this version or of an earlier one.

    Returns
    -------
    Result
        With study, settings, report, and data frames runs, outcomes, series().

    Raises
    ------
    InputError
        If it is no result folder, is damaged, or was written by a later version.
    """
    return Result(Path(path))
