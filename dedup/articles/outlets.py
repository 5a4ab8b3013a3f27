"""Which outlet an article belongs to, for all articles at once."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray


_URL = r"(?s)^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/:?#]*).*$"
_ADDRESS = re.compile(_URL)


def name_by_host(table: pa.Table) -> pa.Table:
    """Name the outlet where its address is given as `source`: by the host.

    Where there is no `url` the address becomes that, unless it is the address of a whole site.
    """
    source = table["source"]
    if not pc.any(pc.starts_with(source, "http")).as_py():
        return table
    address = pc.fill_null(pc.match_substring_regex(source, r"^https?://[^/?#\s]+(?:[/?#]\S*)?$"), False)
    host = hosts(source)
    named = pc.and_(address, pc.fill_null(pc.not_equal(host, ""), False))
    page = pc.and_(named, pc.match_substring_regex(pc.fill_null(source, ""), r"^https?://[^/?#]+(?:/[^/]|\?)"))
    lacking = pc.fill_null(pc.equal(table["url"], ""), True)
    url = pc.if_else(pc.and_(page, lacking), source, table["url"])
    names = table.column_names
    table = table.set_column(names.index("source"), "source", pc.if_else(named, host, source))
    return table.set_column(names.index("url"), "url", url)


def hosts(url: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the host of each address; what is no address stays as it is."""
    return pc.replace_substring_regex(url, _URL, r"\1")


def outlet_hashes(table: pa.Table) -> NDArray[np.uint64]:
    """Return a hash of each article's outlet, uint64[n].

    The outlet is the `source`, without regard to case; where it is missing the host of the `url`; where that
    is missing too the articles count as those of one outlet.
    """
    source = pc.if_else(
        pc.equal(pc.utf8_trim_whitespace(table["source"]), ""),
        pa.scalar(None, pa.large_string()),
        table["source"],
    )
    if source.null_count:
        source = pc.coalesce(source, hosts(table["url"]))
    names = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(source, "")))
    coded = (
        names.combine_chunks().dictionary_encode() if isinstance(names, pa.ChunkedArray) else names.dictionary_encode()
    )
    of_code: NDArray[np.uint64] = np.array([_hash(name) for name in coded.dictionary.to_pylist()], np.uint64)
    found: NDArray[np.uint64] = of_code[coded.indices.to_numpy(zero_copy_only=False)]
    return found


def outlet_hash(source: str | None, url: str | None) -> int:
    """Return what `outlet_hashes` says of one article."""
    found = _ADDRESS.match(url) if url else None
    return _of_host(source, found[1] if found else url)


@lru_cache(maxsize=1 << 12)
def _of_host(source: str | None, host: str | None) -> int:
    plain = (source or "").strip(" ") or host or ""
    if plain.isascii() and (source or "").isprintable() and plain.isprintable():
        return _hash(plain.strip(" ").lower())
    columns = [pa.array([value], pa.large_string()) for value in (source, host)]
    return int(outlet_hashes(pa.Table.from_arrays(columns, ["source", "url"]))[0])


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
