"""Every mail can be looked at before anybody gets it."""

import re
from pathlib import Path
from typing import Literal

import pytest
from typer.testing import CliRunner

from guildhall.app.cli import app
from guildhall.app.cli_mail import templates
from guildhall.app.mail_examples import FACTS
from guildhall.platform.mail.rendering import render

MODES: tuple[Literal["sv", "en"] | None, ...] = (None, "sv", "en")
TEMPLATES = templates()


def said(*words: str) -> str:
    answer = CliRunner().invoke(app, ["mail", "preview", *words])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.mark.parametrize("path", TEMPLATES.values(), ids=TEMPLATES)
@pytest.mark.parametrize("language", MODES, ids=str)
def test_every_template_has_its_examples_and_says_something_in_every_language(
    path: str, language: Literal["sv", "en"] | None
) -> None:
    letter = render(path, language, **FACTS)
    assert letter.subject
    assert "None" not in letter.text
    assert not re.search(r"\n{3}|\{\{|\{%", letter.text)
    assert ("/" in letter.subject) == (language is None)
    assert ('lang="sv"' in letter.html, 'class="part" lang="en"' in letter.html) == (
        language != "en",
        language != "sv",
    )


def test_without_a_name_it_lists_what_there_is() -> None:
    assert said().split() == list(TEMPLATES)
    assert {"auth/welcome", "cars/confirmed"} <= set(TEMPLATES)


def test_one_is_printed_as_text_or_as_html_in_one_language_or_both() -> None:
    both = said("cars/confirmed")
    assert both.startswith("Subject: Din bilbokning är bekräftad / Your car booking is confirmed\n\nHej Åsa Öberg!")
    assert "2027-03-01 10:00" in both
    english = said("cars/confirmed", "--language", "en")
    assert english.startswith("Subject: Your car booking is confirmed\n\nHi Åsa Öberg!")
    assert "Hej" not in english
    assert said("cars/booked_personally", "--html").startswith("<!DOCTYPE html>")
    assert "Till IKEA &amp; tillbaka &lt;3" in said("cars/booked_personally", "--html")


def test_one_that_is_not_there_is_told_with_those_that_are() -> None:
    answer = CliRunner().invoke(app, ["mail", "preview", "cars/lost"])
    assert answer.exit_code == 2
    assert "cars/confirmed" in answer.stderr


def test_all_are_written_with_a_page_that_leads_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mails"
    assert said("--into", str(folder)) == f"{3 * len(TEMPLATES)} mails in {folder}\n"
    index = (folder / "index.html").read_text()
    linked = set(re.findall(r'href="([^"]+)"', index))
    assert linked == {file.name for file in folder.iterdir()} - {"index.html"}
    assert len(linked) == 6 * len(TEMPLATES)
    assert (folder / "auth-welcome.sv.txt").read_text().startswith("Subject: Välkommen till F-sektionen\n")


def test_one_in_one_language_is_written_alone(tmp_path: Path) -> None:
    said("auth/verify", "--language", "en", "--into", str(tmp_path))
    assert {file.name for file in tmp_path.iterdir()} == {"index.html", "auth-verify.en.html", "auth-verify.en.txt"}
