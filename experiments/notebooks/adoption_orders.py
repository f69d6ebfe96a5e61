"""Orders of adoption: a small search, the orders that cannot be told from the best, the printed one, all at once."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="simbiz: orders of adoption")

with app.setup:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import marimo as mo
    import pandas as pd

    from simbiz import InputError, load_catalogue, load_result, run_study
    from simbiz.notebook import refuse, table, tell
    from simbiz.plots import figure_of, sheet_of, subjects_of

    SEED = 1
    # Results live as long as this notebook.
    scratch = TemporaryDirectory(prefix="simbiz-")
    results = Path(scratch.name) / "results"


@app.cell
def _():
    tell(f"""
    # Which digital tool first?

    A programme of tools is adopted one tool after the other, and a paper prints one order. All orders that
    prerequisites allow are candidates here, too many to run each. A search spends a small number of runs on them,
    always with common luck, and says which of the orders that are left *cannot be told from the best*. Seeds from
    {SEED} on.
    """)
    return


@app.cell
def _():
    own = mo.ui.text(
        value=str(mo.cli_args().get("result") or ""),
        label="Result folder of your own search (simbiz orders); empty: a small one is made here",
        full_width=True,
    )
    budget = mo.ui.slider(300, 1600, step=100, value=300, label="Runs to spend", show_value=True, debounce=True)
    mo.vstack([own, budget])
    return budget, own


@app.cell
def _(budget, own):
    try:
        if own.value:
            result = load_result(own.value)
        else:
            with mo.status.spinner("Orders are searched"):
                result = run_study(
                    "orders_small",
                    {
                        "customers": 800,
                        "runs": budget.value,
                        "first_seed": SEED,
                        "outcomes": ["share"],
                        "set": {"calendar.years": 2, "calendar.burn_in_weeks": 52},
                    },
                    results=results,
                )
    except InputError as error:
        refuse(str(error))
    if result.kind != "orders":
        refuse(f"{own.value} holds a study of kind {result.kind}; a search among orders is wanted (simbiz orders)")
    if not result.report:
        refuse(f"{own.value} has no report yet: the command that made it goes on with it")
    spent = result.report["budget"]
    halving = ", then ".join(f"{one['candidates']} orders on {one['seeds']} seeds" for one in spent["halving"])
    tell(f"""
    ## 1. The search

    {result.report["candidates"]:,} orders of {len(result.report["tools"])} tools; {spent["runs"]} runs of
    {result.report["customers"]:,} customers over {result.report["weeks"]} weeks:

    1. *Screening*, {spent["screening"]["runs"]} runs: balanced samples of orders, a seed of its own for each sample.
    2. *A linear model* of who stands before whom foretells the orders that were not run. It explains
       {max(0.0, result.report["outcomes"][next(iter(result.report["outcomes"]))]["skill"][0]) * 100:.0f} % of the
       differences in samples that it has not seen.
    3. *Halving*: {halving or "none"}; the better half of them stays each time.
    4. *The final*, {spent["final"]["runs"]} runs: {spent["final"]["candidates"]} candidates, among them the printed
       order and all tools at once, on {spent["final"]["seeds"]} seeds by which nothing was chosen.
    """)
    return (result,)


@app.cell
def _(result):
    subjects = list(subjects_of("orders", result))
    outcome = mo.ui.dropdown(subjects, value=subjects[0], label="Judged by")
    outcome
    return (outcome,)


@app.cell
def _(outcome, result):
    found = result.report["outcomes"][outcome.value]
    sheet = sheet_of("orders", result, outcome.value)
    _printed, _at_once = found["programme"], found["at_once"]
    _scale, _unit = (100, "points of share") if found["unit"] == "share" else (1, found["unit"])

    def _told(row):
        if row is None or row["ahead"] is None or row["low"] is None:
            return "could not be compared"
        words = "cannot be told from it" if row["low"] <= 0 <= row["high"] else "can be told from it"
        ends = f"{_scale * row['low']:+.2f} to {_scale * row['high']:+.2f}"
        return f"{_scale * row['ahead']:+.2f} {_unit} beside the best (95 %: {ends}) and {words}"

    tell(f"""
    ## 2. The set not distinguishable from the best

    Each order is compared, seed by seed, with the best of all others. An interval that holds 0 says: this order may
    be the best. The intervals of the finalists hold together, so that the best finalist is in the set with 95 % at
    least.

    **{len(found["best"])} of {len(found["finalists"])} finalists cannot be told from the best.** The printed order is
    {"in" if _printed["inside"] else "not in"} the set; it stands {_told(_printed)}. All tools at once stands
    {_told(_at_once)}. {sheet.note}
    """)
    return found, sheet


@app.cell
def _(outcome, result, sheet):
    mo.vstack([figure_of("orders", result, outcome.value), table(sheet.shown[0].frame)])
    return


@app.cell
def _(found, result):
    _tools = load_catalogue().tools
    _fixed = [tool for tool, (first, last) in found["places"].items() if first == last]
    says = tell(f"""
    ## 3. What the set says

    An order of the set is as good an answer as the first. What all of them share is what the search has found: tools
    that stand in the same place in every order of the set ({", ".join(_fixed).replace("_", " ") or "none"}). Where a
    tool may stand anywhere, its place does not matter, or so few runs do not show that it does.
    """)
    places = pd.DataFrame(
        [
            {
                "tool": tool.replace("_", " "),
                "what it is": _tools[tool].meaning,
                "place in the set": f"{first}" if first == last else f"{first} to {last}",
                "printed place": result.report["programme"]["order"].index(tool) + 1
                if tool in result.report["programme"]["order"]
                else None,
            }
            for tool, (first, last) in sorted(found["places"].items(), key=lambda item: sum(item[1]))
        ]
    )
    mo.vstack([says, table(places)])
    return


@app.cell
def _(found):
    _scale, _unit = (100, "points of share") if found["unit"] == "share" else (1, found["unit"])
    _steps = found["first_steps"]
    if _steps is None:
        mo.stop(True, tell("The screening has too few samples to say what an order gains by its first step."))
    _says = tell("""
    ## 4. The first step

    Finalists were picked by the linear model, so that they resemble each other. The screening asked orders of every
    kind: what an order gains by beginning with a tool, against the mean of all orders.
    """)
    _gains = pd.DataFrame(
        [
            {
                "begin with": row["tool"].replace("_", " "),
                f"gain, {_unit}": f"{_scale * row['effect']:+.2f}",
                "95 % interval, all together": "-"
                if row["low"] is None
                else f"{_scale * row['low']:+.2f} to {_scale * row['high']:+.2f}",
                "may be the best": "yes" if row["inside"] else "no",
            }
            for row in _steps
        ]
    )
    mo.vstack([_says, table(_gains)])
    return


@app.cell
def _(found):
    _expected = found["expected"]
    _rank = _expected["programme_rank"]
    _place = "" if _rank is None else f", and the printed order in place {_rank:,}"
    tell(f"""
    ## 5. What it does not say

    The comparison is among the finalists. Of all other orders only the linear model speaks: it puts
    {_expected["within"]:,} orders so near to its best that a final like this could not tell them apart{_place}.
    The answer holds for this market, at the shipped values of everything that
    nobody has measured, and over the weeks that were lived: what pays late counts only as far as it comes within them.
    """)
    return


@app.cell
def _(result):
    tell(f"""
    ## To repeat this

    Study `{result.study}`, {result.id}; scenario {result.report["scenario"]}, first seed
    {result.settings["first_seed"]}; {result.standing["ok"]} runs finished. A search in minutes: `simbiz orders
    partner-dv --small`; the full one: `simbiz orders partner-dv`. Then give this page the folder.
    """)
    return


if __name__ == "__main__":
    app.run()
