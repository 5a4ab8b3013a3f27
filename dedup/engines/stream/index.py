"""`Index`: articles come and go one by one, and their stories keep their ids."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from dedup.articles import article
from dedup.articles.article import Article, Batch
from dedup.articles.fields import unwrap
from dedup.articles.moments import since_epoch
from dedup.articles.plain import plain
from dedup.articles.times import parse
from dedup.articles.zones import checked
from dedup.engines.batch import learn_furniture
from dedup.engines.proposing import band_count, plan_of
from dedup.engines.stream import answering, importing
from dedup.engines.stream.arriving import Arrivals, arrive, arrive_plain
from dedup.engines.stream.opened import Durability, Opened, store_of
from dedup.errors import ArgumentError
from dedup.formats.signatures import Signatures
from dedup.results.garbage import uncollected
from dedup.stages import canonical as canonical_stage
from dedup.stages import minhash

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from numpy.typing import NDArray

    from dedup.articles.plain import Values
    from dedup.articles.zones import Zones
    from dedup.engines.stream.keeping import Keeping
    from dedup.results import Added, Change, Result, Story
    from dedup.settings import Settings
    from dedup.stages.furniture import Furniture
    from dedup.stores import Store

    Numbers = NDArray[np.int64]

# They look at texts, or at what was found out about a whole cluster by its texts.
_READING = (canonical_stage.by_origin, canonical_stage.longest)


class Index:
    """Finds the copies of each article as it comes, and keeps what it found.

    The clusters are those that `find_duplicates` gives all articles that are there at once. An index may be used
    from several threads, and its file by several processes of one host.

    >>> index = Index()
    >>> index.add({"id": "a", "text": "The ferry to Port Alden will run again on Monday, the harbour office said."})
    Added(id='a', story=1, status='new', matches=())
    >>> index.add({"id": "b", "text": "The ferry to Port Alden will run again on Monday, the office said."}).status
    'copy'
    >>> [story.ids for story in index.stories()]
    [('a', 'b')]
    >>> index.close()
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | Store | None = None,
        settings: Settings | None = None,
        *,
        furniture: Furniture | None = None,
        canonical: Callable[[Article], Any] = canonical_stage.earliest,
        keep_text: bool = False,
        zones: Zones | None = None,
        durability: Durability = "process",
        must_exist: bool = False,
    ) -> None:
        """Open an index, or make one.

        Args:
            path: A file, the address of a PostgreSQL database (``postgresql://user@host/database``), a store of
                `dedup.stores`, or nothing for an index that ends with the process.
            settings: How near is near enough; those of an index that is there by default.
            furniture: What belongs to the sites and is left out of the comparison; that of an index that is
                there by default, none for a new one.
            canonical: Rule that picks the canonical article of a story: a sort key over articles without texts, the
                smallest wins.
            keep_text: Whether a new index keeps texts, for reports and `relearn`; it needs none to compare.
            zones: In which zone the clocks of outlets are that write times without one, as for `find_duplicates`.
            durability: What `add` returned survives the end of the process; with "fsync" also that of the power,
                as far as the disk keeps its promises.
            must_exist: Whether to refuse to make a new index.

        Raises:
            ArgumentError: The index was made in another way than is asked for.
            InputError: The file is no index, or was made by another version.
        """
        if durability not in {"process", "fsync"}:
            raise ArgumentError(f"durability must be 'process' or 'fsync', got {durability!r}")
        if not callable(canonical):
            raise ArgumentError(f"canonical must be a rule such as dedup.earliest, got {canonical!r}")
        if canonical in _READING or getattr(canonical, "__name__", "").startswith("prefer_sources("):
            raise ArgumentError(
                "canonical must go by what is kept of one article alone, as dedup.earliest does, got "
                f"{getattr(canonical, '__name__', canonical)!r}"
            )
        checked(zones)
        store = store_of(path, durability, must_exist=must_exist)
        self._rule, self._zones = canonical, zones
        self._opened = Opened(store, settings, furniture, canonical, keep_text=keep_text)

    @property
    def _keeping(self) -> Keeping:
        return self._opened.keeping

    @property
    def settings(self) -> Settings:
        """The settings the index was made with."""
        return self._keeping.founding.settings

    @property
    def furniture(self) -> Furniture:
        """What is left out of the comparison."""
        return self._keeping.founding.furniture

    def close(self) -> None:
        """Let go of the file; what was done is kept."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Coming and going

    def add(self, articles: object, *, fields: Mapping[str, str] | None = None) -> Added | list[Added]:
        """Add an article, or many, and say what each is.

        An id that is there already: the same content changes nothing, other content takes its place. The same
        article downloaded again has the same content. A missing id is made of url and content.

        Args:
            articles: One article (a mapping or `Article`), or whatever `find_duplicates` takes.
            fields: Where to take fields from, as for `find_duplicates`.

        Returns:
            What was found, in the order of the articles; for one article, that of it.

        Raises:
            ArgumentError: `articles` is nothing that articles can be read from.
        """
        given, single = self._given(articles, fields)
        if not len(given):
            return []
        with self._arriving(given, self._opened.changing) as arrivals:
            added = self._opened.changes.add(arrivals)
        return added[0] if single else added

    def query(self, articles: object, *, fields: Mapping[str, str] | None = None) -> Added | list[Added]:
        """Say what `add` would say of an article, or of many each by itself, and add nothing."""
        given, single = self._given(articles, fields)
        if not len(given):
            return []
        with self._arriving(given, self._opened.looking) as arrivals:
            found = answering.ask(self._keeping, self._opened.matching, arrivals)
        return found[0] if single else found

    def add_signatures(self, path: str | os.PathLike[str]) -> int:
        """Add the articles whose signatures another engine wrote (see `dedup.write_signatures`); return how many.

        They have no text, outlet or url. Ids that are there already are replaced, and an article that comes itself
        later takes the place of its signature.

        Raises:
            ArgumentError: The signatures were made with other settings or furniture than those of the index.
            InputError: The file is missing, damaged, or by other rules.
        """
        kept = Signatures.read(path, band_count)
        kept.made.agree(self.settings, self.furniture)
        with self._opened.turn():
            for arrivals in importing.lots(kept):
                with self._opened.changing():
                    kept.made.agree(self.settings, self.furniture)  # another process may have replaced it
                    self._opened.changes.add(arrivals)
        return len(kept)

    def remove(self, ids: str | Iterable[str]) -> int:
        """Remove the articles with these ids; return how many there were.

        Raises:
            ArgumentError: One of them is no text.
        """
        wanted = [ids] if isinstance(ids, str) or not isinstance(ids, Iterable) else list(ids)
        if other := [one for one in wanted if not isinstance(one, str)]:
            raise ArgumentError(f"ids must be texts, got {other[0]!r}")
        with self._opened.changing():
            numbers = np.array(sorted(self._keeping.state.numbers_of(wanted).values()), np.int64)
            self._opened.changes.change(numbers)
        return len(numbers)

    def expire(self, before: str | datetime | date) -> int:
        """Remove the articles that were certainly published before a moment; return how many there were.

        Where nothing says when an article was published it counts from when it was added.

        Raises:
            ArgumentError: `before` is no time.
        """
        moment = parse(before)
        if moment is None:
            raise ArgumentError(f"before must be a date or time, got {before!r}")
        with self._opened.changing():
            live = self._keeping.state.where("live")
            numbers = live[self._keeping.state.of("hi", live) < since_epoch(moment.lo)]
            self._opened.changes.change(numbers)
            self._keeping.tidy()
        return len(numbers)

    def relearn(self, articles: object = None, *, furniture: Furniture | None = None) -> None:
        """Replace the furniture, and read all articles again without it; `changes` tells what that changed.

        All is done at once, or nothing: memory must hold the texts of all articles.

        Args:
            articles: The articles with their texts, if the index does not keep them; others are left alone.
            furniture: What to leave out; learned from the articles by default.

        Raises:
            ArgumentError: The text of an article that is there is missing.
        """
        with self._opened.changing():
            live = self._keeping.state.where("live").tolist()
            batch = self._texts(articles, [one.id for one in self._keeping.articles(live).values()])
            learned = learn_furniture(batch.table) if furniture is None else furniture
            self._keeping.refound(replace(self._keeping.founding, furniture=learned))
            self._opened.changes.remake(self._arrive(batch))

    def _texts(self, articles: object, names: list[str]) -> Batch:
        """Return the articles of these ids with their texts."""
        if articles is None and self._keeping.founding.keep_text:
            numbers = list(self._keeping.state.numbers_of(names).values())
            articles = list(self._keeping.articles(numbers).values())
        if articles is None:
            raise ArgumentError("articles must be given to relearn: the index does not keep texts")
        batch = self._batch(articles)
        row_of = dict(zip(batch.table["id"].to_pylist(), range(len(batch)), strict=True))
        missing = sorted(set(names) - set(row_of))
        if missing:
            raise ArgumentError(
                f"articles must have all that are in the index, {len(missing)} are missing: {missing[0]!r}"
            )
        return Batch(batch.table.take([row_of[name] for name in names]))

    def to_datasketch(self, storage_config: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - imported late
        """Return a `datasketch.MinHashLSH` with the signatures of all articles, by id as bytes.

        Args:
            storage_config: Where it keeps them, as datasketch takes it: in memory by default, or in Redis or
                Cassandra. Nothing is pickled.
        """
        plan = plan_of(self.settings)
        with self._opened.looking():
            return minhash.fill_datasketch(
                answering.signatures(self._keeping),
                bands=plan.bands,
                rows=plan.rows,
                num_perm=self.settings.num_perm,
                seed=self.settings.seed,
                storage_config=storage_config,
            )

    def _given(self, articles: object, fields: Mapping[str, str] | None) -> tuple[Batch | Values, bool]:
        """Return articles in the form in which they can be read, and whether it was one."""
        single = isinstance(articles, Article) or (isinstance(articles, Mapping) and unwrap(articles) is None)
        if single and fields is None and self._zones is None and (values := plain(articles)):
            return values, True
        return self._batch([articles] if single else articles, fields), single

    def _batch(self, articles: object, fields: Mapping[str, str] | None = None) -> Batch:
        return article.coerce(articles, fields, one_by_one=True).in_zones(self._zones)

    def _arrive(self, given: Batch | Values) -> Arrivals:
        keep_text = self._keeping.founding.keep_text
        if isinstance(given, Batch):
            return arrive(given, self.settings, self.furniture, self._opened.crew, keep_text=keep_text)
        return arrive_plain(given, self.settings, self.furniture, keep_text=keep_text)

    @contextmanager
    def _arriving(self, given: Batch | Values, turn: Callable[[], AbstractContextManager[None]]) -> Iterator[Arrivals]:
        """Read articles, then take a turn at the index; again if another process has replaced the furniture."""
        with self._opened.turn(), uncollected():
            furniture, arrivals = self.furniture, self._arrive(given)
            with turn():
                yield arrivals if self.furniture is furniture else self._arrive(given)

    # Questions

    def __len__(self) -> int:
        with self._opened.looking():
            return len(self._keeping.state.where("live"))

    def __contains__(self, name: object) -> bool:
        with self._opened.looking():
            return isinstance(name, str) and name in self._keeping.state.numbers_of([name])

    def article(self, name: str) -> Article | None:
        """Return the article with this id, its text None unless the index keeps it; None where there is none."""
        with self._opened.looking():
            number = self._keeping.state.numbers_of([name]).get(name)
            return None if number is None else self._keeping.articles([number])[number]

    def story_of(self, name: str) -> int | None:
        """Return the story of the article with this id; None where there is none."""
        with self._opened.looking():
            number = self._keeping.state.numbers_of([name]).get(name)
            return None if number is None else int(self._keeping.state.of("story", np.array([number]))[0])

    def story(self, story: int) -> Story | None:
        """Return a story; None where there is none of this id, as after it was merged into another.

        Raises:
            ArgumentError: It is no whole number.
        """
        number = _integer("story", story)
        with self._opened.looking():
            found = answering.stories(self._keeping, [number] if 0 < number < 1 << 32 else [])
        return found[0] if found else None

    def stories(self, *, least: int = 2) -> Iterator[Story]:
        """Yield the stories of at least so many articles, the oldest first, as they are now."""
        with self._opened.looking():
            wanted = answering.stories_of_size(self._keeping.state, least)
        for start in range(0, len(wanted), 1000):
            with self._opened.looking():
                found = answering.stories(self._keeping, wanted[start : start + 1000])
            yield from found

    def changes(self, since: int = 0) -> Iterator[Change]:
        """Give what happened after a cursor, in order; what happens meanwhile may be missing.

        Raises:
            ArgumentError: The feed does not reach back that far: begin with `stories` and go on from `cursor`. Or it is
                no whole number.
        """
        since = min(_integer("since", since), 1 << 62)
        with self._opened.looking():
            if since + 1 < self._keeping.lows["change"]:
                raise ArgumentError(
                    f"since must be at least {self._keeping.lows['change'] - 1}, the feed reaches back no further, "
                    f"got {since!r}"
                )
            found = answering.changes(self._keeping, since)
        return iter(found)

    @property
    def cursor(self) -> int:
        """The cursor of the last change."""
        with self._opened.looking():
            return self._keeping.numbers["change"] - 1

    @property
    def capped(self) -> int:
        """Articles for which a cap left out candidates, since the index was opened; 0 means nothing was left out."""
        return self._keeping.state.capped

    def result(self) -> Result:
        """Return all articles and clusters as `find_duplicates` does; texts are None unless the index keeps them."""
        with self._opened.looking():
            return answering.result(self._keeping, self._opened.matching, self._rule)

    def stats(self) -> dict[str, int]:
        """Return numbers by name: articles, stories, pairs, bytes on disk and in memory."""
        with self._opened.looking():
            return answering.stats(self._keeping)

    def check(self) -> list[str]:
        """Return what is wrong with the index, in words; nothing if all is well."""
        with self._opened.looking():
            return answering.check(self._keeping, self._opened.matching)

    def compact(self) -> None:
        """Give the space of what was removed back to the system; takes a while and that much space again."""
        self._opened.compact()


def _integer(name: str, value: object) -> int:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ArgumentError(f"{name} must be a whole number, got {value!r}") from None
