"""Views that take files."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from wenqu.evidence.receiving import no_room
from wenqu.importing.receiving import is_too_long
from wenqu.kit.refusal import Refused

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """For a view whose form has files: a body that is too large is refused before it is read, and a disk that fills up
    while it is read is told in words. The token of the form, which stands in the body, is checked after that."""
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def take(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        most = 4 * settings.EVIDENCE_DOCUMENT_BYTES
        if request.method == "POST" and is_too_long(request, most):
            raise Refused("file_too_large", _("一次上传的文件合计超过 %(limit)s MB，请分几次上传。") % {"limit": most // 1024**2})
        with no_room():
            return checked(request, *args, **kwargs)

    return cast(View, take)
