"""The intake of records: one door for Collect and for our own page."""

from __future__ import annotations

import errno
import logging
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.evidence.stores.errors import Unreachable
from wenqu.survey.intake.files import TooLarge, file_name, take_in
from wenqu.survey.intake.grouping import keep
from wenqu.survey.intake.placing import place_record
from wenqu.survey.intake.reading import MOST_BYTES, Record, Unreadable, read_record
from wenqu.survey.intake.rows import Part
from wenqu.survey.intake.together import Incoming
from wenqu.survey.models import Device
from wenqu.survey.openrosa.door import RESPONSE, absolute, answer, for_phones, most_bytes, stamped, told

log = logging.getLogger(__name__)
XML_PART = "xml_submission_file"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@for_phones(retired=True)
def submission(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """HEAD says what may be sent and where; POST takes a part of a record. 201 is a receipt: the part is on the disk."""
    if request.method == "HEAD":
        response = stamped(HttpResponse(status=204, content_type="text/xml; charset=utf-8"))
        response.headers["Location"] = absolute(request, request.path)
        return response
    if request.method != "POST":
        response = told(_("这里只接收手机提交的记录。"), 405)
        response.headers["Allow"] = "HEAD, POST"
        return response
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if (int(length) if length.isdecimal() else 0) > most_bytes():
        return _too_large()
    try:
        return _take(request, device)
    except (TooLarge, RequestDataTooBig):
        return _too_large()
    except (Unreadable, MultiPartParserError, TooManyFilesSent, SuspiciousOperation) as error:
        log.warning("submission not readable: %s", type(error).__name__)
        return told(_("这份记录无法读取，没有收下。请保留手机上的记录，联系县级管理员。"), 400)
    except Unreachable:
        return told(_("文件存储暂时连接不上，请稍后再发。"), 503)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        return told(_("服务器磁盘已满，请稍后再发，并告诉管理员。"), 507)


def _take(request: HttpRequest, device: Device) -> HttpResponse:
    uploads = _uploads(request)
    records = [upload for name, upload in uploads if name == XML_PART]
    if len(records) != 1 or int(records[0].size or 0) > MOST_BYTES:
        raise Unreadable("one part named xml_submission_file is needed")
    record = read_record(records[0].read())
    now = timezone.now()
    files = [(file_name(upload), take_in(upload)) for name, upload in uploads if name != XML_PART]
    # Where it belongs is looked up before its turn to write: nobody waits for reads.
    keep(Incoming(Part(record, place_record(record, device, now), files), device, now))
    return _receipt(record)


def _uploads(request: HttpRequest) -> list[tuple[str, Any]]:
    if not str(request.content_type or "").startswith("multipart/"):
        raise Unreadable("not multipart")
    return [(name, upload) for name, every in request.FILES.lists() for upload in every]


def _receipt(record: Record) -> HttpResponse:
    """Equal for equal records, the first time and every time."""
    instance, form = quoteattr(record.instance_id), quoteattr(record.form_id)
    return answer(
        f'<OpenRosaResponse xmlns="{RESPONSE}"><message>{escape(_("已收到"))}</message>'
        f'<submissionMetadata xmlns="http://www.opendatakit.org/xforms" id={form} instanceID={instance} version={quoteattr(record.form_version)}/>'
        "</OpenRosaResponse>", 201)


def _too_large() -> HttpResponse:
    return told(_("一次发送的内容超过 %(limit)d MB。请在手机里调小照片后再发。") % {"limit": most_bytes() // 1024**2}, 413)
