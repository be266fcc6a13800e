"""An application with routes that no guild has, on the tests' database: what the house does for every route."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter

from guildhall.app.main import create_app
from guildhall.core.database import Database
from tests.guild import Guild


@asynccontextmanager
async def house_with(router: APIRouter, guild: Guild) -> AsyncIterator[Guild]:
    """The same guild in a house that has these routes too."""
    app = create_app(str(guild.database.engine.url.render_as_string(hide_password=False)))
    made: Database = app.state.database
    await made.close()
    app.state.database = guild.database
    app.include_router(router)
    async with Guild(app) as same:
        yield same
