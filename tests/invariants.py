"""What must hold in whatever world a scenario describes, once it has lived through its weeks."""

from __future__ import annotations

import warnings

import numpy as np
from accounting import check_accounting

from simbiz.catalogue import Catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.metrics import observe, weekly
from simbiz.scenario import Scenario


def lived_in_order(
    scenario: Scenario, catalogue: Catalogue | None = None, engine: str = "arrays", seed: int = 1
) -> OmnichannelModel:
    """Live through a scenario, with everything that must hold checked at its end.

    People, money and every count add up, the state is within its bounds, every metric and every weekly series is a
    finite number within its declared bounds, and nothing is warned of on the way. The model can still be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = OmnichannelModel(scenario, rng=seed, catalogue=catalogue, engine=engine).run()
        check_accounting(model)
        observation = model.observation()
        assert all(np.isfinite(values).all() for values in observe(observation).values())
        for name, column in weekly(observation).items():
            values = np.asarray(column)
            assert values.dtype.kind not in "f" or np.isfinite(values).all(), name
        model.release()
    return model
