"""The code that sets Collect up: base64(zlib(JSON)) of its settings."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any


def settings_of(server_url: str, project: str, person: str) -> dict[str, Any]:
    """What a phone is set to: our server, forms kept the same as ours, everything sent by itself."""
    return {
        "general": {
            "protocol": "odk_default", "server_url": server_url, "form_update_mode": "match_exactly", "periodic_form_updates_check": "every_one_hour",
            "autosend": "wifi_and_cellular", "high_resolution": False, "image_size": "small", "metadata_username": person, "app_language": "zh",
        },
        "admin": {"change_server": False},
        "project": {"name": project, "icon": "水", "color": "#1f6f9c"},
    }


def code_of(settings: dict[str, Any]) -> str:
    """The text that stands in the QR."""
    return base64.b64encode(zlib.compress(json.dumps(settings, ensure_ascii=False).encode())).decode()
