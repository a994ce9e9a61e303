"""The views, which storage/schema.py makes after every migration."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass
