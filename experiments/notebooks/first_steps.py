"""First steps with simbiz: a scenario, a run, worlds with the same luck, one parameter changed, one customer asked."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="simbiz: first steps")

with app.setup:
    from math import exp
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import marimo as mo
    import pandas as pd

    from simbiz import (
        OmnichannelModel,
        compare,
        load_catalogue,
        load_scenario,
        run_study,
        with_changes,
        without_programme,
    )
    from simbiz.notebook import table, tell
    from simbiz.plots import figure_of, sheet_of

    SEED = 1
    PAIRS = 5
    ASKED = 200
    METRICS = ["market_share", "revenue", "profit"]
    # Results live as long as this notebook.
    scratch = TemporaryDirectory(prefix="simbiz-")
    results = Path(scratch.name) / "results"


@app.cell
def _():
    tell(f"""
    # First steps with simbiz

    simbiz asks whether customers would do what a digital business model promises. Thousands of customers choose week by
    week among a few firms. One of them, the *focal* firm, adopts digital tools, step by step. No tool has an effect on
    share or revenue in the model; a tool changes what the firm does, and the rest comes from customers choosing.

    This page makes a run, compares it with a world without the tools, changes one number and asks a customer why it
    chose as it did. Every run is decided by its scenario and its seed: here seeds from {SEED} on, so that you see the
    same numbers each time.
    """)
    return


@app.cell
def _():
    named = mo.ui.text(value=str(mo.cli_args().get("scenario") or "partner-dv"), label="Scenario: a name or a file")
    customers = mo.ui.slider(1000, 6000, step=1000, value=2000, label="Customers in the sample", show_value=True,
                             debounce=True)  # fmt: skip
    mo.hstack([named, customers], justify="start", gap=2)
    return customers, named


@app.cell
def _(customers, named):
    scenario = load_scenario(named.value, {"customers": customers.value, "fit.tolerance": 0.5})
    focal = scenario.firms[scenario.focal]
    tell(f"""
    ## 1. A scenario

    **{scenario.title}**: {len(scenario.firms)} firms, {len(scenario.segments)} segments of customers, a market of
    {scenario.market.value:,.0f} thousand roubles a year. The focal firm is {focal.title} with {100 * focal.share:.2f}
    % of it. A sample of {customers.value:,} customers stands for the whole market, which saves time and costs
    precision.

    `load_scenario("{scenario.name}", {{"customers": {customers.value}}})` gives it; any of its values can be changed in
    the same way. Its programme, in the order in which tools are adopted:
    """)
    return focal, scenario


@app.cell
def _(scenario):
    tools = load_catalogue().tools
    table(
        pd.DataFrame(
            [
                {
                    "tool": name,
                    "what it is": tools[name].meaning,
                    "steps": len(tools[name].steps),
                    "weeks": f"{sum(step.weeks for step in tools[name].steps):g}",
                }
                for name in scenario.programme.order
            ]
        )
    )
    return


@app.cell
def _(customers, named):
    with mo.status.spinner("A few runs are made"):
        run = run_study(
            "run_small",
            {
                "scenario": named.value,
                "customers": customers.value,
                "fit_tolerance": 0.5,
                "replicates": PAIRS,
                "first_seed": SEED,
            },
            results=results,
        )
    tell(f"""
    ## 2. A run

    `run_study("run_small", ...)` does a study that stands in a file and reads its result: here one scenario with
    seeds {SEED} to {SEED + PAIRS - 1}. Year 0 is the base year, the programme starts with year 1.
    {sheet_of("share", run).says} {sheet_of("share", run).note}
    """)
    return (run,)


@app.cell
def _(run):
    figure_of("share", run)
    return


@app.cell
def _(run, scenario):
    yearly = run.table(METRICS, firm=scenario.focal).groupby("year")[METRICS].mean().reset_index()
    table(
        pd.DataFrame(
            {
                "year": yearly["year"],
                "market share": (100 * yearly["market_share"]).map("{:.1f} %".format),
                "revenue, thousand roubles": yearly["revenue"].map("{:,.0f}".format),
                "profit, thousand roubles": yearly["profit"].map("{:,.0f}".format),
            }
        )
    )
    return


@app.cell
def _():
    tell("""
    The figure and the table say what happened, not what the programme did. Each week of a tool is a task of the firm's
    staff; while they learn, they are slower:
    """)
    return


@app.cell
def _(run):
    figure_of("programme", run)
    return


@app.cell
def _(scenario):
    with mo.status.spinner("Worlds are paired"):
        effect = compare(without_programme(scenario), scenario, replicates=PAIRS, seed=SEED, metrics=METRICS)
    last = effect[effect["metric"] == "market_share"].iloc[-1]
    sure = "may be luck" if last["low"] <= 0 <= last["high"] else "is more than luck"
    tell(f"""
    ## 3. Two worlds with the same luck

    `compare(without_programme(scenario), scenario)` lives each seed twice: once without the programme, once with it.
    The customers, their needs and their luck are the same in both, so that whatever differs was caused by the
    programme.

    In year {last["year"]} the share is {100 * last["second"]:.1f} % with it and {100 * last["first"]:.1f} % without
    it: a difference of {100 * last["difference"]:+.1f} points (95 % interval over {PAIRS} pairs:
    {100 * last["low"]:+.1f} to {100 * last["high"]:+.1f}), which {sure}. Worlds that do not share their luck would
    need {last["variance_reduction"]:.1f} times as many runs for the same precision.
    """)
    return (effect,)


@app.cell
def _(effect):
    shares = effect[effect["metric"] == "market_share"]
    table(
        pd.DataFrame(
            {
                "year": shares["year"],
                "share without": (100 * shares["first"]).map("{:.2f} %".format),
                "share with": (100 * shares["second"]).map("{:.2f} %".format),
                "difference, points": (100 * shares["difference"]).map("{:+.2f}".format),
                "from": (100 * shares["low"]).map("{:+.2f}".format),
                "to": (100 * shares["high"]).map("{:+.2f}".format),
            }
        )
    )
    return


@app.cell
def _():
    uncertain = {name: one for name, one in load_catalogue().parameters.items() if one.role == "uncertainty"}
    chosen = mo.ui.dropdown(sorted(uncertain), value="loyalty_coefficient", label="Parameter", searchable=True)
    tell(f"""
    ## 4. One number changed

    Of the {len(uncertain)} uncertain parameters {sum(one.evidence == "assumed" for one in uncertain.values())} are
    assumed: nobody has measured them. Each has a declared range. What the programme gains can be asked at both ends
    of it, with everything else as it was:
    """)
    return chosen, uncertain


@app.cell
def _(chosen):
    chosen
    return


@app.cell
def _(chosen, customers, named, uncertain):
    changed, path = uncertain[chosen.value], f"parameters.{chosen.value}"
    with mo.status.spinner("Both ends are lived"):
        sweep = run_study(
            "sweep_small",
            {
                "scenario": named.value,
                "customers": customers.value,
                "fit_tolerance": 0.5,
                "replicates": PAIRS,
                "first_seed": SEED,
                "factors": {path: {"range": "declared"}},
                "stop": None,
            },
            results=results,
        )
    known = sheet_of("levels", sweep).tables["levels"]["marked"].any()
    told = "" if known else "None of the effects can be told from luck with so few seeds."
    tell(f"""
    **{chosen.value}**: {changed.meaning}, {changed.unit}; {changed.evidence}, shipped value {changed.value:g}, range
    {changed.range[0]:g} to {changed.range[1]:g}. {sheet_of("levels", sweep).says} {sheet_of("levels", sweep).note}
    {told}
    """)
    return (sweep,)


@app.cell
def _(sweep):
    figure_of("levels", sweep)
    return


@app.cell
def _(sweep):
    table(sheet_of("levels", sweep).shown[0].frame)
    return


@app.cell
def _():
    number = mo.ui.slider(0, ASKED - 1, step=1, value=ASKED // 10, show_value=True, debounce=True,
                          label="Which customer (organisations come first)")  # fmt: skip
    tell(f"""
    ## 5. A customer: what it is doing, and why

    Every customer can be asked. Here it is one of {ASKED} (customers that can be asked are slower), a year after the
    start of the programme, in both worlds. The worth of a firm to it is a sum of terms, in *utils*; one util more
    makes the odds of being chosen {exp(1):.1f} times as large. Luck decides the rest.
    """)
    return (number,)


@app.cell
def _(number):
    number
    return


@app.cell
def _(scenario):
    with mo.status.spinner("Two worlds are lived up to that week"):
        past = OmnichannelModel(with_changes(scenario, {"customers": ASKED}), rng=SEED)
        past.run_past()
        worlds = {}
        for name, point in (("with the programme", scenario), ("without it", without_programme(scenario))):
            model = past.branch(with_changes(point, {"customers": ASKED}), engine="agents").run(past.start + 52)
            worlds[name] = [agent for agent in model.agents if hasattr(agent, "explain")]
    return (worlds,)


@app.cell
def _(focal, number, scenario, worlds):
    said = {}
    for world, people in worlds.items():
        said[world] = people[number.value].explain()
    someone = said["with the programme"]
    last_bought = {
        world: f"at {scenario.firms[one['last']['firm']].title} by {one['last']['channel']}" if one["last"]["firm"]
        else "nothing yet"
        for world, one in said.items()
    }  # fmt: skip
    ranked = {
        world: sorted(one["firms"], key=lambda name, firms=one["firms"]: -firms[name]["utility"])
        for world, one in said.items()
    }
    best = {world: names[0] for world, names in ranked.items()}
    rival = next(name for name in ranked["with the programme"] if name != scenario.focal)
    tell(f"""
    Customer {number.value}, of the segment *{someone["segment"]}*, {someone["journey"]["doing"]}. It last bought
    {last_bought["with the programme"]} with the programme, {last_bought["without it"]} without it. Before luck it now
    prefers {scenario.firms[best["with the programme"]].title} with the programme and
    {scenario.firms[best["without it"]].title} without it. What {focal.title} and the rival that it likes best are
    worth to it:
    """)
    return rival, said


@app.cell
def _(rival, said, scenario):
    def _worth(where, terms):
        firm, world = where
        value = sum(said[world]["firms"][firm]["terms"][term] for term in terms)
        return f"{round(value, 2) + 0.0:+.2f}"

    _columns = {
        f"{scenario.firms[firm].title}, {world}": (firm, world)
        for firm in (scenario.focal, rival)
        for world in ("with the programme", "without it")
    }
    _terms = list(next(iter(said.values()))["firms"][scenario.focal]["terms"])
    _lines = {term.replace("_", " "): [term] for term in _terms} | {"sum": _terms}
    table(
        pd.DataFrame(
            [
                {"term": name, **{head: _worth(where, terms) for head, where in _columns.items()}}
                for name, terms in _lines.items()
            ]
        )
    )
    return


@app.cell
def _(said, scenario):
    _odds = {world: one["firms"][scenario.focal]["channels"] for world, one in said.items()}
    _channels = {name: max(odds.get(name, 0.0) for odds in _odds.values()) for odds in _odds.values() for name in odds}
    mo.vstack(
        [
            tell("And on which channel it would first turn to that firm:"),
            table(
                pd.DataFrame(
                    [
                        {
                            "channel": name.replace("_", " "),
                            **{
                                world: f"{100 * odds[name]:.0f} %" if name in odds else "not open"
                                for world, odds in _odds.items()
                            },
                        }
                        for name in sorted(_channels, key=lambda name: -_channels[name])
                    ]
                )
            ),
        ]
    )
    return


@app.cell
def _(scenario):
    tell(f"""
    ## Go on

    The other notebooks of this folder: `claims_audit.py` (do published forecasts come true), `sensitivity.py` (which
    unknown numbers decide), `adoption_orders.py` (which tool first), `panel_validation.py` (does the market behave
    like real ones). On the command line `simbiz explain KEY` says what a number means and where it comes from, and
    `simbiz list scenarios` what else can be run.

    To repeat this page: scenario {scenario.name}, {scenario.customers} customers, seeds {SEED} to {SEED + PAIRS - 1}.
    """)
    return


if __name__ == "__main__":
    app.run()
