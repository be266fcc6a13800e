"""The one VAPID key: made once, by whoever asks first, and the same for everybody ever after."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from guildhall.core.database import Database, release
from guildhall.platform.push import VapidKey, vapid_key
from guildhall.platform.push.models import VapidKeyRow
from tests.guild import Guild
from tests.push_services import POINT, base64url


@asynccontextmanager
async def process(guild: Guild) -> AsyncIterator[Database]:
    """Another process on the same database: it remembers nothing yet."""
    database = Database(guild.database.url.replace("+psycopg", ""), 2)
    try:
        yield database
    finally:
        await database.close()


async def key_of(database: Database) -> VapidKey:
    async with database.transaction() as session:
        return await vapid_key(session)


async def test_the_key_is_made_once_and_every_process_has_the_same(guild: Guild) -> None:
    async with process(guild) as one, process(guild) as another:
        made = await key_of(one)
        assert await key_of(one) == made
        assert await key_of(another) == made
    async with guild.session() as session:
        assert await session.scalar(select(func.count()).select_from(VapidKeyRow)) == 1


async def test_its_public_half_is_a_point_on_the_curve_as_browsers_want_it(guild: Guild) -> None:
    async with process(guild) as one:
        key = await key_of(one)
    private = load_pem_private_key(key.private_pem, password=None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert isinstance(private.curve, ec.SECP256R1)
    assert key.public == base64url(private.public_key().public_bytes(*POINT))
    assert len(key.public) == 87


async def test_two_processes_that_make_it_at_once_agree(guild: Guild) -> None:
    async with process(guild) as one, process(guild) as another, one.transaction() as session:
        made = await vapid_key(session)
        asking = asyncio.create_task(key_of(another))
        await guild.until_waiting()
        await session.commit()
        assert await asking == made
        assert await key_of(another) == made


async def test_many_who_ask_at_once_agree(guild: Guild) -> None:
    async with process(guild) as one, process(guild) as another:
        assert len(set(await asyncio.gather(*(key_of(database) for database in [one, another] * 10)))) == 1


async def test_a_key_that_was_rolled_back_is_not_remembered(guild: Guild) -> None:
    """Browsers would subscribe to a key that no other process knows."""
    async with process(guild) as one:
        async with one.sessions() as session:
            lost = await vapid_key(session)
            assert await vapid_key(session) == lost
            await session.rollback()
        kept = await key_of(one)
        assert kept != lost
        async with process(guild) as another:
            assert await key_of(another) == kept


async def test_one_who_waited_for_a_key_that_was_rolled_back_makes_another(guild: Guild) -> None:
    async with process(guild) as one, process(guild) as another, one.transaction() as session:
        lost = await vapid_key(session)
        asking = asyncio.create_task(key_of(another))
        await guild.until_waiting()
        await session.rollback()
        made = await asking
        assert made != lost
        assert await key_of(one) == made


async def test_a_new_key_counts_as_written_so_that_it_is_not_given_back_unseen(guild: Guild) -> None:
    async with process(guild) as one, one.transaction() as session:
        await vapid_key(session)
        with pytest.raises(RuntimeError):
            await release(session)


async def test_it_is_read_once_in_a_process(guild: Guild) -> None:
    async with process(guild) as one:
        await key_of(one)
        read = await key_of(one)
        async with guild.session() as session:
            await session.execute(delete(VapidKeyRow))
        assert await key_of(one) == read


@pytest.mark.parametrize("id", ["1", "2", "DEFAULT", "NULL"])
async def test_the_database_keeps_no_second_key(guild: Guild, id: str) -> None:
    async with process(guild) as one:
        await key_of(one)
    with pytest.raises(IntegrityError):
        async with guild.session() as session:
            await session.execute(text(f"INSERT INTO vapid_keys (id, private_key) VALUES ({id}, 'another')"))


async def test_the_private_half_does_not_show_when_the_key_is_printed(guild: Guild) -> None:
    async with process(guild) as one:
        key = await key_of(one)
    assert "PRIVATE" not in repr(key)
    assert key.public in repr(key)
