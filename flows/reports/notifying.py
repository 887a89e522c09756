"""Telling somebody that a run has failed: a webhook, a command. Neither can make anything worse.

The address of the webhook is a secret: it comes from QINGWEN_ON_FAILURE_WEBHOOK or a Prefect block and is never
logged, not even in an error about it.
"""

from __future__ import annotations

import json
import logging
import os
import shlex
import subprocess
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.settings import Settings

from flows.reports import alerts

log = logging.getLogger("qingwen.notifying")

SECRETS = ("on_failure_webhook", "on_failure_command")
WEBHOOK_SECONDS = 20.0
COMMAND_SECONDS = 120.0


def notify(settings: Settings, message: dict[str, Any]) -> None:
    """Send a message to the configured webhook, in its shape, and to the command, as JSON on its standard input.
    Never raises."""
    text = json.dumps(message, ensure_ascii=False, default=str)
    if settings.on_failure_webhook is not None:
        _tell(settings.on_failure_webhook.get_secret_value(), settings.on_failure_shape, message)
    if settings.on_failure_command is not None:
        _run(settings.on_failure_command.get_secret_value(), text)


def on_failure(flow: Any, flow_run: Any, state: Any) -> None:
    """A Prefect hook for failed and crashed flow runs."""
    from flows.settings import Settings, load_settings

    given = (flow_run.parameters or {}).get("settings")
    try:
        settings = Settings(**given) if isinstance(given, dict) else given or load_settings()
        settings = settings.model_copy(update=_unstarred(settings, load_settings))
    except Exception as error:
        log.warning("nobody was told of the failure: %s", type(error).__name__)
        return
    try:
        message = alerts.message_of(flow, flow_run, state)
    except Exception as error:  # whatever Prefect hands over: the failure itself is told
        log.warning("the alert says less than it could: %s", type(error).__name__)
        message = alerts.message_of(flow, SimpleNamespace(name=flow_run.name, parameters={}), state)
    notify(settings, message)


def _unstarred(settings: Settings, load: Callable[[], Any]) -> dict[str, Any]:
    """Secrets that travelled through Prefect's parameters, and are rows of stars since: the environment's instead."""
    starred = [name for name in SECRETS if (s := getattr(settings, name)) and set(s.get_secret_value()) == {"*"}]
    return {name: getattr(load(), name) for name in starred}


def _tell(url: str, shape: str, message: dict[str, Any]) -> None:
    shape = alerts.shape_of(url) if shape == "auto" else shape
    if shape == "apprise":
        _by_apprise(url, message)
    else:
        _call(url, json.dumps(alerts.SHAPES[shape](message), ensure_ascii=False, default=str))


def _by_apprise(url: str, message: dict[str, Any]) -> None:
    try:
        import apprise

        messenger = apprise.Apprise()
        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its words may hold the address
        told = messenger.add(url) and messenger.notify(
            title=alerts.title_of(message), body="\n".join(alerts.lines_of(message)), body_format="text"
        )
        if not told:
            log.warning("the webhook could not be called: apprise did not take the address, or its service refused")
    except Exception as error:
        log.warning("the webhook could not be called: %s", type(error).__name__)


def _call(url: str, text: str) -> None:
    import httpx

    try:
        answer = httpx.post(
            url, content=text.encode(), headers={"Content-Type": "application/json"}, timeout=WEBHOOK_SECONDS
        )
        if answer.status_code >= 400:
            log.warning("the webhook answered HTTP %d", answer.status_code)
        elif refusal := alerts.refusal_of(_json_of(answer)):
            log.warning("the webhook's service did not take the message: %s", refusal)
    except Exception as error:  # its words may hold the address
        log.warning("the webhook could not be called: %s", type(error).__name__)


def _json_of(answer: Any) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _run(command: str, text: str) -> None:
    try:
        done = subprocess.run(
            shlex.split(command),
            input=text.encode(),
            timeout=COMMAND_SECONDS,
            env={**os.environ, "QINGWEN_FAILURE": text},
            check=False,
        )
        if done.returncode:
            log.warning("the command for failures ended with %d", done.returncode)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        log.warning("the command for failures could not be run: %s", type(error).__name__)
