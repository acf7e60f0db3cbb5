"""What a browser calls itself, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that is found counts: many call themselves by the names of others as well.
_BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("HuaweiBrowser", "华为浏览器"), ("MiuiBrowser", "小米浏览器"),
    ("UCBrowser", "UC 浏览器"), ("QQBrowser", "QQ 浏览器"), ("QIHU", "360 浏览器"), ("Edg", "Edge"), ("Firefox", "Firefox"),
    ("OPR", "Opera"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def in_words(agent: str) -> str:
    """«Chrome · Windows»."""
    found = [next((words for mark, words in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found)) or _("未知的浏览器")
