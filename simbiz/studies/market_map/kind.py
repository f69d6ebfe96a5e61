"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="map",
    study="simbiz.studies.market_map.study:MapStudy",
    answer="simbiz.studies.market_map.answer:answer",
    figures="simbiz.studies.market_map.figures:FIGURES",
    command="map",
    options="simbiz.cli.map:map_command",
    summary="The competitive market map of a scenario, in every variant.",
)
