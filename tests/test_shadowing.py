"""A folder of the user's own called like one of our packages is told in one line, with the way out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("regular", [True, False], ids=["package", "folder"])
@pytest.mark.parametrize(
    ("shadow", "code"), [("schemas", "from cleaners import clean_page"), ("cleaners", "import flows")]
)
def test_what_shadows_is_named(tmp_path: Path, shadow: str, code: str, regular: bool) -> None:
    folder = tmp_path / shadow
    folder.mkdir()
    if regular:
        (folder / "__init__.py").write_text("")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    told = done.stderr.strip().splitlines()[-1] if done.stderr else ""
    if done.returncode:  # an installed copy is found before a mere folder, an editable one behind it
        assert told.startswith("ImportError: ") and str(folder) in told and "-P" in told
    else:
        assert not regular
    free = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert free.returncode == 0, free.stderr
