"""The views, which storage/schema.py makes after every migration."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    pass
