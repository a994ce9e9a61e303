"""Pictures and attachments as files; those of the stories that are here already are to be fetched."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("url", name=op.f("uq_files_url")),
    )
    op.create_index(op.f("ix_files_sha256"), "files", ["sha256"])
    op.create_index(op.f("ix_images_url"), "images", ["url"])
    op.create_index(op.f("ix_attachments_url"), "attachments", ["url"])
    _name_files()


def _name_files() -> None:
    connection = op.get_bind()
    said = sa.text(
        "SELECT s.id, s.base_url, u.found_in, u.parsed FROM urls u JOIN sites s ON s.id = u.site_id "
        "WHERE u.parsed IS NOT NULL"
    ).columns(parsed=sa.JSON())
    shown = sa.text(
        "SELECT s.id, s.base_url, p.section_id, p.picture FROM placements p JOIN sections c ON c.id = p.section_id "
        "JOIN sites s ON s.id = c.site_id WHERE p.picture IS NOT NULL"
    )
    found: dict[str, dict[str, object]] = {}
    for site, base_url, section, parsed in connection.execute(said):
        for part in (*parsed["images"], *parsed["attachments"]):
            _note(found, part["url"], site, base_url, section)
    for site, base_url, section, picture in connection.execute(shown):
        _note(found, picture, site, base_url, section)
    if found:
        named = "INSERT INTO urls (url, site_id, kind, state, found_in) VALUES (:url, :site, 'file', 'pending', :section)"
        connection.execute(sa.text(f"{named} ON CONFLICT (url) DO NOTHING"), list(found.values()))


def _note(found: dict[str, dict[str, object]], url: str, site: str, base_url: str, section: int | None) -> None:
    if urlsplit(url)[:2] == urlsplit(base_url)[:2] and len(url) <= 2000:
        found.setdefault(url, {"url": url, "site": site, "section": section})
