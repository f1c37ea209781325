"""The pages. Each module gives its `ROUTES`; they are found by walking."""
