"""What happens on a night: a run, and the care for a dataset between runs."""

from flows.nights.maintenance import forget, prune, reclean
from flows.nights.night import run_night
from flows.nights.repairing import repair

__all__ = ["forget", "prune", "reclean", "repair", "run_night"]
