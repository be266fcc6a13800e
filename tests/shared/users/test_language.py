"""Members choose the language of their mails."""

import pytest
from sqlalchemy import text

from tests.domains.cars.trips import booked, path_of
from tests.guild import Guild, code


async def test_nobody_has_chosen_at_first(guild: Guild) -> None:
    anna = await guild.member()
    assert (await anna.get("/users/me")).json()["language"] is None


async def test_a_language_is_chosen_kept_and_given_up(guild: Guild) -> None:
    anna = await guild.member()
    for wish, then in (("en", "en"), ("sv", "sv"), (None, None)):
        answer = await anna.patch("/users/update/me", json={"language": wish})
        assert (answer.status_code, answer.json()["language"]) == (200, then)
        await anna.patch("/users/update/me", json={"first_name": "Anna"})
        assert (await anna.get("/users/me")).json()["language"] == then


@pytest.mark.parametrize("word", ["", "de", "SV", "svenska", 1])
async def test_other_languages_are_not_spoken(guild: Guild, word: object) -> None:
    anna = await guild.member()
    assert code(await anna.patch("/users/update/me", json={"language": word})) == (422, "invalid_input")


async def test_the_database_knows_two_languages_only(guild: Guild) -> None:
    await guild.member()
    async with guild.session() as session:
        with pytest.raises(Exception, match="users_language_is_known"):
            await session.execute(text("UPDATE users SET language = 'de'"))
        await session.rollback()


async def test_mails_about_the_account_are_in_the_language_of_its_owner(guild: Guild) -> None:
    stranger = await guild.client()
    subjects: list[str] = []
    for language in ("sv", "en", None):
        person = await guild.user(language=language)
        await stranger.post("/auth/forgot-password", json={"email": person.email})
        (mail,) = await guild.mails(person.email)
        assert mail.language == language
        subjects.append(mail.subject)
    assert subjects == ["Glömt lösenord", "Forgot Password", "Glömt lösenord / Forgot Password"]


async def test_the_booker_is_told_in_their_language_and_the_keepers_address_in_both(guild: Guild) -> None:
    anna, keeper = await guild.member(language="en"), await guild.holder("manage:Car", language="sv")
    await keeper.patch(path_of(await booked(anna)), json={"confirmed": True})
    (told,), (asked,) = await guild.mails(anna.email), await guild.mails("bil@fsektionen.se")
    assert told.subject == "Your car booking is confirmed"
    assert asked.subject == "Ny PRIVAT bilbokning / New PRIVATE car booking"
