"""The guild has a song book."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

FOLDED = (
    "lower(translate(regexp_replace(normalize({}, NFKD), '[\\u0300-\\u036f]', '', 'g'), 'øæđłðØÆĐŁÐ', 'oadldoadld'))"
)
SWEDISH = FOLDED.format("translate(normalize(title, NFC), 'åäöæøÅÄÖÆØ', '{|}|}{|}|}')")


def words(column: str, weight: str) -> str:
    swedish, english = (
        f"to_tsvector('{language}'::regconfig, {FOLDED.format(column)})" for language in ("swedish", "english")
    )
    return f"setweight({swedish} || {english}, '{weight}')"


MELODY, AUTHOR = "coalesce(melody, '')", "coalesce(author, '')"
HEADING = f"{words('title', 'A')} || {words(MELODY, 'B')}"
SEARCH = f"{HEADING} || {words(AUTHOR, 'C')} || {words('content', 'D')}"


def generated(name: str, kind: sa.types.TypeEngine[str], expression: str) -> sa.Column[str]:
    return sa.Column(name, kind, sa.Computed(expression, persisted=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "song_categories",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="song_categories_pkey"),
        sa.UniqueConstraint("name", name="song_categories_name_key"),
    )
    op.create_table(
        "songs",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=True),
        sa.Column("melody", sa.String(length=200), nullable=True),
        sa.Column("content", sa.String(length=5000), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("views", sa.Integer(), server_default="0", nullable=False),
        generated("sort_key", sa.Text(collation="C"), SWEDISH),
        generated("title_key", sa.Text(), FOLDED.format("title")),
        generated("heading", TSVECTOR(), HEADING),
        generated("search", TSVECTOR(), SEARCH),
        sa.ForeignKeyConstraint(
            ["category_id"], ["song_categories.id"], name="songs_category_id_fkey", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="songs_pkey"),
        sa.UniqueConstraint("title", name="songs_title_key"),
    )
    op.create_index("songs_category_id_idx", "songs", ["category_id"])
    op.create_index("songs_order_idx", "songs", ["sort_key", "id"])
    op.create_index("songs_search_idx", "songs", ["search"], postgresql_using="gin")
    op.create_index(
        "songs_title_idx",
        "songs",
        ["title_key"],
        postgresql_using="gin",
        postgresql_ops={"title_key": "gin_trgm_ops"},
    )


def downgrade() -> None:
    op.drop_table("songs")
    op.drop_table("song_categories")
