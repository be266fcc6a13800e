"""Nothing is lost when a worker is killed or the relay is away, and nobody waits for a relay."""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.guild import Guild, configured
from tests.platform.deliveries import statuses, until_tried, waiting, work_off, worker, write
from tests.processes import Process, free_port
from tests.sinks import Sink

MANY, AT_ONCE = 200, 8
PEOPLE = [f"member{number % 100}@example.com" for number in range(MANY)]  # two mails each


def worker_process(guild: Guild, sink: Sink, folder: Path) -> Process:
    """`guildhall worker` for mail, as an operator starts it."""
    url = guild.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"], "SMTP_URL": sink.url}
    return Process("worker", "--queues", "mail", data=folder, settings=settings | {"WORKER_QUEUES": f"mail={AT_ONCE}"})


async def twenty_seconds_pass_without_a_heartbeat(guild: Guild) -> None:
    async with guild.session() as session:
        await session.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '21 seconds'"))


async def test_a_worker_that_is_killed_in_the_middle_loses_no_mail(
    guild: Guild, sink: Sink, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await write(guild, *PEOPLE[: MANY // 2], token="first")
    await write(guild, *PEOPLE[MANY // 2 :], token="second")
    sink.delay = 0.02
    doomed = worker_process(guild, sink, tmp_path)
    await sink.until(MANY // 3, patience=60)
    assert doomed.stop(signal.SIGKILL) == -signal.SIGKILL
    sink.delay = 0
    assert 0 < (await statuses(guild)).count("queued") < MANY
    await twenty_seconds_pass_without_a_heartbeat(guild)
    successor = worker_process(guild, sink, tmp_path)
    successor.wait_until_it_says("Working")
    await until_tried(guild, patience=60)
    assert successor.stop(signal.SIGTERM) == 0
    assert await statuses(guild) == ["sent"] * MANY
    came = Counter(str(mail.message["Message-ID"]) for mail in sink.received)
    twice = sum(times - 1 for times in came.values())
    with capsys.disabled():
        print(f"\n{MANY} mails, killed after {MANY // 3}: none lost, {twice} twice ({AT_ONCE} at once)")  # noqa: T201
    assert (len(came), max(came.values()) <= 2, twice <= AT_ONCE) == (MANY, True, True)
    for person in set(PEOPLE):
        order = ["second" in str(mail.message) for mail in sink.to(person)]
        assert order == sorted(order)
    assert [job for job in await waiting(guild) if job[1] == "mail"] == []


async def test_a_request_that_causes_mail_speaks_to_no_relay_and_is_the_same_when_there_is_none(
    guild: Guild, sink: Sink
) -> None:
    people = await guild.members(*("Anna", "Bo", "Cecilia", "Dag"))
    stranger, asked = await guild.client(), []
    dead = f"smtp+plain://127.0.0.1:{free_port()}"
    await stranger.post("/auth/forgot-password", json={"email": people.pop().email})  # whatever is made once, is made
    for url in (sink.url, dead, sink.url):
        with configured(smtp_url=url), guild.statements() as statements:
            answer = await stranger.post("/auth/forgot-password", json={"email": people.pop().email})
        assert answer.status_code == 202
        asked.append(statements)
    assert asked[0] == asked[1] == asked[2]
    assert (sink.connections, await statuses(guild)) == (0, ["queued"] * 4)


async def test_what_was_written_while_the_relay_was_away_comes_in_order_when_it_is_back(guild: Guild) -> None:
    port = free_port()
    people = await guild.members("Anna", "Bo")
    stranger = await guild.client()
    with configured(smtp_url=f"smtp+plain://127.0.0.1:{port}", rate_limit_account="100"):
        for _ in range(3):
            for person in people:
                await stranger.post("/auth/forgot-password", json={"email": person.email})
                await stranger.post("/auth/request-verify-token", json={"email": person.email})  # verified: no mail
        await work_off(guild)
        assert await statuses(guild) == ["queued"] * 6
        with Sink(port=port) as sink:
            await work_off(guild)
            async with worker(guild):
                await until_tried(guild)
    assert (await statuses(guild), len(sink.received)) == (["sent"] * 6, 6)
    async with guild.session() as session:
        rows = await session.execute(text('SELECT "to", message_id FROM mails ORDER BY id'))
        written = [(to, message_id) for to, message_id in rows]
    for person in people:
        in_order = [message_id for to, message_id in written if to == person.email]
        assert [str(mail.message["Message-ID"]) for mail in sink.to(person.email)] == in_order
