"""An alert that can be acted on: what ran, where, what is wrong, and where to look; in the shape that a service takes.

Sources of the shapes: Slack, "Sending messages using incoming webhooks"; DingTalk, 自定义机器人发送群消息 (markdown);
WeCom, 群机器人配置说明 (markdown, 4,096 bytes); Feishu, 自定义机器人使用指南 (text). What else Apprise can tell, it
tells: an address whose scheme is not http or https is one of its own (mailto://, tgram://, ntfy:// ...).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from flows import showing
from flows.reports.reporting import page_address

Message = dict[str, Any]
MOST_PROBLEM = 2_000  # characters of the problem
WECOM_BYTES = 4_096  # of its content, in UTF-8
TOLD = ("pages", "cleaned", "same", "unchanged", "rejected", "gone")  # counts, in their order
BY_HOST = {
    "hooks.slack.com": "slack",
    "oapi.dingtalk.com": "dingtalk",
    "api.dingtalk.com": "dingtalk",
    "qyapi.weixin.qq.com": "wecom",
    "open.feishu.cn": "feishu",
    "open.larksuite.com": "feishu",
}


def message_of(flow: Any, flow_run: Any, state: Any) -> Message:
    """What there is to say about a flow run that failed; counts and report where it was committed all the same."""
    parameters = flow_run.parameters or {}
    summary = getattr(_error_of(state), "summary", None) or {}
    return {
        "flow": flow.name,
        "flow_run": flow_run.name,
        "night": summary.get("night") or (str(parameters["date"]) if parameters.get("date") else None),
        "host": socket.gethostname(),
        "state": state.name,
        "out": summary.get("out") or parameters.get("out"),
        "run_id": summary.get("run_id"),
        "counts": {name: n for name, n in summary.get("counts", {}).items() if name in TOLD},
        "problem": showing.line(" ".join(str(state.message or "").split()))[:MOST_PROBLEM],
        "flow_run_url": _address_of(flow_run),
        "report": page_address(summary),
    }


def title_of(message: Message) -> str:
    """One line: what failed, and where."""
    return f"Qingwen: {message['flow_run']} {str(message['state']).lower()} on {message['host']}"


def lines_of(message: Message) -> list[str]:
    """The message for a person."""
    counts = ", ".join(f"{n:,} {name}" for name, n in message["counts"].items() if n)
    lines = [
        ("", message["problem"]),
        ("Night", message["night"]),
        ("Pages", counts),
        ("Dataset", message["out"] and f"{message['out']} on {message['host']}"),
        ("Run", message["run_id"]),
        ("Prefect", message["flow_run_url"]),
        ("Report", message["report"]),
    ]
    return [f"{name}: {value}" if name else str(value) for name, value in lines if value]


def shape_of(url: str) -> str:
    """The shape that an address takes, by its host; "apprise" for what is not http or https, else "json"."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return "apprise"
    return BY_HOST.get((parts.hostname or "").lower(), "json")


def _json(message: Message) -> Message:
    return message


def _slack(message: Message) -> Message:
    lines = [f"*{_slack_escaped(title_of(message))}*", *map(_slack_escaped, lines_of(message))]
    return {"text": "\n".join(lines)}


def _dingtalk(message: Message) -> Message:
    text = "\n\n".join([f"### {title_of(message)}", *lines_of(message)])
    return {"msgtype": "markdown", "markdown": {"title": title_of(message), "text": text}}


def _wecom(message: Message) -> Message:
    text = "\n".join([f"**{title_of(message)}**", *lines_of(message)])
    return {"msgtype": "markdown", "markdown": {"content": text.encode()[:WECOM_BYTES].decode(errors="ignore")}}


def _feishu(message: Message) -> Message:
    return {"msg_type": "text", "content": {"text": "\n".join([title_of(message), *lines_of(message)])}}


SHAPES: Mapping[str, Callable[[Message], Message]] = {
    "json": _json,
    "slack": _slack,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "feishu": _feishu,
}


def refusal_of(answer: Any) -> str:
    """Why a service that answered 200 did not take a message: DingTalk and WeCom say it as errcode, Feishu as code."""
    if not isinstance(answer, dict):
        return ""
    code = answer.get("errcode", answer.get("code", 0))
    said = answer.get("errmsg") or answer.get("msg") or ""
    return f"{code} {said}".strip()[:200] if code not in (0, "0", None) else ""


def _slack_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _error_of(state: Any) -> Any:
    """The error that a state was made of, where it is still at hand."""
    data = getattr(state, "data", None)
    return data if isinstance(data, BaseException) else getattr(data, "result", None)


def _address_of(flow_run: Any) -> str | None:
    """The run's page in Prefect's UI; None for a server that ends with the run."""
    try:
        from prefect.settings import PREFECT_API_URL
        from prefect.utilities.urls import url_for

        return url_for(flow_run) if PREFECT_API_URL.value() else None
    except Exception:  # an alert without a link is better than none
        return None
