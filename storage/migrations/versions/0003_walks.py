"""What each run saw of each section; which section an issue is of; the view `coverage`."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Each day from the first that a list has ever been read back to. `covered`: a list was read completely on that day or
# later, and back to it: then 0 articles mean that nothing was published.
COVERAGE = """
CREATE VIEW coverage AS
WITH RECURSIVE days (section_id, day, last) AS (
    SELECT section_id, min(CASE WHEN complete AND reached < day THEN reached ELSE day END), max(day)
    FROM walks WHERE pages > 0 GROUP BY section_id
    UNION ALL
    SELECT section_id, {next_day}, last FROM days WHERE day < last
)
SELECT s.site_id, s.code AS section, s.name, d.day,
    (SELECT count(*) FROM walks w WHERE w.section_id = d.section_id AND w.day = d.day AND w.pages > 0) AS walks,
    (SELECT count(*) FROM walks w WHERE w.section_id = d.section_id AND w.day = d.day AND w.complete) AS complete,
    CASE WHEN EXISTS (
        SELECT 1 FROM walks w
        WHERE w.section_id = d.section_id AND w.complete AND w.day >= d.day AND coalesce(w.reached, w.day) <= d.day
    ) THEN 1 ELSE 0 END AS covered,
    (SELECT count(DISTINCT a.article_id) FROM appearances a
     WHERE a.section_id = d.section_id AND a.published_on = d.day) AS articles
FROM days d JOIN sections s ON s.id = d.section_id
"""


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
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(COVERAGE.format(next_day="date(day, '+1 day')" if sqlite else "day + 1"))
