"""Refusals about jobs."""

from guildhall.core.errors import Conflict, NotFound


class JobNotFound(NotFound):
    code, en, sv = "job_not_found", "There is no such job any more", "Jobbet finns inte längre"


class JobRuns(Conflict):
    code, en, sv = "job_runs", "The job is running right now", "Jobbet körs just nu"


class JobIsOver(Conflict):
    code, en, sv = "job_is_over", "The job does not wait any more", "Jobbet väntar inte längre"
