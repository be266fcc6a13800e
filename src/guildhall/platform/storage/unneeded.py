"""Rows of files that nobody refers to, found by every foreign key there is."""

from collections.abc import AsyncGenerator
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.platform.storage.findings import Finding
from guildhall.platform.storage.models import key_of

PAGE = 1000
# Quoted by the database itself: `documents AS other WHERE other.file_id = file.id`.
_REFERRERS = text("""
SELECT format('%s AS other WHERE other.%I = file.id', conrelid::regclass, attname)
FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND confrelid = 'stored_files'::regclass ORDER BY 1
""")
_PAGE = """
SELECT file.id, kind, sha256 FROM stored_files AS file
WHERE file.id > :last AND created_at <= :before {} ORDER BY file.id LIMIT :page
"""


async def rows(session: AsyncSession, age: timedelta) -> AsyncGenerator[Finding]:
    """The rows older than `age` that nobody refers to."""
    referrers = await session.scalars(_REFERRERS)
    following = text(_PAGE.format(" ".join(f"AND NOT EXISTS (SELECT FROM {one})" for one in referrers)))
    last, before = 0, clock.now() - age
    while True:
        page = (await session.execute(following, {"last": last, "before": before, "page": PAGE})).all()
        await session.commit()
        for file_id, kind, sha256 in page:
            yield Finding("unneeded", key_of(kind, sha256), file_id)
        if len(page) < PAGE:
            return
        last = page[-1].id
