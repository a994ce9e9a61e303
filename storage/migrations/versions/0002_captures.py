"""Captured responses; which listed rows are no news any more."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "captures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("revisit_of", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_captures_run_id")),
        sa.ForeignKeyConstraint(["revisit_of"], ["captures.id"], name=op.f("fk_captures_revisit_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
        sa.UniqueConstraint("file", "offset", name=op.f("uq_captures_file_offset")),
    )
    op.create_index(op.f("ix_captures_url_revisit_of"), "captures", ["url", "revisit_of"])
    with op.batch_alter_table("urls") as urls:
        urls.add_column(sa.Column("capture_id", sa.Integer(), nullable=True))
        urls.create_foreign_key(op.f("fk_urls_capture_id"), "captures", ["capture_id"], ["id"])
    with op.batch_alter_table("revisions") as revisions:
        revisions.create_foreign_key(op.f("fk_revisions_capture_id"), "captures", ["capture_id"], ["id"])
    with op.batch_alter_table("listings") as listings:
        listings.add_column(sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE listings SET settled = true WHERE first_seen <= "
        "(SELECT walked_at FROM sections WHERE sections.id = listings.section_id)"
    )
    with op.batch_alter_table("listings") as listings:
        listings.alter_column("settled", server_default=None)
