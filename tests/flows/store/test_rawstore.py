"""The raw store: bytes once, whole, and what their name says."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.errors import DamagedOut, OutUnwritable
from flows.store.rawstore import RawStore


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path)


@settings(deadline=None)  # the disk may be busy
@given(st.binary(max_size=5_000))
def test_what_was_put_is_got(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = RawStore(tmp_path_factory.mktemp("raw"))
    assert store.get(store.put(data)) == data


def test_a_page_is_stored_by_its_sha256_in_a_folder_of_its_first_two_digits(store: RawStore, tmp_path: Path) -> None:
    name = store.put("正文".encode())
    assert name == hashlib.sha256("正文".encode()).hexdigest()
    assert (tmp_path / "_raw" / name[:2] / f"{name}.zst").is_file()


def test_the_same_bytes_are_stored_once(store: RawStore) -> None:
    name = store.put(b"same")
    first = store.path(name).stat()
    assert store.put(b"same") == name
    assert store.path(name).stat() == first


def test_many_writers_at_once_leave_one_whole_file(store: RawStore, tmp_path: Path) -> None:
    data = "并发写入".encode() * 20_000
    with ThreadPoolExecutor(16) as pool:
        names = set(pool.map(lambda _: store.put(data), range(64)))
    assert len(names) == 1 and store.get(names.pop()) == data
    assert len([p for p in (tmp_path / "_raw").rglob("*") if p.is_file()]) == 1


def test_many_writers_of_different_bytes_do_not_meet(store: RawStore) -> None:
    pages = [f"并发写入{n}".encode() * 20_000 for n in range(300)]
    with ThreadPoolExecutor(16) as pool:
        names = list(pool.map(store.put, pages))
    assert [store.get(name) for name in names] == pages


def test_an_empty_file_left_by_a_power_cut_is_written_again(store: RawStore) -> None:
    name = store.put(b"bytes")
    store.path(name).write_bytes(b"")
    assert not store.has(name)
    store.put(b"bytes")
    assert store.get(name) == b"bytes"


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-3], lambda d: d[:9] + bytes([d[9] ^ 1]) + d[10:], lambda d: b"no zstd"]
)
def test_damaged_bytes_are_never_given_out(store: RawStore, spoil: object) -> None:
    name = store.put("一页网页的全部字节".encode() * 50)
    path = store.path(name)
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(DamagedOut, match=name):
        store.get(name)


def test_bytes_under_a_wrong_name_are_damaged(store: RawStore) -> None:
    name, other = store.put(b"one"), store.put(b"two")
    store.path(other).replace(store.path(name))
    with pytest.raises(DamagedOut):
        store.get(name)


def test_what_is_not_there_is_not_found(store: RawStore) -> None:
    with pytest.raises(FileNotFoundError):
        store.get("0" * 64)
    assert not store.remove("0" * 64)


def test_names_lists_what_is_stored_and_sweep_removes_what_is_half_written(store: RawStore) -> None:
    names = {store.put(str(n).encode()) for n in range(40)}
    store.path(next(iter(names))).with_name(".0123456789abcdef-0a1b2c3d").write_bytes(b"x")
    assert {name for name, _ in store.names()} == names
    assert store.sweep() == 1 and store.sweep() == 0


def test_an_out_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutUnwritable):
        RawStore(tmp_path / "out").put(b"x")
