"""What the tests of the outside world share."""

from collections.abc import AsyncIterator

import pytest

from guildhall.platform.mail import connections
from tests.guild import configured
from tests.sinks import Sink


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """The relay of the guild: a mail server that takes everything, unless it is told otherwise."""
    with Sink() as relay, configured(smtp_url=relay.url):
        yield relay
        await connections.close_all()
