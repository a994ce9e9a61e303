import io
import logging

import pytest

from crawler.logs import SafeRecord, complain

HOSTILE = "\x1b[2J\u202e\x9b"
SAFE = "\\u001b[2J\\u202e\\u009b"


def test_neither_message_nor_traceback_steers_a_terminal() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    try:
        raise ValueError(HOSTILE)
    except ValueError as error:
        raised = (type(error), error, error.__traceback__)
    handler.handle(SafeRecord("news", logging.ERROR, __file__, 1, "at %s", (HOSTILE,), raised))
    assert f"at {SAFE}\nTraceback" in out.getvalue() and f"ValueError: {SAFE}" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_nor_do_our_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    complain(HOSTILE)
    assert capsys.readouterr().err == SAFE + "\n"
