"""Messages to the app: how Firebase is asked, what it says, and what that means for the message and the phone."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from guildhall.core import clock
from guildhall.platform import push
from guildhall.platform.push import AppTarget, calling
from tests.guild import configured
from tests.platform.push_senders import KEY, firebase, message, send, send_to_app
from tests.push_services import (
    HANGS,
    INVALID_TOKEN,
    OTHER_SENDER,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNREGISTERED,
    Firebase,
    Reply,
    fault,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


# How Firebase is asked


async def test_a_message_is_shown_by_the_phone_itself_in_the_channel_that_the_app_made(tmp_path: Path) -> None:
    with clock.stopped(NOON), firebase(tmp_path) as service:
        assert (await send_to_app("phone", ttl=3600)).kind == "delivered"
    (got,) = service.received
    assert got.message == {
        "token": "phone",
        "notification": {"title": "Bilen är din", "body": "Hämta nyckeln"},
        "data": {"link": "/car"},
        "android": {
            "priority": "high",
            "ttl": "3600s",
            "notification": {"channel_id": "high_importance_channel", "sound": "default", "tag": "car_booking:7"},
        },
        "apns": {
            "headers": {
                "apns-priority": "10",
                "apns-expiration": str(int(NOON.timestamp()) + 3600),
                "apns-collapse-id": "car_booking:7",
            },
            "payload": {"aps": {"badge": 3, "sound": "default"}},
        },
    }


@pytest.mark.parametrize(
    ("ttl", "android", "apns"),
    [(0, "0s", "0"), (-5, "0s", "0"), (10**9, "2419200s", str(int(NOON.timestamp()) + 2_419_200))],
)
async def test_a_message_lives_no_longer_than_firebase_lets_it(
    tmp_path: Path, ttl: int, android: str, apns: str
) -> None:
    with clock.stopped(NOON), firebase(tmp_path) as service:
        await send_to_app(ttl=ttl)
    (got,) = service.received
    assert (got.message["android"]["ttl"], got.message["apns"]["headers"]["apns-expiration"]) == (android, apns)


@pytest.mark.parametrize("tag", ["x" * 65, "bokning: åäö", "rad\nrad", "🚗" * 40])
async def test_a_tag_that_apple_would_not_take_collapses_all_the_same(tmp_path: Path, tag: str) -> None:
    with firebase(tmp_path) as service:
        assert [it.kind for it in await send(AppTarget("one"), AppTarget("two"), tag=tag)] == ["delivered"] * 2
    ids = {got.message["apns"]["headers"]["apns-collapse-id"] for got in service.received}
    assert len(ids) == 1
    assert all(len(made) == 64 and made.isalnum() for made in ids)
    assert {got.message["android"]["notification"]["tag"] for got in service.received} == {tag}


async def test_a_message_without_a_tag_replaces_nothing(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        await send_to_app(tag="")
    (got,) = service.received
    assert "tag" not in got.message["android"]["notification"]
    assert "apns-collapse-id" not in got.message["apns"]["headers"]


async def test_words_arrive_as_they_were_written(tmp_path: Path) -> None:
    words = 'Åäö "quoted" \\ \n 👩🏽‍🚒 日本語 <b>&amp;'
    with firebase(tmp_path) as service:
        await send_to_app(title=words, body=words, data={"å": words})
    (got,) = service.received
    assert got.words == (words, words)
    assert got.message["data"] == {"å": words}


async def test_half_a_character_stops_nobody(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        assert (await send_to_app(body="\ud83d hej")).kind == "delivered"
    assert service.received[0].words[1] == "? hej"


async def test_a_long_body_is_cut_and_delivered(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        assert (await send_to_app(body="ordet är långt " * 2000)).kind == "delivered"
    _, body = service.received[0].words
    assert body.endswith(("ordet…", "är…", "långt…"))
    assert 2800 < len(body.encode()) <= 3500


async def test_data_that_do_not_fit_are_refused_before_they_are_sent(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        outcome = await send_to_app(data={"link": "x" * 5000})
    assert (outcome.kind, outcome.reason) == ("refused", "the data of the message are too large")
    assert [request.path for request in service.requests] == ["/token"]


# The token


async def test_one_token_is_asked_for_however_many_messages_there_are(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        await send(*(AppTarget(f"phone {n}") for n in range(100)))
        await send_to_app()
    assert len(service.received) == 101
    assert service.tokens == ["ya29.token-1"]


async def test_many_who_ask_at_once_share_one_renewal(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        service.pause = 0.05
        await asyncio.gather(*(send_to_app(f"phone {n}") for n in range(20)))
    assert len(service.received) == 20
    assert service.tokens == ["ya29.token-1"]


async def test_a_token_is_renewed_shortly_before_it_expires(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        for minutes, tokens in ((0, 1), (57, 1), (59, 2), (115, 2), (120, 3)):
            with clock.stopped(NOON + minutes * MINUTE):
                assert (await send_to_app()).kind == "delivered"
            assert len(service.tokens) == tokens


async def test_a_token_that_is_refused_is_renewed_once_and_the_messages_are_delivered(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        await send_to_app()
        service.forget_tokens()
        outcomes = await send(*(AppTarget(f"phone {n}") for n in range(60)))
        assert {it.kind for it in outcomes} == {"delivered"}
    assert service.tokens == ["ya29.token-1", "ya29.token-2"]
    assert len(service.received) == 61


async def test_a_token_that_is_refused_again_makes_the_messages_wait(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        for number in range(40):
            service.always(f"phone {number}", UNAUTHENTICATED)
        outcomes = await send(*(AppTarget(f"phone {n}") for n in range(40)))
    assert {(it.kind, it.after) for it in outcomes} == {("later", 10 * MINUTE)}
    assert "invalid authentication credentials" in outcomes[0].reason
    assert len(service.tokens) == 2


async def test_a_project_that_apple_does_not_know_is_no_reason_for_a_new_token(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        service.always("phone", fault(401, "UNAUTHENTICATED", "Auth error from APNS", code="THIRD_PARTY_AUTH_ERROR"))
        outcome = await send_to_app()
    assert (outcome.kind, outcome.after) == ("later", 10 * MINUTE)
    assert "Auth error from APNS" in outcome.reason
    assert len(service.tokens) == 1


@pytest.mark.parametrize(
    ("reply", "after", "words"),
    [
        (Reply(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}), 10, "Invalid JWT"),
        (Reply(401, {"error": "invalid_client"}), 10, "401 invalid_client"),
        (Reply(503, b"<html>", {"retry-after": "300"}), 5, "503"),
        (Reply(429, b""), None, "429"),
        (Reply(200, {"expires_in": 3600}), 10, "200"),
        (Reply(200, {"access_token": "å\n", "expires_in": 3600}), 10, "200"),
        (Reply(200, b"<html>log in to this network</html>"), 10, "200"),
        (Reply(302, b"", {"location": "http://127.0.0.1:1/"}), 10, "302"),
    ],
)
async def test_without_a_token_every_message_waits_and_the_endpoint_is_asked_once(
    tmp_path: Path, reply: Reply, after: int | None, words: str
) -> None:
    with firebase(tmp_path) as service:
        service.always("token endpoint", reply)
        outcomes = await send(*(AppTarget(f"phone {n}") for n in range(40)))
    assert {(it.kind, it.after) for it in outcomes} == {("later", after and after * MINUTE)}
    assert outcomes[0].reason.startswith("the token endpoint: ")
    assert words in outcomes[0].reason
    assert [request.path for request in service.requests] == ["/token"]


async def test_a_renewal_that_fails_makes_all_wait_and_is_tried_once(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        await send_to_app()
        service.forget_tokens()
        service.always("token endpoint", Reply(500))
        outcomes = await send(*(AppTarget(f"phone {n}") for n in range(30)))
        assert {it.kind for it in outcomes} == {"later"}
        assert len([request for request in service.requests if request.path == "/token"]) == 2


async def test_a_token_endpoint_that_is_away_makes_messages_wait(tmp_path: Path) -> None:
    with Firebase() as gone:
        settings = gone.settings(tmp_path)
    with configured(**settings):
        outcome = await send_to_app()
    assert (outcome.kind, outcome.after) == ("later", None)
    assert outcome.reason.startswith("the token endpoint: no connection")


async def test_a_token_endpoint_that_hangs_makes_messages_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "SECONDS", 0.2)
    with firebase(tmp_path) as service:
        service.will("token endpoint", HANGS)
        assert (await send_to_app()).kind == "later"
        assert (await send_to_app()).kind == "delivered"


# What Firebase says


@pytest.mark.parametrize(
    "reply",
    [
        UNREGISTERED,
        OTHER_SENDER,
        INVALID_TOKEN,
        fault(404, "NOT_FOUND", "Requested entity was not found."),
        fault(400, "INVALID_ARGUMENT", "Invalid value", code="INVALID_ARGUMENT", field="message.token"),
        fault(410, "GONE", code="UNREGISTERED"),
    ],
)
async def test_a_phone_that_is_not_there_any_more_is_gone(tmp_path: Path, reply: Reply) -> None:
    with firebase(tmp_path) as service:
        service.will("lost", reply)
        outcomes = await send(AppTarget("lost"), AppTarget("phone"))
    assert [it.kind for it in outcomes] == ["gone", "delivered"]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (fault(400, "INVALID_ARGUMENT", "Invalid value", field="message.data[0].value"), "Invalid value"),
        (fault(400, "INVALID_ARGUMENT", "Message too big", code="INVALID_ARGUMENT"), "Message too big"),
        (fault(403, "PERMISSION_DENIED", "Firebase Cloud Messaging API has not been used"), "has not been used"),
        (Reply(404, b"<!DOCTYPE html><title>Error 404 (Not Found)</title>"), "404"),
        (Reply(404, {"error": "no such page"}), "404"),
        (Reply(302, b"", {"location": "http://127.0.0.1:1/"}), "302"),
        (Reply(413, b""), "413"),
    ],
)
async def test_a_message_that_will_never_be_taken_is_refused_and_the_phone_stays(
    tmp_path: Path, reply: Reply, words: str
) -> None:
    with firebase(tmp_path) as service:
        service.will("phone", reply)
        outcome = await send_to_app()
    assert (outcome.kind, outcome.after) == ("refused", None)
    assert words in outcome.reason


async def test_a_wrong_address_of_firebase_takes_nobodys_phone(tmp_path: Path) -> None:
    with firebase(tmp_path) as service, configured(fcm_url=f"{service.url}/wrong"):
        assert (await send_to_app()).kind == "refused"


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({}, None),
        ({"retry-after": "120"}, 2 * MINUTE),
        ({"retry-after": "Wed, 25 Nov 2026 12:03:00 GMT"}, 3 * MINUTE),
        ({"retry-after": "Wed, 25 Nov 2026 11:00:00 GMT"}, timedelta(seconds=1)),
        ({"retry-after": "0"}, timedelta(seconds=1)),
        ({"retry-after": "99999999"}, timedelta(days=1)),
        ({"retry-after": "9" * 40}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": "Wed, 99 Nov 9999 12:03:00 GMT"}, None),
    ],
)
async def test_a_service_that_cannot_now_is_asked_again_when_it_says(
    tmp_path: Path, headers: dict[str, str], after: timedelta | None
) -> None:
    with clock.stopped(NOON), firebase(tmp_path) as service:
        service.will("phone", Reply(503, UNAVAILABLE.body, headers))
        outcome = await send_to_app()
    assert (outcome.kind, outcome.after) == ("later", after)


@pytest.mark.parametrize("status", [429, 500, 502, 504, 599])
async def test_a_service_that_is_in_trouble_is_asked_again(tmp_path: Path, status: int) -> None:
    with firebase(tmp_path) as service:
        service.will("phone", Reply(status, b"<html>"), Reply(status))
        assert (await send_to_app()).kind == "later"
        assert (await send_to_app()).kind == "later"
        assert (await send_to_app()).kind == "delivered"


async def test_a_service_that_hangs_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with firebase(tmp_path) as service:
        await send_to_app()
        monkeypatch.setattr(calling, "SECONDS", 0.2)
        service.will("slow", HANGS)
        outcomes = await send(AppTarget("slow"), AppTarget("phone"))
    assert [it.kind for it in outcomes] == ["later", "delivered"]
    assert outcomes[0].reason == "no answer within 0 s"


async def test_the_reason_names_nobodys_phone(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        service.will("secret-phone", fault(400, "INVALID_ARGUMENT", "no such thing as secret-phone"))
        outcome = await send_to_app("secret-phone")
    assert outcome.reason == "Firebase: 400 INVALID_ARGUMENT no such thing as ..."
    assert "secret-phone" not in repr(AppTarget("secret-phone"))


# Without an account, and with a broken one


async def test_without_an_account_messages_to_the_app_are_refused_and_said_to_be(tmp_path: Path) -> None:
    outcome = await send_to_app()
    assert (outcome.kind, outcome.after) == ("refused", None)
    assert outcome.reason == "not configured: GUILDHALL_FCM_CREDENTIALS names no file"


def broken(**parts: Any) -> str:
    with Firebase() as service:
        return json.dumps({name: part for name, part in (service.account() | parts).items() if part is not None})


BROKEN = [
    ("", "is no JSON key of a service account, but something else"),
    ("[]", "is no JSON key of a service account, but something else"),
    ("{}", "without client_email, private_key, project_id, token_uri"),
    (broken(project_id=None), "without project_id"),
    (broken(project_id=7), "without project_id"),
    (broken(token_uri="file:///etc/passwd"), "without token_uri"),
    (broken(private_key="-----BEGIN PRIVATE KEY-----\nabc"), "private_key is not a private key in PEM"),
    (broken(private_key=KEY.private_pem.decode()), "private_key is not an RSA key"),
]


@pytest.mark.parametrize(("content", "words"), BROKEN)
async def test_a_broken_account_is_told_in_words_and_the_messages_wait_for_a_better_one(
    tmp_path: Path, content: str, words: str
) -> None:
    with firebase(tmp_path) as service:
        file = tmp_path / "firebase.json"
        good = file.read_bytes()
        file.write_text(content)
        outcome = await send_to_app()
        assert (outcome.kind, outcome.after) == ("later", 10 * MINUTE)
        assert words in outcome.reason
        assert "BEGIN" not in outcome.reason
        file.write_bytes(good)
        os.utime(file, ns=(1, 1))  # mended within one tick of the clock of the file system
        assert (await send_to_app()).kind == "delivered"
    assert len(service.received) == 1


async def test_an_account_that_is_no_file_is_told_in_words(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.json", tmp_path):
        with configured(fcm_credentials=str(path)):
            outcome = await send_to_app()
        assert outcome.kind == "later"
        assert outcome.reason.startswith(f"{path} cannot be read: ")


@pytest.mark.parametrize("account", ["nowhere.json", "broken.json"])
def test_a_worker_complains_about_what_is_wrong_when_it_starts(tmp_path: Path, account: str) -> None:
    (tmp_path / "broken.json").write_text("{}")
    wrong = {"fcm_credentials": str(tmp_path / account), "webpush_origins": "example.org"}
    with configured(**wrong), capture_logs() as complaints:
        push.complain()
    assert [complaint["event"].split(":")[0] for complaint in complaints] == [
        "GUILDHALL_WEBPUSH_ORIGINS",
        "GUILDHALL_FCM_CREDENTIALS",
    ]


def test_a_worker_complains_about_nothing_when_all_is_well(tmp_path: Path) -> None:
    with firebase(tmp_path), capture_logs() as complaints:
        push.complain()
    assert complaints == []


async def test_what_was_not_pushed_is_logged_once_for_each_reason(tmp_path: Path) -> None:
    with firebase(tmp_path) as service, capture_logs() as lines:
        service.will("one", Reply(413))
        service.will("two", Reply(413))
        service.will("three", UNAVAILABLE)
        service.will("four", UNREGISTERED)
        await send(*(AppTarget(token) for token in ("one", "two", "three", "four", "five")))
    assert sorted((line["outcome"], line["messages"]) for line in lines) == [("later", 1), ("refused", 2)]


async def test_the_order_of_the_outcomes_is_the_order_of_the_messages(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        kinds = {"gone": UNREGISTERED, "later": UNAVAILABLE, "refused": Reply(413)}
        wanted = [["delivered", *kinds][number % 4] for number in range(200)]
        for number, kind in enumerate(wanted):
            if kind in kinds:
                service.will(f"phone {number}", kinds[kind])
        outcomes = await push.send(KEY, [(AppTarget(f"phone {n}"), message(body=str(n))) for n in range(200)])
    assert [it.kind for it in outcomes] == wanted
    assert sorted(int(got.words[1]) for got in service.received) == list(range(0, 200, 4))
