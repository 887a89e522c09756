"""Examples that each command's help ends with."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "run": (
        "qingwen run pages/ --out out",
        "qingwen run crawl.warc.gz https://example.org/sitemap.xml --out out --contact me@example.org",
        "qingwen run addresses.txt --out out --date 2026-03-01 --quiet",
    ),
    "serve": ('qingwen serve addresses.txt --out out --cron "0 2 * * *"',),
    "config": ("qingwen config --describe", "QINGWEN_DELAY=2 qingwen config"),
    "clean": ("qingwen clean page.html", "curl -s https://example.org/a.html | qingwen clean - --markdown"),
    "explain": (
        "qingwen explain page.html",
        "qingwen explain page.html --html --to explained.html",
        "qingwen explain out https://example.org/a.html --full",
    ),
    "demo": ("qingwen demo", "qingwen demo --to - > demo.html"),
    "raw": ("qingwen raw out https://example.org/a.html --to a.html", "qingwen raw out file:a.html | file -"),
    "rules": ("qingwen rules", "qingwen rules boilerplate", "qingwen rules --check sites.toml"),
    "learn": ("qingwen learn out --save proposed.toml",),
    "reclean": ("qingwen reclean out", "qingwen reclean out --reason 'extraction: no article' --host example.org"),
    "check": ("qingwen check out", "qingwen check out --no-deep"),
    "load": ("qingwen load out documents --latest --limit 10", "qingwen load out rejects --columns url,stage,reason"),
    "export": (
        "qingwen export out corpus --where 'len(failed_rules) = 0'",
        "qingwen export out lines --format jsonl --script Hans --min-length 100",
    ),
    "diff": ("qingwen diff out 2026-03-01 2026-03-02 --rows",),
    "duplicates": ("qingwen duplicates out",),
    "report": ("qingwen report out", "qingwen report out 20260301"),
    "prune": ("qingwen prune out --keep-days 30",),
    "forget": ("qingwen forget out https://example.org/a.html --dry-run",),
}


def of(command: str) -> str | None:
    """The end of a command's help; lines are kept as they stand."""
    lines = EXAMPLES.get(command)
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines) if lines else None
