"""Text that was read in a wrong encoding, or escaped, read rightly again."""

from cleaners.restoration.mojibake.entities import names_entities
from cleaners.restoration.mojibake.restoring import restore, restore_page

__all__ = ["names_entities", "restore", "restore_page"]
