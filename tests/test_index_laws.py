"""Law 4: an index has the clusters of a batch run over what is there, whatever came and went, in whatever order."""

from __future__ import annotations

import tempfile
from pathlib import Path

import index_kit
import newsrooms
import postgres_kit
import pytest
from effort import examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import dedup
from dedup.stages import furniture
from dedup.stores import MemoryStore

pytestmark = pytest.mark.kernels

QUICK = dedup.Settings(num_perm=32)
SETUPS = [
    QUICK,
    dedup.Settings(num_perm=32, window="90m"),
    dedup.Settings(num_perm=16, threshold=0.6, recall=0.8, shingle_size=3, revisions=True),
]
BOUNDS = ["2025-03-04T09:00:00Z", "2025-03-04T12:00:00Z", "2025-03-05", "2025-03-07"]


class Follower:
    """A table of stories as a consumer of the feed keeps it."""

    def __init__(self) -> None:
        self.cursor = 0
        self.story_of: dict[str, int] = {}
        self.canonical: dict[int, str] = {}

    def follow(self, index: dedup.Index) -> None:
        for change in index.changes(since=self.cursor):
            assert change.cursor > self.cursor
            self.cursor = change.cursor
            if change.kind == "canonical":
                self.canonical[change.story] = change.ids[0]
            elif change.kind == "replaced":
                assert self.story_of[change.ids[0]] == change.story
            elif change.kind == "removed":
                for name in change.ids:
                    assert self.story_of.pop(name) == change.story
            else:
                for name in change.ids:
                    assert self.story_of.get(name) == change.other
                    self.story_of[name] = change.story
            if change.kind in {"created", "split"}:
                assert sum(story == change.story for story in self.story_of.values()) == len(change.ids)
                self.canonical[change.story] = change.ids[0] if len(change.ids) == 1 else ""
            if change.kind == "merged":
                assert change.other not in self.story_of.values(), change


class OneByOne(RuleBasedStateMachine):
    """An index, and a dict of the articles that should be there."""

    def open(self) -> dedup.Index:
        raise NotImplementedError

    @initialize(
        room=newsrooms.newsrooms(with_ids=True, most_stories=2) | newsrooms.chains() | newsrooms.walls(),
        setup=st.sampled_from(SETUPS),
        learned=st.booleans(),
        order=st.randoms(use_true_random=False),
    )
    def begin(self, room, setup, learned, order) -> None:
        order.shuffle(room)
        self.room = room
        self.setup = setup
        self.furniture = dedup.learn_furniture(room) if learned else dedup.Furniture.load(EMPTY)
        self.there: dict[str, dict] = {}
        self.index = self.open()
        self.follower = Follower()

    def teardown(self) -> None:
        if hasattr(self, "index"):
            self.index.close()

    @precondition(lambda self: self.room)
    @rule(count=st.integers(1, 6))
    def add(self, count) -> None:
        lot, self.room = self.room[:count], self.room[count:]
        answers = self.index.add(lot)
        self.there |= {article["id"]: article for article in lot}
        assert [answer.id for answer in answers] == [article["id"] for article in lot]
        for answer in answers:
            assert answer.story == self.index.story_of(answer.id)
            assert (answer.status == "new") == (not answer.matches)

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def add_again(self, data) -> None:
        name = data.draw(st.sampled_from(sorted(self.there)))
        cursor = self.index.cursor
        answer = self.index.add(self.there[name])
        assert answer.status == "known"
        assert self.index.cursor == cursor

    @precondition(lambda self: len(self.there) > 1)
    @rule(data=st.data())
    def replace(self, data) -> None:
        one, two = (data.draw(st.sampled_from(sorted(self.there))) for _ in range(2))
        self.there[one] = {**self.there[two], "id": one}
        self.index.add(self.there[one])

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def remove(self, data) -> None:
        names = data.draw(st.lists(st.sampled_from(sorted(self.there)), min_size=1, max_size=3, unique=True))
        assert self.index.remove([*names, "nobody"]) == len(names)
        for name in names:
            self.room.append(self.there.pop(name))

    @precondition(lambda self: len(self.there) > 3)
    @rule(before=st.sampled_from(BOUNDS))
    def expire(self, before) -> None:
        limit = dedup.Article(published=before).time.lo
        old = [
            name
            for name, article in self.there.items()
            if (time := dedup.Article(published=article.get("published"), fetched=article.get("fetched")).time)
            and time.hi < limit
        ]
        assert self.index.expire(before) == len(old)
        for name in old:
            del self.there[name]

    @precondition(lambda self: self.room)
    @rule()
    def query(self) -> None:
        cursor = self.index.cursor
        asked = self.index.query(self.room[0])
        assert self.index.cursor == cursor
        told = self.index.add(self.room[0])
        self.there[told.id] = self.room.pop(0)
        # A copy that takes the place of the one that stood for its text is judged again, the first time as a guest.
        if asked.status != "copy":
            assert list(asked.matches) == [match for match in told.matches if match.relation != "identical"] or any(
                match.relation == "identical" for match in told.matches
            )

    @rule()
    def compact(self) -> None:
        self.index.compact()

    @invariant()
    def is_as_a_batch(self) -> None:
        if not hasattr(self, "index"):
            return
        batch = dedup.find_duplicates(
            list(self.there.values()), self.setup, canonical=dedup.earliest, furniture=self.furniture
        )
        assert batch.capped == self.index.capped == 0
        mine = self.index.result()
        assert [cluster.ids for cluster in mine.clusters] == [cluster.ids for cluster in batch.clusters]
        assert mine.matches == batch.matches
        for cluster, other in zip(mine.clusters, batch.clusters, strict=True):
            assert cluster.matches == other.matches
            assert (cluster.centre.id, cluster.canonical.id) == (other.centre.id, other.canonical.id)
        stories = {story.ids: story for story in self.index.stories()}
        assert set(stories) == {cluster.ids for cluster in batch.clusters}
        for cluster in batch.clusters:
            assert stories[cluster.ids].canonical.id == cluster.canonical.id
        assert len(self.index) == len(self.there)
        assert self.index.check() == []
        self.follower.follow(self.index)
        assert self.follower.story_of == {name: self.index.story_of(name) for name in self.there}
        for story in stories.values():
            assert self.follower.canonical[story.id] == story.canonical.id


EMPTY = Path(tempfile.mkdtemp()) / "none.npz"
furniture.NONE.save(EMPTY)


class InMemory(OneByOne):
    def open(self) -> dedup.Index:
        return dedup.Index(MemoryStore(), self.setup, furniture=self.furniture)


class Shared(OneByOne):
    """The same in a store that is opened again, and by two indexes that take turns."""

    kind = ""

    def open(self) -> dedup.Index:
        self.folder = tempfile.TemporaryDirectory()
        self.other = dedup.Index(self.store(), self.setup, furniture=self.furniture)
        return dedup.Index(self.store())

    def store(self):
        return index_kit.opening(self.kind, Path(self.folder.name))

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "other"):
            self.other.close()
            self.folder.cleanup()

    @rule()
    def reopen(self) -> None:
        self.index.close()
        self.index = dedup.Index(self.store(), self.setup)

    @rule()
    def take_turns(self) -> None:
        self.index, self.other = self.other, self.index


class InFile(Shared):
    kind = "sqlite"


class InPostgres(Shared):
    kind = "postgres"


some = examples(40, uncompiled=3)
TestInMemory = InMemory.TestCase
TestInMemory.settings = settings(max_examples=some, stateful_step_count=15)
TestInFile = pytest.mark.full(InFile.TestCase)
TestInFile.settings = settings(max_examples=some, stateful_step_count=15)
TestInPostgres = pytest.mark.full(InPostgres.TestCase)
TestInPostgres.settings = settings(max_examples=some // 2 + 1, stateful_step_count=10)


@pytest.fixture(autouse=True)
def server(request):
    """Skip what needs PostgreSQL where there is none."""
    if request.cls is TestInPostgres:
        postgres_kit.url()
