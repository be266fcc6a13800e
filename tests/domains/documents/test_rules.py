"""How files are named, and what is searched for."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.searching import words
from guildhall.domains.documents.rules import SEARCHABLE, searchable, stem_and_extension


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("my file åäö.pdf", ("myfileaao", "pdf")),
        ("Reglemente ÅÄÖ (2026).PDF", ("ReglementeAAO2026", "pdf")),
        ("a_b-c.d.pdf", ("a_bcd", "pdf")),
        ("re\u0301sume\u0301 o\u0308.pdf", ("resumeo", "pdf")),
        ("Møde.pdf", ("Mode", "pdf")),
        ("..\\..\\etc\\passwd.pdf", ("passwd", "pdf")),
        ("../../etc/passwd", ("passwd", "")),
        ("stadgar", ("stadgar", "")),
        ("stadgar.", ("stadgar", "")),
        ("stadgar.exe", ("stadgar", "exe")),
        ("法.pdf", ("", "pdf")),
        (".pdf", ("", "pdf")),
        ("", ("", "")),
    ],
)
def test_a_file_is_named_by_letters_digits_and_underscores(name: str, parts: tuple[str, str]) -> None:
    assert stem_and_extension(name) == parts


@given(st.text())
def test_whatever_it_was_called_a_stored_name_is_plain(name: str) -> None:
    stem, extension = stem_and_extension(name)
    assert re.fullmatch(r"[A-Za-z0-9_]*", stem)
    assert re.fullmatch(r"[a-z0-9_]*", extension)


@given(st.text())
def test_naming_a_named_file_again_changes_nothing(name: str) -> None:
    parts = stem_and_extension(name)
    assert stem_and_extension(".".join(parts)) == parts


@given(st.text(), st.text(alphabet=" -(),;:!?&%#+='\""))
def test_blanks_and_signs_make_no_other_name(name: str, signs: str) -> None:
    assert stem_and_extension(f"{name}{signs}.pdf") == stem_and_extension(f"{name}.pdf")


@given(st.text())
def test_what_is_searched_for_are_few_words_without_signs(query: str) -> None:
    found = words(query)
    assert len(found) <= 10
    assert all(word.isalnum() for word in found)


def test_words_are_without_accents_also_when_they_were_typed_with_loose_ones() -> None:
    assert words("Mötet & o\u0308ar ﬁ (årsmöte):* ' \\") == ["Motet", "oar", "fi", "arsmote"]


@given(st.text(st.characters(max_codepoint=127)))
def test_a_short_text_is_searchable_as_it_is(text: str) -> None:
    assert searchable(text) == text


def test_of_a_long_text_the_beginning_is_searchable_and_no_letter_is_cut_in_two() -> None:
    assert searchable("a" + "ж" * SEARCHABLE) == "a" + "ж" * (SEARCHABLE // 2 - 1)


@given(st.text(min_size=1))
def test_what_is_searchable_does_not_grow_any_more(text: str) -> None:
    kept = searchable(text * (SEARCHABLE // len(text)))
    assert len(unicodedata.normalize("NFKD", kept).encode()) <= SEARCHABLE
