#!/usr/bin/env python3
"""Draw the report of the bundled newsroom as a browser shows it.

    python tools/draw_report.py [--out docs/pictures/report.png]

Needs Chromium (`apt-get install chromium`) and the packages of the tests.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import dedup

ROOT = Path(__file__).resolve().parent.parent
SHOWN = "#cluster-1"


def main() -> None:
    """Write the report of the newsroom, open it, and take its picture."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures" / "report.png")
    args = ask.parse_args()
    result = dedup.find_duplicates(ROOT / "examples" / "newsroom.jsonl")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        path = Path(folder) / "report.html"
        dedup.write_report(result, path, title="A week in the newsroom")
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1640}, color_scheme="light")
        page.goto(path.as_uri() + SHOWN)
        page.wait_for_selector("#compare .row:not(.head)")
        page.click(".members button.right")
        page.mouse.move(0, 0)
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        page.screenshot(path=args.out)
        browser.close()


if __name__ == "__main__":
    main()
