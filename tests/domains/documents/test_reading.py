"""Reading what there is of documents: members see all, everybody else what is public."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guildhall.core import clock
from tests.domains.documents.papers import keeper, shelved, uploaded
from tests.guild import Guild, Person, code

NOW = datetime(2027, 2, 1, 11, tzinfo=UTC)


async def titles(person: Person, **query: Any) -> list[str]:
    answer = await person.get("/document/", params=query)
    assert answer.status_code == 200, answer.text
    return [document["title"] for document in answer.json()]


async def test_members_see_all_documents_and_everybody_else_the_public_ones(guild: Guild) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Stadgar")
    await shelved(guild, hanna, "Koder", is_private=True)
    assert await titles(await guild.member()) == ["Koder", "Stadgar"]
    strangers = [await guild.user(), await guild.member(is_verified=False), await keeper(guild, is_member=False)]
    for stranger in strangers:
        assert await titles(stranger) == ["Stadgar"]
    nobody = await guild.client()
    assert [document["title"] for document in (await nobody.get("/document/")).json()] == ["Stadgar"]
    nobody.headers["Authorization"] = "Bearer nonsense"
    assert [document["title"] for document in (await nobody.get("/document/")).json()] == ["Stadgar"]


async def test_membership_counts_as_it_is_now(guild: Guild) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Koder", is_private=True)
    boss = await guild.holder("manage:User")
    assert await titles(hanna) == ["Koder"]
    await boss.patch(f"/users/admin/member-status/{hanna.id}", json={"is_member": False})
    assert await titles(hanna) == []


async def test_a_document_is_shown_as_the_list_shows_it(guild: Guild) -> None:
    hanna = await keeper(guild)
    document = await uploaded(hanna)
    nobody = await guild.client()
    assert (await nobody.get(f"/document/document_data/{document['id']}")).json() == document
    assert (await nobody.get("/document/")).json() == [document]


async def test_a_private_document_is_for_members(guild: Guild) -> None:
    hanna = await keeper(guild)
    path = f"/document/document_data/{await shelved(guild, hanna, 'Koder', is_private=True)}"
    assert (await (await guild.member()).get(path)).json()["title"] == "Koder"
    assert code(await (await guild.client()).get(path)) == (401, "not_authenticated")
    assert code(await (await guild.member(is_verified=False)).get(path)) == (401, "not_authenticated")
    assert code(await (await guild.user()).get(path)) == (403, "not_member")


@pytest.mark.parametrize("path", ["/document/document_data/999", "/document/document_data/-1"])
async def test_a_document_that_is_not_there_is_not_found(guild: Guild, path: str) -> None:
    for person in (await guild.client(), await guild.member()):
        assert code(await person.get(path)) == (404, "document_not_found")


@pytest.mark.parametrize("path", ["/document/document_data/x", f"/document/document_data/{2**31}"])
async def test_an_id_that_is_none_is_422(guild: Guild, path: str) -> None:
    assert code(await (await guild.client()).get(path)) == (422, "invalid_input")


async def test_documents_come_by_category_as_swedish_sorts_and_then_the_newest_first(guild: Guild) -> None:
    hanna = await keeper(guild)
    for day, category in enumerate(["Övrigt", "Protokoll", "Äldre", "Åmåls blues", "Protokoll", "édition"]):
        with clock.stopped(NOW + timedelta(days=day)):
            await shelved(guild, hanna, f"{category} {day}", category=category)
    with clock.stopped(NOW):
        await shelved(guild, hanna, "Utan", category="")
    order = ["Utan", "édition 5", "Protokoll 4", "Protokoll 1", "Åmåls blues 3", "Äldre 2", "Övrigt 0"]
    assert await titles(hanna) == order


async def test_a_category_is_asked_for_by_its_name(guild: Guild) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Stadgar", category="Styrdokument")
    await shelved(guild, hanna, "HTM1", category="Protokoll")
    await shelved(guild, hanna, "Utan", category="")
    assert await titles(hanna, category="Protokoll") == ["HTM1"]
    assert await titles(hanna, category=" Protokoll ") == ["HTM1"]
    assert await titles(hanna, category="protokoll") == []
    assert await titles(hanna, category="") == ["Utan"]
    assert await titles(hanna, category="Protokoll", q="stadgar") == []


async def test_no_documents_are_an_empty_list(guild: Guild) -> None:
    assert (await (await guild.client()).get("/document/")).json() == []


async def test_many_documents_take_as_many_statements_as_none_and_their_texts_stay_where_they_are(
    guild: Guild,
) -> None:
    hanna = await keeper(guild)
    for number in range(30):
        await shelved(guild, hanna, f"Protokoll {number}", text="ord " * 1000)
    for query, many in (({}, 2), ({"q": "protokoll"}, 3), ({"q": "ord", "category": "Protokoll"}, 3)):
        with guild.statements() as statements:
            await hanna.get("/document/", params=query)
        assert len(statements) == many
        assert "documents.text" not in statements[-1]
    with guild.statements() as statements:
        await (await guild.client()).get("/document/")
    assert len(statements) == 1
