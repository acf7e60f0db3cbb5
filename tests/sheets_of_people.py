"""The household sheet of the register tests, with the columns of accounts and remarks, for tests of other rooms."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent / "registers"))
from sheets import HOUSEHOLD_HEADERS, id_number, workbook  # noqa: E402
from sheets import person as _person  # noqa: E402

__all__ = ["HEADERS", "id_number", "person", "workbook"]
HEADERS = [*HOUSEHOLD_HEADERS, "银行账号", "备注"]


def person(number: str, **changed: Any) -> list[Any]:
    """One row with an account number and a remark."""
    account, remark = changed.pop("银行账号", None), changed.pop("备注", None)
    return [*_person(number, **changed), account, remark]
