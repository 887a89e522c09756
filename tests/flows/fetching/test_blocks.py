"""Addresses that are not public are refused, in whatever they are wrapped, and by whatever Python."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetching.blocks import REACHABLE, block_of, blocks, embedded, is_public

PRIVATE = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.170 192.0.0.192 192.0.2.1 192.88.99.1 192.88.99.2 192.168.0.1 198.18.0.1
    198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::2 fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd00::1 ff02::1 100::1 100:0:0:1::1 2001:2::1 2001:10::1 2001:db8::1
    3fff::1 3fff:fff::1 5f00::1 4000::1 8000::1 1::1 0100::1 64:ff9b:1::1 64:ff9b:1::808:808
    ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8
    64:ff9b::127.0.0.1 64:ff9b::169.254.169.254 2002:7f00:1::1 2002:c0a8:101:: 2002:a00:1::5efe:8.8.8.8
    2001:0:7f00:1::1 2001:0:808:808:0:0:80ff:fffe 2a00:1450::5efe:10.0.0.1 2a00:1450::200:5efe:192.168.0.1
    ::ffff:192.88.99.1 64:ff9b::192.0.0.192
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 128.0.0.1 172.15.255.255 172.32.0.0 192.0.0.9
    192.0.0.10 192.0.1.1 192.31.196.1 192.52.193.1 192.88.98.1 192.167.255.255 192.175.48.1 198.17.255.255 198.20.0.0
    203.0.112.1 223.255.255.255 2001:200::1 2001:4860:4860::8888 2400:3200::1 240e::1 2606:4700::1111 2a00:1450::1
    2001:1::1 2001:1::2 2001:3::1 2001:4:112::1 2001:20::1 2620:4f:8000::1 2000::1 3ffe::1 3fff:1000::1
    ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1 2a00:1450::5efe:8.8.8.8
"""


@pytest.mark.parametrize("text", PRIVATE.split())
def test_what_is_not_on_the_public_internet_is_refused(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize("text", PUBLIC.split())
def test_what_is_on_the_public_internet_may_be_asked(text: str) -> None:
    assert is_public(text)


WRAPPED = {
    "compatible": lambda inner: f"::{inner}",
    "mapped": lambda inner: f"::ffff:{inner}",
    "translated": lambda inner: f"::ffff:0:{inner}",
    "nat64": lambda inner: f"64:ff9b::{inner}",
    "nat64 local": lambda inner: f"64:ff9b:1::{inner}",
    "nat64 local, /48": lambda inner: str(
        ipaddress.IPv6Address((0x64FF9B0001 << 80) | (int(inner) >> 16 << 64) | ((int(inner) & 0xFFFF) << 40))
    ),
    "isatap": lambda inner: f"2a00:1450::5efe:{inner}",
    "isatap, universal": lambda inner: f"2400:3200::200:5efe:{inner}",
    "6to4": lambda inner: str(ipaddress.IPv6Address((0x2002 << 112) | (int(inner) << 80) | 1)),
    "teredo server": lambda inner: str(ipaddress.IPv6Address((0x20010000 << 96) | (int(inner) << 64))),
    "teredo client": lambda inner: str(
        ipaddress.IPv6Address((0x20010000 << 96) | (0x08080808 << 64) | (int(inner) ^ 0xFFFFFFFF))
    ),
}


@pytest.mark.parametrize("how", WRAPPED)
@given(inner=st.ip_addresses(v=4))
def test_an_address_inside_another_is_seen_and_decides(how: str, inner: ipaddress.IPv4Address) -> None:
    wrapped = WRAPPED[how](inner)
    assert inner in embedded(ipaddress.ip_address(wrapped))
    if not is_public(str(inner)):
        assert not is_public(wrapped)


def test_the_table_is_whole_and_the_smallest_block_decides() -> None:
    assert len({block.network for block in blocks()}) == len(blocks()) >= 40
    for block in blocks():
        assert block.reachable in REACHABLE and block.rfc and block.name
        assert block_of(block.network[0]).network.subnet_of(block.network)  # type: ignore[arg-type]
        if block.reachable == "no":
            assert not is_public(str(block.network[-1]))


@given(st.ip_addresses())
def test_nothing_is_public_that_python_knows_to_be_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(str(address)) and not embedded(address):
        assert not (address.is_private or address.is_loopback or address.is_link_local or address.is_multicast) or (
            block_of(address).network.prefixlen > 23  # an exception inside 192.0.0.0/24 or 2001::/23
        )
