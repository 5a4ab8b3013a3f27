"""The columns of signatures, and how a file says what they were made with."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.errors import ArgumentError, InputError
from dedup.settings import Settings
from dedup.stages import minhash, shingles
from dedup.stages.furniture import Furniture

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "dedup signatures 1"
"""Names the columns and the metadata; whatever changes them changes this."""
_TEXT, _PACKED, _NUMBER = pa.large_string(), pa.large_binary(), pa.int64()
SCHEMA = pa.schema(
    [
        *(pa.field(name, _TEXT, nullable=False) for name in ("id", "cluster", "centre", "canonical")),
        pa.field("digest", _PACKED, nullable=False),
        pa.field("headline", _NUMBER),
        pa.field("count", _NUMBER, nullable=False),
        *(pa.field(name, _PACKED, nullable=False) for name in ("bands", "passages")),
        *(pa.field(name, _NUMBER) for name in ("published_from", "published_to")),
        *(pa.field(name, _PACKED, nullable=False) for name in ("tokens", "marks", "title_words")),
        pa.field("title_figures", _NUMBER, nullable=False),
        pa.field("title_support", pa.float64(), nullable=False),
        *(pa.field(name, _TEXT) for name in ("title", "published", "fetched", "zone")),
    ]
)
"""A row an article; only types that every reader and writer of Parquet has.

`id`; `cluster`, `centre` and `canonical`, ids: the least, the centre and the canonical one of the article's cluster,
itself where it is alone; `digest`, 128 bits of the tokens; `headline`, a hash of its headline where the text does not
stand by itself, else null; `count`, tokens; `bands`, the keys of body, then of lead; `passages`, hashes of sampled
runs of tokens, rising; `published_from` and `published_to`, microseconds since 1970, null where the time is not known
or no window is set. Then what confirmation needs: `tokens`, hashes of all tokens that are no furniture, and their
`marks`; `title_words`, `title_figures` and `title_support` as `stages.confirm.Texts` has them; `title`, `published`,
`fetched` and `zone` as they were given. Packed columns hold little-endian uint32, `digest` two uint64; numbers that
are hashes are the bits of an uint64.
"""
COLUMNS = tuple(SCHEMA.names)
BODY = COLUMNS[COLUMNS.index("tokens") :]
"""Columns that only confirmation needs: most of the file."""
_KEY = b"org.apache.spark.sql.parquet.row.metadata"  # where Spark keeps what it knows of columns, and looks for it
_KINDS = {_TEXT: "string", _PACKED: "binary", _NUMBER: "long", pa.float64(): "double"}
SPARK = {one.name: _KINDS[one.type] for one in SCHEMA}
"""The columns and what Spark calls their types."""


@dataclass(frozen=True)
class Made:
    """What signatures were made with.

    Attributes:
        name: What they are called in messages: the path, or "against".
        settings: The settings.
        furniture: What was left out.
    """

    name: str
    settings: Settings
    furniture: Furniture = field(repr=False)

    @property
    def words(self) -> dict[str, str]:
        """The same as words of the metadata."""
        return {
            "format": FORMAT,
            "rules": rules(),
            "settings": json.dumps(self.settings.recipe),
            "furniture": base64.b64encode(self.furniture.keys.astype("<u8").tobytes()).decode(),
        }

    @property
    def metadata(self) -> dict[bytes, bytes]:
        """The metadata of a Parquet file: the words stand with the column `id`, as Spark keeps them."""
        columns = [
            {
                "name": name,
                "type": kind,
                "nullable": True,
                "metadata": {"dedup": self.words} if name == "id" else {},
            }
            for name, kind in SPARK.items()
        ]
        return {_KEY: json.dumps({"type": "struct", "fields": columns}).encode()}

    @classmethod
    def of_file(cls, name: str, metadata: Mapping[bytes, bytes] | None) -> Made:
        """Read the metadata of a Parquet file.

        Raises:
            InputError: They are none of signatures, or of other rules.
        """
        try:
            fields = json.loads((metadata or {})[_KEY])["fields"]
            words = next(one["metadata"]["dedup"] for one in fields if one["name"] == "id")
        except (KeyError, TypeError, ValueError, StopIteration):
            words = {}
        return cls.of(name, words)

    @classmethod
    def of(cls, name: str, words: Mapping[str, object]) -> Made:
        """Read what `words` gave.

        Raises:
            InputError: They are none of signatures, or of other rules.
            ArgumentError: They were made with another key.
        """
        if words.get("format") != FORMAT:
            raise InputError(f"{name}: must be {FORMAT!r}, is {words.get('format', 'no such file')!r}")
        require_rules(name, str(words.get("rules")))
        try:
            settings = Settings(**json.loads(str(words["settings"])))
            keys = np.frombuffer(base64.b64decode(str(words["furniture"]), validate=True), "<u8").astype(np.uint64)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise InputError(f"{name}: says wrongly how it was made: {error}") from error
        return cls(name, settings, Furniture(keys))

    def agree(self, settings: Settings | None, furniture: Furniture | None) -> None:
        """Compare with what is asked for, if anything is.

        Raises:
            ArgumentError: Signatures made with it could not be compared with these; the message says why.
        """
        if settings is not None and (told := differing(self.settings, settings)):
            raise ArgumentError(f"settings must be those that {self.name} was made with: {told}")
        if furniture is not None and furniture != self.furniture:
            raise ArgumentError(
                f"furniture must be that of the earlier result ({len(self.furniture)} units), got another "
                f"({len(furniture)} units)"
            )


def rules() -> str:
    """Return the rules that stored numbers depend on beside the settings."""
    return f"{shingles.TOKEN_RULES} {minhash.SCHEME}{shingles.fingerprint()}"


def require_rules(name: str, kept: str) -> None:
    """Refuse stored numbers that cannot be compared with those of this process.

    Raises:
        InputError: They are of another version.
        ArgumentError: They were made with another key, or one of the two without any.
    """
    mine = rules()
    if kept.partition(" key ")[0] != mine.partition(" key ")[0]:
        raise InputError(f"{name}: was made by the rules {kept!r}, this version has {mine!r}")
    if kept != mine:
        raise ArgumentError(f"{shingles.KEY} must be set as it was when {name} was made: to the same key, or to none")


def differing(kept: Settings, asked: Settings) -> str:
    """Say in which settings that what is kept depends on two differ; "" where in none."""
    wanted = asked.recipe
    return ", ".join(
        f"{name}={value!r} (asked for: {wanted[name]!r})"
        for name, value in kept.recipe.items()
        if value != wanted[name]
    )
