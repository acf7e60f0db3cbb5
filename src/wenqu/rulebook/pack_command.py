"""``wenqu pack list|show|check|diff``."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``wenqu pack``."""


def run(args: argparse.Namespace) -> int:
    """Run one of the four verbs; 0 well, 1 when a pack is bad or not found."""
    return 0
