"""Which IP addresses are on the public Internet: by packaged registries, whatever the Python that runs knows."""

from __future__ import annotations

import ipaddress
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

REACHABLE = ("yes", "no", "embedded")
LOW = 0xFFFFFFFF
TEREDO = ipaddress.IPv6Network("2001::/32")  # RFC 4380, 4: the server's address, and the client's with its bits turned
SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")  # RFC 3056, 2
LAST = tuple(  # in the last 32 bits: IPv4-compatible and -mapped (RFC 4291, 2.5.5), -translated (RFC 2765, 2.1), NAT64
    map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
)
NAT64_LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215: an operator may use each of RFC 6052's lengths
ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214, 6.1: in the upper half of the interface identifier, below any prefix


@dataclass(frozen=True, slots=True)
class Block:
    """A block of addresses of a registry, and whether it is reachable: REACHABLE."""

    network: Network
    name: str
    rfc: int
    reachable: str


@cache
def blocks() -> tuple[Block, ...]:
    """All blocks, the smaller before the larger that hold them."""
    text = resources.files("flows.fetching").joinpath("address_blocks.toml").read_text("utf-8")
    found = [
        Block(ipaddress.ip_network(entry["address"]), entry["name"], entry["rfc"], entry["reachable"])
        for entry in tomllib.loads(text)["block"]
    ]
    return tuple(sorted(found, key=lambda block: -block.network.prefixlen))


def block_of(address: Address) -> Block:
    """The smallest block that holds an address."""
    return next(b for b in blocks() if b.network.version == address.version and address in b.network)


def embedded(address: Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that stand in an IPv6 address, by each format that has a prefix or a mark to know it by."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    value = int(address)
    found: list[int] = []
    if any(address in network for network in LAST) or (value >> 32 & LOW) in ISATAP:
        found.append(value & LOW)
    if address in NAT64_LOCAL:  # RFC 6052, 2.2, for /48, /56, /64 and /96; bits 64 to 71 are left out
        bits = f"{value:0128b}"
        bits = bits[:64] + bits[72:]
        found += [int(bits[at : at + 32], 2) for at in (48, 56, 64)] + [value & LOW]
    if address in TEREDO:
        found += [value >> 64 & LOW, ~value & LOW]
    if address in SIX_TO_FOUR:
        found.append(value >> 80 & LOW)
    return [ipaddress.IPv4Address(inner) for inner in found]


def is_public(text: str) -> bool:
    """Whether an IP address is on the public Internet, and every IPv4 address that stands in it as well.

    Raises ValueError for what is no address. A prefix of an operator's own for NAT64 (RFC 6052) cannot be told from any
    other address.
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    return block_of(address).reachable != "no" and all(is_public(str(inner)) for inner in embedded(address))
