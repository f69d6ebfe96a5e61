"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="run",
    study="simbiz.studies.run.study:RunStudy",
    terminal="simbiz.cli.run:print_study",
    answer="simbiz.report.answer_studies:run_answer",
    figures="simbiz.studies.run.figures:FIGURES",
    command="run",
    options="simbiz.cli.run:run_command",
    summary="Run a scenario.",
)
