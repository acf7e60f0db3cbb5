"""Names of divisions as people compare them: written with or without the kind of place."""

from __future__ import annotations

import re
import unicodedata

from wenqu.places.levels import Level

# Longest first. A name that would become empty keeps its suffix.
_VILLAGE_ENDINGS = (
    "社区居民委员会", "村民委员会", "居民委员会", "社区居委会", "村民委会", "社区村委会", "村委会", "居委会", "社区", "行政村", "嘎查", "村",
)
_TOWN_ENDINGS = ("街道办事处", "人民政府", "民族乡", "办事处", "街道", "地区", "镇", "乡")
_COUNTY_ENDINGS = ("自治县", "自治旗", "林区", "特区", "县", "区", "市", "旗")
_ENDINGS = {Level.COUNTY: _COUNTY_ENDINGS, Level.TOWN: _TOWN_ENDINGS, Level.VILLAGE: _VILLAGE_ENDINGS}


def folded(name: str) -> str:
    """A name as people compare it: half width, no blanks, without a remark in brackets such as （撤销）."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    return re.sub(r"\([^()]*\)$", "", text)


def stem(name: str, level: int) -> str:
    """田坝村村民委员会 and 田坝社区 -> 田坝: what is left without the kinds of place."""
    text = folded(name)
    endings = _ENDINGS.get(Level(level), ())
    shorter = True
    while shorter:
        shorter = False
        for ending in endings:
            if text.endswith(ending) and len(text) > len(ending):
                text, shorter = text[: -len(ending)], True
                break
    return text
