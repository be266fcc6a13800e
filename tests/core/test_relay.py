"""The address of the relay: what it means, and what is refused in words."""

import pytest
from pydantic import ValidationError

from guildhall.core.relay import Relay, relay_at
from guildhall.core.settings import Settings


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://relay.example.org", Relay("relay.example.org", 587, "starttls")),
        ("smtps://relay.example.org", Relay("relay.example.org", 465, "tls")),
        ("smtp+plain://127.0.0.1", Relay("127.0.0.1", 25, "none")),
        ("smtp://a%40b.se:p%40s%3As%2F%C3%B6@relay:2525/", Relay("relay", 2525, "starttls", "a@b.se", "p@s:s/ö")),
        ("smtp+plain://a:b@localhost:25", Relay("localhost", 25, "none", "a", "b")),
        ("smtp+plain://a:b@[::1]", Relay("::1", 25, "none", "a", "b")),
        ("smtp+plain://mail.internal", Relay("mail.internal", 25, "none")),
    ],
)
def test_an_address_says_how_the_relay_is_spoken_to(url: str, relay: Relay) -> None:
    assert relay_at(url) == relay


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("relay.example.org:587", "must begin with smtp://"),
        ("http://relay.example.org", "must begin with smtp://"),
        ("smtp://", "names no host"),
        ("smtp://:587", "names no host"),
        ("smtp://user:hemligt@", "names no host"),
        ("smtp://user:hem/ligt@relay", "must end after host and port"),
        ("smtp://user:hem#ligt@relay", "must end after host and port"),
        ("smtp://relay/inbox", "must end after host and port"),
        ("smtp://relay?tls=no", "must end after host and port"),
        ("smtp://relay:99999", "port that is no number"),
        ("smtp://user@relay", "a user and a password, or neither"),
        ("smtp://:hemligt@relay", "a user and a password, or neither"),
        ("smtp+plain://user:hemligt@relay.example.org", "would send the password unencrypted"),
        ("smtp+plain://user:hemligt@10.0.0.1", "would send the password unencrypted"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_without_the_password(
    url: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUILDHALL_SMTP_URL", url)
    with pytest.raises(ValidationError, match=words) as refusal:
        Settings()
    assert "ligt" not in str(refusal.value)


def test_a_password_does_not_show_when_the_relay_is_printed() -> None:
    assert "hemligt" not in repr(relay_at("smtp://user:hemligt@relay"))


@pytest.mark.parametrize("sender", ["nobody", "a b@c.se", "Åsa@c.se", "a@c.se\r\nBcc: b@c.se", "<a@c.se>"])
def test_the_sender_is_one_address(sender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUILDHALL_MAIL_FROM", sender)
    with pytest.raises(ValidationError, match="must be one address"):
        Settings()


def test_a_laptop_has_no_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUILDHALL_SMTP_URL", raising=False)
    assert Settings().relay is None
