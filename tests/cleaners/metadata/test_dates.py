"""Dates as pages write them: hours of the half day, and days told from the day of the fetch."""

from __future__ import annotations

import pytest

from cleaners.metadata.dates import T, date_in_url, date_of, find_dates, parted_date

FETCHED = "2024-03-01T10:30:00+08:00"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-02-16 下午12:30", "2024-02-16T12:30"),  # noon is no twenty-fourth hour
        ("2024-02-16 下午1:05", "2024-02-16T13:05"),
        ("2024-02-16 晚上11:59", "2024-02-16T23:59"),
        ("2024-02-16 凌晨12:10", "2024-02-16T00:10"),
        ("2024-02-16 上午9:10", "2024-02-16T09:10"),
        ("2024年2月16日 08:05:09", "2024-02-16T08:05:09"),
        ("2024-02-16T08:05:09+0800", "2024-02-16T08:05:09+08:00"),
        ("2024-02-16T08:05:09Z", "2024-02-16T08:05:09Z"),
        ("2024-02-16 09:00-11:00", "2024-02-16T09:00"),  # until eleven: no zone
        ("2024-02-16T09:00-05:00", "2024-02-16T09:00-05:00"),
        ("2024-02-16 09:00:30-05:00", "2024-02-16T09:00:30-05:00"),
        ("二〇二四年二月廿九日", "2024-02-29"),
        ("二〇二三年十月三十一日", "2023-10-31"),
        ("民國113年2月16日", "2024-02-16"),
        ("中華民國九十九年十二月二十八日", "2010-12-28"),
        ("民國一百十三年四月廿四日", "2024-04-24"),
        ("民國一〇五年三月二日", "2016-03-02"),
        ("25/07/2009", "2009-07-25"),  # no month is the 25th
        ("25/07/2009 08:05", "2009-07-25T08:05"),
        ("二零二四年二月十日", "2024-02-10"),
        ("二○二四年二月二十日", "2024-02-20"),
        ("二Ｏ二四年二月二十九日", "2024-02-29"),
        ("2024-02-16 中午11:50", "2024-02-16T11:50"),
        ("2024-02-16 中午1:20", "2024-02-16T13:20"),
        ("2024-02-16 3:12 pm", "2024-02-16T15:12"),
        ("2024-02-16 12:05 am", "2024-02-16T00:05"),
        ("9/17/2004 5:54:13 PM", "2004-09-17T17:54:13"),
        ("1900-01-01", "1900-01-01"),
        ("2024-02-16 中午5:00", "2024-02-16"),  # no hour of noon: the day alone
        ("2024-02-16 中午12:10", "2024-02-16T12:10"),
        ("2024-02-16 中午3:00", "2024-02-16T15:00"),
        ("2024-02-16 中午4:00", "2024-02-16"),
        ("2024년 2월 16일 오전 12:05", "2024-02-16T00:05"),
        ("2024-02-16 09:00 GMT+8:00", "2024-02-16T09:00+08:00"),
        ("2024-02-16 09:00 GMT+08", "2024-02-16T09:00+08:00"),
        ("2024-02-16 09:00:00-11:00:00", "2024-02-16T09:00:00"),
        ("2024-02-16 09:00 -0500", "2024-02-16T09:00-05:00"),
        ("2024-02-16 09:00 (GMT+7)", "2024-02-16T09:00+07:00"),
        ("2024-02-16 09:00 EDT", "2024-02-16T09:00-04:00"),
        ("2024-02-16 09:00 IST", "2024-02-16T09:00"),  # of India, Israel or Ireland
        ("Feb. 16, 2024, 6:47 p.m.", "2024-02-16T18:47"),
        ("February 16, 20243:33 PM", "2024-02-16T15:33"),  # two elements without a blank between
        ("16.02.2024", "2024-02-16"),
        ("16. Februar 2024 um 10:05", "2024-02-16T10:05"),
        ("1er mars 2024", "2024-03-01"),
        ("16 de febrero de 2024", "2024-02-16"),
        ("16 февраля 2024, 10:05", "2024-02-16T10:05"),
        ("ngày 16 tháng 2 năm 2024", "2024-02-16"),
        ("2024년 2월 16일 오후 3:24", "2024-02-16T15:24"),
        ("2024. 2. 16. 15:24", "2024-02-16T15:24"),
        ("二一〇〇年一月一日", "2100-01-01"),
        ("2024-02-16 中午10:30", "2024-02-16T10:30"),
        ("2024-02-16 09:00+08:00", "2024-02-16T09:00+08:00"),
        ("2024-02-16 09:00-0500", "2024-02-16T09:00-05:00"),
        ("Feb 16, 2024 09:10", "2024-02-16T09:10"),
        ("16th September, 2024", "2024-09-16"),
        ("March 2024, 3 April 2024", "2024-04-03"),
    ],
)
def test_a_date_is_as_precise_as_the_page(text: str, iso: str) -> None:
    assert date_of(text) == iso


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "2024-13-01",
        "2024年6月31日",
        "1899-01-01",
        "05/07/2009",
        "25/13/2009",
        "February 2024",
        "二一〇一年一月一日",
        "民國百百年一月一日",
        "民國〇年一月一日",
        "31.02.2024",
        "16.02.2024.7",
        "40 mars 2024",
    ],
)
def test_no_day_is_made_up(text: str) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("今天 08:05", "2024-03-01T08:05"),
        ("昨天", "2024-02-29"),
        ("昨日 21:40", "2024-02-29T21:40"),
        ("前天", "2024-02-28"),
        ("3天前", "2024-02-27"),
        ("12小时前", "2024-02-29"),
        ("20分钟前", "2024-03-01T10:10+08:00"),
        ("2日前", "2024-02-28"),
        ("12小時前", "2024-02-29"),
    ],
)
def test_relative_days_count_from_the_fetch(text: str, iso: str) -> None:
    line = f"发布于 {text}，来源"
    (found,) = find_dates(line, FETCHED)
    assert (found.iso, line[found.start : found.end]) == (iso, text)


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-16 09:00",
        "二〇二四年二月廿九日",
        "民國113年2月16日",
        "Feb 16, 2024 09:10",
        "16.02.2024",
        "1er mars 2024",
    ],
)
def test_a_date_is_told_with_its_place(text: str) -> None:
    line = f"发布于 {text}，来源"
    (found,) = find_dates(line)
    assert line[found.start : found.end] == text


def test_a_day_first_is_told_with_its_place() -> None:
    (found,) = find_dates("25/07/2009 08:05")
    assert (found.start, found.end) == (0, 16)


def test_so_many_dates_are_told() -> None:
    assert [d.iso[-2:] for d in find_dates(" ".join(f"2024-02-1{n}" for n in range(6)))] == ["10", "11", "12", "13"]


def test_the_end_of_what_is_looked_at_makes_no_other_day_of_one() -> None:
    long = "水" * (T.longest - 10)
    assert date_of(f"{long}2024-02-16") == "2024-02-16"
    assert date_of(f"{long}水2024-02-16") is None  # not the first of February
    assert date_of(f"{long}水2024-02-6 雨") == "2024-02-06"


@pytest.mark.parametrize("fetched", [None, "yesterday"])
def test_without_the_day_of_the_fetch_they_say_nothing(fetched: str | None) -> None:
    assert find_dates("发布于 昨天", fetched) == []


def test_a_fetch_without_a_zone_gives_none() -> None:
    assert date_of("20分钟前", "2024-03-01T10:30:00") == "2024-03-01T10:10"


def test_a_month_is_read_where_no_day_is() -> None:
    (found,) = find_dates("写于 2024年2月 的信")
    assert (found.iso, found.start, found.end) == ("2024-02", 3, 10)
    assert [d.iso for d in find_dates("2024年2月，后来在2024-02-16改过")] == ["2024-02-16"]


@pytest.mark.parametrize(
    ("first", "second", "iso"),
    [
        ("21", "2024年02月", "2024-02-21"),
        ("2024年02月", "21日", "2024-02-21"),
        ("02-21", "2024", "2024-02-21"),
        (" 2024 ", "2月21日", "2024-02-21"),
        ("21 2024-02", "", "2024-02-21"),
        ("21  2024-02", "别的", "2024-02-21"),
        ("2024 2月 21日", "", "2024-02-21"),
        ("21\u30002024-02", "", None),
        ("31", "2024-02", None),
        ("21", "02-21", None),
        ("21", "2024年02月的雨下得很大", None),
        ("第21期", "2024", None),
        ("1899", "02-21", None),
    ],
)
def test_a_date_in_two_pieces(first: str, second: str, iso: str | None) -> None:
    assert parted_date(first, second) == iso


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("https://a.example/2024-05/20/c_1.html", "2024-05-20"),
        ("https://a.example/n/20240520/1.html", "2024-05-20"),
        ("https://a.example/2024/5/7/1.html", "2024-05-07"),
        ("https://a.example/news/t20240520_118.htm", "2024-05-20"),
        ("https://a.example/news/t20241320_118.htm", None),
        ("https://a.example/202405201/1.html", None),
        ("https://a.example/1.html", None),
    ],
)
def test_a_day_that_an_address_names(url: str, iso: str | None) -> None:
    assert date_in_url(url) == iso
