"""The page of one error code: what it means, how it looks, every cause with what tells it, cures, what is near it."""

from __future__ import annotations

from types import ModuleType

from make_manual import cell, escape, fence, plain, table, when_words

from book.forms import forms
from book.shelves import examples, modules_of
from book.tells import tells
from xenferry.article import Cause, read
from xenferry.errors import catalogue, explain, shelf, versions

RELATED_MAX = 12


def family(code: str) -> str:
    """The folder that its (first) article lies in."""
    return modules_of()[code][0].__name__.split(".")[-2]


def headline(code: str) -> str:
    """What the code says, in a few words."""
    module = modules_of()[code][0]
    own = getattr(module, "SAYS", {}).get(code)
    return plain(code, own) if own else read(module).title


def page(code: str) -> str:
    """The whole page as Markdown, with what a search engine shows in its head."""
    about = headline(code).replace('"', "'")
    head = f'---\ntitle: "{code}"\ndescription: "{code}: {about}. Causes and cures on XCP-ng and XenServer."\n---\n\n'
    parts = [f"# {code}\n\n**{escape(headline(code))}.**\n", _parameters(code)]
    parts += [_article(code, module, several=len(modules_of()[code]) > 1) for module in modules_of()[code]]
    parts += [_beforehand(code), _versions(code), _raw(code), _related(code), _further(code)]
    return head + "\n".join(filter(None, parts))


def _parameters(code: str) -> str:
    names = catalogue.parameters(code) or ()
    return (
        f"Parameters, in order: {', '.join(f'`{name}`' for name in names)}.\n" if names else "It has no parameters.\n"
    )


def _article(code: str, module: ModuleType, *, several: bool) -> str:
    article, when = read(module), getattr(module, "WHEN", "")
    title = f"## {escape(article.title)}\n" if several else "## What it means\n"
    only = f"Only if {when_words(when)}.\n" if when else ""
    what = "".join(f"{escape(paragraph)}\n\n" for paragraph in article.what.split("\n\n"))
    kept = shelf.causes_of(module, code)
    causes = [(key, cause) for key, cause in zip(module.CAUSES, article.causes, strict=True) if key in kept]
    lines = [_cause(number, module, key, cause) for number, (key, cause) in enumerate(causes, 1)]
    ranked = "### Causes, the most likely first" if len(causes) > 1 else "### Cause"
    return "\n".join(filter(None, (title, only, what + ranked + "\n", *lines)))


def _cause(number: int, module: ModuleType, key: str, cause: Cause) -> str:
    text = cause.text[:1].upper() + cause.text[1:]
    told = "".join(f"    - *How to tell:* {escape(sentence)}\n" for sentence in tells(module, key))
    cures = "".join(
        f"    - *Cure:* {f'**{escape(fix.product)}:** ' if fix.product else ''}{escape(fix.text)}\n"
        for fix in cause.fixes
    )
    return f"{number}. **{escape(text)}**\n\n{told}{cures}"


def _beforehand(code: str) -> str:
    rules = dict.fromkeys(rule for module in modules_of()[code] for rule in getattr(module, "RULES", ()))
    if not rules:
        return "## Seen beforehand\n\nNo rule of `xenferry check` shows this before it happens.\n"
    links = "".join(f"- [{rule}](../rules/{rule}.md)\n" for rule in rules)
    return f"## Seen beforehand\n\n`xenferry check` shows this before it happens, as:\n\n{links}"


def _versions(code: str) -> str:
    texts = dict.fromkeys((code, *examples().get(code, ())))
    notes = dict.fromkeys(note for text in texts for one in explain(text)[:1] for note in one.notes)
    first = versions.first(code)
    since = "" if first else "XCP-ng 8.2 and 8.3 both have this code.\n\n"
    return f"## Versions\n\n{since}{''.join(f'- {escape(note)}' + chr(10) for note in notes)}"


def _raw(code: str) -> str:
    shown = "".join(f"{escape(form.where)}:\n\n{fence(form.text)}\n" for form in forms(code))
    return f"## How it is shown\n\n{shown}"


def _related(code: str) -> str:
    together = [other for module in modules_of()[code] for other in shelf.codes_of(module) if other != code]
    rules = {rule for module in modules_of()[code] for rule in getattr(module, "RULES", ())}
    near = [
        other
        for other, modules in modules_of().items()
        if rules & {rule for module in modules for rule in getattr(module, "RULES", ())}
        and other != code
        and family(other) == family(code)
    ]
    rows = [(f"[{other}]({other}.md)", cell(headline(other))) for other in list(dict.fromkeys([*together, *near]))]
    kin = f"[All errors of its family](family-{family(code)}.md).\n"
    return "## Related\n\n" + (f"{table(('code', 'what it says'), rows[:RELATED_MAX])}\n" if rows else "") + kin


def _further(code: str) -> str:
    see = dict.fromkeys(text for module in modules_of()[code] for text in read(module).see)
    listed = "".join(f"- {escape(text)}\n" for text in see)
    own = f"- In a terminal: `xenferry manual {code}`; with your own text: `xenferry explain`.\n"
    return f"## Further\n\n{own}{listed}"
