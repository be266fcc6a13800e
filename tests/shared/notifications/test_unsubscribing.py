"""Unsubscribing with one click (RFC 8058): a POST switches one kind's mails off; a GET changes nothing."""

import re

import jwt
import pytest

from guildhall.core.settings import settings
from guildhall.shared.notifications.service import unsubscribing
from tests.guild import Guild, Person, code
from tests.shared.notifications.telling import ALL, NONE, PUSHED, fan_out, prefers, told

BAD = (400, "unsubscribe_bad_token")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_for(person: Person, kind: str = ALL.name) -> str:
    """Where the link in a mail to them leads."""
    return unsubscribing.address(person.id, kind).removeprefix(settings().public_url)


def signed(**claims: object) -> str:
    """The path with a token that somebody else made."""
    key = str(claims.pop("key", settings().key("unsubscribe")))
    return f"/notifications/unsubscribe?token={jwt.encode({'aud': 'unsubscribe'} | claims, key, 'HS256')}"


async def is_mailed(guild: Guild, person: Person) -> bool:
    """Whether they get a mail when they are told of something."""
    before = len(await guild.mails(person.email))
    await fan_out(guild, await told(guild, [person]))
    return len(await guild.mails(person.email)) > before


async def test_one_click_ends_the_mails_of_a_kind_without_signing_in_and_nothing_else(guild: Guild) -> None:
    anna, bo = await guild.members("Anna", "Bo")
    stranger = await guild.client()
    assert await is_mailed(guild, anna)
    (mail,) = await guild.mails(anna.email)
    path = str(mail.unsubscribe).removeprefix(settings().public_url)
    for _ in range(2):
        answer = await stranger.post(path, data=ONE_CLICK)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (await is_mailed(guild, anna), await is_mailed(guild, bo)) == (False, True)
    preferences = (await anna.get("/notifications/preferences")).json()
    (kind,) = [one for one in preferences["kinds"] if one["name"] == ALL.name]
    assert kind["channels"] == {"inbox": True, "push": True, "mail": False}


async def test_looking_at_the_link_changes_nothing(guild: Guild) -> None:
    anna = await guild.member()
    stranger = await guild.client()
    for method in ("GET", "HEAD"):
        await stranger.request(method, path_for(anna))
    assert await is_mailed(guild, anna)


async def test_the_page_asks_in_both_languages_and_its_button_posts_to_itself(guild: Guild) -> None:
    anna = await guild.member()
    page = await (await guild.client()).get(path_for(anna, PUSHED.name))
    assert page.status_code == 200
    assert "Pushat &lt;b&gt;" in page.text
    assert "Pushed &lt;b&gt;" in page.text
    assert re.findall("<form[^>]*>", page.text) == ['<form method="post">']
    assert "<script" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_who_asked_for_mails_that_are_off_anyway_ends_them_the_same_way(guild: Guild) -> None:
    anna = await guild.member()
    await prefers(anna, NONE, mail=True)
    assert (await (await guild.client()).post(path_for(anna, NONE.name))).status_code == 200
    await fan_out(guild, await told(guild, [anna], NONE))
    assert await guild.mails(anna.email) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_link_that_we_did_not_make_is_refused(guild: Guild, method: str) -> None:
    anna = await guild.member()
    good = path_for(anna)
    forged = [
        signed(sub=str(anna.id), kind=ALL.name, key="somebody else's key, and long enough"),
        signed(sub=str(anna.id), kind=ALL.name, key=settings().key("access")),
        signed(sub=str(anna.id), kind=ALL.name, aud="fastapi-users:auth"),
        signed(sub=str(anna.id), kind="tests.nobodys"),
        signed(sub="nobody", kind=ALL.name),
        signed(kind=ALL.name),
        signed(sub=str(anna.id)),
        good[:-1] + ("A" if good[-1] != "A" else "B") + "x",
        "/notifications/unsubscribe?token=",
        "/notifications/unsubscribe?token=%00",
        "/notifications/unsubscribe?token=a.b.c",
    ]
    stranger = await guild.client()
    for path in forged:
        assert code(await stranger.request(method, path)) == BAD
    assert await is_mailed(guild, anna)


async def test_a_link_without_token_is_422(guild: Guild) -> None:
    stranger = await guild.client()
    assert code(await stranger.post("/notifications/unsubscribe")) == (422, "invalid_input")
    assert code(await stranger.post(f"/notifications/unsubscribe?token={'x' * 1001}")) == (422, "invalid_input")


async def test_the_link_of_somebody_who_is_gone_does_no_harm(guild: Guild) -> None:
    gustav = await guild.user()
    path = path_for(gustav)
    await (await guild.holder("super:User")).delete(f"/users/admin/{gustav.id}")
    assert (await (await guild.client()).post(path, data=ONE_CLICK)).status_code == 200


async def test_the_link_signs_nobody_in(guild: Guild) -> None:
    anna = await guild.member()
    token = path_for(anna).partition("token=")[2]
    stranger = await guild.client(headers={"Authorization": f"Bearer {token}"})
    assert code(await stranger.get("/notifications")) == (401, "not_authenticated")
