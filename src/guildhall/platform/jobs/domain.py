"""The manifest of the jobs themselves."""

from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.manifest import Domain, Job, Schedule
from guildhall.core.settings import settings
from guildhall.platform.jobs import reading


async def prune(session: AsyncSession) -> None:
    """Forget what failed long ago."""
    await reading.prune(session, settings().history_days)


domain = Domain(
    name="jobs",
    jobs=(Job("jobs.prune", prune),),
    schedules=(Schedule("41 2 * * *", "jobs.prune"),),
)
