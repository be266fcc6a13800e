"""A Sentry of our own on loopback: it takes envelopes as the real one does, and tells what was in them."""

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 30.0


class Ingest:
    """What came: `errors` and `traces` as they were sent, and `everything` as one text."""

    def __init__(self) -> None:
        self.errors: list[dict[str, Any]] = []
        self.traces: list[dict[str, Any]] = []
        self.everything = ""
        self.dsn = ""
        self._news = threading.Condition()

    def take(self, body: bytes) -> None:
        """Read one envelope: a line about it, then for each item a line about it and its content."""
        with self._news:
            self.everything += body.decode()
            lines = iter(body.split(b"\n"))
            next(lines)
            for head in lines:
                if head:
                    self._sort(json.loads(head)["type"], json.loads(next(lines)))
            self._news.notify_all()

    def _sort(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "event":
            self.errors.append(content)
        elif kind == "transaction":
            self.traces.append(content)

    def error(self, number: int = 1) -> dict[str, Any]:
        """The first error, or the `number`th; waits for it."""
        return self._await(self.errors, lambda _: True, number)

    def trace(self, name: str) -> dict[str, Any]:
        """The first trace of this name; waits for it."""
        return self._await(self.traces, lambda trace: trace["transaction"] == name, 1)

    def _await(self, among: list[dict[str, Any]], fits: Any, number: int) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        with self._news:
            while len(found := [one for one in among if fits(one)]) < number:
                assert self._news.wait(deadline - time.monotonic()), self.everything
            return found[number - 1]


@contextmanager
def sentry() -> Iterator[Ingest]:
    """Such a Sentry, for the length of the `with`."""
    ingest = Ingest()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/api/7/envelope/"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ingest.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the tests tell."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads = True
        ingest.dsn = f"http://publickey@127.0.0.1:{server.server_port}/7"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield ingest
        finally:
            server.shutdown()
