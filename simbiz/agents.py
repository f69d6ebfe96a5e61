"""Mesa agents: the firms of the market."""

from __future__ import annotations

from typing import Any

import mesa


class Firm(mesa.Agent):
    """A competing firm; its state lies in the model's firm arrays, row `row`.

    Parameters
    ----------
    model : OmnichannelModel
        The model.
    row : int
        Row in the firm arrays.
    """

    model: Any

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def name(self) -> str:
        """Name in the scenario."""
        return str(self.model.layout.firms[self.row])

    @property
    def digitalization_rate(self) -> float:
        """Share of the staff who use at least one digital tool."""
        return float(self.model.firms.digital_share[self.row])

    def take_up_tools(self) -> None:
        """Work one week on the programme."""
        self.model.implementations[self.row].week(self.model.week)
