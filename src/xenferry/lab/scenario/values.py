"""The values a scenario writes: sizes, rates, times, addresses, lists."""

from __future__ import annotations

import ipaddress
import re

from xenferry.lab.scenario.lines import Line

UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "B": 1}
SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[KMGT]iB|B)")
SECONDS = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|min)")
PCI = re.compile(r"(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")


def size(line: Line, text: str) -> int:
    """`4GiB` in bytes."""
    match = SIZE.fullmatch(text)
    if not match:
        raise line.wrong(f"the size `{text}`", "a number with KiB, MiB, GiB or TiB, e.g. 4GiB")
    return int(float(match["number"]) * UNITS[match["unit"]])


def memory_range(line: Line, text: str) -> tuple[int, int]:
    """`1GiB..4GiB` or `4GiB` as lower and upper bound in bytes."""
    low, dots, high = text.partition("..")
    return size(line, low), size(line, high if dots else low)


def rate(line: Line, text: str) -> int:
    """`20MiB/s` in bytes per second."""
    if not text.endswith("/s"):
        raise line.wrong(f"the rate `{text}`", "a size per second, e.g. 20MiB/s")
    return size(line, text.removesuffix("/s"))


def seconds(line: Line, text: str) -> float:
    """`10s`, `250ms` or `2min` in seconds."""
    match = SECONDS.fullmatch(text)
    if not match:
        raise line.wrong(f"the time `{text}`", "a number with ms, s or min, e.g. 10s")
    return float(match["number"]) * {"ms": 0.001, "s": 1, "min": 60}[match["unit"]]


def number(line: Line, text: str) -> int:
    """A whole number."""
    if not re.fullmatch(r"-?\d+", text):
        raise line.wrong(f"`{text}`", "a whole number")
    return int(text)


def names(text: str) -> list[str]:
    """`a,b` as a list."""
    return [part.strip() for part in text.split(",") if part.strip()]


def interface(line: Line, text: str) -> ipaddress.IPv4Interface:
    """`192.0.2.11/24`; without a length, /24."""
    try:
        return ipaddress.IPv4Interface(text if "/" in text else f"{text}/24")
    except ValueError:
        raise line.wrong(f"the address `{text}`", "an IPv4 address such as 192.0.2.11/24") from None


def interface6(line: Line, text: str) -> ipaddress.IPv6Interface:
    """`2001:db8::11/64`."""
    try:
        if "/" in text:
            return ipaddress.IPv6Interface(text)
    except ValueError:
        pass
    raise line.wrong(f"the address `{text}`", "an IPv6 address with its length such as 2001:db8::11/64") from None


def pci_address(line: Line, text: str) -> str:
    """`04:00.0` or `0000:04:00.0` in the long form."""
    if not PCI.fullmatch(text):
        raise line.wrong(f"the PCI address `{text}`", "an address such as 04:00.0 or 0000:04:00.0")
    return text if len(text) == 12 else f"0000:{text}"


def mac_address(line: Line, text: str) -> str:
    """A MAC address in lower case."""
    if not MAC.fullmatch(text.lower()):
        raise line.wrong(f"the MAC address `{text}`", "six pairs of hex digits such as 3c:ec:ef:00:00:01")
    return text.lower()


def feature_set(line: Line, text: str) -> str:
    """A CPU feature set: words of eight hex digits joined by `-`."""
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{8})*", text):
        raise line.wrong(f"the feature set `{text}`", "words of eight lower-case hex digits joined with -")
    return text


def version(text: str) -> tuple[int, ...]:
    """`26.17.0` as numbers, for comparing; what is no number is dropped."""
    return tuple(int(part) for part in text.partition("-")[0].split(".") if part.isdigit())
