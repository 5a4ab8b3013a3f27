"""The recipes of the page on streaming, taken from there and run."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from stories import story

import dedup

PAGE = (Path(__file__).parent.parent / "docs" / "how-to" / "streaming.md").read_text(encoding="utf-8")


def recipe(name: str) -> dict[str, object]:
    """Run the code of one recipe; return what it defines."""
    (section,) = re.findall(rf"(?ms)^### {name}\n(.*?)(?=^### |\Z)", PAGE)
    (code,) = re.findall(r"(?ms)^```python\n(?!>>>)(.*?)^```", section)
    found: dict[str, object] = {}
    exec(code, found)  # noqa: S102 - our own page
    return found


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Harbour</title>
<item><guid>a</guid><title>Ferry</title><link>https://example.org/a</link><description>{}</description></item>
<item><guid>b</guid><title>Ferry</title><link>https://example.org/b</link><description>{}</description></item>
<item><guid>c</guid><title>Rain</title><link>https://example.org/c</link><description>{}</description></item>
</channel></rss>"""


def test_a_feed_again_and_again():
    visit = recipe("A feed, again and again")["visit"]
    feed = FEED.format(story(1), story(1), story(2))
    with dedup.Index() as index:
        assert [entry.id for entry in visit(index, [feed])] == ["a", "c"]
        assert visit(index, [feed, feed]) == []
        assert len(index) == 3


def test_a_pipeline_of_scrapy(tmp_path):
    pipeline = recipe("A pipeline of Scrapy")["StoryPipeline"](tmp_path / "news.db")
    pipeline.open_spider(None)
    items = [{"id": name, "text": text} for name, text in (("a", story(1)), ("b", story(2)), ("c", story(1)))]
    done = [pipeline.process_item(item, None) for item in items]
    pipeline.close_spider(None)
    assert [(item["story"], item["status"]) for item in done] == [(1, "new"), (2, "new"), (1, "copy")]


def test_asyncio(capsys):
    consume = recipe("asyncio")["consume"]

    async def run() -> None:
        queue: asyncio.Queue[object] = asyncio.Queue()
        with dedup.Index() as index:
            for name in ("a", "b"):
                queue.put_nowait({"id": name, "text": story(1)})
            task = asyncio.create_task(consume(queue, index))
            await asyncio.sleep(0)
            await queue.put(None)
            await task

    asyncio.run(run())
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [["a", "1"], ["b", "1"]]


@pytest.mark.parametrize("kind", ["created", "joined", "merged", "split", "canonical", "replaced", "removed"])
def test_every_kind_of_change_is_explained(kind):
    assert re.search(rf"(?m)^\| `{kind}` \| ", PAGE)
