"""Builders: people and things of a guild, made through the code that makes them in life.

>>> anna, bo = await guild.members("Anna", "Bo")
>>> keeper = await guild.holder("manage:Car")
>>> answer = await anna.post("/car/", json=...)
"""

import asyncio
import itertools
import json
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Self

import httpx2
from fastapi import FastAPI
from sqlalchemy import event, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core.database import Database
from guildhall.core.settings import settings
from guildhall.platform.mail.models import Mail
from guildhall.shared.auth.service import identity, passwords, sessions
from guildhall.shared.councils.models import Council
from guildhall.shared.posts.models import Permission, Post, PostHolder, PostPermission
from guildhall.shared.users.models import User

PASSWORD = "correct horse 1"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Person:
    """Somebody with a client of their own; `get`, `post`, `patch`, `put`, `delete` are httpx's."""

    def __init__(self, client: httpx2.AsyncClient, user: User) -> None:
        self.client, self.id, self.email, self.name = client, user.id, user.email, user.first_name
        self.get, self.post, self.patch = client.get, client.post, client.patch
        self.put, self.delete, self.request = client.put, client.delete, client.request

    @property
    def refresh_token(self) -> str:
        """The refresh token this person's client holds."""
        return self.client.cookies[settings().refresh_cookie]


class Guild:
    """An empty guild and the ways to fill it."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.database: Database = app.state.database
        self._numbers = itertools.count(1)
        self._clients = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._clients.aclose()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A transaction, to arrange things and to look at them."""
        async with self.database.transaction() as session:
            yield session

    async def client(self, address: str = "127.0.0.1", **options: Any) -> httpx2.AsyncClient:
        """A client that nobody is signed in on."""
        transport = httpx2.ASGITransport(app=self.app, client=(address, 50000))
        made = httpx2.AsyncClient(transport=transport, base_url="http://guild.test", timeout=60, **options)
        return await self._clients.enter_async_context(made)

    async def user(self, name: str = "Gustav", **columns: Any) -> Person:
        """A verified user who is not a member, signed in on Firefox; `columns` of the users table."""
        number = next(self._numbers)
        user = User(
            **{
                "email": f"{re.sub('[^a-z]', '', name.lower())}{number}@example.com",
                "hashed_password": await _hash(),
                "is_verified": True,
                "first_name": name,
                "last_name": f"Number{number}son",
                "telephone_number": "tel:+46-70-174-06-05",
                "start_year": 2025,
            }
            | columns
        )
        async with self.session() as session:
            session.add(user)
            await session.flush()
        return await self.sign_in(user)

    async def member(self, name: str = "Anna", **columns: Any) -> Person:
        """A member."""
        return await self.user(name, **{"is_member": True} | columns)

    async def members(self, *names: str) -> list[Person]:
        """Several members."""
        return [await self.member(name) for name in names]

    async def sign_in(self, user: User) -> Person:
        """A client on which the user is signed in, with bearer and cookie."""
        async with self.session() as session:
            opened = await sessions.open_session(session, user.id, BROWSER)
        client = await self.client(headers={"Authorization": f"Bearer {identity.access_token(opened.actor)}"})
        client.cookies.set(settings().refresh_cookie, opened.cookie or "", domain="guild.test", path="/auth")
        return Person(client, user)

    async def council(self, name: str = "Sexmästeriet") -> int:
        """A council; its id."""
        async with self.session() as session:
            council = Council(name_sv=name, name_en=f"{name} in English")
            session.add(council)
            await session.flush()
            return council.id

    async def post(
        self, name: str = "Sexmästare", *, council: int | None = None, permissions: Sequence[str] = ()
    ) -> int:
        """A post in a council (a new one when none is named) that carries permissions; its id."""
        council_id = council or await self.council(f"Utskott {next(self._numbers)}")
        async with self.session() as session:
            post = Post(name_sv=name, name_en=f"{name} in English", council_id=council_id)
            session.add(post)
            await session.flush()
            for word in permissions:
                await session.execute(insert(PostPermission).values(post_id=post.id, permission_id=_word(word)))
            return post.id

    async def give(self, person: Person, post_id: int) -> None:
        """Let a person hold a post."""
        async with self.session() as session:
            session.add(PostHolder(user_id=person.id, post_id=post_id))

    async def holder(self, *permissions: str, name: str = "Hanna", **columns: Any) -> Person:
        """A member with a post that carries these permissions (`manage:Car`)."""
        person = await self.member(name, **columns)
        await self.give(person, await self.post(f"Post of {name}", permissions=permissions))
        return person

    async def permission_id(self, word: str) -> int:
        """The id of a permission (`manage:Car`)."""
        async with self.session() as session:
            return (await session.scalars(select(_word(word)))).one()

    async def mails(self, to: str) -> list[Mail]:
        """What was mailed to an address, oldest first."""
        async with self.session() as session:
            return list(await session.scalars(select(Mail).where(Mail.to == to).order_by(Mail.id)))

    async def until_waiting(self, many: int = 1) -> None:
        """Wait until so many transactions stand in line for a lock: what was started has come as far as it can."""
        lined_up = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        async with asyncio.timeout(10), self.session() as session:
            while (await session.scalar(lined_up) or 0) < many:
                await session.rollback()  # one transaction sees one snapshot of the activity
                await asyncio.sleep(0.01)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that run inside the `with`, glances too."""
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        engine = self.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        self.database.glances.heard.append(seen.append)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)
            self.database.glances.heard.remove(seen.append)


def _word(word: str) -> Any:
    action, _, target = word.partition(":")
    return select(Permission.id).where(Permission.action == action, Permission.target == target).scalar_subquery()


_hashes: list[str] = []


async def _hash() -> str:
    # Made once: hashing for every person would be half of the tests' time.
    if not _hashes:
        _hashes.append(await passwords.hashed(PASSWORD))
    return _hashes[0]


@contextmanager
def configured(**wanted: str) -> Iterator[None]:
    """Other settings for the length of the `with`: `configured(rate_limit_account="3")`."""
    before = dict(os.environ)
    os.environ.update({f"GUILDHALL_{name.upper()}": value for name, value in wanted.items()})
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()


def escaped(body: object) -> dict[str, Any]:
    """httpx's arguments for a JSON body with every sign escaped: the only way to send half a character."""
    return {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}}


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of a refusal, to compare in one line."""
    return answer.status_code, answer.json()["code"]
