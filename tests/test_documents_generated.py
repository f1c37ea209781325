"""The generated pages of docs/ are those that the program would write now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def manual() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_manual", ROOT / "tools" / "make_manual.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["make_manual"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_generated_page_is_up_to_date(manual: ModuleType) -> None:
    pages = manual.pages()
    assert {"rules.md", "errors.md", "lab-calls.md"} < pages.keys()
    old = [path for path, text in pages.items() if (ROOT / "docs" / path).read_text("utf-8") != text]
    assert not old, f"run `make docs`: {old}"


def test_no_page_is_left_over(manual: ModuleType) -> None:
    assert manual.left_over(ROOT / "docs") == []
