"""Every rule of the package `simbiz.submodels`, found by walking it, and arguments to try it on."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

import simbiz.submodels
from simbiz.catalogue import load_catalogue
from simbiz.submodels.awareness import MOST_IMPRESSIONS

PARAMETERS = load_catalogue().parameters
CLOCK = np.concatenate([[0.0], np.cumsum(1.0 + 0.4 * np.cos(2 * np.pi * (np.arange(300) - 28) / 52))])
CLOCK = np.stack([CLOCK, 1.1 * CLOCK])


def all_rules() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the name and the plain Python function of every rule."""
    for module in pkgutil.iter_modules(simbiz.submodels.__path__):
        found = importlib.import_module(f"simbiz.submodels.{module.name}")
        for name, value in vars(found).items():
            if inspect.isfunction(value) and value.__module__ == found.__name__:
                yield f"{module.name}.{name}", value


def utils(rng):
    return rng.normal(0.0, 2.0)


def share(rng):
    """Give a share, its ends included."""
    return float(rng.choice([0.0, 1.0, rng.random()], p=[0.1, 0.1, 0.8]))


def positive(rng):
    return float(np.exp(rng.normal(0.0, 1.5)))


def whole(low, high):
    return lambda rng: int(rng.integers(low, high + 1))


def record_of_parameters(rng):
    """Give a record with every parameter somewhere within its range."""
    values = []
    for parameter in PARAMETERS.values():
        low, high = parameter.range or (parameter.value, parameter.value)
        values.append(float(rng.uniform(low, high)) if high > low else float(low))
    kinds = [(name, "f8") for name in PARAMETERS]
    return np.array([tuple(values)], dtype=kinds).view(np.recarray)[0]


# By the name of the argument, so that a new rule is tested as soon as it is written.
ARGUMENTS: dict[str, Callable[[np.random.Generator], Any]] = {
    "access_worth": utils,
    "amount": positive,
    "answer": whole(0, 10),
    "answered": whole(0, 1),
    "answers": whole(1, 500),
    "arrivals": lambda rng: 3 * positive(rng),
    "attitude": utils,
    "awareness": share,
    "basket": lambda rng: 1e5 * positive(rng),
    "before": utils,
    "best": lambda rng: float(rng.choice([-np.inf, rng.normal()], p=[0.1, 0.9])),
    "best_channel_only": whole(0, 1),
    "bought": whole(0, 1),
    "burden": lambda rng: 5 * share(rng),
    "burden_at_start": lambda rng: 5 * share(rng),
    "candidate_lag": share,
    "causal_fraction": share,
    "centre": lambda rng: 10 * share(rng),
    "channel_quality": utils,
    "classes": lambda rng: 16,
    "clock": lambda rng: CLOCK,
    "complaint_gap": lambda rng: int(rng.integers(-600, 100)),
    "complaints": whole(0, 200),
    "conformity": share,
    "contexts_lost": whole(0, 5),
    "culture": positive,
    "decay": share,
    "delay": share,
    "delivered": utils,
    "dimension": whole(0, 4),
    "dip": share,
    "dispersion": share,
    "effect": lambda rng: float(rng.uniform(-1, 1)),
    "effort": positive,
    "expectation": utils,
    "exponent": lambda rng: float(rng.choice([0.0, 1.0, rng.uniform(0, 3)])),
    "fade_weeks": whole(0, 60),
    "fading": share,
    "failed": whole(0, 1),
    "fall": share,
    "feedback": share,
    "first": whole(0, 50),
    "follower_limit": share,
    "forgetting": share,
    "gain": share,
    "gap": utils,
    "gaps": lambda rng: rng.normal(0.5, 1.0, 5),
    "group_normal": lambda rng: rng.normal(),
    "hazard": share,
    "headcount": whole(0, 200),
    "held": share,
    "hours": lambda rng: 10 * positive(rng),
    "how": whole(0, 3),
    "identified": whole(0, 1),
    "implemented": share,
    "impressions": whole(0, MOST_IMPRESSIONS),
    "improvement": positive,
    "initiative": share,
    "integration": share,
    "intercept": utils,
    "interested": whole(0, 1),
    "judgement": utils,
    "lag": lambda rng: 40 * share(rng),
    "lapse": share,
    "lasting_weeks": whole(1, 60),
    "leader_limit": share,
    "leader_weight": share,
    "learners": whole(0, 50),
    "learning": share,
    "least": whole(0, 3),
    "level": share,
    "live_tools": whole(0, 8),
    "load": lambda rng: 1000 * share(rng),
    "log_hours": positive,
    "loss": share,
    "loyalty": share,
    "luck": lambda rng: float(np.clip(rng.random(), 1e-16, 1 - 1e-16)),
    "mean": lambda rng: 3 * positive(rng),
    "mean_weeks": lambda rng: 3 * share(rng),
    "median": lambda rng: 24 * share(rng),
    "meetings": whole(0, 6),
    "member": whole(0, 3),
    "members": whole(1, 4),
    "monitoring": share,
    "most": whole(3, 6),
    "nest": lambda rng: float(rng.uniform(0.01, 1)),
    "noise": share,
    "normal": lambda rng: rng.normal(),
    "nurturing": share,
    "offer": lambda rng: 0.9 * share(rng),
    "offered": share,
    "opinion": utils,
    "other_queue": positive,
    "ownership": share,
    "paid": lambda rng: 1e5 * positive(rng),
    "parameters": record_of_parameters,
    "part": share,
    "patience": positive,
    "peer_effect": share,
    "perception": utils,
    "perception_weight": share,
    "performance": share,
    "personal": lambda rng: 0.9 * share(rng),
    "planned": lambda rng: 12 * positive(rng),
    "power": lambda rng: 3 * share(rng),
    "price": positive,
    "probability": share,
    "propensity": share,
    "quality": utils,
    "rate": positive,
    "reach": share,
    "relative_load": lambda rng: 2 * share(rng),
    "reliability": utils,
    "remembered": share,
    "requests": lambda rng: 1000 * share(rng),
    "retention": share,
    "rise": share,
    "routine": share,
    "same_channel": lambda rng: bool(rng.random() < 0.5),
    "satisfaction": utils,
    "scale": lambda rng: float(rng.uniform(0.02, 1)),
    "segment": whole(0, 1),
    "sensitivity": positive,
    "share_before": share,
    "share_now": share,
    "share": share,
    "shift": utils,
    "shortest": lambda rng: 0.125,
    "skill": lambda rng: 0.01 + positive(rng),
    "slope": positive,
    "smoothing": share,
    "spread": share,
    "stock": positive,
    "stock_now": positive,
    "stock_then": positive,
    "strategy": whole(0, 2),
    "strength": share,
    "surplus": share,
    "taste": utils,
    "team_queue": positive,
    "team_share": share,
    "threshold": share,
    "tie": whole(0, 23),
    "time": lambda rng: float(rng.uniform(0, 330)),
    "total": lambda rng: float(rng.uniform(1, 8)),
    "training": share,
    "trials": whole(0, MOST_IMPRESSIONS),
    "unit": positive,
    "use": lambda rng: 0.99 * share(rng),
    "uses": lambda rng: bool(rng.random() < 0.5),
    "usual": lambda rng: 1e5 * positive(rng),
    "usual_requests": lambda rng: 1000 * share(rng),
    "utilisation": lambda rng: 0.94 * share(rng),
    "utility": utils,
    "value": share,
    "waiting": positive,
    "week": whole(-10, 80),
    "weeks": whole(0, 500),
    "weeks_since": whole(-10, 60),
    "weight": positive,
    "who": whole(0, 5000),
    "years": positive,
}


def arguments_of(rule: Callable[..., Any], rng: np.random.Generator) -> list[Any]:
    """Draw one argument for each parameter of a rule."""
    names = inspect.signature(rule).parameters
    return [ARGUMENTS[name.removesuffix("_old").removesuffix("_new")](rng) for name in names]


def with_parameters(**values: float) -> SimpleNamespace:
    """Give every parameter at its shipped value but those named."""
    return SimpleNamespace(**{name: float(parameter.value) for name, parameter in PARAMETERS.items()} | values)
