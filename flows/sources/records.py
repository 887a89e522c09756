"""JSONL and Parquet: one page a line or row, in a column of HTML or text."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from cleaners.extraction import is_html
from flows import addresses, unpacking
from flows.errors import UsageError
from flows.pages import SourcePage
from flows.sources.base import Source
from flows.sources.gauging import Reading
from schemas.records import Rejection

if TYPE_CHECKING:
    from flows.settings import Settings

# Names of columns, the first that is there is taken. Those of FineWeb, C4, OSCAR, CulturaX and scrapy's feeds.
PAGE_COLUMNS = ("html", "raw_html", "page", "content", "raw_content", "body", "text")
URL_COLUMNS = ("url", "uri", "target_uri", "warc_target_uri", "source_url", "link")
DATE_COLUMNS = ("fetched_at", "date", "timestamp", "crawl_date", "date_download")
TYPE_COLUMNS = ("content_type", "mime", "mime_type")
ROWS = 64  # rows of Parquet read at a time, fewer where they are long
BUFFER = 2**20  # bytes of a column that are read at a time
BATCH_BYTES = 64 * 2**20  # of the rows read at a time
BOMB_BYTES, BOMB_RATIO = 256 * 2**20, 200  # of a group of rows; pages of one site shrink to a thirtieth at the best
LONGEST = 4  # times the cap: a value that is longer is not even copied
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
HTML_NAMES = ("html", "raw_html", "page")


def pages(source: Source, settings: Settings, reading: Reading | None = None) -> Iterator[SourcePage]:
    """The pages of a JSONL or Parquet file, streamed. A line that is no record becomes a reject row.

    reading: is told how far the file has been read.
    """
    rows = _parquet_rows if source.kind == "parquet" else _json_rows
    reading = reading or Reading()
    reading.opens(source.where)
    try:
        for number, row in rows(source, settings.max_page_bytes, reading):
            yield _page(source, number, row, settings.max_page_bytes)
    except Exception as error:  # a broken file: what could be read stands, and a row says that there was more
        yield SourcePage(
            source.name_page(source.where),
            provenance=os.path.basename(source.where),
            source=source.name,
            rejection=Rejection("source", "broken file", f"{type(error).__name__}: {error}"[:300]),
            partial=True,
        )


def check_columns(source: Source) -> None:
    """Raise UsageError where a file has no column of pages, or not the one that was named. A broken file passes."""
    try:
        if source.kind == "parquet":
            import pyarrow.parquet as pq

            names: Sequence[str] = pq.read_schema(source.where).names
        else:
            _, row = next(_json_rows(source, 2**24, Reading()))
            if not isinstance(row, dict):
                return
            names = list(row)
    except Exception:  # each format has errors of its own for a broken file; reading it makes a row of them
        return
    if source.kind == "parquet" or not source.column:
        _column(source, names)


def _column(source: Source, names: Sequence[str]) -> str:
    if source.column:
        if source.column in names:
            return source.column
        raise UsageError(f"{source.where}: no column {source.column!r}; there are {', '.join(names)[:300]}")
    for name in PAGE_COLUMNS:
        if name in names:
            return name
    raise UsageError(f"{source.where}: which column holds the pages? (--column; there are {', '.join(names)[:300]})")


def _page(source: Source, number: int, row: Any, cap: int) -> SourcePage:
    name = os.path.basename(source.where)
    fields: dict[str, Any] = {
        "address": source.name_page(source.where, line=number),
        "provenance": f"{addresses.file_address(name)[5:]}#{number}",
        "source": source.name,
        "policy": source.policy,
    }
    if not isinstance(row, dict):
        return SourcePage(**fields, rejection=Rejection("source", "bad record", str(row)[:200]), partial=True)
    url = row.get(source.url_column) if source.url_column else _first(row, URL_COLUMNS)
    if isinstance(url, str) and url.strip().lower().startswith(("http://", "https://")):
        fields["address"] = addresses.public(url.strip())
    column = source.column or next((name for name in PAGE_COLUMNS if name in row), "")
    value = row.get(column)
    if not isinstance(value, str | bytes):
        detail = f"column {column or '(none)'}: {type(value).__name__}"
        return SourcePage(**fields, rejection=Rejection("source", "bad record", detail))
    date = _first(row, DATE_COLUMNS)
    fields["fetched_at"] = _iso(date)
    said = _first(row, TYPE_COLUMNS)
    if isinstance(value, bytes):
        data = value
        fields["content_type"] = said if isinstance(said, str) else None
    else:
        data = _utf8(value)
        fields["content_type"] = _type(column, value, said)
    if len(data) > cap:
        return SourcePage(**fields, rejection=Rejection("source", "too large", f"{len(data):,} bytes"))
    return SourcePage(**fields, data=data)


def _type(column: str, value: str, said: Any) -> str:
    """A column of characters is UTF-8 by now, whatever its page declares."""
    if isinstance(said, str) and "/" in said:
        return said.split(";")[0].strip() + "; charset=utf-8"
    return HTML if column in HTML_NAMES or is_html(value, None) else TEXT


def _utf8(text: str) -> bytes:
    """UTF-8 of a string that may hold surrogates: pairs are joined, a lone one becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _first(row: dict[str, Any], names: Sequence[str]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _iso(value: Any) -> str | None:
    import datetime as dt

    if isinstance(value, dt.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).isoformat()
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).isoformat()
    return None


def _parquet_rows(source: Source, cap: int, reading: Reading) -> Iterator[tuple[int, Any]]:
    """Rows as records; one that cannot be read, and a group of rows that is a bomb, come as the words that say so."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(source.where, buffer_size=BUFFER) as file:
        total = file.metadata.num_rows
        names = file.schema_arrow.names
        wanted = {_column(source, names), source.url_column, *URL_COLUMNS, *DATE_COLUMNS, *TYPE_COLUMNS}
        columns = [n for n in names if n in wanted]
        number = 0
        for group in range(file.metadata.num_row_groups):
            about = file.metadata.row_group(group)
            chunks = [about.column(n) for n in range(about.num_columns)]
            chunks = [chunk for chunk in chunks if chunk.path_in_schema.split(".")[0] in wanted]
            unpacked = sum(chunk.total_uncompressed_size for chunk in chunks)
            packed = sum(chunk.total_compressed_size for chunk in chunks)
            if unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * packed:
                yield number + 1, f"{about.num_rows:,} rows of {packed:,} bytes that unpack to {unpacked:,}"
                number += about.num_rows
                continue
            # No value is longer than its group, so this many rows together are not more than BATCH_BYTES: a value that
            # is stored once and stands in each row (a dictionary) is made anew for each.
            rows = max(1, min(ROWS, BATCH_BYTES // max(unpacked, 1)))
            last = number + about.num_rows
            try:
                for batch in file.iter_batches(batch_size=rows, row_groups=[group], columns=columns):
                    for n in range(batch.num_rows):
                        number += 1
                        reading.reads_share(number / total)
                        yield number, _parquet_row(batch, n, cap)
            except (OSError, pa.ArrowException) as error:  # the next group may be whole
                yield number + 1, f"rows to {last:,}: {type(error).__name__}: {error}"
                number = last


def _parquet_row(batch: Any, n: int, cap: int) -> dict[str, Any] | str:
    row: dict[str, Any] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            size = len(column[n].as_buffer() or b"") if hasattr(column[n], "as_buffer") else 0
            if size > LONGEST * cap:
                return f"column {name}: {size:,} bytes"
            row[name] = column[n].as_py()
        except UnicodeDecodeError as error:
            return f"column {name}: not UTF-8 at byte {error.start:,}"
        except (ValueError, OverflowError) as error:  # a date that no calendar has
            return f"column {name}: {error}"
    return row


def _json_rows(source: Source, cap: int, reading: Reading) -> Iterator[tuple[int, Any]]:
    """Lines as records; a line that is no JSON, or too long, comes as the words that say so."""
    longest = cap * 6 + 65_536  # every byte of a page may be written \u00XX
    with open(source.where, "rb") as stored, _unpacked(stored, source.where) as file:
        number = 0
        while line := file.readline(longest + 1):
            number += 1
            reading.reads(stored.tell())
            if len(line) > longest:
                while line and not line.endswith(b"\n"):
                    line = file.readline(longest)
                yield number, f"a line of more than {longest:,} bytes"
                continue
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield number, row if isinstance(row, dict) else f"not an object: {type(row).__name__}"
            except (ValueError, RecursionError) as error:
                yield number, f"no JSON: {error}"


def _unpacked(file: BinaryIO, path: str) -> BinaryIO:
    """The file's lines, unpacked. Of members and frames there may be any number: some tools write one a line."""
    name = path.lower()
    if name.endswith(".gz"):
        return io.BufferedReader(unpacking.Unpacked(unpacking.inflated(file.read, members=None), file))
    if name.endswith(".zst"):
        return io.BufferedReader(unpacking.Unpacked(unpacking.unzstandard(file.read, members=None), file))
    return file
