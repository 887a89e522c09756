"""Import this before anything that imports Prefect: it sets what Prefect reads once, while it is imported.

Only what is not set already is set, and only in this process: neither the user's profile nor PREFECT_HOME is touched.
Where Prefect was imported first (a worker, a deployment), a server is there already and nothing of this is needed.
"""

from __future__ import annotations

import os

DEFAULTS = {
    # The ephemeral server takes up to 37 s to start on a slow machine; Prefect gives up after 20.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # One line a shard is ours to log; the server's own start is not news.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "qingwen",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",  # the same code logs with and without a flow around it
}

for _name, _value in DEFAULTS.items():
    os.environ.setdefault(_name, _value)
