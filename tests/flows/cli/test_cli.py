"""What the command line answers: the right exit code, one clear line for wrong usage, and quickly."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from flows.nights.night import run_night
from flows.settings import Settings
from schemas.records import CleanPage

TEXT = "他问我明天去不去,我说要先看看天气再决定。下午我们又去了一次图书馆,借了三本关于植物的书。"
COMMANDS = [
    "run",
    "clean",
    "explain",
    "demo",
    "raw",
    "reclean",
    "check",
    "load",
    "export",
    "diff",
    "duplicates",
    "report",
    "learn",
    "rules",
    "prune",
    "forget",
    "serve",
    "config",
]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings file and no variable of the machine plays a part."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("QINGWEN_"):
            monkeypatch.delenv(name)


def call(capfdbinary: Any, *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    with pytest.raises(SystemExit) as ended:
        main([str(a) for a in arguments])
    out, err = capfdbinary.readouterr()
    return int(ended.value.code or 0), out.decode(), err.decode()


def write(path: Path, text: str = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_command_has_help(capfdbinary: Any) -> None:
    code, out, _ = call(capfdbinary, "--help")
    assert code == 0 and all(f"  {name} " in out for name in COMMANDS)
    for name in COMMANDS:
        assert call(capfdbinary, name, "--help")[0] == 0


def test_the_bare_command_prints_its_help_and_the_version_can_be_asked(capfdbinary: Any) -> None:
    code, out, err = call(capfdbinary)
    assert (code, err) == (0, "") and out.startswith("Usage: qingwen") and "qingwen demo" in out
    code, out, _ = call(capfdbinary, "--version")
    assert code == 0 and out == f"qingwen {version('qingwen')}\n"


def test_every_commands_help_ends_with_examples_of_that_command(capfdbinary: Any) -> None:
    for name in COMMANDS:
        examples = call(capfdbinary, name, "--help")[1].partition("\n  Examples:\n")[2].split("\n")
        assert any(f"qingwen {name}" in line for line in examples), name


@pytest.mark.parametrize("encoding", ["gbk", "latin-1"])
def test_no_terminal_of_few_characters_harms_a_command(tmp_path: Path, encoding: str) -> None:
    """What such a terminal cannot show is written as an escape, or as UTF-8 where it is data."""
    page = str(write(tmp_path / "a.txt", TEXT + "堃\u3007\U0002000b﹏é\n"))
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    commands = [["explain", page], ["--help"], ["demo", "--to", str(tmp_path / "d")]]
    done = qingwen(*commands, env=environment)
    assert done.returncode == 0 and b"Error" not in done.stderr, done.stderr
    assert done.stderr.split() == [b"0"] * len(commands)


# --- clean and explain ------------------------------------------------------------------------------------------------


def test_clean_prints_the_text(capfdbinary: Any, tmp_path: Path) -> None:
    code, out, err = call(capfdbinary, "clean", write(tmp_path / "a.txt"))
    assert (code, err) == (0, "")
    assert "去不去，我说" in out


def test_clean_gives_json_with_all_that_is_known(capfdbinary: Any, tmp_path: Path) -> None:
    code, out, _ = call(capfdbinary, "clean", write(tmp_path / "a.txt"), "--json", "--no-punctuation")
    page = json.loads(out)
    assert code == 0 and set(page) == {field.name for field in dataclasses.fields(CleanPage)}
    assert "去不去,我说" in page["documents"][0]["text"]


def test_a_page_that_nothing_can_be_made_of_is_told(capfdbinary: Any, tmp_path: Path) -> None:
    code, _, err = call(capfdbinary, "clean", write(tmp_path / "a.txt", ""))
    assert code == 1 and err.count("\n") == 1 and "a.txt" in err


def test_explain_shows_edits_in_their_context(capfdbinary: Any, tmp_path: Path) -> None:
    code, out, _ = call(capfdbinary, "explain", write(tmp_path / "a.txt"))
    assert code == 0 and "明天去不去[-,-]{+，+}我说要先" in out
    assert "\x1b" not in out  # colour is for terminals


def qingwen(*commands: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Commands in a process of their own, which ends at the first that fails; their exit codes on standard error."""
    code = (
        "import sys\nfrom flows.cli import main\n"
        f"for command in {commands!r}:\n"
        "    try:\n        main(command)\n"
        "    except SystemExit as ended:\n"
        "        print(ended.code or 0, file=sys.stderr)\n"
        "        if ended.code:\n            raise\n"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, check=False, **options)


def test_standard_input_and_a_closed_output(tmp_path: Path) -> None:
    """A byte locale, and a reader that leaves: neither is an error of ours."""
    done = qingwen(["clean", "-"], input=TEXT.encode(), env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and "图书馆".encode() in done.stdout
    long = write(tmp_path / "long.txt", (TEXT + "\n") * 5000)
    shell = f"{sys.executable} -c 'from flows.cli import main; main()' clean {long} | head -c 10"
    piped = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=120, check=False)
    assert b"Traceback" not in piped.stderr and b"Exception" not in piped.stderr


@pytest.mark.parametrize("command", ["clean", "explain", "rules", "demo"])
def test_single_pages_need_neither_prefect_nor_arrow(tmp_path: Path, command: str) -> None:
    """They answer within a second because nothing heavy is imported."""
    page = [str(write(tmp_path / "a.txt"))] if command in ("clean", "explain") else []
    code = (
        "import sys\nfrom flows.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'prefect', 'pyarrow', 'httpx', 'pydantic_settings', 'fastwarc', 'pandas'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, command, *page], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_explain_writes_one_html_page_that_names_nothing_outside_itself(capfdbinary: Any, tmp_path: Path) -> None:
    code, out, _ = call(capfdbinary, "explain", write(tmp_path / "a.txt"), "--html")
    assert code == 0 and out.startswith("<!doctype html>") and out.rstrip().endswith("</html>")
    assert "<script" not in out and "http" not in out.replace("http-equiv", "")
    to = tmp_path / "b.html"
    assert call(capfdbinary, "explain", tmp_path / "a.txt", "--html", "--to", to)[0] == 0
    assert to.read_text(encoding="utf-8") == out


def test_the_demo_is_a_page_of_examples(capfdbinary: Any, tmp_path: Path) -> None:
    code, out, _ = call(capfdbinary, "demo")
    assert code == 0 and "qingwen-demo.html" in out
    page = (tmp_path / "qingwen-demo.html").read_text(encoding="utf-8")
    assert page.count('<section class="page"') == 7 and "难忘的春游" in page
    assert call(capfdbinary, "demo", "--to", "-")[1] == page


# --- wrong usage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["clean"], "FILE"),
        (["clean", "nothing.html"], "no such file"),
        (["clean", "."], "is a directory"),
        (["clean", "a.txt", "--script", "Latin"], "--script"),
        (["clean", "a.txt", "--sites", "nothing.toml"], "nothing.toml"),
        (["explain", "nothing.html"], "no such file"),
        (["explain", "."], "explain OUT URL"),
        (["explain", ".", "http://a.cn/"], "no dataset"),
        (["explain", "a.txt", "--html", "--to", "nothing/a.html"], "nothing/a.html"),
        (["raw", "nothing", "http://a.cn/"], "no such folder"),
        (["raw", ".", "http://a.cn/"], "no dataset"),
        (["demo", "--to", "nothing/a.html"], "nothing/a.html"),
        (["wash"], "wash"),
        (["run"], "SOURCE"),
        (["run", "nothing"], "nothing: no such file or folder"),
        (["run", "a.txt", "--out", "a.txt"], "not a folder"),
        (["run", "a.txt", "--out", "a.txt/out"], "lies under a file"),
        (["run", "a.txt", "--out", "/proc/out"], "--out"),
        (["run", "a.txt", "--date", "yesterday"], "--date"),
        (["run", "a.txt", "--date", "2026-02-30"], "--date"),
        (["run", "a.txt", "--date", "20260201"], "--date"),
        (["run", "a.txt", "--since", "soon"], "--since"),
        (["run", "a.txt", "--runner", "abacus"], "--runner"),
        (["run", "a.txt", "--workers", "many"], "--workers"),
        (["run", "a.txt", "--workers", "-1"], "--workers"),
        (["run", "a.txt", "--colour"], "--colour"),
        (["run", "ftp://a.cn/"], "http"),
        (["check", "nothing"], "no such folder"),
        (["reclean", "nothing"], "no such folder"),
        (["report", "nothing"], "no such folder"),
        (["learn", "nothing"], "no such folder"),
        (["forget", "nothing", "http://a.cn/"], "no such folder"),
        (["serve", "nothing"], "no such file"),
        (["config", "--config", "nothing.toml"], "nothing.toml"),
        (["rules", "no-such-rules"], "no-such-rules"),
        (["rules", "--check", "a.txt"], "a.txt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_one_clear_line_and_exit_2(
    capfdbinary: Any, tmp_path: Path, arguments: list[str], says: str
) -> None:
    write(tmp_path / "a.txt")
    code, _, err = call(capfdbinary, *arguments)
    assert code == 2
    assert err.startswith("qingwen: ") and err.count("\n") == 1 and says in err
    assert not (tmp_path / "out").exists()


# --- config and rules -------------------------------------------------------------------------------------------------


def test_config_says_where_each_value_comes_from(
    capfdbinary: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "qingwen.toml", 'contact = "https://example.org/about"\n')
    monkeypatch.setenv("QINGWEN_WORKERS", "3")
    monkeypatch.setenv("QINGWEN_ON_FAILURE_WEBHOOK", "https://hooks.example/T0K3N")
    code, out, _ = call(capfdbinary, "config")
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert code == 0
    assert rows["workers"].split() == ["workers", "3", "QINGWEN_WORKERS"]
    assert rows["contact"].split() == ["contact", "https://example.org/about", "qingwen.toml"]
    assert rows["runner"].split() == ["runner", "processes", "default"]
    assert "T0K3N" not in out and "*" in rows["on_failure_webhook"]


def test_rules_lists_what_is_packaged_with_its_examples(capfdbinary: Any) -> None:
    code, out, _ = call(capfdbinary, "rules")
    assert code == 0 and ".toml: " in out and " rules" in out
    name = out.split(".toml")[0].split()[-1]
    code, out, _ = call(capfdbinary, "rules", name, "--json")
    assert code == 0 and json.loads(out)


def test_a_rule_file_of_ones_own_can_be_checked(capfdbinary: Any, tmp_path: Path) -> None:
    rules = write(tmp_path / "mine.toml", '[[site]]\nhost = "a.cn"\nbody = "#content"\n')
    code, out, _ = call(capfdbinary, "rules", "--check", rules)
    assert code == 0 and "1 rule" in out


# --- a dataset from the command line ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of three pages, one of them empty, made without Prefect."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in {"a.txt": TEXT, "b.txt": TEXT[::-1] + "。", "c.txt": ""}.items():
        write(folder / name, text)
    out = tmp_path_factory.mktemp("data") / "out"
    run_night([str(folder)], out, dt.date(2026, 3, 1), Settings(out=out, runner="here"))
    return out


def test_load_prints_rows_as_json_lines(capfdbinary: Any, dataset: Path) -> None:
    code, out, _ = call(capfdbinary, "load", dataset, "pages", "--columns", "url,status,dt")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and sorted(row["url"] for row in rows) == ["file:a.txt", "file:b.txt", "file:c.txt"]
    assert {row["dt"] for row in rows} == {"2026-03-01"}
    assert len(call(capfdbinary, "load", dataset, "pages", "--limit", "2")[1].splitlines()) == 2


def test_load_asks_for_nights_and_conditions(capfdbinary: Any, dataset: Path, tmp_path: Path) -> None:
    def rows(*asked: str) -> list[Any]:
        code, out, err = call(capfdbinary, "load", dataset, "pages", "--columns", "url", *asked)
        assert code == 0 and err == ""
        return [json.loads(line)["url"] for line in out.splitlines()]

    assert rows("--where", "url LIKE '%b.txt' OR url = 'file:a.txt'") == ["file:a.txt", "file:b.txt"]
    assert len(rows("--since", "2026-03-01", "--until", "2026-03-01")) == 3
    assert rows("--since", "2026-03-02") == rows("--until", "2026-02-28") == rows("--where", "bytes < 0") == []
    empty = tmp_path / "empty.parquet"
    assert call(capfdbinary, "load", dataset, "pages", "--where", "bytes < 0", "--save", empty)[0] == 0
    import pyarrow.parquet as pq

    assert pq.read_table(empty).num_rows == 0 and "url" in pq.read_schema(empty).names


@pytest.mark.parametrize(
    ("asked", "said"),
    [(["--where", "host ="], "end"), (["--since", "yesterday"], "--since"), (["--until", "2026-13-01"], "--until")],
)
def test_load_says_what_is_wrong_with_what_was_asked(
    capfdbinary: Any, dataset: Path, asked: list[str], said: str
) -> None:
    code, out, err = call(capfdbinary, "load", dataset, "documents", *asked)
    assert code == 2 and out == "" and said in err and err.count("\n") == 1


def test_load_is_not_silent_where_nothing_was_committed(capfdbinary: Any, tmp_path: Path) -> None:
    (tmp_path / "out" / "documents").mkdir(parents=True)
    code, out, err = call(capfdbinary, "load", tmp_path / "out", "documents")
    assert code == 2 and out == "" and "no run was committed" in err


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl", ".jsonl.gz", ".csv"])
def test_load_saves_one_file(capfdbinary: Any, dataset: Path, tmp_path: Path, suffix: str) -> None:
    import pandas

    path = tmp_path / f"rows{suffix}"
    assert call(capfdbinary, "load", dataset, "documents", "--latest", "--save", path)[0] == 0
    read = {
        ".parquet": pandas.read_parquet,
        ".csv": pandas.read_csv,
        ".jsonl": lambda p: pandas.read_json(p, lines=True),
        ".jsonl.gz": lambda p: pandas.read_json(p, lines=True),
    }
    assert len(read[suffix](path)) >= 1


@pytest.mark.parametrize("arguments", [["nothing"], ["pages", "--columns", "nothing"], ["pages", "--save", "x.xls"]])
def test_load_tells_wrong_usage(capfdbinary: Any, dataset: Path, arguments: list[str]) -> None:
    code, _, err = call(capfdbinary, "load", dataset, *arguments)
    assert code == 2 and err.count("\n") == 1


def test_duplicates_are_shown_and_left_out(capfdbinary: Any, tmp_path: Path) -> None:
    out, pages = tmp_path / "out", tmp_path / "pages"
    pages.mkdir()
    other = "另一篇文章说的是水渠的事，去年冬天它冻住过两回。" * 2
    for name, text in (("a", TEXT), ("b", TEXT), ("c", other)):
        write(pages / f"{name}.txt", text)
    run_night([str(pages)], out, dt.date(2026, 3, 1), Settings(out=out, runner="here"))
    assert len(call(capfdbinary, "load", out, "documents")[1].splitlines()) == 3
    assert len(call(capfdbinary, "load", out, "documents", "--no-duplicates")[1].splitlines()) == 2
    code, shown, _ = call(capfdbinary, "duplicates", out)
    assert code == 0 and "1 group," in shown.splitlines()[0]
    original = shown.splitlines()[1].split()[1]
    code, shown, _ = call(capfdbinary, "duplicates", out, original)
    assert code == 0 and "exact" in shown and shown.splitlines()[0].startswith(original)
    assert call(capfdbinary, "duplicates", out, "f" * 20)[0] == 2


def test_a_page_of_a_dataset_is_explained_and_its_bytes_given(
    capfdbinary: Any, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = call(capfdbinary, "explain", dataset, "file:a.txt")
    assert (code, err) == (0, "") and "明天去不去[-,-]{+，+}" in out
    assert call(capfdbinary, "raw", dataset, "file:a.txt")[1] == TEXT
    page_id = json.loads(call(capfdbinary, "load", dataset, "pages", "--columns", "page_id,url")[1].splitlines()[0])
    assert call(capfdbinary, "raw", dataset, page_id["page_id"], "--to", tmp_path / "raw")[0] == 0
    assert (tmp_path / "raw").exists()
    code, _, err = call(capfdbinary, "explain", dataset, "file:never.txt")
    assert code == 2 and "no such page" in err
    monkeypatch.setattr("flows.reports.finding.cleaner_version", lambda: "9.9+other")
    code, out, err = call(capfdbinary, "explain", dataset, "file:a.txt")
    assert code == 0 and "9.9+other" in err and "cleaned this page with" in err
    assert "9.9+other" in call(capfdbinary, "explain", dataset, "file:a.txt", "--html")[1]


def test_a_page_is_explained_with_the_policy_of_its_run(capfdbinary: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(tmp_path / "pages" / "a.txt")
    bare = Settings(out=out, runner="here", punctuation=False)
    run_night([str(tmp_path / "pages")], out, dt.date(2026, 3, 1), bare)
    assert "去不去[-,-]" not in call(capfdbinary, "explain", out, "file:a.txt")[1]


def test_bytes_are_given_as_they_are(capfdbinary: Any, tmp_path: Path) -> None:
    pages, out = tmp_path / "pages", tmp_path / "out"
    pages.mkdir()
    data = bytes(range(256)) * 4 + b"\r\n\x00\xff"
    (pages / "a.bin").write_bytes(data)
    run_night([str(pages)], out, dt.date(2026, 3, 1), Settings(out=out, runner="here", max_rejected=1.0))
    with pytest.raises(SystemExit) as ended:
        main(["raw", str(out), "file:a.bin"])
    assert not ended.value.code and capfdbinary.readouterr().out == data
    for path in out.glob("_raw/*/*.zst"):
        path.unlink()
    code, _, told = call(capfdbinary, "raw", out, "file:a.bin")
    assert code == 2 and "no bytes of this page are left" in told


def test_check_report_prune_and_forget(capfdbinary: Any, dataset: Path) -> None:
    assert call(capfdbinary, "check", dataset)[0] == 0
    code, out, _ = call(capfdbinary, "report", dataset)
    assert code == 0 and out.startswith("# nightly ")
    assert call(capfdbinary, "report", dataset, "19990101")[0] == 2
    assert call(capfdbinary, "prune", dataset, "--keep-days", "30")[0] == 0
    code, out, _ = call(capfdbinary, "forget", dataset, "file:a.txt")
    assert code == 0 and "pages: 1" in out
    assert "file:a.txt" not in call(capfdbinary, "load", dataset, "pages", "--columns", "url")[1]


def test_check_finds_a_damaged_file(capfdbinary: Any, dataset: Path, tmp_path: Path) -> None:
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(dataset, broken)
    part = next(broken.glob("documents/dt=*/*.parquet"))
    part.write_bytes(part.read_bytes()[:-20])
    assert call(capfdbinary, "check", broken)[0] == 1


# --- wrong use is told before the first page --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sources.toml", "qingwen.toml", "sites.toml"])
def test_a_settings_file_of_brackets_is_told(capfdbinary: Any, tmp_path: Path, name: str) -> None:
    write(tmp_path / name, "a = " + "[" * 50_000)
    arguments = {"sources.toml": [name], "qingwen.toml": ["a.txt"], "sites.toml": ["a.txt", "--sites", name]}[name]
    write(tmp_path / "a.txt")
    code, _, err = call(capfdbinary, "run", *arguments, "--out", "out")
    assert code == 2 and err.count("\n") == 1 and name in err
    assert not (tmp_path / "out" / "_commits").exists()


@pytest.mark.parametrize("out", ["s3://bucket/out", "file:///tmp/out", "gs://b"])
def test_an_out_that_is_no_folder_of_this_machine_is_told(capfdbinary: Any, tmp_path: Path, out: str) -> None:
    write(tmp_path / "a.txt")
    code, _, err = call(capfdbinary, "run", "a.txt", "--out", out)
    assert code == 2 and err.count("\n") == 1 and "folder of this machine" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt"]


def test_an_unknown_variable_is_told(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    monkeypatch.setenv("QINGWEN_WORKER", "3")
    code, _, err = call(capfdbinary, "run", "a.txt")
    assert code == 2 and "QINGWEN_WORKER" in err and "QINGWEN_WORKERS?" in err


def test_a_takedown_of_what_is_not_there_fails(capfdbinary: Any, dataset: Path) -> None:
    before = sorted(dataset.rglob("*"))
    code, out, err = call(capfdbinary, "forget", dataset, "https://a.example/never", "--dry-run")
    assert code == 1 and "no such page" in err
    assert call(capfdbinary, "forget", dataset, "https://a.example/never")[0] == 1
    code, out, _ = call(capfdbinary, "forget", dataset, "file:b.txt", "--dry-run")
    assert code == 0 and "pages: 1" in out
    assert sorted(dataset.rglob("*")) == before
    assert call(capfdbinary, "forget", dataset, "file:b.txt")[0] == 0
    assert call(capfdbinary, "forget", dataset, "file:b.txt")[0] == 1
