"""Publish and withdraw forms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.forms.compiling import Compiled
from wenqu.importing.uploads import clean_name
from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division, Level
from wenqu.survey.designing.checking import read_workbook, shipped_workbook
from wenqu.survey.designing.purpose import purpose_of
from wenqu.survey.designing.tables import Table, earlier_tables, tables_for
from wenqu.survey.models import Form, FormTable, FormVersion
from wenqu.survey.permissions import area_at, check_can_publish, check_can_withdraw_form


@transaction.atomic
def publish_version(
    *, county: Division, workbook: bytes, name: str, by: Account, at: datetime, files: Mapping[str, bytes] | None = None,
) -> FormVersion:
    """Publish a workbook as the newest version of the form that it names; a form that is new to the county begins with it.

    `files`: the county's own CSV files by name. One that is not given is taken over from the version before.
    `FormRefused` with every reason by sheet and row. Versions that are out there go on being filled and taken.
    """
    _check(county, by, at)
    compiled = read_workbook(workbook)
    return _publish(county, compiled, tables_for(compiled, files or {}, earlier_tables(county, compiled.form_id)), workbook, name, by, at)


@transaction.atomic
def publish_shipped(*, county: Division, shipped: str, by: Account, at: datetime) -> FormVersion:
    """Publish one of the forms that come along."""
    _check(county, by, at)
    workbook = shipped_workbook(shipped)
    return _publish(county, read_workbook(workbook), [], workbook, f"{shipped}.xlsx", by, at)


@transaction.atomic
def withdraw_form(*, form: Form, by: Account, at: datetime) -> None:
    """Offer a form no longer. What was filled of it is still taken."""
    check_can_withdraw_form(form, area_at(by, at))
    Form.objects.filter(pk=form.pk, withdrawn_at=None).update(withdrawn_at=at)
    audit.record(by=by, verb="withdraw_form", at=at, subject=f"form:{form.pk}", path=form.path, detail={"form": form.form_id})


def _check(county: Division, by: Account, at: datetime) -> None:
    check_can_publish(county.path, area_at(by, at))
    if county.level != Level.COUNTY:
        raise Refused("not_a_county", _("表单由县级发布，请选择一个县"))


def _publish(county: Division, compiled: Compiled, tables: Sequence[Table], workbook: bytes, name: str, by: Account, at: datetime) -> FormVersion:
    form, fresh = Form.objects.select_for_update().get_or_create(
        division=county, form_id=compiled.form_id, defaults={"path": county.path, "title": compiled.title})
    if FormVersion.objects.filter(form=form, version=compiled.version).exists():
        raise Refused("version_exists", _("表单“%(form)s”的版本 %(version)s 已经发布过。请在 settings 工作表改写 version，再上传。") % {
            "form": compiled.title, "version": compiled.version})
    purpose = purpose_of(compiled.plan)
    row = FormVersion.objects.create(
        form=form, version=compiled.version, title=compiled.title, workbook=workbook, workbook_name=clean_name(name), xform=compiled.xform,
        xform_hash=hashlib.md5(compiled.xform.encode(), usedforsecurity=False).hexdigest(),
        plan=json.dumps(compiled.plan, ensure_ascii=False, separators=(",", ":")), files=compiled.files, step=purpose.step, about=purpose.about, by=by, at=at,
    )
    for table in tables:
        FormTable.objects.create(version=row, name=table.name, content=table.text, hash=table.hash, rows=table.rows)
    # Whoever publishes a form that was withdrawn wants it offered again.
    Form.objects.filter(pk=form.pk).update(title=compiled.title, withdrawn_at=None)
    audit.record(
        by=by, verb="publish_form", at=at, subject=f"form:{form.pk}", path=form.path,
        detail={"form": compiled.form_id, "version": compiled.version, "new": fresh, **({"files": {table.name: table.rows for table in tables}} if tables else {})})
    return row
