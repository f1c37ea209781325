"""The articles: one error, or one family of errors that have the same reasons, per file; found by walking."""
