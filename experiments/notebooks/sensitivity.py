"""Which unknown numbers decide: Morris, Sobol', tornado, and what luck does to them."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="simbiz: sensitivity")

with app.setup:
    from math import sqrt
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import marimo as mo
    import pandas as pd

    from simbiz import (
        InputError,
        compare,
        load_catalogue,
        load_result,
        load_scenario,
        run_study,
        without_programme,
    )
    from simbiz.notebook import refuse, table, tell
    from simbiz.plots import figure_of, figures_of, sheet_of, subjects_of

    SEED, DESIGN_SEED, SEEDS = 1, 1, 8
    # Results live as long as this notebook.
    scratch = TemporaryDirectory(prefix="simbiz-")
    results = Path(scratch.name) / "results"


@app.cell
def _():
    tell(f"""
    # Which unknown numbers decide?

    Most numbers of a model of customers have never been measured; each has a declared range instead. Sensitivity
    analysis asks which of these ranges matter for an outcome. Here the outcome is what the programme gains: the
    firm's market share less that of the same world without the programme. Seeds from {SEED} on; the design is drawn
    by seed {DESIGN_SEED}.
    """)
    return


@app.cell
def _():
    _catalogue = load_catalogue()
    known = {
        f"parameters.{name}": one.meaning for name, one in _catalogue.parameters.items() if one.role == "uncertainty"
    } | {
        f"effects.{name}.{effect.name}": f"effect of {name} on {effect.name.replace('_', ' ')}"
        for name in load_scenario("partner-dv").programme.order
        for effect in _catalogue.tools[name].effects
        if effect.range is not None
    }
    usual = [
        "parameters.loyalty_coefficient",
        "parameters.firm_taste_spread",
        "parameters.patience",
        "parameters.context_loss_effort",
        "parameters.price_sensitivity",
        *[path for path in known if path.endswith(".integration")][:1],
    ]
    own = mo.ui.text(
        value=str(mo.cli_args().get("result") or ""),
        label="Result folder of your own study of sensitivity; empty: a small one is made here",
        full_width=True,
    )
    inputs = mo.ui.multiselect(list(known), value=usual, label=f"What varies, of {len(known)} uncertain numbers",
                               full_width=True)  # fmt: skip
    trajectories = mo.ui.slider(4, 20, value=5, label="Trajectories of Morris", show_value=True, debounce=True)
    mo.vstack([own, inputs, trajectories])
    return inputs, known, own, trajectories


@app.cell
def _(inputs, known):
    _varied = pd.DataFrame([{"number": path, "meaning": known[path]} for path in inputs.value])
    mo.vstack([tell("## 1. What varies"), table(_varied)])
    return


@app.cell
def _(inputs, own, trajectories):
    try:
        if own.value:
            result = load_result(own.value)
        else:
            with mo.status.spinner("Points of the design are lived"):
                result = run_study(
                    "sensitivity_small",
                    {
                        "customers": 1000,
                        "fit_tolerance": 0.5,
                        "first_seed": SEED,
                        "design_seed": DESIGN_SEED,
                        "inputs": list(inputs.value),
                        "outcomes": ["market_share year 3 paired"],
                        "screen": {"method": "morris", "size": trajectories.value, "keep": min(3, len(inputs.value))},
                        "method": "sobol",
                        "size": 16,
                        "set": {"calendar.burn_in_weeks": 104},
                    },
                    results=results,
                )
    except InputError as error:
        refuse(str(error))
    if result.kind != "sensitivity":
        refuse(f"{own.value} holds a study of kind {result.kind}; one of sensitivity is wanted (simbiz sensitivity)")
    given = figures_of(result)
    if not given:
        refuse(f"{result.folder} gives no figure: no input moves any outcome, or it has not been finished")
    stages = result.report["stages"]
    return given, result, stages


@app.cell
def _(result):
    outcomes = list(dict.fromkeys(subject for name in figures_of(result) for subject in subjects_of(name, result)))
    outcome = mo.ui.dropdown(outcomes, value=outcomes[0], label="Outcome")
    outcome
    return (outcome,)


@app.cell
def _(given, outcome, result, stages):
    if "morris" not in given:
        mo.stop(True, tell("This study has no stage of Morris."))
    morris = sheet_of("morris", result, outcome.value)
    first = stages[0]
    tell(f"""
    ## 2. Screening: Morris

    From {first["size"]} random points each number is moved alone, one after the other, over a part of its range:
    {first["points"]} points. The *elementary effect* of a step is the change of the outcome for the whole range. Two
    things are read from the effects of a number:

    - **mu\\*** (to the right): mean size of its effects. Near nothing means that the number may be forgotten.
    - **sigma** (upwards): their spread. A number low in the figure acts alike everywhere; one near or above the
      diagonal acts in one place and not in another, because it depends on the others or because its effect is bent.

    {morris.says} {morris.note}
    """)
    return (morris,)


@app.cell
def _(morris, outcome, result):
    mo.vstack([figure_of("morris", result, outcome.value), table(morris.shown[0].frame)])
    return


@app.cell
def _(given, outcome, result):
    if "tornado" not in given:
        mo.stop(True)
    tornado = sheet_of("tornado", result, outcome.value)
    tell(f"""
    ## 3. In which direction: the tornado

    The same effects with their sign: how the outcome moves when a number goes from the lower to the upper end of its
    range. A number with a large mu\\* and a short bar here moves the outcome up in some places and down in others.
    {tornado.says} {tornado.note}
    """)
    return (tornado,)


@app.cell
def _(outcome, result, tornado):
    mo.vstack([figure_of("tornado", result, outcome.value), table(tornado.shown[0].frame)])
    return


@app.cell
def _(given, outcome, result, stages):
    if "sobol" not in given:
        mo.stop(True, tell('This study has no Sobol\' indices; `method = "sobol"` gives them.'))
    sobol = sheet_of("sobol", result, outcome.value)
    last = stages[-1]
    _indices = last["outcomes"][outcome.value]["indices"]
    _halves = last["outcomes"][outcome.value]["half_widths"]["ST"]
    _top = max(range(len(_indices["ST"])), key=lambda place: _indices["ST"][place])
    tell(f"""
    ## 4. Shares of the variance: Sobol'

    The numbers that mattered most vary all at once, {last["points"]} points. The *first-order* index S1 of a number
    is the share of the outcome's variance that it explains alone, the *total* index ST that share with all its
    interactions. ST well above S1 means interactions; the S1 of all sum to 1 where there are none. {sobol.says}

    This design is small: the interval of the leading index is {_indices["ST"][_top]:.2f} ± {_halves[_top]:.2f}. An
    index may lie outside 0 to 1, and S1 above ST, by its error. Where intervals overlap, the order of two numbers is
    not settled.
    """)
    return (sobol,)


@app.cell
def _(outcome, result, sobol):
    mo.vstack([figure_of("sobol", result, outcome.value), table(sobol.shown[0].frame)])
    return


@app.cell
def _(outcome, stages):
    idle = sorted(
        {
            row["path"]
            for stage in stages
            if outcome.value in stage["outcomes"]
            for row, size in zip(
                stage["inputs"], next(iter(stage["outcomes"][outcome.value]["indices"].values())), strict=True
            )
            if size == 0
        }
    )
    with mo.status.spinner("The same question with and without common luck"):
        scenario = load_scenario("partner-dv", {"customers": 1000, "fit.tolerance": 0.5})
        paired = compare(without_programme(scenario), scenario, replicates=SEEDS, seed=SEED, metrics=["market_share"])
    year = paired.iloc[-1]
    half = (year["high"] - year["low"]) / 2
    apart = half * sqrt(year["variance_reduction"])
    tell(f"""
    ## 5. Noise, and common random numbers

    A model with luck in it answers differently at every seed. Were each point of a design given luck of its own, that
    luck would be read as an effect of whatever was varied. Here all points share their seeds, so that a number that
    does nothing has an index of exactly 0. In this study that is so for:
    {", ".join(idle) or "none of those that vary"}.

    How much that helps can be measured. Over {SEEDS} pairs of worlds the programme gains
    {100 * year["difference"]:.2f} points of share in year {year["year"]}, ± {100 * half:.2f} with common luck; the
    same worlds with luck of their own would give about ± {100 * apart:.2f}, which is {year["variance_reduction"]:.1f}
    times the variance. What common luck does not remove is luck that acts together with a number: it stays in sigma
    and in the total indices, and only more customers or more seeds bring it down. A study with `replicates = 2` says
    how large it is.
    """)
    return


@app.cell
def _(result):
    _settings = result.settings
    tell(f"""
    ## To repeat this

    Study `{result.study}`, {result.id}; scenario {result.report["scenario"]}, {result.report["customers"]} customers,
    seeds {", ".join(map(str, result.report["seeds"]))}, design seed {result.report["design_seed"]};
    {result.standing["ok"]} runs finished. All uncertain numbers: `simbiz sensitivity partner-dv`, or `simbiz
    experiment run claims_sensitivity_small` for the claims; then give this page the folder.
    """)
    return


if __name__ == "__main__":
    app.run()
