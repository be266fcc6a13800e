"""Finding people by name."""

from typing import Any

import pytest
from sqlalchemy import event, text

from tests.guild import Guild, Person, code

CROWD = """
INSERT INTO users (email, hashed_password, first_name, last_name, telephone_number, start_year, program,
    account_created)
SELECT 'crowd' || n || '@example.com', '',
    (ARRAY['Alva', 'Åsa', 'Örjan', 'Märta', 'Nils-Erik', 'José', 'Ida', 'Hanna'])[1 + n % 8],
    initcap(translate(left(md5(n::text), 7), '0123456789', 'aouyilnrst'))
        || (ARRAY['sson', 'qvist', 'berg', 'lund', 'ström'])[1 + n % 5],
    'tel:+46-70-174-06-05', 2015 + n % 10, (ARRAY['F', 'Pi', 'N', 'Oklart'])[1 + n % 4], now()
FROM generate_series(1, 50000) AS n
"""


async def people(guild: Guild, *names: str, **columns: Any) -> dict[str, int]:
    """Users with these first and last names; their ids."""
    ids: dict[str, int] = {}
    for name in names:
        first, _, last = name.rpartition(" ")
        ids[name] = (await guild.user(first, last_name=last, **columns)).id
    return ids


async def found(viewer: Person, **query: Any) -> list[str]:
    """The full names that a search finds, the viewer left out."""
    answer = await viewer.get("/users/search/", params={"exclude_ids": viewer.id} | query)
    assert answer.status_code == 200, answer.text
    return [f"{user['first_name']} {user['last_name']}" for user in answer.json()]


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("berg", ["Bo Berg", "Åsa Åberg"]),
        ("BERG", ["Bo Berg", "Åsa Åberg"]),
        ("aberg", ["Åsa Åberg"]),
        ("åberg", ["Åsa Åberg"]),
        ("A\u030aberg", ["Åsa Åberg"]),  # the same letter, written as two
        ("asa", ["Åsa Åberg"]),
        ("jose", ["José Ek"]),
        ("josé", ["José Ek"]),
        ("åsa berg", ["Åsa Åberg"]),
        ("berg åsa", ["Åsa Åberg"]),
        ("  berg   åsa ", ["Åsa Åberg"]),
        ("Bo", ["Bo Berg"]),  # under three letters it must be the whole first or last name
        ("ek", ["José Ek"]),
        ("Bo B", ["Bo Berg"]),
        ("be", []),
        ("o", []),
        ("nna Mar", ["Anna Maria Lind"]),
        ("anna lind bo", []),
        ("bober", []),  # a word is in one of the names, not across them
        ("oBerg", []),
        ("%", []),
        ("___", []),
        ("b%g", []),
        ("\\\\\\", []),
        ("'; DROP TABLE users; --", []),
    ],
)
async def test_names_are_found_without_case_and_accents(guild: Guild, name: str, who: list[str]) -> None:
    viewer = await guild.holder("view:User", name="Xx", last_name="Yy")
    await people(guild, "Åsa Åberg", "Bo Berg", "José Ek", "Anna Maria Lind")
    assert await found(viewer, name=name) == who


async def test_signs_that_mean_something_to_the_database_are_only_signs(guild: Guild) -> None:
    viewer = await guild.holder("view:User", name="Xx", last_name="Yy")
    await people(guild, "100%ig Ek", "Snake_case Ek", "Back\\slash Ek")
    assert await found(viewer, name="0%i") == ["100%ig Ek"]
    assert await found(viewer, name="e_c") == ["Snake_case Ek"]
    assert await found(viewer, name="k\\s") == ["Back\\slash Ek"]


async def test_people_come_by_last_and_first_name_as_swedish_sorts(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    await people(
        guild, "Bo Öst", "Bo Ärlig", "Bo Åberg", "Bo Zorn", "Örjan Ek", "Åke Ek", "Zara Ek", "Édith Ek", "Eva Ek"
    )
    order = ["Édith Ek", "Eva Ek", "Zara Ek", "Åke Ek", "Örjan Ek", "Bo Zorn", "Bo Åberg", "Bo Ärlig", "Bo Öst"]
    assert await found(viewer) == order


async def test_filters_are_all_applied(guild: Guild) -> None:
    viewer = await guild.holder("view:User", program="F", start_year=2020)
    await people(guild, "Anna Ek", program="F", start_year=2020)
    await people(guild, "Bo Ek", program="Pi", start_year=2020)
    await people(guild, "Cecilia Ek", program="F", start_year=2021)
    ids = await people(guild, "Dag Ek", program="F", start_year=2020)
    assert await found(viewer, program="F") == ["Anna Ek", "Cecilia Ek", "Dag Ek"]
    assert await found(viewer, program="F", start_year=2020) == ["Anna Ek", "Dag Ek"]
    assert await found(viewer, program="F", start_year=2020, name="dag") == ["Dag Ek"]
    excluded = [viewer.id, ids["Dag Ek"]]
    assert await found(viewer, program="F", start_year=2020, exclude_ids=excluded) == ["Anna Ek"]
    assert await found(viewer, program="Q") == []
    assert await found(viewer, start_year=0) == []


async def test_pages_meet_without_gap_or_overlap(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    names = [f"Bo Ek{letter}" for letter in "abcdefghij"]
    await people(guild, *names, *names[:2])
    pages = [await found(viewer, limit=5, offset=offset) for offset in (0, 5, 10, 15)]
    assert [len(page) for page in pages] == [5, 5, 2, 0]
    assert sorted(name for page in pages for name in page) == sorted([*names, *names[:2]])
    assert await found(viewer, limit=0) == []


async def test_twenty_are_shown_when_nothing_is_asked(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    async with guild.session() as session:
        await session.execute(text(CROWD.replace("50000", "30")))
    assert len(await found(viewer)) == 20
    assert len(await found(viewer, limit=100)) == 30
    assert await found(viewer, name="   ") == await found(viewer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 101},
        {"limit": -1},
        {"limit": "x"},
        {"offset": -1},
        {"offset": 2**31},
        {"start_year": "x"},
        {"start_year": 10**30},
        {"exclude_ids": "x"},
        {"exclude_ids": 2**31},
        {"name": "x" * 201},
        {"name": "a\x00b"},
    ],
)
async def test_what_does_not_fit_is_told(guild: Guild, wrong: dict[str, Any]) -> None:
    viewer = await guild.holder("view:User")
    assert code(await viewer.get("/users/search/", params=wrong)) == (422, "invalid_input")


async def test_as_many_as_one_likes_may_be_left_out(guild: Guild) -> None:
    viewer = await guild.holder("view:User")
    await people(guild, "Bo Ek")
    assert await found(viewer, exclude_ids=[viewer.id, *range(-3000, 0)]) == ["Bo Ek"]


async def test_what_is_found_is_shown_with_posts_in_three_statements(guild: Guild) -> None:
    viewer = await guild.holder("view:User", name="Hanna", last_name="Ek")
    await guild.give(viewer, await guild.post("Spindelman"))
    with guild.statements() as statements:
        (shown,) = (await viewer.get("/users/search/", params={"name": "hanna"})).json()
    assert shown.keys() == {"id", "first_name", "last_name", "program", "posts", "start_year"}
    assert [post["name_sv"] for post in shown["posts"]] == ["Post of Hanna", "Spindelman"]
    assert shown["posts"][0].keys() == {"id", "name_sv", "name_en", "council_id"}
    assert len(statements) == 3


async def test_among_fifty_thousand_a_name_is_found_by_the_index(guild: Guild) -> None:
    viewer = await guild.holder("view:User", name="Xx", last_name="Yy")
    await people(guild, "Åsa Findmequist", "Ng Ek")
    async with guild.session() as session:
        await session.execute(text(CROWD))
        await session.execute(text("ANALYZE users"))
    for name in ("findme", "Åsa findmequist", "ng"):
        plan = await _plan(guild, viewer, name)
        assert "Bitmap Index Scan on users_name_idx" in plan, plan
        assert "Seq Scan on users" not in plan, plan
    assert await found(viewer, name="FINDMÉ") == ["Åsa Findmequist"]
    assert await found(viewer, name="ng") == ["Ng Ek"]
    assert len(await found(viewer, name="sson", limit=100)) == 100


async def _plan(guild: Guild, viewer: Person, name: str) -> str:
    """How the database carries out the very statement that the search sends."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    engine = guild.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await viewer.get("/users/search/", params={"name": name})
    finally:
        event.remove(engine, "before_cursor_execute", note)
    ((statement, parameters),) = [one for one in sent if "LIKE" in one[0]]
    async with guild.session() as session:
        connection = await session.connection()
        rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return "\n".join(row[0] for row in rows)
