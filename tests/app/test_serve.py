"""Several processes on one database, and restarts that refuse nobody."""

import os
import signal
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx2
import pytest

from tests.guild import Guild
from tests.processes import serving

SLOT = {
    "description": "Everybody wants it",
    "start_time": datetime(2100, 1, 4, 9, tzinfo=UTC).isoformat(),
    "end_time": datetime(2100, 1, 4, 11, tzinfo=UTC).isoformat(),
    "personal": True,
}


@pytest.fixture
async def database_with_two_members(guild: Guild, database_url: str) -> tuple[str, list[dict[str, str]]]:
    """The database's URL, and the headers of two members."""
    people = await guild.members("Anna", "Bo")
    return database_url, [{"Authorization": person.client.headers["Authorization"]} for person in people]


def on(url: str) -> dict[str, str]:
    """The settings of a server on the tests' database that knows our tokens."""
    return {"DATABASE_URL": url, "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"]}


async def test_a_hundred_bookings_through_two_processes_give_one_car_to_one(
    database_with_two_members: tuple[str, list[dict[str, str]]], tmp_path: Path
) -> None:
    url, headers = database_with_two_members
    with serving(tmp_path, on(url)) as one, serving(tmp_path, on(url)) as two:

        def book(number: int) -> httpx2.Response:
            server = (one, two)[number % 2]
            return server.http.post("/car/", json=SLOT, headers=headers[number % 2])

        with ThreadPoolExecutor(100) as crowd:
            booking = [crowd.submit(book, number) for number in range(100)]
            while not all(wish.done() for wish in booking):
                assert two.http.get("/users/me", headers=headers[1]).status_code == 200
            answers = [wish.result() for wish in booking]
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 99}
        assert {answer.json().get("code") for answer in answers if answer.status_code == 409} == {"car_taken"}


def test_a_restart_behind_a_supervisors_socket_refuses_nobody(database_url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as held, Visitors(held.getsockname()[1]) as visitors:
        port, descriptor = held.getsockname()[1], held.fileno()
        for _ in range(2):
            with serving(
                tmp_path, on(database_url), "--fd", str(descriptor), pass_fds=(descriptor,), port=port
            ) as server:
                visitors.wait_for_more()
                assert server.stop(signal.SIGTERM) == 0
        with serving(tmp_path, on(database_url), "--fd", str(descriptor), pass_fds=(descriptor,), port=port):
            visitors.wait_for_more()
            visitors.leave()
        assert visitors.turned_away == []


class Visitors:
    """Four who come all the time: two on a connection that they keep, two on a new one each time."""

    def __init__(self, port: int) -> None:
        self.turned_away: list[Exception] = []
        self._answered, self._is_over, self._url = 0, threading.Event(), f"http://127.0.0.1:{port}/version"
        self._threads = [threading.Thread(target=self._visit, args=(kept,)) for kept in (0, 0, 1, 1)]

    def __enter__(self) -> "Visitors":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self) -> None:
        enough = self._answered + 40
        while self._answered < enough and not self.turned_away:
            time.sleep(0.01)

    def _visit(self, kept_connections: int) -> None:
        limits = httpx2.Limits(max_keepalive_connections=kept_connections)
        with httpx2.Client(timeout=30, limits=limits) as client:
            while not self._is_over.is_set():
                try:
                    assert client.get(self._url).status_code == 200
                    self._answered += 1
                except Exception as failure:
                    self.turned_away.append(failure)


async def test_requests_under_way_finish_when_the_server_is_stopped(
    database_with_two_members: tuple[str, list[dict[str, str]]], tmp_path: Path
) -> None:
    url, headers = database_with_two_members
    with serving(tmp_path, on(url)) as server, socket.create_connection(("127.0.0.1", server.port)) as slow:
        head = f"PATCH /users/update/me HTTP/1.1\r\nHost: x\r\nAuthorization: {headers[0]['Authorization']}\r\n"
        slow.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 22\r\n\r\n".encode())
        await anyio.sleep(0.3)  # the request is under way, its body is not here yet
        stopping = threading.Thread(target=server.stop, args=(signal.SIGTERM,))
        stopping.start()
        await anyio.sleep(0.3)
        slow.sendall(b'{"first_name":"Sakta"}')
        assert b"200 OK" in slow.recv(65536)
        stopping.join()
