"""Workers as an operator runs them: beside the API, alone, for some queues only."""

from pathlib import Path

import pytest

from guildhall.app import worker
from tests.guild import configured
from tests.processes import Process


def a_worker(database_url: str, data: Path, *options: str, **settings: str) -> Process:
    environment = {"DATABASE_URL": database_url} | {name.upper(): value for name, value in settings.items()}
    return Process("worker", *options, data=data, settings=environment)


def test_a_worker_starts_and_stops_calmly(database_url: str, tmp_path: Path) -> None:
    process = a_worker(database_url, tmp_path / "data", "--queues", "default, default")
    process.wait_until_it_says("Working (process ")
    assert process.stop() == 0
    assert "Traceback" not in process.said


@pytest.mark.parametrize(
    ("options", "settings"), [(["--queues", "default,nothing"], {}), ([], {"worker_queues": "nothing=3"})]
)
def test_a_queue_that_nobody_has_is_told_in_words(
    database_url: str, tmp_path: Path, options: list[str], settings: dict[str, str]
) -> None:
    process = a_worker(database_url, tmp_path / "data", *options, **settings)
    assert process.wait() == 1
    assert "guildhall: there is no queue nothing; there are " in process.said


@pytest.mark.parametrize("words", ["mail", "mail=0", "mail=100", "mail=-1", "=3", "mail=3;push=2"])
def test_a_limit_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="is not a queue and a number below 100"), configured(worker_queues=words):
        worker.settings()


def test_limits_are_numbers_by_queue() -> None:
    with configured(worker_queues="mail=8, push=2"):
        assert worker.settings().queue_limits == {"mail": 8, "push": 2}
