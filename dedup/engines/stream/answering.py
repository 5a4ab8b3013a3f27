"""What an index says: of articles that come, of stories, of all at once, of itself."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedup.articles.article import FIELDS, Batch
from dedup.articles.columns import TEXT
from dedup.engines.stream.postings import keys_of
from dedup.engines.stream.records import sound, tokens_from_bytes, whole_rows
from dedup.engines.stream.storedpairs import verdicts_of
from dedup.results import Added, Change, Links, Match, Result, Story, matches_of
from dedup.stages import canonical, confirm, minhash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedup.engines.stream.arriving import Arrivals
    from dedup.engines.stream.keeping import Keeping
    from dedup.engines.stream.matching import Matching
    from dedup.engines.stream.state import State
    from dedup.results.stories import Status

    Numbers = NDArray[np.int64]

_LOT = 1000  # articles read at a time
_STATUS: dict[int, Status] = {
    confirm.IDENTICAL: "copy",
    confirm.COPY: "copy",
    confirm.EXCERPT: "excerpt",
    confirm.REVISION: "revision",
}


def say(keeping: Keeping, ids: Sequence[str], numbers: dict[str, int], new: set[str]) -> list[Added]:
    """Say what the articles with some ids are; those not in `new` were known."""
    state = keeping.state
    asked = np.array([numbers[name] for name in ids], np.int64)
    bodies = state.of("body", asked).astype(np.int64)
    stands = state.of("first", bodies) == asked
    rows = state.touching(bodies[stands])
    rows = rows[confirm.matching(state.pairs.rows["relation"][rows])]
    pairs = state.pairs.of(rows)
    walls = state.of("wall", pairs["a"]) | state.of("wall", pairs["b"])
    pairs = pairs[~walls.astype(np.bool_)]
    copies = _copies(state, asked, bodies)
    ones, twos = (state.of("first", pairs[side]).tolist() for side in ("a", "b"))
    said = sorted({*ones, *twos, *(one for pair in copies for one in pair)})
    names = dict(zip(said, state.names.of(np.array(said, np.int64)), strict=True))
    found: dict[int, list[Match]] = defaultdict(list)
    named = matches_of([names[one] for one in ones], [names[two] for two in twos], verdicts_of(pairs))
    for one, two, match in zip(ones, twos, named, strict=True):
        found[max(one, two)].append(match)  # the later one is told of the earlier
    for one, two in copies:
        a, b = sorted((names[one], names[two]))
        found[one].append(Match(a, b, "identical", 1.0, 1.0, 1.0, 1.0, 1.0))
    stories = state.of("story", asked).tolist()
    return [
        _added(name, story, found[number], known=name not in new)
        for name, number, story in zip(ids, asked.tolist(), stories, strict=True)
    ]


def alone(name: str, number: int) -> Added:
    """Say of a new article that it is like no other."""
    return _added(name, number, [])


def _copies(state: State, asked: Numbers, bodies: Numbers) -> list[tuple[int, int]]:
    """Return (article, one with the same tokens that came before it), for those asked about that have one.

    It is the one that stands for the text, or where that came later the first there is.
    """
    earlier = state.of("first", bodies).astype(np.int64)
    late = np.flatnonzero((earlier >= asked) & (state.of("copies", bodies) > 1))
    if len(late):
        places, others = state.articles_of(bodies[late])
        np.minimum.at(earlier, late[places], others)
    return [(one, two) for one, two in zip(asked.tolist(), earlier.tolist(), strict=True) if two < one]


def _added(name: str, story: int | None, found: list[Match], *, known: bool = False) -> Added:
    found = sorted(found)
    status: Status = "new"
    if found:
        best = min(found, key=lambda match: (confirm.RELATIONS.index(match.relation), -match.strength))
        status = _STATUS[confirm.RELATIONS.index(best.relation)]
    return Added(name, story, "known" if known else status, tuple(found))


@sound()
def ask(keeping: Keeping, matching: Matching, arrivals: Arrivals) -> list[Added]:
    """Say what articles would be, each by itself."""
    state = keeping.state
    known = state.numbers_of(arrivals.ids)
    contents: dict[int, int] = dict(keeping.store.get("sketches", list(known.values()), ["content"]))
    asked = zip(arrivals.ids, arrivals.contents, strict=True)
    there = [name in known and contents[known[name]] == content for name, content in asked]
    if not any(there):
        return _ask(keeping, matching, arrivals, known)
    told = iter(say(keeping, list(itertools.compress(arrivals.ids, there)), known, set()))
    rest = iter(() if all(there) else _ask(keeping, matching, arrivals.take(np.flatnonzero(~np.array(there))), known))
    return [next(told if one else rest) for one in there]


def _ask(keeping: Keeping, matching: Matching, arrivals: Arrivals, known: dict[str, int]) -> list[Added]:
    """Say what articles would be that are not there as they are; those whose ids are `known` would take their place."""
    state = keeping.state
    sketches = arrivals.sketches
    same = state.same_text(sketches.heads)
    fresh = ((same == 0) & (sketches.heads["tokens"] > 0)).nonzero()[0]
    asked = sketches if len(fresh) == len(same) else sketches.take(fresh)
    places, texts, _, _ = matching.resembling(keys_of(np.zeros(len(fresh), np.int64), asked))
    if not len(places) and not same.any():  # as for most
        return [_added(name, None, []) for name in arrivals.ids]
    places, near = fresh[places], state.of("first", texts).astype(np.int64)
    verdicts = matching.judging.verdicts_on(arrivals.bodies, sketches.heads, places, near)
    good = confirm.matching(verdicts.relation).nonzero()[0]
    if not len(good) and not same.any():  # as for most others
        return [_added(name, None, []) for name in arrivals.ids]
    own = np.array([known.get(name, 0) for name in arrivals.ids], np.int64)
    good = good[near[good] != own[places[good]]]
    alike = [(place, _stands(state, same[place], own[place])) for place in np.flatnonzero(same).tolist()]
    others = np.concatenate([near[good], np.array([number for _, number in alike if number], np.int64)])
    names = dict(zip(others.tolist(), state.names.of(others), strict=True))
    stories = dict(zip(others.tolist(), state.of("story", others).tolist(), strict=True))
    found: dict[int, list[tuple[Match, int]]] = defaultdict(list)
    mine, told = places[good].tolist(), near[good].tolist()
    named = matches_of([arrivals.ids[one] for one in mine], [names[two] for two in told], verdicts.take(good))
    for place, number, match in zip(mine, told, named, strict=True):
        found[place].append((match, stories[number]))
    for place, number in alike:
        if number:
            a, b = sorted((arrivals.ids[place], names[number]))
            found[place].append((Match(a, b, "identical", 1.0, 1.0, 1.0, 1.0, 1.0), stories[number]))
    revisions = keeping.founding.settings.revisions
    answers = []
    for place, name in enumerate(arrivals.ids):
        joining = [one for one in found[place] if revisions or one[0].relation != "revision"]
        story = max(joining, key=lambda one: (one[0].strength, -one[1]))[1] if joining else None
        answers.append(_added(name, story, [match for match, _ in found[place]]))
    return answers


def _stands(state: State, text: np.int64, but: np.int64) -> int:
    """Return the article that stands for a text, or would without one of its articles; 0 where that is its only one."""
    first = int(state.of("first", np.array([text]))[0])
    if first != but:
        return first
    _, numbers = state.articles_of(np.array([text]))
    others = numbers[numbers != but]
    return min(zip(state.names.of(others), others.tolist(), strict=True))[1] if len(others) else 0


def stories_of_size(state: State, least: int) -> list[int]:
    """Return the stories of at least so many articles, rising."""
    found, counts = np.unique(state.of("story", state.where("live")), return_counts=True)
    return found[counts >= least].astype(np.int64).tolist()  # type: ignore[no-any-return]


@sound()
def stories(keeping: Keeping, wanted: Sequence[int]) -> list[Story]:
    """Return those of the wanted stories that there are."""
    state = keeping.state
    live = state.where("live")
    story_of = state.of("story", live).astype(np.int64)
    inside = np.isin(story_of, np.array(wanted, np.int64))
    articles = keeping.articles(live[inside].tolist())
    members: dict[int, list[int]] = defaultdict(list)
    for number, story in zip(live[inside].tolist(), story_of[inside].tolist(), strict=True):
        members[story].append(number)
    found = []
    for story in sorted(members):
        kept = articles[state.canonical.get(story, members[story][0])]
        mine = sorted((articles[number] for number in members[story]), key=lambda article: article.id)
        order = canonical.order_of([article.time for article in mine])
        found.append(Story(story, tuple(mine), kept, mine[order.first or 0], order.certain))
    return found


@sound()
def changes(keeping: Keeping, since: int) -> list[Change]:
    """Return what happened after a cursor."""
    return [
        Change(row[0], row[1], row[2], row[3], tuple(json.loads(row[5])))
        for row in keeping.store.after("changes", since)
    ]


@sound()
def result(keeping: Keeping, matching: Matching, rule: canonical.Rule) -> Result:
    """Return everything as a batch run does."""
    state = keeping.state
    live = state.where("live")
    region = matching.settle(np.unique(state.of("body", live).astype(np.int64)))
    articles = keeping.articles(live.tolist())
    table = pa.table(
        {name: pa.array([getattr(articles[number], name) for number in live.tolist()], TEXT) for name in FIELDS}
    )
    with_text = np.flatnonzero(state.of("tokens", region.texts) > 0)
    number_of = np.full(len(region.texts), -1)
    number_of[with_text] = np.arange(len(with_text))
    places, numbers = state.articles_of(region.texts[with_text])
    order = sorted(range(len(numbers)), key=lambda one: (places[one], articles[int(numbers[one])].id))
    a, b = number_of[region.a], number_of[region.b]
    pairs = state.pairs.of(region.rows)
    verdicts = verdicts_of(pairs).mirrored(region.texts[region.a] != pairs["a"])
    links = Links(
        np.searchsorted(live, numbers[order]),
        np.searchsorted(places[order], np.arange(len(with_text) + 1)),
        state.of("tokens", region.texts[with_text]).astype(np.int64),
        a,
        b,
        verdicts,
        region.joins,
        number_of[region.centres[with_text]],
        None
        if keeping.founding.settings.window is None
        else ~state.of("dated", state.of("first", region.texts[with_text])),
    )
    return Result(
        batch=Batch(table),
        settings=keeping.founding.settings,
        furniture=keeping.founding.furniture,
        links=links,
        rule=rule,
        candidates=len(state.pairs),
        capped=state.capped,
        seconds={},
    )


@sound()
def stats(keeping: Keeping) -> dict[str, int]:
    """Return numbers by name."""
    state = keeping.state
    live = state.where("live")
    stories, counts = np.unique(state.of("story", live), return_counts=True)
    return {
        "articles": len(live),
        "texts": len(np.unique(state.of("body", live))),
        "stories": len(stories),
        "stories of several": int((counts > 1).sum()),
        "pairs": len(state.pairs),
        "cursor": keeping.numbers["change"] - 1,
        "bytes on disk": keeping.store.size(),
        "bytes in memory": state.nbytes,
    }


@sound()
def check(keeping: Keeping, matching: Matching) -> list[str]:
    """Return what is wrong."""
    wrong = [f"store: {what}" for what in keeping.store.damage()]
    state = keeping.state
    live = state.where("live")
    there = {number for number, _ in keeping.store.get("articles", live.tolist(), ["title"])}
    wrong += [f"article {number} has lost its tokens" for number in sorted(set(live.tolist()) - there)]
    if wrong:
        return wrong
    region = matching.settle(np.unique(state.of("body", live).astype(np.int64)))
    places, numbers = state.articles_of(region.texts)
    centres = region.texts[region.centres[places]].tolist()
    stories = state.of("story", numbers).tolist()
    centre_of, story_of = dict(zip(stories, centres, strict=True)), dict(zip(centres, stories, strict=True))
    for centre, story in zip(centres, stories, strict=True):
        if story_of[centre] != story or centre_of[story] != centre:
            wrong.append(f"story {story} is not the cluster around text {centre}")
    sizes = dict(zip(*(found.tolist() for found in np.unique(stories, return_counts=True)), strict=True))
    several = {story for story, size in sizes.items() if size > 1}
    for story in sorted(several ^ set(state.canonical)):
        wrong.append(f"story {story} of {sizes.get(story, 0)} articles: canonical is {state.canonical.get(story)}")
    return sorted(set(wrong))


def signatures(keeping: Keeping) -> Iterator[tuple[list[bytes], NDArray[np.uint32]]]:
    """Yield ids and signatures of the articles that have text, a lot at a time."""
    state, settings = keeping.state, keeping.founding.settings
    live = state.where("live")
    live = live[state.of("tokens", state.of("body", live)) > 0]
    for start in range(0, len(live), _LOT):
        numbers = live[start : start + _LOT].tolist()
        names = state.names.of(live[start : start + _LOT])
        rows = whole_rows(keeping.store, "articles", numbers, ["tokens"])
        with sound():
            tokens, offsets = tokens_from_bytes([row[1] for row in rows])
        signed = minhash.sign_tokens(
            tokens, offsets, shingle_size=settings.shingle_size, num_perm=settings.num_perm, seed=settings.seed
        )
        yield [name.encode() for name in names], signed
