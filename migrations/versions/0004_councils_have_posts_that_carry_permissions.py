"""Councils have posts that carry permissions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TARGETS = (
    "Event Document User Post UserPost Permission News Song Ads Gallery Car Cafe Election Groups AdventureMissions "
    "Nollning UserDoorAccess Tags Council RoomBookings Moosegame EncloseMoose MailAlias GuildMeeting Keyvals"
).split()
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


def upgrade() -> None:
    op.create_table(
        "councils",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name_sv", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("description_sv", sa.String(length=3500), nullable=True),
        sa.Column("description_en", sa.String(length=3500), nullable=True),
        sa.PrimaryKeyConstraint("id", name="councils_pkey"),
        sa.UniqueConstraint("name_en", name="councils_name_en_key"),
        sa.UniqueConstraint("name_sv", name="councils_name_sv_key"),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name_sv", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("description_sv", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("description_en", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("email", sa.String(length=320), server_default="", nullable=False),
        sa.Column("elected_at_semester", sa.String(length=20), nullable=True),
        sa.Column("elected_by", sa.String(length=30), nullable=True),
        sa.Column("elected_user_recommended_limit", sa.Integer(), server_default="0", nullable=False),
        sa.Column("elected_user_max_limit", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "elected_user_recommended_limit BETWEEN 0 AND elected_user_max_limit", name="posts_limits_agree"
        ),
        sa.ForeignKeyConstraint(["council_id"], ["councils.id"], name="posts_council_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="posts_pkey"),
    )
    op.create_index("posts_council_id_idx", "posts", ["council_id"], unique=False)
    op.create_table(
        "permissions",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=30), nullable=False),
        sa.CheckConstraint("action IN ('view', 'manage', 'super')", name="permissions_action_is_known"),
        sa.PrimaryKeyConstraint("id", name="permissions_pkey"),
        sa.UniqueConstraint("action", "target", name="permissions_action_target_key"),
    )
    op.create_table(
        "post_holders",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="post_holders_post_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="post_holders_user_id_fkey"),
        sa.PrimaryKeyConstraint("user_id", "post_id", name="post_holders_pkey"),
    )
    op.create_index("post_holders_post_id_idx", "post_holders", ["post_id"], unique=False)
    op.create_table(
        "post_permissions",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("permission_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permission_id"], ["permissions.id"], name="post_permissions_permission_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="post_permissions_post_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "permission_id", name="post_permissions_pkey"),
    )
    op.create_index("post_permissions_permission_id_idx", "post_permissions", ["permission_id"], unique=False)
    op.create_table(
        "post_doors",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="post_doors_post_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="post_doors_pkey"),
        sa.UniqueConstraint("post_id", "door", name="post_doors_post_id_door_key"),
    )
    op.execute(
        "INSERT INTO permissions (action, target) SELECT action, target "
        f"FROM unnest(ARRAY{TARGETS}) WITH ORDINALITY AS targets (target, place), "
        "unnest(ARRAY['view', 'manage', 'super']) WITH ORDINALITY AS actions (action, step) ORDER BY place, step"
    )
    op.execute(KEEP_AN_ADMINISTRATOR)
    op.execute(HOLDERS_LEAVE_FIRST)
    for when in TRIGGERS.values():
        op.execute(f"CREATE TRIGGER keep_an_administrator AFTER {when} EXECUTE FUNCTION keep_an_administrator()")


def downgrade() -> None:
    op.execute("DROP FUNCTION keep_an_administrator CASCADE")
    op.execute("DROP FUNCTION holders_leave_first CASCADE")
    op.drop_table("post_doors")
    op.drop_table("post_permissions")
    op.drop_table("post_holders")
    op.drop_table("permissions")
    op.drop_table("posts")
    op.drop_table("councils")
