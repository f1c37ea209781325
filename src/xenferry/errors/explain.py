"""From a paste to explanations: read, find the article, weigh its causes, tell what happened."""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import ModuleType
from typing import TYPE_CHECKING

from xenferry import article
from xenferry.errors import catalogue, numbers, shelf, versions, words
from xenferry.errors.evidence import Evidence, Verdict, declared
from xenferry.errors.explanation import Cause, Explanation, Parameter, Remedy, Source
from xenferry.errors.look import Look
from xenferry.errors.order import by_importance
from xenferry.errors.reading import Reading, read
from xenferry.errors.reading.clean import is_handle

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot

Weigh = Callable[[Reading, Look], Evidence]

_ORDER = {Verdict.SUPPORTS: 0, Verdict.CANNOT_TELL: 1, Verdict.CONTRADICTS: 2}
_LONGEST = 200_000
"""Characters above which only the parts of a text that may hold an error are read."""


def explain(text: str, snapshot: Snapshot | None = None) -> tuple[Explanation, ...]:
    """Every error in a text, explained, each once, the likely root before what came of it.

    With a snapshot of the pool, references and UUIDs become names and the causes are ordered by what the pool shows.
    A text in which nothing is recognised gives an empty tuple. Never raises, whatever the text. Of a text of more than
    200,000 characters only the lines around signs of an error are read; places are then places in those.
    """
    if len(text) > _LONGEST:
        from xenferry.errors.reading.sieve import pick

        text = pick(text.encode("utf-8", "surrogatepass"))
    look = Look(snapshot)
    return tuple(explain_reading(reading, look) for reading in by_importance(read(text)))


def explain_reading(reading: Reading, look: Look) -> Explanation:
    """One error explained."""
    module = shelf.find(reading)
    if module is not None:
        return _from_article(reading, look, module)
    known = catalogue.parameters(reading.code) is not None
    return Explanation(
        code=reading.code,
        source=Source.CATALOGUE if known else Source.UNKNOWN,
        title="There is no article on this error yet" if known else "This error is not known",
        happened=words.tell(reading, look, _bare_clause(reading, known)),
        parameters=_parameters(reading, look),
        notes=versions.notes(reading, look),
        reading=reading,
    )


def _from_article(reading: Reading, look: Look, module: ModuleType) -> Explanation:
    written = article.read(module)
    causes = [
        Cause(
            key=key,
            text=cause.text[:1].upper() + cause.text[1:],
            remedies=tuple(Remedy(fix.text, fix.product) for fix in cause.fixes),
            tell=cause.tell,
            evidence=_weigh(module, key)(reading, look),
        )
        for key, cause in zip(module.CAUSES, written.causes, strict=True)
        if key in shelf.causes_of(module, reading.code)
    ]
    return Explanation(
        code=reading.code,
        source=Source.FAMILY if shelf.is_family(module) else Source.ARTICLE,
        title=written.title,
        happened=words.tell(reading, look, shelf.says(module, reading.code) or written.title),
        what=written.what,
        parameters=_parameters(reading, look),
        causes=tuple(sorted(causes, key=lambda cause: _ORDER[cause.evidence.verdict])),
        notes=versions.notes(reading, look),
        rules=tuple(getattr(module, "RULES", ())),
        reading=reading,
    )


def _weigh(module: ModuleType, key: str) -> Weigh:
    """A cause's own function; else the words that the module's WORDS declare for it."""
    own: Weigh | None = getattr(module, "evidence_" + key.replace("-", "_"), None)
    if own is not None:
        return own
    signs: Collection[str] = getattr(module, "WORDS", {}).get(key, ())
    return lambda reading, _look: declared(reading, signs)


def _bare_clause(reading: Reading, known: bool) -> str:
    """For an error without an article. Braces in texts from outside must not be taken for fields."""
    number = reading.code.removeprefix("SR_BACKEND_FAILURE_")
    short = catalogue.storage_name(int(number)) if number.isdigit() else ""
    if short:
        said = f" ({reading.text})" if reading.text else ""
        sentence = f"the storage driver stopped with its error {number}, {short}{said}"
    elif known:
        sentence = f"XAPI answered {reading.code}"
    else:
        sentence = f"the answer was {reading.code}, a code that neither XAPI 26.17 nor its storage drivers have"
    return sentence.replace("{", "{{").replace("}", "}}")


def _parameters(reading: Reading, look: Look) -> tuple[Parameter, ...]:
    declared = catalogue.parameters(reading.code) or ()
    if reading.code.startswith("SR_BACKEND_FAILURE"):
        return ()
    return tuple(
        Parameter(role=declared[at] if at < len(declared) else "", value=value, meaning=_meaning(value, look))
        for at, value in enumerate(reading.params)
        if value
    )


def _meaning(value: str, look: Look) -> str:
    if is_handle(value):
        found = look.find(value)
        return f"{found[0]} '{look.snapshot.name(found[1].ref)}'" if found and look.snapshot else ""
    return numbers.as_size(value) if value.isdigit() and len(value) >= 7 else ""
