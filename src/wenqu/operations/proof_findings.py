"""What the doctor finds of the evidence: contents that rows name and that are gone, changed, or out of reach."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.conf import settings

from wenqu.evidence.keeping import look_over
from wenqu.evidence.models import Evidence
from wenqu.evidence.stores.errors import Unreachable
from wenqu.operations.finding import BAD, WARN, Finding, well

log = logging.getLogger(__name__)
NAME = "佐证材料"
_SHOWN = 5


def proof_findings(seconds: float) -> Iterator[Finding]:
    """Whether every content that a row names is there, and whether those are unchanged that the time allows to read."""
    where = f"存储桶 {settings.S3_BUCKET}" if settings.EVIDENCE_STORAGE == "s3" else str(settings.EVIDENCE_DIR)
    try:
        found = look_over(seconds)
    except Unreachable as error:
        log.error("evidence storage unreachable: %s", error)
        yield Finding(NAME, BAD, f"{where} 连接不上", "请检查 WENQU_S3_ENDPOINT、存储服务和访问密钥；其间不能上传和查看佐证材料")
        return
    if found.missing:
        yield Finding(NAME, BAD, f"{len(found.missing)} 份不在{where}：{_told(found.missing)}", "请从最近的备份恢复这些文件（文件名是内容的摘要），或请提交人重新上传")
    if found.changed:
        yield Finding(NAME, BAD, f"{len(found.changed)} 份打不开或内容被改动：{_told(found.changed)}", "请查明原因，并从最近的备份恢复这些文件")
    if found.missing or found.changed:
        return
    text = f"{found.contents:,} 份都在"
    if found.read == found.contents:
        yield well(NAME, f"{text}，内容逐份核对无误" if found.contents else "还没有")
    elif found.read == 0:
        yield Finding(NAME, WARN, f"{text}，内容没有核对", "请运行 wenqu doctor --evidence 逐份核对")
    else:
        yield well(NAME, f"{text}，核对了最近的 {found.read:,} 份，内容无误；全部核对请用 wenqu doctor --evidence")


def _told(contents: list[str]) -> str:
    """What the first few belong to, and their hashes by their beginning."""
    rows = Evidence.objects.filter(sha256__in=contents[:_SHOWN]).order_by("pk")
    told = {row.sha256: f"{row.subject}（{row.sha256[:12]}）" for row in rows}
    return "、".join(told.get(each, each[:12]) for each in contents[:_SHOWN]) + (" 等" if len(contents) > _SHOWN else "")
