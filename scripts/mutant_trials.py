"""A pytest plugin: the mutants of one module, each tried in a fork of a session that has already collected its tests.

    python -m pytest -p mutant_trials --mutate cleaners/metadata/dates.py --trials FILE tests/cleaners/metadata

mutmut makes the mutants (its operators, its switch between them). Its own loop starts pytest anew for each: plugins,
configuration, collection and the tests' modules, and it runs tests in the order of a set. Here the module is mutated
while it is imported, the tests run once unchanged, which tells the tests of each function and their times, and a fork
begins with the test that noticed the mutant before, else with the quickest. Of metadata/dates that is .07 s of
processor time a mutant, all counted, where mutmut 3.8 takes .21 s.

What this cannot notice: code that runs only while modules are imported, decorated functions (mutmut leaves them), and
what a test sees through a child process of its own, which imports the module as it stands in its file.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import json
import math
import mmap
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from _pytest.runner import runtestprotocol  # as pytest-forked and pytest-rerunfailures do
from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.format_utils import mangled_name_from_mutant_name

KILLED, SURVIVED, TIMEOUT, UNTESTED = "killed", "survived", "timeout", "no tests"
PACKAGES = {"cleaners", "flows", "schemas"}
# A test may take so many times the processor time that it took unchanged, and some seconds; a mutant so many times all
# of them by the clock, for other processes may hold it up.
TIMES, SECONDS, WALL = 5.0, 2.0, 40.0
MEMORY = 2 << 30  # bytes a mutant may take beside what the session has


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two options."""
    parser.addoption("--mutate", help="the module whose mutants are tried, a path below the working folder")
    parser.addoption("--trials", help="where a line of JSON for each mutant goes")


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """The module is mutated before anything can import it."""
    args = early_config.known_args_namespace
    if args.mutate:
        set_mutant_under_test("")
        module = Module(Path(args.mutate))
        sys.meta_path.insert(0, module)
        early_config.pluginmanager.register(Trials(module, Path(args.trials)))


class Module(importlib.abc.MetaPathFinder):
    """A module whose code holds all its mutants, and runs the one that is switched on."""

    def __init__(self, path: Path) -> None:
        self.name = path.with_suffix("").as_posix().replace("/", ".")
        self.path = path.resolve()
        self.mutated: MutatedFile = mutate_file_contents(str(path), self.path.read_text(encoding="utf-8"))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Its own spec, and nobody else's."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=_Loader(self))

    def function(self, mutant: str) -> str:
        """The mangled name of the function that a mutant is one of, as the switch tells it."""
        return f"{self.name}.{mangled_name_from_mutant_name(mutant)}"

    def change(self, mutant: str) -> str:
        """What a mutant changes: the lines taken out and put in."""
        before, after = (
            self._lines(name) for name in (f"{mangled_name_from_mutant_name(mutant)}__mutmut_orig", mutant)
        )
        found = difflib.unified_diff(before, after, n=0, lineterm="")
        return "\n".join(x for x in found if x[0] in "+-" and x[:3] not in ("---", "+++"))

    def _lines(self, name: str) -> list[str]:
        """A generated function without its generated name."""
        span = self.mutated.line_span_by_function_name[name]
        lines = self.mutated.code.splitlines()[span.start - 1 : span.end]
        return [line.replace(name, "function") for line in lines]


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads the mutated code under the name and the path of the module, past what is compiled of it."""

    def __init__(self, module: Module) -> None:
        super().__init__(module.name, str(module.path))
        self.code = module.mutated.code

    def get_code(self, fullname: str) -> CodeType:
        """The mutated code, compiled."""
        return compile(self.code, self.path, "exec", dont_inherit=True)


class Trials:
    """Takes the place of pytest's loop over the collected tests."""

    def __init__(self, module: Module, out: Path) -> None:
        self.module, self.out = module, out

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Runs the tests once unchanged and then those of each mutant; the last line is the processor time of it all.
        Raises pytest.UsageError where a test fails unchanged."""
        tests = self._recorded(session.items)
        forget(self.module.name)
        gc.collect()
        gc.freeze()  # a fork then copies no page of memory only because the collector looked at it
        with self.out.open("w", encoding="utf-8") as file:
            for mutant in self.module.mutated.mutant_names:
                timed = tests.get(self.module.function(mutant), [])
                outcome = self._tried(mutant, timed) if timed else UNTESTED
                row = {"mutant": mutant, "outcome": outcome, "tests": len(timed)}
                if outcome in (SURVIVED, UNTESTED):
                    row["change"] = self.module.change(mutant)
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
            spent = os.times()
            seconds = spent.user + spent.system + spent.children_user + spent.children_system
            file.write(json.dumps({"seconds": round(seconds, 1)}) + "\n")
        return True

    def _recorded(self, items: Sequence[pytest.Item]) -> dict[str, list[tuple[float, pytest.Item]]]:
        """Function -> the tests that run it, each with its processor time in seconds, the quickest first."""
        found: dict[str, list[tuple[float, pytest.Item]]] = defaultdict(list)
        hits = state()._stats
        for item, following in zip(items, [*items[1:], None], strict=True):
            forget(self.module.name)
            hits.clear()
            set_mutant_under_test("stats")
            start = time.process_time()
            failed = fails(item, following)
            took = time.process_time() - start
            set_mutant_under_test("")
            if failed:
                raise pytest.UsageError(f"{item.nodeid} fails without a mutant")
            for function in hits:
                found[function].append((took, item))
        return {function: sorted(timed, key=lambda pair: pair[0]) for function, timed in found.items()}

    def _tried(self, mutant: str, timed: list[tuple[float, pytest.Item]]) -> str:
        """What became of one mutant, in a process of its own. The test that notices it goes to the front of its
        function's: it is the likeliest to notice the next."""
        noticing = mmap.mmap(-1, 4)  # shared with the fork: the place of the test that failed there

        def noticed() -> bool:
            set_mutant_under_test(f"{self.module.name}.{mutant}")
            items = [item for _, item in timed]
            for n, ((took, item), following) in enumerate(zip(timed, [*items[1:], None], strict=True)):
                noticing[:] = n.to_bytes(4, "little")
                allow(TIMES * took + SECONDS)
                if fails(item, following):
                    return True
            return False

        outcome = forked(noticed, WALL * (sum(took for took, _ in timed) + SECONDS))
        if outcome == KILLED:
            timed.insert(0, timed.pop(int.from_bytes(noticing[:], "little")))
        noticing.close()
        return outcome


def fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Whether a test fails, in its set-up, itself, or in its tear-down."""
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def forked(noticed: Callable[[], bool], seconds: float) -> str:
    """What `noticed` says in a fork of this process: KILLED, SURVIVED, or TIMEOUT by the clock or by `allow`."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            _bounded()
            code = int(noticed())
        finally:  # whatever it raises: the fork must not go on with the session
            os._exit(code)
    deadline = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return TIMEOUT
        time.sleep(0.002)
    if os.WIFSIGNALED(status):
        return TIMEOUT if os.WTERMSIG(status) == signal.SIGXCPU else KILLED
    return KILLED if os.WEXITSTATUS(status) else SURVIVED


def allow(seconds: float) -> None:
    """Lets this process have so much processor time from now on; then the system ends it."""
    most = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _bounded() -> None:
    """A limit on memory, and no word to anybody."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def forget(module: str) -> None:
    """Empties what functions remember that a mutant may have a part in: all in the module's room, elsewhere what is
    remembered by text. Lexicons and tables are loaded once for all mutants."""
    room, packages = module.rpartition(".")[0], PACKAGES | {module.partition(".")[0]}
    for cached in list(_caches(packages)):
        if f"{cached.__module__}.".startswith(f"{room or module}.") or _by_text(cached):
            cached.cache_clear()


def _by_text(cached: functools._lru_cache_wrapper[object]) -> bool:
    """Caches by text are bounded; those of tables are not, or take nothing."""
    return cached.cache_info().maxsize is not None and bool(inspect.signature(cached).parameters)


def _caches(packages: Container[str]) -> Iterator[functools._lru_cache_wrapper[object]]:
    """The remembering functions of our packages' modules, and the methods of their classes."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in packages:
            for value in list(vars(module).values()):
                inside = vars(value).values() if isinstance(value, type) and value.__module__ == name else (value,)
                yield from (x for x in inside if isinstance(x, functools._lru_cache_wrapper))
