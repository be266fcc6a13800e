"""Which addresses our server calls because a member's browser named them: those of the push services, no others."""

import pytest

from guildhall.platform.push import BrowserTarget, allowed, has_keys
from guildhall.platform.push.origins import unusable
from tests.guild import configured
from tests.push_services import PushService

OF_BROWSERS = [
    "https://fcm.googleapis.com/fcm/send/dEfG-hI_j:APA91bH",
    "https://fcm.googleapis.com/wp/dEfG-hI_j:APA91bH",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABo",
    "https://web.push.apple.com/QGuQyavXutnMH",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAB%2fXs%3d",
    "https://WEB.push.apple.com:443/QGuQ",
    "https://a.b.push.apple.com/x",
]
STRANGE = [
    "",
    "web.push.apple.com/x",
    "//web.push.apple.com/x",
    "https:/web.push.apple.com/x",
    "https:///x",
    "http://web.push.apple.com/x",
    "ftp://web.push.apple.com/x",
    "file:///etc/passwd",
    "javascript:alert(1)//https://web.push.apple.com/",
    "https://example.org/x",
    "https://push.apple.com/x",
    "https://evilpush.apple.com/x",
    "https://.push.apple.com/x",
    "https://*.push.apple.com/x",
    "https://web..push.apple.com/x",
    "https://-.push.apple.com/x",
    "https://web.push.apple.com.example.org/x",
    "https://web.push.apple.com./x",
    "https://fcm.googleapis.com.evil.org/x",
    "https://fcm.googleapis.com@evil.org/x",
    "https://evil.org#@fcm.googleapis.com/x",
    "https://evil.org/@fcm.googleapis.com/x",
    "https://evil.org?@fcm.googleapis.com/x",
    "https://fcm.googleapis.com?x",
    "https://evil.org\\@fcm.googleapis.com/x",
    "https://evil.org\\.push.apple.com/x",
    "https://user@fcm.googleapis.com/x",
    "https://user:word@fcm.googleapis.com/x",
    "https://@fcm.googleapis.com/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:80/x",
    "https://fcm.googleapis.com:/evil.org",
    "https://fcm.googleapis.com:443:80/x",
    "https://fcm.googleapis.com:99999/x",
    "https://fcm%2egoogleapis.com/x",
    "https://fcm.googleapis.com%00.evil.org/x",
    "https://fcm.googleapis.com%2f.push.apple.com/x",
    "https://ｆcm.googleapis.com/x",
    "https://fcm。googleapis。com/x",
    "https://web.push.apple.com/ x",
    " https://web.push.apple.com/x",
    "https://web.push.apple.com/x\n",
    "https://web.push.apple.com/x\r\nHost: evil.org",
    "https://web\t.push.apple.com/x",
    "https://web.push.apple.com/å",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f.0.0.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://169.254.169.254/latest/meta-data",
    "https://169.254.169.254.push.apple.com@169.254.169.254/x",
    "https://localhost/x",
    f"https://web.push.apple.com/{'x' * 2048}",
]


@pytest.mark.parametrize("endpoint", OF_BROWSERS)
def test_the_push_services_of_the_four_browsers_are_allowed(endpoint: str) -> None:
    assert allowed(endpoint)


@pytest.mark.parametrize("endpoint", STRANGE, ids=ascii)
def test_whatever_merely_looks_like_one_is_not(endpoint: str) -> None:
    assert not allowed(endpoint)


@pytest.mark.parametrize(
    ("named", "endpoint"),
    [
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081/push/1"),
        ("http://[::1]:8081", "http://[::1]:8081/push/1"),
        ("http://localhost:8081/", "http://localhost:8081/push/1"),
        ("https://push.example.org:443", "https://push.example.org/push/1"),
        ("https://*.example.org:8443", "https://a.example.org:8443/push/1"),
    ],
)
def test_an_origin_that_is_named_is_allowed_and_its_neighbours_are_not(named: str, endpoint: str) -> None:
    with configured(webpush_origins=named):
        assert allowed(endpoint)
        assert not allowed(endpoint.replace("8081", "8082").replace("8443", "443").replace("push.", "posh."))
        assert not allowed("https://fcm.googleapis.com/fcm/send/1")


@pytest.mark.parametrize(
    "word",
    ["*", "https://*", "https://*.com", "https://*.0.0.1", "https://*.*.org", "https://a.*.org", "fcm.googleapis.com",
     "https://example.org/path", "https://user@example.org", "ws://example.org", "https://*.[::1]"],
)  # fmt: skip
def test_a_word_that_is_no_origin_opens_nothing(word: str) -> None:
    with configured(webpush_origins=word):
        assert unusable() == [word]
        for endpoint in [*OF_BROWSERS, "https://a.b.com/", "https://127.0.0.1/", "https://example.org/path"]:
            assert not allowed(endpoint)


def test_without_a_word_no_browser_is_called() -> None:
    with configured(webpush_origins=","):
        assert not any(map(allowed, OF_BROWSERS))


def test_the_default_words_are_origins() -> None:
    assert unusable() == []


POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"


@pytest.mark.parametrize(("p256dh", "auth"), [(POINT, SECRET), (f"{POINT}=", f"{SECRET}==")])
def test_a_browser_with_keys_can_be_written_to(p256dh: str, auth: str) -> None:
    assert has_keys(BrowserTarget(OF_BROWSERS[0], p256dh, auth))


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", SECRET),
        (POINT, ""),
        (POINT[:-4], SECRET),
        (f"{POINT}AAAA", SECRET),
        (POINT.replace("B", "A", 1), SECRET),
        (POINT.replace("V", "W", 1), SECRET),
        ("A" * 87, SECRET),
        (POINT, SECRET[:-2]),
        (POINT, f"{SECRET}AA"),
        (POINT, f"{SECRET[:-1]}!"),
        (f"{POINT[:-1]}å", SECRET),
        (f"{POINT}\n", SECRET),
    ],
)
def test_a_browser_whose_keys_are_none_cannot(p256dh: str, auth: str) -> None:
    with PushService() as service, configured(**service.settings()):
        assert not has_keys(BrowserTarget(f"{service.url}/push/1", p256dh, auth))
