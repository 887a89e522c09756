"""Bytes to text: one registry of codecs and labels, the CJK family told apart by the character model."""

from cleaners.decoding.decoder import decode

__all__ = ["decode"]
