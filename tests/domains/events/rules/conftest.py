"""A browser, and the page that checks a draw in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from guildhall.domains.events.pages import TEMPLATE
from tests import browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as made:
        yield made


@pytest.fixture(scope="module")
def offline(chromium: Browser) -> Iterator[Page]:
    """The page as a file on somebody's disk, without a network."""
    context = chromium.new_context(locale="en-GB", offline=True)
    page = context.new_page()
    page.goto(TEMPLATE.as_uri())
    yield page
    context.close()
