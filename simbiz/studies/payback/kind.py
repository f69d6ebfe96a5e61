"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="payback",
    study="simbiz.studies.payback.study:PaybackStudy",
    answer="simbiz.studies.payback.answer:answer",
    figures="simbiz.studies.payback.figures:FIGURES",
    command="payback",
    summary="When the programme has paid for itself.",
)
