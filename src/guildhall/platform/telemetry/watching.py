"""What stands around the whole application and notes each request: pure ASGI, a handful of microseconds."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guildhall.platform.telemetry import sentry
from guildhall.platform.telemetry.meters import meters, note_request


class Watch:
    """The outermost ASGI middleware. It also remembers who spoke to us, before a proxy's word for it is believed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin, status = perf_counter(), 500
        state = scope.setdefault("state", {})
        state["peer"] = scope.get("client")

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        in_flight = meters().in_flight
        in_flight.inc()
        try:
            if sentry.is_on():
                with sentry.request(scope, lambda: status):
                    await self.app(scope, receive, note)
            else:
                await self.app(scope, receive, note)
        finally:
            in_flight.dec()
            note_request(scope["method"], state.get("route"), status, perf_counter() - begin)
