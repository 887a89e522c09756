"""An article around a piece of HTML, and what comes of it."""

from __future__ import annotations

from cleaners import Policy, clean_page
from schemas.records import CleanPage, Document

P1 = "<p>清晨的码头上站满了等船的人，雾气贴着水面慢慢散开，远处传来两三声汽笛。</p>"
P2 = "<p>管船的老人说，今年的水比往年低，靠岸的时候要多绕半圈，请大家不要着急。</p>"
KEEP = Policy(script=None, punctuation=False)
ADDRESS = "https://boat.example.org/posts/1.html"


def clean(body: str, policy: Policy = KEEP) -> CleanPage:
    page = f"<html><head><title>码头的早晨</title></head><body><h1>码头的早晨</h1><div class=content>{P1}{body}{P2}</div></body></html>"
    return clean_page(page.encode(), url=ADDRESS, content_type="text/html; charset=utf-8", policy=policy)


def document(body: str, policy: Policy = KEEP) -> Document:
    (one,) = clean(body, policy).documents
    return one


def inner(body: str) -> str:
    """The Markdown of `body` alone."""
    said = document(body).markdown or ""
    return said.split("\n\n", 1)[1].rsplit("\n\n", 1)[0]
