"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="patterns",
    study="simbiz.studies.patterns.study:PatternsStudy",
    terminal="simbiz.cli.patterns:print_study",
    answer="simbiz.report.answer_laws:patterns_answer",
    figures="simbiz.studies.patterns.figures:FIGURES",
    command="patterns",
    options="simbiz.cli.patterns:patterns_command",
    summary="Whether laws of real markets emerge, here or in a panel.",
)
