"""The expressions of a form: text -> tree of lists -> text.

A tree is a number, a text, or a list that begins with its kind: ``["+", a, b]`` and the other operators of
``OPERATORS``; ``["neg", a]``; ``["var", name]`` for ``${name}``; ``["path", from, step, ...]``; else the name of a
function of ``supported.FUNCTIONS`` with its arguments. ``from`` is ``"/"``, ``"."``, ``["current"]`` or
``["instance", id]``; a step is ``"name"``, ``".."`` or ``["name", predicate, ...]``.
"""

from wenqu.forms.xpath.errors import XPathError
from wenqu.forms.xpath.parser import parse
from wenqu.forms.xpath.printing import text_of
from wenqu.forms.xpath.trees import Tree

__all__ = ["Tree", "XPathError", "parse", "text_of"]
