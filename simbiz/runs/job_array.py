"""Studies on clusters with a queue: the script of a SLURM job array, one shard a job."""

from __future__ import annotations

import shlex

SCRIPT = """\
#!/bin/bash
#SBATCH --job-name={name}
#SBATCH --array=1-{jobs}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={processes}
#SBATCH --time={limit}
#SBATCH --output={name}-%A_%a.log
# Submit it with: sbatch THIS_FILE
# Each job does one of {jobs} parts into a folder of its own; one that was cut off goes on when it is
# submitted again.
# Once all are done, this puts the parts together and reports:
#     {whole}
set -euo pipefail
exec {command} \\
    --shard "$SLURM_ARRAY_TASK_ID/{jobs}" --workers "$SLURM_CPUS_PER_TASK"
"""


def slurm_script(file: str, name: str, jobs: int, processes: int, minutes: int) -> str:
    """Script of a job array that does a study.

    Parameters
    ----------
    file : str
        Study file, or its name.
    name : str
        What the jobs are called.
    jobs : int
        Number of parts.
    processes : int
        Processes of each job.
    minutes : int
        Time limit of each job.
    """
    whole = f"simbiz experiment run {shlex.quote(file)}"
    limit = f"{minutes // 60:02d}:{minutes % 60:02d}:00"
    return SCRIPT.format(name=name, jobs=jobs, processes=processes, limit=limit, whole=whole, command=whole)
