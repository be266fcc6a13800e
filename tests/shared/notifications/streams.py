"""A client of the stream, and a server in this process to speak to it over a real connection."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI
from sqlalchemy import event

from guildhall.app.main import create_app
from tests.guild import Person

PATIENCE = 20.0


@dataclass(frozen=True)
class Told:
    """One event, or the comment of a heartbeat."""

    name: str
    data: Any = None
    id: str | None = None
    retry: str | None = None


class Client:
    """What somebody is told; `next` waits for the next event."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self) -> Told | None:
        """The next event; None when the stream has ended."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if line:
                    name, _, value = line.partition(":")
                    fields[name or "comment"] = value.strip()
                elif fields:
                    return _told(fields)
        return None

    async def title(self) -> str:
        """The title of the next notification, whatever comes before it."""
        while (told := await self.next()) and told.name != "notification":
            pass
        assert told, "the stream has ended"
        return told.data["title_sv"]

    async def unread(self) -> int:
        """The next count of what is unread."""
        while (told := await self.next()) and told.name != "unread":
            pass
        assert told, "the stream has ended"
        return told.data["unread"]

    async def ended(self) -> None:
        """Wait until the stream ends."""
        while await self.next():
            pass


def _told(fields: dict[str, str]) -> Told:
    if "comment" in fields:
        return Told("heartbeat")
    return Told(fields["event"], json.loads(fields["data"]), fields.get("id"), fields.get("retry"))


@asynccontextmanager
async def following(person: Person, port: int, last_id: int | None = None, **headers: str) -> AsyncIterator[Client]:
    """Somebody follows their stream on a server, from the id on that they have seen last."""
    headers |= {"Authorization": person.client.headers["Authorization"]}
    if last_id is not None:
        headers["Last-Event-ID"] = str(last_id)
    async with (
        httpx2.AsyncClient(timeout=PATIENCE) as client,
        client.stream("GET", f"http://127.0.0.1:{port}/notifications/stream", headers=headers) as answer,
    ):
        yield Client(answer)


class Server:
    """A server in this process; `asked` are the statements that it has sent to the database."""

    def __init__(self, port: int, app: FastAPI) -> None:
        self.port, self.app = port, app
        self.asked: list[str] = []
        event.listen(app.state.database.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.asked.append(statement)


@asynccontextmanager
async def server(database_url: str) -> AsyncIterator[Server]:
    """A server in this process, with an application of its own."""
    app = create_app(database_url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)  # who takes nothing is soon noticed
        config = uvicorn.Config(app, http="httptools", log_config=None, access_log=False, timeout_graceful_shutdown=5)
        running = uvicorn.Server(config)
        serving = asyncio.create_task(running._serve([listening]))  # pyright: ignore[reportPrivateUsage]
        while not running.started:  # noqa: ASYNC110 - it has no event for it
            await asyncio.sleep(0.01)
        yield Server(listening.getsockname()[1], app)
        app.state.live.stop()
        running.should_exit = True
        await serving
