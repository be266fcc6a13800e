"""The table of files."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, DateTime, Identity, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.database import Base


class StoredFile(Base):
    """A file in the store, for as long as somebody refers to it."""

    __tablename__ = "stored_files"
    __table_args__ = (
        UniqueConstraint("kind", "sha256", name="stored_files_key"),
        CheckConstraint("kind ~ '^[a-z_]+$' AND kind <> 'incoming'", name="stored_files_kind_has_its_form"),
        CheckConstraint("octet_length(sha256) = 32", name="stored_files_sha256_has_its_length"),
        CheckConstraint("size >= 0", name="stored_files_size_is_no_debt"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[bytes]
    size: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())

    @property
    def key(self) -> str:
        """Where it lies in the store."""
        return key_of(self.kind, self.sha256)


def key_of(kind: str, sha256: bytes) -> str:
    """Where the file of this kind with these bytes lies in the store."""
    name = sha256.hex()
    return f"{kind}/{name[:2]}/{name}"


def is_at(key: str) -> ColumnElement[bool]:
    """The condition that a file lies at this key."""
    kind, _, name = key.split("/")
    return (StoredFile.kind == kind) & (StoredFile.sha256 == bytes.fromhex(name))
