"""Processes that are killed while they keep files and let them go: no row is ever without its file."""

import random
import signal
from pathlib import Path

import pytest

from guildhall.core.settings import settings
from guildhall.platform.storage import store, sweeping
from guildhall.platform.storage.findings import Found
from tests.guild import Guild, configured
from tests.platform.storage.conftest import Place
from tests.platform.storage.shelves import held
from tests.platform.storage.test_files import rows
from tests.platform.storage.test_sweeping import AT_ONCE, looked
from tests.processes import Process

KILLS = 4


def killed(data: Path, storage_url: str, database_url: str, after: int) -> None:
    """A process that is killed when it has done so many things, amid some others."""
    settings = {"DATABASE_URL": database_url, "STORAGE_URL": storage_url, "SECRET_KEY": "only for tests " * 3}
    process = Process(data=data, settings=settings, module="tests.platform.storage.crashing")
    process.wait_until_it_says("done\n" * after)
    process.stop(signal.SIGKILL)


@pytest.mark.parametrize("kind", ["folder", "bucket"])
async def test_killed_whenever_no_row_is_without_its_file(
    guild: Guild, database_url: str, place: Place, tmp_path: Path, kind: str
) -> None:
    url, data = place(kind), tmp_path / "data"
    with configured(storage_url=url, data=str(data)):
        for _ in range(KILLS):
            killed(data, url, database_url, random.randrange(1, 60))
            assert (await looked(guild, checksums=True)).faults == 0
        async with guild.session() as session:
            await sweeping.mend(session, await sweeping.look(session, AT_ONCE), AT_ONCE, even_most=True)
        known = await rows(guild)
        assert await looked(guild, checksums=True) == Found(good=len(known))
        assert {key: len(content) for key, content in (await held(store().url)).items()} == known
        assert list((settings().data / "scratch").iterdir()) == []
