"""Duplicates, without any I/O: folding, shingles, MinHash signatures with LSH bands, and the exact verdict on a pair.

folding     texts -> their letters and digits: NFKC, Simplified
shingles    folded text -> the set of its runs of three characters, as exact 64-bit codes
signature   folded texts -> keys by which texts that may be alike are found
paragraphs  folded texts -> hashes of their paragraphs
verdict     two sets of shingles -> exact Jaccard similarity and containment -> exact, near, contained or nothing
"""

from __future__ import annotations

from cleaners.duplicates.folding import Folded, fold, fold_all
from cleaners.duplicates.hashing import KEY_BITS, Keys, keys_of, mix, text_hash
from cleaners.duplicates.paragraphs import Paragraphs, paragraphs
from cleaners.duplicates.shingles import shingle_set
from cleaners.duplicates.signature import BANDS, EXACT, PARAGRAPH, SCHEME, sign
from cleaners.duplicates.verdict import KINDS, Similarity, compare, verdict

__all__ = [
    "BANDS",
    "EXACT",
    "KEY_BITS",
    "KINDS",
    "PARAGRAPH",
    "SCHEME",
    "Folded",
    "Keys",
    "Paragraphs",
    "Similarity",
    "compare",
    "fold",
    "fold_all",
    "keys_of",
    "mix",
    "paragraphs",
    "shingle_set",
    "sign",
    "text_hash",
    "verdict",
]
