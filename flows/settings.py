"""Every setting of a run in one object: flags win over environment, environment over qingwen.toml, that over defaults.

Environment variables are QINGWEN_ and the name in capitals (QINGWEN_RUNNER=dask). The file is `qingwen.toml` in the
working directory, or what `--config` or QINGWEN_CONFIG names. Secrets (a webhook's address, a
command that may hold a token) are SecretStr: they print as stars and never reach a row, a log line or a report.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, create_model, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from cleaners.policy import Policy
from flows.choices import choices, policy_of
from flows.errors import UsageError
from flows.rulebook import reason

FILE = "qingwen.toml"
PREFIX = "QINGWEN_"
OTHERS = ("config", "trace", "failure")  # variables that are no settings: read, or set for a command that is run
RUNNERS = ("here", "processes", "dask")


if TYPE_CHECKING:
    _Cleaning = BaseSettings
else:  # a setting for each field of Policy
    _Cleaning = create_model(
        "_Cleaning",
        __base__=BaseSettings,
        **{one.name: (one.setting, Field(one.default, description=one.help)) for one in choices()},
    )


class Settings(_Cleaning):
    """Settings of a run. Each field's description is what `qingwen config` and the handbook print."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=True)

    # where and when
    out: Path = Field(Path("out"), description="folder of the dataset")
    timezone: str = Field("Asia/Shanghai", description="zone in which the night's date is today's")

    wait: float = Field(0.0, ge=0, description="seconds to wait for another run on the same OUT")

    # running
    runner: Literal["here", "processes", "dask"] = Field("processes", description="where shards run")
    workers: int = Field(0, ge=0, le=1024, description="processes; 0: one a core")
    shard_seconds: float = Field(10.0, gt=0, le=3600, description="about how long a shard should take")
    shard_pages: int = Field(0, ge=0, le=100_000, description="pages a shard; 0: by shard_seconds")
    page_seconds: float = Field(60.0, gt=0, description="a page that takes longer is rejected")
    shard_retries: int = Field(2, ge=0, le=20, description="times that a failed shard runs again")
    dask_address: str = Field("", description="scheduler of a Dask cluster; empty: a local one")

    # which pages
    limit: int = Field(0, ge=0, description="pages at most; 0: all")
    since: dt.date | None = Field(None, description="only files, records and sitemap entries dated since")
    include: tuple[str, ...] = Field((), description="only addresses that match one of these globs")
    exclude: tuple[str, ...] = Field((), description="no address that matches one of these globs")
    column: str = Field("", description="column of HTML or text in JSONL and Parquet; empty: found by its name")
    url_column: str = Field("", description="column of addresses in JSONL and Parquet; empty: found by its name")
    follow_links: bool = Field(False, description="follow links in a folder or glob that lead out of it")
    max_page_bytes: int = Field(32 * 2**20, gt=0, description="a page larger than this is rejected")

    # fetching
    user_agent: str = Field("", description="how the fetcher names itself; empty: Qingwen and the contact")
    contact: str = Field("", description="address or page where a site's owner can reach you")
    delay: float = Field(1.0, ge=0, le=3600, description="seconds between two requests to a host")
    host_concurrency: int = Field(1, ge=1, le=64, description="requests to one host at a time")
    concurrency: int = Field(16, ge=1, le=1024, description="requests at a time, all hosts")
    fetch_retries: int = Field(3, ge=0, le=20, description="times that a request is tried again")
    fetch_seconds: float = Field(60.0, gt=0, description="time cap of one request, body included")
    max_redirects: int = Field(10, ge=0, le=50, description="redirects followed")
    max_retry_after: float = Field(300.0, ge=0, description="longest wait that a server may ask for, seconds")
    fetch_backoff: float = Field(2.0, gt=0, le=600, description="seconds before the first retry; doubles each time")
    max_crawl_delay: float = Field(300.0, ge=0, description="a host that asks for longer delays is not fetched")
    robots: bool = Field(True, description="obey robots.txt")
    allow_private: bool = Field(False, description="allow private, loopback and link-local addresses")

    # the gate
    max_rejected: float = Field(0.5, ge=0, le=1, description="more rejects than this fail the run")
    min_share_of_usual: float = Field(0.5, ge=0, le=1, description="fewer pages than this share of usual fail it")
    gate_nights: int = Field(7, ge=1, le=365, description="how many nights count as recent")
    on_failure_webhook: SecretStr | None = Field(
        None, description="address that is told of a failure: a webhook, or one of Apprise's (mailto:// ...)"
    )
    on_failure_shape: Literal["auto", "json", "slack", "dingtalk", "wecom", "feishu"] = Field(
        "auto", description="what the webhook takes; auto: by its host, else json"
    )
    on_failure_command: SecretStr | None = Field(None, description="command that is run on failure")

    reports_url: str = Field(
        "", description="address under which OUT/_reports is served: alerts and Prefect link there; empty: to the file"
    )

    # metrics
    metrics_port: int = Field(0, ge=0, le=65_535, description="port that Prometheus scrapes during a run; 0: none")
    metrics_address: str = Field("127.0.0.1", description="address that this port is opened on")
    metrics_file: Path | None = Field(None, description="file for node_exporter's textfile collector (ends in .prom)")

    # keeping
    keep_raw: Literal["ends", "all"] = Field(
        "ends", description="bytes of nights on which only a page's shell changed: the first and the latest, or all"
    )
    keep_days: int = Field(30, ge=0, description="days that prune keeps raw pages, staging and reports")

    @field_validator("out", mode="before")
    @classmethod
    def _a_folder(cls, out: Any) -> Any:
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", str(out)):  # a Path has made s3://b of s3:/b
            raise ValueError(f"{out}: a dataset is written to a folder of this machine")
        return out

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        import zoneinfo

        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no such time zone: {name}") from error
        return name

    @field_validator("reports_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("must be an http or https address, such as https://reports.example.org/out")
        if parts.username or parts.password:
            raise ValueError("must hold no user and no password: it stands in alerts and artifacts")
        return url

    @field_validator("contact", "user_agent")
    @classmethod
    def _one_line(cls, text: str) -> str:
        if not text.isascii() or not text.isprintable():
            raise ValueError("must be one line of printable ASCII: it travels in an HTTP header")
        return text

    def policy(self) -> Policy:
        """The cleaning policy: what is set of its fields, the user's site rules read."""
        return policy_of({choice.name: getattr(self, choice.name) for choice in choices()})

    def agent(self) -> str:
        """The User-Agent header."""
        from importlib.metadata import version

        if self.user_agent:
            return self.user_agent
        about = f" (+{self.contact})" if self.contact else ""
        return f"Qingwen/{version('qingwen')}{about}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # resolve() has merged them all and knows where each came from


def load_settings(flags: Mapping[str, Any] | None = None, config: Path | None = None) -> Settings:
    """Settings from flags (None: not given), environment, file and defaults. Raises UsageError in one line."""
    return resolve(flags, config)[0]


def resolve(flags: Mapping[str, Any] | None = None, config: Path | None = None) -> tuple[Settings, dict[str, str]]:
    """The settings, and where each comes from by its name: "flag", a variable's name, a file's name, or "default"."""
    values: dict[str, Any] = {}
    origin = dict.fromkeys(Settings.model_fields, "default")
    path = config or (Path(os.environ[f"{PREFIX}CONFIG"]) if os.environ.get(f"{PREFIX}CONFIG") else None)
    in_file = _read(path or Path(FILE), required=path is not None)
    for name, value in in_file.items():
        if name not in Settings.model_fields:
            raise UsageError(f"{path or FILE}: unknown setting {name!r}")
        values[name], origin[name] = value, str(path or FILE)
    for name, field in Settings.model_fields.items():
        variable = PREFIX + name.upper()
        if os.environ.get(variable):
            text = os.environ[variable]
            values[name] = tuple(filter(None, text.split(","))) if field.annotation == tuple[str, ...] else text
            origin[name] = variable
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable[len(PREFIX) :].lower() not in {*Settings.model_fields, *OTHERS}:
            raise UsageError(f"{variable}: no such setting{_near(variable)}")
    for name, value in (flags or {}).items():
        if value is not None and value != ():
            values[name], origin[name] = value, "flag"
    try:
        return Settings(**values), origin
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        where = f" (from {origin[name]})" if origin.get(name) not in (None, "flag") else ""
        message = str(first["msg"]).removeprefix("Value error, ")
        raise UsageError(f"--{name.replace('_', '-')}{where}: {message}") from None


def _near(variable: str) -> str:
    """The setting that was probably meant, to stand behind a message."""
    import difflib

    names = [PREFIX + name.upper() for name in Settings.model_fields]
    near = difflib.get_close_matches(variable, names, n=1)
    return f"; is it {near[0]}?" if near else " (qingwen config lists all)"


def tonight(timezone: str = "Asia/Shanghai") -> dt.date:
    """Today's date in the zone of the run: the night it counts for unless it is told another."""
    import zoneinfo

    return dt.datetime.now(zoneinfo.ZoneInfo(timezone)).date()


def _read(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        if required:
            raise UsageError(f"no such file: {path}") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: {reason(error)}") from None
