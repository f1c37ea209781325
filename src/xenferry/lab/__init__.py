"""An embedded pool that behaves like a real one, for rehearsals, tests and the demo."""
