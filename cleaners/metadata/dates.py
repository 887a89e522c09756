"""Dates as Chinese pages write them, made ISO 8601: as precise as they stand, with a zone where one is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cleaners.text import number
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    first_year: int = threshold(1900, "year", "the first that a date of publication is in")
    last_year: int = threshold(2100, "year", "the last that a date of publication is in")
    noon_from: int = threshold(
        10, "hour", "the first that is called 中午 as it stands; an earlier one is of the afternoon"
    )


T = Thresholds()
_TIME = (
    r"(?:[\sT,，\u3000]{0,4}(?:[\(（]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][\)）]?)?\s{0,3}"
    r"(?P<half>上午|下午|晚上|中午|凌晨|早上|[AP]M\s)?\s{0,2}"
    r"(?P<H>[01]?\d|2[0-3])\s?[:：时時点點]\s?(?P<M>[0-5]\d)(?:\s?[:：分]\s?(?P<S>[0-5]\d)秒?(?:[.:]\d{1,9})?|分)?"
    r"\s?(?P<pm>[AaPp][Mm]\b)?\s?(?P<zone>Z\b|[+-][01]\d:?[0-5]\d\b)?)?"
)
_NUMERIC = re.compile(
    r"(?<![\d./])(?P<y>(?:19|20)\d\d)\s?(?P<sep>年|[-/.－])\s?(?P<m>1[0-2]|0?[1-9])\s?(?:月|[-/.－])\s?(?P<d>3[01]|[12]\d|0?[1-9])"
    r"(?![\d%])\s?[日号號]?" + _TIME
)
_ROC = re.compile(
    r"(?:中華)?民[國国]\s?(?P<y>\d{2,3})\s?年\s?(?P<m>1[0-2]|0?[1-9])\s?月\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?日" + _TIME
)
_ONES = {character: n for n, character in enumerate("一二三四五六七八九", 1)}
_DIGITS = "〇零○Ｏ" + "".join(_ONES)
_NUMERALS = re.compile(
    rf"(?P<y>[一二][{_DIGITS}]{{3}})年(?P<m>十[一二]?|[一二三四五六七八九])月(?P<d>三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])日"
)
_ROC_NUMERALS = re.compile(
    r"民國(?P<y>[一二三四五六七八九十百〇零]{1,5})年(?P<m>十[一二]?|[一二三四五六七八九])月"
    r"(?P<d>三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])日"
)
# 25/07/2009 alone on its line: no month is the 25th.
_DAY_FIRST = re.compile(r"(?P<d>3[01]|2\d|1[3-9])/(?P<m>1[0-2]|0?[1-9])/(?P<y>(?:19|20)\d\d)" + _TIME + r"$")
_MONTH = re.compile(r"(?<![\d./])(?P<y>(?:19|20)\d\d)\s?年\s?(?P<m>1[0-2]|0?[1-9])\s?月(?!\s?\d)")
_MONTHS = {
    m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_ENGLISH = re.compile(
    r"\b(?:(?P<d1>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s)?(?P<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,7}\.?,?\s"
    r"(?:(?P<d2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s)?(?P<y>(?:19|20)\d\d)\b" + _TIME,
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


_FORMS = (
    (_NUMERIC, _DIGIT),
    (_ROC, _DIGIT),
    (_NUMERALS, _YEAR_SIGN),
    (_ROC_NUMERALS, _REPUBLIC),
    (_ENGLISH, _LETTERS),
    (_AMERICAN, _SLASH),
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
    text = text[:2000]
    found: list[Dated] = []
    for pattern, sign in _FORMS:
        if not sign.search(text):
            continue
        for match in pattern.finditer(text):
            iso = _iso(match, pattern)
            if iso:
                found.append(Dated(iso, match.start(), match.start("zone") if _ends_span(match) else match.end()))
    if not found and (alone := _DAY_FIRST.match(text)):
        iso = _iso(alone, _DAY_FIRST)
        found = [Dated(iso, alone.start(), alone.end())] if iso else []
    if not found:
        found = [Dated(f"{m['y']}-{int(m['m']):02d}", m.start(), m.end()) for m in _MONTH.finditer(text)]
    if not found and fetched_at:
        found = [d for d in (_relative(m, fetched_at) for m in _RELATIVE.finditer(text)) if d]
    found.sort(key=lambda d: d.start)
    return found[:limit]


def date_of(text: str, fetched_at: str | None = None) -> str | None:
    """The first date of a text, None where there is none."""
    found = find_dates(text, fetched_at, limit=1)
    return found[0].iso if found else None


def parted_date(first: str, second: str) -> str | None:
    """A date that stands in two pieces: 21 and 2024年02月, 02-21 and 2024; or in one line of two words."""
    pieces = (first.strip(), second.strip())
    if " " in pieces[0]:
        pieces = (pieces[0].split(" ", 1)[0], pieces[0].split(" ", 1)[1].strip())
    if len(pieces[0]) > 12 or len(pieces[1]) > 12:
        return None
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
        return _day(number(match["y"]) + 1911 if number(match["y"]) else 0, _numeral(match["m"]), _numeral(match["d"]))
    if pattern is _NUMERALS:
        year = int("".join(str(_ONES.get(c, 0)) for c in match["y"]))
        return _day(year, _numeral(match["m"]), _numeral(match["d"]))
    if pattern is _ENGLISH:
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
    half = (match["half"] or match["pm"] or "").strip().upper()
    if (half in ("下午", "晚上", "PM") and hour < 12) or (half == "中午" and hour < T.noon_from):
        hour += 12
    elif half in ("AM", "凌晨") and hour == 12:
        hour = 0
    seconds = f":{match['S']}" if match["S"] else ""
    zone = "" if _ends_span(match) else match["zone"] or ""
    if zone and zone != "Z" and ":" not in zone:
        zone = zone[:3] + ":" + zone[3:]
    return f"{day}T{hour:02d}:{match['M']}{seconds}{zone}"


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
