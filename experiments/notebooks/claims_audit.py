"""An audit of published claims: what is forecast, what comes out, what "refuted" means, what cannot hold together."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="simbiz: audit of claims")

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
    # An audit of published claims

    A paper forecasts what a programme of digital tools will do for a firm: market share, revenue, an index of the
    share. Here worlds are made in which customers choose, and each forecast is compared with what comes out. But
    for a few that are marked, the model is not told the forecasts, and a verdict may be "refuted".

    Every pair of worlds has one seed (here from {SEED} on): the same customers and the same luck, once with the
    programme and once without. A forecast is judged in two ways. *Before-after* compares with the base year, as the
    paper does; *paired* compares with the world without the programme, which is what the programme causes.
    """)
    return


@app.cell
def _():
    _claims = load_catalogue().claims
    tell(f"""
    ## 1. What is claimed

    {sum(len(one.readings) for one in _claims.values())} readings of {len(_claims)} claims: where a printed number can
    be understood in several ways, each way is a reading of its own. The numbers are those that were printed. The last
    {sum(one.kind == "market" for one in _claims.values())} are of a second paper, about firms that put the customer
    first; section 5 judges them.
    """)
    return


@app.cell
def _():
    table(
        pd.DataFrame(
            [
                {
                    "claim": name,
                    "what is forecast": one.meaning,
                    "printed": ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in one.printed.items()),
                    "readings": ", ".join(one.readings),
                }
                for name, one in load_catalogue().claims.items()
            ]
        )
    )
    return


@app.cell
def _():
    own = mo.ui.text(
        value=str(mo.cli_args().get("result") or ""),
        label="Result folder of your own audit; empty: a small audit is made here",
        full_width=True,
    )
    pairs = mo.ui.slider(3, 20, value=8, label="Pairs of worlds", show_value=True, debounce=True)
    customers = mo.ui.slider(2000, 10_000, step=1000, value=5000, label="Customers in the sample", show_value=True,
                             debounce=True)  # fmt: skip
    mo.vstack([mo.md("## 2. The worlds"), own, mo.hstack([pairs, customers], justify="start", gap=2)])
    return customers, own, pairs


@app.cell
def _(customers, own, pairs):
    try:
        if own.value:
            result = load_result(own.value)
        else:
            with mo.status.spinner("Pairs of worlds are lived"):
                result = run_study(
                    "claims_small",
                    {
                        "customers": customers.value,
                        "fit_tolerance": 0.25,
                        "replicates": pairs.value,
                        "other_replicates": pairs.value,
                        "first_seed": SEED,
                    },
                    results=results,
                )
    except InputError as error:
        refuse(str(error))
    if result.kind != "claims":
        refuse(f"{own.value} holds a study of kind {result.kind}; an audit of claims is wanted (simbiz claims)")
    if not result.report:
        refuse(f"{own.value} has no report yet: the command that made it goes on with it")
    if "pairs" not in result.report:
        refuse(f"{own.value} was reported by an earlier simbiz: the command that made it reports anew")
    fit = result.report["fit"]
    runs, missed = (sum(one[key] for one in fit.values()) for key in ("runs", "missed"))
    shares = ", ".join(f"{100 * one['mean'][1]:.2f} % for {100 * one['target'][1]:.2f} %" for one in fit.values())
    _counted, _planned = (sum(one[key] for one in result.report["pairs"]) for key in ("counted", "planned"))
    tell(f"""
    {_counted} pairs of worlds count of {_planned} that were planned, over {len(result.report["pairs"])} cases;
    {sum(result.standing.values())} runs. In the base year the firm's share came out as {shares}; {missed} of {runs}
    runs missed it. A pair that does not count shows nothing, and no verdict hangs on it.
    """)
    return (result,)


@app.cell
def _(result):
    _sheet = sheet_of("share", result)
    tell(f"{_sheet.says} {_sheet.note}")
    return


@app.cell
def _(result):
    figure_of("share", result)
    return


@app.cell
def _():
    tell("""
    ## 3. The verdicts

    A forecast is *supported* where the worlds show that nearly all reach it, *refuted* where they show that nearly none
    does, *undecided* where they show that it lies between; the limits stand above the figure. 59 pairs of worlds are
    the fewest that can support or refute, so that an audit as small as the one made here says *too few worlds* of most
    forecasts. "Refuted" is a word about this model at these values of its parameters: under rules and numbers that were
    fixed before, with customers who choose as described, the forecast does not come true. It does not say that no firm
    could bring it about. A star marks what the model was given rather than found.
    """)
    return


@app.cell
def _(result):
    against = mo.ui.dropdown(subjects_of("claims", result), value=subjects_of("claims", result)[0],
                             label="When, and compared with what")  # fmt: skip
    against
    return (against,)


@app.cell
def _(against, result):
    try:
        forest = sheet_of("claims", result, against.value)
    except InputError as error:
        refuse(str(error))
    tell(f"{forest.says} {forest.note}")
    return (forest,)


@app.cell
def _(against, forest, result):
    mo.vstack([figure_of("claims", result, against.value), table(forest.shown[0].frame)])
    return


@app.cell
def _(result):
    main = ["share.value", "share_index.chain", "performance.revenue"]
    _cases = {}
    for _row in result.report["claims"]:
        if _row["id"] in main and _row["test"] == "reach" and _row["horizon"].startswith("first"):
            _line = _cases.setdefault((_row["id"], _row["horizon"], _row["comparator"]), {})
            _line[f"rivals {_row['rivals']}, decline {_row['decline']}"] = _row["verdict"]
    _moved = sum(len(set(line.values())) > 1 for line in _cases.values())
    _says = tell(f"""
    ## 4. What the verdicts hang on

    Nobody knows what the rivals will do. For three main forecasts, {_moved} of {len(_cases)} lines change their verdict
    with the case, and before-after and paired need not agree:
    """)
    _heads = ("reading", "when", "compared")
    _verdicts_by_case = [dict(zip(_heads, key, strict=True)) | line for key, line in _cases.items()]
    mo.vstack([_says, table(pd.DataFrame(_verdicts_by_case))])
    return


@app.cell
def _(result):
    _rows = [row for row in result.report["claims"] if row["kind"] == "market"]
    _cases = list(dict.fromkeys(f"rivals {row['rivals']}, decline {row['decline']}" for row in _rows))
    _first = result.report["headline"]
    _own = f"rivals {_first['rivals']}, decline {_first['decline']}"
    case = mo.ui.dropdown(_cases, value=_own, label="Case")
    mo.vstack(
        [
            tell("""
            ## 5. The second paper: statements about the market

            The names that begin with nps are about all firms of the market: whether score and growth go together, not
            whether one causes the other. The others are signs of a change in the focal firm. Each is a question of
            more or less than the number in the second column; a verdict counts worlds as before. *Paired* compares
            with the same worlds without the programme. These are the verdicts that `simbiz claims` prints.
            """),
            case,
        ]
    )
    return (case,)


@app.cell
def _(case, result):
    def _written(name, value):
        if value is None:
            return "-"
        claim, _, own = name.partition(".")
        one = load_catalogue().claims[claim]
        forms = {"change": "{0:+.1%}", "correlation": "{0:+.2f}", "ratio": "{0:.1f}x"}
        return forms[one.readings[own].written or one.written].format(value).replace("%", " %")

    _columns = {
        ("first year", "before-after"): "year 1, before-after",
        ("first year", "paired"): "year 1, paired",
        ("first full year after the last step", "before-after"): "full year after, before-after",
        ("first full year after the last step", "paired"): "full year after, paired",
    }
    _all = [row for row in result.report["claims"] if row["kind"] == "market"]
    _rows = [row for row in _all if f"rivals {row['rivals']}, decline {row['decline']}" == case.value]
    _lines, _reasons, _later = {}, {}, []
    for _row in _rows:
        _name, _says = _row["id"], _row["verdict"]
        _target = _written(_name, _row["target"]) if _row["target"] else "0"
        _line = _lines.setdefault(_name, {"reading": _name, "more than": _target})
        if _row["estimate"] is not None:
            _says = f"{_written(_name, _row['estimate'])}, {_says}"
        _place = _row["horizon"], _row["comparator"]
        if _place in _columns:
            _line[_columns[_place]] = _says
        elif _row["comparator"] == "before-after":
            _later.append(f"{_name} in {_row['horizon']}: {_says}")
        if _row["verdict"] == "not testable":
            _reasons.setdefault(_row["depends_on"], set()).add(_name)
    _main = [row["verdict"] for row in _rows if (row["horizon"], row["comparator"]) == ("first year", "before-after")]
    _counts = ", ".join(f"{_main.count(verdict)} {verdict}" for verdict in dict.fromkeys(_main))
    _by_line = {}
    for _row in _all:
        _by_line.setdefault((_row["id"], _row["horizon"], _row["comparator"]), set()).add(_row["verdict"])
    _moved = sum(len(verdicts) > 1 for verdicts in _by_line.values())
    _why = "; ".join(f"{', '.join(sorted(names))} ({reason})" for reason, names in _reasons.items())
    mo.vstack(
        [
            tell(f"""
            In the first year, before-after: of {len(_main)} readings {_counts}. {_moved} of {len(_by_line)} verdicts
            change with the case.
            """),
            table(pd.DataFrame(_lines.values())),
            tell(f"""
            *Not reached*: the weeks that were lived are too few for it{f" ({'; '.join(_later)})" if _later else ""}.
            Not testable at some time: {_why or "none"}.
            """),
        ]
    )
    return


@app.cell
def _(result):
    _rows = {
        tuple(row["claims"]): row
        for row in result.report["joint"]
        if row["test"] == "match" and row["horizon"] == "first year" and row["comparator"] == "before-after"
    }
    joint = [row for row in _rows.values() if len(row["claims"]) == 2]
    _never = [" and ".join(row["claims"]) for row in joint if not row["possible"]]
    tell(f"""
    ## 6. Which claims cannot hold together

    No simulation is needed for this: the printed numbers are tied to each other by arithmetic. In one period a share
    and a revenue give the growth of the market. Of {len(joint)} pairs of printed numbers {len(_never)} contradict
    each other in every market ({"; ".join(_never).replace("_", " ") or "none"}); each of the others needs a market
    that grows or shrinks by a certain amount.
    """)
    return (joint,)


@app.cell
def _(joint):
    table(
        pd.DataFrame(
            [
                {
                    "printed numbers": " and ".join(row["claims"]).replace("_", " "),
                    "together": "possible" if row["possible"] else "impossible",
                    "why": row["reason"].replace("_", " "),
                }
                for row in joint
            ]
        )
    )
    return


@app.cell
def _(result):
    _settings = result.settings
    _last = _settings["first_seed"] + _settings["replicates"] - 1
    tell(f"""
    ## To repeat this

    Study `{result.study}`, {result.id}; scenario {result.report["scenario"]},
    seeds {_settings["first_seed"]} to {_last}.
    The whole market with every case of rivals and decline: `simbiz claims partner-dv`, a matter of minutes (59 pairs in
    one case, in all with `--full`); then give this page the folder that it names. The claims over everything that is
    uncertain: `simbiz uncertainty --small`.
    """)
    return


if __name__ == "__main__":
    app.run()
