"""The specification as a page shows it: operations by tag, their parameters, what they give."""

from __future__ import annotations

from typing import Any


def sections_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """One section for each tag, its operations in the order of their addresses."""
    sections: dict[str, dict[str, Any]] = {
        tag["name"]: {"name": tag["name"], "description": tag["description"], "operations": []} for tag in spec["tags"]
    }
    for path, methods in spec["paths"].items():
        for method, told in methods.items():
            sections[told["tags"][0]]["operations"].append(_operation(spec, path, method, told))
    return list(sections.values())


def paragraphs_of(text: str) -> list[dict[str, str]]:
    """The paragraphs of a description without its marks, each with the words that it begins with in bold."""
    found = []
    for part in _plain(" ".join(text.split("\n"))).split("  "):
        lead, _stars, rest = part.removeprefix("**").partition("**") if part.startswith("**") else ("", "", part)
        found.append({"lead": lead, "text": rest.strip()})
    return [each for each in found if each["lead"] or each["text"]]


def _plain(text: str) -> str:
    return text.replace("`", "")


def _operation(spec: dict[str, Any], path: str, method: str, told: dict[str, Any]) -> dict[str, Any]:
    responses = told["responses"]
    good = next(code for code in responses if int(code) < 300)
    return {
        "id": told["operationId"], "method": method.upper(), "path": path, "summary": told["summary"],
        "paragraphs": paragraphs_of(told.get("description", "")),
        "parameters": [_field(spec, each["name"], each["schema"], each.get("required", False), each.get("description", ""), each.get("example")) for each in told.get("parameters", [])],
        "body": _body(spec, told.get("requestBody")),
        "gives": _fields(spec, _schema_in(responses[good])), "status": good,
        "refusals": [{"code": code, "text": _plain(each["description"])} for code, each in responses.items() if int(code) >= 400],
    }


def _body(spec: dict[str, Any], body: dict[str, Any] | None) -> list[dict[str, Any]]:
    return _fields(spec, _schema_in(body)) if body else []


def _schema_in(told: dict[str, Any]) -> dict[str, Any]:
    for content in told.get("content", {}).values():
        return dict(content["schema"])
    return {}


def _resolved(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**spec["components"]["schemas"][name], **{k: v for k, v in schema.items() if k != "$ref"}} if name else schema


def _fields(spec: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    """The fields of an object and of the objects inside it, indented."""
    schema = _resolved(spec, schema)
    required = schema.get("required", [])
    rows = []
    for name, field in schema.get("properties", {}).items():
        rows.append(_field(spec, name, field, name in required, "") | {"depth": depth})
        rows += _fields(spec, _inside(spec, field), depth + 1) if depth < 3 else []
    return rows


def _inside(spec: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    """The object that a field holds, one or many of."""
    field = _resolved(spec, field)
    for each in field.get("anyOf", []):
        if "$ref" in each:
            return _resolved(spec, each)
    return _resolved(spec, field["items"]) if "items" in field else field


def _field(spec: dict[str, Any], name: str, schema: dict[str, Any], required: bool, text: str, example: Any = None) -> dict[str, Any]:
    resolved = _resolved(spec, schema)
    example = next(iter(resolved.get("examples", [])), example)
    return {
        "name": name, "kind": _kind(spec, schema), "required": required, "depth": 0,
        "text": _plain(text or resolved.get("description", "")), "example": "" if example is None else str(example),
    }


def _kind(spec: dict[str, Any], schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(spec, each) for each in schema["anyOf"]))
    resolved = _resolved(spec, schema)
    if "enum" in resolved:
        return " | ".join(str(each) for each in resolved["enum"])
    if "const" in resolved:
        return repr(resolved["const"])
    if resolved.get("type") == "array":
        return f"[{_kind(spec, resolved['items'])}]"
    return str(resolved.get("format") or resolved.get("type", ""))
