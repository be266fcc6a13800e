"""Posts, who holds them, and the permissions and doors they carry."""

from typing import Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Identity, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL

from guildhall.core.database import Base
from guildhall.shared.pictures.models import Picture

Target = Literal[
    "Event",
    "Document",
    "User",
    "Post",
    "UserPost",
    "Permission",
    "News",
    "Song",
    "Ads",
    "Gallery",
    "Car",
    "Cafe",
    "Election",
    "Groups",
    "AdventureMissions",
    "Nollning",
    "UserDoorAccess",
    "Tags",
    "Council",
    "RoomBookings",
    "Moosegame",
    "EncloseMoose",
    "MailAlias",
    "GuildMeeting",
    "Keyvals",
]
TARGETS: tuple[str, ...] = get_args(Target)


class Post(Base):
    """A position in the guild."""

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint(
            "elected_user_recommended_limit BETWEEN 0 AND elected_user_max_limit", name="posts_limits_agree"
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name_sv: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"), index=True)
    description_sv: Mapped[str] = mapped_column(String(2000), server_default="", default="")
    description_en: Mapped[str] = mapped_column(String(2000), server_default="", default="")
    email: Mapped[str] = mapped_column(String(320), server_default="", default="")
    elected_at_semester: Mapped[str | None] = mapped_column(String(20))
    elected_by: Mapped[str | None] = mapped_column(String(30))
    elected_user_recommended_limit: Mapped[int] = mapped_column(server_default="0", default=0)
    elected_user_max_limit: Mapped[int] = mapped_column(server_default="0", default=0)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey(Picture.id), index=True, unique=True)


class PostHolder(Base):
    """A user holds a post."""

    __tablename__ = "post_holders"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)


class Permission(Base):
    """A word of the permission vocabulary."""

    __tablename__ = "permissions"
    __table_args__ = (
        UniqueConstraint("action", "target"),
        CheckConstraint("action IN ('view', 'manage', 'super')", name="permissions_action_is_known"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    action: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(30))


class PostPermission(Base):
    """A post carries a permission."""

    __tablename__ = "post_permissions"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    permission_id: Mapped[int] = mapped_column(
        ForeignKey("permissions.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class PostDoor(Base):
    """A post opens a door."""

    __tablename__ = "post_doors"
    __table_args__ = (UniqueConstraint("post_id", "door"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    door: Mapped[str] = mapped_column(String(40))


# The guild must not be locked out of its own administration, also when two administrators remove each other at
# the same moment: the lock lets the second one see what the first one did. What never gave anybody the right may go.
KEEP_AN_ADMINISTRATOR = """
CREATE FUNCTION keep_an_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mattered boolean := true;
BEGIN
    IF TG_TABLE_NAME = 'users' THEN
        mattered := EXISTS (
            SELECT FROM post_holders JOIN post_permissions USING (post_id) JOIN permissions ON id = permission_id
            WHERE user_id = OLD.id AND action = 'super' AND target = 'Permission');
    ELSIF TG_TABLE_NAME = 'post_holders' THEN
        mattered := EXISTS (
            SELECT FROM post_permissions JOIN permissions ON id = permission_id
            WHERE post_id = OLD.post_id AND action = 'super' AND target = 'Permission')
            AND EXISTS (SELECT FROM users WHERE id = OLD.user_id AND is_active AND is_verified);
    ELSIF TG_TABLE_NAME = 'post_permissions' THEN
        mattered := EXISTS (
            SELECT FROM permissions WHERE id = OLD.permission_id AND action = 'super' AND target = 'Permission')
            AND EXISTS (
                SELECT FROM post_holders JOIN users ON users.id = user_id
                WHERE post_id = OLD.post_id AND is_active AND is_verified);
    END IF;
    IF NOT mattered THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('keep_an_administrator', 0));
    IF NOT EXISTS (
        SELECT FROM users
        JOIN post_holders ON post_holders.user_id = users.id
        JOIN post_permissions ON post_permissions.post_id = post_holders.post_id
        JOIN permissions ON permissions.id = post_permissions.permission_id
        WHERE permissions.action = 'super' AND permissions.target = 'Permission'
            AND users.is_active AND users.is_verified
    ) THEN
        RAISE EXCEPTION 'no holder of super:Permission would be left'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guild_keeps_an_administrator';
    END IF;
    RETURN NULL;
END $$
"""
# In a cascade the trigger could no longer see what the post gave its holders, so they leave first.
HOLDERS_LEAVE_FIRST = """
CREATE FUNCTION holders_leave_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM post_holders WHERE post_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER holders_leave_first BEFORE DELETE ON posts FOR EACH ROW EXECUTE FUNCTION holders_leave_first()
"""
TRIGGERS = {
    "users": "UPDATE OF is_active, is_verified ON users FOR EACH ROW WHEN "
    "(OLD.is_active AND OLD.is_verified AND NOT (NEW.is_active AND NEW.is_verified))",
    "post_holders": "DELETE OR UPDATE ON post_holders FOR EACH ROW",
    "post_permissions": "DELETE OR UPDATE ON post_permissions FOR EACH ROW",
    "permissions": "DELETE OR UPDATE ON permissions FOR EACH ROW WHEN "
    "(OLD.action = 'super' AND OLD.target = 'Permission')",
}

event.listen(Base.metadata, "after_create", DDL(KEEP_AN_ADMINISTRATOR.replace("%", "%%")))
event.listen(Base.metadata, "after_create", DDL(HOLDERS_LEAVE_FIRST))
for when in TRIGGERS.values():
    event.listen(
        Base.metadata,
        "after_create",
        DDL(f"CREATE TRIGGER keep_an_administrator AFTER {when} EXECUTE FUNCTION keep_an_administrator()"),
    )
