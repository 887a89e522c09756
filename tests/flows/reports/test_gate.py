"""A source out of reach never looks like success; a bad page among good ones never looks like failure."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from misbehaving import serving

from flows.errors import GateFailed
from flows.reports import notifying
from flows.reports.alerts import SHAPES, lines_of, message_of, shape_of, title_of
from flows.settings import Settings

Run = Callable[..., dict[str, Any]]
TEXT = "第{n}天，我们沿着河边走了很久，看见许多水鸟在芦苇里做窝。"
QUICK: dict[str, Any] = {
    "allow_private": True,
    "delay": 0.0,
    "fetch_backoff": 0.01,
    "fetch_retries": 0,
    "max_rejected": 1.0,
}


def fill(folder: Path, pages: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for n in range(pages):
        (folder / f"{n:03}.txt").write_text(TEXT.format(n=n), encoding="utf-8")
    return folder


def test_a_run_as_usual_has_no_problems(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "pages", 20)
    for night in range(3):
        assert run(folder, night=night)["problems"] == []


def test_an_empty_source_is_a_problem(run: Run, tmp_path: Path) -> None:
    assert run(fill(tmp_path / "pages", 0))["problems"] == [f"{tmp_path}/pages yielded no page"]


def test_far_fewer_pages_than_usual_are_a_problem(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "pages", 20)
    for night in range(3):
        run(folder, night=night)
    fill(folder, 9)
    assert run(folder, night=3)["problems"] == [f"{folder} yielded 9 pages, 20 are usual"]
    assert run(folder, night=4, min_share_of_usual=0.4)["problems"] == []


def test_one_source_of_several_that_is_out_of_reach_is_a_problem(run: Run, tmp_path: Path) -> None:
    """The others yield all they should, and the whole looks well: it is told by its name."""
    folder = fill(tmp_path / "pages", 20)
    with serving() as server:
        listed = tmp_path / "site.urls"
        listed.write_text("".join(server.url(f"/{n}\n") for n in range(3)))
        assert run(folder, listed, **QUICK)["problems"] == []
    summary = run(folder, listed, night=1, **QUICK)
    assert summary["problems"] == [f"{listed} yielded no page (3 could not be had)"]


def test_bad_pages_among_good_ones_are_rows_and_no_problem(run: Run, tmp_path: Path) -> None:
    """Files named one by one are one source: an empty one among them does not fail the run."""
    folder = fill(tmp_path / "pages", 3)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    summary = run(*sorted(folder.iterdir()))
    assert summary["problems"] == [] and summary["counts"]["rejected"] == 2


def test_a_named_source_of_one_address_is_a_source_of_its_own(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "pages", 3)
    text = '[[source]]\nname = "files"\nfrom = "pages"\n[[source]]\nname = "board"\nfrom = "http://127.0.0.1:9/board"\n'
    (tmp_path / "sources.toml").write_text(text)
    summary = run(tmp_path / "sources.toml", **QUICK)
    assert summary["problems"] == ["board yielded no page (1 could not be had)"]


def test_too_many_rejects_are_a_problem_and_the_most_frequent_reason_is_told(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "pages", 2)
    for n in range(3):
        (folder / f"empty{n}.txt").write_bytes(b"")
    (problem,) = run(folder, max_rejected=0.5)["problems"]
    assert problem.startswith("60% of the pages were rejected, 50% are allowed; most often: decoding")


def test_running_again_the_same_night_is_no_problem(run: Run, tmp_path: Path) -> None:
    """The second run finds all its pages there already: what the night has yielded counts."""
    folder = fill(tmp_path / "pages", 20)
    assert run(folder)["problems"] == run(folder)["problems"] == []


def test_junk_is_a_problem_on_every_night_and_however_often_it_is_tried(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "pages", 0)
    for n in range(5):
        (folder / f"{n}.txt").write_bytes(bytes(range(256)) * 20)
    for night in (0, 0, 1, 2):
        (problem,) = run(folder, night=night, max_rejected=0.5)["problems"]
        assert problem.startswith("100% of the pages were rejected, 50% are allowed; most often: decoding")


def test_one_bad_page_that_comes_late_is_one_of_the_night(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "pages", 20)
    assert run(folder, max_rejected=0.5)["problems"] == []
    (folder / "bad.txt").write_bytes(bytes(range(256)) * 20)
    assert run(folder, max_rejected=0.5)["problems"] == []


def test_what_is_mended_on_the_same_night_is_no_problem(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "pages", 0)
    for n in range(5):
        (folder / f"{n:03}.txt").write_bytes(bytes(range(256)) * 20)
    assert run(folder, max_rejected=0.5)["problems"]
    assert run(fill(folder, 5), max_rejected=0.5)["problems"] == []


def test_a_page_that_another_source_has_named_counts_for_both(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "pages", 3)
    summary = run(folder, folder / "000.txt")
    assert summary["problems"] == [] and summary["counts"]["repeated"] == 1


# --- telling somebody -------------------------------------------------------------------------------------------------


@pytest.fixture
def hook() -> Any:
    """A webhook on the loopback that keeps what it is told."""
    told: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if "angry" in self.path else 200 if "refuse" in self.path else 204)
            self.end_headers()
            if "refuse" in self.path:
                self.wfile.write(b'{"errcode": 310000, "errmsg": "keywords not in content"}')

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield SimpleNamespace(told=told, url=f"http://127.0.0.1:{server.server_port}/T0K3N")
        server.shutdown()


def failed_run(settings: Settings) -> tuple[Any, Any, Any]:
    """What Prefect gives a hook."""
    flow_run = SimpleNamespace(name="quiet-heron", parameters={"out": "out", "settings": settings})
    return SimpleNamespace(name="nightly"), flow_run, SimpleNamespace(name="Failed", message="a source yielded no page")


def test_a_failure_is_told_by_webhook_and_command(hook: Any, tmp_path: Path) -> None:
    script = f"import sys; open({str(tmp_path / 'told')!r}, 'w').write(sys.stdin.read())"
    command = f'{sys.executable} -c "{script}"'
    notifying.on_failure(*failed_run(Settings(on_failure_webhook=hook.url, on_failure_command=command)))
    (message,) = hook.told
    assert message["flow"] == "nightly" and message["problem"] == "a source yielded no page"
    assert json.loads((tmp_path / "told").read_text()) == message
    assert "T0K3N" not in json.dumps(message)


@pytest.mark.parametrize("shape", ["json", "slack", "dingtalk", "wecom", "feishu"])
def test_an_alert_says_what_ran_where_what_is_wrong_and_where_to_look(hook: Any, tmp_path: Path, shape: str) -> None:
    failed = GateFailed("https://a.example/ yielded no page")
    report = tmp_path / "20260301-0001.md"
    counts = {"pages": 1200, "cleaned": 900, "rejected": 300, "gone": 0, "repeated": 7}
    failed.summary = {  # type: ignore[attr-defined]
        **{"night": "2026-03-01", "run_id": "20260301-0001", "out": "/data/out", "counts": counts},
        "report": str(report),
    }
    flow, flow_run, state = failed_run(Settings(on_failure_webhook=hook.url, on_failure_shape=shape))
    flow_run.name, state.data, state.message = "nightly 2026-03-01", failed, f"{failed} <b>\x1b[31m"
    report.with_suffix(".html").write_text("")
    notifying.on_failure(flow, flow_run, state)
    (told,) = hook.told
    text = {
        "json": lambda: "\n".join(lines_of(told)) + title_of(told),
        "slack": lambda: told["text"],
        "dingtalk": lambda: told["markdown"]["title"] + told["markdown"]["text"],
        "wecom": lambda: told["markdown"]["content"],
        "feishu": lambda: told["content"]["text"],
    }[shape]()
    for said in ("nightly 2026-03-01", "yielded no page", "1,200 pages", "300 rejected", "/data/out", "20260301-0001"):
        assert said in text
    assert socket.gethostname() in text and report.with_suffix(".html").as_uri() in text
    assert "\x1b" not in text and ("<b>" in text) == (shape != "slack")
    kinds = {"slack": None, "json": None, "dingtalk": "markdown", "wecom": "markdown", "feishu": "text"}
    assert told.get("msgtype", told.get("msg_type")) == kinds[shape]


def test_an_alert_leads_to_where_reports_are_served() -> None:
    failed = GateFailed("a source yielded no page")
    failed.summary = {"report": "/data/out/_reports/x.md", "page_address": "https://a.example/out/x.html"}  # type: ignore[attr-defined]
    flow, flow_run, state = failed_run(Settings())
    state.data = failed
    assert "Report: https://a.example/out/x.html" in lines_of(message_of(flow, flow_run, state))


def test_the_shape_is_told_by_the_host() -> None:
    assert shape_of("https://hooks.slack.com/services/T/B/x") == "slack"
    assert shape_of("https://oapi.dingtalk.com/robot/send?access_token=x") == "dingtalk"
    assert shape_of("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x") == "wecom"
    assert shape_of("https://open.feishu.cn/open-apis/bot/v2/hook/x") == "feishu"
    assert shape_of("https://hooks.slack.com.example/x") == "json"
    assert shape_of("mailto://me:word@example.org") == "apprise"


def test_a_long_alert_fits_wecom_which_refuses_more_than_4096_bytes() -> None:
    flow, flow_run, state = failed_run(Settings())
    state.message = "一条很长的消息。" * 2_000
    text = SHAPES["wecom"](message_of(flow, flow_run, state))["markdown"]["content"]
    assert 3_000 < len(text.encode()) <= 4_096


def test_apprise_tells_what_has_an_address_of_its_own(hook: Any) -> None:
    place = hook.url.removeprefix("http://")
    notifying.on_failure(*failed_run(Settings(on_failure_webhook=f"json://{place}")))
    (told,) = hook.told
    assert "nightly" in str(told) or "quiet-heron" in told["title"]
    assert "a source yielded no page" in told["message"]


def test_a_service_that_answers_200_and_refuses_is_not_taken_for_told(
    hook: Any, caplog: pytest.LogCaptureFixture
) -> None:
    notifying.on_failure(*failed_run(Settings(on_failure_webhook=f"{hook.url}/refuse", on_failure_shape="dingtalk")))
    assert "310000" in caplog.text and "T0K3N" not in caplog.text


@pytest.mark.parametrize("where", ["angry", "nobody"])
def test_a_webhook_that_fails_changes_nothing_and_its_address_is_not_logged(
    hook: Any, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{hook.url}/angry" if where == "angry" else "http://127.0.0.1:9/T0K3N"
    notifying.on_failure(*failed_run(Settings(on_failure_webhook=url, on_failure_command="no-such-command-here")))
    assert "webhook" in caplog.text and "command" in caplog.text
    assert "T0K3N" not in caplog.text


def test_a_secret_that_went_through_prefect_comes_from_the_environment(
    hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prefect keeps a flow run's parameters, and stars where the secret was."""
    monkeypatch.setenv("QINGWEN_ON_FAILURE_WEBHOOK", hook.url)
    flow, flow_run, state = failed_run(Settings())
    flow_run.parameters["settings"] = Settings(on_failure_webhook=hook.url).model_dump(mode="json")
    assert "T0K3N" not in json.dumps(flow_run.parameters)
    notifying.on_failure(flow, flow_run, state)
    assert len(hook.told) == 1


def test_exactly_as_many_rejects_as_are_allowed_are_no_problem(run: Run, tmp_path: Path) -> None:
    folder = fill(tmp_path / "pages", 2)
    for n in range(2):
        (folder / f"empty{n}.txt").write_bytes(b"")
    assert run(folder, max_rejected=0.5)["problems"] == []


def test_files_and_addresses_named_one_by_one_are_one_source(run: Run, tmp_path: Path) -> None:
    files = sorted(fill(tmp_path / "pages", 4).iterdir())
    with serving() as server:
        addresses = [server.url(f"/{n}") for n in range(16)]
        for night in range(3):
            assert run(*files, *addresses, night=night, **QUICK)["problems"] == []
    assert run(*files, addresses[0], night=4, **QUICK)["problems"] == []  # the others yielded
    (problem,) = run(*files, *addresses, night=3, **QUICK)["problems"]
    assert problem.endswith("yielded 4 pages, 20 are usual")
