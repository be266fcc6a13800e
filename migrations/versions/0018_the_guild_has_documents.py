"""The guild has documents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FOLDED = (
    "lower(translate(regexp_replace(normalize({}, NFKD), '[\\u0300-\\u036f]', '', 'g'), 'øæđłðØÆĐŁÐ', 'oadldoadld'))"
)
SWEDISH = FOLDED.format("translate(normalize(category, NFC), 'åäöæøÅÄÖÆØ', '{|}|}{|}|}')")


def words(column: str, weight: str) -> str:
    swedish, english = (
        f"to_tsvector('{language}'::regconfig, {FOLDED.format(column)})" for language in ("swedish", "english")
    )
    return f"setweight({swedish} || {english}, '{weight}')"


HEADING = f"{words('title', 'A')} || {words('category', 'B')}"
SEARCH = f"{HEADING} || {words('text', 'D')}"


def generated(name: str, kind: sa.types.TypeEngine[str], expression: str) -> sa.Column[str]:
    return sa.Column(name, kind, sa.Computed(expression, persisted=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        generated("title_key", sa.Text(), FOLDED.format("title")),
        generated("category_key", sa.Text(collation="C"), SWEDISH),
        generated("heading", TSVECTOR(), HEADING),
        generated("search", TSVECTOR(), SEARCH),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="documents_author_id_fkey"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name="documents_file_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="documents_pkey"),
        sa.UniqueConstraint("file_name", name="documents_file_name_key"),
    )
    op.create_index("documents_author_id_idx", "documents", ["author_id"])
    op.create_index("documents_file_id_idx", "documents", ["file_id"])
    op.create_index(
        "documents_order_idx", "documents", ["category_key", sa.text("created_at DESC"), sa.text("id DESC")]
    )
    op.create_index("documents_search_idx", "documents", ["search"], postgresql_using="gin")
    op.create_index(
        "documents_title_idx",
        "documents",
        ["title_key"],
        postgresql_using="gin",
        postgresql_ops={"title_key": "gin_trgm_ops"},
    )


def downgrade() -> None:
    op.drop_table("documents")
