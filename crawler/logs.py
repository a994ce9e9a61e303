"""What this process writes to people: its log and its own lines hold no control characters of foreign text."""

import logging
import sys
from typing import Any

from storage.terminal import printable


class SafeRecord(logging.LogRecord):
    """A record factory survives that Scrapy sets its log handler up anew for each crawler; a formatter does not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info:
            self.exc_text = printable(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:
        return printable(super().getMessage())


def complain(line: str) -> None:
    sys.stderr.write(printable(line) + "\n")
