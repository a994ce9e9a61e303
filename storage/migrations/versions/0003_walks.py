"""What each run saw of each section; which section an issue is of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "walks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("first_rows", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Date(), nullable=True),
        sa.Column("reached", sa.Date(), nullable=True),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_walks_run_id")),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_walks_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walks")),
        sa.UniqueConstraint("run_id", "section_id", name=op.f("uq_walks_run_id_section_id")),
    )
    op.create_index(op.f("ix_walks_section_id_day"), "walks", ["section_id", "day"])
    with op.batch_alter_table("issues") as issues:
        issues.add_column(sa.Column("section_id", sa.Integer(), nullable=True))
        issues.create_foreign_key(op.f("fk_issues_section_id"), "sections", ["section_id"], ["id"])
