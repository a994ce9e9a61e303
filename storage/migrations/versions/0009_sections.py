"""A section's stories are counted, and found, in one index."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.drop_index(op.f("ix_appearances_section_id"), "appearances")
    op.create_index(op.f("ix_appearances_section_id_article_id"), "appearances", ["section_id", "article_id"])
