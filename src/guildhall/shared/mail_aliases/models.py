"""Aliases, their targets, and the views that tell who receives."""

from sqlalchemy import CheckConstraint, ForeignKey, Identity, String, UniqueConstraint, column, event, table
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL

from guildhall.core.database import Base


class MailAlias(Base):
    """An address of the guild."""

    __tablename__ = "mail_aliases"
    __table_args__ = (CheckConstraint("address = lower(address)", name="mail_alias_is_lower_case"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)


class MailAliasTarget(Base):
    """Where the mail to an alias goes: to an address, a user, the holders of a post or those of a council's posts."""

    __tablename__ = "mail_alias_targets"
    __table_args__ = (
        UniqueConstraint("alias_id", "address"),
        UniqueConstraint("alias_id", "user_id"),
        UniqueConstraint("alias_id", "post_id"),
        UniqueConstraint("alias_id", "council_id"),
        CheckConstraint("num_nonnulls(address, user_id, post_id, council_id) = 1", name="mail_alias_target_is_one"),
        CheckConstraint("address = lower(address)", name="mail_alias_target_is_lower_case"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    alias_id: Mapped[int] = mapped_column(ForeignKey("mail_aliases.id", ondelete="CASCADE"))
    address: Mapped[str | None] = mapped_column(String(320))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    council_id: Mapped[int | None] = mapped_column(ForeignKey("councils.id", ondelete="CASCADE"), index=True)


# One step: whom each target means now. An address that is not verified is nobody's yet.
MAIL_STEPS = """
CREATE VIEW mail_steps WITH (security_barrier) AS
SELECT alias_id, id AS target_id, address AS receiver FROM mail_alias_targets WHERE address IS NOT NULL
UNION ALL
SELECT t.alias_id, t.id, lower(u.email)
FROM mail_alias_targets t JOIN users u ON u.id = t.user_id WHERE u.is_active AND u.is_verified
UNION ALL
SELECT t.alias_id, t.id, lower(u.email)
FROM mail_alias_targets t JOIN post_holders h ON h.post_id = t.post_id JOIN users u ON u.id = h.user_id
WHERE u.is_active AND u.is_verified
UNION ALL
SELECT t.alias_id, t.id, lower(u.email)
FROM mail_alias_targets t JOIN posts p ON p.council_id = t.council_id
JOIN post_holders h ON h.post_id = p.id JOIN users u ON u.id = h.user_id
WHERE u.is_active AND u.is_verified
"""
# All steps: whom a mail reaches in the end. An alias among the receivers is followed, and each address only once, so
# circles end by themselves, also those that come about because somebody changed the address of an account.
# OFFSET 0 lets the planner look up the steps of one alias instead of all: ten times faster. When it must change,
# replace it instead of dropping it, which would take the right of the role that Postfix uses.
MAIL_ROUTES = """
CREATE VIEW mail_routes WITH (security_barrier) AS
SELECT alias.address, final.receiver
FROM mail_aliases alias CROSS JOIN LATERAL (
    WITH RECURSIVE reached(receiver) AS (
        SELECT s.receiver FROM mail_steps s WHERE s.alias_id = alias.id
        UNION
        SELECT s.receiver FROM reached r JOIN mail_aliases a ON a.address = r.receiver
        CROSS JOIN LATERAL (SELECT receiver FROM mail_steps WHERE alias_id = a.id OFFSET 0) s
    )
    SELECT r.receiver FROM reached r
    WHERE NOT EXISTS (SELECT FROM mail_aliases a WHERE a.address = r.receiver)
) final
"""
for view in (MAIL_STEPS, MAIL_ROUTES):
    event.listen(Base.metadata, "after_create", DDL(view))

mail_steps = table("mail_steps", column("alias_id"), column("target_id"), column("receiver", String))
mail_routes = table("mail_routes", column("address", String), column("receiver", String))
