"""A route that no guild has: the councils' names on a shelf, in processes that share a database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import Depends, Request
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from starlette.responses import Response

from guildhall.app.main import create_app
from guildhall.core.access import public
from guildhall.core.database import Session
from guildhall.core.errors import NotFound
from guildhall.core.glances import Glances, glance_at
from guildhall.core.routing import Router
from guildhall.platform import live
from guildhall.platform.live import Live, Signal
from guildhall.platform.shelves import Shelf
from guildhall.shared.councils.models import Council
from tests.guild import Guild

TOPIC = "scratch"
NAMES = select(func.array_agg(aggregate_order_by(Council.name_sv, Council.id)).label("names"))


class Board:
    """The names, in one process: how often they were read, and a gate that whoever has read them waits at."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.built = shelf, 0
        self.has_read, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()
        self.padding = ""

    async def build(self, glances: Glances) -> bytes:
        """The names as JSON, and the padding; 404 when there are none."""
        self.built += 1
        row = await glances.first(glance_at(NAMES), {})
        names = row and row[0]
        self.has_read.set()
        await self.gate.wait()
        if not names:
            raise NothingHere
        return json.dumps([*names, self.padding] if self.padding else names).encode()

    def router(self) -> Router:
        """`/board/{key}`; a POST puts up a name, and takes it down again when it is `wrong`."""
        room = Router(prefix="/board", dependencies=[Depends(public)])

        @room.get("/{key}")
        @room.head("/{key}")
        async def get_board(request: Request, key: str) -> Response:  # pyright: ignore[reportUnusedFunction]
            return await self.shelf.answer(request, key, self.build)

        @room.post("/{name}")
        async def put_up(db: Session, name: str) -> None:  # pyright: ignore[reportUnusedFunction]
            db.add(Council(name_sv=name, name_en=name))
            await db.flush()
            await live.tell(db, TOPIC, name)
            if name == "wrong":
                raise NothingHere

        return room


class NothingHere(NotFound):
    """404, in these tests only."""

    code, en, sv = "nothing_on_the_board", "Nothing is on the board", "Det finns inget på tavlan"


class Process:
    """One process with a board, and a client of it."""

    def __init__(self, guild: Guild, board: Board, client: httpx2.AsyncClient) -> None:
        self.guild, self.board, self.client = guild, board, client
        self.live: Live = guild.app.state.live

    async def names(self, key: str = "all") -> list[str]:
        """What it shows."""
        answer = await self.client.get(f"/board/{key}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put_up(self, name: str) -> None:
        """Let it change the board."""
        assert (await self.client.post(f"/board/{name}")).status_code == 200

    async def hear(self) -> None:
        """Wait until it hears the others."""
        with self.live.listening(TOPIC) as news:
            if not self.live.is_hearing:
                assert await asyncio.wait_for(news.next(), 20) is Signal.MISSED
        assert self.live.is_hearing


@asynccontextmanager
async def process_with(shelf: Shelf, database_url: str) -> AsyncIterator[Process]:
    """A process that shows the board from this shelf, on the tests' database."""
    app, board = create_app(database_url), Board(shelf)
    app.include_router(board.router())
    async with Guild(app) as guild:
        process = Process(guild, board, await guild.client())
        yield process
        board.gate.set()
    await process.live.close()
    await guild.database.close()
