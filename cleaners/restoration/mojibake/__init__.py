"""Text that was read in a wrong encoding, or escaped, read rightly again."""

from cleaners.restoration.mojibake.entities import names_entities
from cleaners.restoration.mojibake.restoring import join_soft_breaks, restore, restore_again, restore_page

__all__ = ["join_soft_breaks", "names_entities", "restore", "restore_again", "restore_page"]
