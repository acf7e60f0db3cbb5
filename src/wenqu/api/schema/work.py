"""Background jobs and imports."""

from __future__ import annotations

import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from wenqu.api.schema.places import NEXT, Next, Place

JobState = Literal["queued", "running", "done", "failed"]
BatchState = Literal["uploaded", "checked", "importing", "imported", "undoing", "undone", "failed"]


class Made(Schema):
    """What a finished job made."""

    kind: Literal["run", "batch"]
    id: int = Field(examples=[3])


class Job(Schema):
    """A background job 后台任务. Ask again until its state is `done` or `failed`."""

    id: int = Field(examples=[11])
    title: str = Field(examples=["评价 清泉县 national-2018 2026-02-28"])
    state: JobState = Field(description="`queued` 排队中, `running` 进行中, `done` 已完成, `failed` 失败.")
    percent: int = Field(ge=0, le=100)
    message: str = Field(description="Why it failed; empty otherwise.")
    made: Made | None = Field(description="The run or batch that it made; null where it made none.")
    has_result: bool = Field(description="Whether there is a file to download that the token may fetch.")
    created_at: datetime.datetime
    finished_at: datetime.datetime | None


class JobPage(Schema):
    """Jobs, the newest first."""

    items: list[Job]
    next: Next = Field(description=NEXT)


RegisterKind = Literal["divisions", "schemes", "households", "watched", "watch_measures"]
REGISTERS = "`divisions` 行政区划, `schemes` 供水工程, `households` 农户及家庭成员, `watched` 监测对象, `watch_measures` 监测对象帮扶措施."


class Batch(Schema):
    """One delivered workbook on its way into a register 导入批次."""

    id: int = Field(examples=[4])
    kind: RegisterKind = Field(description=REGISTERS)
    county: Place
    file_name: str = Field(examples=["农户台账.xlsx"])
    sha256: str = Field(description="SHA-256 of the file as it came.")
    observed_on: datetime.date = Field(description="数据日期")
    state: BatchState = Field(
        description="`uploaded` 已上传, `checked` 已试导入, `importing` 导入中, `imported` 已导入, `undoing` 撤销中, `undone` 已撤销, `failed` 无法读取.")
    counts: dict[str, int] = Field(
        description="True counts of rows: `created`, `changed`, `unchanged`, `refused`, `skipped`; and `cells`, the wrong cells.",
        examples=[{"created": 120, "changed": 3, "unchanged": 0, "refused": 1, "skipped": 2, "cells": 4}])
    message: str = Field(description="Why it cannot be read; empty otherwise.")
    job: int | None = Field(description="The job that works on it now or did last.")
    created_at: datetime.datetime


class Sheet(Schema):
    """A sheet of the workbook as it was read."""

    name: str
    rows: int = Field(ge=0)
    unknown: list[str] = Field(description="Headers that no column of ours was found for.")


class WrongCell(Schema):
    """A cell that cannot be taken as it stands. What stood in it is not repeated: it may be personal data."""

    sheet: str
    row: int
    letter: str = Field(description="Letter of the column.", examples=["C"])
    header: str = Field(examples=["证件号码"])
    code: str = Field(description="Kind of mistake; see docs/generated/wrong-cells.md.")
    message: str = Field(description="What is wrong and what to do, in Chinese.")
    refused: bool = Field(description="True: the whole row is left out. False: the cell is taken as blank.")


class BatchInFull(Batch):
    """A batch with what its dry run found."""

    sheets: list[Sheet]
    entities: dict[str, int] = Field(
        description="What was or would be made and changed, by kind of thing.", examples=[{"households_created": 40, "members_created": 120, "facts": 160}])
    errors: list[WrongCell] = Field(description="The first 100 wrong cells; all of them stand in the annotated workbook. Only for whoever may import.")
    may_check: bool = Field(description="Whether its state and the duty of the token allow the dry run.")
    may_import: bool = Field(description="Whether its state and the duty of the token allow the import.")
    may_undo: bool = Field(description="Whether its state and the duty of the token allow the undoing.")
    has_annotated: bool = Field(description="Whether the annotated workbook is there for the token to fetch.")


class BatchPage(Schema):
    """Batches, the newest first."""

    items: list[Batch]
    next: Next = Field(description=NEXT)
