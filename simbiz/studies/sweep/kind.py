"""What this kind of study has."""

from simbiz.runs.kinds import Kind

KIND = Kind(
    name="sweep",
    study="simbiz.studies.sweep.study:SweepStudy",
    terminal="simbiz.cli.sweep:print_study",
    answer="simbiz.report.answer_designs:sweep_answer",
    figures="simbiz.studies.sweep.figures:FIGURES",
)
