"""Handing a mail over to the relay: encrypted or not at all, over connections that are kept, and what answers mean."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guildhall.core.relay import relay_at
from guildhall.platform.mail import connections, smtp
from guildhall.platform.mail.smtp import Envelope, Later, Undeliverable
from tests.processes import free_port
from tests.sinks import DROP, Sink, certificate

SENDER, ANNA = "no-reply@example.org", "anna@example.com"
LOGIN = ("guild@example.org", "p@ss:w/ö?d#%")
ENCODED = "guild%40example.org:p%40ss%3Aw%2F%C3%B6%3Fd%23%25"


@pytest.fixture(autouse=True)
async def nothing_stays_open() -> AsyncIterator[None]:
    """Connections of one test are not those of the next."""
    yield
    await connections.close_all()


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for 127.0.0.1 that this machine trusts."""
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


async def hand_over(url: str, to: str = ANNA, text: str = "Hej!") -> None:
    await smtp.send(relay_at(url), Envelope(SENDER, to, f"Subject: Hej\r\n\r\n{text}\r\n".encode()))


# Encryption and signing in


async def test_starttls_and_the_login_really_happen(trusted: Path) -> None:
    with Sink(encryption="starttls", certificate=trusted, login=LOGIN) as sink:
        await hand_over(f"smtp://{ENCODED}@127.0.0.1:{sink.port}")
    (mail,) = sink.received
    assert (mail.encrypted, mail.user) == (True, LOGIN[0])
    assert (mail.sender, mail.recipients) == (SENDER, [ANNA])


async def test_tls_from_the_start_and_the_login_really_happen(trusted: Path) -> None:
    with Sink(encryption="tls", certificate=trusted, login=LOGIN) as sink:
        await hand_over(f"smtps://{ENCODED}@127.0.0.1:{sink.port}")
    (mail,) = sink.received
    assert (mail.encrypted, mail.user) == (True, LOGIN[0])


async def test_a_relay_on_this_machine_may_be_spoken_to_plainly_and_still_want_a_password() -> None:
    with Sink(login=LOGIN) as sink:
        await hand_over(f"smtp+plain://{ENCODED}@127.0.0.1:{sink.port}")
    (mail,) = sink.received
    assert (mail.encrypted, mail.user) == (False, LOGIN[0])


async def test_a_server_without_starttls_gets_neither_password_nor_mail() -> None:
    with Sink(login=LOGIN) as sink, pytest.raises(Later, match=r"STARTTLS .*smtp\+plain://"):
        await hand_over(f"smtp://{ENCODED}@127.0.0.1:{sink.port}")
    assert (sink.greetings, sink.passwords, sink.received) == (["localhost"], [], [])


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_nobody_trusts_gets_nothing(tmp_path: Path, scheme: str) -> None:
    encryption = "tls" if scheme == "smtps" else "starttls"
    unknown = Sink(encryption=encryption, certificate=certificate(tmp_path), login=LOGIN)
    with unknown as sink, pytest.raises(Later, match="certificate verify failed"):
        await hand_over(f"{scheme}://{ENCODED}@127.0.0.1:{sink.port}")
    assert (sink.passwords, sink.received) == ([], [])


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_another_machines_certificate_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    theirs = certificate(tmp_path, "relay.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(theirs))
    elsewhere = Sink(encryption="tls" if scheme == "smtps" else "starttls", certificate=theirs)
    with elsewhere as sink, pytest.raises(Later, match=r"not valid for '127\.0\.0\.1'"):
        await hand_over(f"{scheme}://127.0.0.1:{sink.port}")
    assert sink.received == []


async def test_a_wrong_password_is_our_fault_and_no_mails(trusted: Path) -> None:
    with Sink(encryption="starttls", certificate=trusted, login=LOGIN) as sink, pytest.raises(Later, match="535"):
        await hand_over(f"smtp://guild%40example.org:wrong@127.0.0.1:{sink.port}")
    assert sink.received == []


async def test_the_server_is_told_our_public_name() -> None:
    with Sink() as sink:
        await hand_over(sink.url)
    assert sink.greetings == ["localhost"]


# What answers mean


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("450 4.2.0 Greylisted", Later),
        ("421 4.7.0 Too many", Later),
        ("530 5.7.0 Sign in", Later),
        ("550 5.1.1 No such user", Undeliverable),
        ("552 5.3.4 Too large", Undeliverable),
    ],
)
async def test_a_no_for_now_is_not_a_no_for_good(at: str, answer: str, meant: type[Exception]) -> None:
    with Sink() as sink:
        sink.says(ANNA, answer, at="RCPT" if at == "RCPT" else "DATA")
        with pytest.raises(meant) as said:
            await hand_over(sink.url)
        assert str(said.value) == answer
        await hand_over(sink.url)
    assert len(sink.received) == 1


async def test_a_sender_that_is_refused_is_no_fault_of_one_mail() -> None:
    with Sink() as sink:
        sink.says(SENDER, "550 5.7.1 Not your domain", "552 5.3.4 Too large", at="MAIL")
        with pytest.raises(Later, match="Not your domain"):
            await hand_over(sink.url)
        with pytest.raises(Undeliverable, match="Too large"):
            await hand_over(sink.url)


async def test_a_connection_cut_in_the_middle_is_tried_later() -> None:
    with Sink() as sink:
        sink.says(ANNA, DROP)
        with pytest.raises(Later):
            await hand_over(sink.url)
        await hand_over(sink.url)
    assert (len(sink.received), sink.connections) == (1, 2)


async def test_nobody_there_is_tried_later() -> None:
    with pytest.raises(Later, match="Error connecting"):
        await hand_over(f"smtp+plain://127.0.0.1:{free_port()}")


async def test_a_server_that_never_answers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Later, match="Timed out"):
        await hand_over(f"smtp+plain://127.0.0.1:{silent.getsockname()[1]}")


async def test_letters_that_an_old_server_does_not_know_are_refused_in_words() -> None:
    with Sink(smtputf8=False) as sink:
        with pytest.raises(Undeliverable, match="SMTPUTF8"):
            await hand_over(sink.url, "åsa@example.com")
        await hand_over(sink.url)
    with Sink() as sink:
        await hand_over(sink.url, "åsa@example.com")
    assert sink.received[0].recipients == ["åsa@example.com"]


async def test_lines_that_begin_with_a_point_arrive_as_they_were() -> None:
    with Sink() as sink:
        await hand_over(sink.url, text=".\r\n..\r\n.a")
    assert sink.received[0].content.endswith(b"\r\n\r\n.\r\n..\r\n.a\r\n")


# Connections


async def test_fifty_mails_one_after_the_other_take_one_connection() -> None:
    with Sink() as sink:
        for number in range(50):
            await hand_over(sink.url, text=str(number))
    assert (len(sink.received), sink.connections) == (50, 1)


async def test_as_many_connections_as_mails_at_once() -> None:
    with Sink() as sink:
        for _ in range(5):
            await asyncio.gather(*(hand_over(sink.url) for _ in range(4)))
    assert (len(sink.received), sink.connections) == (20, 4)


async def test_a_connection_that_was_cut_meanwhile_is_replaced_and_nobody_notices() -> None:
    with Sink() as sink:
        await asyncio.gather(*(hand_over(sink.url) for _ in range(4)))
        sink.hang_up()
        for _ in range(3):
            await hand_over(sink.url)
    assert (len(sink.received), sink.connections) == (7, 5)


async def test_a_refused_mail_leaves_the_connection_good_for_the_next() -> None:
    with Sink() as sink:
        sink.says(ANNA, "550 5.1.1 No", "450 4.2.0 Not now", at="RCPT")
        for _ in range(2):
            with pytest.raises((Later, Undeliverable)):
                await hand_over(sink.url)
        await hand_over(sink.url)
    assert (len(sink.received), sink.connections) == (1, 1)


async def test_a_connection_that_nobody_uses_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.05)
    with Sink() as sink:
        await hand_over(sink.url)
        async with asyncio.timeout(10):
            while sink.open_now:  # noqa: ASYNC110 - it is the other side that closes
                await asyncio.sleep(0.01)
        await hand_over(sink.url)
    assert sink.connections == 2


async def test_a_connection_to_one_relay_is_not_used_for_another() -> None:
    with Sink() as one, Sink() as other:
        await hand_over(one.url)
        await hand_over(other.url)
    assert (len(one.received), len(other.received)) == (1, 1)
