"""The guild's calendar, which anybody may follow."""

from datetime import timedelta

import pytest

from guildhall.core import calendar
from guildhall.core.calendar import Names, Wanted
from guildhall.core.errors import NotFound
from tests import ics
from tests.domains.calendars.entries import TODAY, Diary, entry, fetched
from tests.guild import Guild, code, configured

PATH = "/calendar/public.ics"


async def test_anybody_gets_the_calendar_as_a_file(guild: Guild, diary: Diary) -> None:
    diary.entries = [entry(1), entry(2, title_en="Pub")]
    answer = await fetched(guild, PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'inline; filename="calendar.ics"'
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ics.read(answer.content).titles == ["Dinner", "Pub"]


async def test_ids_are_of_the_host_that_everybody_knows_us_by(guild: Guild, diary: Diary) -> None:
    diary.entries = [entry(7, path="/events/7")]
    with configured(public_url="https://api.example.org:8443/", site_url="https://example.org"):
        dinner = ics.read((await fetched(guild, PATH)).content).event("event-7")
    assert dinner.text("UID") == "event-7@api.example.org"
    assert dinner.one("URL").value == "https://example.org/events/7"


@pytest.mark.parametrize(
    ("query", "header", "title", "name"),
    [
        ("", "", "Dinner", "The F-Guild"),
        ("", "sv-SE,sv;q=0.9,en;q=0.1", "Sittning", "F-sektionen"),
        ("?lang=sv", "en", "Sittning", "F-sektionen"),
        ("?lang=en", "sv", "Dinner", "The F-Guild"),
    ],
)
async def test_the_language_is_the_one_in_the_address_or_else_the_one_asked_for(
    guild: Guild, diary: Diary, query: str, header: str, title: str, name: str
) -> None:
    diary.entries = [entry()]
    answer = await fetched(guild, PATH + query, **{"Accept-Language": header})
    found = ics.read(answer.content)
    assert (found.titles, found.text("NAME")) == ([title], name)
    assert "Accept-Language" in answer.headers["vary"]


async def test_it_goes_a_year_back_and_forward_without_end(guild: Guild, diary: Diary) -> None:
    await fetched(guild, PATH)
    assert diary.wanted == [Wanted(since=TODAY - timedelta(days=365))]


async def test_it_can_be_narrowed_to_a_council(guild: Guild, diary: Diary) -> None:
    council = await guild.council("Sexmästeriet")
    answer = await fetched(guild, f"{PATH}?council={council}&lang=sv")
    assert diary.wanted[0].council_id == council
    assert ics.read(answer.content).text("NAME") == "F-sektionen: Sexmästeriet"
    english = await fetched(guild, f"{PATH}?council={council}&lang=en")
    assert ics.read(english.content).text("NAME") == "The F-Guild: Sexmästeriet in English"


class LabelNotFound(NotFound):
    code, en, sv = "label_not_found_in_tests", "No such label", "Etiketten finns inte"


async def test_it_can_be_narrowed_to_a_tag_and_a_council_at_once(
    guild: Guild, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def label(_session: object, wanted: Wanted) -> Names | None:
        if wanted.tag_id not in (None, 5):
            raise LabelNotFound
        return Names(sv="Sittning", en="Dinner") if wanted.tag_id else None

    answers = calendar.narrowed_to._answers  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(calendar.narrowed_to, "_answers", {"councils": answers["councils"], "labels": label})
    council = await guild.council("Sexmästeriet")
    answer = await fetched(guild, f"{PATH}?tag=5&council={council}&lang=sv")
    assert (diary.wanted[0].council_id, diary.wanted[0].tag_id) == (council, 5)
    assert ics.read(answer.content).text("NAME") == "F-sektionen: Sexmästeriet: Sittning"
    assert code(await fetched(guild, f"{PATH}?tag=6&council={council}")) == (404, "label_not_found_in_tests")


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("council=999", (404, "council_not_found")),
        ("council=0", (404, "council_not_found")),
        ("council=x", (422, "invalid_input")),
        ("tag=x", (422, "invalid_input")),
        ("tag=2147483648", (422, "invalid_input")),
        ("lang=de", (422, "invalid_input")),
    ],
)
async def test_what_is_not_there_is_refused(guild: Guild, diary: Diary, query: str, refusal: tuple[int, str]) -> None:
    assert code(await fetched(guild, f"{PATH}?{query}")) == refusal
    assert diary.wanted == []


async def test_a_tag_that_nobody_knows_of_is_not_found(
    guild: Guild, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar.narrowed_to, "_answers", {})
    assert code(await fetched(guild, f"{PATH}?tag=1")) == (404, "calendar_not_found")


async def test_who_has_it_already_is_told_so(guild: Guild, diary: Diary) -> None:
    diary.entries = [entry()]
    first = await fetched(guild, PATH)
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await fetched(guild, PATH, **{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["cache-control"] == "public, max-age=300"
    assert (await fetched(guild, PATH, **{"If-None-Match": '"other"'})).content == first.content


async def test_the_etag_changes_with_the_calendar_and_with_nothing_else(guild: Guild, diary: Diary) -> None:
    diary.entries = [entry(1), entry(2)]
    etag = (await fetched(guild, PATH)).headers["etag"]
    diary.entries = [entry(2), entry(1)]
    assert (await fetched(guild, PATH)).headers["etag"] == etag
    diary.entries = [entry(2), entry(1, status="CANCELLED", sequence=1)]
    changed = await fetched(guild, PATH, **{"If-None-Match": etag})
    assert changed.status_code == 200
    assert ics.read(changed.content).event("event-1").one("STATUS").value == "CANCELLED"


async def test_head_answers_as_get_without_the_bytes(guild: Guild, diary: Diary) -> None:
    diary.entries = [entry()]
    whole, head = await fetched(guild, PATH), await (await guild.client()).head(PATH)
    assert (head.status_code, head.content) == (200, b"")
    same = ("etag", "content-type", "content-length", "cache-control", "content-disposition", "vary")
    assert [head.headers[name] for name in same] == [whole.headers[name] for name in same]
    assert whole.headers["content-length"] == str(len(whole.content))


async def test_it_takes_one_statement_for_each_domain_and_one_for_the_council(guild: Guild, diary: Diary) -> None:
    council = await guild.council()
    diary.entries = [entry(number) for number in range(300)]
    client = await guild.client()
    with guild.statements() as statements:
        assert len(ics.read((await client.get(PATH)).content).events) == 300
    assert len(statements) == 1
    with guild.statements() as statements:
        await client.get(f"{PATH}?council={council}")
    assert len(statements) == 2


async def test_only_a_flood_is_too_often(guild: Guild, diary: Diary) -> None:
    with configured(rate_limit_refresh="3/5 minutes"):
        program, other = await guild.client("203.0.113.7"), await guild.client("203.0.113.8")
        assert [(await program.get(PATH)).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert (await other.get(PATH)).status_code == 200
