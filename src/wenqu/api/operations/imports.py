"""Registers by file: upload, dry run, import, undo. The same actions as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from ninja import File, Form, Router
from ninja.files import UploadedFile
from ninja.responses import Status

from wenqu.api.common import area_of_request, number, place
from wenqu.api.fields import USUAL, Day, Id, NumberCursor, Size
from wenqu.api.operation import operation
from wenqu.api.operations.jobs import XLSX
from wenqu.api.schema import work as told
from wenqu.importing.models import Batch
from wenqu.importing.receiving import on_disk
from wenqu.kit.downloads import download
from wenqu.kit.refusal import why_not
from wenqu.places.queries import division_in, missing_row
from wenqu.places.rights import Right
from wenqu.registers import actions, queries
from wenqu.registers.permissions import check_can_import

router = Router(tags=["imports"])


@operation(router, "GET", "/imports", Right.JOBS, gives=told.BatchPage)
def list_imports(request: HttpRequest, after: NumberCursor | None = None, limit: Size = USUAL) -> dict[str, Any]:
    """List import batches 导入批次

    The batches of the area, the newest first.
    """
    rows = list(queries.batches(area_of_request(request), number(after))[: limit + 1])
    return {"items": [_batch(row) for row in rows[:limit]], "next": str(rows[limit - 1].pk) if len(rows) > limit else None}


@operation(router, "GET", "/imports/{batch}", Right.JOBS, gives=told.BatchInFull, also=(404,))
def get_import(request: HttpRequest, batch: Id) -> dict[str, Any]:
    """Get one batch with what its dry run found

    Wrong cells are told by their place; what stood in them is not repeated.
    """
    return _in_full(request, _find(request, batch))


@operation(
    router, "POST", "/imports", Right.JOBS, gives=told.BatchInFull, also=(404, 409), status=202, write=True,
    codes="`not_a_county`, `date_in_future`.",
)
def upload_import(
    request: HttpRequest,
    kind: Annotated[told.RegisterKind, Form(description=told.REGISTERS)],
    county: Annotated[Id, Form(description="The county whose register it is.")],
    observed_on: Annotated[Day, Form(description="数据日期: the day that the figures are of, today at the latest.")],
    file: Annotated[UploadedFile, File(description="Workbook (.xlsx, .xls) or CSV, as it was delivered.")],
    code_system: Annotated[Literal["nbs", "mca"], Form(description="Whose division codes stand in it: `nbs` 统计用区划代码, `mca` 民政区划代码.")] = "nbs",
) -> Status[dict[str, Any]]:
    """Upload a register and try it 试导入

    Takes the right `import` (导入台账) in the county. The dry run starts at once and writes no register: get the batch
    until its `state` is `checked` (or `failed`), look at `counts` and `errors`, then confirm.
    """
    area, now = area_of_request(request), timezone.now()
    division = division_in(area, county)
    check_can_import(division, area)
    with on_disk(file) as path:
        batch = actions.receive_workbook(
            kind=kind, county=division, file=path, file_name=file.name or "", code_system=code_system,
            observed_on=observed_on, by=request.user, at=now,  # type: ignore[arg-type]
        )
    actions.submit_check(batch=batch, by=request.user, at=now)  # type: ignore[arg-type]
    return Status(202, _in_full(request, _find(request, batch.pk)))


@operation(
    router, "POST", "/imports/{batch}/confirm", Right.JOBS, gives=told.BatchInFull, also=(404, 409), status=202, write=True,
    codes="`wrong_state`, `job_running`, `county_busy`.",
)
def confirm_import(request: HttpRequest, batch: Id) -> Status[dict[str, Any]]:
    """Confirm a batch: write it into the register 确认导入

    Takes the right `import` (导入台账) in the county. Confirming it twice is refused by its state and changes nothing.
    """
    return _act(request, batch, actions.submit_import)


@operation(
    router, "POST", "/imports/{batch}/check", Right.JOBS, gives=told.BatchInFull, also=(404, 409), status=202, write=True,
    codes="`wrong_state`, `job_running`.",
)
def check_import(request: HttpRequest, batch: Id) -> Status[dict[str, Any]]:
    """Try a batch again 重新试导入

    Takes the right `import` (导入台账) in the county. Writes no register.
    """
    return _act(request, batch, actions.submit_check)


@operation(
    router, "POST", "/imports/{batch}/undo", Right.JOBS, gives=told.BatchInFull, also=(404, 409), status=202, write=True,
    codes="`wrong_state`, `job_running`, `batch_in_use`.",
)
def undo_import(request: HttpRequest, batch: Id) -> Status[dict[str, Any]]:
    """Undo a whole batch 撤销整批导入

    Takes the right `import` (导入台账) in the county. Refused, naming the rows, where something later rests on them.
    """
    return _act(request, batch, actions.submit_undo)


@operation(router, "GET", "/imports/{batch}/annotated", Right.JOBS, file=XLSX, also=(404,))
def get_annotated(request: HttpRequest, batch: Id) -> StreamingHttpResponse:
    """Download the annotated workbook 标注了错误的工作簿

    Takes the right `import` (导入台账) in the county: it holds what was delivered. Written down in the audit log.
    """
    found = _find(request, batch)
    check_can_import(found.division, area_of_request(request))
    path = queries.annotated_file(found)
    if path is None:
        raise Http404
    actions.note_download(batch=found, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return download(path, f"{Path(found.file_name).stem}-标注.xlsx", XLSX)


def _find(request: HttpRequest, pk: int) -> Batch:
    """The batch, or 404 where it does not exist or lies outside the area."""
    found = queries.batches(area_of_request(request)).filter(pk=pk).first()
    if found is None:
        raise missing_row(Batch, pk, "batch")
    return found


def _act(request: HttpRequest, pk: int, act: Any) -> Status[dict[str, Any]]:
    found = _find(request, pk)
    # The actions ask the whole account: a token is only one of its duties.
    check_can_import(found.division, area_of_request(request))
    act(batch=found, by=request.user, at=timezone.now())
    return Status(202, _in_full(request, _find(request, pk)))


def _batch(batch: Batch) -> dict[str, Any]:
    plain = ("kind", "file_name", "sha256", "observed_on", "state", "counts", "message", "created_at")
    return {"id": batch.pk, **{name: getattr(batch, name) for name in plain}, "county": place(batch.division), "job": batch.job_id}


def _in_full(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    may = why_not(check_can_import, batch.division, area_of_request(request)) is None
    report = batch.report
    wrong = ("sheet", "row", "letter", "header", "code", "message", "refused")
    return {
        **_batch(batch),
        "sheets": [{"name": each["name"], "rows": each["rows"], "unknown": each["unknown"]} for each in report.get("sheets", [])],
        "entities": report.get("entities", {}),
        "errors": [{name: each[name] for name in wrong} for each in report.get("errors", [])] if may else [],
        "may_check": may and queries.may_check(batch), "may_import": may and queries.may_import(batch), "may_undo": may and queries.may_undo(batch),
        "has_annotated": may and queries.annotated_file(batch) is not None,
    }
