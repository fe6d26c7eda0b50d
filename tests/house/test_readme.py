"""What the README shows, works."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_ledger_in_ten_lines_pays_priya(tmp_path: Path) -> None:
    """The code block is run as it stands, in an empty directory."""
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "ten_lines.py").write_text(code, "utf-8")

    said = subprocess.run(
        [sys.executable, "ten_lines.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "Captured(" in said
    assert "posted=Money(minor_units=20000, currency='INR')" in said


def test_every_file_that_is_linked_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not link.startswith("http")]

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_target_it_names_exists() -> None:
    targets = set(re.findall(r"^\$ make ([a-z-]+)", README, re.MULTILINE))

    assert targets <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
