"""What is mailed about the car."""

import pytest

from guildhall.core.settings import settings
from guildhall.platform.mail.models import Mail
from tests.domains.cars.trips import DAY, HOUR, MONDAY, booked, confirmed, member_of, path_of, times, trip
from tests.guild import Guild, code

PERSONAL = "Ny PRIVAT bilbokning / New PRIVATE car booking"
COUNCIL = "Ny kollegie-bilbokning / New council car booking"
CONFIRMED = "Din bilbokning är bekräftad / Your car booking is confirmed"
CHANGED = "Din bilbokning har ändrats / Your car booking has been changed"
CANCELLED = "Din bilbokning har tagits bort / Your car booking has been cancelled"


async def to_keeper(guild: Guild) -> list[Mail]:
    return await guild.mails("bil@fsektionen.se")


async def subjects(guild: Guild, email: str) -> list[str]:
    return [mail.subject for mail in await guild.mails(email)]


async def test_a_personal_booking_asks_the_keeper_to_act(guild: Guild) -> None:
    await booked(await guild.member("Anna", last_name="Öst"))
    (mail,) = await to_keeper(guild)
    assert mail.subject == PERSONAL
    assert (
        "Anna Öst har gjort en privat bilbokning som börjar 2027-03-01 10:00 och slutar 2027-03-01 12:00" in mail.text
    )
    assert "Den väntar på att du bekräftar eller tar bort den." in mail.text
    assert "It is waiting for you to confirm or remove it." in mail.text
    assert mail.text.index("Hej") < mail.text.index("Hi!")


async def test_a_keepers_own_booking_is_not_said_to_wait(guild: Guild) -> None:
    """The mail asked for a confirmation that the booking already had."""
    await booked(await guild.holder("manage:Car"))
    (mail,) = await to_keeper(guild)
    assert mail.subject == PERSONAL
    assert "Den är redan bekräftad." in mail.text
    assert "It is confirmed already." in mail.text
    assert "väntar" not in mail.text
    assert "waiting" not in mail.text


async def test_a_councils_booking_is_for_the_keepers_information(guild: Guild) -> None:
    council = await guild.council("Foset")
    cecilia = await member_of(guild, council)
    await booked(cecilia, personal=False, council_id=council)
    (mail,) = await to_keeper(guild)
    assert mail.subject == COUNCIL
    assert (
        "har bokat bilen för Foset från 2027-03-01 10:00 till 2027-03-01 12:00. Du behöver inte göra något."
        in mail.text
    )
    assert "has booked the car for Foset in English from" in mail.text


async def test_the_keepers_address_is_a_setting(guild: Guild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "car_keeper_email", "keys@example.com")
    await booked(await guild.member())
    assert await subjects(guild, "keys@example.com") == [PERSONAL]
    assert await to_keeper(guild) == []


async def test_the_booker_gets_no_mail_for_what_they_do_themselves(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    for person, day in ((anna, MONDAY), (keeper, MONDAY + DAY)):
        path = path_of(await booked(person, day))
        await person.patch(path, json=times(day + HOUR))
        await person.delete(path)
        assert await subjects(guild, person.email) == []
    assert [mail.subject for mail in await to_keeper(guild)] == [PERSONAL, PERSONAL]


async def test_the_booker_hears_that_the_booking_is_confirmed(guild: Guild) -> None:
    anna, keeper = await guild.member("Anna"), await guild.holder("manage:Car")
    await keeper.patch(path_of(await booked(anna)), json={"confirmed": True})
    (mail,) = await guild.mails(anna.email)
    assert mail.subject == CONFIRMED
    assert "bilen är din från 2027-03-01 10:00 till 2027-03-01 12:00" in mail.text


async def test_the_websites_form_sends_everything_and_still_only_confirms(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    form = trip(confirmed=True, council_id=None)
    await keeper.patch(path_of(await booked(anna)), json=form)
    assert await subjects(guild, anna.email) == [CONFIRMED]


async def test_the_booker_hears_what_was_changed(guild: Guild) -> None:
    anna, keeper = await guild.member("Anna"), await guild.holder("manage:Car")
    await keeper.patch(path_of(await booked(anna)), json=times(MONDAY + DAY))
    (mail,) = await guild.mails(anna.email)
    assert mail.subject == CHANGED
    assert "Den gäller nu från 2027-03-02 10:00 till 2027-03-02 12:00 och är inte bekräftad än." in mail.text


async def test_a_confirmation_that_also_changes_says_so(guild: Guild) -> None:
    """The booker was told that the booking was confirmed, and not that it had been moved."""
    anna, keeper = await guild.member("Anna"), await guild.holder("manage:Car")
    await keeper.patch(path_of(await booked(anna)), json={"confirmed": True, **times(MONDAY + DAY)})
    (mail,) = await guild.mails(anna.email)
    assert mail.subject == CHANGED
    assert "It is now from 2027-03-02 10:00 to 2027-03-02 12:00, and it is confirmed." in mail.text


async def test_the_booker_hears_that_a_confirmation_was_taken_back(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    await keeper.patch(await confirmed(guild, anna), json={"confirmed": False})
    (mail,) = await guild.mails(anna.email)
    assert (mail.subject, "not confirmed yet" in mail.text) == (CHANGED, True)


async def test_a_change_that_changes_nothing_is_not_worth_a_mail(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    path = path_of(await booked(anna))
    for body in ({}, trip(), {"confirmed": False}):
        await keeper.patch(path, json=body)
    assert await subjects(guild, anna.email) == []


async def test_the_booker_hears_that_the_booking_was_cancelled(guild: Guild) -> None:
    anna, keeper = await guild.member("Anna"), await guild.holder("manage:Car")
    await keeper.delete(path_of(await booked(anna)))
    (mail,) = await guild.mails(anna.email)
    assert mail.subject == CANCELLED
    assert "Bilansvarig har tagit bort din bilbokning från 2027-03-01 10:00 till 2027-03-01 12:00." in mail.text


async def test_what_was_refused_is_not_mailed(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    await booked(keeper, MONDAY + DAY)
    path = path_of(await booked(anna))
    told = len(await to_keeper(guild))
    assert code(await anna.post("/car/", json=trip())) == (409, "car_taken")
    assert code(await keeper.patch(path, json=times(MONDAY + DAY))) == (409, "car_taken")
    assert len(await to_keeper(guild)) == told
    assert await subjects(guild, anna.email) == []


async def test_what_the_booker_typed_is_no_markup_in_the_keepers_mail(guild: Guild) -> None:
    evil = '<script>alert(1)</script>\n\nhttp://localhost:3000/verify?token=mine\n\n<a href="https://evil.example">'
    await booked(await guild.member("<b>Anna", last_name="{{ site }}"), description=evil)
    (mail,) = await to_keeper(guild)
    assert "&lt;b&gt;Anna {{ site }}" in mail.html
    for markup in ("<script", "<b>", "<a "):
        assert markup not in mail.html


async def test_mails_name_nobodys_address(guild: Guild) -> None:
    anna, keeper = await guild.member(), await guild.holder("manage:Car")
    await keeper.patch(path_of(await booked(anna)), json={"confirmed": True})
    (asked,), (told,) = await to_keeper(guild), await guild.mails(anna.email)
    assert anna.email not in asked.text
    assert keeper.email not in told.text
