"""Finding documents by what they are called and what they say."""

from typing import Any

import pytest
from sqlalchemy import event, text

from guildhall.domains.documents.rules import SEARCHABLE, searchable
from tests.domains.documents.papers import keeper, shelved, uploaded
from tests.guild import Guild, Person, code
from tests.pdfs import pdf


async def found(person: Person, query: str, **more: Any) -> list[str]:
    answer = await person.get("/document/", params={"q": query} | more)
    assert answer.status_code == 200, answer.text
    return [document["title"] for document in answer.json()]


async def test_a_document_is_found_by_what_it_says(guild: Guild) -> None:
    hanna = await keeper(guild)
    await uploaded(hanna, pdf("Inledning", "Kassören äger firmatecknandet"), "a.pdf", title="Stadgar")
    await uploaded(hanna, pdf("Om bilen"), "b.pdf", title="Reglemente")
    assert await found(hanna, "kassören") == ["Stadgar"]
    assert await found(hanna, "KASSOREN firma") == ["Stadgar"]
    assert await found(hanna, "kassören bilen") == []


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("Mötena hölls i augusti", "möte"),
        ("Mötet hölls", "möte"),
        ("Sektionens medlemmar", "medlem"),
        ("styrelsemöte", "styrelse"),
        ("Årsmötet", "arsmote"),
        ("A\u030arsmo\u0308tet", "årsmötet"),
        ("ofﬁciell", "officiell"),
        ("The policies of the guild", "policy"),
        ("meetings were held", "meeting"),
        ("Beslut § 12 om 4500 kr", "4500"),
        ("Ljungström, Åsa", "asa ljung"),
    ],
)
async def test_words_are_found_in_their_forms_in_both_languages(guild: Guild, said: str, query: str) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Det", text=said)
    await shelved(guild, hanna, "Annat", text="Någonting helt annat")
    assert await found(hanna, query) == ["Det"]


async def test_titles_are_found_by_the_middle_of_a_word_too(guild: Guild) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Styrelseprotokoll 7")
    assert await found(hanna, "protokoll") == ["Styrelseprotokoll 7"]
    assert await found(hanna, "rotokol") == ["Styrelseprotokoll 7"]
    assert await found(hanna, "ro") == []


async def test_titles_come_before_categories_and_those_before_texts(guild: Guild) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Bokslut", category="Annat", text="budget " * 50)
    await shelved(guild, hanna, "Utfall", category="Budget")
    await shelved(guild, hanna, "Budget 2027", category="Annat")
    await shelved(guild, hanna, "Revision", category="Annat", text="budget")
    assert await found(hanna, "budget") == ["Budget 2027", "Utfall", "Revision", "Bokslut"]
    assert await found(hanna, "budget", category="Annat") == ["Budget 2027", "Revision", "Bokslut"]


async def test_what_is_private_is_found_by_members_only(guild: Guild) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Koder", is_private=True, text="hemligt ord")
    assert await found(hanna, "hemligt") == ["Koder"]
    assert await found(await guild.user(), "hemligt") == []
    assert (await (await guild.client()).get("/document/", params={"q": "hemligt"})).json() == []


async def test_an_edited_title_is_found_and_the_old_one_is_not(guild: Guild) -> None:
    hanna = await keeper(guild)
    number = await shelved(guild, hanna, "Stadgar")
    await hanna.patch(f"/document/patch_document/{number}", json={"title": "Reglemente"})
    assert (await found(hanna, "reglemente"), await found(hanna, "stadgar")) == (["Reglemente"], [])


@pytest.mark.parametrize("query", ["&", "!!!", "':*", "och", "the", "a:* | b", "\\", "((", "½ ⑴", "%", "_", "'' & ''"])
async def test_signs_of_the_database_are_only_signs(guild: Guild, query: str) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Stadgar", text="Text")
    assert await found(hanna, query) == []


async def test_a_blank_search_is_none(guild: Guild) -> None:
    hanna = await keeper(guild)
    await shelved(guild, hanna, "Stadgar")
    assert await found(hanna, "  ") == ["Stadgar"]


@pytest.mark.parametrize("wrong", [{"q": "x" * 201}, {"q": "a\x00"}, {"category": "x" * 201}])
async def test_what_does_not_fit_is_422(guild: Guild, wrong: dict[str, str]) -> None:
    assert code(await (await guild.client()).get("/document/", params=wrong)) == (422, "invalid_input")


UNITS = [chr(sign) for sign in range(0x3300, 0x3358)]  # one sign for a Japanese word
WORST = {
    "words of three": lambda n: " ".join(_numbered(n, 4)),
    "words with hyphens": lambda n: " ".join(f"{word}-{word}x" for word in _numbered(n // 12, 4)),
    "addresses": lambda n: " ".join(f"{word}.se/{word}/{word}" for word in _numbered(n // 16, 4)),
    "one word": lambda n: "x" * n,
    "one word again and again": lambda n: "ord " * n,
    "Chinese": lambda n: " ".join(chr(0x4E00 + i % 20000) + chr(0x4E00 + i // 7 % 20000) for i in range(n)),
    "signs that unfold": lambda n: " ".join(f"{one}{other}-{other}{one}" for one in UNITS for other in UNITS) * 9,
    "words of syllables": lambda n: " ".join(chr(0xAC00 + i % 11000) + chr(0xD000 + i // 7 % 1000) for i in range(n)),
}


def _numbered(many: int, width: int) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    size = len(letters)
    return ["".join(letters[number // size**place % size] for place in range(width)) for number in range(many)]


@pytest.mark.parametrize("kind", WORST)
async def test_however_much_a_document_says_the_database_keeps_it(guild: Guild, kind: str) -> None:
    """PostgreSQL takes a megabyte of words and no more, and says so with an error."""
    hanna = await keeper(guild)
    said = searchable(WORST[kind](SEARCHABLE))
    assert len(said.encode()) > SEARCHABLE * 0.9
    await shelved(guild, hanna, "Långt", text=said)
    assert await found(hanna, "långt") == ["Långt"]


async def test_the_hundred_best_are_found(guild: Guild) -> None:
    hanna = await keeper(guild)
    for number in range(101):
        await shelved(guild, hanna, f"Protokoll {number}", category="", text="budget")
    await shelved(guild, hanna, "Budget")
    assert await found(hanna, "budget") == ["Budget", *(f"Protokoll {number}" for number in range(100, 1, -1))]


async def test_the_words_of_many_long_texts_are_asked_of_the_index(guild: Guild) -> None:
    hanna = await keeper(guild)
    for number in range(30):
        await shelved(guild, hanna, f"Protokoll {number}", text=f"ord {number} " * 500)
    async with guild.session() as session:
        await session.execute(text("ANALYZE documents"))
    plan = await _plan(guild, hanna, "ord protokoll")
    assert "Bitmap Index Scan on documents_search_idx" in plan, plan
    assert "Bitmap Index Scan on documents_title_idx" in plan, plan
    assert "Seq Scan on documents" not in plan, plan


async def _plan(guild: Guild, person: Person, query: str) -> str:
    """How the database carries out the very statements that the search sends."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    engine = guild.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await found(person, query)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    *_, (prepare, how), (statement, parameters) = sent
    async with guild.session() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(prepare, how)
        rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return "\n".join(row[0] for row in rows)
