"""simbiz dashboard."""

from __future__ import annotations

from typing import Any

import rich_click as click

from simbiz.cli.changes import changes_option
from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import echo

FIRST_PORT = 8765


@click.command("dashboard")
@click.argument("scenario", default="partner-dv", shell_complete=scenarios_like)
@click.option("--against", metavar="SCENARIO", help="World beside it; by default the same one without its programme.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Seed of both worlds; by default a typical one.")
@changes_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen. Any host but this machine asks for the token in the printed address.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=FIRST_PORT, show_default=True, help="0: a free one.")
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
def dashboard_command(
    scenario: str,
    against: str | None,
    seed: int | None,
    changes: dict[str, Any],
    host: str,
    port: int,
    no_open: bool,
) -> None:
    """Play a SCENARIO in a browser, with a guided lesson: two worlds side by side.

    A market of all customers is played as a sample of 5,000, unless --set customers=... says otherwise. The page is
    served until it is interrupted.
    """
    from simbiz.dashboard.server import Address, open_in_browser, serve
    from simbiz.dashboard.setup import FIRST_SEED, own_setup

    def started(address: Address) -> None:
        echo(f"The page is at {address.url}\nStop with Ctrl-C.")
        if not no_open:
            open_in_browser(address)

    serve(own_setup(scenario, changes, against, FIRST_SEED if seed is None else seed), host, port, started)
