"""What the user names -> a stream of pages.

file, folder, glob, -          files, lists
http(s) address, list of them  lists, then flows.fetching
sitemap (index, gzip)          sitemaps, then flows.fetching
WARC, WARC.gz                  warc
JSONL, Parquet                 records
sources.toml                   toml: several of the above, each with a name, a policy and site rules
"""

from flows.sources.base import Source
from flows.sources.counting import gauge
from flows.sources.streaming import plan, stream
from flows.sources.understanding import check, understand

__all__ = ["Source", "check", "gauge", "plan", "stream", "understand"]
