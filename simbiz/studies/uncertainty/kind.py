"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="claims under uncertainty",
    study="simbiz.studies.uncertainty.study:ClaimsUncertaintyStudy",
    terminal="simbiz.cli.claims_uncertainty:print_study",
    answer="simbiz.report.answer_designs:uncertain_answer",
    figures="simbiz.studies.uncertainty.figures:FIGURES",
    command="uncertainty",
    options="simbiz.cli.claims_uncertainty:uncertainty_command",
    summary="Test the claims over all that is uncertain.",
)
