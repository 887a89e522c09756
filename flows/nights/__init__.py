"""What happens on a night: a run, and the care for a dataset between runs."""

from flows.nights.maintenance import forget, prune, reclean
from flows.nights.night import run_night
from flows.nights.repairing import repair
from flows.nights.usage import check_dataset, check_use

__all__ = ["check_dataset", "check_use", "forget", "prune", "reclean", "repair", "run_night"]
