"""What the exit code of a command says.

0 is success. `simbiz.errors.InputError` ends in `BAD_INPUT` wherever it is raised, an interruption in
`INTERRUPTED`; a command gives `FAILED_RUNS` itself, to `click.Context.exit`.
"""

FAILED_RUNS = 1
USAGE = 2
BAD_INPUT = 3
INTERRUPTED = 130
