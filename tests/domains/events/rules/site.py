"""The part of a guild's server that the page which checks a draw speaks to, and what it serves."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from guildhall.domains.events.pages import verify_draw_page
from guildhall.domains.events.rules import NOLLNING, Rank, SignUp, ticket
from guildhall.domains.events.rules.proof import proof
from tests.domains.events.rules.draws import KINDS, OPENS, a_signup

SEED = bytes(range(32))
MEMBERS = 500
NONE: dict[str, str] = {}
TOKEN = f"head.{'eyJzdWIiOiAiNDIifQ'}.signature"  # {"sub": "42"}


def signed_up() -> list[SignUp]:
    """Many members of every class, in eight groups; a few put in and out by hand."""
    return [
        a_signup(
            member,
            KINDS[member % 5],
            None if member % 9 == 8 else f"Grupp {member % 9}",
            ticket=ticket(SEED, 7, member),
            moment=OPENS + timedelta(seconds=member * 7919 % 1000),
            hand={17: "in", 99: "out"}.get(member),
        )
        for member in range(1, MEMBERS + 1)
    ]


def a_proof(rank: Rank = Rank("ticket")) -> dict[str, Any]:
    """The proof of a draw of many members for 120 places."""
    return proof(7, SEED, 120, NOLLNING, rank, signed_up())


class Site(BaseHTTPRequestHandler):
    """Answers as docs/wire.md has it."""

    def do_GET(self) -> None:
        if self.path == "/events/7/draw/verify":
            page = verify_draw_page()
            return self.answer(200, page.text, {"Content-Type": "text/html; charset=utf-8", **page.headers})
        if self.path == "/sign-in":
            return self.answer(200, "", {"Set-Cookie": "refresh=good; Path=/auth; HttpOnly; SameSite=Lax"})
        if self.path == "/events/7/draw" and self.headers["Authorization"] == f"Bearer {TOKEN}":
            return self.answer(200, json.dumps(a_proof() | {"mine": ticket(SEED, 7, 42)}))
        return self.answer(401, json.dumps({"detail": "Not authenticated"}))

    def do_POST(self) -> None:
        if self.path == "/auth/refresh" and self.headers["Cookie"] == "refresh=good":
            return self.answer(200, json.dumps({"access_token": TOKEN, "token_type": "bearer"}))
        return self.answer(401, json.dumps({"detail": "Unauthorized"}))

    def answer(self, status: int, text: str, headers: Mapping[str, str] = NONE) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def a_site() -> Iterator[str]:
    """Such a server on loopback; where it is."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
