"""How an index was made: kept with it, and compared with what is asked for when it is opened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.stream.records import FORMAT, sound
from dedup.errors import ArgumentError, InputError
from dedup.formats.signatures import differing, require_rules, rules
from dedup.settings import Settings
from dedup.stages.furniture import NONE, Furniture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup.stores import Store

_FIRST = ("article", "verdict", "change", "oldest verdict", "oldest change", "base", "epoch")


@dataclass(frozen=True, slots=True)
class Founding:
    """How an index was made.

    Attributes:
        settings: How near is near enough.
        furniture: What is left out of the comparison.
        rule: Name of the rule that picks the canonical article.
        keep_text: Whether texts are kept.
    """

    settings: Settings
    furniture: Furniture
    rule: str
    keep_text: bool

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Founding:
        """Read what `words` wrote.

        Raises:
            InputError: It is of another version.
            ArgumentError: It was made with another key of hashes.
        """
        if words.get("format") != FORMAT:
            raise InputError(f"the index must be of format {FORMAT!r}, is {words.get('format')!r}")
        require_rules("the index", words["recipe"])
        return cls(
            Settings(**json.loads(words["settings"])),
            Furniture(np.array(json.loads(words["furniture"]), np.uint64)),
            words["rule"],
            words["keep_text"] == "yes",
        )

    def words(self) -> dict[str, str]:
        """Return it as words that a store keeps."""
        return {
            "format": FORMAT,
            "recipe": rules(),
            "settings": json.dumps(self.settings.recipe),
            "furniture": json.dumps(self.furniture.keys.tolist()),
            "rule": self.rule,
            "keep_text": "yes" if self.keep_text else "no",
        }

    def agree(self, settings: Settings | None, furniture: Furniture | None, rule: str, *, keep_text: bool) -> None:
        """Compare with what is asked for.

        Raises:
            ArgumentError: It is something else; the message says what.
        """
        if settings is not None and (told := differing(self.settings, settings)):
            raise ArgumentError(f"settings must be those the index was made with: {told}")
        if furniture is not None and furniture != self.furniture:
            raise ArgumentError(
                f"furniture must be that the index was made with ({len(self.furniture)} units), got another "
                f"({len(furniture)} units): relearn replaces it"
            )
        if rule != self.rule:
            raise ArgumentError(f"canonical must be the rule the index was made with, {self.rule!r}, got {rule!r}")
        if keep_text and not self.keep_text:
            raise ArgumentError("keep_text must be False: the index was made without texts")


def found(
    store: Store, settings: Settings | None, furniture: Furniture | None, rule: str, *, keep_text: bool
) -> Founding:
    """Return how the index in a store was made; make one as is asked for where there is none.

    Raises:
        InputError: It was made by another version.
        ArgumentError: It was made in another way than is asked for.
    """
    wanted = Settings.of(settings)
    Furniture.require(furniture)
    with store.reading():
        words = store.meta()
    if not words:
        with store.writing():
            words = store.meta()
            if not words:
                made = Founding(wanted, furniture or NONE, rule, keep_text)
                words = made.words() | dict.fromkeys(_FIRST, "1")
                store.set_meta(words)
    with sound():
        founding = Founding.of(words)
    founding.agree(settings, furniture, rule, keep_text=keep_text)
    return founding
