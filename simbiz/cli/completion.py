"""What a shell offers when TAB is pressed: scenarios, studies, keys of a scenario, result folders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rich_click as click

Offer = Callable[[click.Context, click.Parameter, str], list[str]]

MAIN_CASE = "partner-dv"


def scenarios_like(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Scenarios within reach that begin so, with the hyphens or underscores of what is there."""
    from simbiz.scenario.files import scenario_names

    return _beginning(scenario_names(), incomplete)


def studies_like(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Studies within reach that begin so."""
    from simbiz.runs.study_file import experiment_names

    return _beginning(experiment_names(), incomplete)


def keys_like(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Keys of the scenario that stands on the command line, or of the main case, that begin so."""
    from simbiz.errors import InputError
    from simbiz.scenario import load_scenario
    from simbiz.scenario.setting import setting_keys

    try:
        # Where the value of an option is still to come, click leaves the arguments before it alone.
        scenario = load_scenario(context.params.get("scenario") or next(iter(context.args), MAIN_CASE))
    except InputError:
        return []
    return [key for key in setting_keys(scenario) if key.startswith(incomplete)]


def changes_like(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The same with the sign that a value follows; nothing once it is there."""
    return [f"{key}=" for key in keys_like(context, parameter, incomplete)] if "=" not in incomplete else []


def results_like(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """Result folders below results/ that begin so; otherwise the folders that there are."""
    from click.shell_completion import CompletionItem

    from simbiz.results.found import RESULTS, result_folders

    found = sorted(str(folder) for folder in result_folders(RESULTS)) if RESULTS.is_dir() else []
    offered = [name for name in found if name.startswith(incomplete)]
    return list(offered) or [CompletionItem(incomplete, type="dir")]


def _beginning(names: Any, incomplete: str) -> list[str]:
    wanted = incomplete.replace("-", "_")
    hyphens = "-" in incomplete
    offered = [name for name in names if name.replace("-", "_").startswith(wanted)]
    return [name.replace("_", "-") for name in offered] if hyphens else offered
