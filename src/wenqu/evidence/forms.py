"""The files of a form: several at once, from the camera or from what is there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenqu.evidence.contents import SUFFIXES, TYPES
from wenqu.evidence.models import Kind

PHOTOS = ",".join(each.content_type for each in TYPES if each.kind == Kind.PHOTO)
ACCEPT = ",".join([PHOTOS, *(suffix for suffix, each in SUFFIXES.items() if each.kind == Kind.DOCUMENT)])


class FilesInput(forms.FileInput):
    """Two file inputs of one name: one that opens a telephone's camera, one that lets choose (`evidence/_files.html`)."""

    allow_multiple_selected = True
    template_name = "evidence/_files.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "photos": PHOTOS, "accept": ACCEPT}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else [files[name]] if name in files else []


class FilesField(forms.FileField):
    """`cleaned_data` is the list of uploads, for `receiving.receive_all`. What they hold is looked at there."""

    widget = FilesInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("照片或文件"))
        kwargs.setdefault("help_text", _("照片（JPG、PNG）或文件（PDF、.docx、.xlsx），可以选多个"))
        kwargs.setdefault("max_length", None)
        super().__init__(*args, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [each for each in data or [] if each]
        if not given:
            super().clean(None, initial)
        return given
