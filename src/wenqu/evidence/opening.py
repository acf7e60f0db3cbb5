"""A stored content as an answer: opened while it is sent, harmless wherever it is shown."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from wenqu.evidence.models import Evidence
from wenqu.evidence.stores import name_of, storage
from wenqu.evidence.stores.errors import Unreachable
from wenqu.kit.crypto.seal import CannotOpen
from wenqu.kit.downloads import begun, saved
from wenqu.kit.refusal import Refused

log = logging.getLogger(__name__)
# Whatever somebody uploaded may run nothing, load nothing and stand in nobody's frame, even where a browser opens it.
_POLICY = "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'"


def original(evidence: Evidence) -> HttpResponseBase:
    """The content as it was received, to be saved. `Refused` before anything is sent where its beginning does not open."""
    with _in_words(evidence):
        pieces = begun(storage().pieces(name_of(evidence.sha256)))
    return _harmless(saved(pieces, evidence.size, evidence.name, evidence.content_type))


def shown(evidence: Evidence, copy: str) -> HttpResponseBase:
    """A copy of a photo, without what the camera wrote into it."""
    with _in_words(evidence):
        content = b"".join(storage().pieces(name_of(evidence.sha256, copy)))
    answer = HttpResponse(content, content_type="image/jpeg")
    answer.headers["Content-Disposition"] = "inline"
    return _harmless(answer)


def _harmless(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@contextmanager
def _in_words(evidence: Evidence) -> Iterator[None]:
    """What is wrong with the storage or the content, as a refusal."""
    try:
        yield
    except (FileNotFoundError, CannotOpen) as error:
        log.error("evidence %s does not open: %s", evidence.pk, type(error).__name__)
        raise Refused("evidence_gone", _("这份材料的文件打不开或已不在。请联系管理员运行 wenqu doctor 检查，需要时从备份恢复。")) from None
    except Unreachable as error:
        log.error("evidence storage unreachable: %s", error)
        raise Refused("storage_unreachable", _("文件存储暂时连接不上。请过几分钟再试；一直不行请联系管理员。")) from None
