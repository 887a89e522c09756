"""Documents that are run: their fenced blocks, in order, in one folder, as a reader would type them.

What a comment before a block says, unseen in the rendered page:
    <!-- file: NAME -->     the block is what the reader saves under that name
    <!-- exits: N -->       its last command ends with that exit code
    <!-- not run: WHY -->   needs what a test has not; tests/test_docs.py holds the list of these
A `text` block is what the block before it prints: its lines in their order, `…` for whatever stands there.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FENCE = re.compile(
    r"^(?:<!-- (?P<key>[a-z ]+): (?P<value>[^>]*?) -->\n)?```(?P<language>\w*)\n(?P<body>.*?)^```$", re.M | re.S
)
PORT = re.compile(r"\b800\d\b")  # where documents have a server, each its own; the tests take a free one
COMMENT = re.compile(r"(?:^|\s+)#(?:\s.*|$)")
HEREDOC = re.compile(r"<<'?(\w+)'?")


@dataclass(frozen=True)
class Block:
    language: str
    body: str
    line: int
    key: str = ""  # file, exits, not run
    value: str = ""


def blocks(path: Path) -> list[Block]:
    """All fenced blocks of a document, in order."""
    text = path.read_text("utf-8")
    return [
        Block(m["language"], m["body"], text.count("\n", 0, m.start("body")), m["key"] or "", m["value"] or "")
        for m in FENCE.finditer(text)
    ]


def code_of(block: Block) -> str:
    """The block without its comments, to be compared with that of another language."""
    lines = (COMMENT.sub("", line).rstrip() for line in block.body.splitlines())
    return "\n".join(line for line in lines if line)


def commands(body: str) -> list[str]:
    """The commands of a shell block: continued lines joined, here documents whole, comments gone."""
    found: list[str] = []
    waiting = ""  # word that ends the here document
    going_on = False
    for line in body.splitlines():
        if waiting or going_on:
            found[-1] += "\n" + line
        elif stripped := COMMENT.sub("", line).strip():
            found.append(stripped)
        else:
            continue
        if waiting:
            waiting = "" if line == waiting else waiting
        elif here := HEREDOC.search(line):
            waiting = here[1]
        going_on = not waiting and line.endswith("\\")
    return found


@dataclass
class Reader:
    """Someone who types a document's blocks. Close it: servers end with it."""

    folder: Path
    namespace: dict[str, Any] = field(default_factory=dict)
    printed: str = ""
    port: str = ""
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    run: list[str] = field(default_factory=list)  # commands of qingwen that were called

    def follow(self, block: Block) -> None:
        """Do what a reader does with a block. Raises AssertionError where it does not do what the document says."""
        body = self._here(block.body)
        if block.key == "file":
            path = self.folder / block.value
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8")
        elif block.language == "sh":
            self._type(commands(body), int(block.value) if block.key == "exits" else 0)
        elif block.language == "python":
            self._python(body)
        elif block.language == "sql":
            self._sql(body)
        elif block.language == "text":
            self._see(body)
        elif block.language == "toml":
            tomllib.loads(body)
        elif block.language == "yaml":
            assert yaml.safe_load(body)
        elif block.language == "json":
            json.loads(body)
        else:  # a drawing
            assert not re.search(r"^(\$ |qingwen )", body, re.M) and not block.language, (
                "a block that says not what it is"
            )

    def close(self) -> None:
        for server in self.servers:
            server.kill()
            server.wait()

    def _here(self, text: str) -> str:
        """The text with the server's own port, once there is one."""
        return re.sub(rf"(?<=127\.0\.0\.1:){PORT.pattern}", self.port, text) if self.port else text

    def _type(self, typed: list[str], code: int) -> None:
        self.printed = ""
        for number, command in enumerate(typed, 1):
            got = self._command(command)
            expected = code if number == len(typed) else 0
            assert got == expected, f"{command}: exit code {got}, {expected} expected\n{self.printed}"

    def _command(self, command: str) -> int:
        command = self._here(command)
        words = command.split()
        if words[-1] == "&":
            self._serve(command.removesuffix("&"))
            return 0
        set_here = []
        while re.match(r"[A-Z_]+=", words[0]):
            set_here.append(words.pop(0))
        if words[0] == "qingwen":
            return self._qingwen(command, dict(one.split("=", 1) for one in set_here))
        return self._shell(command, b"")

    def _qingwen(self, command: str, variables: dict[str, str]) -> int:
        """A command of ours, in this process; what stands around it (<, >, |) as the shell does it."""
        command, _, behind = command.partition(" | ")
        lexer = shlex.shlex(command, posix=True, punctuation_chars="<>&;")
        lexer.whitespace_split = True
        lexer.commenters = ""
        words = [word for word in lexer if word != "\n"][1 + len(variables) :]
        given, to = b"", None
        if "<" in words:
            at = words.index("<")
            given = Path(words[at + 1]).read_bytes()
            del words[at : at + 2]
        if ">" in words:
            at = words.index(">")
            to = Path(words[at + 1])
            del words[at : at + 2]
        self.run.append(words[0])
        code, printed = call(words, given, variables)
        if behind:
            return self._shell(behind, printed)
        if to is not None:
            to.write_bytes(printed)
        else:
            self.printed += printed.decode("utf-8")
        return code

    def _shell(self, command: str, given: bytes) -> int:
        done = subprocess.run(
            ["bash", "-c", command], input=given, capture_output=True, timeout=60, env=self._environment()
        )
        self.printed += done.stdout.decode("utf-8") + done.stderr.decode("utf-8")
        return done.returncode

    @staticmethod
    def _environment() -> dict[str, str]:
        return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def _serve(self, command: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        assert PORT.search(command), "a server of a document stands on a port that the reader sees"
        command = PORT.sub(f"{self.port} --bind 127.0.0.1", command)
        self.servers.append(subprocess.Popen(["bash", "-c", f"exec {command}"], env=self._environment()))
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(self.port)), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError(f"{command}: does not answer")

    def _python(self, body: str) -> None:
        """Each statement; where a comment behind an expression begins with a value, that is what it must give."""
        lines = body.splitlines()
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            for node in ast.parse(body).body:
                source = ast.get_source_segment(body, node) or ""
                if not isinstance(node, ast.Expr):
                    exec(compile(ast.Module([node], []), "<document>", "exec"), self.namespace)
                    continue
                value = eval(compile(ast.Expression(node.value), "<document>", "eval"), self.namespace)
                said = re.match(r"\s*# ('[^']*'|True|False|\d+)", lines[(node.end_lineno or 1) - 1][len(source) :])
                if said and "\n" not in source:
                    assert value == ast.literal_eval(said[1]), f"{source} gives {value!r}, not {said[1]}"
        self.printed = out.getvalue()

    def _sql(self, body: str) -> None:
        import duckdb

        connection = self.namespace.setdefault("_duckdb", duckdb.connect())
        for statement in connection.extract_statements(body):
            answer = connection.execute(statement)
            if statement.query.lstrip().upper().startswith(("SELECT", "WITH", "FROM")):
                names = [column[0] for column in answer.description]
                rows = answer.fetchall()
                assert rows, f"no rows: {statement.query}"
                self.printed = "\n".join(" | ".join(map(str, row)) for row in (names, *rows))

    def _see(self, body: str) -> None:
        rest = self.printed
        for line in filter(str.strip, body.splitlines()):
            pattern = ".*?".join(re.escape(part) for part in line.rstrip().split("…"))
            found = re.search(f"^{pattern} *$", rest, re.M)
            assert found, f"not printed: {line}\n--- printed, from the line before on:\n{rest[:3000]}"
            rest = rest[found.end() :]


def call(words: list[str], given: bytes, variables: dict[str, str]) -> tuple[int, bytes]:
    """`qingwen WORDS` in this process: its exit code, and what it printed on both streams (errors behind)."""
    from flows.cli.main import main

    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") for data in (given, b"", b"")]
    before = (sys.stdin, sys.stdout, sys.stderr)
    kept = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    sys.stdin, sys.stdout, sys.stderr = streams
    code: Any = 0
    try:
        main(words)
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    printed = b""
    for stream in streams[1:]:
        stream.flush()
        printed += stream.buffer.getvalue()  # type: ignore[attr-defined]
    return int(code or 0), printed
