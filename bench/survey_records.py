"""Records of a survey as a phone writes them: every question of the version in its place, the answers by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

# A household check filled to its end. What stands in braces differs from record to record.
HOUSEHOLD_CHECK = {
    "start": "2026-07-01T09:00:00.000+08:00", "end": "2026-07-01T09:12:00.000+08:00", "today": "2026-07-01", "deviceid": "collect:a1b2c3d4e5f6",
    "household": "{household}", "persons": "{persons}", "source": "spring", "mode": "{mode}", "timing": "timed", "times_per_day": "2", "piped": "{piped}",
    "decentralised": "no", "litres_household_day": "{litres}", "litres_per_person_day": "{litres_head}", "short_days": "{short_days}",
    "longest_short_spell_days": "{spell}", "short_months": "m01 m02 m12", "odd": "no", "sensory_ok": "yes", "disinfection": "plant", "charge": "ton",
    "price_ton": "2.5", "paid": "yes", "card": "yes", "knows_responsible": "yes", "satisfaction": "good", "suggestions": "冬天水管会冻，希望把入户管埋深一些。",
    "photo_tap": "{photo}", "place": "34.1512345 109.3212345 1032.5 4.8", "instanceID": "{instance}",
}
PLAIN = {"persons": "4", "mode": "piped", "piped": "yes", "litres": "240", "litres_head": "60", "short_days": "6", "spell": "2", "photo": ""}


def template(plan: Mapping[str, Any], answers: Mapping[str, str]) -> str:
    """The record of a plan, to be finished by `str.format`. A name that the plan does not ask for is an error: forms change."""
    left = set(answers)

    def write(nodes: list[dict[str, Any]]) -> str:
        out = []
        for node in nodes:
            name = node["path"].rpartition("/")[2]
            if node["kind"] in {"note", "repeat"}:
                continue
            left.discard(name)
            text = write(node["children"]) if node["kind"] == "group" else _escaped(answers.get(name, ""))
            tag = f"orx:{name}" if "/meta" in node["path"] else name
            out.append(f"<{tag}>{text}</{tag}>" if text else f"<{tag}/>")
        return "".join(out)

    root, form = plan["form"]["root"], plan["form"]
    body = write(plan["nodes"])
    if left:
        raise SystemExit(f"the form does not ask for {sorted(left)}")
    spaces = 'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"'
    return (
        f"<?xml version='1.0' ?><{root} {spaces} id={quoteattr(form['id'])} version={quoteattr(form['version'])}>"
        f"{body}</{root}>"
    )


def _escaped(text: str) -> str:
    return text if text.startswith("{") else escape(text).replace("{", "{{").replace("}", "}}")
