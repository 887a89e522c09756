"""What holds for every test: how long one may take, and how hypothesis behaves where mutants are tried."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A mutant's run repeats the tests in forked processes, where a found example must be found again in the same way.
settings.register_profile(
    "mutants", database=None, deadline=None, derandomize=True, max_examples=25, suppress_health_check=list(HealthCheck)
)
if "MUTANT_UNDER_TEST" in os.environ:
    settings.load_profile("mutants")
