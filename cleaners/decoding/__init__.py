"""Bytes to text: one registry of codecs and labels, the CJK family told apart by the character model."""

from cleaners.decoding.decoder import decode
from cleaners.decoding.labels import codec_of

__all__ = ["codec_of", "decode"]
