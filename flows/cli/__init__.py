"""The command `qingwen`."""

from flows.cli.main import main

__all__ = ["main"]
