"""Tables that come with a request: how large the body may be, and the file on the disk while it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.files.base import File
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Refused

View = TypeVar("View", bound=Callable[..., Any])
# What a form may have beside its files.
FORM_BYTES = 1_000_000


def is_too_long(request: HttpRequest, most: int) -> bool:
    """Whether a body says that it is longer than files of `most` bytes and their form."""
    return (number_in(str(request.META.get("CONTENT_LENGTH") or "")) or 0) > most + FORM_BYTES


def too_large(most: int) -> str:
    """The sentence for a table of more than `most` bytes."""
    return _("文件超过 %(limit)s MB 的上限，请拆分后再上传。") % {"limit": most // 1024**2}


def takes_table(view: View) -> View:
    """For a view whose form has a table: a body that is too large is refused before it is read; the token of the form,
    which stands in the body, is checked after that."""
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def take(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and is_too_long(request, settings.UPLOAD_LIMIT_BYTES):
            raise Refused("file_too_large", too_large(settings.UPLOAD_LIMIT_BYTES))
        return checked(request, *args, **kwargs)

    return cast(View, take)


@contextmanager
def on_disk(file: File) -> Iterator[Path]:
    """An uploaded file as one on the disk, gone afterwards."""
    with NamedTemporaryFile(prefix="wenqu-upload-") as copy:
        for part in file.chunks():
            copy.write(part)
        copy.flush()
        yield Path(copy.name)
