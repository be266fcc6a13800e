"""Messages to browsers: what a push service is told, what a browser can read, and what the answers mean."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from guildhall.core import clock
from guildhall.platform import push
from guildhall.platform.push import BrowserTarget, Outcome, calling
from guildhall.platform.push.sending import AT_ONCE, SILENCES
from tests.guild import configured
from tests.platform.push_senders import KEY, message, new_key, push_service, send
from tests.push_services import EXPIRED, GONE, HANGS, Browser, PushService, Reply, decrypted, from_base64url

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def send_to(browser: Browser, **parts: object) -> Outcome:
    (outcome,) = await send(browser.target, **parts)
    return outcome


def test_our_browser_reads_what_rfc_8291_wrote() -> None:
    """The example of its appendix A, so that what decrypts here is not merely the mirror of what encrypts there."""
    private = int.from_bytes(from_base64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
        "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    key = ec.derive_private_key(private, ec.SECP256R1())
    secret = from_base64url("BTBZMqHH6r4Tts7J_aSIgg")
    assert decrypted(from_base64url(body), key, secret) == b"When I grow up, I want to be a watermelon"


# What is sent


async def test_a_browser_shows_what_was_written() -> None:
    words = 'Åäö "quoted" \\ \n 👩🏽‍🚒 日本語 <b>&amp;'
    with push_service() as service:
        browser = service.browser(KEY.public)
        assert (await send_to(browser, title=words, body=words, data={"å": words})).kind == "delivered"
    assert browser.shown == [{"title": words, "body": words, "data": {"å": words}, "badge": 3, "tag": "car_booking:7"}]


async def test_the_push_service_reads_nothing_but_how_long_how_urgent_and_what_it_replaces() -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        await send_to(browser, ttl=3600)
    (request,) = service.requests
    told = {"ttl", "topic", "urgency", "authorization", "content-encoding", "content-type", "content-length"}
    assert set(request.headers) == told | {"host", "connection", "accept", "accept-encoding", "user-agent"}
    assert (request.headers["ttl"], request.headers["urgency"]) == ("3600", "high")
    for word in (b"Bilen", b"car_booking", b"/car"):
        assert word not in request.body
        assert word.decode() not in str(request.headers)


async def test_each_message_is_sealed_anew_for_its_browser() -> None:
    with push_service() as service:
        browser, another = service.browser(KEY.public), service.browser(KEY.public)
        await send(browser.target, browser.target, another.target)
    assert len({request.body[:86] for request in service.requests}) == 3  # salt, and key of the sender
    (to_another,) = [request.body for request in service.requests if request.path.endswith(another.name)]
    with pytest.raises(ValueError, match="cannot read"):
        decrypted(to_another, browser.key, browser.secret)


async def test_a_newer_message_replaces_the_older_one_with_its_tag() -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        for tag in ("a", "a", "ö" * 100, ""):
            assert (await send_to(browser, tag=tag)).kind == "delivered"
    topics = [headers.get("topic") for headers in browser.headers]
    assert topics[0] == topics[1] != topics[2]
    assert topics[3] is None


@pytest.mark.parametrize(("ttl", "told"), [(0, "0"), (-5, "0"), (86_400, "86400"), (10**9, "2419200")])
async def test_a_message_lives_no_longer_than_push_services_let_it(ttl: int, told: str) -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        await send_to(browser, ttl=ttl)
    assert browser.headers[0]["ttl"] == told


async def test_the_signature_says_who_we_are_to_whom_and_for_half_a_day() -> None:
    with clock.stopped(NOON), push_service(support_email="spindelman@example.org") as service:
        browser = service.browser(KEY.public)
        await send_to(browser)
    signed = browser.headers[0]["authorization"].removeprefix("vapid t=").split(",")[0]
    assert jwt.get_unverified_header(signed)["alg"] == "ES256"
    assert jwt.decode(signed, options={"verify_signature": False}) == {
        "aud": service.url,
        "exp": int(NOON.timestamp()) + 12 * 3600,
        "sub": "mailto:spindelman@example.org",
    }


async def test_one_signature_serves_all_browsers_of_a_push_service_and_no_other() -> None:
    with PushService() as one, PushService() as other, configured(webpush_origins=f"{one.url},{other.url}"):
        browsers = [service.browser(KEY.public) for service in (one, one, other)]
        await send(*(browser.target for browser in browsers))
    signatures = [browser.headers[0]["authorization"] for browser in browsers]
    assert signatures[0] == signatures[1] != signatures[2]


async def test_keys_with_padding_are_keys() -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        padded = BrowserTarget(browser.target.endpoint, f"{browser.target.p256dh}=", f"{browser.target.auth}==")
        assert [it.kind for it in await send(padded)] == ["delivered"]
    assert len(browser.shown) == 1


# What fits


@pytest.mark.parametrize("sign", ["ord ", "å", "🚗", '"', "\n", "\\", "日本語 ", "x"])
async def test_a_body_that_is_too_long_is_cut_and_delivered(sign: str) -> None:
    body = sign * 5000
    with push_service() as service:
        browser = service.browser(KEY.public)
        assert (await send_to(browser, body=body)).kind == "delivered"
    shown = browser.shown[0]["body"]
    assert body.startswith(shown.removesuffix("…"))
    assert shown.endswith("…")
    assert 4000 < len(service.requests[0].body) <= 4096 or sign == "\n"


async def test_a_body_that_just_fits_is_not_cut() -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        await send_to(browser, body="")
        room = 4096 - len(service.requests[0].body)
        await send_to(browser, body="x" * room)
        await send_to(browser, body="x" * (room + 1))
    assert [len(shown["body"]) for shown in browser.shown] == [0, room, room - 2]
    assert [len(request.body) for request in service.requests[1:]] == [4096, 4096]


async def test_a_title_that_is_too_long_is_cut_as_well() -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        assert (await send_to(browser, title="rubrik " * 1000, body="text")).kind == "delivered"
    assert browser.shown[0]["title"].endswith("rubrik…")
    assert browser.shown[0]["data"] == {"link": "/car"}


async def test_data_that_do_not_fit_are_refused_before_they_are_sent() -> None:
    with push_service() as service:
        outcome = await send_to(service.browser(KEY.public), data={"link": "x" * 5000})
    assert (outcome.kind, outcome.reason) == ("refused", "the data of the message are too large")
    assert service.requests == []


# What push services say


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_a_message_that_was_taken_is_delivered(status: int) -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        service.will(browser.name, Reply(status))
        assert await send_to(browser) == Outcome("delivered")


@pytest.mark.parametrize(
    "reply",
    [
        GONE,
        EXPIRED,
        Reply(410, b'{"reason":"Unregistered"}'),
        Reply(400, b'{"reason":"VapidPkHashMismatch"}'),
        Reply(403, b"the VAPID credentials in the authorization header do not correspond to the credentials used to"),
        Reply(401, b'{"code":401,"errno":109,"message":"VAPID public key mismatch"}'),
    ],
)
async def test_a_browser_that_is_not_there_any_more_is_gone(reply: Reply) -> None:
    with push_service() as service:
        lost, browser = service.browser(KEY.public), service.browser(KEY.public)
        service.will(lost.name, reply)
        outcomes = await send(lost.target, browser.target)
    assert [it.kind for it in outcomes] == ["gone", "delivered"]


async def test_a_browser_that_subscribed_to_another_key_is_gone() -> None:
    with push_service() as service:
        assert (await send_to(service.browser(new_key().public))).kind == "gone"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(413, b"payload too large"), "413 payload too large"),
        (Reply(400, b'{"reason":"BadWebPushTopic"}'), "BadWebPushTopic"),
        (Reply(403, b'{"reason":"BadJwtToken"}'), "BadJwtToken"),
        (Reply(401, b"\xff\n\n  Unauthorized"), "401 \ufffd Unauthorized"),
        (Reply(418, b"x" * 300_000), "xxx"),
    ],
)
async def test_a_message_that_will_never_be_taken_is_refused_with_the_services_words(reply: Reply, words: str) -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        service.will(browser.name, reply)
        outcome = await send_to(browser)
        assert (outcome.kind, outcome.after) == ("refused", None)
        assert words in outcome.reason
        assert len(outcome.reason) < 500
        assert (await send_to(browser)).kind == "delivered"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize(
    ("headers", "minutes"),
    [({}, None), ({"retry-after": "120"}, 2), ({"retry-after": "Wed, 25 Nov 2026 12:03:00 GMT"}, 3)],
)
async def test_a_service_that_cannot_now_is_asked_again_when_it_says(
    status: int, headers: dict[str, str], minutes: int | None
) -> None:
    with clock.stopped(NOON), push_service() as service:
        browser = service.browser(KEY.public)
        service.will(browser.name, Reply(status, b"busy", headers))
        outcome = await send_to(browser)
    assert (outcome.kind, outcome.after) == ("later", minutes and minutes * MINUTE)
    assert outcome.reason == f"push service: {status} busy"


async def test_the_reason_names_no_browser() -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        service.will(browser.name, Reply(400, f"not at {browser.target.endpoint}".encode()))
        assert (await send_to(browser)).reason == "push service: 400 not at ..."
    for secret in (browser.name, browser.target.p256dh, browser.target.auth):
        assert secret not in repr(browser.target)


async def test_nothing_that_leads_to_a_browser_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        caplog.set_level(logging.WARNING)
        service.will(browser.name, Reply(400), Reply(503), HANGS)
        await send_to(browser)
        await send_to(browser)
    assert browser.name not in caplog.text


# Where our server lets itself be led


async def test_a_redirect_is_not_followed() -> None:
    with PushService() as inside, push_service() as service:
        secret, browser = inside.browser(KEY.public), service.browser(KEY.public)
        for status in (301, 302, 303, 307, 308):
            service.will(browser.name, Reply(status, headers={"location": secret.target.endpoint}))
            assert (await send_to(browser)).kind == "refused"
    assert inside.requests == []


async def test_a_cookie_is_not_kept() -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        service.will(browser.name, Reply(201, headers={"set-cookie": "seen=1; Path=/"}))
        for _ in range(2):
            assert (await send_to(browser)).kind == "delivered"
    assert [request.headers.get("cookie") for request in service.requests] == [None, None]


async def test_an_endpoint_that_is_not_allowed_is_not_called() -> None:
    with PushService() as inside, push_service():
        outcome = await send_to(inside.browser(KEY.public))
    assert outcome == Outcome("refused", reason="not one of GUILDHALL_WEBPUSH_ORIGINS")
    assert inside.requests == []


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with PushService() as proxy, push_service() as service:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert (await send_to(service.browser(KEY.public))).kind == "delivered"
    assert proxy.requests == []


async def test_a_browser_whose_keys_are_none_is_gone_and_the_others_get_theirs() -> None:
    with push_service() as service:
        browser, other = service.browser(KEY.public), service.browser(KEY.public)
        target = browser.target
        broken = [
            BrowserTarget(target.endpoint, "", target.auth),
            BrowserTarget(target.endpoint, target.p256dh[:-4] + "AAAA", target.auth),
            BrowserTarget(target.endpoint, target.p256dh, "åäö"),
        ]
        outcomes = await send(*broken, other.target)
    assert [it.kind for it in outcomes] == ["gone", "gone", "gone", "delivered"]
    assert len(service.requests) == 1


# Services that do not answer


async def test_a_service_that_is_away_is_asked_again() -> None:
    with PushService() as service:
        browser = service.browser(KEY.public)
    with configured(**service.settings()):
        outcome = await send_to(browser)
    assert (outcome.kind, outcome.after) == ("later", None)
    assert outcome.reason.startswith("no connection")


async def test_a_service_that_hangs_keeps_nobody_else_waiting_and_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calling, "SECONDS", 1.5)
    with PushService() as dead, PushService() as good, configured(webpush_origins=f"{dead.url},{good.url}"):
        stuck, browser = dead.browser(KEY.public), good.browser(KEY.public)
        dead.always(stuck.name, HANGS)
        both = [(target, message()) for _ in range(200) for target in (stuck.target, browser.target)]
        outcomes = await push.send(KEY, both)
    assert [it.kind for it in outcomes] == ["later", "delivered"] * 200
    assert len(browser.shown) == 200
    assert len(dead.requests) <= AT_ONCE + SILENCES
    assert outcomes[-2].reason == "the service does not answer"


async def test_a_connection_that_breaks_in_the_middle_is_asked_again() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\nabc")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with PushService() as elsewhere, configured(webpush_origins=url):
            target = elsewhere.browser(KEY.public).target
            (outcome,) = await send(BrowserTarget(f"{url}/push/1", target.p256dh, target.auth))
    assert outcome.kind == "later"
    assert outcome.reason.startswith("no connection")
