"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="loyalty",
    study="simbiz.studies.loyalty.study:LoyaltyStudy",
    answer="simbiz.studies.loyalty.answer:answer",
    figures="simbiz.studies.loyalty.figures:FIGURES",
    command="loyalty",
    options="simbiz.cli.loyalty:loyalty_command",
    summary="How loyal buyers are, beside what is expected.",
)
