"""What administrators see of mail and do about dead letters; and the mailbox of a laptop."""

from collections.abc import AsyncIterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from guildhall.app.main import create_app
from guildhall.platform.mail.models import Mail
from tests.guild import Guild, Person, code, configured
from tests.platform.deliveries import ANNA, BO, age, mails, statuses, waiting, work_off, write
from tests.sinks import Sink

ROUTES = [("GET", ""), ("GET", "/summary"), ("POST", "/resend"), ("POST", "/1/resend")]


@pytest.fixture
async def boss(guild: Guild) -> AsyncIterator[Person]:
    """Somebody who may see to mail."""
    yield await guild.holder("super:User", name="Boss")


async def bury(guild: Guild, *ids: int) -> None:
    """Let these mails be dead letters, as if everything had been tried."""
    async with guild.session() as session:
        died = {"status": "dead", "attempts": 9, "error": "450 4.2.2 Mailbox full"}
        await session.execute(update(Mail).where(Mail.id.in_(ids)).values(**died))


async def lost(guild: Guild, *to: str) -> list[int]:
    """Mails that were given up; their ids."""
    with Sink() as sink, configured(smtp_url=sink.url):
        for address in to:
            sink.says(address, "550 5.1.1 No such user")
        ids = await write(guild, *to)
        await work_off(guild)
    return ids


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_only_who_may_do_everything_to_users_may_see_to_mail(guild: Guild, method: str, path: str) -> None:
    stranger, member = await guild.client(), await guild.member()
    keeper = await guild.holder("manage:User", "super:Car")
    assert (await stranger.request(method, f"/admin/mail{path}")).status_code == 401
    for person in (member, keeper):
        refusal = await person.request(method, f"/admin/mail{path}")
        assert code(refusal) == (403, "missing_permission")


async def test_mails_are_listed_newest_first_without_what_they_say(guild: Guild, boss: Person) -> None:
    await write(guild, ANNA, BO, token="secret-token")
    answer = await boss.get("/admin/mail")
    assert [mail["to"] for mail in answer.json()] == [BO, ANNA]
    assert "secret-token" not in answer.text
    newest = answer.json()[0]
    assert set(newest) == set(
        "id to subject template language status attempts error created_at sent_at message_id".split()
    )
    assert (newest["status"], newest["template"]) == ("kept", "shared/auth/mails/verify.txt")


async def test_mails_are_found_by_status_and_address_and_come_in_pages(guild: Guild, boss: Person) -> None:
    first, second, third = await write(guild, ANNA, BO, "Anna@Example.com")
    await bury(guild, second, third)

    async def found(query: str) -> list[int]:
        return [mail["id"] for mail in (await boss.get(f"/admin/mail?{query}")).json()]

    assert await found("status=dead") == [third, second]
    assert await found("to=ANNA@example.com") == [third, first]
    assert await found("to=anna@example.com&status=kept") == [first]
    assert await found("limit=1&offset=1") == [second]
    assert await found("status=sent") == []
    assert code(await boss.get("/admin/mail?status=lost")) == (422, "invalid_input")


async def test_the_summary_counts_every_status(guild: Guild, boss: Person) -> None:
    assert (await boss.get("/admin/mail/summary")).json() == {"queued": 0, "sent": 0, "dead": 0, "kept": 0}
    ids = await write(guild, ANNA, BO, BO)
    await bury(guild, *ids[:2])
    assert (await boss.get("/admin/mail/summary")).json() == {"queued": 0, "sent": 0, "dead": 2, "kept": 1}


async def test_a_dead_letter_is_sent_again_and_arrives(guild: Guild, boss: Person) -> None:
    (mail_id,) = await lost(guild, ANNA)
    (told,) = (await boss.get("/admin/mail?status=dead")).json()
    assert (told["error"], told["attempts"]) == ("550 5.1.1 No such user", 1)
    await age(guild, 24 * 30)
    with Sink() as sink, configured(smtp_url=sink.url):
        sink.says(ANNA, "450 4.2.0 Not now")
        answer = await boss.post(f"/admin/mail/{mail_id}/resend")
        assert (answer.status_code, answer.json()["status"], answer.json()["error"]) == (200, "queued", None)
        await work_off(guild)
        assert await statuses(guild) == ["queued"]  # as long as a new one
        await work_off(guild)
        assert (await statuses(guild), len(sink.received)) == (["sent"], 1)


async def test_sending_again_twice_is_one_mail(guild: Guild, boss: Person) -> None:
    (mail_id,) = await lost(guild, ANNA)
    with Sink() as sink, configured(smtp_url=sink.url):
        await boss.post(f"/admin/mail/{mail_id}/resend")
        assert code(await boss.post(f"/admin/mail/{mail_id}/resend")) == (409, "mail_not_dead")
        assert (await boss.post("/admin/mail/resend")).json() == {"resent": 0}
        assert len(await waiting(guild)) == 1
        await work_off(guild)
        assert code(await boss.post(f"/admin/mail/{mail_id}/resend")) == (409, "mail_not_dead")
        assert len(sink.received) == 1


async def test_what_is_not_there_or_not_dead_is_not_sent_again(guild: Guild, boss: Person) -> None:
    (kept,) = await write(guild, ANNA)
    assert code(await boss.post(f"/admin/mail/{kept + 1}/resend")) == (404, "mail_not_found")
    assert code(await boss.post(f"/admin/mail/{kept}/resend")) == (409, "mail_not_dead")
    assert code(await boss.post("/admin/mail/x/resend")) == (422, "invalid_input")


async def test_all_dead_letters_are_sent_again_at_once(guild: Guild, boss: Person) -> None:
    await lost(guild, ANNA, BO, "cecilia@example.com")
    await write(guild, ANNA)
    with Sink() as sink, configured(smtp_url=sink.url):
        assert (await boss.post("/admin/mail/resend")).json() == {"resent": 3}
        assert (await boss.post("/admin/mail/resend")).json() == {"resent": 0}
        await work_off(guild)
    assert (await statuses(guild), len(sink.received)) == (["sent", "sent", "sent", "kept"], 3)
    assert [mail.error for mail in await mails(guild)] == [None] * 4


async def test_the_mailbox_of_a_laptop_says_what_became_of_a_mail(guild: Guild) -> None:
    visitor = await guild.client()
    (dead, _) = await write(guild, ANNA, BO)
    await bury(guild, dead)
    told = (await visitor.get("/dev/mailbox")).json()
    assert [(mail["to"], mail["status"]) for mail in told] == [(BO, "kept"), (ANNA, "dead")]
    page = (await visitor.get("/dev/mailbox", headers={"Accept": "text/html"})).text
    assert "dead: 450 4.2.2 Mailbox full" in page
    assert "Nothing leaves this machine" in page
    with configured(smtp_url="smtp+plain://127.0.0.1"):
        page = (await visitor.get("/dev/mailbox", headers={"Accept": "text/html"})).text
    assert "Nothing leaves this machine" not in page


@pytest.mark.parametrize("environment", ["stage", "production"])
def test_there_is_no_mailbox_elsewhere(environment: str) -> None:
    served = {
        "environment": environment,
        "database_url": "postgresql://nowhere/x",
        "public_url": "https://api.example.org",
        "site_url": "https://example.org",
        "smtp_url": "smtp+plain://127.0.0.1",
    }
    with configured(**served):
        visitor = TestClient(create_app("postgresql://nowhere/x"))
        assert visitor.get("/dev/mailbox").status_code == 404
        assert visitor.get("/dev/mailbox", headers={"Accept": "text/html"}).status_code == 404
