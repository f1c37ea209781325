"""The articles: one error, or one family of errors that have the same reasons, per file; found by walking.

A module's docstring is the article (xenferry.article). Beside it stand:

CODES: the codes it is about. SAID: the clause that tells what happened, with fields of `words.Fields` in braces.
SAYS: instead of both, a clause for each code.
CAUSES: a key for each cause in the docstring, in its order; keys are published and never change their meaning.
ONLY: causes that only some of the codes can have. WORDS: words in the parameters that speak for a cause.
evidence_KEY: a function that weighs a cause by the text and the pool, instead of WORDS.
RULES: the findings of `xenferry check` that show the trouble beforehand.
WHEN: words that a driver's detail must hold for this article.

Modules in `families` are about a whole family of codes, a sentence for each.
"""
