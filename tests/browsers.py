"""A real browser for tests: Chromium as Debian packages it, without a window."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright comes with the extra 'dev'")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """Where a Chromium is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def opened() -> Iterator[Browser]:
    """Open the browser, or skip; CI has one, so there a missing one fails."""
    path = found()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing: apt-get install chromium")
        pytest.skip("there is no chromium: apt-get install chromium")
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.getuid() == 0 else [])
        yield browser
        browser.close()


def watched(page: Page) -> list[str]:
    """Collect whatever the page complains of, asks for, or tries to load."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: complaints.append(f"popup: {popup.url}"))
    page.on(
        "request",
        lambda request: request.url.startswith(("file:", "blob:")) or complaints.append(f"request: {request.url}"),
    )
    return complaints
