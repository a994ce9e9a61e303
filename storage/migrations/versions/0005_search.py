"""The search's index, and the queue of what is to be brought into it: at first every article."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "search_queue",
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_search_queue_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_search_queue")),
    )
    op.execute("INSERT INTO search_queue (article_id) SELECT id FROM articles")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5 "
            "(tokens, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE search_index (rowid bigint PRIMARY KEY, tokens tsvector)")
        op.execute("CREATE INDEX ix_search_index_tokens ON search_index USING gin (tokens)")
        op.execute("CREATE INDEX ix_search_index_without ON search_index (rowid) WHERE tokens IS NULL")
