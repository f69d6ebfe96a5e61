"""The same simple rule in simbiz and its peers: agent-steps a second, measured by turns, and whether shares agree.

Every week every customer buys from one of eight firms by a multinomial logit; the firm of the last purchase is liked
better. So all that a choice depends on is the incumbent: eight states. Frameworks get the fastest form of the rule, a
table of cumulative probabilities by incumbent and one uniform. simbiz's own rule lets the firms race, with a uniform
for each that belongs to customer, week and firm; the form that looks at eight utilities for every customer is what a
model needs in which customers differ, and is measured in numpy, too.

Run by `make bench-peers`.
"""

import argparse
import json
import os
import platform
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import numpy as np
from numba import njit

from simbiz.draws import name_id, uniform_pairs, uniforms
from simbiz.submodels.choice import pull, race_time

FIRMS, WEEKS = 8, 52
APPEAL = 0.1 * np.arange(FIRMS)
LOYALTY = 1.0
CHANCE = np.exp(APPEAL + LOYALTY * np.eye(FIRMS))
CHANCE /= CHANCE.sum(axis=1, keepdims=True)  # (incumbent, firm)
CUMULATIVE = CHANCE.cumsum(axis=1)
CUMULATIVE[:, -1] = 1.0
CHUNK = 16_384


def choose_by_table(last, luck):
    """Choose a firm for every incumbent and uniform."""
    chosen = np.zeros(len(last), dtype=np.uint8)
    for firm in range(FIRMS - 1):
        chosen += luck > CUMULATIVE[:, firm][last]
    return chosen


def choose_by_utility(last, luck):
    """The same from utilities of every customer's own."""
    weights = np.exp(APPEAL + LOYALTY * (np.arange(FIRMS) == last[:, None])).cumsum(axis=1)
    return (luck[:, None] * weights[:, -1:] > weights).sum(axis=1).astype(np.uint8)


class Numpy:
    """Arrays and a loop over weeks."""

    def __init__(self, customers, choose=choose_by_table):
        self.luck, self.choose = np.random.default_rng(1), choose
        self.last = np.zeros(customers, dtype=np.uint8)

    def step(self):
        self.last = self.choose(self.last, self.luck.random(len(self.last)))

    def choices(self):
        return self.last


def numpy_utilities(customers):
    return Numpy(customers, choose_by_utility)


def mesa_objects(customers):
    """Every customer a Mesa agent."""
    import mesa

    cumulative = [row.tolist() for row in CUMULATIVE]
    firms = range(FIRMS)

    class Customer(mesa.Agent):
        def __init__(self, model):
            super().__init__(model)
            self.last = 0

        def step(self):
            self.last = self.model.random.choices(firms, cum_weights=cumulative[self.last])[0]

    class Market(mesa.Model):
        def __init__(self):
            super().__init__(rng=1)
            Customer.create_agents(self, customers)

        def step(self):
            self.agents.do("step")

        def choices(self):
            return np.array(self.agents.get("last"))

    return Market()


def mesa_frames(customers):
    """Customers in a frame of polars."""
    import polars as pl
    from mesa_frames import AgentSetPolars, ModelDF

    class Customers(AgentSetPolars):
        def __init__(self, model):
            super().__init__(model)
            self += pl.DataFrame({"unique_id": np.arange(customers), "last": np.zeros(customers, dtype=np.uint8)})

        def step(self):
            luck = self.random.random(len(self))
            self["last"] = pl.Series(choose_by_table(self["last"].to_numpy(), luck))

    class Market(ModelDF):
        def __init__(self):
            super().__init__(seed=1)
            self.customers = Customers(self)
            self.agents += self.customers

        def step(self):
            self.agents.do("step")

        def choices(self):
            return self.agents["last"][self.customers].to_numpy()

    return Market()


def ambr(customers):
    """Customers in columns; the step is vectorised."""
    import ambr as am

    class Market(am.Model):
        def setup(self):
            self.add_agents(customers, last=np.zeros(customers, dtype=np.uint8))

        def step_vectorized(self):
            last = self.agents.last.to_numpy()
            self.agents.last = choose_by_table(last, self.rng.random(customers))

    class Stepped:
        """Weeks one at a time: the framework's own run lives them all."""

        def __init__(self):
            self.model = Market({"steps": 1, "seed": 1, "show_progress": False})
            self.model.setup()

        def step(self):
            self.model.step_vectorized()

        def choices(self):
            return self.model.agents.last.to_numpy()

    return Stepped()


def modelly(customers):
    """Every customer an object whose choice lies in a column; the step works on the column."""
    from modelly import Agent, Model
    from modelly.core.columns import Column

    class Customer(Agent):
        last = Column(np.uint8, default=0)

    class Market(Model):
        def __init__(self):
            super().__init__(rng=1)
            Customer.create_agents(self, customers)

        def step(self):
            table = self.columns[Customer]
            table.last[:] = choose_by_table(table.last, self.rng.random(customers))

        def choices(self):
            return self.columns[Customer].last

    return Market()


PURCHASE = name_id("purchase of the benchmark")
FIRM_IDS = np.array([name_id(f"firm {firm}") for firm in range(FIRMS)], dtype=np.int64)


@njit(nogil=True)
def race_week(first, last, week, ids, appeal, loyalty):
    """Let the firms race for every customer, by the rules of simbiz."""
    pairs, times, weights = np.empty((2, FIRMS)), np.empty(FIRMS), np.empty(FIRMS)
    for firm in range(FIRMS):
        weights[firm] = pull(appeal[firm], 1.0)
    drawn_back = pull(loyalty, 1.0)
    for i in range(last.shape[0]):
        uniform_pairs(1, PURCHASE, first + i, week, ids, 0, pairs)
        for firm in range(FIRMS):
            times[firm] = race_time(pairs[0, firm], weights[firm])
        times[last[i]] /= drawn_back
        best = 0
        for firm in range(1, FIRMS):
            best = firm if times[firm] < times[best] else best
        last[i] = best


@njit(nogil=True)
def table_week(luck, last, cumulative):
    """Look the choice of every customer up."""
    for i in range(last.shape[0]):
        chosen = 0
        for firm in range(FIRMS - 1):
            chosen += luck[i] > cumulative[last[i], firm]
        last[i] = chosen


class Simbiz:
    """Draws and rules of simbiz in a compiled loop over chunks of customers."""

    def __init__(self, customers, race=True, threads=1):
        self.last, self.race = np.zeros(customers, dtype=np.uint8), race
        self.who, self.week = np.arange(customers, dtype=np.uint32), 0
        self.pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def step(self):
        chunks = [slice(first, first + CHUNK) for first in range(0, len(self.last), CHUNK)]
        list((self.pool.map if self.pool else map)(self.chunk, chunks))
        self.week += 1

    def chunk(self, some):
        last = self.last[some]
        if self.race:
            race_week(some.start, last, self.week, FIRM_IDS, APPEAL, LOYALTY)
        else:
            table_week(uniforms(1, PURCHASE, self.who[some], self.week, 0, 0), last, CUMULATIVE)

    def choices(self):
        return self.last


def simbiz_table(customers):
    return Simbiz(customers, race=False)


def simbiz_two_threads(customers):
    return Simbiz(customers, threads=2)


def simbiz_table_two_threads(customers):
    return Simbiz(customers, race=False, threads=2)


PEERS = {
    "Mesa objects": (mesa_objects, "table"),
    "mesa-frames": (mesa_frames, "table"),
    "ambr": (ambr, "table"),
    "modelly-abm": (modelly, "table"),
    "numpy": (Numpy, "table"),
    "numpy, utilities": (numpy_utilities, "utilities"),
    "simbiz draws, table": (simbiz_table, "table"),
    "simbiz draws and rules": (Simbiz, "utilities"),
    "simbiz draws, table, 2 threads": (simbiz_table_two_threads, "table"),
    "simbiz draws and rules, 2 threads": (simbiz_two_threads, "utilities"),
}


def expected_shares(weeks):
    """Probabilities of the last choice of a customer whose first incumbent is firm 0."""
    return np.linalg.matrix_power(CHANCE, weeks)[0]


def measured(customers, weeks):
    """Let all peers live the same weeks by turns; times a week and last choices of each."""
    markets = {name: make(customers) for name, (make, _) in PEERS.items()}
    times = {name: [] for name in markets}
    for _ in range(weeks):
        for name, market in markets.items():
            began = time.perf_counter()
            market.step()
            times[name].append(time.perf_counter() - began)
    return times, {name: np.asarray(market.choices()) for name, market in markets.items()}


def rows(customers, weeks):
    """Agent-steps a second of every peer, its shares, and how likely a deviation as large is by chance."""
    from scipy.stats import chisquare

    times, chosen = measured(customers, weeks)
    expected = expected_shares(weeks)
    for name, (_, form) in PEERS.items():
        counts = np.bincount(chosen[name], minlength=FIRMS)
        yield {
            "customers": customers,
            "peer": name,
            "form": form,
            "steps_per_second": customers / statistics.median(times[name][1:]),
            "shares": (counts / customers).round(4).tolist(),
            "chance": float(chisquare(counts, expected * customers).pvalue),
        }


def report(found):
    """Markdown table of one size of market."""
    lines = ["| | form | million agent-steps/s | over the fastest peer of the form | share of the last firm | p |"]
    lines.append("|---|---|---|---|---|---|")
    for row in found:
        peers = [r["steps_per_second"] for r in found if r["form"] == row["form"] and not is_ours(r)]
        speed = f"{1e-6 * row['steps_per_second']:.3g} | {row['steps_per_second'] / max(peers):.2f}"
        lines.append(f"| {row['peer']} | {row['form']} | {speed} | {row['shares'][-1]:.4f} | {row['chance']:.2f} |")
    return "\n".join(lines)


def is_ours(row):
    return row["peer"].startswith("simbiz")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = [list(rows(customers, options.weeks)) for customers in options.customers]
    if options.json:
        print(json.dumps(found, indent=2))
        return
    packages = ("mesa", "mesa-frames", "ambr", "modelly-abm", "numpy", "numba")
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores")
    for size, table in zip(options.customers, found, strict=True):
        print(f"\n{size:,} customers, {options.weeks} weeks; expected {expected_shares(options.weeks)[-1]:.4f}\n")
        print(report(table))


if __name__ == "__main__":
    main()
