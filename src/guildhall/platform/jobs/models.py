"""Why jobs failed. The jobs themselves are in procrastinate's own tables."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL

from guildhall.core import clock
from guildhall.core.database import Base


class JobTrouble(Base):
    """What went wrong when a job was last tried, how often it has failed, and how many workers ended over it."""

    __tablename__ = "job_troubles"

    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    error: Mapped[str]
    failures: Mapped[int] = mapped_column(server_default="0", default=0)
    deaths: Mapped[int] = mapped_column(server_default="0", default=0)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)


# Procrastinate's tables are not among our models, so the database is told by itself.
GOES_WITH_ITS_JOB = """
ALTER TABLE job_troubles ADD CONSTRAINT job_troubles_job_id_fkey
    FOREIGN KEY (job_id) REFERENCES procrastinate_jobs (id) ON DELETE CASCADE
"""
# Without these a look for the jobs of a line, or of a name, reads every job that waits.
BY_LINE = "CREATE INDEX jobs_line_idx ON procrastinate_jobs (lock, id) WHERE status IN ('todo', 'doing')"
BY_NAME = "CREATE INDEX jobs_name_idx ON procrastinate_jobs (task_name) WHERE status = 'todo'"
# Who stands next in line may wait in another queue; its workers are told as if the job had just come.
CALL_THE_NEXT = """
CREATE FUNCTION call_the_next_in_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('procrastinate_queue_v1#' || queue_name,
        json_build_object('type', 'job_inserted', 'job_id', id)::text)
    FROM procrastinate_jobs WHERE lock = OLD.lock AND status = 'todo' ORDER BY id LIMIT 1;
    RETURN NULL;
END $$;
CREATE TRIGGER call_the_next_in_line AFTER DELETE OR UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.lock IS NOT NULL AND OLD.status = 'doing') EXECUTE FUNCTION call_the_next_in_line()
"""
event.listen(JobTrouble.__table__, "after_create", DDL(GOES_WITH_ITS_JOB))
for made in (BY_LINE, BY_NAME, CALL_THE_NEXT):
    event.listen(Base.metadata, "after_create", DDL(made))
