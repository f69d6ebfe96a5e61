"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="sensitivity",
    study="simbiz.studies.sensitivity.study:SensitivityStudy",
    terminal="simbiz.cli.sensitivity_text:print_study",
    answer="simbiz.report.answer_studies:sensitivity_answer",
    figures="simbiz.studies.sensitivity.figures:FIGURES",
    command="sensitivity",
    options="simbiz.cli.sensitivity:sensitivity_command",
    summary="Which uncertain parameters decide the claims.",
)
