"""The filter language of `get_all_records_where`, e.g. `field "power_state" = "Running" and not (field "uuid" = "x")`.

Values are compared as the strings XAPI's database keeps; that is exact for strings, enums, references, booleans and
numbers. Comparing whole sets or maps is not simulated and answers NOT_IMPLEMENTED.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from xenferry.lab.error import LabError

Predicate = Callable[[Mapping[str, Any]], bool]
_WORDS = re.compile(r'\s*(?:(field)\s*"([^"]*)"|"([^"]*)"|(true|false|not|and|or)\b|([()=]))')


def select(expression: str, rows: Mapping[str, Mapping[str, Any]], cls: str) -> dict[str, Any]:
    """The records for which the expression holds. Raises INVALID_VALUE, INTERNAL_ERROR [missing field; name; ""]."""
    holds = _Parser(expression, cls).parse()
    return {ref: dict(record) for ref, record in rows.items() if holds(record)}


class _Parser:
    """Recursive descent over the words; `or` binds weaker than `and`, `and` weaker than `not`."""

    def __init__(self, text: str, cls: str) -> None:
        self._text = text
        self._cls = cls
        self._words = self._lex()

    def parse(self) -> Predicate:
        result = self._either()
        if self._words:
            raise self._bad_syntax()
        return result

    def _lex(self) -> list[tuple[str, str]]:
        words, rest = [], self._text.strip()
        while rest:
            match = _WORDS.match(rest)
            if match is None:
                raise LabError("INVALID_VALUE", self._text, 'Failure("lexing: empty token")')
            field, name, literal, keyword, sign = match.groups()
            kind, value = ("field", name) if field else ("text", literal) if literal is not None else ("", "")
            words.append((kind or keyword or sign, value))
            rest = rest[match.end() :].strip()
        return words

    def _bad_syntax(self) -> LabError:
        return LabError("INVALID_VALUE", self._text, "Xapi_database.Db_filter_parse.MenhirBasics.Error")

    def _take(self, *kinds: str) -> tuple[str, str]:
        if not self._words or self._words[0][0] not in kinds:
            raise self._bad_syntax()
        return self._words.pop(0)

    def _next_is(self, kind: str) -> bool:
        return bool(self._words) and self._words[0][0] == kind

    def _either(self) -> Predicate:
        left = self._both()
        while self._next_is("or"):
            self._take("or")
            left = _any_of(left, self._both())
        return left

    def _both(self) -> Predicate:
        left = self._single()
        while self._next_is("and"):
            self._take("and")
            left = _all_of(left, self._single())
        return left

    def _single(self) -> Predicate:
        kind, value = self._take("true", "false", "not", "(", "field", "text")
        if kind == "not":
            inner = self._single()
            return lambda record: not inner(record)
        if kind == "(":
            whole = self._either()
            self._take(")")
            return whole
        if kind in ("true", "false"):
            return lambda _record: kind == "true"
        self._take("=")
        left, right = self._value(kind, value), self._value(*self._take("field", "text"))
        return lambda record: left(record) == right(record)

    def _value(self, kind: str, value: str) -> Callable[[Mapping[str, Any]], str]:
        if kind == "text":
            return lambda _record: value
        return lambda record: self._field(record, value)

    def _field(self, record: Mapping[str, Any], name: str) -> str:
        key = name.replace("__", "_")
        if key not in record:
            raise LabError("INTERNAL_ERROR", "missing field", name, "")
        value = record[key]
        if isinstance(value, list | dict):
            raise LabError("NOT_IMPLEMENTED", f"{self._cls}.get_all_records_where comparing the whole of {key}")
        return str(value).lower() if isinstance(value, bool) else str(value)


def _any_of(left: Predicate, right: Predicate) -> Predicate:
    return lambda record: left(record) or right(record)


def _all_of(left: Predicate, right: Predicate) -> Predicate:
    return lambda record: left(record) and right(record)
