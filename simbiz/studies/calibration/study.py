"""The calibration to the laws of markets as a study."""

from __future__ import annotations

from typing import Any

from simbiz.catalogue.record import Place, refuse
from simbiz.errors import InputError
from simbiz.runs.plan import Plan
from simbiz.runs.study import Perform, Study
from simbiz.scenario import Scenario
from simbiz.studies.calibration.calibrate import calibrate, calibration_plan, sobol_points
from simbiz.studies.calibration.point import columns, measure_point
from simbiz.studies.calibration.settings import CalibrationSettings, refuse_claims, varied
from simbiz.studies.patterns.laws import GATED_KIND
from simbiz.studies.sensitivity.uncertainty import Uncertainty


class CalibrationStudy(Study[CalibrationSettings]):
    """All points, of those tried, under which the laws to be fitted hold."""

    kind = "calibrate"
    Settings = CalibrationSettings
    work = staticmethod(measure_point)

    def __init__(self, settings: CalibrationSettings, scenario: Scenario) -> None:
        super().__init__(settings, scenario)
        self.columns = columns()

    @property
    def uncertain(self) -> list[Uncertainty]:
        """Parameters that are calibrated, with their declared ranges."""
        return varied(self.settings.parameters)

    def check(self, place: Place) -> None:
        """Refuse a target that is no law, parameters that cannot vary, and a market without persons."""
        for key, ask in (("to", lambda: refuse_claims(self.settings.to)), ("parameters", lambda: self.uncertain)):
            try:
                ask()
            except InputError as error:
                raise refuse(error.message, [key], place) from None
        if not any(segment.kind == GATED_KIND for segment in self.scenario.segments.values()):
            message = f"{self.scenario.name} has no segment of kind {GATED_KIND}: the laws to be fitted concern such"
            raise refuse(message, ["scenario"], place)

    def plan(self) -> Plan:
        """Runs at the points of the sequence; a local search may add others."""
        points = sobol_points(self.uncertain, self.settings.points)
        return calibration_plan(self.scenario, points, self.settings.seeds)

    def carry_out(self, perform: Perform) -> dict[str, Any]:
        """Find the set of points."""
        settings = self.settings
        return calibrate(
            self.scenario,
            self.uncertain,
            perform,
            points=settings.points,
            seeds=settings.seeds,
            fewest=settings.fewest,
            search=settings.search,
        )
