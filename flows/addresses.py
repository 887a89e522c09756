"""What a page is called: canonical addresses and page ids.

The same page must have the same name every night, whatever machine asked for it and however the link was decorated.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import PurePath
from urllib.parse import urlsplit, urlunsplit

from schemas.records import ID_LENGTH

FILE = "file:"

DEFAULT_PORTS = {"http": 80, "https": 443}

# Parameters that say how a reader came, never which page it is. Sources: the ClearURLs rule families for the global
# ones; Baidu Tongji (hm*), Baidu and Tencent click ids, Alibaba's spm/scm and WeChat's share marks for Chinese sites.
_TRACKING = """
    gclid gclsrc dclid gbraid wbraid fbclid msclkid yclid ymclid twclid ttclid igshid igsh mc_cid mc_eid _ga _gl
    _hsenc _hsmi mkt_tok oly_anon_id oly_enc_id vero_id wickedid s_cid
    spm scm spm_id_from vd_source bd_vid qz_gdt gdt_vid hmsr hmpl hmcu hmkw hmci isappinstalled nsukey
    phpsessid jsessionid
"""
TRACKING = frozenset(_TRACKING.split())
TRACKING_PREFIXES = ("utm_", "pk_campaign", "pk_kwd", "mtm_", "aspsessionid")

_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, 2.3
_TEXT_IN_URL = re.compile(r"[^\x21-\x7e]+")
# Schemes, or kinds of sources, and the authority up to its last @ (RFC 3986, 3.2; to browsers a backslash is a slash).
_SCHEMES = r"(\s*+(?:[A-Za-z][A-Za-z0-9+.\-]*+:)*+[/\\]{2,})"
_USER = re.compile(_SCHEMES + r"([^/?#\\]*)@")
# A password with one of these signs in it, as it must not be: what stands behind the colon is no port.
_BROKEN_USER = re.compile(_SCHEMES + r"(?!\[)([^/?#\\:@]*+:(?!\d{0,5}(?:[/?#\\]|$))\S*)@")
_BEFORE_AT = re.compile(r"(?<![^\s/?#'\"])[^\s/?#'\"]*@")
_NOT_IN_FILE = re.compile(r"[\x00-\x1f\x7f%#!\udc80-\udcff]")


def canonical(address: str) -> str:
    """The one spelling of a page's address.

    For http and https: scheme and host in lower case (IDNA where the host is not ASCII), no user or password, no
    default port, no fragment, no tracking parameter or session id, "/" for an empty path, dot segments resolved
    (RFC 3986, 5.2.4), percent escapes in upper case and undone where they need not be (6.2.2), text beyond ASCII as
    UTF-8 escapes. The order of parameters and the case of the path are kept: servers tell them apart.
    Any other address (file:, urn:) comes back as it is, and so does one whose host or port is broken: it has a name
    too, under which it is rejected.
    """
    address = address.strip()
    if address[:4].lower() != "http" or "://" not in address[:9]:
        return address
    try:
        return _canonical(address)
    except ValueError:
        return address


def _canonical(address: str) -> str:
    parts = urlsplit(re.sub(r"[\t\r\n]", "", address))
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        return address
    host = ascii_host(parts.hostname or "")
    if not host:
        raise ValueError(f"no host in {address[:200]!r}")
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    netloc = host if port is None or port == DEFAULT_PORTS[scheme] else f"{host}:{port}"
    path = _without_dots(_escaped(_SESSION.sub("", parts.path))) or "/"
    query = "&".join(p for p in _escaped(parts.query).split("&") if p and not is_tracking(p))
    return urlunsplit((scheme, netloc, path, query, ""))


def page_id(address: str) -> str:
    """First 20 hex digits of sha256 of the canonical address."""
    return hashlib.sha256(canonical(address).encode("utf-8", "surrogatepass")).hexdigest()[:ID_LENGTH]


def public(url: str) -> str:
    """The address as it may be stored, logged or passed on: without user, password and fragment, otherwise as given.

    Also of a source as it is named (`sitemap:http://u:pw@h/`), and of an address that is broken. In the query and the
    path nothing is looked for: there `@` is a sign like any other.
    """
    found = _USER.match(url) or _BROKEN_USER.match(url)
    if found is not None:
        url = found[1] + url[found.end() :]
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if "@" not in parts.netloc and not (parts.fragment and parts.scheme in DEFAULT_PORTS):
        return url
    fragment = "" if parts.scheme in DEFAULT_PORTS else parts.fragment
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, fragment))


def user_of(url: str) -> str:
    """The user and password of an address or of a source as it is named, "" where there are none."""
    found = _USER.match(url) or _BROKEN_USER.match(url)
    return found[2] if found is not None else ""


def without_users(text: str) -> str:
    """Words of an error that may quote an address, or a part of one: without what stands before an `@`."""
    return _BEFORE_AT.sub("", text)


def file_address(path: str | PurePath, *, line: int | None = None, member: str | None = None) -> str:
    """The address of what is not fetched: `file:` and the path relative to its source, `/` between the parts.

    line: number from 1 in a file of lines or rows. member: name inside an archive or container.
    `%`, `#`, `!`, control characters and bytes that are not UTF-8 are percent-escaped, so no two pages share an address
    and every address is valid UTF-8.
    """
    name = FILE + _file_part(os.fspath(path).replace(os.sep, "/"))
    if member is not None:
        name += "!" + _file_part(member)
    if line is not None:
        name += f"#{line}"
    return name


def is_web(address: str) -> bool:
    """Whether it is an address of the web: what such a page holds can be seen against its site, and its time."""
    return address[:5].lower() in ("http:", "https")


def host_of(address: str) -> str:
    """Host in lower case, "" where there is none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def is_tracking(parameter: str) -> bool:
    """Whether `name=value` only says how a reader came."""
    name = parameter.partition("=")[0].lower()
    return name in TRACKING or name.startswith(TRACKING_PREFIXES)


def ascii_host(host: str) -> str:
    """A host name in lower case and ASCII (IDNA), without the final dot. Raises ValueError where it cannot be one."""
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    import idna  # only for the few hosts that need it

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ValueError(f"not a host name: {host[:100]!r}") from error


def _escaped(text: str) -> str:
    """Percent escapes in their normal form; text beyond ASCII escaped as UTF-8."""

    def normal(match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return chr(code) if code in _UNRESERVED else f"%{code:02X}"

    text = _ESCAPE.sub(normal, text)
    return _TEXT_IN_URL.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode("utf-8", "surrogatepass")), text)


def _without_dots(path: str) -> str:
    """Dot segments resolved (RFC 3986, 5.2.4); empty segments kept."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for n, segment in enumerate(segments):
        last = n == len(segments) - 1
        if segment == ".." or segment == ".":
            if segment == ".." and len(kept) > 1:
                kept.pop()
            if last:
                kept.append("")
        else:
            kept.append(segment)
    return "/".join(kept)


def _file_part(text: str) -> str:
    def escape(match: re.Match[str]) -> str:
        return "".join(f"%{b:02X}" for b in match[0].encode("utf-8", "surrogateescape"))

    return _NOT_IN_FILE.sub(escape, text)
