"""Swedish and English: what is asked for, and how names are found and sorted."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, column, select, text, values
from sqlalchemy.types import Text

from guildhall.core.language import folded, preferred, swedish_order
from tests.guild import Guild

patient = settings(deadline=None)  # the machine may be busy


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("sv", "sv"),
        ("SV-se", "sv"),
        ("sv-SE,sv;q=0.9,en-US;q=0.8,en;q=0.7", "sv"),
        ("en-US,en;q=0.9,sv;q=0.8", "en"),
        ("en;q=0.2, sv;q=0.3", "sv"),
        ("sv;q=0.3, en;q=0.3", "sv"),  # equally liked: the one named first
        ("de, sv;q=0.5", "sv"),
        ("de", "en"),
        ("*", "en"),
        ("sv;q=0", "en"),
        ("sv;q=0, de", "en"),
        ("sv;q=much", "en"),
        ("sv;q=nan", "en"),
        (";;;,,,q=;sv", "en"),
    ],
)
def test_the_language_asked_for_is_found(header: str | None, language: str) -> None:
    assert preferred(header) == language


@patient
@given(st.text())
def test_whatever_is_asked_for_there_is_an_answer(header: str) -> None:
    assert preferred(header) in ("sv", "en")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Åsa Lindén", "asa linden"),
        ("ÖRJAN", "orjan"),
        ("Strauß", "strauß"),
        ("Ærø", "aro"),
        ("Łukasz Đorđe", "lukasz dorde"),
        ("Nguyễn", "nguyen"),
        ("o'Neill-Öst", "o'neill-ost"),
        ("ﬁn", "fin"),
        ("", ""),
    ],
)
async def test_a_name_is_found_without_case_and_accents(guild: Guild, name: str, key: str) -> None:
    async with guild.session() as session:
        for form in ("NFC", "NFD"):
            typed = unicodedata.normalize(form, name)
            assert await session.scalar(select(folded(bindparam(None, typed, Text)))) == key


async def test_names_sort_as_in_a_swedish_dictionary(guild: Guild) -> None:
    names = ["Adam", "ádam", "Bo", "bö", "Edith", "Édith", "Z", "Å", "Ärla", "Æsir", "Ö", "Ølund", "öst"]
    listed = values(column("name", Text), name="listed").data([(name,) for name in reversed(names)])
    key = swedish_order(text("name")).collate("C")
    async with guild.session() as session:
        found = (await session.scalars(select(listed.c.name).order_by(key, listed.c.name.collate("C")))).all()
    assert found == names
