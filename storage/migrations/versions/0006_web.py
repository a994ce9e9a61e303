"""What the web page asks for: changes by time, without the first states, and a source's newest articles."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    changed = sa.text("kind != 'first'")
    op.create_index(
        "ix_revisions_changes", "revisions", ["seen_at", "kind"], sqlite_where=changed, postgresql_where=changed
    )
    op.create_index(op.f("ix_articles_source_published_on"), "articles", ["source", "published_on"])
