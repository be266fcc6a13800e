"""The page that checks a draw, in a real browser."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from guildhall.domains.events.pages import TEMPLATE, verify_draw_page
from guildhall.domains.events.rules import NOLLNING, Rank, line, ticket
from guildhall.domains.events.rules.proof import proof, verify
from tests.domains.events.rules.draws import OPENS
from tests.domains.events.rules.site import MEMBERS, SEED, a_proof, a_site, signed_up


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Where the server is."""
    with a_site() as address:
        yield address


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """The page as it is served, for somebody who reads English; nothing may be complained of on its console."""
    context = chromium.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/events/7/draw/verify")
    yield page
    context.close()
    assert [told for told in complaints if "401" not in told] == []


def check(page: Page, document: object, user: str = "") -> None:
    """Paste a proof and press the button."""
    page.get_by_label("Or paste the text").fill(json.dumps(document))
    page.get_by_label("Your id").fill(user)
    page.get_by_role("button", name="Check").click()


def verdict(page: Page) -> str:
    """What the page thinks of it."""
    return page.locator("#verdict").inner_text()


def complaints(page: Page) -> list[str]:
    """What the page says that differs."""
    return page.locator("#complaints li").all_inner_texts()


@pytest.mark.parametrize("rank", [Rank("ticket"), Rank("moment"), Rank("grace", OPENS, 5)], ids=lambda rank: rank.by)
def test_the_proof_of_five_hundred_members_agrees(page: Page, rank: Rank) -> None:
    check(page, a_proof(rank))
    assert (verdict(page), complaints(page)) == ("✓ The proof is right", [])
    numbers = page.locator("#rows tr td:first-child").all_inner_texts()
    assert numbers == [*map(str, range(1, MEMBERS)), "–"]
    assert page.locator("#rows tr td:nth-child(2)").all_inner_texts().count("place") == 120


def test_what_was_tampered_with_is_told(page: Page) -> None:
    document = a_proof()
    favoured = document["signups"][400]
    favoured["has_place"] = True
    check(page, document)
    assert verdict(page) == "✗ The proof is not right"
    assert complaints(page) == verify(document)
    assert page.locator("#rows tr.differs").count() == 1


def test_a_seed_that_was_exchanged_is_told(page: Page) -> None:
    check(page, a_proof() | {"seed": "00" * 32}, user="42")
    assert verdict(page) == "✗ The proof is not right"
    assert complaints(page) == verify(a_proof() | {"seed": "00" * 32}, 42)
    assert complaints(page)[0].startswith("The seed does not fit the commitment")


def test_ones_own_row_is_found_by_ones_id(page: Page) -> None:
    check(page, a_proof(), user="42")
    assert ticket(SEED, 7, 42) in page.locator("#facts").inner_text()
    page.get_by_label("Show only my sign-up").check()
    (row,) = page.locator("#rows tr.mine").all()
    assert page.locator("#rows tr").count() == 1
    assert ticket(SEED, 7, 42)[:12] in row.inner_text()
    drawn = line(signed_up(), NOLLNING, Rank("ticket"), 120)
    (position,) = [one.position for one in drawn if one.signup.id == 42]
    assert f"Number {position}, queue {position - 120}" in page.locator("#facts").inner_text()


def test_the_plan_is_told_in_words(page: Page) -> None:
    check(page, a_proof())
    facts = page.locator("#facts").inner_text()
    assert (
        "1. Nolla. 2. Gruppfadder, per group 1, only groups with Nolla. 3. Gruppfadder + Uppdragsfadder. 4. everyone."
        in facts
    )


def test_whoever_is_not_in_it_is_told(page: Page) -> None:
    check(page, a_proof(), user="1001")
    assert complaints(page) == [f"No sign-up has the ticket that the seed gives 1001, {ticket(SEED, 7, 1001)[:12]}…."]


def test_a_member_who_is_signed_in_fetches_it_with_a_button_and_is_found(page: Page, site: str) -> None:
    page.request.get(f"{site}/sign-in")
    page.get_by_role("button", name="Fetch the proof").click()
    expect(page.locator("#verdict")).to_have_text("✓ The proof is right")
    assert page.get_by_label("Your id").input_value() == "42"
    assert page.locator("#rows tr.mine").count() == 1


def test_whoever_is_not_signed_in_is_asked_to(page: Page) -> None:
    page.get_by_role("button", name="Fetch the proof").click()
    expect(page.locator("#complaints")).to_have_text("Sign in on the site first, and try again.")


def test_a_file_is_read_when_it_is_chosen(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(a_proof()), encoding="utf-8-sig")
    page.get_by_label("Choose a file").set_input_files(file)
    expect(page.locator("#verdict")).to_have_text("✓ The proof is right")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null", "5", '"guildhall-draw-1"', "[]", '{"__proto__": 1}'])
def test_what_is_no_proof_is_refused_in_words(page: Page, text: str) -> None:
    page.get_by_label("Or paste the text").fill(text)
    page.get_by_role("button", name="Check").click()
    (told,) = complaints(page)
    assert re.match(r"This is (not JSON|no proof of a draw)", told)
    expect(page.locator("table")).to_be_hidden()


def test_what_a_hostile_file_says_is_text_and_nothing_else(page: Page) -> None:
    evil = "</script><img src=x onerror='document.title=`taken`'><b>"
    signups = [replace(signup, kind=evil, group=evil) for signup in signed_up()[:3]]
    check(page, proof(7, SEED, 2, (), Rank("ticket"), signups))
    assert page.locator("#rows td").filter(has_text=evil).count() == 6
    assert page.locator("#rows").locator("img, b, script").count() == 0
    assert page.title() == "Check a draw"


def test_it_speaks_swedish_and_english(page: Page) -> None:
    document = a_proof()
    document["signups"][400]["has_place"] = True
    check(page, document)
    page.get_by_role("button", name="På svenska").click()
    assert (verdict(page), page.title()) == ("✗ Beviset stämmer inte", "Kontrollera en dragning")
    assert complaints(page)[0].endswith("har plats i beviset och borde inte ha någon.")
    assert page.locator("html").get_attribute("lang") == "sv"
    page.get_by_role("button", name="In English").click()
    assert verdict(page) == "✗ The proof is not right"


def test_whoever_reads_swedish_first_gets_swedish(chromium: Browser) -> None:
    page = chromium.new_page(locale="sv-SE")
    page.goto(TEMPLATE.as_uri())
    assert page.title() == "Kontrollera en dragning"
    page.close()


def test_on_a_phone_nothing_but_the_table_is_wider_than_the_screen(page: Page) -> None:
    check(page, a_proof(), user="42")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_offline_it_does_all_but_fetching(offline: Page) -> None:
    check(offline, a_proof())
    assert verdict(offline) == "✓ The proof is right"
    expect(offline.get_by_role("button", name="Fetch the proof")).to_be_hidden()


def test_the_policy_lets_only_the_pages_own_script_run_and_the_page_makes_no_markup() -> None:
    page = verify_draw_page()
    assert re.search(r"default-src 'none'; script-src 'sha256-[\w+/]{43}='; ", page.headers["Content-Security-Policy"])
    assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval\(|https?://|unsafe", page.text)
    assert verify_draw_page() is page
