"""Dates as pages write them, made ISO 8601: as precise as they stand, with a zone where one is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from cleaners.metadata import lexicon
from cleaners.text import number
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    first_year: int = threshold(1900, "year", "the first that a date of publication is in")
    last_year: int = threshold(2100, "year", "the last that a date of publication is in")
    noon_from: int = threshold(10, "hour", "the first that is called 中午 as it stands")
    longest: int = threshold(2000, "characters", "of a text that are looked at")
    noon_until: int = threshold(3, "hour", "the last of the afternoon that is called 中午; between is no noon")


T = Thresholds()
_TIME = (
    r"(?:[\sT,，\u3000]{0,4}(?:[\(（]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][\)）]?)?\s{0,3}"
    r"(?P<half>上午|下午|晚上|中午|凌晨|早上|오전|오후|[AP]M\s)?\s{0,2}"
    r"(?P<H>[01]?\d|2[0-3])\s?[:：时時点點]\s?(?P<M>[0-5]\d)(?:\s?[:：分]\s?(?P<S>[0-5]\d)秒?(?:[.:]\d{1,9})?|分)?"
    r"\s?(?P<pm>[AaPp]\.?[Mm]\b\.?)?\s?(?:\((?=GMT|UTC|[A-Z]{3,4}\)))?(?P<zone>Z\b|[+-](?:0\d|1[0-4]):?[0-5]\d\b(?![:：]\d)"
    r"|(?:GMT|UTC)(?:\s?[+-](?:1[0-4]|0?\d)(?::?[0-5]\d)?)?\b|(?:E[SD]T|CDT|M[SD]T|P[SD]T|CES?T|[JK]ST)\b)?)?"
)
# Names of zones that mean one. IST, CST and BST are left: each is used of two or three.
_ZONES = {
    "GMT": "+00:00", "UTC": "+00:00", "EST": "-05:00", "EDT": "-04:00", "CDT": "-05:00", "MST": "-07:00",
    "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00", "CET": "+01:00", "CEST": "+02:00", "JST": "+09:00",
    "KST": "+09:00",
}  # fmt: skip
_NUMERIC = re.compile(
    r"(?<![\d./])(?P<y>(?:19|20)\d\d)\s?(?P<sep>[年년]|[-/.－])\s?(?P<m>1[0-2]|0?[1-9])\s?(?:[月월]|[-/.－])\s?(?P<d>3[01]|[12]\d|0?[1-9])"
    r"(?![\d%])\s?(?:[日号號일]|\.(?=\s))?" + _TIME
)
_ROC = re.compile(
    r"(?:中華)?民[國国]\s?(?P<y>\d{2,3})\s?年\s?(?P<m>1[0-2]|0?[1-9])\s?月\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?日" + _TIME
)
_ONES = {character: n for n, character in enumerate("一二三四五六七八九", 1)}
_DIGITS = "〇零○Ｏ" + "".join(_ONES)
_ONE = f"[{''.join(_ONES)}]"
_MONTH_AND_DAY = rf"年(?P<m>十[一二]?|{_ONE})月(?P<d>三十一?|二?十{_ONE}?|廿{_ONE}?|{_ONE})日"
_NUMERALS = re.compile(rf"(?P<y>[一二][{_DIGITS}]{{3}}){_MONTH_AND_DAY}")
_ROC_NUMERALS = re.compile(rf"民國(?P<y>[{''.join(_ONES)}十百〇零]{{1,5}}){_MONTH_AND_DAY}")
# 25/07/2009 alone on its line: no month is the 25th.
_DAY_FIRST = re.compile(r"(?P<d>3[01]|2\d|1[3-9])/(?P<m>1[0-2]|0?[1-9])/(?P<y>(?:19|20)\d\d)" + _TIME + r"$")
# 19.07.2022: with dots the day stands first wherever it is written so.
_DOTTED = re.compile(
    r"(?<![\d./])(?P<d>3[01]|[12]\d|0?[1-9])\.\s?(?P<m>1[0-2]|0?[1-9])\.\s?(?P<y>(?:19|20)\d\d)(?![\d.]\d)"
    r"(?:[,\s|·–-]{1,3}(?:um|в|kl\.?|-)\s)?" + _TIME
)
_MONTH = re.compile(r"(?<![\d./])(?P<y>(?:19|20)\d\d)\s?年\s?(?P<m>1[0-2]|0?[1-9])\s?月(?!\s?\d)")
_MONTHS = {
    m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_ENGLISH = re.compile(
    r"\b(?:(?P<d1>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s)?(?P<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,7}\.?,?\s"
    r"(?:(?P<d2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s)?(?P<y>(?:19|20)\d\d)(?:\b|(?=\d{1,2}:\d\d))" + _TIME,
    re.I,
)
# The short form of .NET pages in the US: 9/17/2004 5:54:13 AM. Without AM or PM the day may come first: no date.
_AMERICAN = re.compile(
    r"(?<![\d/])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])/(?P<y>(?:19|20)\d\d)\s"
    r"(?P<H>1[0-2]|0?\d):(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d))?\s(?P<half>[AP]M)\b(?P<pm>)(?P<zone>)"
)
_YEAR_MONTH = re.compile(r"(?P<y>(?:19|20)\d\d)\s?[-./年]\s?(?P<m>1[0-2]|0?[1-9])\s?月?")
_DAY_ALONE = re.compile(r"(?P<d>3[01]|[12]\d|0?[1-9])\s?日?")
_YEAR_ALONE = re.compile(r"(?P<y>(?:19|20)\d\d)\s?年?")
_MONTH_DAY = re.compile(r"(?P<m>1[0-2]|0?[1-9])\s?[-./月]\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?日?")
_RELATIVE = re.compile(
    r"(?P<n>\d{1,3})\s?(?P<unit>分钟|分鐘|小时|小時|天|日)前|(?P<day>今天|昨天|昨日|前天)\s{0,2}(?:(?P<H>[01]?\d|2[0-3])[:：](?P<M>[0-5]\d))?"
)
_URL = re.compile(
    r"/(?:[a-z]{0,4})?(?P<y>(?:19|20)\d\d)[-/_]?(?P<m>1[0-2]|0[1-9])[-/_]?(?P<d>3[01]|[12]\d|0[1-9])(?!\d)"
    r"|/(?P<y2>(?:19|20)\d\d)[-/](?P<m2>1[0-2]|[1-9])[-/](?P<d2>3[01]|[12]\d|[1-9])(?!\d)|[/_]t(?P<y3>20\d\d)(?P<m3>[01]\d)(?P<d3>[0-3]\d)_"
)


_DIGIT = re.compile(r"\d\d")  # without these signs the pattern need not be tried
_YEAR_SIGN = re.compile("年")
_REPUBLIC = re.compile("民國")
_SLASH = re.compile(r"/(?:19|20)\d\d\s")
_LETTERS = re.compile(r"[A-Za-z]{3}.{0,12}\d")
_DOTS = re.compile(r"\.\s?(?:19|20)\d\d")
_NAMED_DAY = re.compile(r"\d(?:\.|º|°|er)?\s[^\W\d_]")


@cache
def _named() -> re.Pattern[str]:
    """19. Juli 2022, 17 de marzo de 2016, 21 июня 2016 г., в 10:05, ngày 17 tháng 3 năm 2019."""
    names = sorted(lexicon.months(), key=lambda name: (-len(name), name))
    return re.compile(
        r"(?<![\w.])(?P<d>3[01]|[12]\d|0?[1-9])(?:\.|º|°|er)?\s(?:de\s)?"
        rf"(?P<mon>{'|'.join(map(re.escape, names))}|tháng\s(?P<n>1[0-2]|0?[1-9]))\b\.?,?\s(?:(?:de|del|năm)\s)?"
        r"(?P<y>(?:19|20)\d\d)(?!\d)(?:\sг\.?)?"
        r"(?:[,\s]{1,2}(?:um|à|alle|ore|às|a las|kl\.?|в|o)(?=\s\d)|\s?[-–|·](?=\s\d))?" + _TIME,
        re.I,
    )


_FORMS = (
    (_NUMERIC, _DIGIT),
    (_ROC, _DIGIT),
    (_NUMERALS, _YEAR_SIGN),
    (_ROC_NUMERALS, _REPUBLIC),
    (_ENGLISH, _LETTERS),
    (_AMERICAN, _SLASH),
    (_DOTTED, _DOTS),
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date found in a text: ISO 8601, and where it stands."""

    iso: str
    start: int
    end: int


def find_dates(text: str, fetched_at: str | None = None, *, limit: int = 4) -> list[Dated]:
    """Dates in a text in order, at most `limit`.

    fetched_at: ISO 8601; without it no relative date (昨天, 3小时前) is read. A date without a year is not one.
    """
    text, behind = text[: T.longest], text[T.longest : T.longest + 1]
    if behind.isdigit():
        text = text.rstrip("0123456789")  # a number that is cut would make another day
    found: list[Dated] = []
    for pattern, sign in _FORMS:
        if not sign.search(text):
            continue
        for match in pattern.finditer(text):
            iso = _iso(match, pattern)
            if iso:
                found.append(Dated(iso, match.start(), match.start("zone") if _ends_span(match) else match.end()))
    if not found and _NAMED_DAY.search(text):
        found = [Dated(iso, m.start(), m.end()) for m in _named().finditer(text) if (iso := _iso(m, _named()))]
    if not found and (alone := _DAY_FIRST.match(text)):
        iso = _iso(alone, _DAY_FIRST)
        found = [Dated(iso, 0, alone.end())] if iso else []
    if not found:
        found = [Dated(f"{m['y']}-{int(m['m']):02d}", m.start(), m.end()) for m in _MONTH.finditer(text)]
    if not found and fetched_at:
        found = [d for d in (_relative(m, fetched_at) for m in _RELATIVE.finditer(text)) if d]
    found.sort(key=lambda d: d.start)
    return found[:limit]


def date_of(text: str, fetched_at: str | None = None) -> str | None:
    """The first date of a text, None where there is none."""
    found = find_dates(text, fetched_at)
    return found[0].iso if found else None


def parted_date(first: str, second: str) -> str | None:
    """A date that stands in two pieces: 21 and 2024年02月, 02-21 and 2024; or in one line of two words."""
    pieces = (first.strip(), second.strip())
    if " " in pieces[0]:
        one, _, other = pieces[0].partition(" ")
        pieces = (one, other.strip())
    for one, other in (pieces, pieces[::-1]):
        month, day = _YEAR_MONTH.fullmatch(one), _DAY_ALONE.fullmatch(other)
        if month and day:
            return _day(int(month["y"]), int(month["m"]), int(day["d"]))
        year, rest = _YEAR_ALONE.fullmatch(one), _MONTH_DAY.fullmatch(other)
        if year and rest:
            return _day(int(year["y"]), int(rest["m"]), int(rest["d"]))
    return None


def date_in_url(url: str) -> str | None:
    """The day that an address names: /2024-05/20/, /20240520/, t20240520_1.html."""
    match = _URL.search(url[:2000])
    if match is None:
        return None
    y, m, d = (
        match["y"] or match["y2"] or match["y3"],
        match["m"] or match["m2"] or match["m3"],
        match["d"] or match["d2"] or match["d3"],
    )
    return _day(int(y), int(m), int(d))


def _day(year: int, month: int, day: int) -> str | None:
    if not T.first_year <= year <= T.last_year:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _iso(match: re.Match[str], pattern: re.Pattern[str]) -> str | None:
    if pattern is _ROC_NUMERALS:
        year = number(match["y"])
        return _day(year + 1911, _numeral(match["m"]), _numeral(match["d"])) if year else None
    if pattern is _NUMERALS:
        year = int("".join(str(_ONES.get(c, 0)) for c in match["y"]))
        return _day(year, _numeral(match["m"]), _numeral(match["d"]))
    if "mon" in pattern.groupindex and pattern is not _ENGLISH:
        month = int(match["n"]) if match["n"] else lexicon.months()[match["mon"].lower()]
        day = _day(int(match["y"]), month, int(match["d"]))
    elif pattern is _ENGLISH:
        day_text = match["d1"] or match["d2"]
        if not day_text:
            return None
        day = _day(int(match["y"]), _MONTHS[match["mon"][:3].lower()], int(day_text))
    else:
        year = int(match["y"]) + (1911 if pattern is _ROC else 0)
        day = _day(year, int(match["m"]), int(match["d"]))
    if day is None or match["H"] is None:
        return day
    hour = int(match["H"])
    half = (match["half"] or match["pm"] or "").replace(".", "").strip().upper()
    if half == "中午" and T.noon_until < hour < T.noon_from:
        return day  # 中午 5:00 is no time of a day
    if (half in ("下午", "晚上", "오후", "PM") and hour < 12) or (half == "中午" and hour <= T.noon_until):
        hour += 12
    elif half in ("AM", "凌晨", "오전") and hour == 12:
        hour = 0
    seconds = f":{match['S']}" if match["S"] else ""
    zone = "" if _ends_span(match) else _zone(match["zone"] or "")
    return f"{day}T{hour:02d}:{match['M']}{seconds}{zone}"


def _zone(text: str) -> str:
    """A zone as ISO 8601 writes it: +0800, GMT+7, EDT."""
    name, sign, offset = re.split(r"\s?([+-])|$", text, maxsplit=1)
    if not sign:
        return "Z" if name == "Z" else _ZONES.get(name.upper(), "")
    digits = offset.replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{sign}{int(hours):02d}:{minutes}"


def _ends_span(match: re.Match[str]) -> bool:
    """Whether what looks like a zone is the hour at which an event ends (09:00-11:00): ISO 8601 writes a T before the
    hour, and machines write seconds."""
    groups = match.groupdict()
    zone = groups.get("zone") or ""
    if not zone.startswith("-") or ":" not in zone or groups["S"]:
        return False
    return match.string[match.start("H") - 1] != "T"


def _numeral(text: str) -> int:
    text = text.replace("廿", "二十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _ONES.get(tens, 1) * 10 + _ONES.get(ones, 0)
    return _ONES[text]


def _relative(match: re.Match[str], fetched_at: str) -> Dated | None:
    try:
        now = datetime.fromisoformat(fetched_at)
    except ValueError:
        return None
    if match["n"]:
        count, unit = int(match["n"]), match["unit"]
        if unit in ("天", "日"):
            return Dated((now - timedelta(days=count)).date().isoformat(), match.start(), match.end())
        if unit in ("小时", "小時"):
            then = now - timedelta(hours=count)
            return Dated(then.date().isoformat(), match.start(), match.end())
        then = now - timedelta(minutes=count)
        return Dated(then.isoformat(timespec="minutes"), match.start(), match.end())
    days = {"今天": 0, "昨天": 1, "昨日": 1, "前天": 2}[match["day"]]
    day = (now - timedelta(days=days)).date().isoformat()
    if match["H"]:
        day += f"T{int(match['H']):02d}:{match['M']}"
    return Dated(day, match.start(), match.end())
