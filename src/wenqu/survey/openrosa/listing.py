"""What a phone is given: the list of forms, forms, their files."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.addresses import number_in
from wenqu.survey.designing.offering import forms_for
from wenqu.survey.designing.queries import version_of_county
from wenqu.survey.models import Device, FormVersion
from wenqu.survey.openrosa import lists
from wenqu.survey.openrosa.door import absolute, answer, for_phones, stamped, told

_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
_MOST_IDS = 1000


def _address(request: HttpRequest, token: str, view: str, *args: Any) -> str:
    """The address of something for this phone, in the way in which it came: with the token in it, or in its header."""
    return absolute(request, reverse(f"phones:{view}", args=[token, *args]) if token else reverse(f"phones-header:{view}", args=args))


def _offered(device: Device) -> dict[int, list[str]]:
    """form -> the places where the owner may fill it now."""
    return {each.version.form_id: each.paths for each in forms_for(device, timezone.localdate())}


def _get_only(request: HttpRequest) -> HttpResponse | None:
    if request.method in {"GET", "HEAD"}:
        return None
    response = told(_("这个地址只能读取。"), 405)
    response.headers["Allow"] = "GET, HEAD"
    return response


@for_phones()
def form_list(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """The newest version of every form that the owner of the phone has to fill now, and of those that need no task."""
    refused = _get_only(request)
    if refused:
        return refused
    wanted = request.GET.get("formID", "")
    entries = [_entry(request, token, row) for row in (each.version for each in forms_for(device, timezone.localdate())) if not wanted or row.form.form_id == wanted]
    return answer(f'<xforms xmlns="{_LIST}">{"".join(entries)}</xforms>')


def _entry(request: HttpRequest, token: str, row: FormVersion) -> str:
    # An entry without number, name or address would make Collect throw the whole list away: none of them can be empty.
    told = {
        "formID": row.form.form_id, "name": row.title or row.form.form_id, "version": row.version, "hash": f"md5:{row.xform_hash}",
        "downloadUrl": _address(request, token, "form", row.pk),
    }
    if row.files:
        told["manifestUrl"] = _address(request, token, "manifest", row.pk)
    return f"<xform>{''.join(f'<{name}>{escape(text)}</{name}>' for name, text in told.items())}</xform>"


def _version(device: Device, pk: int) -> FormVersion:
    """A version of a form of the phone's own county, old ones too."""
    row = version_of_county(device.county_id, pk)
    if row is None:
        raise Http404
    return row


@for_phones()
def form(request: HttpRequest, device: Device, token: str, pk: int) -> HttpResponse:
    """The XForm of a version."""
    refused = _get_only(request)
    if refused:
        return refused
    row = _version(device, pk)
    response = HttpResponse(row.xform, content_type="text/xml; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{row.form.form_id}.xml") or "attachment"
    return stamped(response)


def entity_files(row: FormVersion) -> set[str]:
    """The files of a version that are lists of entities: those of the register that its own answers change."""
    sets = {str(each["attributes"].get("dataset", "")) for each in json.loads(row.plan)["entities"]}
    return {name for name in row.files if name in lists.LISTS and name.removesuffix(".csv") in sets}


@for_phones()
def manifest(request: HttpRequest, device: Device, token: str, pk: int) -> HttpResponse:
    """The files of a version with the hash of what they hold for this phone now."""
    refused = _get_only(request)
    if refused:
        return refused
    row = _version(device, pk)
    paths, area = lists.scope_of(device, _offered(device).get(row.form_id, []))
    entities = entity_files(row)
    own = {name: f"md5:{told}" for name, told in row.tables.values_list("name", "hash")}
    files = []
    for name in row.files:
        if name not in lists.LISTS and name not in own:
            continue
        told_hash = own.get(name) or lists.hash_of(lists.file_of(name, paths, area, entities=name in entities))
        told = {"filename": name, "hash": told_hash, "downloadUrl": _address(request, token, "media", row.pk, name)}
        if name in entities:
            told["integrityUrl"] = _address(request, token, "integrity", row.pk, name)
        kind = ' type="entityList"' if name in entities else ""
        files.append(f"<mediaFile{kind}>{''.join(f'<{key}>{escape(text)}</{key}>' for key, text in told.items())}</mediaFile>")
    return answer(f'<manifest xmlns="{_MANIFEST}">{"".join(files)}</manifest>')


@for_phones()
def media(request: HttpRequest, device: Device, token: str, pk: int, name: str) -> HttpResponse:
    """A file of the register, only where the owner of the phone surveys; or one that the county uploaded with the form."""
    refused = _get_only(request)
    if refused:
        return refused
    row = _version(device, pk)
    own = row.tables.filter(name=name).first()
    if own is not None:
        content, rows = own.content.open().encode(), own.rows
    elif name in row.files and name in lists.LISTS:
        paths, area = lists.scope_of(device, _offered(device).get(row.form_id, []))
        content = lists.file_of(name, paths, area, entities=name in entity_files(row))
        rows = content.count(b"\n") - 1
    else:
        raise Http404
    record_download(device, name, rows)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["ETag"] = f'"{lists.hash_of(content)}"'
    return stamped(response)


def record_download(device: Device, name: str, rows: int) -> None:
    """Written down whoever is listed: what a county's own file holds is not known."""
    audit.record(
        by=device.account, verb="download_list", at=timezone.now(), subject=f"device:{device.pk}", path=device.path, detail={"file": name, "rows": rows})


@for_phones()
def integrity(request: HttpRequest, device: Device, token: str, pk: int, name: str) -> HttpResponse:
    """Which of the entities that a phone made or changed are gone."""
    refused = _get_only(request)
    if refused:
        return refused
    row = _version(device, pk)
    if name not in row.files or name not in lists.LISTS:
        raise Http404
    paths, _area = lists.scope_of(device, _offered(device).get(row.form_id, []))
    asked = list(filter(None, request.GET.get("id", "").split(",")))[:_MOST_IDS]
    there = lists.present(name, [key for each in asked if (key := number_in(each)) is not None], paths)
    gone = {each: number_in(each) is not None and number_in(each) not in there for each in asked}
    # What is not a number of ours was made on a phone and has not come into the register: it is not gone.
    rows = "".join(f"<entity id={quoteattr(each)}><deleted>{str(deleted).lower()}</deleted></entity>" for each, deleted in gone.items())
    return answer(f"<data><entities>{rows}</entities></data>")
