"""Where shards are cleaned: in this process, in a pool that a page cannot break, on Dask."""

from flows.running.guarding import guard, guard_ephemeral_server, stoppable
from flows.running.runners import run_shards
from flows.running.sizing import Sizer

__all__ = ["Sizer", "guard", "guard_ephemeral_server", "run_shards", "stoppable"]
