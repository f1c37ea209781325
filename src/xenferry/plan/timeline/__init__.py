"""A plan over time: `rows` says when what is expected to run, `layout` where that stands on paper, `svg` draws it."""
