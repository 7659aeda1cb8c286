"""Done once a process instead of once an application: what each would do just the same.

Each test has an application of its own. Compiling its addresses and its templates anew, and
looking for garbage among all modules again and again, took more time than everything that the
tests ask of it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_builders: dict[Any, Callable[..., tuple[str, str]]] = {}
_compile_builder = Rule._compile_builder


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Return what builds a rule's address: a function of the rule's text alone."""
    if rule.defaults:
        return _compile_builder(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


class _Templates(BytecodeCache):
    """Compiled templates by name; a changed source has another checksum."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_templates = _Templates()


def modules() -> None:
    """Never look for garbage among what is imported by now, and more rarely for other."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def addresses() -> None:
    """Compile the builder of an address once."""
    Rule._compile_builder = _builder  # type: ignore[assignment, method-assign]


def templates(app: Flask) -> None:
    """Compile a template once for all applications."""
    app.jinja_env.bytecode_cache = _templates
