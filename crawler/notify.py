"""Tells the operator when a spider's outcome is another than the last time."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from apprise import Apprise
from scrapy.exceptions import UsageError


class Notifier:
    """Remembers in `folder` what it last told."""

    def __init__(self, urls: Sequence[str], folder: Path) -> None:
        """Raises UsageError for a URL that is none; it is not repeated, as it may hold a password."""
        self.memory = folder / "crawlall.json"
        self.apprise = Apprise()
        for number, url in enumerate(urls, 1):
            if not self.apprise.add(url):
                raise UsageError(f"ARCHIVE_NOTIFY: number {number} is no Apprise URL")

    def tell(self, reports: Mapping[str, tuple[str, str]], line: str) -> str | None:
        """Outcome and words by spider. What could not be sent is tried again next time; returns what went wrong."""
        told = self._told()
        changed = {name: outcome for name, (outcome, _) in reports.items() if outcome != told.get(name, "good")}
        if not changed or not self.apprise:
            return None
        title = "News archive: " + ", ".join(f"{name} {outcome}" for name, outcome in changed.items())
        body = "".join(f"{name}: {told.get(name, 'good')} -> {changed[name]}\n{reports[name][1]}" for name in changed)
        if not self.apprise.notify(title=title, body=f"{body}\n{line}"):
            return "an address of ARCHIVE_NOTIFY could not be reached; tried again next time"
        part = self.memory.with_suffix(".part")
        try:
            self.memory.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(told | changed, indent=1), "utf-8")
            part.replace(self.memory)
        except OSError as error:
            return f"cannot write {self.memory}: {error.strerror}"
        return None

    def _told(self) -> dict[str, str]:
        try:
            told: dict[str, str] = json.loads(self.memory.read_text("utf-8"))
        except (OSError, ValueError):  # none yet, or cut off by a power cut
            return {}
        return told
