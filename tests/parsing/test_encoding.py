import pytest

from crawler.parsing.encoding import decode

PAGE = "<html><head>{}</head><p>铝业集团召开年度工作会议，镕、堃两位代表发言。</p></html>"


@pytest.mark.parametrize(
    ("written", "head", "http", "pinned", "rule"),
    [
        ("utf-8", "", None, None, "utf-8"),
        ("utf-8-sig", "", None, None, "bom"),
        ("utf-8", "<meta charset=gb2312>", "gb2312", None, "utf-8"),  # mislabelled twice
        ("gb18030", '<meta charset="gb2312">', None, None, "meta"),  # 镕 is not in gb2312
        ("gb18030", "", "gbk", None, "http"),
        ("gb18030", "", "utf-8", None, "guess"),  # header lies
        ("gb18030", "<meta charset=utf-8>", None, None, "guess"),
        ("gb18030", "", "ISO-8859-1", None, "guess"),
        ("gb18030", "", "idna", None, "guess"),  # codecs of Python that are no page's
        ("gb18030", "<meta charset=punycode>", "unicode_escape", None, "guess"),
        ("gb18030", "", None, "gbk", "pinned"),
        ("big5", "", "big5", None, "http"),
    ],
)
def test_decode(written: str, head: str, http: str | None, pinned: str | None, rule: str) -> None:
    text = PAGE.format(head).replace("，镕、堃两位代表发言", "") if written == "big5" else PAGE.format(head)
    text = (
        text.replace("铝业集团召开", "鋁業集團召開").replace("年度工作会议", "年度會議") if written == "big5" else text
    )
    decoded = decode(text.encode(written), pinned, http)
    assert (decoded.text, decoded.rule) == (text, rule)


def test_truncated_utf8_stays_utf8() -> None:
    assert decode("铝业集团".encode()[:-1]).text.startswith("铝业集")
