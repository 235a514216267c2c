"""What the pages and docstrings name is there: a method that is gone is found here, not by the reader."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("voiceassist", "models", "ui")


def members() -> dict[str, set[str]]:
    """Every class of the program, and all names that are defined or used as an attribute in its body."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (path for folder in CODE for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                for part in ast.walk(node):
                    if isinstance(part, ast.FunctionDef):
                        found[node.name].add(part.name)
                    elif isinstance(part, ast.Attribute):
                        found[node.name].add(part.attr)
                    elif isinstance(part, ast.Name):
                        found[node.name].add(part.id)
    return found


def test_every_method_named_as_class_and_method_exists() -> None:
    known = members()
    texts = [path for folder in CODE for kind in ("*.py", "*.md") for path in (ROOT / folder).rglob(kind)]
    texts += [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    missing = [
        f"{path.relative_to(ROOT)}: {owner}.{name}"
        for path in texts
        for owner, name in re.findall(r"`([A-Z]\w+)\.(\w+)", path.read_text(encoding="utf-8"))
        if owner in known and name not in known[owner]
    ]
    assert missing == []
