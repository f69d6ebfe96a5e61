"""Azoev's competitive market map: where each firm stands by its share and by the growth of its share.

The mean share divides the firms into a strong and a weak side; three standard deviations of each side set
off the leaders and the outsiders. The growth of the shares is divided in the same way. The published
accounts do not say about which mean sigma is taken, nor whether it is divided by the root of the number of
firms, and the label depends on both. So every map names its variant, and `label_stability` says how well a
label survives the other variants.

Source: Azoev (1996), as retold by later texts; the book itself was not reachable.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

SHARE_CLASSES = ("leader", "strong", "weak", "outsider")
GROWTH_CLASSES = ("fast improving", "improving", "deteriorating", "fast deteriorating")
UNDEFINED = "undefined"
NO_CELL = 0

VARIANT_MEANINGS = {
    "v1/overall": "3 sigma of each side about the overall mean",
    "v1/side": "3 sigma of each side about that side's own mean",
    "v2/overall": "3 sigma / sqrt(firms on the side), about the overall mean",
    "v2/side": "3 sigma / sqrt(firms on the side), about that side's own mean",
    "v3": "largest share leads; growth limits are the mean gain and the mean loss, weighted by volume",
}
VARIANTS = tuple(VARIANT_MEANINGS)
DEFAULT_VARIANT = "v1/overall"

# Shares printed with two decimals of a per cent may add up to slightly more than the whole market.
_LARGEST_SUM_OF_SHARES = 1.01
# Values that are equal but for rounding must not fall on two sides of a border.
_RELATIVE_SLACK = 1e-9

Floats = NDArray[np.float64]


class _SigmaRule(NamedTuple):
    about_side_mean: bool
    shrinks_with_firms: bool


_SIGMA_RULES = {
    "v1/overall": _SigmaRule(about_side_mean=False, shrinks_with_firms=False),
    "v1/side": _SigmaRule(about_side_mean=True, shrinks_with_firms=False),
    "v2/overall": _SigmaRule(about_side_mean=False, shrinks_with_firms=True),
    "v2/side": _SigmaRule(about_side_mean=True, shrinks_with_firms=True),
}


@dataclass(frozen=True)
class Borders:
    """The three values that divide one axis of the map into four classes.

    A value on a border belongs to the class above it. `upper` is +inf where no firm stands above the middle
    and `lower` is -inf where none stands below it, so equal firms are never called leaders.
    """

    lower: float
    middle: float
    upper: float


@dataclass(frozen=True)
class MarketMap:
    """The position of every firm on one competitive market map.

    Attributes
    ----------
    variant : str
        One of `VARIANTS`.
    share_class, growth_class : ndarray of str, shape (firms,)
        `SHARE_CLASSES` and `GROWTH_CLASSES`; growth is "undefined" for a firm that had no share before.
    cell : ndarray of int64, shape (firms,)
        1..16 down the columns: leaders 1-4, strong 5-8, weak 9-12, outsiders 13-16; 0 without a growth.
    growth : ndarray of float64, shape (firms,)
        T = share after / share before, an index; nan where undefined.
    share_borders, growth_borders : Borders
        The borders used.
    """

    variant: str
    share_class: NDArray[np.str_]
    growth_class: NDArray[np.str_]
    cell: NDArray[np.int64]
    growth: Floats
    share_borders: Borders
    growth_borders: Borders

    @property
    def description(self) -> str:
        """What a reader needs to draw the same map: the variant, its meaning and the number of firms."""
        return f"{self.variant} ({VARIANT_MEANINGS[self.variant]}), {self.cell.size} firms"


def market_map(shares_before: ArrayLike, shares_after: ArrayLike, variant: str = DEFAULT_VARIANT) -> MarketMap:
    """Place every firm on the map by its share after and by the growth of its share.

    Raises ValueError on an unknown variant, unequal lengths, no firm, or no fractions of one market.

    Parameters
    ----------
    shares_before, shares_after : array_like of float, shape (firms,)
        Fractions of one market, in one order of firms; the firms need not make up the whole market.
    variant : str
        One of `VARIANTS`.

    Returns
    -------
    MarketMap
        A firm without a share before has no growth: it has a share class but cell 0, and takes no part in
        the growth borders. A firm that lost its whole share has T = 0.
    """
    before, after = _checked_shares(shares_before), _checked_shares(shares_after)
    if before.size != after.size:
        message = f"{before.size} shares before, but {after.size} after: one of each per firm is needed"
        raise ValueError(message)
    was_present = before > 0
    growth = np.divide(after, before, out=np.full(after.size, np.nan), where=was_present)
    columns = share_borders(after, variant)
    rows = growth_borders(growth[was_present], before[was_present], variant)
    share_class = _class_numbers(after, columns)
    growth_class = _class_numbers(growth, rows)
    return MarketMap(
        variant=variant,
        share_class=np.array(SHARE_CLASSES)[share_class],
        growth_class=np.where(was_present, np.array(GROWTH_CLASSES)[growth_class], UNDEFINED),
        cell=np.where(was_present, 4 * share_class + growth_class + 1, NO_CELL).astype(np.int64),
        growth=growth,
        share_borders=columns,
        growth_borders=rows,
    )


def share_borders(shares: ArrayLike, variant: str = DEFAULT_VARIANT) -> Borders:
    """Divide the shares at their mean and on either side of it.

    v1: mean - 3 sigma_left, mean, mean + 3 sigma_right. v2: each sigma divided by the root of the firms on
    its side. v3: the largest share below the mean, the smallest not below it, the largest of all. `shares`
    has shape (firms,), as fractions, and so are the borders. Raises ValueError as `market_map` does.
    Source: Azoev (1996), retold.
    """
    values = _checked_shares(shares)
    if variant != "v3":
        return _sigma_borders(values, _sigma_rule(variant))
    below, not_below, above = _sides(values, float(values.mean()))
    return Borders(
        lower=float(values[below].max()) if below.any() else -np.inf,
        middle=float(values[not_below].min()),
        upper=float(values[above].max()) if above.any() else np.inf,
    )


def growth_borders(growth: ArrayLike, volumes: ArrayLike, variant: str = DEFAULT_VARIANT) -> Borders:
    """Divide the growth of the shares at its mean and on either side of it.

    v1 and v2: the middle is the unweighted mean of T (weighted by the shares before it would always be 1),
    and the others stand 3 sigma from it as for the shares. v3: the middle is T = 1; the others are the mean T
    of the firms that lost and of those that gained, weighted by `volumes`. Both arrays have shape (firms,);
    T is an index, a volume is the share before. Without firms all borders are nan. Raises ValueError on an
    unknown variant. Source: Azoev (1996), retold.
    """
    values = np.asarray(growth, dtype=np.float64)
    weights = np.asarray(volumes, dtype=np.float64)
    rule = None if variant == "v3" else _sigma_rule(variant)
    if values.size == 0:
        return Borders(np.nan, np.nan, np.nan)
    if rule is not None:
        return _sigma_borders(values, rule)
    below, _, above = _sides(values, 1.0)
    return Borders(
        lower=float(np.average(values[below], weights=weights[below])) if below.any() else -np.inf,
        middle=1.0,
        upper=float(np.average(values[above], weights=weights[above])) if above.any() else np.inf,
    )


def label_stability(shares_before: ArrayLike, shares_after: ArrayLike) -> Floats:
    """Say for every firm which part of the other variants puts it into the cell of the default variant.

    Shapes and errors are those of `market_map`. Returns float64 of shape (firms,): 1 where the label does not
    depend on the variant, 0 where no other variant agrees, nan for a firm without a cell.
    """
    default = market_map(shares_before, shares_after).cell
    others = [
        market_map(shares_before, shares_after, variant).cell for variant in VARIANTS if variant != DEFAULT_VARIANT
    ]
    agreement = np.mean([cell == default for cell in others], axis=0)
    return np.where(default == NO_CELL, np.nan, agreement)


def _sigma_borders(values: Floats, rule: _SigmaRule) -> Borders:
    mean = float(values.mean())
    below, not_below, above = _sides(values, mean)
    return Borders(
        lower=mean - _three_sigma(values[below], mean, rule) if below.any() else -np.inf,
        middle=mean,
        upper=mean + _three_sigma(values[not_below], mean, rule) if above.any() else np.inf,
    )


def _three_sigma(side: Floats, overall_mean: float, rule: _SigmaRule) -> float:
    centre = side.mean() if rule.about_side_mean else overall_mean
    divisor = np.sqrt(side.size) if rule.shrinks_with_firms else 1.0
    return float(3 * np.sqrt(np.mean((side - centre) ** 2)) / divisor)


def _sides(values: Floats, middle: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Which values stand below the middle, not below it, and above it, each of shape (firms,)."""
    slack = _RELATIVE_SLACK * values.max()
    below = values < middle - slack
    return below, ~below, values > middle + slack


def _class_numbers(values: Floats, borders: Borders) -> NDArray[np.int64]:
    """Count the borders a value does not reach: 0 for the best class, 3 for the worst; shape (firms,)."""
    limits = np.array([borders.upper, borders.middle, borders.lower])
    slack = _RELATIVE_SLACK * np.max(values, initial=0.0, where=np.isfinite(values))
    numbers: NDArray[np.int64] = np.sum(values[:, np.newaxis] < limits - slack, axis=1, dtype=np.int64)
    return numbers


def _checked_shares(shares: ArrayLike) -> Floats:
    values = np.asarray(shares, dtype=np.float64)
    if values.ndim != 1 or values.size == 0:
        message = f"shares must be one row with at least one firm, not of shape {values.shape}"
        raise ValueError(message)
    if not np.all(np.isfinite(values)) or values.min() < 0:
        message = f"shares must be finite and not negative: {values.tolist()}"
        raise ValueError(message)
    if values.sum() > _LARGEST_SUM_OF_SHARES:
        message = f"shares add up to {values.sum():.4g}: give fractions of one market, not percentages"
        raise ValueError(message)
    return values


def _sigma_rule(variant: str) -> _SigmaRule:
    if variant not in _SIGMA_RULES:
        message = f"{variant!r} is not a variant of the market map; known are {', '.join(VARIANTS)}"
        raise ValueError(message)
    return _SIGMA_RULES[variant]
