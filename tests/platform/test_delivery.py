"""Mails are delivered once their cause is committed, in order, again after a no for now, and never to two at once."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from guildhall.domains.cars.errors import CarTaken
from guildhall.platform import jobs as jobs_of_the_house
from guildhall.platform.jobs import workers
from guildhall.platform.mail import jobs, reading
from guildhall.platform.mail import service as mail
from guildhall.platform.mail.domain import domain
from guildhall.platform.mail.models import Mail
from guildhall.platform.mail.service import Recipient
from tests.guild import Guild, configured
from tests.platform.deliveries import (
    ANNA,
    BO,
    VERIFY,
    age,
    hurry,
    mails,
    statuses,
    until,
    until_tried,
    waiting,
    work_off,
    worker,
    write,
)
from tests.processes import free_port
from tests.sinks import DROP, Sink

# With the transaction


async def test_a_mail_is_delivered_after_the_commit_and_not_before(guild: Guild, sink: Sink) -> None:
    async with worker(guild):
        async with guild.session() as session:
            await mail.write(session, ANNA, VERIFY, minutes=60, token="t")
            await write(guild, BO)
            await sink.until(1)
            assert [letter.recipients for letter in sink.received] == [[BO]]
        await sink.until(2)
        await until_tried(guild)
    assert sink.received[1].recipients == [ANNA]
    assert await statuses(guild) == ["sent", "sent"]


@pytest.mark.parametrize("error", [CarTaken, ValueError])
async def test_what_is_rolled_back_leaves_no_mail_and_no_job(guild: Guild, sink: Sink, error: type[Exception]) -> None:
    with pytest.raises(error):
        async with guild.session() as session:
            await mail.write(session, ANNA, VERIFY, minutes=60, token="t")
            await mail.write_many(session, [Recipient(BO)], VERIFY, minutes=60, token="t")
            raise error
    assert (list(await mails(guild)), await waiting(guild)) == ([], [])


async def test_without_a_relay_mails_are_kept_and_nothing_waits(guild: Guild) -> None:
    await write(guild, ANNA)
    async with guild.session() as session:
        await mail.write_many(session, [Recipient(BO)], VERIFY, minutes=60, token="t")
    assert (await statuses(guild), await waiting(guild)) == (["kept", "kept"], [])


async def test_a_mail_that_was_delivered_remembers_when(guild: Guild, sink: Sink) -> None:
    await write(guild, ANNA)
    await work_off(guild)
    (letter,) = await mails(guild)
    assert (letter.status, letter.attempts, letter.error, await waiting(guild)) == ("sent", 1, None, [])
    assert letter.sent_at and letter.sent_at >= letter.created_at


async def test_a_job_that_runs_twice_sends_one_mail(guild: Guild, sink: Sink) -> None:
    (mail_id,) = await write(guild, ANNA)
    for _ in range(2):
        async with guild.session() as session:
            await jobs.deliver(session, mail_id)
    assert len(sink.received) == 1
    async with guild.session() as session:
        await jobs.deliver(session, mail_id + 1)  # one that is not there any more
    assert len(sink.received) == 1


async def test_no_connection_to_the_database_is_held_while_the_relay_thinks(guild: Guild, sink: Sink) -> None:
    sink.gate.clear()
    await write(guild, ANNA, BO)
    pool = guild.database.engine.sync_engine.pool

    async def both_are_there() -> bool:
        return sink.inside == 2

    async with worker(guild):
        await until(both_are_there)

        async def none_is_lent() -> bool:
            return pool.status().endswith("Current Checked out connections: 0")

        await until(none_is_lent)  # the rescuer borrows one now and then
        sink.gate.set()
        await sink.until(2)
        await until_tried(guild)
    assert await statuses(guild) == ["sent", "sent"]


# A no for now, and a no for good


async def test_a_no_for_now_is_tried_again(guild: Guild, sink: Sink) -> None:
    sink.says(ANNA, "450 4.2.0 Greylisted", DROP)
    await write(guild, ANNA)
    await work_off(guild)
    (letter,) = await mails(guild)
    assert (letter.status, letter.attempts, letter.error) == ("queued", 1, "450 4.2.0 Greylisted")
    await work_off(guild)
    await work_off(guild)
    (letter,) = await mails(guild)
    assert (letter.status, letter.attempts, letter.error) == ("sent", 3, None)
    assert len(sink.received) == 1


async def test_waits_grow_and_are_not_all_the_same() -> None:
    waits = [[jobs.wait(attempt) for _ in range(20)] for attempt in (1, 2, 3, 4, 5, 6, 50)]
    for some, usual in zip(waits, (10, 30, 120, 600, 1800, 3600, 3600), strict=True):
        assert all(0.8 <= wait / timedelta(seconds=usual) <= 1.2 for wait in some)
        assert len(set(some)) > 1


async def test_what_nobody_took_in_time_is_a_dead_letter_with_the_reason(guild: Guild, sink: Sink) -> None:
    sink.says(ANNA, *["450 4.2.2 Mailbox full"] * 3)
    await write(guild, ANNA)
    await age(guild, 71)
    await work_off(guild)
    assert await statuses(guild) == ["queued"]
    async with guild.session() as session:
        due = await session.scalar(text("SELECT extract(epoch FROM scheduled_at - now()) FROM procrastinate_jobs"))
    assert 0 < due < 60
    await age(guild, 2)
    await work_off(guild)
    (letter,) = await mails(guild)
    assert (letter.status, letter.attempts, letter.error) == ("dead", 2, "450 4.2.2 Mailbox full")
    assert await waiting(guild) == []


async def test_the_last_attempt_is_made_when_the_time_is_up_and_not_an_hour_later(guild: Guild, sink: Sink) -> None:
    sink.says(ANNA, "450 4.2.2 Mailbox full")
    await write(guild, ANNA)
    await age(guild, 72 - 1 / 3600)
    await work_off(guild)
    async with guild.session() as session:
        due = await session.scalar(text("SELECT extract(epoch FROM scheduled_at - now()) FROM procrastinate_jobs"))
    assert due is not None
    assert due < 1


async def test_a_no_for_good_is_a_dead_letter_at_once_and_delays_nobody(guild: Guild, sink: Sink) -> None:
    sink.says(ANNA, "550 5.1.1 No such user", at="RCPT")
    await write(guild, ANNA, BO, ANNA)
    await work_off(guild)
    dead, *others = await mails(guild)
    assert (dead.status, dead.attempts, dead.error) == ("dead", 1, "550 5.1.1 No such user")
    assert [letter.status for letter in others] == ["sent", "sent"]
    assert await waiting(guild) == []


async def test_our_own_wrong_password_kills_no_mail(guild: Guild) -> None:
    with Sink(login=("guild", "right")) as relay:
        with configured(smtp_url=f"smtp+plain://guild:wrong@127.0.0.1:{relay.port}"):
            await write(guild, ANNA, BO)
            await work_off(guild)
            assert await statuses(guild) == ["queued", "queued"]
            assert all("535" in str(letter.error) for letter in await mails(guild))
        with configured(smtp_url=f"smtp+plain://guild:right@127.0.0.1:{relay.port}"):
            await work_off(guild)
    assert await statuses(guild) == ["sent", "sent"]


@pytest.mark.parametrize("to", ["nobody", "a b@example.com", "a@b@example.com", "anna@-.example.com", "a\r\nb@c.de"])
async def test_what_is_no_address_is_a_dead_letter_in_words(guild: Guild, sink: Sink, to: str) -> None:
    await write(guild, to, BO)
    await work_off(guild)
    dead, sent = await mails(guild)
    assert (dead.status, sent.status) == ("dead", "sent")
    assert str(dead.error).startswith("this is no address: ")


async def test_a_mail_that_a_stopping_worker_cannot_wait_for_is_sent_by_the_next(
    guild: Guild, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "GRACE", 0.05)
    sink.gate.clear()
    await write(guild, ANNA)

    async def it_is_there() -> bool:
        return sink.inside == 1

    async with worker(guild):
        await until(it_is_there)
    assert await statuses(guild) == ["queued"]
    sink.gate.set()
    await work_off(guild)
    assert await statuses(guild) == ["sent"]


# Order


async def test_mails_to_one_address_come_in_the_order_of_writing_also_across_a_no(guild: Guild, sink: Sink) -> None:
    sink.says(ANNA, "450 4.2.0 Not now")
    for token in ("first", "second", "third"):
        await write(guild, ANNA, BO, "Anna@EXAMPLE.com", token=token)
    await work_off(guild)
    assert len(sink.to(BO)) == len(sink.received) == 3
    await work_off(guild)
    to_anna = [letter for letter in sink.received if letter.recipients[0].lower() == ANNA]
    tokens = [word for letter in to_anna for word in ("first", "second", "third") if word in str(letter.message)]
    assert tokens == ["first", "first", "second", "second", "third", "third"]


# One letter to many


async def test_many_get_one_letter_each_in_their_language_and_see_nobody_else(guild: Guild, sink: Sink) -> None:
    people = [Recipient(ANNA, "sv"), Recipient(BO, "en"), Recipient("cecilia@example.com")]
    async with guild.session() as session:
        await mail.write_many(session, people, VERIFY, minutes=60, token="t")
    await work_off(guild)
    subjects = {letter.recipients[0]: letter.subject for letter in sink.received}
    assert subjects == {
        ANNA: "Email verifiering",
        BO: "Email Verification",
        "cecilia@example.com": "Email verifiering / Email Verification",
    }
    for letter in sink.received:
        (own,) = letter.recipients
        assert letter.message["To"] == own
        assert [other.to for other in people if other.to != own and other.to.encode() in letter.content] == []


async def test_each_of_many_gets_a_way_out_of_their_own_or_none(guild: Guild, sink: Sink) -> None:
    people = [Recipient(ANNA, "sv", "https://a.example/1"), Recipient(BO, "sv", "https://a.example/2")]
    async with guild.session() as session:
        await mail.write_many(session, [*people, Recipient("c@example.com", "sv")], VERIFY, minutes=60, token="t")
    annas, bos, other = await mails(guild)
    for letter, mine, not_mine in ((annas, "a.example/1", "a.example/2"), (bos, "a.example/2", "a.example/1")):
        assert (letter.text.count(mine), letter.html.count(mine)) == (1, 1)
        assert not_mine not in letter.text + letter.html
    assert "Inga fler sådana mejl" in annas.text
    assert "sådana mejl" not in other.text + other.html
    assert "unsubscribe.invalid" not in annas.html + bos.text + other.html


async def test_two_thousand_are_written_in_two_statements(guild: Guild, sink: Sink) -> None:
    people = [Recipient(f"member{number}@example.com", ("sv", "en", None)[number % 3]) for number in range(2000)]
    async with guild.session() as session:
        with guild.statements() as statements:
            await mail.write_many(session, people, VERIFY, minutes=60, token="t")
        assert len(statements) == 2
    written = await mails(guild)
    assert [letter.to for letter in written] == [person.to for person in people]
    assert [letter.language for letter in written] == [person.language for person in people]
    assert len({letter.message_id for letter in written}) == 2000
    jobs_there = await waiting(guild)
    assert {queue for _, queue, _ in jobs_there} == {"bulk"}
    assert [line for _, _, line in jobs_there] == [f"mail:{person.to}" for person in people]


async def test_nobody_to_write_to_is_no_mail(guild: Guild, sink: Sink) -> None:
    async with guild.session() as session:
        await mail.write_many(session, [], VERIFY, minutes=60, token="t")
    assert list(await mails(guild)) == []


async def test_a_new_password_does_not_wait_for_a_notice_to_everybody(guild: Guild, sink: Sink) -> None:
    sink.delay = 0.02
    everybody = [*(Recipient(f"member{number}@example.com") for number in range(60)), Recipient(ANNA)]
    async with guild.session() as session:
        await mail.write_many(session, everybody, VERIFY, minutes=60, token="notice")
    await write(guild, ANNA, token="password")
    async with worker(guild, 1):
        await sink.until(61 + 1)
        await until_tried(guild)
    place = next(number for number, letter in enumerate(sink.received) if b"password" in letter.content)
    assert place < 20
    assert [b"password" in letter.content for letter in sink.to(ANNA)] == [False, True]


async def test_a_personal_mail_takes_along_what_was_written_to_the_same_address_before(
    guild: Guild, sink: Sink
) -> None:
    """Mails to one address come in the order of writing, and none of them waits for those to others."""
    async with guild.session() as session:
        await mail.write_many(session, [Recipient(ANNA), Recipient(BO)], VERIFY, minutes=60, token="notice")
    await write(guild, "Anna@EXAMPLE.com", token="password")
    assert await waiting(guild) == [
        ("mail.deliver_bulk", "mail", f"mail:{ANNA}"),
        ("mail.deliver_bulk", "bulk", f"mail:{BO}"),
        ("mail.deliver", "mail", f"mail:{ANNA}"),
    ]
    async with jobs_of_the_house.working(guild.database, [domain], 4, only=["mail"]):
        await sink.until(2)
    assert [b"password" in letter.content for letter in sink.received] == [False, True]


async def test_a_new_mail_does_not_wait_for_the_back_off_of_an_older_one(guild: Guild, sink: Sink) -> None:
    """A link that is good for an hour stood behind a mail that was to be tried again after an hour."""
    sink.says(ANNA, *["450 4.2.0 Not now"] * 6)
    await write(guild, ANNA, token="first")
    for _ in range(6):
        await work_off(guild)
    await write(guild, ANNA, token="second")
    async with worker(guild):
        await sink.until(2)
        await until_tried(guild)
    assert await statuses(guild) == ["sent", "sent"]


async def test_two_who_take_the_same_along_do_not_wait_for_each_other(guild: Guild, sink: Sink) -> None:
    async with guild.session() as session:
        await mail.write_many(session, [Recipient(ANNA)], VERIFY, minutes=60, token="notice")
    async with guild.session() as first, guild.session() as second:
        for session in (first, second):
            await mail.write(session, ANNA, VERIFY, minutes=60, token="t")
    assert [queue for _, queue, _ in await waiting(guild)] == ["mail"] * 3


# Afterwards


async def test_old_mails_are_forgotten_whatever_became_of_them_but_not_those_on_their_way(guild: Guild) -> None:
    with configured(smtp_url=f"smtp+plain://127.0.0.1:{free_port()}"):
        ids = await write(guild, *["old@example.com"] * 4)
    async with guild.session() as session:
        for mail_id, status in zip(ids, ("queued", "sent", "dead", "kept"), strict=True):
            await session.execute(update(Mail).where(Mail.id == mail_id).values(status=status))
    await age(guild, 24 * 89)
    await prune(guild)
    assert len(await mails(guild)) == 4
    await age(guild, 24 * 2)
    await prune(guild)
    assert await statuses(guild) == ["queued"]


async def prune(guild: Guild) -> None:
    async with guild.session() as session:
        await jobs.prune(session)


async def test_a_mail_whose_job_is_gone_becomes_a_dead_letter_that_somebody_sees(guild: Guild, sink: Sink) -> None:
    lost, _ = await write(guild, ANNA, BO)
    async with guild.session() as session:
        await session.execute(
            text("DELETE FROM procrastinate_jobs WHERE args @> jsonb_build_object('mail_id', :id)").bindparams(id=lost)
        )
    async with guild.session() as session:
        await jobs.bury_stranded(session)
    one, other = await mails(guild)
    assert (one.status, one.error, other.status) == ("dead", "the job that was to deliver it is gone", "queued")
    async with guild.session() as session:
        assert await reading.resend_all(session) == 1
    await hurry(guild)
    await work_off(guild)
    assert await statuses(guild) == ["sent", "sent"]
