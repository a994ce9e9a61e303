"""The views articles_current, carousel_history and edits, which storage/schema.py makes after every migration."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    pass
