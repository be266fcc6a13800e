"""The devices that members are told on."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from guildhall.core import clock
from guildhall.core.access import Actor
from guildhall.core.database import lock, translated
from guildhall.core.errors import NotSignedIn
from guildhall.platform import push
from guildhall.shared.notifications.errors import EndpointNotAllowed, PushDeviceNotFound
from guildhall.shared.notifications.models import PushDevice
from guildhall.shared.notifications.schemas import PushDeviceCreate

MOST = 20  # devices of a member; of more, the one not seen for the longest goes
NEWEST = PushDevice.last_seen_at.desc(), PushDevice.id.desc()
GOES_WITH_ITS_SESSION = {"push_devices_session_id_fkey": NotSignedIn, "push_devices_user_id_fkey": NotSignedIn}


async def register(session: AsyncSession, actor: Actor, wish: PushDeviceCreate) -> PushDevice:
    """Let the actor be told on this device, for as long as their session lives.

    A token is one device: it moves to whoever registers it last. Raises EndpointNotAllowed.
    """
    if wish.provider == "browser" and not push.allowed(wish.token):
        raise EndpointNotAllowed
    await lock(session, f"push_devices {actor.id}")
    facts = wish.model_dump(exclude={"token"}) | {
        "user_id": actor.id,
        "session_id": actor.session_id,
        "last_seen_at": clock.now(),
    }
    written = insert(PushDevice).values(token=wish.token, **facts)
    moved = written.on_conflict_do_update(index_elements=[PushDevice.token], set_=facts).returning(PushDevice)
    async with translated(GOES_WITH_ITS_SESSION):
        device = (await session.scalars(moved, execution_options={"populate_existing": True})).one()
    mine = select(PushDevice.id).where(PushDevice.user_id == actor.id).order_by(*NEWEST)
    await session.execute(delete(PushDevice).where(PushDevice.id.in_(mine.offset(MOST))))
    return device


async def devices_of(session: AsyncSession, actor: Actor) -> Sequence[PushDevice]:
    """The actor's devices, the one seen last first."""
    return (await session.scalars(select(PushDevice).where(PushDevice.user_id == actor.id).order_by(*NEWEST))).all()


async def forget(session: AsyncSession, actor: Actor, device_id: int) -> None:
    """Tell the actor nothing more on this device. Raises PushDeviceNotFound."""
    mine = PushDevice.id == device_id, PushDevice.user_id == actor.id
    if await session.scalar(delete(PushDevice).where(*mine).returning(PushDevice.id)) is None:
        raise PushDeviceNotFound


async def forget_token(session: AsyncSession, actor: Actor, token: str) -> None:
    """Likewise, by the token. Raises PushDeviceNotFound."""
    mine = PushDevice.token == token, PushDevice.user_id == actor.id
    if await session.scalar(delete(PushDevice).where(*mine).returning(PushDevice.id)) is None:
        raise PushDeviceNotFound
