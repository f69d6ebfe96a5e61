"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="calibrate",
    study="simbiz.studies.calibration.study:CalibrationStudy",
    terminal="simbiz.cli.calibrate:print_study",
    answer="simbiz.report.answer_laws:calibrate_answer",
    figures="simbiz.studies.calibration.figures:FIGURES",
    command="calibrate",
    options="simbiz.cli.calibrate:calibrate_command",
    summary="Parameter points under which laws of real markets hold.",
)
