"""Done once a process instead of once an application: what each would do just the same.

Each test has an application of its own. Compiling its addresses and its templates anew, and
looking for garbage among all modules again and again, took more time than everything that the
tests ask of it.
"""

from __future__ import annotations

import functools
import gc
from typing import Any

from babel import Locale
from babel.support import Translations
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from kiosk import plugin

_rules: dict[Any, tuple[Any, ...]] = {}
_compile = Rule.compile
_load_catalog = Translations.load.__func__  # type: ignore[attr-defined]


def _compile_once(rule: Rule) -> None:
    """Give a rule what an equal rule of another application was compiled to."""
    assert rule.map is not None
    if rule.defaults:
        _compile(rule)
        return
    known = frozenset(rule.map.converters.items())
    key = (rule.rule, rule.subdomain, rule.host, rule.map.host_matching, rule.merge_slashes, known)
    if key not in _rules:
        _compile(rule)
        builders = (rule._build.__func__, rule._build_unknown.__func__)  # type: ignore[attr-defined]
        _rules[key] = (rule._parts, rule._trace, rule._converters, set(rule.arguments), builders)
        return
    parts, trace, converters, arguments, (build, build_unknown) = _rules[key]
    rule._parts, rule._trace, rule._converters = [*parts], [*trace], {**converters}
    rule.arguments |= arguments
    rule._build = build.__get__(rule, None)
    rule._build_unknown = build_unknown.__get__(rule, None)


@functools.cache
def _catalog(folder: str, locales: tuple[str, ...], domain: str) -> Any:
    return _load_catalog(Translations, folder, [*locales], domain)


def _load(folder: str, locales: Any = None, domain: str | None = None) -> Any:
    named = [locales] if isinstance(locales, str | Locale) else (locales or [])
    return _catalog(str(folder), tuple(str(one) for one in named), domain or "messages")


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
    """Compile an address once for all applications."""
    Rule.compile = _compile_once  # type: ignore[assignment, method-assign]


def catalogs() -> None:
    """Read a catalogue of translations once for all applications."""
    Translations.load = staticmethod(_load)  # type: ignore[assignment, method-assign]


def plugins() -> None:
    """Ask once which plugins are installed."""
    plugin.entry_points = functools.cache(plugin.entry_points)  # type: ignore[assignment, attr-defined]


def templates(app: Flask) -> None:
    """Compile a template once for all applications."""
    app.jinja_env.bytecode_cache = _templates
