"""Every way in which a list page tells of the pages behind it."""

import pytest

from crawler.pages.pager import Pager, read_pager
from crawler.parsing.lines import parse
from crawler.profile import load_profile

URL = "http://www.chinalco.com.cn/xwzx/gsyw/"
FUNCTION = """//WCM置标
function  createPageHTML (_nPageCount, _nCurrIndex, _sPageName, _sPageExt){
    if(_nPageCount == null || _nPageCount<=1){ return; }
    var nCurrIndex = _nCurrIndex || 0;
    for(var i=1; i<_nPageCount; i++)
        document.write("<a href=\\""+_sPageName+"_" + i + "."+_sPageExt+"\\">"+(i+1)+"</a>");
}
"""
TRS_VARIABLES = """var currentPage = %s;//所在页从0开始
var prevPage = currentPage-1
var countPage = %s//共多少页
if(countPage>1&&currentPage!=0) document.write("<a href=\\"index"+"_" + prevPage + "."+"shtml\\">上一页</a>");
"""


def read(content: str, page: str = "") -> Pager:
    site = load_profile("chinalco")
    html = f"<html><body><a href='/'>首页</a><a href='../'>新闻中心</a><ul></ul>{content}</body></html>"
    links = [link for link in parse(html).iter("a") if link.get("href")]
    return read_pager(html, links, URL + page, site.addresses)


def check(found: Pager, further: str | None, last: int | None) -> None:
    assert (found.next_url, found.last) == (None if further is None else URL + further, last)


@pytest.mark.parametrize(
    ("page", "call", "further", "last"),
    [
        # count first, current from 0
        ("", 'createPageHTML(120, 0, "index", "html");', "index_1.html", 120),
        ("index_1.html", 'createPageHTML(120, 1, "index", "html");', "index_2.html", 120),
        ("index_118.html", 'createPageHTML(120, 118, "index", "html");', "index_119.html", 120),
        ("index_119.html", 'createPageHTML(120, 119, "index", "html");', None, 120),
        ("", 'createPageHTML(7, 0, "index", "htm")', "index_1.htm", 7),
        ("", "createPageHTML( 7 ,0 ,'index' ,'shtml' )", "index_1.shtml", 7),
        ("", 'createPageHTML("7", "0", "index", ".html")', "index_1.html", 7),
        ("", 'createPageHTML(7,0,\n  "index",\n  "html"\n)', "index_1.html", 7),
        ("index_2.shtml", 'createPageHTML(89, 2,"index", "shtml",  "black2",621);', "index_3.shtml", 89),
        ("index_88.shtml", 'createPageHTML(89, 88,"index", "shtml",  "black2",621);', None, 89),
        ("", FUNCTION + 'createPageHTML(3, 0, "index", "html");', "index_1.html", 3),
        ("", FUNCTION, "index_1.html", None),
        ("", "createPageHTML(${PAGE_COUNT}, ${PAGE_INDEX}, 'index', 'html');", "index_1.html", None),
        ("", 'createPageHTML(1, 0, "index", "html");', None, 1),
        ("", 'createPageHTML(0, 0, "index", "html");', None, 1),
        ("", 'createPageHTML(null, 0, "index", "html");', None, 1),
        ("list.html", 'createPageHTML(9,0,"index","html");createPageHTML(4,0,"list","html");', "list_1.html", 4),
        ("list.html", 'createPageHTML(4,0,"list","html");createPageHTML(9,0,"index","html");', "list_1.html", 4),
        # container first, current from 1
        ("", "createPageHTML('paging',25,1,'index','html',500);", "index_2.html", 25),
        ("index_2.html", "createPageHTML('paging',25,2,'index','html',500);", "index_3.html", 25),
        ("index_24.html", "createPageHTML('paging',25,24,'index','html',500);", "index_25.html", 25),
        ("index_25.html", "createPageHTML('paging',25,25,'index','html',500);", None, 25),
        ("", 'createPageHTML("paging", 1, 1, "index", "html", 8);', None, 1),
        ("", "createPageHTML('paging',25,0,'index','html',500);", "index_1.html", 25),
        # a file name of its own: the address decides from the second page on
        ("fg.shtml", "createPageHTML('page_div',5, 1,'fg','shtml',89)", "fg_1.shtml", 5),
        ("fg_1.shtml", "createPageHTML('page_div',5, 1,'fg','shtml',89)", "fg_2.shtml", 5),  # page 1 again
        ("fg_1.shtml", "createPageHTML('page_div',5, 2,'fg','shtml',89)", "fg_2.shtml", 5),
        ("fg_4.shtml", "createPageHTML('page_div',5, 5,'fg','shtml',89)", None, 5),
        ("fg_4.shtml", "createPageHTML('page_div',5, 4,'fg','shtml',89)", "fg_5.shtml", 5),
        ("fg_5.shtml", "createPageHTML('page_div',5, 5,'fg','shtml',89)", None, 5),
        ("gs_list.shtml", "createPageHTML('page_div',5, 1,'gs_list','shtml',89)", "gs_list_1.shtml", 5),
        # other functions
        ("index_2.shtml", 'pageControl(4, 2, "index", "shtml", 10, \'pages-nav\');', "index_3.shtml", 4),
        ("index_3.shtml", 'pageControl(4, 3, "index", "shtml", 10, \'pages-nav\');', None, 4),
        ("", "createPage(12, 0, 'index', 'html');", "index_1.html", 12),
        ("index_3.html", "createPage(12, 3)", "index_4.html", 12),
        # variables
        ("", "var countPage = 12", "index_1.html", 12),
        ("", "var countPage = 1", None, 1),
        ("", "var countPage = null;", None, 1),
        ("", TRS_VARIABLES % (0, 12), "index_1.shtml", 12),
        ("index_4.shtml", TRS_VARIABLES % (4, 12), "index_5.shtml", 12),
        ("index_12.shtml", TRS_VARIABLES % (12, 12), None, 12),
        ("", "var totalPage='3';", "index_1.html", 3),
        ("", '$.page({"pageCount":"3"})', "index_1.html", 3),
        ("", FUNCTION + "var countPage = 5; createPageHTML(countPage, 0, 'index', 'html')", "index_1.html", 5),
        ("", "if (pageCount == 0 || totalPage <= 1) {}", "index_1.html", None),
        ("", '$(".pagination").pagination("setPage",1,6); var o = {totalPage: 6,}', "index_2.html", 6),
        ("index_2.html", '$(".pagination").pagination("setPage",2,6); var o = {totalPage: 6,}', "index_3.html", 6),
        ("index_6.html", '$(".pagination").pagination("setPage",6,6); var o = {totalPage: 6,}', None, 6),
        ("", "Ls.pagination({currPage:1, pageCount:3})", "?pageIndex=2", 3),
        ("?pageIndex=2", "Ls.pagination({currPage:2, pageCount:3})", "?pageIndex=3", 3),
        ("?pageIndex=3", "Ls.pagination({currPage:3, pageCount:3})", None, 3),
        ("list.jsp?id=7", "var totalPage=4; location.href='list.jsp?id=7&page=' + n", "list.jsp?id=7&page=2", 4),
        # none at all
        ("", "", "index_1.html", None),
        ("index_1.html", "", "index_2.html", None),
        ("list.htm", "", "list_1.htm", None),
        ("?page=2", "", "?page=3", None),
    ],
)
def test_scripts(page: str, call: str, further: str | None, last: int | None) -> None:
    check(read(f"<script>{call}</script>", page), further, last)


@pytest.mark.parametrize(
    ("page", "call", "otherwise"),
    [
        ("fg.shtml", "createPageHTML('page_div',5, 1,'fg','shtml',89)", "fg_2.shtml"),
        ("", 'createPageHTML(89, 1,"index", "shtml",  "black2",621);', "index_2.shtml"),
        ("", "var currentPage = 1; var countPage = 3;", "index_2.html"),
        ("fg_1.shtml", "createPageHTML('page_div',5, 1,'fg','shtml',89)", None),
        ("", 'createPageHTML(89, 0,"index", "shtml");', None),
    ],
)
def test_another_name_where_the_page_does_not_tell(page: str, call: str, otherwise: str | None) -> None:
    assert read(f"<script>{call}</script>", page).otherwise == (otherwise and URL + otherwise)


def a(href: str, text: object) -> str:
    return f"<a href='{href}'>{text}</a>"


DRIVEN = "<a href='javascript:void(0)'>下一页</a>"


@pytest.mark.parametrize(
    ("page", "content", "further", "last"),
    [
        # p > span (current) + a
        ("", f"<p><span>1</span>{a('index_1.html', 2)}{a('index_2.html', 3)}</p>", "index_1.html", 3),
        ("index_2.html", f"<p>{a('index.html', 1)}{a('index_1.html', 2)}<span>3</span></p>", None, 3),
        ("", f"<p><b>1</b> {a('./index_2.html', '[2]')} {a('./index_3.html', '[3]')}</p>", "index_2.html", 3),
        ("index_2.html", f"{a('index.html', 1)}<b>2</b>{a('index_3.html', 3)}", "index_3.html", 3),
        ("index_1.html", f"{a('.', 1)}{a('index_1.html', 2)}{a('index_2.html', 3)}", "index_2.html", 3),
        ("index_2.html", f"{a('.', 1)}{a('index_1.html', 2)}{a('index_2.html', 3)}", None, 3),
        ("", f"<span>1</span>{a('index_1.html', '第2页')}", "index_1.html", 2),
        # words
        ("", f"首页 上一页 {a('index_1.html', '下一页')} {a('index_11.html', '尾页')}", "index_1.html", 12),
        ("index_1.html", f"{a('.', '首页')}{a('.', '上页')}{a('index_2.html', '下页 >')}", "index_2.html", 3),
        ("index_4.html", f"{a('.', '首页')}{a('index_3.html', '上一页')}下一页 末页", None, 5),
        ("", f"{a('.', '首页')}{a('#', '上一页')}{a('#', '下一页')}{a('#', '尾页')}", None, 1),
        ("", f"<b>1</b>{a('index_1.html', 2)}{a('index_1.html', '&gt;')}{a('index_8.html', '»')}", "index_1.html", 2),
        ("", f"{a('index_1.html', '›')}", "index_1.html", 2),
        ("", "<a class=next href=index_1.html title=下一页></a>", "index_1.html", 2),
        ("", a("index_1.html", "Next »"), "index_1.html", 2),
        # counted otherwise
        ("", f"<em>1</em>{a('?page=2', 2)}{a('?page=3', 3)}{a('?page=2', '下一页')}", "?page=2", 3),
        ("?page=3", f"{a('?page=1', 1)}{a('?page=2', 2)}<em>3</em>", None, 3),
        ("?id=7", f"{a('?id=7&pageIndex=2', '2')}{a('?id=8', '3')}", "?id=7&pageIndex=2", 2),
        ("?pageIndex=2", f"{a('?pageIndex=1', '上一页')}{a('?pageIndex=3', '下一页')}", "?pageIndex=3", 3),
        ("list_1.html", f"<b>1</b>{a('list_2.html', 2)}{a('list_3.html', 3)}", "list_2.html", 3),
        ("list_3.html", f"{a('list_1.html', 1)}{a('list_2.html', 2)}<b>3</b>", None, 3),
        ("", f"<b>1</b>{a('index2.html', 2)}{a('index3.html', 3)}", "index2.html", 3),
        ("list/", f"<b>1</b>{a('2.html', 2)}{a('3.html', 3)}", "list/2.html", 3),
        ("list/2.html", f"{a('1.html', 1)}<b>2</b>{a('3.html', 3)}", "list/3.html", 3),
        ("page/2/", f"{a('../../', 1)}<b>2</b>{a('../3/', 3)}", "page/3/", 3),
        # the oldest page has number 1
        ("tz.htm", f"<b>1</b>{a('tz/2.htm', 2)}{a('tz/1.htm', 3)}{a('tz/2.htm', '下页')}", "tz/2.htm", 3),
        ("tz/2.htm", f"{a('../tz.htm', 1)}<b>2</b>{a('1.htm', 3)}{a('1.htm', '下页')}", "tz/1.htm", 3),
        ("tz.htm", f"{a('tz/2.htm', '下页')}{a('tz/1.htm', '尾页')}", "tz/2.htm", 2),
        ("tz/1.htm", f"{a('../tz.htm', '首页')}{a('../tz.htm', 1)}{a('2.htm', 2)}<b>3</b>下页 尾页", None, 3),
        # windows of a longer row
        ("index_5.html", "".join(a(f"index_{n - 1}.html", n) for n in range(2, 11)), "index_6.html", 10),
        ("", f"<b>1</b>{a('index_1.html', 2)}<script>var pageCount = 30</script>", "index_1.html", 30),
        ("", f"{a('index_2.html', 2)}<script>createPageHTML(3, 1, 'index', 'html')</script>", "index_2.html", 3),
        # no pagers
        ("", f"{a('../tplb/index_1.html', 2)}{a('202605/t20260501_1001.html', 3)}", "index_1.html", None),
        ("", f"{a('#', 1)}{a('#', 2)}{DRIVEN}{a('../gywm/', '>')}{a('//x.cn/2', '下一页')}", "index_1.html", None),
    ],
)
def test_ready_made_links(page: str, content: str, further: str | None, last: int | None) -> None:
    check(read(f"<div>{content}</div>", page), further, last)


DATASTORE = "<script type='text/xml'><datastore>%s<recordset><record><![CDATA[<li></li>]]></record></recordset>"


def test_datastore_names_no_further_page() -> None:
    assert read(DATASTORE % "<totalrecord>6163</totalrecord><totalpage>309</totalpage>") == Pager(None, 309)
    assert read(DATASTORE % "<nextgroup><![CDATA[<a href='/module/dataproxy.jsp?page=1'></a>]]></nextgroup>") == Pager(
        None, None
    )
