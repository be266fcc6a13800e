"""A browser for the tests of pages: this machine's Chromium, driven by Playwright.

Where there is none the tests say so and skip, except where GUILDHALL_TESTS_BROWSER=required: there they fail.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATH = f"{os.environ.get('PATH', '')}:/usr/bin:/usr/local/bin"
PATIENCE = 60_000  # milliseconds
MISSING = "There is no Chromium here (Debian: apt install chromium)"


def program() -> str | None:
    """Where the browser is."""
    return next(filter(None, (shutil.which(name, path=PATH) for name in NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window, for tests that are not async; skips the test, or fails it, where there is none."""
    path = program()
    if path is None:
        if os.environ.get("GUILDHALL_TESTS_BROWSER") == "required":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0)
        try:
            yield browser
        finally:
            browser.close()
