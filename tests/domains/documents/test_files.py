"""Reading the files of documents: whole, in part, only when they are not known, and by whom."""

from pathlib import Path

import pytest
from sqlalchemy import select

from guildhall.platform.storage import StoredFile, store
from guildhall.platform.storage.files import remove
from tests.domains.documents.papers import keeper, lying, uploaded
from tests.guild import Guild, code, configured
from tests.pdfs import pdf

LARGE = pdf("Stadgar", *(f"Paragraf {number} " * 40 for number in range(400)), compress_streams=False)
WAYS = ("/document/document_file/{}", "/document/{}")


async def test_a_file_comes_as_it_was_sent_to_be_kept_or_to_be_looked_at(guild: Guild) -> None:
    hanna, data = await keeper(guild), pdf("Stadgar")
    number = (await uploaded(hanna, data, "Stadgar för F.pdf"))["id"]
    nobody = await guild.client()
    kept, shown = [await nobody.get(way.format(number)) for way in WAYS]
    assert kept.content == shown.content == data
    assert kept.headers["Content-Type"] == shown.headers["Content-Type"] == "application/pdf"
    assert kept.headers["Content-Disposition"] == 'attachment; filename="StadgarforF.pdf"'
    assert shown.headers["Content-Disposition"] == 'inline; filename="StadgarforF.pdf"'
    assert kept.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for answer in (kept, shown):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert answer.headers["Content-Length"] == str(len(data))
        assert answer.headers["Last-Modified"].endswith(" GMT")


@pytest.mark.parametrize("way", WAYS)
async def test_a_private_file_is_for_members_and_for_no_cache_of_others(guild: Guild, way: str) -> None:
    hanna, data = await keeper(guild), pdf("Koder")
    path = way.format((await uploaded(hanna, data, is_private=True))["id"])
    answer = await (await guild.member()).get(path)
    assert (answer.content, answer.headers["Cache-Control"]) == (data, "private, no-cache")
    assert code(await (await guild.client()).get(path)) == (401, "not_authenticated")
    assert code(await (await guild.member(is_verified=False)).get(path)) == (401, "not_authenticated")
    assert code(await (await guild.user()).get(path)) == (403, "not_member")
    known = {"If-None-Match": answer.headers["ETag"]}
    assert code(await (await guild.user()).get(path, headers=known)) == (403, "not_member")


@pytest.mark.parametrize("way", WAYS)
async def test_a_document_that_became_private_is_shown_to_strangers_no_more(guild: Guild, way: str) -> None:
    hanna, nobody = await keeper(guild), await guild.client()
    number = (await uploaded(hanna))["id"]
    known = {"If-None-Match": (await nobody.get(way.format(number))).headers["ETag"]}
    await hanna.patch(f"/document/patch_document/{number}", json={"is_private": True})
    assert code(await nobody.get(way.format(number), headers=known)) == (401, "not_authenticated")


@pytest.mark.parametrize("way", WAYS)
async def test_who_has_the_file_is_told_so(guild: Guild, way: str) -> None:
    hanna = await keeper(guild)
    path = way.format((await uploaded(hanna))["id"])
    etag = (await hanna.get(path)).headers["ETag"]
    answer = await hanna.get(path, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert (await hanna.get(path, headers={"If-None-Match": '"another"'})).status_code == 200


@pytest.mark.parametrize("way", WAYS)
async def test_a_part_of_a_file_comes_alone(guild: Guild, way: str) -> None:
    hanna = await keeper(guild)
    path = way.format((await uploaded(hanna, LARGE))["id"])
    part = await hanna.get(path, headers={"Range": "bytes=100000-100099"})
    assert (part.status_code, part.content) == (206, LARGE[100_000:100_100])
    assert part.headers["Content-Range"] == f"bytes 100000-100099/{len(LARGE)}"
    assert (await hanna.get(path, headers={"Range": "bytes=-7"})).content == LARGE[-7:]
    assert (await hanna.get(path, headers={"Range": f"bytes={len(LARGE)}-"})).status_code == 416
    assert (await hanna.get(path)).content == LARGE


@pytest.mark.parametrize("way", WAYS)
async def test_head_tells_of_a_file_and_sends_nothing(guild: Guild, way: str) -> None:
    hanna = await keeper(guild)
    path = way.format((await uploaded(hanna, LARGE))["id"])
    head = await hanna.client.head(path)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(LARGE)))


@pytest.mark.parametrize("way", WAYS)
async def test_a_file_of_no_document_is_not_found(guild: Guild, way: str) -> None:
    for person in (await guild.client(), await guild.member()):
        assert code(await person.get(way.format(999))) == (404, "document_not_found")
        assert code(await person.get(way.format("nonsense"))) == (422, "invalid_input")


async def test_a_file_that_is_lost_is_our_fault_and_said_so(guild: Guild) -> None:
    hanna = await keeper(guild)
    number = (await uploaded(hanna, LARGE))["id"]
    for key in await lying():
        await remove(store(), key)
    answer = await hanna.get(f"/document/document_file/{number}")
    assert code(answer) == (503, "file_missing")


async def test_a_file_takes_few_statements(guild: Guild) -> None:
    hanna = await keeper(guild)
    number = (await uploaded(hanna))["id"]
    with guild.statements() as statements:
        await hanna.get(f"/document/document_file/{number}")
    assert len(statements) == 2


async def test_documents_can_be_kept_in_memory(guild: Guild) -> None:
    hanna = await keeper(guild)
    with configured(storage_url="memory://"):
        number = (await uploaded(hanna, LARGE))["id"]
        assert store().folder is None
        assert (await hanna.get(f"/document/{number}")).content == LARGE


async def test_where_a_proxy_sends_files_it_is_told_the_same(guild: Guild, tmp_path: Path) -> None:
    hanna = await keeper(guild)
    with configured(storage_url=tmp_path.as_uri(), storage_accel="/internal/files/"):
        number = (await uploaded(hanna))["id"]
        async with guild.session() as session:
            key = (await session.scalars(select(StoredFile))).one().key
        answer = await hanna.get(f"/document/document_file/{number}")
    assert (answer.content, answer.headers["X-Accel-Redirect"]) == (b"", f"/internal/files/{key}")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Stadgar.pdf"'
