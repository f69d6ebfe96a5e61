"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="orders",
    study="simbiz.studies.orders.study:OrdersStudy",
    terminal="simbiz.cli.orders:print_study",
    answer="simbiz.report.answer_studies:orders_answer",
    figures="simbiz.studies.orders.figures:FIGURES",
    command="orders",
    options="simbiz.cli.orders:orders_command",
    summary="Which order of adopting tools is best.",
)
