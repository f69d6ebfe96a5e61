"""Purchase: the basket and what is paid for it."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable


@register_jitable
def basket_value(usual: Any, noise: Any, normal: Any) -> Any:
    """Value of a basket at list prices: log-normal with mean `usual`."""
    return usual * math.exp(noise * normal - 0.5 * noise * noise)


@register_jitable
def amount_paid(basket: Any, price: Any, offer: Any) -> Any:
    """What is paid, in whole kopecks, at least one."""
    return max(1, int(basket * price * (1.0 - offer) + 0.5))
