"""Pages annotated with pinyin byte by byte: annotations taken out, broken characters put together again.

Sites that worked on GBK bytes without regard for character borders inserted `(pinyin)` behind each Traditional
character of a fixed table, also where its two bytes stand astride two characters, and cut the stream at full-width
marks, also astride. Both leave `總?cè)藬?shù)` for 總人數. The evidence is the page's: all blocks are taken together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.policy import Context
from schemas.records import Block, Edit

SHAPE = re.compile("[(?（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿêɑɡ]{1,6}[ \u00a0]?[)）]")


def is_annotated(texts: Sequence[str]) -> bool:
    """Whether a site annotated these texts of one page: then broken pairs are evidence, which nobody else may touch."""
    if not SHAPE.search("\n".join(texts)):  # no shape goes over a line break: one look for all of them
        return False
    from cleaners.restoration.bytestream import restoring

    return restoring.table_of(tuple(texts)) is not None


def restore(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Take a site's pinyin annotations out of a page and repair what they broke.

    Returns the blocks and one edit for each repaired break, and one for all annotations removed from a block. A page
    without proof of annotation comes back as it is. A block in which something stays broken is flagged "damaged".
    """
    if not SHAPE.search("\n".join([block.text for block in blocks])):
        return tuple(blocks), ()
    from cleaners.restoration.bytestream import (
        restoring,  # tables and the character model are only read where there is something to do
    )

    return restoring.restore(blocks)
