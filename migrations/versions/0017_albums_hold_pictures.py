"""Albums hold pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("photo_consent", sa.Boolean()))
    op.create_table(
        "album_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("year", name="album_years_pkey"),
    )
    create_albums()
    create_pictures()
    create_wishes()


def create_albums() -> None:
    op.create_table(
        "albums",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("title_sv", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("desc_sv", sa.String(length=2000), nullable=False),
        sa.Column("desc_en", sa.String(length=2000), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folder", sa.String(length=300), nullable=False),
        sa.Column("watermarked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("folder ~ '^[A-Za-z0-9_]+$'", name="albums_folder_has_its_form"),
        sa.ForeignKeyConstraint(["year"], ["album_years.year"], name="albums_year_fkey"),
        sa.PrimaryKeyConstraint("id", name="albums_pkey"),
        sa.UniqueConstraint("year", "folder", name="albums_year_folder_key"),
    )
    op.create_index("albums_newest_idx", "albums", [sa.text("year DESC"), sa.text("date DESC"), "id"])
    op.create_table(
        "album_photographers",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("album_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="album_photographers_user_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["album_id"], ["albums.id"], name="album_photographers_album_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "album_id", name="album_photographers_pkey"),
    )
    op.create_index("album_photographers_album_id_idx", "album_photographers", ["album_id"])


def create_pictures() -> None:
    op.create_table(
        "album_pictures",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("album_id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("photographer_id", sa.Integer(), nullable=True),
        sa.Column("is_cover", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("visibility", sa.String(length=10), server_default="shown", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("visibility IN ('shown', 'wished', 'hidden')", name="album_pictures_visibility_is_known"),
        sa.CheckConstraint("octet_length(sha256) = 32", name="album_pictures_sha256_has_its_length"),
        sa.ForeignKeyConstraint(["album_id"], ["albums.id"], name="album_pictures_album_id_fkey"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="album_pictures_picture_id_fkey"),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["users.id"], name="album_pictures_uploaded_by_fkey", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["photographer_id"], ["users.id"], name="album_pictures_photographer_id_fkey", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="album_pictures_pkey"),
        sa.UniqueConstraint("album_id", "sha256", name="album_pictures_album_id_sha256_key"),
        sa.UniqueConstraint("picture_id", name="album_pictures_picture_id_key"),
    )
    op.create_index("album_pictures_in_order_idx", "album_pictures", ["album_id", "id"])
    op.create_index(
        "album_pictures_cover_idx", "album_pictures", ["album_id"], unique=True, postgresql_where=sa.text("is_cover")
    )
    for column in ("uploaded_by", "photographer_id"):
        op.create_index(f"album_pictures_{column}_idx", "album_pictures", [column])


def create_wishes() -> None:
    op.create_table(
        "album_hide_wishes",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("album_picture_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=4), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decision IN ('hide', 'show')", name="album_hide_wishes_decision_is_known"),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="album_hide_wishes_decided_has_its_time"),
        sa.ForeignKeyConstraint(
            ["album_picture_id"],
            ["album_pictures.id"],
            name="album_hide_wishes_album_picture_id_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="album_hide_wishes_user_id_fkey", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name="album_hide_wishes_decided_by_fkey", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="album_hide_wishes_pkey"),
        sa.UniqueConstraint("album_picture_id", "user_id", name="album_hide_wishes_album_picture_id_user_id_key"),
    )
    for column in ("user_id", "decided_by"):
        op.create_index(f"album_hide_wishes_{column}_idx", "album_hide_wishes", [column])
    op.create_index(
        "album_hide_wishes_open_idx", "album_hide_wishes", ["id"], postgresql_where=sa.text("decision IS NULL")
    )


def downgrade() -> None:
    for table in ("album_hide_wishes", "album_pictures", "album_photographers", "albums", "album_years"):
        op.drop_table(table)
    op.drop_column("users", "photo_consent")
