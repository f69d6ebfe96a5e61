"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="compare",
    study="simbiz.studies.compare.study:CompareStudy",
    terminal="simbiz.cli.compare:print_study",
    answer="simbiz.report.answer_studies:compare_answer",
    figures="simbiz.studies.compare.figures:FIGURES",
    command="compare",
    options="simbiz.cli.compare:compare_command",
    summary="Compare scenarios pair by pair on paired worlds.",
)
