"""A delivered workbook, open in a private folder and read by what is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from wenqu.importing.laboratory.delivery import Delivery as Read
from wenqu.importing.laboratory.delivery import reading
from wenqu.importing.laboratory.mapping import LabMapping, parse_lab_mapping
from wenqu.importing.refusal import TableError
from wenqu.kit.crypto.workplace import opened, temporary_files_in, work_folder
from wenqu.kit.masking import cover
from wenqu.kit.refusal import Refused
from wenqu.quality.models import Delivery, LabFormat
from wenqu.quality.results.delivering.formats import find_format, grids_of, preview
from wenqu.quality.results.delivering.keeping import source_file
from wenqu.rulebook.quality.results.naming import names_of_all


class NotRead(Refused):
    """A workbook of which nothing could be read, with what a person needs to see of it."""

    def __init__(self, code: str, message: str, told: dict[str, object]) -> None:
        super().__init__(code, message)
        self.told = told


@dataclass(frozen=True)
class Open:
    """The workbook as it was read, the folder that it lies in, and the saved format by which, if any."""

    read: Read
    place: Path
    format: LabFormat | None
    mapping: str


def mapping_of(text: str | None) -> LabMapping:
    """A kept mapping; the plain recognition for none."""
    return parse_lab_mapping(text, names_of_all()) if text else LabMapping()


@contextmanager
def workbook(delivery: Delivery) -> Iterator[Open]:
    """Read the workbook of a delivery: as somebody said, else by a format of its laboratory, else by recognition alone."""
    with work_folder() as place, temporary_files_in(place), opened(source_file(delivery)) as source:
        try:
            format_, text = delivery.format, delivery.mapping
            if text is None and delivery.laboratory.formats.exists():
                format_ = find_format(delivery.laboratory, grids_of(source, _made(place, "heads")))
                text = format_.text if format_ is not None else None
            with reading(source, _made(place, "cells"), names_of_all(), mapping_of(text)) as read:
                yield Open(read, place, format_, text or "")
        except TableError as error:
            raise NotRead(error.code, cover(_by_name(delivery, source, error.message)), _shown(source, place)) from None


def _by_name(delivery: Delivery, source: Path, message: str) -> str:
    """The file lies under a name of ours; people know it by theirs."""
    return message.replace(source.name, delivery.file_name).replace("在对应关系里指定", _("在下面的“更正识别结果”里指定"))


def _shown(source: Path, place: Path) -> dict[str, object]:
    try:
        return {"preview": preview(grids_of(source, _made(place, "shown")))}
    except TableError:
        return {}


def _made(place: Path, name: str) -> Path:
    folder = place / name
    folder.mkdir(exist_ok=True)
    return folder
