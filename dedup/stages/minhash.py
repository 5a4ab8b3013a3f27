"""Texts to MinHash signatures, bit for bit those of datasketch, and back and forth between the two.

MinHash after Broder (1997), "On the resemblance and containment of documents"; the permutations are
those of datasketch 2 under its scheme ``affine32``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.errors import ArgumentError
from dedup.stages._kernels import minhash as kernels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

SCHEME = "affine32"
"""The permutation scheme, as datasketch calls it."""
LEAD_TOKENS = 64
"""Tokens the second signature covers: wire copy is cut from the end, so an excerpt keeps the lead."""
LEAD_ROWS = 3
"""Rows a band of the lead's signature: 32 bands of 3 find excerpts at a recall of .99 (design, section 3)."""
LEAD_BANDS = 32
"""Bands of the lead's signature, as far as `num_perm` reaches."""
PASSAGE_TOKENS = 8
"""Tokens of a passage. Runs of eight are rare outside copied text, so one that is shared is worth a look."""
PASSAGE_EVERY = 10
"""One passage in so many is kept: an excerpt of 60 tokens from anywhere keeps five, and none once in 260."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """What the stages after this one need of n texts.

    Attributes:
        body: uint32[n, num_perm], the signature of the whole text; all 2**32 - 1 where there is no token.
        lead: uint32[n, k], the signature of the first `LEAD_TOKENS` tokens under the first k permutations.
        digests: uint64[n, 2], a 128-bit hash of the token stream; equal for texts that are the same.
        counts: int64[n], tokens.
        passages: uint32[p], hashes of sampled runs of `PASSAGE_TOKENS` tokens, distinct within a text.
        ends: int64[n], where the passages of each text end.
    """

    body: NDArray[np.uint32]
    lead: NDArray[np.uint32]
    digests: NDArray[np.uint64]
    counts: NDArray[np.int64]
    passages: NDArray[np.uint32]
    ends: NDArray[np.int64]


@lru_cache(maxsize=16)
def permutations(num_perm: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return datasketch's multipliers and addends, uint32[num_perm] each."""
    state = np.random.RandomState(seed)  # datasketch's own choice, reproduced
    a = state.randint(0, 2**31, num_perm, np.uint32) * np.uint32(2) + np.uint32(1)
    return a, state.randint(0, 2**32, num_perm, np.uint32)


def lead_bands(num_perm: int) -> int:
    """Return how many bands of `LEAD_ROWS` rows the lead's signature has."""
    return min(LEAD_BANDS, num_perm // LEAD_ROWS)


def sign(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    table: Any,  # noqa: ANN401 - a named tuple of arrays that only kernels look into
    outlets: NDArray[np.uint64],
    furniture: NDArray[np.uint64],
    *,
    shingle_size: int,
    num_perm: int,
    seed: int,
) -> Signatures:
    """Sign n texts.

    Args:
        data: uint8, UTF-8 text in NFC, all texts in one buffer.
        offsets: int64[n + 1], where each text begins and the last one ends.
        table: The token table.
        outlets: uint64[n], a hash of each text's outlet; 0 for a text that has no furniture.
        furniture: uint64, the open-addressed table of the units that are left out; all 0 for none.
        shingle_size: Tokens a shingle.
        num_perm: Values a signature.
        seed: Seed of the permutations.
    """
    size = len(offsets) - 1
    body = np.full((size, num_perm), 0xFFFFFFFF, np.uint32)
    lead = np.full((size, lead_bands(num_perm) * LEAD_ROWS), 0xFFFFFFFF, np.uint32)
    digests = np.zeros((size, 2), np.uint64)
    counts = np.zeros(size, np.int64)
    ends = np.zeros(size, np.int64)
    a, b = permutations(num_perm, seed)
    with np.errstate(over="ignore"):  # arithmetic modulo 2**32 and 2**64 is meant
        passages = kernels.sign(
            data,
            offsets,
            table,
            outlets,
            furniture,
            shingle_size,
            a,
            b,
            LEAD_TOKENS,
            PASSAGE_TOKENS,
            PASSAGE_EVERY,
            body,
            lead,
            digests,
            counts,
            ends,
        )
    return Signatures(body, lead, digests, counts, passages, ends)


def sign_shingles(hashes: NDArray[np.uint32], *, num_perm: int = 128, seed: int = 1) -> NDArray[np.uint32]:
    """Return the signature uint32[num_perm] of one set of shingle hashes (repeats change nothing)."""
    signature = np.full(num_perm, 0xFFFFFFFF, np.uint32)
    a, b = permutations(num_perm, seed)
    with np.errstate(over="ignore"):
        kernels.lower(signature, hashes, 0, len(hashes), a, b)
    return signature


def sign_tokens(
    tokens: NDArray[np.uint32], offsets: NDArray[np.int64], *, shingle_size: int, num_perm: int, seed: int
) -> NDArray[np.uint32]:
    """Return the signatures uint32[n, num_perm] of texts whose tokens are at hand; see `sign`."""
    signatures = np.full((len(offsets) - 1, num_perm), 0xFFFFFFFF, np.uint32)
    a, b = permutations(num_perm, seed)
    hashes = np.empty(int(np.diff(offsets).max(initial=0)), np.uint32)
    with np.errstate(over="ignore"):  # arithmetic modulo 2**32 and 2**64 is meant
        for row, (start, stop) in enumerate(itertools.pairwise(offsets.tolist())):
            total = kernels.shingle(tokens[start:stop], stop - start, shingle_size, hashes)
            kernels.lower(signatures[row], hashes, 0, total, a, b)
    return signatures


def fill_datasketch(
    lots: Iterable[tuple[Sequence[bytes], NDArray[np.uint32]]],
    *,
    bands: int,
    rows: int,
    num_perm: int,
    seed: int,
    storage_config: dict[str, Any] | None,
) -> Any:  # noqa: ANN401 - datasketch is imported late
    """Return a `datasketch.MinHashLSH` filled with lots of (keys, signatures); nothing is pickled."""
    from datasketch import MinHashLSH  # noqa: PLC0415 - it imports scipy, which takes up to a second

    index = MinHashLSH(num_perm=num_perm, params=(bands, rows), storage_config=storage_config, prepickle=False)
    with index.insertion_session() as session:
        for keys, signatures in lots:
            for key, minhash in zip(keys, to_datasketch(signatures, seed=seed), strict=True):
                session.insert(key, minhash, check_duplication=False)
    return index


def to_datasketch(signatures: NDArray[np.uint32], *, seed: int = 1) -> list[Any]:
    """Return a `datasketch.LeanMinHash` a row, to be inserted into any of its indexes.

    >>> import datasketch
    >>> mine = sign_shingles(np.array([1, 2, 3], np.uint32))
    >>> theirs = datasketch.MinHash(num_perm=128, scheme="affine32", hashfunc=int)
    >>> theirs.update_batch([1, 2, 3])
    >>> to_datasketch(mine[None])[0].jaccard(theirs)
    1.0
    """
    from datasketch import LeanMinHash  # noqa: PLC0415 - it imports scipy, which takes up to a second

    return [LeanMinHash(seed=seed, hashvalues=row, scheme=SCHEME) for row in signatures]


def from_datasketch(minhashes: Sequence[Any], *, seed: int = 1) -> NDArray[np.uint32]:
    """Return the signatures uint32[n, num_perm] of datasketch's objects.

    Raises:
        ArgumentError: A scheme, seed or size differs, so that the values could not be compared.
    """
    for place, minhash in enumerate(minhashes):
        if minhash.scheme != SCHEME or minhash.seed != seed or len(minhash) != len(minhashes[0]):
            raise ArgumentError(
                f"minhashes[{place}] must have scheme {SCHEME!r}, seed {seed} and {len(minhashes[0])} values, got "
                f"{minhash.scheme!r}, {minhash.seed} and {len(minhash)}"
            )
    return np.array([minhash.hashvalues for minhash in minhashes], np.uint32)
