"""Which pieces of text are persons. A wrong person is worse than none: what is not surely a name is none."""

import re

from crawler.parsing.roles import ROLES

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于余叶蒋杜苏魏程吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪"
    "庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈"
    "饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇"
    "桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆"
    "郗朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕"
    "危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由么刑凤伯双布才撒虎竺丘蔡贝蔚幺寻邴弓牧暴晓"
    "洪赖荀鄂巢糜宓酆贲逄羿禤钭翦雒撖"
    "張羅鍾莊賴閻齊喬鮑費駱應簡歐蕭鄺麥滿榮塗練鳳談鄔黨勞闕厲倫鄞繆儲藍遲習宮陰賓竇邊閆強薊樂譙賁"
    "劉陳楊黃趙吳孫馬鄭謝許韓馮鄧葉蔣蘇魏呂盧鐘譚陸範賈韋鄒龍陶賀顧龔邵萬錢嚴湯溫龐顏聶魯關蘭紀淩畢單騰項連蘆褚婁閔時車衛寧"
)
# surnames that are common words too: only a label makes names of them
_RARE = frozenset(
    "言终步佴缑璩郦郤郏殳夔笪谯蒯厍訾乜桓墨濮宦仉郄隗习通别充后红年爱福广东养融越弘暨寿慎庾鱼堵宰须山可毋秋"
    "昌经汲松蓟怀咸苍贡扶沃代畅莘籍"
)
_COMPOUND = frozenset(
    """
    欧阳 太史 梁丘 东郭 拓跋 轩辕 百里 羊舌 左丘 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊
    赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 完颜 呼延
    歐陽 司馬 諸葛 東方
    """.split()
)
# What ends like this is a unit. People are called 刘会 or 王建社 too, so `is_person` looks at length and label as well.
_UNIT_END = re.compile(
    r"(?:[部处室局厅委办站所院校组队科厂矿台网司社报会协族省市县区镇乡村州旗]"
    r"|中心|公司|集团|单位|频道|工作室|学院|大学|医院|支部|总部|事业部|管理员|编辑部|特派员|编辑|记者|通讯员|作者|团队|客户端|公众号|平台)$"
)
_NEVER = frozenset(
    """
    党建 党群 党委 党办 安环 金属 管控 农业 高层 高端 常态 时代 时评 文化 文艺 文体 方向 全程 全景 全年 全会 全体 双碳
    成果 成就 和谐 项目 计划 强国 关注 关键 关怀 温暖 常务 荣誉 支部 利润 经营 经济 宣传 平安 平稳 国家 国企 国资 国际
    花絮 初心 权威 单元 游记 满意 方案 党组 严谨 明天 明细 连载 连线 解读 施工 水平 盛况 曲艺 查询 沙龙 储能 高炉 石油
    铁路 车间 关闭 推荐 佚名 匿名 未知 不详 无 原创 综合 转载 网络 本报 本网 本站 本刊 小编 下同 同上 单位 时间 全文
    左起 图片 资料 全国 云南 江西 山西 陕西 安徽 海南 广西 河南 河北 湖南 湖北 江苏 浙江 福建 广东 贵州 四川 青海 宁夏
    甘肃 吉林 辽宁 成都 昆明 贵阳 兰州 包头 洛阳 郑州 北京 宁波 安阳 安庆 安康 包头 贵阳 常德 德阳 东营 广元 贺州 黄山
    黄石 黄冈 吉安 江门 金华 金昌 晋城 晋中 乐山 龙岩 娄底 吕梁 商洛 商丘 沈阳 松原 泰安 唐山 铁岭 通化 吴忠 武威 咸阳
    信阳 邢台 许昌 宣城 阳泉 阳江 益阳 银川 应城 岳阳 云浮 张掖 周口 钟祥 遵义 南宁 南通 南阳 南昌 南充 南平 宁德 平凉
    曲靖 荆门 景德 康定 连云 梅河 牡丹 宿迁 温岭 项城 解放 张家口 石家庄 马鞍山 连云港 白银 和田 文山 白山 吴江 贺兰
    武夷山 黄河 印度 印尼 古巴 巴西 海关 石化 金融 高温 高考 高中 高三 高一 高二 初中 初一 初二 初三 左下 左上 时任
    原名 曾用 周末 元旦 谷雨 白露 明日 应届 成人 党员 司机 战士 安全员 金奖 银奖 金牌 满分 单选 于是 华为 海尔 安踏
    支付宝 鲁迅 李白 孔子 孟子 马克思 雷锋 全文完 方言 谢谢 那么 何时 明白 好的 卫视 金融界 美食家 未完 连载一 祝贺
    洪水 洪灾 洪涝 洪峰
    欢迎 温馨 时政 文旅 国内 常见 支持 高清 应急 双方 单独 平均 全部 全面 农历 上海 天津 重庆 南京 武汉 西安 中国 查看
    全部 明年 高管 金额 文章 信息 安全 管理 和 平台
    """.split()
)
_WORK = re.compile(
    r"(?:整理|综合|转载|编译|报道|报导|報導|摄影|网络|发布|供稿|制作|社发|拍摄|编辑|审核|支持|提供)$"
)  # 网络整理: how, not who
# 记者手记, 记者走进车间: what may stand behind a label and begins with no surname
_PROSE = re.compile(
    r"手记|走进|走近|调查|观察|述评|见闻|体验|专访|获悉|了解|表示|介绍|探访|直击|现场|深入|连线|来到|看到|近日|日前|会议|讯|[的了是在从随向与和等]"
)
_ASIDE = re.compile(r"[(（\s](?:实习生?|见习|整理|编译)[)）]?(?=$|[\s、，,;；])")  # 赵若妮（实习生）、李砚
# 每日北岭, 北岭视角: accounts of four characters
_ACCOUNT = re.compile(
    r"每日|视角|观察|天下|之声|快讯|资讯|传媒|头条|研究|财经|科技|文化|体育|娱乐|健康|教育|汽车|生活|世界|国际|城市|发布|青年|先锋|党建"
    r"|新闻|日报|晚报|之家|在线|阅读|水务|集团|公司|视频|直播|影像|印象|智库|论坛|读书|时间|小编|视觉|图虫|卫视|高速|创意|宣传|维持|数学|美食|中国"
)
_PLACED = re.compile(r"[左右前后中][一二三四五六七八九十起]")  # (左一): a place in a picture, 左 is a surname too
_DOTS = "·•・‧⋅∙"
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]+")
_DOTTED = re.compile(rf"[\u3400-\u9fff]+(?:[{_DOTS}][\u3400-\u9fff]+)+")
_BETWEEN = re.compile(r"[、，,;；/|＆&\\]|(?<=[\u4e00-\u9fff]{2})[和与及](?=[\u4e00-\u9fff]{2})")


def is_person(token: str, labelled: bool) -> bool:
    """Whether `token` (no white space in it) is a person's name. Without a label before it only what begins with a
    surname and has a name's length counts; a label vouches for rarer forms (格桑边觉)."""
    if _DOTTED.fullmatch(token):
        return 4 <= len(token) <= 20 and not any(_UNIT_END.search(part) for part in re.split(rf"[{_DOTS}]", token))
    if (
        not _HAN.fullmatch(token)
        or not 2 <= len(token) <= 4
        or token in _NEVER
        or token in ROLES
        or _PLACED.fullmatch(token)
        or _WORK.search(token)
    ):
        return False
    if len(token) == 4 and token[:2] not in _COMPOUND and token[0] in _SURNAMES:
        return False  # 江苏高速, 李强王芳
    surnames = _SURNAMES | _RARE if labelled else _SURNAMES
    surname = token[:2] in _COMPOUND or (token[0] in surnames and len(token) < 4)
    if _UNIT_END.search(token):
        return labelled and surname and (len(token) == 2 or token[-1] in "社报会")
    return surname or (labelled and len(token) > 2 and not _PROSE.search(token) and not _ACCOUNT.search(token))


def names(text: str, labelled: bool) -> list[str] | None:
    """The persons a list of names names, or None when any piece of it is not a person: 王松涛 | 高文杰、黎佩佩 |
    张玥 张俊岭 | 王　骏、李云鹤等 | 艾力·买买提、张三."""
    found: list[str] = []
    text = _ASIDE.sub("", text)
    text = re.sub(r"等$", "", text.strip(" 　:：.。,，;；"))
    for part in _BETWEEN.split(text):
        pieces = _joined(re.sub(rf"\s*([{_DOTS}])\s*", r"\1", part).split())
        if pieces is None:
            return None
        found += pieces
    sure = [piece for piece in found if is_person(piece, labelled)]
    # 叨叨姐、胡一刀、李小飞刀: among names of others a label vouches for longer ones
    if len(sure) < len(found) and not (labelled and sure and all(map(_is_long_name, set(found) - set(sure)))):
        return None
    return found or None


def _is_long_name(token: str) -> bool:
    return len(token) == 4 and token[0] in _SURNAMES and not (_ACCOUNT.search(token) or _UNIT_END.search(token))


def _joined(pieces: list[str]) -> list[str] | None:
    """Names padded to a common width come in pieces: 王 骏 -> 王骏, 欧阳 明 -> 欧阳明."""
    whole: list[str] = []
    pieces = list(pieces)
    while pieces:
        piece = pieces.pop(0)
        if (len(piece) == 1 or piece in _COMPOUND) and pieces and len(pieces[0]) <= 2:
            piece += pieces.pop(0)
        if len(piece) == 1:
            return None
        whole.append(piece)
    return whole
