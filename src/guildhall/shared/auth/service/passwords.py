"""Hashing passwords, off the event loop."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher


class _Bcrypt(BcryptHasher):
    """bcrypt as it was when the old hashes were made: it looks at 72 bytes. Today's library refuses longer ones."""

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        return super().verify((password.encode() if isinstance(password, str) else password)[:72], hash)


# 19 MiB, 2 rounds: the cost OWASP recommends for argon2id on a shared machine. Older hashes, also the costlier
# ones of the guild's former system and bcrypt, verify too and are renewed at the next login.
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1), _Bcrypt()))
_threads = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="hash")


async def hashed(password: str) -> str:
    """The hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify(password: str, known: str | None) -> tuple[bool, str | None]:
    """Whether the password is right, and its hash anew when it should be renewed.

    `known` None is an unknown account: it takes as long, and is wrong.
    """
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password, known)


def _verify(password: str, known: str | None) -> tuple[bool, str | None]:
    try:
        right, renewed = _hasher.verify_and_update(password, known or _nobodys())
    except UnknownHashError:
        return False, None
    return (right, renewed) if known else (False, None)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")
