"""Who comes first within a step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.domains.events.rules import Rank, SignUp, rank_from_json, rank_to_json
from guildhall.domains.events.rules.moments import moment_from_text, moment_to_text
from tests.domains.events.rules.draws import MICROSECOND, OPENS, a_signup, a_ticket, moments, patient, ranks

FIRST, SECOND, THIRD = sorted(map(a_ticket, range(3)))
GRACE = Rank("grace", OPENS, 10)
CLOSES = OPENS + timedelta(minutes=10)


def at(moment: datetime, ticket: str) -> SignUp:
    """A sign-up that has nothing but its moment and its ticket."""
    return replace(a_signup(1), moment=moment, ticket=ticket)


def order(rank: Rank, *signups: SignUp) -> list[str]:
    """Their tickets, best first."""
    return [signup.ticket for signup in rank.order(signups)]


def test_by_moment_a_microsecond_is_enough() -> None:
    assert order(Rank("moment"), at(OPENS + MICROSECOND, FIRST), at(OPENS, SECOND)) == [SECOND, FIRST]


def test_by_moment_the_ticket_decides_between_equals() -> None:
    assert order(Rank("moment"), at(OPENS, SECOND), at(OPENS, FIRST)) == [FIRST, SECOND]


def test_by_ticket_moments_do_not_matter() -> None:
    assert order(Rank("ticket"), at(OPENS, SECOND), at(CLOSES, FIRST)) == [FIRST, SECOND]


def test_whoever_comes_within_the_grace_window_or_before_it_is_drawn_and_later_ones_come_by_moment() -> None:
    early, last = at(OPENS - timedelta(days=1), SECOND), at(CLOSES - MICROSECOND, FIRST)
    late = at(CLOSES, THIRD)
    assert order(GRACE, late, early, last) == [FIRST, SECOND, THIRD]


def test_the_minute_in_which_the_window_ends_is_not_in_it() -> None:
    at_its_end, after = at(CLOSES, SECOND), at(CLOSES + MICROSECOND, FIRST)
    assert order(GRACE, after, at_its_end) == [SECOND, FIRST]
    assert [GRACE.draws(signup) for signup in (at(CLOSES - MICROSECOND, FIRST), at_its_end)] == [True, False]


def test_an_hour_that_comes_twice_in_autumn_is_two_hours() -> None:
    stockholm = ZoneInfo("Europe/Stockholm")
    summer = datetime(2026, 10, 25, 2, 30, tzinfo=stockholm)
    winter = datetime(2026, 10, 25, 2, 10, tzinfo=stockholm, fold=1)
    assert order(Rank("moment"), at(winter, FIRST), at(summer, SECOND)) == [SECOND, FIRST]


def test_a_moment_that_is_not_aware_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        at(OPENS.replace(tzinfo=None), FIRST)


@pytest.mark.parametrize("ticket", ["", FIRST.upper(), FIRST[:-1], f"{FIRST}\n", f" {FIRST[1:]}", "é" * 64])
def test_a_ticket_that_would_sort_wrongly_is_refused(ticket: str) -> None:
    with pytest.raises(ValueError, match="64 lower-case hex digits"):
        at(OPENS, ticket)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"by": "grace"}, "opens at an aware moment"),
        ({"by": "grace", "opens": "2026-09-01T12:00:00.000000Z"}, "1 to 527040 minutes"),
        ({"by": "grace", "opens": "2026-09-01T12:00:00.000000Z", "minutes": 0}, "1 to 527040 minutes"),
        ({"by": "grace", "opens": "2026-09-01T12:00:00.000000Z", "minutes": 527041}, "1 to 527040 minutes"),
        ({"by": "grace", "opens": "2026-09-01T12:00:00.000000Z", "minutes": True}, "minutes is a whole number"),
        ({"by": "grace", "opens": "9999-12-31T23:00:00.000000Z", "minutes": 100}, "in our time"),
        ({"by": "grace", "opens": "2026-09-01T12:00:00Z", "minutes": 5}, "a moment is a text like"),
        ({"by": "moment", "minutes": 5}, "a rank by moment has no window"),
        ({"by": "ticket", "opens": "2026-09-01T12:00:00.000000Z"}, "a rank by ticket has no window"),
        ({"by": "name"}, "by moment, by ticket or by grace"),
        ({"by": ["moment"]}, "by moment, by ticket or by grace"),
        ({"by": "moment", "seed": 1}, "and nothing else"),
        ("moment", "a rank is an object"),
        (None, "a rank is an object"),
    ],
)
def test_what_is_no_rank_is_refused_in_words(said: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        rank_from_json(said)


@patient
@given(ranks)
def test_a_rank_survives_its_json(rank: Rank) -> None:
    assert rank_from_json(rank_to_json(rank)) == rank


@patient
@given(moments | st.datetimes(timezones=st.just(UTC)))
def test_a_moment_survives_its_text_to_the_microsecond(moment: datetime) -> None:
    assert moment_from_text(moment_to_text(moment)) == moment
    assert len(moment_to_text(moment)) == 27


@patient
@given(moments, moments)
def test_texts_of_moments_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert (moment_to_text(one) < moment_to_text(other)) == (one < other)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-09-01T12:00:00.000Z", "2026-09-01T12:00:00.000000+00:00", "2026-09-01 12:00:00.000000Z"),
        *("2026-02-30T12:00:00.000000Z", "2026-09-01T24:00:00.000000Z", "2026-09-01T12:00:60.000000Z"),
        *("0000-09-01T12:00:00.000000Z", "٢٠٢٦-09-01T12:00:00.000000Z", "2026-09-01T12:00:00.000000Z\n"),
        *("", 5, None, ["2026-09-01T12:00:00.000000Z"]),
    ],
)
def test_what_is_no_moment_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="a moment is a text like"):
        moment_from_text(text)
