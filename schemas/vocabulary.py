"""Every closed vocabulary of the data, once: what a value may be, and what it means.

The data dictionary prints what stands here. What code writes is held against it by tests/schemas/test_vocabulary.py: a
value that is not listed fails the suite, and so does one that is listed and written nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping

CERTAINTIES: Mapping[str, str] = {
    "exact": "nothing was guessed: the text says it, and one reading explains it",
    "proved": "damaged again in the way that was found, the repair gives back what stood there",
    "likely": "chosen by evidence that other readings have less of; `detail` names the runner-up where there is one",
}

PAGE_STATUSES: Mapping[str, str] = {
    "cleaned": "its bytes were cleaned in this run",
    "same": "its bytes changed and were cleaned, and its documents came out as they were: nothing is written again",
    "unchanged": "bytes, policy, rule files and cleaners are those of a version that is known: not cleaned again",
    "rejected": "nothing could be made of it; `reason` says why",
    "gone": "the server says that there is no such page (404, 410)",
}

SCRIPTS: Mapping[str, str] = {
    "Hans": "Simplified Chinese",
    "Hant": "Traditional Chinese, of no region in particular",
    "Hant-TW": "Traditional Chinese as Taiwan writes it",
    "Hant-HK": "Traditional Chinese as Hong Kong writes it",
    "Jpan": "Japanese",
    "Kore": "Korean",
    "Latn": "Latin",
    "Cyrl": "Cyrillic",
    "Grek": "Greek",
    "Arab": "Arabic",
    "Hebr": "Hebrew",
    "Thai": "Thai",
    "Deva": "Devanagari",
    "Bopo": "Bopomofo",
    "other": "another script",
    "mixed": "several scripts, none of which is the text's",
    "neutral": "nothing says: too little, or characters that all of them share",
}
PAGE_KINDS: Mapping[str, str] = {
    "article": "one text, or several one after another",
    "thread": "posts of a forum, answers to a question, comments: all of them count, in order",
    "catalogue": "a list that is the content: the chapters of a book, each a link with its number",
    "listing": "links to texts that stand elsewhere",
    "search": "what a search found",
    "login": "a wall to log in at",
    "verification": "a test that the visitor is no robot, or a block",
    "error": "an error, or that there is no such page, whatever the HTTP status says",
    "shell": "an empty frame that a script would fill",
    "feed": "RSS, Atom or a sitemap",
    "text": "a plain text",
}
TARGET_SCRIPTS = ("Hans", "Hant", "Hant-TW", "Hant-HK")  # that a text can be converted to

FLAGS: Mapping[str, str] = {
    "damaged": "damage was found that could not be undone, or that was undone by a narrow choice",
    "flattened": "a table that was too large to be kept whole",
    "partial": "little of the page was kept, and nothing on it says why the rest is none of the article",
    "redacted": "marks stand for what somebody took out (XX市, 20xx年)",
    "truncated": "the page gives the beginning only (a preview, a wall, the next page not fetched)",
    "unfinished": "the last sentence stops short",
    "unplaced": "links, code or formulas of a block lost their place while its text was restored",
    "unread-formula": "a formula of which the page holds no source that could be read",
}

# Reasons by the stage that gives them.
REJECT_REASONS: Mapping[str, Mapping[str, str]] = {
    "source": {
        "bad record": "a line or row of the source holds no page",
        "body cut short": "a record's body ends before its length",
        "broken file": "the file cannot be read on from some place; what stood before it was read",
        "broken record": "one record of an archive cannot be read",
        "broken sitemap": "a sitemap cannot be read",
        "link": "a link that leads out of the source (follow_links takes it)",
        "no bytes": "the source gave neither bytes nor a way to get them",
        "not a file": "a pipe, a device, a socket",
        "too large": "more bytes than max_page_bytes",
        "unreadable": "the file or folder cannot be opened",
    },
    "fetch": {
        "bad address": "no address that can be fetched",
        "bad certificate": "the server's certificate does not hold",
        "body cut short": "the body ends early",
        "content encoding": "a content encoding that is unknown, broken or too many",
        "content type": "the server says that it is no text",
        "crawl delay": "robots.txt asks for more seconds between requests than max_crawl_delay",
        "dns": "the host's name does not resolve",
        "failed": "an error of the fetcher's own",
        "gone": "404 or 410",
        "host down": "its host was out of reach too often in this run",
        "http status": "an answer that carries no page",
        "network": "the connection failed",
        "not modified": "304 for a page that is not known",
        "private address": "the host lies in a network that is not public",
        "redirect loop": "redirects without end, or too many",
        "refused": "not asked for",
        "robots": "robots.txt forbids it",
        "robots unreachable": "robots.txt could not be had, so nothing is fetched",
        "scheme": "neither http nor https",
        "server busy": "the server asks for patience (429, 503) or fails (5xx)",
        "timeout": "a time limit was reached",
        "too large": "more bytes than max_page_bytes, unpacked",
        "unfit": "an answer that cannot be a page",
    },
    "rawstore": {
        "raw bytes damaged": "the stored bytes do not give their hash",
        "raw bytes missing": "the stored bytes were pruned, or never stored",
    },
    "runner": {
        "timed out": "the page took longer than page_seconds",
        "worker died": "the process that cleaned the page died of it, twice",
    },
    "decoding": {
        "empty": "no text in it",
        "not text": "an image, an archive, control bytes",
    },
    "extraction": {
        "empty page": "HTML without anything in it",
        "error page": "an error, or that there is no such page, whatever the HTTP status says",
        "feed": "RSS, Atom or a sitemap: it lists pages and is none",
        "listing": "links to texts that stand elsewhere",
        "login page": "a wall to log in at",
        "no article": "no part of the page holds running text",
        "search page": "what a search found",
        "shell page": "an empty frame that a script would fill",
        "too many tags": "more tags than a page can have",
        "verification page": "a test that the visitor is no robot, or a block",
    },
    "quality": {
        "no text": "nothing was left after cleaning",
    },
}
# What may go wrong in any step of the cleaning; the stage is the step's name.
STEP_FAILURES: Mapping[str, str] = {
    "out of memory": "the step needed more memory than there was",
    "step failed": "the step raised an error, told in `detail`",
    "too deep": "nested deeper than the step can follow",
}

# Rules by the step whose edits name them. `boilerplate` has the rules of cleaners/lexicons/boilerplate.toml besides.
EDIT_RULES: Mapping[str, Mapping[str, str]] = {
    "decoding": {
        "nul": "NUL characters taken out",
        "undecodable": "bytes that no character stands for; U+FFFD stays in their place",
    },
    "mojibake": {
        "escapes": "characters written as escapes (&#20013; \\u4e2d %E4%B8%AD)",
        "shifted-bytes": "a byte was lost, and the pairs behind it were read astride",
        "whole-page": "the whole page had been read with another encoding",
        "wrong-codec": "a run that had been read with another encoding",
    },
    "bytestream": {
        "broken span": "characters that an inserted annotation had broken",
        "pinyin annotation": "annotations that a site had put behind characters",
    },
    "controls": {
        "control": "controls and invisible characters",
        "windows-1252": "C1 controls that stand for the characters Windows-1252 has there",
    },
    "extraction": {
        "boilerplate": "a part of the page whose name or tag says that it is none of the article",
        "caption": "what is said of a picture, on a page in an alphabet; its image bears it in Markdown",
        "carried": "the text was read from a string that a script carries; count is its characters",
        "comments": "readers' comments below an article",
        "credit": "a credit line",
        "editor": "the editor's line",
        "formula-unread": "a formula of which the page holds no source that could be read",
        "head": "what stands above the article",
        "hidden": "a part that is not shown, and what a script keeps in the tree for itself",
        "image": "images without an address, icons, and an image's address that stands as text",
        "joined": "lines of a `pre` that were cut inside a sentence",
        "links": "a block of links",
        "original-title": "the title as the first publisher had it",
        "outside": "how much text stands outside the article; count is its characters",
        "related": "other articles",
        "repeated": "a block that stands twice",
        "repeated-head": "a table's head that a page shows once more above it",
        "ruby": "readings above characters",
        "site-drop": "what a site rule takes out",
        "site-rule": "a site rule was used",
        "site-rule-missed": "a site rule's selector found nothing",
        "spans-unheeded": "cells that span so many places that they would multiply the table; the spans are ignored",
        "tail": "what stands below the article",
        "title": "the title line",
        "tools": "buttons and share bars",
    },
    "plaintext": {
        "joined": "a line that was cut inside a sentence",
        "title": "the title line",
    },
    "metadata": {
        "byline": "a line that names the author",
        "contradiction": "two trusted places of the page name different days; nothing is changed",
        "dateline": "a line that says when and where it was published",
        "notice-header": "the table of particulars above a government notice",
    },
    "boilerplate": {
        "download-count": "how often an attached file was taken; its name stays",
        "escaped-break": "a line break left as an escape",
        "injected-mark": "a mark put in against copying",
        "joined": "a line that was cut where boilerplate stood",
        "marks": "a line of nothing but marks",
        "numbers": "a line of nothing but numbers at the end",
        "related-entry": "an entry of a list of other titles",
        "script": "a line of script",
        "site-line": "a line that the site's rule names",
        "space-entity": "a space left as an entity",
        "tag": "remains of a tag",
        "title": "the title line",
        "title-repeat": "the title once more",
    },
    "scripts": {
        **{f"to-{script}": f"characters converted to {script}" for script in TARGET_SCRIPTS},
        "correction-brand": "a brand that keeps a character",
        "correction-era": "an era that keeps a character",
        "correction-person": "a person's name that keeps a character",
        "correction-place": "a place that keeps a character",
        "correction-variant": "a variant that the dictionaries leave",
        "correction-word": "a word that is written otherwise in the mainland",
        "correction-zhe": "著 that is the particle 着",
        "correction-zhu": "著 that stays",
    },
    "punctuation": {
        "brackets": "brackets between Chinese characters in full width",
        "dash": "hyphens that are a dash",
        "ellipsis": "dots that are an ellipsis",
        "marks": "， ； ： ？ ！ between Chinese characters in full width",
        "quotes": "straight quotes that pair",
        "space": "space beside full-width marks",
        "stops": "points that are 。",
        "width": "full-width Latin letters and digits in half width",
    },
    "splitting": {
        "lead": "what stands before the first of several documents",
        "mark": "a mark that opens a document",
        "title": "a document's own title line",
    },
}
STEPS = tuple(EDIT_RULES)

# Every encoding that pages.encoding can name, with the labels that pages and servers declare it by: those of the WHATWG
# Encoding Standard (snapshot of 2024, "4.2 Names and labels") and what pages write besides.
ENCODING_LABELS: Mapping[str, str] = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 x-unicode20utf8 utf-8-sig",
    "gb18030": "gb18030 gbk gb2312 gb_2312 gb_2312-80 gb2312-80 chinese csgb2312 x-gbk cp936 ms936 windows-936 936 "
    "euc-cn x-euc-cn iso-ir-58 gb18030-2000 gb13000 csiso58gb231280",
    "big5hkscs": "big5 big5-hkscs big5hkscs cn-big5 x-x-big5 csbig5 big5-eten big5-tw",
    "cp950": "cp950 ms950 windows-950 950",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 cp932 windows-31j csshiftjis shiftjis windows-932",
    "euc_jp": "euc-jp x-euc-jp eucjp euc_jp cseucpkdfmtjapanese",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "cp949": "euc-kr euc_kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean uhc windows-949 cp949 ms949 "
    "cseuckr iso-ir-149 csksc56011987",
    "johab": "johab cp1361 ms1361",
    "hz": "hz-gb-2312 hz",
    "utf-16-le": "utf-16le utf-16 ucs-2 unicode iso-10646-ucs-2 csunicode unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251",
    "cp1252": "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 latin1 l1 us-ascii ascii iso88591 ansi_x3.4-1968",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1254": "windows-1254 cp1254 iso-8859-9 iso8859-9 latin5 l5",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "cp874": "windows-874 tis-620 iso-8859-11 iso8859-11 dos-874",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2 l2",
    "iso8859-3": "iso-8859-3 iso8859-3 latin3",
    "iso8859-4": "iso-8859-4 iso8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso8859-8 iso-8859-8-i hebrew",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-15": "iso-8859-15 iso8859-15 latin9",
    "koi8-r": "koi8-r koi8 koi cskoi8r",
    "koi8-u": "koi8-u koi8-ru",
    "cp866": "ibm866 cp866 866",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac-roman": "macintosh mac x-mac-roman",
    **dict.fromkeys(("utf-32-le", "utf-32-be", "iso2022_kr", "iso2022_cn"), ""),  # known by their bytes, never declared
    **dict.fromkeys(
        (
            "ascii",
            "hp-roman8",
            "iso8859-1",
            "iso8859-9",
            "iso8859-10",
            "iso8859-11",
            "iso8859-14",
            "iso8859-16",
            "koi8-t",
        ),
        "",
    ),
    **dict.fromkeys(("kz1048", "ptcp154", "tis-620", "mac-greek", "mac-iceland", "mac-latin2", "mac-turkish"), ""),
    **dict.fromkeys((f"cp{n}" for n in ("037", 273, 424, 437, 500, 720, 737, 775, 850, 852, 855, 856, 857, 858)), ""),
    **dict.fromkeys((f"cp{n}" for n in (860, 861, 862, 863, 864, 865, 869, 875, 1006, 1026, 1125, 1140)), ""),
}
