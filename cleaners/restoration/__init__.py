"""Text back to what its author wrote: controls, and in rooms of their own mojibake and byte streams."""

from cleaners.restoration.controls import take_out, take_out_bytes

__all__ = ["take_out", "take_out_bytes"]
