"""simbiz dashboard on the command line; the page itself is looked at in tests/dashboard."""

import pytest
from click.testing import CliRunner

from simbiz.cli import main
from simbiz.errors import InputError


def simbiz(*arguments):
    return CliRunner().invoke(main, ["dashboard", *arguments])


@pytest.fixture
def served(monkeypatch):
    """Give what would have been served, and where."""
    calls = []
    monkeypatch.setattr("simbiz.dashboard.server.serve", lambda *arguments: calls.append(arguments))
    return calls


def test_what_is_asked_for_is_served(served):
    assert simbiz("--set", "customers=300", "--seed", "4", "--port", "0").exit_code == 0
    ((setup, host, port, _),) = served
    assert (setup.scenario.name, setup.scenario.customers, setup.seed) == ("partner_dv", 300, 4)
    assert (host, port) == ("127.0.0.1", 0)


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["partner_vd"], 3, "Did you mean 'partner_dv'?"),
        (["omnichannel", "--against", "crm_only"], 3, "cannot stand side by side"),
        (["--set", "customers=0"], 3, "customers"),
        (["--port", "70000"], 2, "--port"),
    ],
)
def test_a_mistake_is_said_in_one_line_and_nothing_is_served(served, arguments, code, complaint):
    result = simbiz(*arguments)
    assert result.exit_code == code
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert served == []


def test_a_missing_extra_is_named_with_the_command_that_brings_it(monkeypatch):
    def missing():
        raise InputError("the dashboard needs solara, which is not installed. Install it with: pip install ...")

    monkeypatch.setattr("simbiz.dashboard.server.check_assets", missing)
    result = simbiz()
    assert result.exit_code == 3
    assert "pip install" in result.stderr
