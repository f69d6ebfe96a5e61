"""Luck: every random number is a pure function of who decides, what, and which event it is.

Counter-based generator Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers:
as easy as 1, 2, 3"). The key is (replicate seed, named decision of a named population); the counter
is (stable id, event number, stable id of the alternative, draw number). Nothing else enters: no
position in an array, no week unless the week is the event, no point of a design. Two worlds with
one seed therefore share their luck until something in the model makes them differ.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.compilation import compiled

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)
_FIVE = np.uint64(5)
_SIX = np.uint64(6)
_UNIT = 2.0**-53
_HIGH_PART = 2.0**26
_BELOW_ONE = 1.0 - 2.0**-53


def name_id(name: str) -> int:
    """Stable 32-bit number of a name (BLAKE2b), the same on every machine and in every scenario."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")


@register_jitable(inline="always")
def _ten_rounds(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Philox4x32-10 on one counter block; written into its callers, so that a loop over blocks can be vectorised."""
    x0, x1 = np.uint64(c0) & _LOW, np.uint64(c1) & _LOW
    x2, x3 = np.uint64(c2) & _LOW, np.uint64(c3) & _LOW
    a, b = np.uint64(k0) & _LOW, np.uint64(k1) & _LOW
    for _ in range(10):
        p0 = _MULTIPLIER_0 * x0
        p1 = _MULTIPLIER_1 * x2
        x0, x1, x2, x3 = (p1 >> _WORD) ^ x1 ^ a, p1 & _LOW, (p0 >> _WORD) ^ x3 ^ b, p0 & _LOW
        a = (a + _WEYL_0) & _LOW
        b = (b + _WEYL_1) & _LOW
    return x0, x1, x2, x3


@compiled
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Ten rounds of Philox4x32 on one counter block.

    Parameters
    ----------
    c0, c1, c2, c3 : int
        Counter words; the low 32 bits are used.
    k0, k1 : int
        Key words; the low 32 bits are used.

    Returns
    -------
    tuple of four uint64
        Random words in the low 32 bits.
    """
    return _ten_rounds(c0, c1, c2, c3, k0, k1)


@register_jitable(inline="always")
def open_unit(high: Any, low: Any) -> Any:
    """Number in the open interval (0, 1) from 53 bits of two random words: their middle, (k + 1/2) / 2**53.

    In the upper half of the interval the middle is rounded, and the last one of all would be rounded to 1.
    """
    return min(_BELOW_ONE, (np.float64(high >> _FIVE) * _HIGH_PART + np.float64(low >> _SIX) + 0.5) * _UNIT)


@compiled
def uniform_pair(seed: Any, decision: Any, who: Any, event: Any, alternative: Any, draw: Any) -> Any:
    """Two independent uniforms in the open interval (0, 1), 53 bits each.

    Parameters
    ----------
    seed : int
        Replicate seed.
    decision : int
        Named decision, see `name_id`; a population's own id is mixed in by exclusive or.
    who, event, alternative, draw : int
        Stable id of the decider, number of the event, stable id of the alternative, number of the draw.
    """
    w0, w1, w2, w3 = philox(who, event, alternative, draw, seed, decision)
    return open_unit(w0, w1), open_unit(w2, w3)


@compiled
def uniform(seed: Any, decision: Any, who: Any, event: Any, alternative: Any, draw: Any) -> Any:
    """One uniform in the open interval (0, 1); the first of `uniform_pair`."""
    return uniform_pair(seed, decision, who, event, alternative, draw)[0]


@compiled
def uniform_pairs(
    seed: Any, decision: Any, who: Any, event: Any, alternatives: Any, draw: Any, pairs: Any
) -> None:
    """`uniform_pair` for several alternatives at once: the same bits, drawn side by side.

    Parameters
    ----------
    seed, decision, who, event, draw : int
        See `uniform_pair`.
    alternatives : int64 array (n,)
        Stable ids; eight at a time are drawn for the price of one, so pad them to a multiple of eight.
    pairs : float64 array (2, at least n)
        The two uniforms of each alternative. Written.
    """
    for i in range(alternatives.shape[0]):
        w0, w1, w2, w3 = _ten_rounds(who, event, alternatives[i], draw, seed, decision)
        pairs[0, i] = open_unit(w0, w1)
        pairs[1, i] = open_unit(w2, w3)


@compiled
def normal_quantile(probability: Any) -> Any:
    """Standard normal quantile, relative accuracy about 1e-16 (Wichura 1988, algorithm AS 241)."""
    q = probability - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (
            ((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
              + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) * r
              + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
              + 1.3314166789178437745e2) * r + 3.3871328727963666080e0
        )
        bottom = (
            ((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
              + 3.9307895800092710610e4) * r + 2.1213794301586595867e4) * r
              + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
              + 4.2313330701600911252e1) * r + 1.0
        )
        return q * top / bottom
    r = math.sqrt(-math.log(min(probability, 1.0 - probability)))
    if r <= 5.0:
        r -= 1.6
        top = (
            ((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
              + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0) * r
              + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
              + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
        )
        bottom = (
            ((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
              + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
              + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
              + 2.05319162663775882187e0) * r + 1.0
        )
    else:
        r -= 5.0
        top = (
            ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
              + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2) * r
              + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
              + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
        )
        bottom = (
            ((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
              + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r
              + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
              + 5.99832206555887937690e-1) * r + 1.0
        )
    return top / bottom if q > 0.0 else -top / bottom


@compiled
def uniforms(seed: Any, decision: Any, who: Any, event: Any, alternative: Any, draw: Any) -> Any:
    """`uniform` for every stable id in the integer array `who`; float64, same shape."""
    out = np.empty(who.shape[0], dtype=np.float64)
    for i in range(who.shape[0]):
        w0, w1, _, _ = _ten_rounds(who[i], event, alternative, draw, seed, decision)
        out[i] = open_unit(w0, w1)
    return out


@compiled
def uniforms_apart(
    seed: Any, decisions: Any, who: Any, event: Any, alternatives: Any, draw: Any, out: Any
) -> None:
    """`uniform` for decisions, ids and alternatives that differ from draw to draw.

    Parameters
    ----------
    seed, event, draw : int
        See `uniform_pair`.
    decisions, who, alternatives : int64 arrays (n,)
        Likewise, one each for every draw.
    out : float64 array (n,)
        Written.
    """
    for i in range(out.shape[0]):
        w0, w1, _, _ = _ten_rounds(who[i], event, alternatives[i], draw, seed, decisions[i])
        out[i] = open_unit(w0, w1)


@compiled
def normals(seed: Any, decision: Any, who: Any, event: Any, alternative: Any, draw: Any) -> Any:
    """Standard normals for every stable id in the integer array `who`; float64, same shape."""
    out = uniforms(seed, decision, who, event, alternative, draw)
    for i in range(who.shape[0]):
        out[i] = normal_quantile(out[i])
    return out
