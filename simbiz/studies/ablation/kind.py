"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="ablation",
    study="simbiz.studies.ablation.study:AblationStudy",
    terminal="simbiz.cli.ablation:print_study",
    answer="simbiz.report.answer_laws:ablation_answer",
    figures="simbiz.studies.ablation.figures:FIGURES",
    command="ablation",
    options="simbiz.cli.ablation:ablation_command",
    summary="What each mechanism adds to the effect of the programme.",
)
