"""Texts of a calendar."""

import pytest

from guildhall.domains.calendars.rules.texts import line, plain


@pytest.mark.parametrize(
    ("markdown", "says"),
    [
        ("**Fin** *middag* med __sång__ och _dans_", "Fin middag med sång och dans"),
        ("# Meny\n\n## Förrätt\nSoppa", "Meny\n\nFörrätt\nSoppa"),
        ("Anmäl dig [här](https://example.org/a_b).", "Anmäl dig här (https://example.org/a_b)."),
        ("[https://example.org](https://example.org)", "https://example.org"),
        ("Se ![affischen](/bild.png)", "Se affischen"),
        ("Först<br />\n\n<br />\n\nsedan<br>sist", "Först\n\nsedan\nsist"),
        (r"5 \* 3 \_ \[x\]", "5 * 3 _ [x]"),
        ("* en\n* två\n- tre", "* en\n* två\n- tre"),
        ("snake_case_name och 2 * 3 * 4", "snake_case_name och 2 * 3 * 4"),
        ("rad\r\nrad\rrad\u2028rad\x85rad", "rad\nrad\nrad\nrad\nrad"),
        ("\n\n  bara text \n\n\n\n mer \n", "bara text\n\n mer"),
        ("", ""),
    ],
)
def test_markdown_is_told_in_plain_words(markdown: str, says: str) -> None:
    assert plain(markdown) == says


def test_control_characters_are_left_out() -> None:
    everything = "".join(map(chr, range(32))) + "\x7f\x80\x9f\ud800\uffff" + "kvar"
    assert line(everything) == "kvar"
    assert set(plain(f"a{everything}")) - set("akvr") <= {"\n", "\t"}


def test_a_title_is_one_line() -> None:
    assert line(" Sittning\r\nBEGIN:VEVENT\n\tSUMMARY:x ") == "Sittning BEGIN:VEVENT SUMMARY:x"


@pytest.mark.parametrize("sign", ["*", "_", "[", "](", "![", "**a", "__a", "\\", "<br", "# ", "\n ", "[a](", "*a _b "])
def test_no_text_takes_long(sign: str) -> None:
    # One that took time by its square would not be done within the patience of whoever runs this.
    plain(sign * (500_000 // len(sign)))
