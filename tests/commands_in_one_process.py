"""Many commands in one process of its own: what each said, how it ended, what it cost; and the program of the process.

A process of its own can be given a limit of memory and a home, and can hang without the tests doing so; that it is only
one spares 500 commands the second that imports take.
"""

from __future__ import annotations

import json
import os
import resource
import select
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOM = 1 << 30  # bytes that commands may ask for beyond what the process holds once everything is imported
PATIENCE = 60.0  # seconds of the clock after which a command counts as hanging, however busy the machine is


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Parameters
    ----------
    code : int
        Its exit code.
    out, err : str
        What it said.
    trace : str
        Traceback of an exception that nobody caught.
    seconds : float
        Time of the processor.
    peak : int
        Bytes that the process has held at most so far.
    """

    code: int
    out: str
    err: str
    trace: str
    seconds: float
    peak: int


class Commands:
    """A process that does one command after the other.

    Parameters
    ----------
    home : Path
        Its home.
    first : sequence of list of str
        Commands that are done before memory is limited, so that everything is imported and compiled.
    """

    def __init__(self, home: Path, first: Sequence[list[str]] = ()) -> None:
        # Compiled code and lists of fonts are not made anew for every home.
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        environment = os.environ | {"HOME": str(home), "XDG_CACHE_HOME": cache, "MPLCONFIGDIR": f"{cache}/matplotlib"}
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        for command in first:
            ended = self.do(command, home, patience=600.0)
            assert not ended.trace, ended
        self.held = int(self._ask({"room": ROOM}, PATIENCE)["held"])

    def __enter__(self) -> Commands:
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.kill()
        self.process.communicate()

    def do(self, arguments: list[str], cwd: Path, patience: float = PATIENCE) -> Ended:
        """Do `simbiz ARGUMENTS` in a folder."""
        return Ended(**self._ask({"arguments": arguments, "cwd": str(cwd)}, patience))

    def _ask(self, question: dict[str, Any], patience: float) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], patience)[0]:
            raise TimeoutError(f"{question} hangs")
        answer = self.process.stdout.readline()
        if not answer:
            raise ChildProcessError(f"{question} ended the process with {self.process.wait()}")
        return json.loads(answer)


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    if "room" in question:
        held = next(int(line.split()[1]) << 10 for line in _status() if line.startswith("VmSize"))
        resource.setrlimit(resource.RLIMIT_AS, (held + question["room"],) * 2)
        return {"held": _held()}
    from click.testing import CliRunner

    from simbiz.cli import main

    os.chdir(question["cwd"])
    began = time.process_time()
    result = CliRunner().invoke(main, question["arguments"])
    seconds = time.process_time() - began
    trace = "" if result.exc_info is None or isinstance(result.exception, SystemExit | None) else _trace(result)
    peak = _held()
    said = {"out": result.stdout, "err": result.stderr}
    return {"code": result.exit_code, **said, "trace": trace, "seconds": seconds, "peak": peak}


def _held() -> int:
    """Bytes that the process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _trace(result: Any) -> str:
    return "".join(traceback.format_exception(*result.exc_info))


def _status() -> list[str]:
    return Path("/proc/self/status").read_text(encoding="ascii").splitlines()


if __name__ == "__main__":
    answers = sys.stdout
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), file=answers, flush=True)
