"""Articles per month, as a picture (SVG) with light and dark colours of its own: a page's style does not reach in."""

from collections.abc import Mapping

import pygal
from pygal.style import Style

from storage.browsing import Month

_FONTS = "system-ui, 'PingFang SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
_COLOURS = (
    "inline:.axis .guide.line { stroke: #e2ddd2; stroke-dasharray: none } .axis.x > path.line { stroke: #b9b2a5 } "
    "@media (prefers-color-scheme: dark) { .axis text, .axis text.major { fill: #a39c91 } "
    ".axis .guide.line { stroke: #37332e } .axis.x > path.line { stroke: #5d574f } }"
)
_FEWEST, _MOST = 24, 600  # months: three bars would be as wide as a page, ten thousand no bars


def per_month(months: Mapping[Month, int], *, narrow: bool) -> bytes:
    """`narrow`: for a phone, where a wide one's text would be too small."""
    (first_year, first), (last_year, last) = min(months), max(months)
    begin, end = first_year * 12 + first - 1, last_year * 12 + last
    every = [(number // 12, number % 12 + 1) for number in range(max(min(begin, end - _FEWEST), end - _MOST), end)]
    years = range(every[0][0], last_year + 1, -(-len(every) // (12 * (5 if narrow else 12))))
    chart = pygal.Bar(
        width=400 if narrow else 960,
        height=200 if narrow else 220,
        style=Style(
            background="transparent",
            plot_background="transparent",
            foreground="#6f6a62",
            foreground_strong="#6f6a62",
            foreground_subtle="#6f6a62",
            colors=("#b98170",),
            font_family=_FONTS,
            label_font_size=13,
            major_label_font_size=13,
            opacity="1",
        ),
        css=["file://style.css", "file://graph.css", _COLOURS],
        js=[],
        show_legend=False,
        show_minor_x_labels=False,
        truncate_label=-1,
        margin=4,
        spacing=4,
        min_scale=2,
        max_scale=4,
        no_prefix=True,
    )
    chart.x_labels = [str(year) if month == 1 else f"{year}-{month:02}" for year, month in every]
    chart.x_labels_major = list(map(str, years))
    chart.add(None, [months.get(month, 0) for month in every])
    svg: bytes = chart.render()
    return svg
