"""Reading XML-RPC requests, with expat; document types and entities of one's own are refused, depth is limited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from xenferry.lab.wire.message import Message, Unreadable, quote

DEPTH_MAX = 64
_BLANK = " \t\r\n"


@dataclass
class Element:
    tag: str
    text: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def content(self) -> str:
        return "".join(self.text)


def parse(body: bytes) -> Message:
    """Raises Unreadable."""
    root = read_tree(body)
    if root.tag != "methodCall":
        raise _unexpected(f"open_tag({root.tag})", "open_tag(methodCall)")
    name, params = _child(root, 0, "methodName"), _child(root, 1, "params")
    if not name.content:
        raise _unexpected("open_tag(params)", "open_tag(methodCall)")
    return Message(name.content, [_param(param) for param in params.children], "xml")


def read_tree(body: bytes) -> Element:
    """The document's root. Raises Unreadable with the place, as line:column."""
    top = Element("")
    open_elements = [top]
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, _attributes: dict[str, str]) -> None:
        if len(open_elements) > DEPTH_MAX:
            raise Unreadable(f"Xmlm.Error({_place(parser)}, {quote('maximal buffer size exceeded')})")
        element = Element(tag)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def refuse(*_declaration: Any) -> None:
        raise Unreadable(f"Xmlm.Error({_place(parser)}, {quote('illegal character sequence')})")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _tag: open_elements.pop()
    parser.CharacterDataHandler = lambda text: open_elements[-1].text.append(text)
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    _feed(parser, body)
    return top.children[0]


def _feed(parser: expat.XMLParserType, body: bytes) -> None:
    if body.strip() and not body.lstrip().startswith(b"<"):
        raise Unreadable(f"Xmlm.Error(1:1, {quote('expected root element')})")
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        text = _XMLM.get(error.code, "expected root element")
        raise Unreadable(f"Xmlm.Error({error.lineno}:{error.offset + 1}, {quote(text)})") from error


_XMLM = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]: "unexpected end of input",
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN]: "unexpected end of input",
    expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]: "expected end tag",
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: "malformed character stream",
}


def _place(parser: expat.XMLParserType) -> str:
    return f"{parser.CurrentLineNumber}:{parser.CurrentColumnNumber + 1}"


def _child(element: Element, index: int, tag: str) -> Element:
    if len(element.children) <= index:
        raise Unreadable(f"Xmlrpc.Parse_error({quote('close_tag')}, {quote('open_tag')}, _)")
    if element.children[index].tag != tag:
        raise _unexpected(f"open_tag({element.children[index].tag})", f"open_tag({tag})")
    return element.children[index]


def _param(param: Element) -> Any:
    return _value(_child(param, 0, "value"))


def _value(value: Element) -> Any:
    if not value.children:
        return value.content
    kind = value.children[0]
    read = _KINDS.get(kind.tag)
    if read is None:
        raise _unexpected(f"open_tag({kind.tag})", "open_tag(value)")
    try:
        return read(kind)
    except ValueError as error:
        raise Unreadable(f"Failure({quote(str(error))})") from error


def _array(element: Element) -> list[Any]:
    return [_value(value) for value in _child(element, 0, "data").children]


def _struct(element: Element) -> dict[str, Any]:
    return {_child(member, 0, "name").content: _value(_child(member, 1, "value")) for member in element.children}


def _boolean(element: Element) -> bool:
    return bool(int(element.content.strip(_BLANK)))


def _int(element: Element) -> int:
    return int(element.content.strip(_BLANK))


_KINDS: dict[str, Callable[[Element], Any]] = {
    "string": lambda element: element.content,
    "dateTime.iso8601": lambda element: element.content,
    "base64": lambda element: element.content,
    "int": _int,
    "i4": _int,
    "i8": _int,
    "boolean": _boolean,
    "double": lambda element: float(element.content),
    "nil": lambda _element: None,
    "array": _array,
    "struct": _struct,
}


def _unexpected(seen: str, wanted: str) -> Unreadable:
    return Unreadable(f"Xmlrpc.Parse_error({quote(seen)}, {quote(wanted)}, _)")
