from datetime import date, datetime

import pytest

from crawler.parsing import dates

TODAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("printed", "on", "at"),
    [
        ("时间: 2024-05-11", date(2024, 5, 11), None),
        ("发布：2025-11-28 08:36", date(2025, 11, 28), datetime(2025, 11, 28, 8, 36)),
        ("2026-10-01 15:38:41", date(2026, 10, 1), datetime(2026, 10, 1, 15, 38, 41)),
        ("2017年12月13日 9:13", date(2017, 12, 13), datetime(2017, 12, 13, 9, 13)),
        ("2016-4-15 9:16:47来源:网络", date(2016, 4, 15), datetime(2016, 4, 15, 9, 16, 47)),
        ("2020年04月14日05:28 | 来源", date(2020, 4, 14), datetime(2020, 4, 14, 5, 28)),
        ("2019年10月30日09时30分", date(2019, 10, 30), datetime(2019, 10, 30, 9, 30)),
        ("14:05 2023/05/12", date(2023, 5, 12), datetime(2023, 5, 12, 14, 5)),
        ("2023年5月12日 10:23 PM", date(2023, 5, 12), datetime(2023, 5, 12, 22, 23)),
        ("2023-05-12 12:05 am", date(2023, 5, 12), datetime(2023, 5, 12, 0, 5)),
        ("２０２４－０５－１１", date(2024, 5, 11), None),
        ("二〇二四年五月十一日", date(2024, 5, 11), None),
        ("二○二四年十二月三十一日", date(2024, 12, 31), None),
        ("2024.05.11", date(2024, 5, 11), None),
        ("昨天 10:20", date(2026, 1, 4), datetime(2026, 1, 4, 10, 20)),
    ],
)
def test_read(printed: str, on: date, at: datetime | None) -> None:
    stamp = dates.read(printed, TODAY)
    assert stamp is not None
    assert (stamp.on, stamp.at) == (on, at)


@pytest.mark.parametrize(
    "printed",
    [
        "2026-02-30",
        "2024年4月",
        "05-11",
        "本日",
        "",
        "2024-05-11 至 2024-05-13",
        "2024-13-01",
        "刚刚",
        "昨天 25:10",
        "99999天前",
    ],
)
def test_read_invents_nothing(printed: str) -> None:
    assert dates.read(printed, TODAY) is None


def test_impossible_is_told_apart_from_absent() -> None:
    assert dates.find("时间: 2026-02-30").impossible == ("2026-02-30",)
    assert dates.find("时间: ").impossible == ()


@pytest.mark.parametrize(
    ("printed", "on"),
    [
        ("[2025-09-12]", date(2025, 9, 12)),
        ("2025年7月28日", date(2025, 7, 28)),
        ("2025/09/11", date(2025, 9, 11)),
        ("12-28", date(2025, 12, 28)),  # the turn of the year
        ("01-04", date(2026, 1, 4)),
        ("01-06", date(2025, 1, 6)),  # never after the crawl day
        ("02-29", date(2024, 2, 29)),
        ("02-30", None),
        ("共 12 条", None),
    ],
)
def test_list_dates(printed: str, on: date | None) -> None:
    assert dates.listed(printed, TODAY) == on
