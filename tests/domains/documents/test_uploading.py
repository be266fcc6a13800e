"""Uploading documents: who may, what is taken, and that nothing stays of what is refused."""

import asyncio
from typing import Any

import pytest

from tests import pdfs
from tests.domains.documents.papers import counted, keeper, lying, post, uploaded
from tests.guild import Guild, code, configured
from tests.pdfs import pdf


async def test_an_uploaded_document_is_as_it_was_sent(guild: Guild) -> None:
    anna = await keeper(guild, name="Anna", last_name="Ek")
    data = pdf("Stadgar", "§ 1")
    document = await uploaded(
        anna, data, "Stadgar för F (2026).PDF", title=" Stadgar ", category="Styrdokument", is_private=True
    )
    assert document == {
        "id": document["id"],
        "title": "Stadgar",
        "file_name": "StadgarforF2026.pdf",
        "category": "Styrdokument",
        "author_id": anna.id,
        "author": {"id": anna.id, "first_name": "Anna", "last_name": "Ek"},
        "created_at": document["created_at"],
        "updated_at": document["created_at"],
        "is_private": True,
        "pages": 2,
        "size": len(data),
    }
    assert (await anna.get(f"/document/document_data/{document['id']}")).json() == document


async def test_who_uploads_needs_the_permission_and_is_a_member(guild: Guild) -> None:
    assert code(await post(await guild.member())) == (403, "missing_permission")
    assert code(await post(await guild.holder("view:Document"))) == (403, "missing_permission")
    assert code(await post(await keeper(guild, is_member=False))) == (403, "not_member")
    assert code(await post(await keeper(guild, is_verified=False))) == (401, "not_authenticated")
    nobody = await guild.client()
    assert code(await nobody.post("/document/", data={}, files={})) == (401, "not_authenticated")
    assert await counted(guild) == (0, 0)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("stadgar", (415, "file_name_not_pdf")),
        ("stadgar.exe", (415, "file_name_not_pdf")),
        ("stadgar.pdf.html", (415, "file_name_not_pdf")),
        ("!!!.pdf", (400, "file_has_no_name")),
        (".pdf", (400, "file_has_no_name")),
        (f"{'a' * 297}.pdf", (400, "file_name_too_long")),
    ],
)
async def test_a_file_needs_a_name_that_says_pdf(guild: Guild, name: str, refusal: tuple[int, str]) -> None:
    assert code(await post(await keeper(guild), name=name)) == refusal


async def test_the_longest_name_is_taken(guild: Guild) -> None:
    assert (await uploaded(await keeper(guild), name=f"{'a' * 296}.pdf"))["file_name"] == f"{'a' * 296}.pdf"


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [
        ("not_a_pdf", "a page", 415),
        ("not_a_pdf", "something before the head", 415),
        ("broken_pdf", "truncated", 400),
        ("pdf_needs_password", "R=6", 415),
        ("pdf_has_scripts", "on opening", 415),
        ("pdf_reaches_out", "launch", 415),
        ("pdf_has_attachments", "attachment", 415),
        ("pdf_too_complex", "packed twice", 413),
    ],
)
async def test_nothing_stays_of_what_is_refused(guild: Guild, kind: str, name: str, status: int) -> None:
    hanna = await keeper(guild)
    assert code(await post(hanna, pdfs.HOSTILE[kind]()[name])) == (status, kind)
    assert await counted(guild) == (0, 0)
    assert await lying() == set()


async def test_an_empty_file_is_no_pdf(guild: Guild) -> None:
    hanna = await keeper(guild)
    form = {"title": "a", "category": "b", "is_private": "false"}
    answer = await hanna.post("/document/", data=form, files={"file": ("a.pdf", b"", "application/pdf")})
    assert code(answer) == (415, "not_a_pdf")


async def test_a_refusal_is_a_sentence_in_the_language_that_is_asked_for(guild: Guild) -> None:
    hanna = await keeper(guild)
    hanna.client.headers["Accept-Language"] = "sv"
    assert (await post(hanna, b"no")).json()["detail"] == "Filen är ingen PDF"
    large = await post(hanna, b"%PDF-1.7" + bytes(26 * 1024**2))
    assert (large.status_code, large.json()["detail"]) == (413, "Filen är för stor. Komprimera den till högst 25 MiB")


async def test_a_document_is_at_most_so_large(guild: Guild) -> None:
    hanna, data = await keeper(guild), pdf("Stadgar")
    with configured(document_limit=str(len(data) + 2000)):
        assert code(await post(hanna, data + b" " * 2001)) == (413, "document_too_large")
    assert await counted(guild) == (0, 0)
    with configured(document_limit=str(max(1024, len(data)))):
        assert (await post(hanna, data)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 301},
        {"title": "a\nb"},
        {"title": "a\x00b"},
        {"category": "x" * 101},
        {"is_private": "perhaps"},
    ],
)
async def test_what_does_not_fit_is_422(guild: Guild, wrong: dict[str, Any]) -> None:
    assert code(await post(await keeper(guild), **wrong)) == (422, "invalid_input")


async def test_a_title_and_a_category_may_be_as_long_as_that_and_a_category_empty(guild: Guild) -> None:
    hanna = await keeper(guild)
    document = await uploaded(hanna, title="å" * 300, category="ö" * 100)
    assert (document["title"], document["category"]) == ("å" * 300, "ö" * 100)
    assert (await uploaded(hanna, name="b.pdf", category=""))["category"] == ""


async def test_everything_of_the_form_but_the_category_is_needed(guild: Guild) -> None:
    hanna = await keeper(guild)
    file = {"file": ("a.pdf", pdf(), "application/pdf")}
    whole = {"title": "a", "category": "b", "is_private": "false"}
    for missing in ("title", "is_private"):
        form = {name: value for name, value in whole.items() if name != missing}
        assert code(await hanna.post("/document/", data=form, files=file)) == (422, "invalid_input")
    assert code(await hanna.post("/document/", data=whole)) == (422, "invalid_input")
    assert code(await hanna.post("/document/", data=whole | {"file": "text"})) == (422, "invalid_input")


async def test_a_file_name_is_one_document_s_whatever_its_signs(guild: Guild) -> None:
    hanna = await keeper(guild)
    await uploaded(hanna, name="Årsmöte 2026.pdf")
    answer = await post(hanna, name="Arsmote2026.PDF")
    assert code(answer) == (409, "file_name_taken")
    assert answer.json()["detail"] == "Another document has the file name Arsmote2026.pdf"
    assert await counted(guild) == (1, 1)


async def test_a_name_that_is_taken_is_told_before_the_file_is_read(guild: Guild) -> None:
    hanna = await keeper(guild)
    await uploaded(hanna, name="a.pdf")
    assert code(await post(hanna, b"no pdf at all", name="a.pdf")) == (409, "file_name_taken")


async def test_of_many_who_want_one_name_one_gets_it_and_nobody_s_file_stays_behind(guild: Guild) -> None:
    hanna = await keeper(guild)
    answers = await asyncio.gather(*(post(hanna, pdf(f"Stadgar {n}"), name="Stadgar.pdf") for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {code(answer) for answer in answers if answer.status_code != 200} == {(409, "file_name_taken")}
    assert await counted(guild) == (1, 1)
    assert len(await lying()) == 1


async def test_the_same_bytes_under_two_names_lie_there_once(guild: Guild) -> None:
    hanna, data = await keeper(guild), pdf("Stadgar, alldeles egna")
    await uploaded(hanna, data, "a.pdf")
    await uploaded(hanna, data, "b.pdf")
    assert await counted(guild) == (2, 1)


async def test_no_connection_is_held_while_a_document_is_read(guild: Guild) -> None:
    hanna = await keeper(guild)
    reading = asyncio.create_task(post(hanna, pdfs.too_complex()["packed nothing"]))
    seen: set[int] = set()
    while not reading.done():
        seen.add(guild.database.connections().in_use)
        await asyncio.sleep(0.01)
    assert 0 in seen
    assert (await reading).status_code == 413


async def test_an_upload_takes_few_statements(guild: Guild) -> None:
    hanna = await keeper(guild)
    with guild.statements() as statements:
        await uploaded(hanna)
    assert len(statements) == 9  # two of them ask who it is: before the form is read, and after
    assert not any("documents.search" in statement for statement in statements)
