"""Where shards are cleaned: in this process, in a pool that a page cannot break, on Dask."""

from flows.running.guarding import guard, guard_ephemeral_server, stoppable
from flows.running.progress import Progress, Standing, listening
from flows.running.runners import run_shards
from flows.running.sizing import Sizer
from flows.running.tasks import in_flow_run

__all__ = [
    "Progress",
    "Sizer",
    "Standing",
    "guard",
    "guard_ephemeral_server",
    "in_flow_run",
    "listening",
    "run_shards",
    "stoppable",
]
