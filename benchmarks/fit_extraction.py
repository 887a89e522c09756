#!/usr/bin/env python3
"""The weights of extraction fitted to pages with gold, and what the fit is worth on hosts that it has not seen.

    python benchmarks/fit_extraction.py --pages DIR            # fit, and leave one host out after another
    python benchmarks/fit_extraction.py --pages DIR --folds 10 # ten groups of hosts, which is faster
    python benchmarks/fit_extraction.py --pages DIR --off      # only: what each rule is worth, by taking it out

DIR/gold.jsonl has a line a page: file, url, lang, text, and a set, of which those with "forum" in it are a group of
their own. The project's own pages (tests/cases/extraction) are always among them, each a host.

Score: F1 of the means of precision and recall of a group of pages (benchmarks/extraction.py); what is fitted is the
mean of the groups' scores, each as heavy as its pages. Search: the number is changed that gains most, again and again,
until none gains `--least` without a group that loses as much. Hosts are left out of the whole search, the choice of
numbers too: "cross-validated" is each page by the numbers of the search that did not see its host.

Pages are parsed once; a change runs the choice of the article again in a forked process, what follows from it where the
choice is another, and the later steps of pages whose blocks it changed. Where a search goes the way of another, nothing
is run twice.
"""

from __future__ import annotations

import argparse
import collections
import gc
import importlib
import json
import multiprocessing
import re
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from extraction import CASES, f1, own_pages, rates  # noqa: E402
from extraction_numbers import CHOOSING, MODULES, OFF, SURVEYING  # noqa: E402
from sensitivity import numbers, put  # noqa: E402

from cleaners import Policy, decode, extraction, pipeline  # noqa: E402
from cleaners.extraction import article  # noqa: E402
from cleaners.policy import Context  # noqa: E402
from cleaners.restoration import mojibake  # noqa: E402
from cleaners.thresholds import Threshold  # noqa: E402

ROOM = "cleaners.extraction."
LINK = re.compile(rb"<a\s[^>]{0,200}?href\s*=\s*[\"']?https?://([A-Za-z0-9.-]{4,80})", re.I)
TIMES = (0.5, 0.75, 1.33, 2.0)

Settings = tuple[tuple[str, float], ...]  # numbers that are not as they stand, in order of their names
Rates = tuple[float, float]  # precision, recall


@dataclass(slots=True)
class Page:
    """A page with gold, and what of it no weight changes."""

    name: str
    group: str
    host: str
    gold: str
    lang: str
    data: bytes
    text: str  # decoded
    context: Context
    seen: Any = None  # article.Seen
    blocks: Any = None  # as they come out with the numbers as they stand
    base: Rates = (0.0, 0.0)


PAGES: list[Page] = []
KNOWN: dict[str, Threshold] = {}


def load(folder: Path | None, without: Sequence[str]) -> None:
    """Fill PAGES: the project's own, and those of a folder."""
    for name, gold in own_pages().items():
        data = (CASES / f"{name}.html").read_bytes()
        _add(name, "own", f"own {name}", "\n".join(gold["text"]), "zh", data, gold["url"])
    if folder is None:
        return
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        kind, lang = row.get("set", ""), row.get("lang", "zh")
        if kind in without:
            continue
        data = (folder / row["file"]).read_bytes()
        host = urlsplit(row["url"]).hostname or _linked_host(data) or row["file"]
        _add(row["file"], "forum" if "forum" in kind else lang, host, row["text"], lang, data, row["url"])


def _add(name: str, group: str, host: str, gold: str, lang: str, data: bytes, url: str) -> None:
    text, _ = mojibake.restore_page(decode(data, content_type="text/html").text)
    context = Context(Policy(script=None, punctuation=False), url, "text/html")
    PAGES.append(Page(name, group, _site(host), gold, lang, data, text, context))


def _linked_host(data: bytes) -> str:
    """The host that most links of a page without an address lead to."""
    hosts = collections.Counter(found[1].decode().lower() for found in LINK.finditer(data))
    return hosts.most_common(1)[0][0] if hosts else ""


def _site(host: str) -> str:
    """A host without its first name where it has three or more: news.a.cn and ent.a.cn are made by one house."""
    parts = host.split(".")
    return ".".join(parts[1:]) if len(parts) > 2 and len(parts[-2]) > 3 else ".".join(parts[-3:])


def cleaned(page: Page, extracted: Any) -> Rates:
    """Precision and recall of a page's whole cleaning, extraction taken as given."""
    extract = extraction.extract
    extraction.extract = lambda html, context: extracted
    try:
        done = pipeline.clean_page(
            page.data, url=page.context.url, content_type="text/html", policy=page.context.policy
        )
    finally:
        extraction.extract = extract
    return rates(page.gold, "\n".join(document.text for document in done.documents), page.lang)


def extracted(page: Page, seen: Any) -> Any:
    """What extraction makes of a page that was surveyed."""
    return seen if isinstance(seen, article.Extracted) else article.of_seen(seen, page.context)


def as_it_stands() -> None:
    """Blocks and scores of every page with the numbers as they stand; what was seen of the page is left as it was."""
    for page in PAGES:
        page.seen = article.see(page.text)
        outline = getattr(page.seen, "outline", None)
        hints = [(element.hint, element.hidden) for element in outline.elements] if outline else []
        got = extracted(page, page.seen)
        page.blocks, page.base = got.blocks, cleaned(page, got)
        if outline is None:
            continue
        outline.feeds = None
        for element, (hint, hidden) in zip(outline.elements, hints, strict=True):
            element.hint, element.hidden, element.score = hint, hidden, 0.0
        for line in outline.lines:
            line.score, line.weight = 0.0, None


class Remembering:
    """Stand-ins for what is asked about a page after the choice, which answer a question that was asked before."""

    def __init__(self) -> None:
        self.known: dict[Hashable, Any] = {}
        self.real = {name: getattr(article, name) for name in ("soup_of", "read", "measure", "title_line")}
        self.candidates = article.particulars.candidates

    def begin(self) -> None:
        """Put the stand-ins in."""
        article.soup_of, article.read = self._soup_of, self._read  # type: ignore[assignment]
        article.measure, article.title_line = self._measure, self._title_line  # type: ignore[assignment]
        article.particulars.candidates = self._candidates

    def end(self) -> None:
        """Take them out."""
        for name, function in self.real.items():
            setattr(article, name, function)
        article.particulars.candidates = self.candidates

    def _answer(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        if key not in self.known:
            self.known[key] = ask()
        return self.known[key]

    def _soup_of(
        self, nodes: Any, dropped: frozenset[int], kept: Any, *, base: str, lost: list[str], tracking: bool = False
    ) -> Any:
        """What `_read` is asked for; the soup itself is made where it has to be read."""

        def ask() -> Any:
            gone: list[str] = []
            return self.real["read"](
                self.real["soup_of"](nodes, dropped, kept, base=base, lost=gone, tracking=tracking)
            ), gone

        reading, gone = self._answer(("soup", tuple(node.mem_id for node in nodes), dropped), ask)
        lost += gone
        return reading

    @staticmethod
    def _read(reading: Any) -> Any:
        return reading

    def _measure(self, outline: Any, parts: Any = (), dropped: frozenset[int] = frozenset(), title: int = -1) -> Any:
        key = ("measure", id(outline), tuple(part.index for part in parts), dropped, title)
        return self._answer(key, lambda: self.real["measure"](outline, parts, dropped, title))

    def _title_line(self, outline: Any, names: list[str]) -> Any:
        return self._answer(("title", id(outline)), lambda: self.real["title_line"](outline, names))

    def _candidates(self, meta: Any, outline: Any, parts: Any, title: int, context: Any) -> Any:
        key = ("candidates", id(outline), tuple(part.index for part in parts), title)
        return self._answer(key, lambda: self.candidates(meta, outline, parts, title, context))


REMEMBERING = Remembering()


def tried(settings: Settings) -> dict[int, Rates]:
    """Scores of the pages that other numbers change, by their places in PAGES; in a forked process."""
    for name, value in settings:
        number = KNOWN[name]
        put(number, type(number.value)(value))
    anew = any(name in SURVEYING for name, _ in settings)
    if not {name.partition(".")[0] for name, _ in settings} <= CHOOSING:
        REMEMBERING.end()
    found: dict[int, Rates] = {}
    for place, page in enumerate(PAGES):
        got = extracted(page, article.see(page.text) if anew else page.seen)
        if got.blocks != page.blocks:
            now = cleaned(page, got)
            if now != page.base:
                found[place] = now
    return found


class Trials:
    """What settings do, each run once, several at a time."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.known: dict[Settings, dict[int, Rates]] = {(): {}}

    def run(self, wanted: Iterable[Settings]) -> None:
        todo = [each for each in dict.fromkeys(wanted) if each not in self.known]
        if not todo:
            return
        fork = multiprocessing.get_context("fork")
        with fork.Pool(self.workers, maxtasksperchild=1) as pool:  # a process each: what was tried is gone with it
            for count, (settings, found) in enumerate(zip(todo, pool.imap(tried, todo, chunksize=1), strict=True), 1):
                self.known[settings] = found
                print(f"\r{count} of {len(todo)} tried", end="", file=sys.stderr, flush=True)
        print("\r", end="", file=sys.stderr)

    def score(self, settings: Settings, pages: Sequence[int]) -> dict[str, float]:
        """F1 of each group over some pages."""
        changed = self.known[settings]
        return scores({place: changed.get(place, PAGES[place].base) for place in pages})


def scores(found: Mapping[int, Rates]) -> dict[str, float]:
    """F1 of the means, by group."""
    groups: dict[str, list[Rates]] = collections.defaultdict(list)
    for place, rate in found.items():
        groups[PAGES[place].group].append(rate)
    return {
        group: f1(*(sum(rate[n] for rate in got) / len(got) for n in (0, 1))) for group, got in sorted(groups.items())
    }


def total(score: Mapping[str, float]) -> float:
    """The mean of groups' scores, each as heavy as its pages."""
    sizes = collections.Counter(page.group for page in PAGES)
    return sum(score[group] * sizes[group] for group in score) / sum(sizes[group] for group in score)


def with_(settings: Settings, name: str, value: float) -> Settings:
    """The settings with one number at another value, or as it stands."""
    found = dict(settings) | {name: value}
    return tuple(sorted((n, v) for n, v in found.items() if v != KNOWN[n].value))


def values(name: str) -> list[float]:
    """What a number is tried at."""
    number = KNOWN[name]
    found = {OFF[name]} if name in OFF else set()
    for times in TIMES:
        value = number.value * times
        if isinstance(number.value, int):
            value = round(value) if round(value) != number.value else number.value + (1 if times > 1 else -1)
        found.add(value)
    return sorted(found - {number.value})


def search(trials: Trials, pages: Sequence[int], least: float, steps: int, breadth: int) -> Settings:
    """The numbers that a search over some pages ends with."""
    now: Settings = ()
    singles = [((name, value),) for name in KNOWN for value in values(name)]
    alone = trials.score((), pages)
    gains = {one: total(trials.score(one, pages)) - total(alone) for one in singles}
    hopeful = [one for one in sorted(singles, key=lambda each: -gains[each]) if gains[one] > 0]
    for _ in range(steps):
        score = trials.score(now, pages)
        held = dict(now)
        next_ones = [with_(now, *one[0]) for one in hopeful if held.get(one[0][0]) != one[0][1]][:breadth]
        trials.run(next_ones)
        best, most = now, total(score) + least
        for each in next_ones:
            then = trials.score(each, pages)
            losing = any(then[group] < score[group] - least for group in then)
            if total(then) >= most and not losing:
                best, most = each, total(then)
        if best == now:
            return now
        now = best
    return now


def _row(title: str, score: Mapping[str, float]) -> str:
    return (
        f"{title:34s}"
        + "".join(f" {group} {value:.4f}" for group, value in score.items())
        + f"  all {total(score):.4f}"
    )


def _differences(then: Mapping[str, float], base: Mapping[str, float]) -> str:
    return " ".join(f"{group} {then[group] - base[group]:+.4f}" for group in base)


def show_numbers(trials: Trials, everything: Sequence[int], least: float) -> None:
    """What each number gains at its best other value, what its rule is worth, and those that nothing needs."""
    base = trials.score((), everything)
    idle, gainless = [], []
    for name in KNOWN:
        tries = {value: ((name, value),) for value in values(name)}
        moved = {place for one in tries.values() for place in trials.known[one]}
        best = max(tries, key=lambda value: total(trials.score(tries[value], everything)))
        gain = total(trials.score(tries[best], everything)) - total(base)
        said = f"{name:28s} {KNOWN[name].value:9g} best {best:9g} gains {gain:+.5f}, moves {len(moved):3d} pages"
        if name in OFF:
            out = trials.score(tries[OFF[name]], everything) if OFF[name] in tries else base
            said += f"; out {total(out) - total(base):+.5f} ({_differences(out, base)})"
            if total(out) >= total(base):
                gainless.append(name)
        if not moved:
            idle.append(name)
        print(said + ("  *" if gain >= least else ""), flush=True)
    print(f"{len(idle)} that change no page at any value:", *idle, sep="\n  ")
    print(f"{len(gainless)} whose rule can be taken out and nothing falls:", *gainless, sep="\n  ")


def folds(count: int) -> list[list[int]]:
    """Places of pages that are held out together: those of a host, or of some hosts."""
    hosts: dict[str, list[int]] = collections.defaultdict(list)
    for place, page in enumerate(PAGES):
        hosts[page.host].append(place)
    if not count:
        return list(hosts.values())
    found: list[list[int]] = [[] for _ in range(count)]
    for places in sorted(hosts.values(), key=lambda each: (-len(each), each)):
        min(found, key=len).extend(places)
    return found


def main() -> int:
    """Fit, and print what it is worth."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--pages", type=Path, help="folder with pages and gold.jsonl")
    ap.add_argument("--without", nargs="*", default=[], help="sets of it that are left aside")
    ap.add_argument("--only", nargs="*", default=MODULES, help="modules of the room whose numbers are fitted")
    ap.add_argument("--folds", type=int, default=0, help="groups of hosts; 0: each host by itself")
    ap.add_argument("--workers", type=int, default=2)
    ap.add_argument("--least", type=float, default=0.0003, help="that a step must gain, and a group may lose")
    ap.add_argument("--steps", type=int, default=12, help="at the most")
    ap.add_argument("--breadth", type=int, default=6, help="numbers that are tried anew at each step")
    ap.add_argument("--off", action="store_true", help="only take each rule out")
    args = ap.parse_args()
    for module in args.only:
        importlib.import_module(ROOM + module)
        KNOWN.update({str(n).removeprefix(ROOM): n for n in numbers(ROOM + module)})
    load(args.pages, args.without)
    REMEMBERING.begin()
    as_it_stands()
    gc.collect()
    gc.freeze()  # what is kept of the pages is shared with the processes that try, not looked through by each
    trials, everything = Trials(args.workers), range(len(PAGES))
    del trials.known[()]
    trials.run([()])
    if trials.known[()]:
        raise SystemExit(f"pages are not as they were: {[PAGES[place].name for place in trials.known[()]]}")
    base = trials.score((), everything)
    print(f"{len(KNOWN)} numbers, {len(PAGES)} pages of {len({page.host for page in PAGES})} hosts")
    print(_row("as it stands", base), flush=True)
    if args.off:
        outs = {name: ((name, OFF[name]),) for name in KNOWN if name in OFF}
        trials.run(outs.values())
        for name, one in outs.items():
            changed = trials.known[one]
            print(f"{name:28s} out: {_differences(trials.score(one, everything), base)}, {len(changed)} pages")
            for place in sorted(changed, key=lambda each: f1(*changed[each]) - f1(*PAGES[each].base))[:3]:
                print(f"      {f1(*PAGES[place].base):.3f} -> {f1(*changed[place]):.3f} {PAGES[place].name}")
        return 0
    trials.run([((name, value),) for name in KNOWN for value in values(name)])
    show_numbers(trials, everything, args.least)
    fitted = search(trials, everything, args.least, args.steps, args.breadth)
    print(
        _row("fitted", trials.score(fitted, everything)), *(f"{n} = {v:g}" for n, v in fitted), sep="\n  ", flush=True
    )
    held: dict[int, Rates] = {}
    chosen: collections.Counter[tuple[str, float]] = collections.Counter()
    groups = folds(args.folds)
    for out in groups:
        rest = sorted(set(everything) - set(out))
        found = search(trials, rest, args.least, args.steps, args.breadth)
        chosen.update(found)
        changed = trials.known[found]
        held.update({place: changed.get(place, PAGES[place].base) for place in out})
    print(_row(f"cross-validated, {len(groups)} folds", scores(held)))
    for (name, value), count in chosen.most_common():
        print(f"  {name} = {value:g} in {count} of {len(groups)} folds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
