"""Which lines of a page are the article: the block with the most prose and the least furniture."""

from crawler.parsing.furniture import is_disclaimer
from crawler.parsing.lines import Block, Line

_OUTSIDE = frozenset(("nav", "footer", "aside"))


def find_body(lines: list[Line], blocks: list[Block]) -> Block | None:
    """The block that holds the article, or None on a page without text.

    A block's worth is its prose less what links, headings and menu items among it cost; of a nest of blocks worth about
    the same the innermost is the answer."""
    if not lines:
        return None
    worth = [0.0] * len(blocks)
    for line in lines:
        worth[line.block.order] += _value(line)
    worthiest: dict[Block | None, Block] = {}  # of each block's children, the first if several are
    for block in reversed(blocks):
        if block.parent and block.tag not in _OUTSIDE:
            worth[block.parent.order] += worth[block.order]
        known = worthiest.get(block.parent)
        if known is None or worth[block.order] >= worth[known.order]:
            worthiest[block.parent] = block
    best = max(blocks, key=lambda block: worth[block.order])
    while best.tag == "p" and best.parent:
        best = best.parent  # a text may be one long paragraph among short ones
    while True:
        inner = worthiest.get(best)
        if inner is None or worth[inner.order] < 0.8 * worth[best.order] or inner.tag == "p":
            return best
        best = inner


def _value(line: Line) -> float:
    if line.prose and not is_disclaimer(line.text):
        return min(len(line.text), 400)
    if line.furniture:
        return -60 if len(line.text) > 12 else -15
    if line.is_link or line.links:
        return -15 - line.linked
    return -4 if line.text else 0
