"""What happens on a night: a run, and the care for a dataset between runs."""

from flows.nights.maintenance import forget, prune, reclean
from flows.nights.night import run_night

__all__ = ["forget", "prune", "reclean", "run_night"]
