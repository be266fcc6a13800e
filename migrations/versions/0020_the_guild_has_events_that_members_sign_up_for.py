"""The guild has events that members sign up for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COUNT_PLACES = """
CREATE FUNCTION count_event_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE events SET places_given = places_given + change.places
        FROM (SELECT event_id, count(*) AS places FROM after WHERE confirmed GROUP BY event_id) AS change
        WHERE id = change.event_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE events SET places_given = places_given - change.places
        FROM (SELECT event_id, count(*) AS places FROM before WHERE confirmed GROUP BY event_id) AS change
        WHERE id = change.event_id;
    ELSE
        UPDATE events SET places_given = places_given + change.places
        FROM (
            SELECT event_id, sum(place) AS places
            FROM (
                SELECT event_id, 1 AS place FROM after WHERE confirmed
                UNION ALL SELECT event_id, -1 FROM before WHERE confirmed
            ) AS each GROUP BY event_id HAVING sum(place) <> 0
        ) AS change
        WHERE id = change.event_id;
    END IF;
    RETURN NULL;
END $$
"""
COUNTING = {
    "insert": "AFTER INSERT ON event_signups REFERENCING NEW TABLE AS after",
    "update": "AFTER UPDATE ON event_signups REFERENCING OLD TABLE AS before NEW TABLE AS after",
    "delete": "AFTER DELETE ON event_signups REFERENCING OLD TABLE AS before",
}


def upgrade() -> None:
    create_tags()
    create_events()
    create_event_tags()
    create_event_signups()
    create_event_draws()
    op.execute(COUNT_PLACES)
    for name, when in COUNTING.items():
        op.execute(
            f"CREATE TRIGGER count_places_on_{name} {when} FOR EACH STATEMENT EXECUTE FUNCTION count_event_places()"
        )


def create_tags() -> None:
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=25), nullable=False),
        sa.PrimaryKeyConstraint("id", name="tags_pkey"),
        sa.UniqueConstraint("name", name="tags_name_key"),
    )


def create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signup_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signup_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_sv", sa.String(length=100), nullable=False),
        sa.Column("title_en", sa.String(length=100), nullable=False),
        sa.Column("description_sv", sa.String(length=3000), nullable=False),
        sa.Column("description_en", sa.String(length=3000), nullable=False),
        sa.Column("location", sa.String(length=50), nullable=False),
        sa.Column("dress_code", sa.String(length=50), server_default="", nullable=False),
        sa.Column("price", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_event_users", sa.Integer(), server_default="0", nullable=False),
        sa.Column("priorities", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("all_day", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("recurring", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("food", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("can_signup", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("drink_package", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_nollning_event", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "mentor_group_types",
            postgresql.ARRAY(sa.String()),
            server_default=sa.text("'{Mentor,Mission,Default,Committee}'"),
            nullable=False,
        ),
        sa.Column("allow_other_mentors", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("alcohol_event_type", sa.String(length=20), server_default="None", nullable=False),
        sa.Column("dot", sa.String(length=10), server_default="None", nullable=False),
        sa.Column("lottery", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("event_users_confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("places_given", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("places_at_once", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=True),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("signoff_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminder_hours", sa.Integer(), server_default="3", nullable=True),
        sa.Column("note_sv", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("note_en", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "alcohol_event_type IN ('Alcohol', 'Alcohol-Served', 'None')", name="event_alcohol_is_known"
        ),
        sa.CheckConstraint("dot IN ('None', 'Single', 'Double')", name="event_dot_is_known"),
        sa.CheckConstraint(
            "mentor_group_types <@ ARRAY['Mentor', 'Mission', 'Default', 'Committee']::varchar[]",
            name="event_group_types_are_known",
        ),
        sa.CheckConstraint("event_users_confirmed = (published_at IS NOT NULL)", name="event_knows_when_published"),
        sa.CheckConstraint("octet_length(seed) = 32", name="event_seed_has_32_bytes"),
        sa.CheckConstraint(
            "places_given >= 0 AND (max_event_users = 0 OR places_given <= max_event_users)",
            name="event_is_not_over_booked",
        ),
        sa.CheckConstraint("price >= 0 AND max_event_users >= 0", name="event_has_sensible_numbers"),
        sa.CheckConstraint("starts_at < ends_at", name="event_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["council_id"], ["councils.id"], name="events_council_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="events_picture_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="events_pkey"),
    )
    op.create_index("events_council_id_idx", "events", ["council_id"], unique=False)
    op.create_index("events_picture_id_idx", "events", ["picture_id"], unique=True)
    op.create_index("events_starts_at_idx", "events", ["starts_at", "id"], unique=False)


def create_event_tags() -> None:
    op.create_table(
        "event_tags",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="event_tags_event_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="event_tags_tag_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "tag_id", name="event_tags_pkey"),
    )
    op.create_index("event_tags_tag_id_idx", "event_tags", ["tag_id"], unique=False)


def create_event_signups() -> None:
    op.create_table(
        "event_signups",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(length=100), nullable=False),
        sa.Column("group_name", sa.String(length=200), nullable=True),
        sa.Column("drink_package", sa.String(length=20), server_default="None", nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("step_rank", sa.Integer(), nullable=True),
        sa.Column("hand", sa.String(length=3), nullable=True),
        sa.Column("hand_reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_modified", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "drink_package IN ('None', 'AlcoholFree', 'Alcohol')", name="event_signups_package_is_known"
        ),
        sa.CheckConstraint("hand IN ('in', 'out')", name="event_signups_hand_is_known"),
        sa.CheckConstraint(
            "hand IS DISTINCT FROM 'out' OR NOT confirmed AND position IS NULL", name="event_signups_out_is_out"
        ),
        sa.CheckConstraint("position IS NOT NULL OR NOT confirmed", name="event_signups_places_are_in_the_line"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="event_signups_event_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="event_signups_user_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "user_id", name="event_signups_pkey"),
        sa.UniqueConstraint(
            "event_id", "position", deferrable=True, initially="DEFERRED", name="event_signups_stand_in_one_line"
        ),
    )
    op.create_index("event_signups_user_id_idx", "event_signups", ["user_id"], unique=False)


def create_event_draws() -> None:
    op.create_table(
        "event_draws",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="event_draws_event_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name="event_draws_pkey"),
    )


def downgrade() -> None:
    for table in ("event_draws", "event_signups", "event_tags", "events", "tags"):
        op.drop_table(table)
    op.execute("DROP FUNCTION count_event_places()")
