"""The page of one rule: what it finds, causes, cures, the pool that shows it, and the errors that it foretells."""

from __future__ import annotations

from importlib import import_module

from make_manual import body, cell, escape, table

from book.error import headline
from book.shelves import modules_of
from xenferry.plan import remedies
from xenferry.rules import catalogue


def subject(code: str) -> str:
    """The folder that the rule lies in."""
    return catalogue.modules()[code].__name__.split(".")[-2]


def page(code: str) -> str:
    """The whole page as Markdown."""
    article = catalogue.article(code)
    about = article.title.replace('"', "'")
    head = f'---\ntitle: "{code}"\ndescription: "{about}: what `xenferry check` finds, with causes and cures."\n---\n\n'
    foretold = [
        error
        for error, modules in modules_of().items()
        if any(code in getattr(module, "RULES", ()) for module in modules)
    ]
    rows = [(f"[{error}](../errors/{error}.md)", cell(headline(error))) for error in foretold]
    parts = (
        f"# {code}\n\n**{escape(article.title)}.**\n",
        f"A finding of `xenferry check` about: {subject(code)}.\n",
        body(article),
        _cure(code),
        f"## What happens otherwise\n\n{table(('error', 'what it says'), rows)}" if rows else "",
    )
    return head + "\n".join(filter(None, parts))


def _cure(code: str) -> str:
    if code in remedies.codes():
        return f"`xenferry cure {code}` shows the remedy as a plan and carries it out after your yes.\n"
    return "Only a person can put it right.\n"


def index() -> str:
    """All rules by subject."""
    text = f"# Findings\n\nWhat `xenferry check` and `xenferry matrix` find: {len(catalogue.modules())} rules.\n"
    for each in catalogue.SUBJECTS:
        about = (import_module(f"xenferry.rules.{each}").__doc__ or "").split("\n\n")[0].replace("\n", " ")
        codes = [code for code in catalogue.modules() if subject(code) == each]
        rows = [(f"[{code}]({code}.md)", cell(catalogue.article(code).title)) for code in codes]
        text += f"\n## {each}\n\n{escape(about)}\n\n{table(('finding', 'what it is'), rows)}"
    return text
