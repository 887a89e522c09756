"""Make lexicons/scripts/evidence.tsv: which characters tell which script, from dictionaries and national code tables.

    python scripts/build_script_evidence.py [--check]

A character is evidence only where the other writing cannot have it: a form that Big5's first level, or OpenCC's
variants for Taiwan and Hong Kong hold (台 床 灶 恒) is none for Hans, and one that GB 2312 holds (著, 乾) is none for
Hant.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

from cleaners.scripts import tables

PATH = pathlib.Path(__file__).parents[1] / "cleaners" / "lexicons" / "scripts" / "evidence.tsv"
# Frequent Traditional forms that GB 2312 or the dictionaries' alternatives would keep out: a Simplified text does not
# have them but in names, so they count, and a name alone does not outweigh the rest of its paragraph.
ALSO_HANT = "後於餘"
# In use on both sides, or in the names of people and places on the other one.
NOT_HANS = "凄吨栖羡恒灶拥晒"
NOT_HANT = "昇陞甦邨喆犇堃龢祕鉅迺甯颺頫絜蘋乾瞭藉著徵蒐脩氾釐麽"
# Shinjitai that Chinese has too, as rarer characters of other meanings: several of them in a text say something.
ALSO_JP = "予伝弁欠浜糸缶芸豊"
HEAD = """\
# class, characters: evidence of a script. Made by scripts/build_script_evidence.py from the dictionaries of OpenCC
# (Apache License 2.0) and from what GB 2312, Big5 and Shift_JIS hold; not edited by hand.
# hans: Simplified only; hans-jp: Simplified or Japanese; hant: Traditional only; hant-jp: Traditional or Japanese;
# jp: Japanese only; jp-also: Japanese, if several come together
"""


def encodes(character: str, codec: str) -> bool:
    try:
        return bool(character.encode(codec))
    except UnicodeEncodeError:
        return False


def big5_first_level(character: str) -> bool:
    """Big5's 5,401 frequent characters, A440 to C67E."""
    return encodes(character, "big5") and b"\xa4\x40" <= character.encode("big5") <= b"\xc6\x7e"


def japanese_first_level(character: str) -> bool:
    """JIS X 0208's 2,965 frequent characters, Shift_JIS 889F to 9872."""
    return encodes(character, "shift_jis") and b"\x88\x9f" <= character.encode("shift_jis") <= b"\x98\x72"


def candidates(name: str) -> dict[str, list[str]]:
    return {k: v.split(" ") for k, v in tables.dictionary(name).items()}


def evidence() -> dict[str, str]:
    """Class -> its characters."""
    to_simple, to_traditional = candidates("TSCharacters"), candidates("STCharacters")
    tw, hk = candidates("TWVariants"), candidates("HKVariants")
    regional = {form for table in (tw, hk) for forms in table.values() for form in forms}
    modern = candidates("JPShinjitaiCharacters")
    shinjitai = {k for k, forms in modern.items() if k not in forms}
    kyujitai = {form for k, forms in modern.items() for form in forms if form != k}
    hans = {k for k, forms in to_traditional.items() if k not in forms}
    hans = {c for c in hans if not big5_first_level(c) and c not in regional and c not in NOT_HANS}
    hant = {k for k, forms in to_simple.items() if k not in forms and not encodes(k, "gb2312")}
    hant = {c for c in hant | set(ALSO_HANT) if c not in NOT_HANT and c not in hans}
    japanese = {
        c for c in shinjitai if not encodes(c, "gb2312") and not encodes(c, "big5") and c not in hans | hant | regional
    }
    classes = {
        "hans": {c for c in hans if c not in shinjitai},
        "hans-jp": hans & shinjitai,
        "hant": {c for c in hant if not japanese_first_level(c) or c in kyujitai},
        "hant-jp": {c for c in hant if japanese_first_level(c) and c not in kyujitai},
        "jp": japanese,
        "jp-also": set(ALSO_JP) - japanese - hans - hant,
    }
    return {name: "".join(sorted(members)) for name, members in classes.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the file that is there; write nothing")
    args = parser.parse_args()
    text = HEAD + "".join(f"{name}\t{members}\n" for name, members in evidence().items())
    if args.check:
        return 0 if PATH.read_text(encoding="utf-8") == text else 1
    PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
