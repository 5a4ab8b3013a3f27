"""From clusters to stories whose ids stay, and what changed by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from dedup.stages._kernels import telling as kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from dedup.engines.stream.settling import Region
    from dedup.engines.stream.state import State


_Change: TypeAlias = tuple[str, int, "int | None", list[int]]


@dataclass(slots=True)
class Told:
    """What changed.

    Attributes:
        changes: Kind, story, other story or None, numbers of articles.
        replaced: Which article has taken whose place.
        moved: The story of each article that is in another one than before.
        canonical: What is canonical in the stories where that changed; None for those that are no more or have
            one article left.
    """

    changes: list[_Change] = field(default_factory=list)
    replaced: dict[int, int] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    canonical: dict[int, int | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    """The articles of one cluster, by the stories they were in; 0 stands for none."""

    members: dict[int, list[int]]
    story: int = 0


def tell(
    told: Told,
    state: State,
    region: Region,
    arrived: Sequence[int],
    bereft: NDArray[np.int64],
    number: Callable[[], int],
    best: Callable[[Sequence[list[int]]], list[int]],
) -> None:
    """Give the clusters of a region their stories.

    Each story goes, the oldest first, to the cluster that has most of its articles, of those that have got none yet;
    what had no story takes the number of its first article, and what splits off a new one.

    Args:
        told: Where it is written.
        state: Where the stories are so far.
        region: Clusters of texts.
        arrived: Articles that are new.
        bereft: Stories that articles were taken from.
        number: Gives a number that nothing has.
        best: Says which article of each lot is canonical.
    """
    stirred = np.array([*arrived, *told.replaced], np.int64)
    alone, rest = _groups(state, region, arrived, stirred, bereft)
    told.changes += [("created", one, None, [one]) for one in alone]
    groups = [_Group(members) for members in rest]
    if not groups:
        return
    sizes: dict[int, Counter[int]] = defaultdict(Counter)
    for place, group in enumerate(groups):
        for story, members in group.members.items():
            if story:
                sizes[story][place] = len(members)
    for story in sorted(sizes):  # the oldest choose first
        free = [place for place in sizes[story] if not groups[place].story]
        if free:
            # Where most of its articles are, or else the oldest of them.
            owner = min(free, key=lambda place: (-sizes[story][place], min(groups[place].members[story])))
            groups[owner].story = story
    for group in groups:
        if not group.story:
            group.story = min(group.members[0]) if 0 in group.members else number()
    kept = {group.story for group in groups}
    ended = {story: min(sizes[story], key=lambda place: -sizes[story][place]) for story in sizes if story not in kept}
    merged = []
    for place, group in sorted(enumerate(groups), key=lambda one: one[1].story):
        merged += _say(told, group, {story for story, last in ended.items() if last == place})
    told.changes += merged  # when what else left those stories has been told
    _choose(told, state, groups, sizes, best)
    told.canonical.update(dict.fromkeys(ended))


def _groups(
    state: State, region: Region, arrived: Sequence[int], stirred: NDArray[np.int64], bereft: NDArray[np.int64]
) -> tuple[list[int], Iterable[dict[int, list[int]]]]:
    """Return the new articles that are like no other, and the articles of all other clusters that are not as they were.

    Those of a cluster come by the stories they are in.
    """
    places, numbers = state.articles_of(region.texts)
    centres, stories = region.centres[places], state.of("story", numbers).astype(np.int64)
    new = np.array(sorted(arrived), np.int64)
    rising = (new, np.sort(stirred), np.unique(bereft))
    alone, chosen, before = kernels.changed(numbers, centres, stories, *rising, len(region.texts))
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    columns = (centres[chosen], numbers[chosen], before[chosen])
    for centre, number, story in zip(*(column.tolist() for column in columns), strict=True):
        found[centre][story].append(number)
    return sorted(numbers[alone].tolist()), found.values()


def _say(told: Told, group: _Group, merged: set[int]) -> list[_Change]:
    """Say what came into a group; return what came by stories that ended here."""
    story, last = group.story, list[_Change]()
    begun = story not in group.members
    arrived = sorted(group.members.get(0, ()))
    if arrived:
        told.changes.append(("created" if begun else "joined", story, None, arrived))
        begun = False
        told.moved.update((number, story) for number in arrived if number != story)
    for other in sorted(set(group.members) - {0, story}):
        members = sorted(group.members[other])
        if other in merged:
            last.append(("merged", story, other, members))
        else:
            told.changes.append(("split" if begun else "joined", story, other, members))
            begun = False
        told.moved.update((number, story) for number in members)
    return last


def _choose(
    told: Told,
    state: State,
    groups: list[_Group],
    sizes: dict[int, Counter[int]],
    best: Callable[[Sequence[list[int]]], list[int]],
) -> None:
    """Say what is canonical where that is not as it was."""
    lots = []
    for group in groups:
        lot: list[int] = []
        for story, members in group.members.items():
            chosen = state.canonical.get(story, 0)
            # Of a story that came whole the canonical article beats the rest already.
            whole = story and len(sizes[story]) == 1 and chosen in members
            lot += [chosen, *(told.replaced.keys() & set(members) - {chosen})] if whole else members
        lots.append(lot)
    heirs = {old: new for new, old in told.replaced.items()}
    for group, chosen in zip(groups, best(lots), strict=True):
        story = group.story
        members = group.members.get(story, [])
        size = sum(map(len, group.members.values()))
        before = state.canonical.get(story) or (members[0] if len(members) == 1 and len(sizes[story]) == 1 else 0)
        if before == 0 and size == 1 and 0 in group.members:
            before = chosen  # it was created with the one article
        if heirs.get(before, before) != chosen:
            told.changes.append(("canonical", story, None, [chosen]))
        after = chosen if size > 1 else None
        if state.canonical.get(story) != after:
            told.canonical[story] = after
