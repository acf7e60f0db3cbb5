"""The API as one object: its operations, its errors, its specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from wenqu.api import errors
from wenqu.api.operations import (
    divisions,
    households,
    imports,
    jobs,
    problems,
    reports,
    schemes,
    steps,
    verdicts,
)
from wenqu.api.schema.ledger import KIND, STATE
from wenqu.api.schema.schemes import CLASS

DESCRIPTION = """\
Registers, verdicts and problems of rural drinking-water safety 农村饮水安全, as JSON.

**Token.** Every request carries `Authorization: Bearer wq_…`. A token is made on the page /me/tokens/ for ONE duty 职责 of
its owner. A request sees what that duty sees, inside its division 区划, while the duty is held, the account is active and
the token is neither over nor revoked; it writes only where the token may write. Cookies are not looked at.

**Refusals** have one shape, `{"code", "message", "field"?}`. Branch on `code`; `message` is a Chinese sentence, or an English
one with `Accept-Language: en`. It is the same code and sentence as on the page for the same act.

**Lists** give `items` and `next`; pass `next` as `after` for the following page. `limit` is 200 at most. Unknown parameters are refused.

**Personal data.** Names and telephones are masked unless the duty sees them whole; identity numbers are always masked. Every look,
every write and every refusal stands in the audit log with `via` = `api`.

**Sending again.** Reads may be repeated. Steps of problems and reports carry a `key` of the caller's: the same request again gives
the same answer and does nothing twice. `confirm`, `check` and `undo` of imports are refused by state when sent twice and change nothing.
`POST /runs` and `POST /imports` make a new run or batch each time.

Days are ISO (`2026-02-28`), moments ISO with offset. Numbers of rows are counted, never estimated.
"""
TAGS = {
    "divisions": "The administrative tree 行政区划 with its codes by system.",
    "households": "Farm households 农户, their members and facts.",
    "schemes": "Water supply schemes 供水工程, who answers for them, whom they serve.",
    "verdicts": "Verdicts 评价结论 by the four indicators 四项指标, and runs 评价批次.",
    "problems": "The problem ledger 问题台账: problems, their loop of named steps, their reports.",
    "jobs": "Background jobs 后台任务 and their files.",
    "imports": "Registers by file 导入: upload, dry run, confirm, undo.",
}


# What a parameter means, where its type does not say it.
PARAMETERS = {
    "division": "A division 区划 of the area. In a list: everything at or below it, the division of the token's duty where left out.",
    "level": "Only divisions of this level: 1 province 省, 2 prefecture 市（州）, 3 county 县（区）, 4 town 乡镇（街道）, 5 village 村（社区）.",
    "limit": "How many items at most.",
    "overall": "Only households with this overall grade 综合: `safe` 安全, `basic` 基本安全, `unsafe` 不安全, `unknown` 未知.",
    "household": "A household 农户 of the area.", "scheme": "A scheme 供水工程 of the area.", "run": "A run 评价批次.", "problem": "A problem 问题.",
    "job": "A background job 后台任务.", "batch": "An import batch 导入批次.",
    "scheme_class": "Only schemes of this class 工程类型: " + CLASS.partition("; empty")[0] + ".",
    "gaps": "Only schemes of which one of the three responsibilities 三个责任 has no named person.",
    "kind": "Only problems of this kind 问题类别: " + KIND, "state": "`live` are those that are not closed. " + STATE,
    "subject": "Only problems of households 农户 or of schemes 供水工程.",
}


class Readable(JSONRenderer):
    """Chinese as Chinese: half the size of escapes, and legible in a log."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Api(NinjaAPI):
    """Django Ninja with a specification that says no more than what is so."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        spec = super().get_openapi_schema(**kwargs)
        for path in spec["paths"].values():
            for told in path.values():
                for parameter in told.get("parameters", []):
                    _tidy(parameter)
                for content in told.get("requestBody", {}).get("content", {}).values():
                    _no_empty_file(content["schema"])
        return spec


def _tidy(parameter: dict[str, Any]) -> None:
    """A parameter of an address is there or not: there is no null to send."""
    schema = parameter["schema"]
    kinds = [each for each in schema.pop("anyOf", []) if each.get("type") != "null"]
    for each in kinds:
        schema.update(each)
    if schema.get("default", "") is None:
        del schema["default"]
    parameter["description"] = schema.pop("description", "") or PARAMETERS[parameter["name"]]
    examples = schema.pop("examples", None)
    if examples:
        parameter["example"] = examples[0]


def _no_empty_file(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        if field.get("format") == "binary":
            field["minLength"] = 1


api = Api(
    title="Wenqu 问渠", version="1.0.0", description=DESCRIPTION, urls_namespace="api", docs_url=None, openapi_url=None,
    renderer=Readable(),
    openapi_extra={
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
    },
)
errors.install(api)
for room in (divisions, households, schemes, verdicts, problems, steps, reports, jobs, imports):
    api.add_router("/v1", room.router)
