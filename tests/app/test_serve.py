"""Several processes on one database, and restarts that refuse nobody."""

import os
import signal
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx2
import pytest

from tests.guild import Guild
from tests.processes import Process, serving

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
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as held:
        port, descriptor = held.getsockname()[1], held.fileno()
        failures: list[Exception] = []
        answered = 0
        is_over = threading.Event()
        # Each visit is a new connection, as a new visitor's is.
        newcomer = httpx2.Client(timeout=30, limits=httpx2.Limits(max_keepalive_connections=0))

        def visit() -> None:
            nonlocal answered
            while not is_over.is_set():
                try:
                    assert newcomer.get(f"http://127.0.0.1:{port}/version").status_code == 200
                    answered += 1
                except Exception as failure:
                    failures.append(failure)

        def start() -> AbstractContextManager[Process]:
            return serving(tmp_path, on(database_url), "--fd", str(descriptor), pass_fds=(descriptor,), port=port)

        with start() as first:
            visitor = threading.Thread(target=visit)
            visitor.start()
            while answered < 20:
                time.sleep(0.01)
            assert first.stop(signal.SIGTERM) == 0
            between = answered
            with start():
                while answered < between + 20 and not failures:
                    time.sleep(0.01)
                is_over.set()
                visitor.join()
        assert failures == []


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
