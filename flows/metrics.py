"""Counters of a run for Prometheus: scraped from a port while it runs, or written to a file for node_exporter.

Off unless `metrics_port` or `metrics_file` is set; then what the parts of a run count goes to prometheus-client (extra
`metrics`). All counting is done in the process that conducts the run: shards report what they did. A run begins at
zero, which Prometheus takes for a restart. No label names a host, a source or a page: these are without bound, and the
run's page has them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.errors import UsageError

log = logging.getLogger("qingwen.metrics")

FILE_SECONDS = 15.0  # between two writings of the file: what Prometheus scrapes by default

COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "qingwen_pages": ("pages by what became of them", ("status",)),
    "qingwen_rejects": ("pages of which nothing could be made, by stage and reason", ("stage", "reason")),
    "qingwen_bytes": ("bytes of the pages as fetched", ()),
    "qingwen_rows": ("rows written, by table", ("table",)),
    "qingwen_edits": ("edits by the step that made them", ("step",)),
    "qingwen_step_seconds": ("seconds in each step of the cleaning, all workers together", ("step",)),
    "qingwen_shards": ("shards that are done", ()),
    "qingwen_fetched": ("addresses asked for, by what came of them", ("outcome",)),
    "qingwen_host_backoffs": ("times that a host was left alone: it asked for it, or was out of reach", ("cause",)),
}
GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "qingwen_shards_under_way": ("shards that are begun and not done", ()),
    "qingwen_fetch_waiting": ("addresses that wait for their answer", ()),
    "qingwen_run_seconds": ("seconds of the last run, by its part: index, pages, duplicates, publishing", ("part",)),
    "qingwen_run_pages": ("pages of the last run, those of earlier attempts included", ()),
    "qingwen_run_problems": ("problems that the gate found in the last run", ()),
    "qingwen_run_finished_timestamp_seconds": ("when the last run was published", ()),
}


class Meter:
    """What one run counts, in a registry of its own."""

    def __init__(self) -> None:
        """Raises UsageError where prometheus-client is not there."""
        try:
            import prometheus_client
        except ImportError:
            raise UsageError(
                "metrics need prometheus-client: uv pip install -c constraints.txt -e '.[metrics]'"
            ) from None
        self.registry = prometheus_client.CollectorRegistry()
        prometheus_client.ProcessCollector(registry=self.registry)
        made: dict[str, Any] = {}
        for kind, names in ((prometheus_client.Counter, COUNTERS), (prometheus_client.Gauge, GAUGES)):
            for name, (about, labels) in names.items():
                made[name] = kind(name, about, labels, registry=self.registry)
        self._made = made

    def of(self, name: str, labels: Mapping[str, str]) -> Any:
        """The counter or gauge of that name and with these labels."""
        return self._made[name].labels(**labels) if labels else self._made[name]


_at_work: Meter | None = None


def add(name: str, amount: float = 1, /, **labels: str) -> None:
    """Count. Does nothing where no run is metered."""
    if _at_work is not None:
        _at_work.of(name, labels).inc(amount)


def put(name: str, value: float, /, **labels: str) -> None:
    """Set a gauge. Does nothing where no run is metered."""
    if _at_work is not None:
        _at_work.of(name, labels).set(value)


@contextmanager
def exposed(settings: Any) -> Iterator[None]:
    """Count what happens inside, and show it as the settings say; a run within a run counts with it.

    settings: metrics_port, metrics_address, metrics_file. Raises UsageError where prometheus-client is needed and not
    there; a port that is taken, or a file that cannot be written, is told in the log and stops nothing.
    """
    global _at_work
    port: int = getattr(settings, "metrics_port", 0)
    file: Path | None = getattr(settings, "metrics_file", None)
    if _at_work is not None or not (port or file):
        yield
        return
    meter = Meter()
    stop = _served(meter, settings.metrics_address, port) if port else None
    over = threading.Event()
    writing = threading.Thread(target=_keep_writing, args=(meter, file, over), daemon=True) if file else None
    _at_work = meter
    try:
        if writing is not None:
            writing.start()
        yield
    finally:
        _at_work = None
        over.set()
        if writing is not None and file is not None:
            writing.join(timeout=FILE_SECONDS)
            _write(meter, file)
        if stop is not None:
            stop()


def begun(shards: Iterable[Any]) -> Iterator[Any]:
    """The same shards, counted as they are begun."""
    for shard in shards:
        add("qingwen_shards_under_way")
        yield shard


def done(result: Any) -> None:
    """Count what a shard did: a flows.pages.ShardResult."""
    if _at_work is None:
        return
    add("qingwen_shards")
    add("qingwen_shards_under_way", -1)
    add("qingwen_bytes", result.bytes)
    for status, n in result.statuses.items():
        add("qingwen_pages", n, status=status)
    for rejected, n in result.rejects.items():
        stage, _, reason = rejected.partition(": ")
        add("qingwen_rejects", n, stage=stage, reason=reason)
    for table, n in result.rows.items():
        add("qingwen_rows", n, table=table)
    for step, n in result.steps.items():
        add("qingwen_edits", n, step=step)
    for step, seconds in result.step_seconds.items():
        add("qingwen_step_seconds", seconds, step=step)


def published(summary: Mapping[str, Any]) -> None:
    """Say how long the parts of a run took, and that it is published."""
    for part, seconds in summary["seconds_by_part"].items():
        put("qingwen_run_seconds", seconds, part=part)
    put("qingwen_run_pages", summary["counts"]["pages"])
    put("qingwen_run_finished_timestamp_seconds", time.time())


def _served(meter: Meter, address: str, port: int) -> Any:
    """Serve the meter; gives what ends that, or None where it cannot be done."""
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(port, address, meter.registry)
    except OSError as error:
        log.warning("metrics are not served at %s:%d: %s", address, port, error.strerror or error)
        return None

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)

    return stop


def _keep_writing(meter: Meter, file: Path, over: threading.Event) -> None:
    while not over.wait(FILE_SECONDS):
        _write(meter, file)


def _write(meter: Meter, file: Path) -> None:
    from prometheus_client import write_to_textfile

    try:
        write_to_textfile(str(file), meter.registry)  # whole or not at all: it is renamed to its place
    except OSError as error:
        log.warning("metrics are not written to %s: %s", file, error.strerror or error)
