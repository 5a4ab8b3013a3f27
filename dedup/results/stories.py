"""What an index answers: stories, what an article was when it came, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dedup.articles.article import Article
    from dedup.results.matches import Match

Status = Literal["new", "copy", "excerpt", "revision", "known"]
Kind = Literal["created", "joined", "merged", "split", "canonical", "replaced", "removed"]


@dataclass(frozen=True, slots=True)
class Added:
    """What an index says of an article.

    Attributes:
        id: Its id.
        story: The story it belongs to; None for a query that matches nothing.
        status: "new" where nothing matches, else what it is to its best match: a "copy" (identical ones too), an
            "excerpt" (one of the two is cut from the other) or a "revision"; "known" where an article of this id
            and content was there already.
        matches: Its matches with articles that came before it, by id; of identical ones only one.
    """

    id: str
    story: int | None
    status: Status
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A cluster in an index, or an article alone, under an id that stays.

    Attributes:
        id: Names the story as long as it has an article.
        members: Its articles, by id; their text is None unless the index keeps it.
        canonical: The member the rule of the index picks.
        earliest: The member published first, as far as dates tell.
        order_certain: True when the earliest was certainly published before all others.
    """

    id: int
    members: tuple[Article, ...]
    canonical: Article
    earliest: Article
    order_certain: bool

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the members, sorted."""
        return tuple(member.id for member in self.members)

    def __len__(self) -> int:
        return len(self.members)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a story.

    Whoever applies the changes in their order has the stories of the index: see each kind.

    Attributes:
        cursor: Its place in the feed; ``changes(since=cursor)`` goes on after it.
        kind: "created": a story began with the articles `ids`. "joined": `ids` are in it now; they left the story
            `other` where that is given. "merged": so are all that `other` still had, which is no more. "split":
            a story began with `ids`, which left `other`. "canonical": its canonical article is `ids[0]`; until
            one is named it is the only article. "replaced": `ids` have other content. "removed": `ids` are in the
            index no more.
        story: The story.
        other: The story that articles came from, or None.
        ids: Ids of the articles that it is about.
    """

    cursor: int
    kind: Kind
    story: int
    other: int | None
    ids: tuple[str, ...]
