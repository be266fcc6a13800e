"""The key that browsers know this guild by (VAPID, RFC 8292): made once, kept in the database."""

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from webpush.vapid import VAPID  # pyright: ignore[reportMissingTypeStubs]

from guildhall.platform.push.models import VapidKeyRow


@dataclass(frozen=True)
class VapidKey:
    """The key pair. `public` is what a browser wants as `applicationServerKey` (base64url)."""

    public: str
    public_pem: bytes = field(repr=False)
    private_pem: bytes = field(repr=False)


_known: WeakKeyDictionary[Engine | Connection, VapidKey] = WeakKeyDictionary()


async def vapid_key(session: AsyncSession) -> VapidKey:
    """The guild's key. Read once in a process; made by whoever asks first, and two who ask first get the same."""
    database = session.get_bind()
    if key := _known.get(database):
        return key
    pem = await session.scalar(select(VapidKeyRow.private_key))
    if pem is None:
        pem = await _make(session)
    key = _of(pem)
    # What this very transaction may have written can still be rolled back; then it must not be remembered.
    if not session.info.get("wrote_vapid_key"):
        _known[database] = key
    return key


async def _make(session: AsyncSession) -> str:
    # The second of two waits here for the first one's commit, keeps its own key to itself, and reads the first one's.
    private_key, _, _ = VAPID.generate_keys()
    row = insert(VapidKeyRow).values(id=1, private_key=private_key.decode()).on_conflict_do_nothing()
    await session.execute(row)
    session.info["wrote_vapid_key"] = True
    return (await session.scalars(select(VapidKeyRow.private_key))).one()


def _of(pem: str) -> VapidKey:
    public = load_pem_private_key(pem.encode(), password=None).public_key()
    public_pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return VapidKey(VAPID.get_application_server_key(public), public_pem, pem.encode())
