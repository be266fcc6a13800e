"""Editing and removing documents, and what becomes of their files and authors."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from guildhall.core import clock
from guildhall.domains.documents.models import Document
from guildhall.platform.storage import StoredFile, drop
from guildhall.platform.storage.domain import domain as storage
from tests.domains.documents.papers import counted, keeper, lying, post, shelved, uploaded
from tests.guild import Guild, Person, code
from tests.pdfs import pdf
from tests.platform.work import work_off


def path_of(number: int) -> str:
    return f"/document/patch_document/{number}"


async def sweep(guild: Guild) -> None:
    """Let every file go that nobody needs."""
    async with guild.session() as session:
        await drop(session, list(await session.scalars(select(StoredFile.id))))
    await work_off(guild, storage)


async def test_what_is_sent_is_changed_and_nothing_else(guild: Guild) -> None:
    hanna, moment = await keeper(guild), clock.now().replace(microsecond=0)
    before = await uploaded(hanna)
    for wish in ({"title": "Nya stadgar"}, {"category": "Äldre"}, {"is_private": True}):
        moment += timedelta(minutes=1)
        with clock.stopped(moment):
            answer = await hanna.patch(path_of(before["id"]), json=wish)
        after = before | wish | {"updated_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
        assert answer.json() == after
        assert (await hanna.get(f"/document/document_data/{before['id']}")).json() == after
        before = after


@pytest.mark.parametrize("wish", [{}, {"title": None, "category": None, "is_private": None}, {"file_name": "b.pdf"}])
async def test_null_and_nothing_change_nothing(guild: Guild, wish: dict[str, Any]) -> None:
    hanna = await keeper(guild)
    document = await uploaded(hanna, is_private=True)
    assert (await hanna.patch(path_of(document["id"]), json=wish)).json() == document


async def test_a_category_may_become_empty_and_a_title_may_not(guild: Guild) -> None:
    hanna = await keeper(guild)
    number = await shelved(guild, hanna, "Stadgar", category="Styrdokument")
    assert (await hanna.patch(path_of(number), json={"category": ""})).json()["category"] == ""
    for wish in ({"title": ""}, {"title": "  "}, {"title": "x" * 301}, {"category": "x" * 101}, {"title": "a\nb"}):
        assert code(await hanna.patch(path_of(number), json=wish)) == (422, "invalid_input")


@pytest.mark.parametrize("verb", ["patch", "delete"])
async def test_editing_and_removing_need_the_permission_and_no_membership(guild: Guild, verb: str) -> None:
    hanna = await keeper(guild)
    number = await shelved(guild, hanna, "Stadgar", is_private=True)

    async def do(person: Person, number: int) -> Any:
        if verb == "patch":
            return await person.patch(path_of(number), json={"title": "Ny"})
        return await person.delete(f"/document/delete_document/{number}")

    assert code(await do(await guild.client(), number)) == (401, "not_authenticated")  # pyright: ignore[reportArgumentType]
    assert code(await do(await guild.member(), number)) == (403, "missing_permission")
    assert code(await do(await guild.holder("view:Document", "super:Event"), number)) == (403, "missing_permission")
    assert code(await do(hanna, 999)) == (404, "document_not_found")
    assert (await do(await keeper(guild, is_member=False), number)).status_code == 200


async def test_removing_answers_what_was_and_its_file_goes_after_the_commit(guild: Guild) -> None:
    hanna = await keeper(guild)
    document = await uploaded(hanna)
    assert len(await lying()) == 1
    assert (await hanna.delete(f"/document/delete_document/{document['id']}")).json() == document
    assert code(await hanna.get(f"/document/document_data/{document['id']}")) == (404, "document_not_found")
    assert await counted(guild) == (0, 1)
    await sweep(guild)
    assert await counted(guild) == (0, 0)
    assert await lying() == set()


async def test_the_file_of_two_documents_stays_until_the_last_one_goes(guild: Guild) -> None:
    hanna, data = await keeper(guild), pdf("Tvillingar")
    one, other = await uploaded(hanna, data, "a.pdf"), await uploaded(hanna, data, "b.pdf")
    await hanna.delete(f"/document/delete_document/{one['id']}")
    await sweep(guild)
    assert (await hanna.get(f"/document/document_file/{other['id']}")).content == data


async def test_a_name_is_free_again_when_its_document_is_gone(guild: Guild) -> None:
    hanna = await keeper(guild)
    document = await uploaded(hanna)
    await hanna.delete(f"/document/delete_document/{document['id']}")
    assert (await post(hanna)).status_code == 200


async def test_of_two_who_remove_at_once_one_does(guild: Guild) -> None:
    hanna = await keeper(guild)
    number = await shelved(guild, hanna, "Stadgar")
    answers = await asyncio.gather(*(hanna.delete(f"/document/delete_document/{number}") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]


async def test_whoever_wrote_a_document_cannot_be_deleted(guild: Guild) -> None:
    hanna, boss = await keeper(guild), await guild.holder("super:User", "manage:User")
    await shelved(guild, hanna, "Stadgar")
    async with guild.session() as session:
        author = await session.scalar(select(Document.author_id))
    leaver = await guild.user()
    async with guild.session() as session:
        document = await session.scalar(select(Document))
        assert document and author == hanna.id
        document.author_id = leaver.id
    assert code(await boss.delete(f"/users/admin/{leaver.id}")) == (409, "user_still_named")
    await hanna.delete(f"/document/delete_document/{document.id}")
    assert (await boss.delete(f"/users/admin/{leaver.id}")).status_code == 204
