"""Mail to the guild's addresses, through a real Postfix with the configuration that we print."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiosmtplib
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from guildhall.app.postfix import postfix as postfix_of
from guildhall.core.settings import settings
from tests import postfix as mail
from tests.guild import Guild, Person
from tests.postfix import OURSELVES, Postfix
from tests.processes import free_port
from tests.shared.mail_aliases.aliases import ANYWHERE, BIL, STYRELSEN, make, put

MISSING = mail.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.fixture(scope="module")
async def postfix(database_url: str, sweeper: psycopg.Connection) -> AsyncIterator[Postfix]:
    """Postfix, asking this worker's database as its own role."""
    at = conninfo_to_dict(database_url)
    async with mail.forwarded(f"{at['host']}/.s.PGSQL.{at['port']}") as port:
        ours = replace(postfix_of(settings(), database_url), hosts=f"inet:127.0.0.1:{port}")
        sweeper.execute(ours.role_sql().encode())
        async with mail.running(ours.main_cf(), ours.aliases_cf()) as made:
            yield made


async def keeper_of(guild: Guild) -> Person:
    return await guild.holder("manage:MailAlias", "manage:UserPost")


async def give(keeper: Person, person: Person, *posts: int) -> None:
    answer = await keeper.patch(f"/users/admin/user-posts/{person.id}", json={"post_ids": posts})
    assert answer.status_code == 200, answer.text


async def refusal_of(postfix: Postfix, *to: str, by: str = mail.STRANGER) -> tuple[int, str]:
    """How a mail to one recipient is refused while the sender still listens."""
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await postfix.send(*to, by=by)
    (one,) = refused.value.recipients
    return one.code, one.message


async def test_a_mail_to_an_alias_reaches_who_holds_the_post_now_and_nobody_else(
    guild: Guild, postfix: Postfix
) -> None:
    keeper, (anna, bo), post = await keeper_of(guild), await guild.members("Anna", "Bo"), await guild.post()
    await make(keeper, BIL, post_ids=[post])
    await give(keeper, anna, post)
    assert await postfix.send(BIL) == {anna.email: 1}
    await give(keeper, bo, post)
    await give(keeper, anna)
    assert await postfix.send(BIL) == {bo.email: 1}  # the very next mail, without a word to Postfix


async def test_a_mail_reaches_everybody_whom_any_target_means_and_each_once(guild: Guild, postfix: Postfix) -> None:
    keeper, council = await keeper_of(guild), await guild.council()
    anna, bo, cilla, dag = await guild.members("Anna", "Bo", "Cilla", "Dag")
    post, within = await guild.post(), await guild.post(council=council)
    for person, held in ((anna, post), (bo, within), (cilla, within)):
        await guild.give(person, held)
    await make(keeper, BIL, post_ids=[post], user_ids=[bo.id])
    await make(keeper, STYRELSEN, addresses=[ANYWHERE, BIL], council_ids=[council], user_ids=[dag.id])
    everybody = {ANYWHERE: 1, anna.email: 1, bo.email: 1, cilla.email: 1, dag.email: 1}
    assert await postfix.send(STYRELSEN) == everybody
    assert await postfix.send(STYRELSEN, BIL) == everybody


async def test_what_was_mailed_arrives_as_it_was_sent(guild: Guild, postfix: Postfix) -> None:
    await make(await keeper_of(guild), BIL, addresses=[ANYWHERE])
    await postfix.send(BIL)
    (arrived,) = postfix.mailbox(ANYWHERE)
    assert b"\r\nSubject: Hej\r\n" in arrived
    assert arrived.endswith(b"\r\n\r\nHej!\r\n")


async def test_an_alias_is_found_whatever_its_case_and_with_an_extension(guild: Guild, postfix: Postfix) -> None:
    await make(await keeper_of(guild), BIL, addresses=[ANYWHERE])
    for written in ("Bil@FSEKTIONEN.SE", "bil+garage@fsektionen.se"):
        assert await postfix.send(written) == {ANYWHERE: 1}


async def test_a_mail_to_an_alias_that_does_not_exist_is_refused_at_once(guild: Guild, postfix: Postfix) -> None:
    keeper = await keeper_of(guild)
    await make(keeper, BIL, addresses=[ANYWHERE])
    for nobody in ("@fsektionen.se", "bil'--@fsektionen.se", "b%l@fsektionen.se", "bil@mail.fsektionen.se"):
        assert 500 <= (await refusal_of(postfix, nobody))[0] < 600
    assert await refusal_of(postfix, "nobody@fsektionen.se") == (
        550,
        "5.1.1 <nobody@fsektionen.se>: Recipient address rejected: User unknown in virtual alias table",
    )


async def test_an_alias_from_which_nobody_receives_is_refused_until_somebody_does(
    guild: Guild, postfix: Postfix
) -> None:
    keeper, anna, post = await keeper_of(guild), await guild.member("Anna"), await guild.post()
    await make(keeper, BIL, post_ids=[post])
    assert (await refusal_of(postfix, BIL))[0] == 550
    await give(keeper, anna, post)
    assert await postfix.send(BIL) == {anna.email: 1}
    await keeper.delete(f"/mail-alias/alias/{BIL}")
    assert (await refusal_of(postfix, BIL))[0] == 550


async def test_of_several_recipients_those_who_exist_get_the_mail(guild: Guild, postfix: Postfix) -> None:
    await make(await keeper_of(guild), BIL, addresses=[ANYWHERE])
    assert await postfix.send("nobody@fsektionen.se", BIL) == {ANYWHERE: 1}


async def test_strangers_cannot_send_elsewhere_through_us_and_this_machine_can(guild: Guild, postfix: Postfix) -> None:
    for elsewhere in (ANYWHERE, "someone%example.com@fsektionen.se", "@fsektionen.se:someone@example.com"):
        code, words = await refusal_of(postfix, elsewhere)
        assert code in (550, 554), words
    assert await refusal_of(postfix, ANYWHERE) == (554, f"5.7.1 <{ANYWHERE}>: Relay access denied")
    assert await postfix.send(ANYWHERE, by=OURSELVES) == {ANYWHERE: 1}


async def test_an_account_at_the_alias_itself_does_not_send_the_mail_in_circles(guild: Guild, postfix: Postfix) -> None:
    keeper, post = await keeper_of(guild), await guild.post()
    await guild.give(await guild.member("Anna", email=BIL), post)
    await make(keeper, BIL, post_ids=[post])
    assert (await refusal_of(postfix, BIL))[0] == 550
    assert (await put(keeper, BIL, post_ids=[post], addresses=[ANYWHERE])).status_code == 200
    assert await postfix.send(BIL) == {ANYWHERE: 1}


async def test_while_the_database_is_away_senders_are_asked_to_come_again(database_url: str) -> None:
    ours = replace(postfix_of(settings(), database_url), hosts=f"inet:127.0.0.1:{free_port()}")
    async with mail.running(ours.main_cf(), ours.aliases_cf()) as cut_off:
        assert (await refusal_of(cut_off, BIL))[0] == 451
