"""Page templates of sites that do not exist: what stands around an article on the Chinese web, in our own words."""

from __future__ import annotations

from html import escape

from sample_texts import Text

HOT = (
    "城北菜场完成改造，摊位增加到一百二十个",
    "周末去哪儿：六条适合孩子的徒步路线",
    "一碗面里的四十年",
    "老钟表匠收了第一位女徒弟",
    "入秋以后，这三种蔬菜最值得买",
)
NAV = ("首页", "要闻", "民生", "教育", "文化", "图片", "视频", "专题", "客户端")


def paragraphs(lines: tuple[str, ...]) -> str:
    return "\n".join(f"<p>　　{escape(line)}</p>" for line in lines)


def links(titles: tuple[str, ...], css: str) -> str:
    items = "".join(f'<li><a href="/a/{7000 + n}.html">{t}</a></li>' for n, t in enumerate(titles))
    return f'<ul class="{css}">{items}</ul>'


def news(text: Text, charset: str | None, *, host: str = "news.example.cn", tail: str = "") -> str:
    """A news portal: navigation, breadcrumb, share bar, hot list, copyright."""
    meta = f'<meta charset="{charset}">' if charset else ""
    date = (text.published or "").replace("T", " ")
    byline = (
        f'<span class="time">{date}</span> <span class="src">来源：{text.source or ""}</span>'
        if text.source
        else (f'<span class="time">{date}</span>')
    )
    editor = '<div class="editor">（责任编辑：方一鸣）</div>' if text.source else ""
    author = f"记者 {text.author}" if text.author and text.source else (f"文/{text.author}" if text.author else "")
    return f"""<!DOCTYPE html>
<html><head>{meta}<title>{escape(text.title)}_{text.source or "四时资讯网"}</title>
<script>var _hm = _hm || []; (function() {{ var s = "tongji"; _hm.push(s); }})();</script>
<style>.nav li {{ float: left; }}</style></head>
<body><div class="top"><a href="/login">登录</a> <a href="/reg">注册</a></div>
<div class="nav">{links(NAV, "menu")}</div>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/ms/">民生</a> &gt; 正文</div>
<div class="wrap"><div class="main">
<h1>{escape(text.title)}</h1>
<div class="info">{byline} <span class="author">{author}</span> 字号：<a href="#">大</a> <a href="#">中</a> <a href="#">小</a></div>
<div class="content" id="content">
{paragraphs(text.paragraphs)}
</div>
{tail}{editor}
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a> <a href="#">QQ空间</a></div>
<div class="related"><h3>相关阅读</h3>{links(HOT[:3], "list")}</div>
</div><div class="side"><h3>热门排行</h3>{links(HOT, "rank")}</div></div>
<div class="footer"><p>关于我们 | 联系我们 | 广告服务 | 网站地图</p>
<p>版权所有 四时资讯网 未经书面授权不得转载</p><p>某ICP备00000000号-1</p></div>
<script>document.write('<div class="ad">广告</div>');</script></body></html>"""


def government(text: Text, charset: str) -> str:
    """A notice on a government site: an index table above the body, a data table inside it."""
    body: list[str] = []
    rows: list[str] = []
    for line in (*text.paragraphs, ""):
        if "\t" in line:
            rows.append("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in line.split("\t")) + "</tr>")
            continue
        if rows:
            body.append('<table border="1">' + "".join(rows) + "</table>")
            rows = []
        if line:
            body.append(f"<p>{escape(line)}</p>")
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{text.title}</title></head><body>
<div id="head"><a href="/">云溪市人民政府门户网站</a> 无障碍浏览 繁體版</div>
<div class="location">您现在的位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a>通知公告</a></div>
<table class="xxgk"><tr><td>索 引 号：</td><td>000012345/2024-00017</td><td>发文机关：</td><td>{text.source}</td></tr>
<tr><td>成文日期：</td><td>{text.published}</td><td>文　　号：</td><td>云文旅发〔2024〕7号</td></tr></table>
<div class="article"><h2 class="title">{text.title}</h2>
<div class="zoom">
{"".join(body)}
</div></div>
<div class="tools"><a href="javascript:window.print()">打印本页</a> <a href="javascript:window.close()">关闭窗口</a></div>
<div class="foot">主办：云溪市人民政府办公室　网站标识码：0000000000　某公网安备 00000000000000号</div></body></html>"""


def forum(text: Text, charset: str) -> str:
    """A thread: each post beside its writer's card."""
    names = ("听雨的瓦片", "水电老陈", "三楼住户", "补漏小能手", "听雨的瓦片")
    posts = "".join(
        f"""<div class="post" id="p{n}"><div class="user"><a href="/u/{n}">{name}</a><p>注册会员</p><p>积分 {n * 37 + 12}</p></div>
<div class="postbody"><div class="postinfo">{"楼主" if n == 0 else f"{n + 1}楼"} 发表于 {str(text.published)[:10]} 1{n}:2{n}</div>
<div class="message">{escape(line)}</div><div class="act"><a href="#">回复</a> <a href="#">举报</a> <a href="#">支持({n})</a></div></div></div>"""
        for n, (name, line) in enumerate(zip(names, text.paragraphs, strict=True))
    )
    return f"""<html><head><meta charset="{charset}"><title>{text.title} - 安居论坛 - Powered by Plainboard</title></head><body>
<div id="hd"><form action="/search"><input name="q"><button>搜索</button></form><a href="/login">登录</a></div>
<div id="nv">论坛 > 装修交流 > 水电防水</div><h1 id="subject">{text.title}</h1>
<div id="thread">{posts}</div>
<div class="pages"><a>返回列表</a></div><div id="reply"><p>您需要登录后才可以回帖 登录 | 立即注册</p></div>
<div id="ft">安居论坛 小黑屋 手机版 Archiver</div></body></html>"""


def essays(title: str, texts: tuple[Text, ...], charset: str) -> str:
    """A model-essay site: a blurb, several essays under marks, a related list, a disclaimer."""
    marks = ("第一篇", "第二篇", "第三篇")
    body = "".join(
        f"<p><strong>{mark}</strong></p>{paragraphs(text.paragraphs)}" for mark, text in zip(marks, texts, strict=True)
    )
    return f"""<html><head><meta charset="{charset}"><title>{title}_作文小屋</title></head><body>
<div class="logo">作文小屋</div><div class="path">您的位置：<a href="/">首页</a> &gt; <a href="/xx/">小学作文</a> &gt; {title}</div>
<div class="box"><h1>{title}</h1><div class="meta">时间：2022-04-08 10:15:32</div>
<div class="art"><p>春游是孩子们最盼望的活动。下面是小编为大家整理的{title}范文，仅供参考，希望对大家有所帮助。</p>{body}
<p>【{title}】相关文章：</p><p><a href="/1">写秋天的作文</a> 03-12</p><p><a href="/2">一次难忘的旅行作文</a> 05-20</p>
<p>声明：以上内容来源于网友上传，不代表本站观点，如有侵权请联系删除。</p></div>
<div class="dl"><a href="#">点击下载文档</a> 文档为doc格式</div></div></body></html>"""


def blog(text: Text, charset: str) -> str:
    """A blog with comments, an archive and a code block where the text has one."""
    body = "".join(
        f"<pre><code>{escape(line)}</code></pre>" if "\n" in line else f"<p>{escape(line)}</p>"
        for line in text.paragraphs
    )
    return f"""<!doctype html><html lang="zh"><head><meta charset="{charset}"><title>{text.title} | {text.author}的院子</title>
<meta name="author" content="{text.author}"><meta property="article:published_time" content="{text.published}T08:00:00+08:00"></head>
<body><header><a href="/">{text.author}的院子</a><nav><a href="/archive">归档</a> <a href="/about">关于</a></nav></header>
<article><h1>{text.title}</h1>{body}</article>
<section id="comments"><h3>3 条评论</h3>
<div class="comment"><b>路过的猫</b> 2021-09-01<p>写得真好，明年我也想试试！</p></div>
<div class="comment"><b>木头</b> 2021-09-03<p>请问这个办法在北方可以用吗？</p></div>
<div class="comment"><b>小满</b> 2021-09-07<p>收藏了，谢谢分享。</p></div>
<form><textarea placeholder="说点什么吧"></textarea><button>发表评论</button></form></section>
<footer>Powered by Plainlog 主题由本人修改</footer></body></html>"""


def wechat(text: Text) -> str:
    """A public account's article: sections of spans, a collapsed body, a QR line at the end."""
    body = "".join(
        f'<section style="margin:8px"><span style="font-size:15px">{escape(p[:9])}</span><span>{escape(p[9:])}</span></section>'
        for p in text.paragraphs
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" content="{escape(text.title)}"></head>
<body><div id="page-content"><h1 class="rich_media_title" id="activity-name">{escape(text.title)}</h1>
<div id="meta_content"><span class="rich_media_meta">{text.source}</span> <em id="publish_time">{text.published}</em></div>
<div class="rich_media_content" id="js_content" style="visibility: hidden;">{body}
<section><span>长按识别二维码，关注我们</span></section></div>
<div class="tool"><span>阅读原文</span><span>阅读 1024</span><span>在看</span></div></div></body></html>"""


def old_table(text: Text, charset: str) -> str:
    """A site of twenty years ago: layout tables, font tags, one cell with line breaks."""
    body = "<br><br>\n".join("&nbsp;&nbsp;&nbsp;&nbsp;" + escape(p) for p in text.paragraphs)
    return f"""<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={charset}"><TITLE>{text.title}</TITLE></HEAD>
<BODY BGCOLOR=#FFFFFF><TABLE WIDTH=760><TR><TD COLSPAN=2><FONT SIZE=2><A HREF=/>首页</A>|<A HREF=/wx>文学</A>|<A HREF=/bbs>论坛</A>|<A HREF=/gb>留言</A></FONT></TD></TR>
<TR><TD WIDTH=160 VALIGN=TOP><FONT SIZE=2>{"<BR>".join(f"<A HREF=/{n}>{t}</A>" for n, t in enumerate(HOT))}</FONT></TD>
<TD><CENTER><B><FONT SIZE=4>{text.title}</FONT></B></CENTER><BR><FONT SIZE=3>
{body}
</FONT></TD></TR><TR><TD COLSPAN=2 ALIGN=CENTER><FONT SIZE=2>Copyright 2001-2006 All Rights Reserved<BR>联系站长 加入收藏 设为首页</FONT></TD></TR></TABLE></BODY></HTML>"""


def listing(charset: str) -> str:
    """A channel page: headlines and nothing to read."""
    rows = "".join(
        f'<li><span>2023-0{1 + n % 9}-1{n % 10}</span><a href="/a/{n}.html">{t}（{n}）</a></li>'
        for n, t in enumerate(HOT * 6)
    )
    return f"""<html><head><meta charset="{charset}"><title>民生_四时资讯网</title></head><body><div class="nav">{links(NAV, "menu")}</div>
<div class="list"><h2>民生</h2><ul>{rows}</ul></div><div class="page"><a>1</a><a>2</a><a>3</a><a>下一页</a><a>尾页</a></div>
<div class="footer">版权所有 四时资讯网</div></body></html>"""
