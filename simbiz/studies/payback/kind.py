"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="payback",
    study="simbiz.studies.payback.study:PaybackStudy",
    answer="simbiz.report.answer_markets:payback_answer",
    figures="simbiz.studies.payback.figures:FIGURES",
    command="payback",
    summary="When the programme has paid for itself.",
)
