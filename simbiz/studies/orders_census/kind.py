"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="orders census",
    study="simbiz.studies.orders_census.study:CensusStudy",
    terminal="simbiz.cli.orders:print_census",
    answer="simbiz.report.answer_laws:census_answer",
    figures="simbiz.studies.orders_census.figures:FIGURES",
)
