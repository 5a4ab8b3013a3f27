"""The report in a real browser, by clicks and keys."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING

import browsers
import pytest
from stories import sentences, story

import dedup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.full
WHOLE = story(1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from browsers.opened()


@pytest.fixture(scope="module")
def report_path(newsroom: dedup.Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    dedup.write_report(newsroom, path, title="The newsroom")
    return path


def opened(browser: Browser, path: Path, width: int = 1280, height: int = 900, **rest: str) -> tuple[Page, list[str]]:
    """Open a report: its page, and a list to which whatever goes wrong is added."""
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True, **rest)
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints = browsers.watched(page)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    return page, complaints


@pytest.fixture
def page(browser: Browser, report_path: Path) -> Iterator[Page]:
    made, complaints = opened(browser, report_path)
    yield made
    assert complaints == []
    made.context.close()


def names(page: Page) -> list[str]:
    return page.locator("#clusters .name").all_inner_texts()


def go_to(page: Page, sought: str) -> None:
    """Search for a cluster and open it."""
    page.fill("#search", sought)
    page.click("#clusters button")
    page.wait_for_selector("#compare .row:not(.head)")


def test_the_overview_shows_the_numbers_of_the_run(page, newsroom):
    shown = page.inner_text("#detail")
    for name in ("articles", "clusters", "copies"):
        assert str(newsroom.counts[name]) in shown
    assert page.title() == "The newsroom"
    assert page.inner_text("#count") == "18 clusters of 18"
    page.click("button:has-text('Meridian Press Agency')")
    expected = [one for one in newsroom.clusters if any(m.source == "Meridian Press Agency" for m in one.members)]
    assert len(names(page)) == len(expected)


def test_search_and_filters_choose_clusters(page, newsroom):
    page.fill("#search", "FERRY nw-")
    assert names(page) == [next(one.canonical.title for one in newsroom.clusters if "nw-ferry" in one.ids)]
    page.fill("#search", "")
    page.fill("#least", "4")
    assert len(names(page)) == sum(len(one) >= 4 for one in newsroom.clusters)
    page.fill("#least", "2")
    page.select_option("#relation", "excerpt")
    excerpts = [one for one in newsroom.clusters if any(match.relation == "excerpt" for match in one.matches)]
    assert len(names(page)) == len(excerpts)
    page.select_option("#relation", "")
    page.select_option("#sort", "weakest")
    weakest = min(newsroom.clusters, key=lambda one: one.weakest)
    assert names(page)[0] == weakest.canonical.title
    page.select_option("#show", "warned")
    assert len(names(page)) == sum(bool(one.warnings) for one in newsroom.clusters)
    page.fill("#search", "no such thing")
    assert page.inner_text("#count") == "0 clusters of 18"


def test_a_cluster_shows_time_members_and_differences(page, newsroom):
    go_to(page, "nw-cup")
    cluster = next(one for one in newsroom.clusters if "nw-cup" in one.ids)
    assert page.locator(".members > li").count() == page.locator(".track").count() == len(cluster)
    assert page.locator(".members .badge.kept").count() == 1
    assert "95.3% of the shorter text stands in the other" in page.inner_text(".members")
    assert "on Saturday" in page.locator("#compare del, #compare ins").all_inner_texts()
    assert "yesterday" in page.locator("#compare del, #compare ins").all_inner_texts()
    before = page.locator("#compare .row:not(.same)").first.inner_text()
    folded = page.locator("#compare .row.same button")
    count = folded.count()
    folded.first.click()
    assert page.locator("#compare .row.same button").count() == count - 1
    page.click("button[aria-label='Swap the two']")
    page.wait_for_selector("#compare .row:not(.head)")
    assert page.locator("#compare .row:not(.same)").first.inner_text() != before
    page.locator(".members > li").nth(0).get_by_text("Show the text").click()
    assert page.locator(".members .text").count() == 1
    one = cluster.members[0]
    assert page.inner_text(".members .text").split() == (one.text or "").split()


def test_any_two_can_be_compared(page):
    go_to(page, "ferry")
    page.select_option("#side-a", label="Coast 9 \N{EN DASH} coast9-ferry")
    page.select_option("#side-b", label="Lantern Online \N{EN DASH} lantern-ferry")
    page.wait_for_selector("#compare .row:not(.head)")
    assert page.locator("#compare .row.head").inner_text().split("\n") == [
        "Coast 9 \N{EN DASH} coast9-ferry",
        "Lantern Online \N{EN DASH} lantern-ferry",
    ]
    page.select_option("#side-b", label="Coast 9 \N{EN DASH} coast9-ferry")
    page.wait_for_selector("#compare .row")
    assert page.locator("#compare del, #compare ins").count() == 0


def test_labels_are_made_by_clicks_and_exported(page, newsroom, newsroom_path, tmp_path):
    assert page.locator("#export").is_disabled()
    go_to(page, "nw-cup")
    page.locator(".members button.wrong").first.click()
    pressed = page.locator("button[aria-pressed='true']")
    # The pair of the first member and the centre is the one that is compared, too.
    assert [made.get_attribute("class") for made in pressed.all()] == ["wrong", "wrong"]
    go_to(page, "ferry")
    for number in (0, 1):
        page.locator(".members button.right").nth(number).click()
    page.locator(".members button.right").nth(1).click()  # taken back
    assert page.inner_text("#labelled") == "2 labels"
    assert {made.get_attribute("class") for made in pressed.all()} == {"right"}
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.inner_text("#labelled") == "2 labels"
    with page.expect_download() as waiting:
        page.click("#export")
    path = tmp_path / "labels.jsonl"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename == "labels.jsonl"
    labels = dedup.Labels.read(path).pairs
    assert labels.pop(("norvick-cup", "nw-cup")) is False
    assert list(labels.values()) == [True]
    ferry = next(one for one in newsroom.clusters if "nw-ferry" in one.ids)
    assert {ferry.centre.id} < set(next(iter(labels))) < set(ferry.ids)
    scored = dedup.evaluate(newsroom, path)
    assert (scored.pairwise.precision.hits, scored.pairwise.precision.total) == (1, 2)
    corrected = dedup.find_duplicates(newsroom_path, links=path)
    assert not any({"norvick-cup", "nw-cup"} <= set(one.ids) for one in corrected.clusters)


def test_keys_do_it_all(page):
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Tab")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.wait_for_selector("#compare .row:not(.head)")
    first = page.inner_text("#detail h2")
    page.keyboard.press("r")
    assert page.inner_text("#labelled") == "1 label"
    page.keyboard.press("j")
    page.wait_for_function("first => document.querySelector('#detail h2').textContent !== first", arg=first)
    page.keyboard.press("k")
    page.wait_for_function("first => document.querySelector('#detail h2').textContent === first", arg=first)
    page.keyboard.press("o")
    page.wait_for_selector("#detail h2:text('Overview')")


def test_everything_has_a_name_and_enough_contrast(page):
    go_to(page, "nw-cup")
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, input, select, a")].filter((one) =>
            !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length))
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []
    faint = page.evaluate(
        """() => {
        const parse = (text) => text.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
            .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
            .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
        const behind = (one) => {
            for (let at = one; at; at = at.parentElement) {
                const colour = parse(getComputedStyle(at).backgroundColor);
                if (colour.length < 4 || colour[3] > 0) return colour;
            }
            return [255, 255, 255];
        };
        const found = [];
        for (const one of document.querySelectorAll("body *")) {
            if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
            if (!one.checkVisibility() || one.disabled || /SCRIPT|STYLE|NOSCRIPT|OPTION/.test(one.tagName)) continue;
            const [a, b] = [light(parse(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5) found.push(one.outerHTML.slice(0, 120));
        }
        return found;
    }"""
    )
    assert faint == []


@pytest.mark.parametrize("width", [390, 320])
def test_it_fits_a_phone_and_paper(browser, report_path, width):
    page, complaints = opened(browser, report_path, width, 844)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    go_to(page, "brightwater-dam")
    assert page.evaluate(fits)
    assert not page.locator("#side").is_visible()
    page.click("text=← All clusters")
    page.wait_for_selector("#side", state="visible")
    page.emulate_media(media="print")
    assert not page.locator("#side").is_visible()
    assert complaints == []
    page.context.close()


HOSTILE = {
    "script": "<script>document.title='owned'</script>",
    "image": "<img src=x onerror=\"document.title='owned'\">",
    "end": "</script><svg onload=alert(1)>",
    "template": "${alert(1)} {{constructor.constructor('alert(1)')()}}",
    "override": "\u202eslaip\u2066 \u200f",
}


def test_hostile_articles_run_nothing(browser, tmp_path):
    long = "<b>" * 333_333
    articles = [
        {
            "id": f"{name} {copy} {text}",
            "title": text if number else long,
            "source": text,
            "url": f"javascript:document.title='owned'//{number}{copy}" if copy else "data:text/html,<script>",
            "published": text,
            "text": f"{story(number)} {text} {'changed' * copy}",
        }
        for number, (name, text) in enumerate(HOSTILE.items())
        for copy in range(2)
    ]
    articles += [
        {"id": f"long {copy}", "text": f"{story(50)} " * 600 + "end" * copy, "title": long} for copy in range(2)
    ]
    dedup.write_report(dedup.find_duplicates(articles), tmp_path / "hostile.html", title=HOSTILE["end"])
    page, complaints = opened(browser, tmp_path / "hostile.html")
    title = page.title()
    assert title == HOSTILE["end"]
    count = len(names(page))
    assert count == len(HOSTILE) + 1
    for number in range(count):
        page.locator("#clusters button").nth(number).click()
        page.wait_for_selector("#compare .row:not(.head)")
        while (folded := page.get_by_text("Show the text")).count():
            folded.first.click()
        assert page.locator("#detail script, #detail img, #detail svg, #detail b:not(.strength b)").count() == 0
        assert page.locator("#detail a:not([href^='http'])").count() == 0
    overrides = page.evaluate(
        "[...document.querySelectorAll('#clusters .name')].every((one) => one.firstElementChild.tagName === 'BDI')"
    )
    assert overrides
    assert page.title() == title
    assert complaints == []
    page.context.close()


def test_large_clusters_show_what_is_asked_for(browser, tmp_path):
    articles = [
        {"id": f"n{number:03}", "title": sentences(number)[0], "text": f"{WHOLE} {sentences(number)[1]}"}
        for number in range(130)
    ]
    for number in range(70):
        articles += [{"id": f"{kind}{number}", "text": story(100 + number)} for kind in "pq"]
    dedup.write_report(dedup.find_duplicates(articles), tmp_path / "large.html")
    page, complaints = opened(browser, tmp_path / "large.html")
    assert len(names(page)) == 60
    page.click("#more")
    assert len(names(page)) == 71
    assert not page.locator("#more").is_visible()
    page.locator("#clusters button").first.click()
    page.wait_for_selector("#compare .row:not(.head)")
    assert page.locator(".members > li").count() == 40
    page.locator(".members ~ .more").click()
    assert page.locator(".members > li").count() == 130
    assert complaints == []
    page.context.close()


DIFFERENCES = [
    ("one two three", "one two three"),
    ("", "one two"),
    ("Ferry runs again.", "FERRY RUNS, again!"),
    ("a b c d e f", "a x c e f g"),
    ("港日電 船来", "港電 船去来"),
    (" ".join(sentences(5, 400)), " ".join([*sentences(5, 150), "Something else.", *sentences(5, 400)[170:]])),
    (" ".join(sentences(6, 100)), " ".join(sentences(7, 100))),
]


@pytest.mark.parametrize("pair", range(len(DIFFERENCES)))
def test_differences_are_exact_and_leave_nothing_out(page, pair):
    one, two = DIFFERENCES[pair]
    runs = page.evaluate(
        """([one, two]) => compareTexts(one, two).map((run) => [run.same, one.slice(...run.a), two.slice(...run.b)])""",
        [one, two],
    )

    def folded(*texts: str) -> list[list[str]]:
        return page.evaluate("(texts) => texts.map((text) => words(text).map((word) => word.key))", texts)

    of_one, of_two = folded(*(a for _, a, _ in runs)), folded(*(b for _, _, b in runs))
    assert [list(chain(*of_one)), list(chain(*of_two))] == folded(one, two)
    assert all(a == b for (same, _, _), a, b in zip(runs, of_one, of_two, strict=True) if same)
    assert all(before[0] != after[0] for before, after in pairwise(runs))
    shared = sum(len(a) for (same, _, _), a in zip(runs, of_one, strict=True) if same)
    compared = dedup.compare({"id": "a", "text": one}, {"id": "b", "text": two})
    expected = folded(*(run.a for run in compared.differences if run.kind == "equal"))
    assert shared >= 0.95 * sum(map(len, expected))
