"""Paragraphs written for these tests, and pages made of them the way annotating sites make theirs."""

from __future__ import annotations

import random

from cleaners.restoration.bytestream import lexicon
from cleaners.restoration.bytestream.damage import Site, damage

PARAGRAPHS = """\
今年以來，縣圖書館結合實際，認真組織讀書活動，先后舉辦了講座、展覽和交流會，參加人數達到三千余人。
我們在實踐中體會到，只有堅持從實際出發，把群眾的需要放在首位，工作才能真正得到大家的支持和擁護。
為了進一步改善辦學條件，學校對教學樓進行了全面維修，新建了實驗室和閱覽室，更新了全部課桌。
會議強調，要加強對農村飲水工程的管理，落實責任制，定期檢查水質，發現問題及時處理，確保群眾喝上放心水。
村里的老人說，這條河以前水很清，夏天孩子們都在河里游泳，后來上游建了造紙廠，河水就變了顏色。
通過開展技能競賽，廣大職工的學習熱情明顯提高，企業的生產效率也有了較大的增長，產品質量更加穩定。
醫院開設了夜間門診，方便上班的人看病；同時還組織醫生到社區開展義診，為居民建立健康檔案。
他在日記里寫道：雖然條件艱苦，但是大家團結一心，沒有一個人叫苦，也沒有一個人掉隊。
該項目總投資約兩億元，占地面積五十畝，建成后每年可以處理生活垃圾八萬噸，解決周邊鄉鎮的環境問題。
各單位要按照統一要求，認真填寫統計報表，對數據進行審核，不得虛報、瞞報，不得隨意更改歷史資料。
圍繞這個目標，街道黨工委制定了詳細的計劃，明確了任務和時間，建立了每周一次的協調機制。
經過半年的努力，全縣新增綠地十二處，種植樹木四萬多棵，城區的空氣質量有了明顯好轉。
老師常常對我們講，讀書不能只看熱鬧，要邊讀邊想，遇到不懂的地方就記下來，過后再去查資料。
這次調查一共發出問卷兩千份，收回有效問卷一千八百多份，結果顯示，大多數家長支持學校的做法。
企業負責人介紹，新的生產線投入使用后，每小時可以包裝產品六千件，比過去節約了一半以上的人力。
為保護這片濕地，當地政府關閉了三家采石場，并聘請二十名村民擔任護林員，每天沿著湖邊巡查。
書店的二樓是兒童閱讀區，擺著矮矮的書架和圓桌，周末的時候，許多父母帶著孩子在這里坐上一個下午。
運動會當天下著小雨，但是看臺上坐滿了觀眾，比賽結束以后，學生們自覺地把座位上的紙屑收拾干凈。
要進一步健全財務管理制度，規范報銷程序，嚴格控制接待費用，做到每一筆開支都有據可查。
專家建議，購買二手房之前應當查清產權，了解物業費和維修基金的繳納情況，再簽訂書面合同。
在全體隊員的共同努力下，我們順利完成了測量任務，為下一階段的設計工作提供了準確的數據。
鎮上的裁縫鋪已經開了三十年，店主的手藝遠近聞名，附近幾個村的人結婚都要到她那里做衣裳。
科技人員深入田間，向農民傳授種植技術，幫助他們選擇良種，使當年的糧食產量提高了兩成。
展覽分為四個部分，通過照片、實物和影像，系統地介紹了這座城市一百年來的變化。
""".splitlines()

PRIMER = """\
我(wǒ)家(jiā)門前有一條小河(hé)，河水清清的，兩岸長(zhǎng)滿了青草。
春(chūn)天(tiān)來了，柳樹發芽了，燕(yàn)子也飛回來了。
小(xiǎo)白(bái)兔(tù)在草地上跑來跑去，看見了蘑(mó)菇(gu)。
""".splitlines()


def table(seed: int, share: float = 1.0) -> tuple[tuple[str, str], ...]:
    """A site's table: a share of what such sites annotate, in an order of its own."""
    rnd = random.Random(seed)
    chars = [(char, reading) for char, (reading, _) in sorted(lexicon.annotated_by_sites().items())]
    rnd.shuffle(chars)
    return tuple(chars[: max(1, round(share * len(chars)))])


def wide_table(seed: int, share: float) -> tuple[tuple[str, str], ...]:
    """A site's table drawn from all Traditional characters, which makes many more breaks."""
    rnd = random.Random(seed)
    everything = [
        (char, sounds[0]) for char, sounds in sorted(lexicon.conversion().readings.items()) if _frequent(char)
    ]
    rnd.shuffle(everything)
    return tuple(everything[: round(share * len(everything))])


def _frequent(char: str) -> bool:
    try:
        char.encode("gbk"), lexicon.conversion().simplified[char].encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def page(site: Site, seed: int = 0, lines: int = 24) -> tuple[list[str], list[str]]:
    """(what the site shows, what its author wrote), line by line."""
    rnd = random.Random(seed)
    gold = rnd.sample(PARAGRAPHS, lines)
    return [damage(line, site) for line in gold], gold
