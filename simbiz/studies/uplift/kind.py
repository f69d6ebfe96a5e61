"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="seen and caused",
    study="simbiz.studies.uplift.study:SeenAndCausedStudy",
    terminal="simbiz.cli.seen_and_caused:print_study",
    answer="simbiz.report.answer_laws:seen_answer",
    figures="simbiz.studies.uplift.figures:FIGURES",
    draw="simbiz.cli.seen_and_caused:draw_study",
    command="seen-and-caused",
    options="simbiz.cli.seen_and_caused:seen_and_caused_command",
    summary="The uplift a company sees beside the one that was caused.",
)
