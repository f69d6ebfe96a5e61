"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="claims",
    study="simbiz.studies.claims.study:ClaimsStudy",
    terminal="simbiz.cli.claims:print_study",
    answer="simbiz.report.answer_claims:claims_answer",
    figures="simbiz.studies.claims.figures:FIGURES",
    draw="simbiz.cli.claims:draw_study",
    command="claims",
    options="simbiz.cli.claims:claims_command",
    summary="Test the published claims on paired worlds.",
)
