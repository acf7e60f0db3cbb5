"""All words of the phone page, one dictionary. The page gets it in each language as a module of its own."""

from __future__ import annotations

from typing import Any

from wenqu.survey.phone.form_words import FORM
from wenqu.survey.phone.kept_words import KEPT
from wenqu.survey.phone.page_words import PAGE

WORDS: dict[str, Any] = {**PAGE, **KEPT, **FORM}
