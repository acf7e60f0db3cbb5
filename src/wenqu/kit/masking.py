"""What is shown of personal numbers: enough to tell people apart, not enough to use."""

from __future__ import annotations


def _keep(text: str, head: int, tail: int) -> str:
    """The first and last characters; all hidden where hardly anything would be."""
    text = text.strip()
    if len(text) < head + tail + 2:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def phone(text: str) -> str:
    """138****1234."""
    return _keep(text, 3, 4)


def identity(text: str) -> str:
    """110***********002X: also for 20- and 22-character disability numbers."""
    return _keep(text, 3, 4)
