#!/usr/bin/env python3
"""Measure the report of a run: how long it takes to write, how large it is, how long a browser takes to open it.

    python benchmarks/report.py ARTICLES [--keep report.html]

Opening is from the start of navigation until the overview and the list stand and the page is drawn; beside it the same
for an empty page, and how long the first cluster takes after a click. Needs Chromium (`apt-get install chromium`).
"""

from __future__ import annotations

import argparse
import pathlib
import shutil
import tempfile
import time

from playwright.sync_api import Page, sync_playwright

import dedup

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"


def opened(page: Page, path: pathlib.Path, ready: str) -> float:
    """Return seconds from the start of navigation until the page is drawn."""
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_selector(ready, state="attached")
    return float(page.evaluate(DRAWN)) / 1000


def main() -> None:
    """Run, write, open, print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("articles")
    ask.add_argument("--keep", type=pathlib.Path, help="write the report here")
    args = ask.parse_args()
    result = dedup.find_duplicates(args.articles)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        path = args.keep or pathlib.Path(folder) / "report.html"
        start = time.process_time()
        dedup.write_report(result, path)
        wrote = time.process_time() - start
        run = sum(result.seconds.values())
        print(f"{len(result.batch):,} articles, {len(result.clusters):,} clusters; the run took {run:.1f} s")
        print(f"report written in {wrote:.1f} s of CPU time, {path.stat().st_size / 1e6:.1f} MB")
        empty = pathlib.Path(folder) / "empty.html"
        empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        baseline = opened(page, empty, "title")
        seconds = sorted(opened(page, path, "html[data-ready]") for _ in range(3))
        print(
            f"opens in {seconds[1]:.2f} s ({', '.join(f'{one:.2f}' for one in seconds)}; an empty page {baseline:.2f})"
        )
        before = float(page.evaluate("performance.now()"))
        page.click("#clusters button")
        page.wait_for_selector("#compare .row:not(.head)")
        print(f"first cluster after {(float(page.evaluate(DRAWN)) - before) / 1000:.2f} s")
        browser.close()


if __name__ == "__main__":
    main()
