"""What a run says while it is at work, and what it says when it cannot begin."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.cli.run import shown
from flows.cli.talking import Talk, talking
from flows.errors import UsageError
from flows.pages import Expected
from flows.running import Progress
from flows.settings import Settings

COMMAND = [sys.executable, "-c", "from flows.cli import main; main()"]


def said(talk: Talk, monkeypatch: pytest.MonkeyPatch, stream: Any = None) -> str:
    """Standard error of a run that logs a line of each level and counts ten pages."""
    stream = stream or io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with talking(talk):
        progress = Progress(lambda: Expected(10))
        progress.begin(4, {})
        for level in ("debug", "info", "warning"):
            getattr(logging.getLogger("qingwen.sources"), level)("a line of %s \x1b[31m", level)
        logging.getLogger("somebody.else").info("their information")
        logging.getLogger("somebody.else").warning("their warning")
        progress.publishing()
        progress.finish()
    return str(stream.getvalue())


def test_where_there_is_no_terminal_plain_lines_say_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = said(Talk(), monkeypatch)
    assert "4 of 10 pages (40%), 4 of them found done" in text and "publishing" in text
    assert "a line of info" in text and "a line of debug" not in text
    assert "their warning" in text and "their information" not in text
    assert "\x1b" not in text and "\r" not in text


def test_quiet_says_warnings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    text = said(Talk(quiet=True), monkeypatch)
    assert "a line of warning" in text and "a line of info" not in text and "pages" not in text
    assert "a line of debug" in said(Talk(level="debug"), monkeypatch)


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    text = said(Talk(), monkeypatch, Terminal())
    assert "\x1b[" in text, "it is rewritten in place"
    assert "a line of info" in text and "\x1b[31m" not in text, "what is logged gives the terminal no orders"


def test_whoever_reads_standard_error_may_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    said(Talk(), monkeypatch, Closed())


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_log_file_has_the_lines_and_how_far_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    path = tmp_path / "run.log"
    said(Talk(quiet=True, file=path, format=form), monkeypatch)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert any("a line of info" in line for line in lines) and "\x1b" not in "".join(lines)
    if form == "json":
        found = [json.loads(line) for line in lines]
        assert {"time", "level", "logger", "message"} <= set(found[0])
        assert next(f["settled"] for f in found if "settled" in f) == 4
    before = len(lines)
    said(Talk(quiet=True, file=path, format=form), monkeypatch)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2 * before


@pytest.mark.parametrize("wrong", [{"level": "loud"}, {"format": "xml"}, {"file": Path("/nowhere/run.log")}])
def test_wrong_wishes_are_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="--log-"):
        Talk(**wrong)


def test_logging_is_afterwards_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    root, ours = logging.getLogger(), logging.getLogger("qingwen")
    before = (list(root.handlers), ours.level, ours.propagate)
    said(Talk(), monkeypatch)
    assert (list(root.handlers), ours.level, ours.propagate) == before


def test_the_defaults_in_the_help_are_those_of_the_settings(capfdbinary: Any) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    out = " ".join(capfdbinary.readouterr()[0].decode().split())
    told = dict(
        re.findall(r"--([a-z-]+)(?: <\w+>| [A-Z-]+)?(?: / --no-[a-z-]+)? (?:(?! --).)*?; default ([\w.]+)", out)
    )
    assert len(told) >= 10
    for option, default in told.items():
        if (name := option.replace("-", "_")) in Settings.model_fields:
            assert shown(Settings.model_fields[name].default) == default, option


# --- the server -------------------------------------------------------------------------------------------------------


def begun(tmp_path: Path, address: str) -> subprocess.Popen[bytes]:
    (tmp_path / "a.txt").write_text("这一天的风很大，我们没有出门，在家里看书。", encoding="utf-8")
    environment = {**os.environ, "PREFECT_API_URL": address, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    command = [*COMMAND, "run", "a.txt", "--out", "out"]
    return subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_server_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = begun(tmp_path, f"http://127.0.0.1:{port}/api")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.count(b"\n") == 1 and b"does not answer" in err and b"prefect server start" in err


def test_a_server_that_says_nothing_is_told_and_ctrl_c_ends_the_waiting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/api"
        process = begun(tmp_path, address)
        silent.settimeout(60)
        connection, _ = silent.accept()  # it has begun to wait
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130 and time.monotonic() - began < 3 and b"Traceback" not in err
        connection.close()
        process = begun(tmp_path, address)
        connection, _ = silent.accept()
        began = time.monotonic()
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1 and time.monotonic() - began < 9 and b"does not answer" in err
        connection.close()


@pytest.mark.xdist_group("prefect")
def test_a_run_from_the_command_line(
    prefect_api: str, tmp_path: Path, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT_API_URL", prefect_api)
    (tmp_path / "a.txt").write_text("这一天的风很大，我们没有出门，在家里看书。", encoding="utf-8")

    def run(*more: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["run", "a.txt", "--out", "out", "--runner", "here", *more])
        out, err = capfdbinary.readouterr()
        return int(ended.value.code or 0), out.decode(), err.decode()

    code, out, _ = run("--json", "--quiet", "--log-file", "run.jsonl", "--log-format", "json")
    assert code == 0 and json.loads(out)["counts"]["pages"] == 1
    assert all(json.loads(line) for line in (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines())
    code, out, err = run("--quiet", "--date", "2026-01-01")
    assert (code, out, err) == (0, "", "")
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    code, out, err = run("--quiet", "--date", "2026-01-02")
    assert code == 1 and out == "" and err.startswith("qingwen: 100% of the pages were rejected")
    assert "Traceback" not in err and err.count("\n") == 1
