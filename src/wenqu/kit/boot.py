"""Load the web framework for a command."""

from __future__ import annotations

import os
import sys


def setup() -> None:
    """Set Django up; a bad setting is one clear line, not a traceback."""
    from wenqu.kit.env import BadSetting

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenqu.settings")
    import django

    try:
        django.setup()
    except BadSetting as error:
        sys.exit(f"设置有误：{error}")
    from wenqu.kit.audit import all_comes

    all_comes("command")
