"""Value in use: services beyond the product, taken by customers whom the product has satisfied."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable


@register_jitable
def takes_services(offered: Any, satisfaction: Any, threshold: Any, luck: Any) -> Any:
    """Whether a customer takes services with a purchase: P = offered / (1 + exp(threshold - satisfaction))."""
    return luck < offered / (1.0 + math.exp(threshold - satisfaction))


@register_jitable
def paid_for_services(paid: Any, value: Any) -> Any:
    """What is paid for services beside the product, whole kopecks."""
    return int(paid * value + 0.5)
