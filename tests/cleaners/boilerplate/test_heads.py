"""Heads and tails of pages saved as text: which line is the title, what of the frame goes, what stays."""

from __future__ import annotations

import pytest

from cleaners import clean_page
from schemas.records import CleanPage

BODY = [
    "渠里来了水，村里人都到堤上去看，孩子们沿着渠岸一路跑到闸口，老人们坐在柳树下说话。",
    "今年春天雨水少，水利站提前半个月开闸，保证了下游三个村的春灌，麦子都返了青。",
    "老人们说，这条渠修了二十年，今年的水最大，也最清，鱼也跟着水游到了村口。",
]
TITLE = "三个村的春灌用上了渠里的水"


def cleaned(head: list[str], tail: list[str] | None = None, body: list[str] = BODY) -> CleanPage:
    return clean_page("\n".join([*head, *body, *(tail or [])]).encode(), content_type="text/plain")


@pytest.mark.parametrize(
    "head",
    [
        ["详细信息", TITLE],
        ["新闻 体育 娱乐 财经 股票 汽车 科技 手机 数码", "江畔首页 > 青江频道 > 正文", TITLE, "2024-03-02 08:00:00"],
        ["首页 | 国内作家 | 港台海外 | 外国文学 | 都市小说", "位置：江畔书坊->渠边人->正文", TITLE],
        ["青江", "江畔首页 > 青江频道 > 正文", TITLE, "2024-03-02 08:00:00　来源: 江畔日报(青江)"],
        ["客户端下载", "江畔首页 > 青江频道 > 正文", TITLE, "2024-03-02 08:00:00"],
        ["您的位置:", "首页", ">", "青江要闻", "青江要闻", TITLE, "来源：江畔日报", "2024-03-02 08:00:00"],
        ["首页", "科学人", "在行", "江畔商店", TITLE, "2024-03-02 08:00:00"],
        ["分类：", "统计公报", TITLE, "访问量：12"],
        [TITLE, "渔火  已于 2024-03-02 16:21:47 修改", "阅读量501    收藏  5", "于 2024-03-02 16:16:18 首次发布"],
        [TITLE, "通知类型： 校内通知", "来源： 研究生院", "发布时间： 2024-03-02", "访问量： 12"],
        [TITLE, "2024-03-02 08:00", "【字体：", "大", "中", "小", "】"],
        ["江畔网 >> 青江网 >> 科技", TITLE, "2024-03-02 08:00"],
        [TITLE, "原创 2024-03-02 渔火 江畔夜校 江畔夜校", "微信号", "功能介绍 夜校的课表和讲义"],
    ],
)
def test_the_title_is_found_in_the_frame_of_a_page_and_the_frame_goes(head: list[str]) -> None:
    (document,) = cleaned(head).documents
    assert (document.title, document.text) == (TITLE, "\n".join(BODY))


def test_the_title_of_a_notice_in_a_gazette_stands_above_its_office_its_day_and_its_number() -> None:
    head = [TITLE, "青江縣水務局", "中華民國113年3月2日", "青水字第1130001234號"]
    (document,) = cleaned(head, ["Top"]).documents
    assert document.title == TITLE
    assert document.text.endswith(BODY[-1])


def test_a_source_with_its_place_in_brackets_is_no_code() -> None:
    (document,) = cleaned([TITLE, "2024-03-02 08:00:00　来源: 江畔日报(青江)"]).documents
    assert (document.published, document.source) == ("2024-03-02T08:00:00", "江畔日报")


@pytest.mark.parametrize("below", [["林晓舟 著", "一"], ["乔治·渠边人 著", "第一章"]])
def test_the_name_of_a_book_stands_above_who_wrote_it(below: list[str]) -> None:
    (document,) = cleaned(["渠边的庄园", *below]).documents
    assert document.title == "渠边的庄园"


def test_a_recipe_is_called_by_its_first_line_and_its_parts_stay() -> None:
    steps = ["- 1. 锅里下油烧热，倒入打散的鸡蛋，用筷子划成大块，七成熟的时候盛出来放在一边备用；"]
    (document,) = cleaned(["韭菜炒鸡蛋", "原料", "- 韭菜", "- 鸡蛋", "步骤"], body=steps).documents
    assert (document.title, document.author) == ("韭菜炒鸡蛋", None)
    assert document.text.startswith("原料\n- 韭菜")


@pytest.mark.parametrize(
    "tail",
    [
        ["分享到：", "易信", "微信", "QQ空间", "微博", "更多", "用微信扫码二维码", "分享至好友和朋友圈", "跟贴0"],
        ["赞赏", "人赞赏", "阅读", "投诉", "微信扫一扫", "关注该公众号"],
        ["扫一扫在手机打开当前页", "【返回顶部】【关闭本页】", "网站地图 | 联系我们",
         "主办：青江县人民政府　承办：青江县人民政府办公室", "您访问的链接即将离开'青江县'网站，是否继续？", "继续访问 放弃"],
        ["更多精彩内容请进入理论频道", "理论新闻精选：", "北桥村的水闸换了新门", "2024年03月01日 13:36:14",
         "渡口的老船工讲起从前", "2024年02月28日 12:48:50"],
    ],
)  # fmt: skip
def test_what_a_site_has_below_a_text_goes(tail: list[str]) -> None:
    (document,) = cleaned([TITLE, "2024-03-02 08:00"], tail).documents
    assert document.text == "\n".join(BODY)


def test_blanks_of_a_contract_stay_and_are_no_redaction() -> None:
    head = [
        "售水合同",
        "合　同　号：________",
        "日　　　期：________",
        "卖方：________",
        "地址：________",
        "电话：________",
    ]
    tail = ["买方：________", "日期：________"]
    (document,) = cleaned(head, tail, ["本合同一式两份，买卖双方各执一份，自签字之日起生效，有效期为一年。"]).documents
    assert "日　　　期：________" in document.text and document.text.endswith("日期：________")
    assert "redacted" not in document.flags


def test_columns_of_a_digest_are_no_documents_though_each_numbers_its_own() -> None:
    subjects = {
        "水情": ["上游三座水库的水位比去年同期高出两米，闸门开度保持不变", "青江干流流量平稳，各站没有出现超警戒的水位"],
        "农事": ["冬小麦进入返青期，农技站提醒各村抓紧追肥，防止倒春寒", "北桥村引进的水稻新品种已经育秧三百亩，长势良好"],
        "交通": ["渡口的夜班船恢复开行，末班时间延长到晚上十点半", "县道修缮工程进入收尾阶段，预计月底恢复双向通车"],
        "文化": ["县图书馆举办夜读活动，每周五晚上开放到十点，不收门票", "老戏台修葺完工，庙会期间连演三天地方戏，村民自带板凳"],
    }  # fmt: skip
    rows = [
        row for name, told in subjects.items() for row in (name, *(f"{n}、{t * 12}。" for n, t in enumerate(told, 1)))
    ]
    assert len(clean_page("\n".join(rows).encode(), content_type="text/plain").documents) == 1
