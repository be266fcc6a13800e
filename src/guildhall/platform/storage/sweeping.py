"""Sweeping: proving that store and table agree, and mending what killed processes left.

>>> found = await look(session)                 # counts, and says in the log what is wrong
>>> await mend(session, found)                  # removes what nobody needs

Nothing is mended that somebody may still need: a row without its file, or a file that holds something else, is told of
at error, each with its key. Both functions commit as they go, so that nothing is locked for long.
"""

from collections import Counter
from collections.abc import AsyncGenerator

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.platform.storage import comparing, leftovers, unneeded
from guildhall.platform.storage.files import clear, drop_now
from guildhall.platform.storage.findings import FAULTS, LEFT_BEHIND, Ages, Finding, Found, What
from guildhall.platform.storage.stores import store

log = structlog.get_logger(__name__)

SWEEP = "storage.sweep"
MANY = 100  # files without rows, before it matters how many have one
TOLD = 100  # faults that are told of one by one
AGES = Ages()


class WrongStore(Exception):
    """Most files of the store are none of ours: it is another guild's, or the database is an old one."""


async def sweep(session: AsyncSession) -> None:
    """The job of every night: look and mend. What cannot be mended is in the log, at error."""
    found = await look(session)
    try:
        await mend(session, found)
    except WrongStore as error:
        log.error("the store was not mended", reason=str(error))


async def look(session: AsyncSession, ages: Ages = AGES, *, checksums: bool = False) -> Found:
    """Look at every row and every file; with `checksums`, every file is read."""
    found = Found()
    async for finding in _findings(session, ages, found, checksums=checksums):
        found.counts[finding.what] += 1
        if finding.what in FAULTS and found.faults <= TOLD:
            log.error("a file is not as its row says", what=finding.what, key=finding.name, file_id=finding.file_id)
    if found.faults:
        log.error("files are missing or damaged", good=found.good, **found.counts)
    return found


async def mend(session: AsyncSession, found: Found, ages: Ages = AGES, *, even_most: bool = False) -> Counter[What]:
    """Remove what nobody needs; how many of each sort.

    Every one is looked at again. Raises WrongStore when more files would go than stay, unless `even_most` are to.
    """
    strays, mended = found.counts["stray"], Counter[What]()
    if strays > max(MANY, found.good) and not even_most:
        raise WrongStore(
            f"nothing is removed: {strays} files have no row, and only {found.good} have one. "
            "If that is right, `storage check --even-most` removes them"
        )
    if not any(found.counts[what] for what in LEFT_BEHIND):
        return mended
    async for finding in _findings(session, ages, Found()):
        mended[finding.what] += await _mend(session, finding)
        await session.commit()
    return +mended


async def _findings(
    session: AsyncSession, ages: Ages, found: Found, *, checksums: bool = False
) -> AsyncGenerator[Finding]:
    place = store()
    async for finding in unneeded.rows(session, ages.rows):
        yield finding
    async for finding in comparing.differences(session, place, ages.files, found, checksums=checksums):
        yield finding
    async for finding in leftovers.on_the_way(place, ages.files):
        yield finding
    async for finding in leftovers.scratch(ages.files):
        yield finding


async def _mend(session: AsyncSession, finding: Finding) -> bool:
    match finding.what:
        case "stray":
            return await clear(session, finding.name)
        case "unneeded":
            await drop_now(session, file_id=finding.file_id)
        case "unfinished" | "leftover":
            await leftovers.remove(store(), finding)
        case _:
            return False
    return True
