"""When known pages are looked at again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage import Run
from storage.schedule import confirmation, next_check
from tests.storage.conftest import Clock, Rows
from tests.storage.samples import address, listed, page, read, row, slide, slider

NOW = datetime(2026, 11, 1, 22, 30, tzinfo=UTC)  # the 2nd, half past six in the morning in Beijing


def beijing(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("born", "again"),
    [
        (date(2026, 11, 2), beijing(11, 3)),
        (date(2026, 11, 5), beijing(11, 3)),  # dated in advance
        (date(2026, 10, 27), beijing(11, 3)),
        (date(2026, 10, 26), beijing(11, 9)),
        (date(2026, 9, 4), beijing(11, 9)),
        (date(2026, 9, 3), None),
        (date(2003, 1, 1), None),
        (None, None),
    ],
)
def test_daily_for_a_week_weekly_for_two_months(born: date | None, again: datetime | None) -> None:
    assert next_check(born, NOW) == again


@pytest.mark.parametrize(
    ("first", "earliest"),
    [
        (beijing(11, 2) + timedelta(hours=6), beijing(11, 3) + timedelta(hours=2)),  # 20 hours later
        (beijing(11, 2) + timedelta(hours=2), beijing(11, 3)),  # another day
        (beijing(11, 2) + timedelta(hours=23), beijing(11, 3) + timedelta(hours=19)),
    ],
)
def test_a_failure_is_confirmed_twenty_hours_later_on_another_day(first: datetime, earliest: datetime) -> None:
    assert confirmation(first) == earliest


def test_old_pages_take_turns_the_longest_unchecked_first(run: Run, clock: Clock) -> None:
    many = range(1, 401)
    run.record([listed("tplb", *(row(number) for number in many)), *(read(page(number)) for number in many)])
    assert run.rechecks(["tplb"]) == []  # all were read today
    asked: list[str] = []
    for _ in range(3):
        clock.forward(days=1)
        turn = [due.url for due in run.rechecks(["tplb"])]
        assert len(turn) == 3  # 400 / 180
        run.record([read(page(_number(url))) for url in turn])
        assert run.rechecks(["tplb"]) == []  # the day's share is done
        asked += turn
    assert len(set(asked)) == 9


def _number(url: str) -> int:
    return next(number for number in range(1, 401) if address(number) == url)


def test_a_clock_set_back_checks_nothing_twice(run: Run, clock: Clock) -> None:
    run.record([listed("tplb", row(1)), read(page(1))])
    clock.forward(days=-1)
    assert run.rechecks(["tplb"]) == [] and run.pending(["tplb"]) == []


def test_a_clock_set_back_ends_no_stay_before_it_began(run: Run, clock: Clock, rows: Rows) -> None:
    run.record([slider(slide(1, 1))])
    clock.forward(days=-1)
    run.record([slider(slide(1, 2))])
    assert rows("SELECT count(*) FROM placements WHERE left_at < first_seen") == [(0,)]
