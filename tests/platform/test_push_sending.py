"""Many messages at once: to phones and browsers, in order, not too many at a time, over connections that are kept."""

import asyncio
import gc
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from guildhall.app import worker
from guildhall.platform import push
from guildhall.platform.push import AppTarget, BrowserTarget, Message, Outcome, Target
from guildhall.platform.push.sending import AT_ONCE
from tests.guild import Guild, configured
from tests.platform.push_senders import KEY, firebase, message, push_service, send_to_app
from tests.push_services import GONE, GRANT, PROJECT, UNREGISTERED, Firebase, PushService


async def test_phones_and_browsers_get_theirs_in_one_call_and_the_outcomes_are_in_order(tmp_path: Path) -> None:
    with firebase(tmp_path) as phones, push_service() as service:
        browsers = [service.browser(KEY.public) for _ in range(100)]
        for number in range(0, 100, 7):
            phones.will(f"phone {number}", UNREGISTERED)
        for number in range(0, 100, 5):
            service.will(browsers[number].name, GONE)
        both: list[tuple[Target, Message]] = []
        for number, browser in enumerate(browsers):
            both += [(AppTarget(f"phone {number}"), message()), (browser.target, message())]
        outcomes = await push.send(KEY, both)
    assert [it.kind for it in outcomes[0::2]] == [("delivered", "gone")[n % 7 == 0] for n in range(100)]
    assert [it.kind for it in outcomes[1::2]] == [("delivered", "gone")[n % 5 == 0] for n in range(100)]
    assert len(phones.received) == sum(it.kind == "delivered" for it in outcomes[0::2])
    assert sum(len(browser.shown) for browser in browsers) == sum(it.kind == "delivered" for it in outcomes[1::2])


async def test_nothing_to_send_is_nothing() -> None:
    assert await push.send(KEY, []) == []


async def test_browsers_need_no_firebase(tmp_path: Path) -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        outcomes = await push.send(KEY, [(AppTarget("phone"), message()), (browser.target, message())])
    assert [it.kind for it in outcomes] == ["refused", "delivered"]


async def test_some_are_on_their_way_at_once_and_not_all(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        await send_to_app()
        service.pause = 0.02
        await push.send(KEY, [(AppTarget(str(number)), message()) for number in range(200)])
    assert AT_ONCE // 2 < service.most_at_once <= AT_ONCE


async def test_connections_are_kept_from_call_to_call(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        for _ in range(20):
            await send_to_app()
    assert service.connections == 1


def test_connections_end_with_the_loop_and_another_loop_has_its_own(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        for _ in range(2):
            assert asyncio.run(send_to_app()).kind == "delivered"
        gc.collect()  # a connection that was left open would complain now
    assert service.connections == 2
    assert service.tokens == ["ya29.token-1"]


async def test_a_call_that_is_broken_off_leaves_the_next_one_in_order(tmp_path: Path) -> None:
    with firebase(tmp_path) as service:
        service.pause = 0.05
        many = [(AppTarget(str(number)), message()) for number in range(100)]
        for seconds in (0.02, 0.12):  # while the token is asked for, and while messages are on their way
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(seconds):
                    await push.send(KEY, many)
        assert {it.kind for it in await push.send(KEY, many)} == {"delivered"}
    assert len(service.tokens) == 1


@pytest.mark.parametrize(
    "target",
    [AppTarget(""), AppTarget("\x00\n\ud800"), BrowserTarget("", "", ""), BrowserTarget("\x00", "\ud800", "\n")],
)
async def test_no_target_is_so_strange_that_the_others_do_not_get_theirs(tmp_path: Path, target: Target) -> None:
    with firebase(tmp_path) as service, configured(webpush_origins="http://127.0.0.1"):
        outcomes = await push.send(KEY, [(target, message()), (AppTarget("phone"), message())])
    assert outcomes[1] == Outcome("delivered")
    assert len(outcomes) == 2
    assert service.received[-1].token == "phone"


@pytest.mark.parametrize("parts", [{"data": {"link": object()}}, {"data": None}, {"ttl": None}])
async def test_a_message_that_is_none_is_refused_and_the_others_are_sent(parts: dict[str, Any]) -> None:
    with push_service() as service:
        browser = service.browser(KEY.public)
        both = [(browser.target, message(**parts)), (browser.target, message())]
        outcomes = await push.send(KEY, both)
    assert [it.kind for it in outcomes] == ["refused", "delivered"]


async def test_a_worker_says_what_is_wrong_when_it_starts_and_works(guild: Guild, tmp_path: Path) -> None:
    file = tmp_path / "nowhere.json"
    with configured(fcm_credentials=str(file)), capture_logs() as lines:
        async with worker.inside(guild.database.url):
            pass
    (complaint,) = [line for line in lines if line["event"].startswith("GUILDHALL_")]
    assert complaint["log_level"] == "error"
    assert complaint["error"] == f"{file} cannot be read: No such file or directory"


async def test_the_services_of_these_tests_refuse_what_the_real_ones_refuse(tmp_path: Path) -> None:
    """Else every test above would say yes to anything."""
    with Firebase() as phones, PushService() as service:
        browser = service.browser(KEY.public)
        async with httpx2.AsyncClient() as client:
            nobody = await client.post(f"{phones.url}/token", data={"grant_type": GRANT, "assertion": "a.b.c"})
            stranger = await client.post(f"{phones.url}/v1/projects/{PROJECT}/messages:send", json={"message": {}})
            plain = await client.post(browser.target.endpoint, content=b"hello")
    assert (nobody.status_code, nobody.json()["error"]) == (400, "invalid_grant")
    assert stranger.status_code == 401
    assert plain.status_code == 400
    assert browser.shown == phones.received == []
