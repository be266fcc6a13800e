"""Files: kept in a folder, in a bucket of an S3-compatible store, or in memory, and each of them a row.

>>> kept = await storage.keep(session, upload.received, "pictures", "image/jpeg")       # goes with the transaction
>>> await storage.drop(session, [kept.id])                              # after the commit, unless somebody needs it

A file is known by its *kind* and the SHA-256 of its bytes; both make its *key*, so the same bytes of the same kind lie
there once, and a key never changes what it holds. What is on its way lies below `incoming/`.

There is no row without its file, whenever the process is killed or the power goes. A file is whole, in its place and
on the disk before its row is committed. When it is let go, its row is removed first, and that is committed; only then
is the file removed, by whoever holds the key's lock and still sees no row. `keep` holds the same lock from before it
puts the file in its place until its commit, so nobody removes what somebody is just keeping. What a killed process
leaves is a file without a row, or one on its way; the sweeper (`sweeping`) finds both.
"""

from guildhall.core.scratch import Received, scratch
from guildhall.platform.storage.files import drop, fetched, keep, keep_all, measured, received
from guildhall.platform.storage.models import StoredFile
from guildhall.platform.storage.probing import UnusableStore, health, usable
from guildhall.platform.storage.reading import read, stream
from guildhall.platform.storage.stores import Store, WrongStorageUrl, store

__all__ = [
    "Received",
    "Store",
    "StoredFile",
    "UnusableStore",
    "WrongStorageUrl",
    "drop",
    "fetched",
    "health",
    "keep",
    "keep_all",
    "measured",
    "read",
    "received",
    "scratch",
    "store",
    "stream",
    "usable",
]
