"""What may lie in the tree: no machine's own paths, no secrets, no query without its sentence."""

import re
from pathlib import Path

TEXT = {".py", ".md", ".toml", ".txt", ".sql", ".po", ".story", ".html", ".css", ".js", ".json", ".example", ".yml", ""}
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users|tmp/bash)/[\w.-]")
TOKEN = re.compile(r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b")


def test_no_file_knows_a_path_of_the_machine_it_was_written_on(tree: list[Path], root: Path) -> None:
    found = [
        f"{path.relative_to(root)}:{number}"
        for path in tree
        if path.suffix in TEXT and path.name != "test_tree.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]

    assert found == []


def test_no_file_holds_what_looks_like_a_real_bot_token(tree: list[Path], root: Path) -> None:
    found = [
        str(path.relative_to(root)) for path in tree if path.suffix in TEXT and TOKEN.search(path.read_text("utf-8"))
    ]

    assert found == []


def test_every_query_has_a_sentence_of_intent(tree: list[Path], root: Path) -> None:
    found = [
        f"{path.relative_to(root)}: {name}"
        for path in tree
        if path.suffix == ".sql" and "migrations" not in path.parts
        for name in queries_without_intent(path.read_text("utf-8"))
    ]

    assert found == []


def test_a_query_without_its_sentence_is_noticed() -> None:
    text = "-- name: good\n-- Every open account.\nSELECT 1;\n\n-- name: bad [sqlite]\nSELECT 2;\n"

    assert queries_without_intent(text) == ["bad [sqlite]"]


def queries_without_intent(text: str) -> list[str]:
    """Names of the queries whose heading is not followed by a sentence."""
    return re.findall(r"^-- name: (.+)\n(?!-- \w.*\w)", text, re.MULTILINE)
