"""A text in English that tests put boxes, pleas and lists into."""

from __future__ import annotations

ENGLISH = [
    "The ferryman said that in forty years on the river he had never seen the water so low, not even in the dry year.",
    "Twice a day the station writes down the level, and the books by now fill three cupboards, the oldest gone yellow.",
    "Since the bridge was opened the boat crosses only twice a day, and those who take it are mostly going to market.",
    "Some want the landing turned into a museum; others say that a boat which still floats need not hang on a wall yet.",
    "In autumn the young people of the station typed the old records in, line by line, and checked every figure twice.",
    "The old man had no opinion about that; he coiled his rope, bailed out the boat, and waited for the next passengers.",
]
