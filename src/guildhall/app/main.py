"""The application."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import guildhall
from guildhall.app import mailbox, openapi, worker
from guildhall.app.domains import DOMAINS
from guildhall.core import access, doors, edge, manifest
from guildhall.core.database import Database
from guildhall.core.settings import Settings, settings
from guildhall.domains.events.service.showing import Watchers
from guildhall.domains.songs.service.views import Views
from guildhall.platform import jobs, telemetry
from guildhall.platform.images import darkroom
from guildhall.platform.live import Live
from guildhall.platform.shelves import Shelves
from guildhall.shared.notifications.service.streaming import Streams
from guildhall.shared.pictures.service.demand import Demand


def create_app(database_url: str, *, with_worker: bool = False) -> FastAPI:
    """The application on one database (`postgresql://...`); with the job worker inside when `with_worker`.

    Raises RuntimeError when a route does not say who may enter.
    """
    now = settings()
    is_hidden = now.environment == "production"
    app = FastAPI(
        title="Guildhall",
        version=guildhall.__version__,
        lifespan=_lifespan(with_worker),
        docs_url=None if is_hidden else "/docs",
        redoc_url=None if is_hidden else "/redoc",
        generate_unique_id_function=operation_id,
        separate_input_output_schemas=False,
        servers=[{"url": now.public_url}],
        # The framework's own traces go nowhere here; looking with each request whether they do cost 2 % of it.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.database = Database(database_url, now.database_pool)
    app.state.live = Live(app.state.database)
    app.state.shelves = Shelves(app.state.database, app.state.live)
    app.state.streams = Streams(app.state.database, app.state.live)
    app.state.demand = Demand()
    app.state.views = Views(app.state.database)
    app.state.watchers = Watchers(app.state.live, app.state.shelves)
    manifest.install(DOMAINS)
    jobs.register(DOMAINS)
    for domain in DOMAINS:
        for router in domain.routers:
            app.include_router(router)
    if now.is_development:
        app.include_router(mailbox.router)
    access.refuse_unguarded(app)
    openapi.describe(app)
    doors.open_doors(app)
    _surround(app, now)
    return app


def operation_id(route: APIRoute) -> str:
    """`<first tag>-<function name>`, as the clients' generators know the operations; without a tag, the path."""
    return f"{route.tags[0]}-{route.name}" if route.tags else f"{route.path}{route.name}"


def _surround(app: FastAPI, now: Settings) -> None:
    edge.install(app)
    bulky = [path for domain in DOMAINS for path in domain.bulky]
    app.add_middleware(edge.Edge, limits=edge.Limits(now.body_limit, now.upload_limit, now.bulk_upload_limit, bulky))
    app.add_middleware(
        CORSMiddleware,
        allow_origins=now.origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["authorization", "content-type", "x-request-id", "last-event-id"],
        expose_headers=["X-Request-ID", "Retry-After"],
    )
    if now.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=now.trusted_proxies)
    app.add_middleware(telemetry.Watch)  # the last one added is the outermost


def _lifespan(with_worker: bool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        database: Database = app.state.database
        async with AsyncExitStack() as stack:
            stack.push_async_callback(asyncio.to_thread, darkroom.close)
            stack.push_async_callback(database.close)
            stack.push_async_callback(app.state.live.close)
            stack.push_async_callback(app.state.views.close)
            await stack.enter_async_context(telemetry.sampled(database, "api"))
            if with_worker:
                await stack.enter_async_context(worker.inside(database.url))
            yield

    return lifespan
