"""Lines that look like a dateline or byline and speak of what the text is about: an event's time, a book's author."""

from __future__ import annotations

import re
from collections.abc import Sequence

NEAR = 3  # lines on either side that tell
_NUMBER = r"\s*+(?:[一二三四五六七八九十\d]{1,3}[、.．]\s*+)?"
_WHEN = re.compile(_NUMBER + r"(?:时\s*间|時間|日\s*期)\s?[:：]")
_WHERE = re.compile(
    _NUMBER
    + r"(?:地\s*点|地點|会场|主讲|主持|题目|主题|参加|参会|出席|对象|人\s*员|报名|费用|票价|路线|集合|内容|议题|活动|"
    r"演出|形式|方式)[^:：]{0,6}[:：]"
)
_MAKER = re.compile(r"\s*(?:作者|编者|译者|导演|主演|出版时间|出版日期|上映日期|上映时间)\s?[:：]")
_WORK = re.compile(
    r"\s*(?:书名|出版社|定价|ISBN|译者|页数|装帧|出版年|丛书|片名|导演|主演|编剧|类型|制片国家|片长|又名)[^:：]{0,6}[:：]"
)


def tells_of_subject(texts: Sequence[str], number: int) -> bool:
    """Whether line `number` tells when an event takes place or who made a work, as the lines beside it do."""
    beside = (*texts[max(0, number - NEAR) : number], *texts[number + 1 : number + 1 + NEAR])
    if _WHEN.match(texts[number]):
        return any(map(_WHERE.match, beside))
    return _MAKER.match(texts[number]) is not None and any(map(_WORK.match, beside))
