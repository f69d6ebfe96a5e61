"""Where a week's time goes: rules and firms watched at work, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from simbiz.bench.plan import Plan


def profile(plan: Plan) -> dict[str, float]:
    """Part of a week's time by what is done in it, for a market of the common size.

    Its rules are compiled with marks in them, into a folder of their own.
    """
    numbers = [str(number) for number in (plan.large, plan.lived, plan.weeks)]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder}
        command = [sys.executable, "-m", "simbiz.bench.stages", *numbers]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
