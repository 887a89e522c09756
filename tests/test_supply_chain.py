"""What is installed is what was tried: exact versions with hashes, bounds for all, licences that we may use."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.markers import Marker

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
LICENCES = ROOT / "LICENSES" / "dependencies.tsv"
ALLOWED = frozenset(
    [
        "MIT",
        "MIT-0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "0BSD",
        "ISC",
        "Apache-2.0",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
        "Unlicense",
        "CNRI-Python",
        "BSL-1.0",
        "CC0-1.0",
        "Artistic",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
    ]
)
# What packages call these in their metadata where they do not use SPDX.
NAMES = {
    "MIT License": "MIT",
    "MIT license": "MIT",
    "BSD License": "BSD",
    "BSD 2-Clause License": "BSD-2-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Artistic License": "Artistic",
    "The BSD 2-Clause License": "BSD-2-Clause",
    "Apache License 2.0": "Apache-2.0",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "GNU LGPL v3+": "LGPL-3.0-only",
}


SILENT = {"mlcroissant": "Apache-2.0"}  # whose metadata says nothing: as its repository's LICENSE has it


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, tuple[str, list[str]]]:
    """Package -> version and sha256 of its files, as constraints.txt has them for this Python."""
    found = {}
    for block in re.split(r"\n(?=[a-zA-Z])", CONSTRAINTS.replace("\\\n", " ")):
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)(?: *; *([^-#]+?) +--)?", block)
        if match and (match[3] is None or Marker(match[3]).evaluate()):
            found[canonical(match[1])] = (match[2], re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block))
    return found


def installed() -> dict[str, importlib.metadata.Distribution]:
    found = {canonical(d.name): d for d in importlib.metadata.distributions()}
    return {name: d for name, d in found.items() if name not in ("qingwen", "pip")}


def licence(of: importlib.metadata.Distribution) -> str:
    """SPDX expression of a package, from its metadata; its first licence classifier where the field holds a text."""
    told = (of.metadata.get("License-Expression") or of.metadata.get("License") or "").strip()
    classifiers = [c.split(" :: ")[-1] for c in of.metadata.get_all("Classifier") or [] if c.startswith("License ::")]
    classifiers = [c for c in classifiers if c != "DFSG approved"]
    if not told or len(told) > 60:
        told = classifiers[0] if classifiers else ""
    return NAMES.get(told, told) or SILENT.get(canonical(of.metadata["Name"]), "")


def may_be_used(expression: str) -> bool:
    """Whether an SPDX expression leaves a choice that is allowed; one with brackets only where all in it are."""
    parts = [expression] if "(" in expression else re.split(r"\bOR\b", expression)
    choices = [re.findall(r"[\w.+-]+", part) for part in parts]
    return any(
        names and all(name in ALLOWED for name in names if name not in ("AND", "OR", "WITH")) for names in choices
    )


def test_every_version_is_exact_and_has_hashes() -> None:
    assert len(pins()) > 150
    assert all(hashes for _, hashes in pins().values())
    assert not re.search(r"https?:|index-url|find-links", CONSTRAINTS)


def test_what_is_installed_is_what_stands_there() -> None:
    if not (Path(sys.prefix) / ".built-dev").exists():
        pytest.skip("this environment was not made by scripts/setup.sh dev")
    known = pins()
    wrong = {n: d.version for n, d in installed().items() if d.version != known.get(n, ("none", []))[0]}
    assert not wrong


def test_every_dependency_has_both_bounds() -> None:
    listed = [*PROJECT["dependencies"], *(d for extra in PROJECT["optional-dependencies"].values() for d in extra)]
    unbounded = [d for d in listed if not (re.search(r">=\d", d) and re.search(r"<\d", d))]
    assert not unbounded


def test_every_licence_is_known_and_may_be_used() -> None:
    known = dict(line.split("\t") for line in LICENCES.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    changed = {n: licence(d) for n, d in installed().items() if n in known and licence(d) != known[n]}
    missing = {n: licence(d) for n, d in installed().items() if n not in known}
    assert not missing and not changed, "look at them, then write them into LICENSES/dependencies.tsv"
    assert [name for name, told in known.items() if not may_be_used(told)] == []


@pytest.mark.parametrize(("expression", "may"), [("MIT", True), ("GPL-3.0-only", False)])
def test_an_expression(expression: str, may: bool) -> None:
    assert may_be_used(expression) is may
    assert not may_be_used("") and may_be_used(f"{expression} OR Apache-2.0")
    assert may_be_used(f"{expression} AND MIT") is may


class TestSetUp:
    """scripts/setup.sh on a project of our own, without a registry."""

    BACKEND = """
import zipfile
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "qingwen-0.1-py3-none-any.whl"
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as file:
        about = "qingwen-0.1.dist-info"
        file.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\\nName: qingwen\\nVersion: 0.1\\nRequires-Dist: tiny\\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        file.writestr(f"{about}/RECORD", "")
    return name
build_wheel = build_editable
"""

    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        (tmp_path / "scripts").mkdir()
        shutil.copy(ROOT / "scripts" / "setup.sh", tmp_path / "scripts" / "setup.sh")
        (tmp_path / "backend.py").write_text(self.BACKEND)
        (tmp_path / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            '[project]\nname = "qingwen"\nversion = "0.1"\ndependencies = ["tiny"]\n'
        )
        (tmp_path / "wheels").mkdir()
        with zipfile.ZipFile(tmp_path / "wheels" / "tiny-1.0-py3-none-any.whl", "w") as file:
            file.writestr("tiny.py", "")
            file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
            file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            file.writestr("tiny-1.0.dist-info/RECORD", "")
        return tmp_path

    def set_up(self, project: Path, digest: str) -> subprocess.CompletedProcess[str]:
        (project / "constraints.txt").write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest}\n")
        here = {"UV_OFFLINE": "1", "UV_FIND_LINKS": str(project / "wheels"), "UV_NO_INDEX": "1", "UV_NO_CACHE": "1"}
        return subprocess.run(
            ["sh", "scripts/setup.sh"],
            cwd=project,
            env={**os.environ, **here, "PYTHON": sys.executable},
            capture_output=True,
            text=True,
        )

    def test_only_files_with_the_right_hash_are_installed(self, project: Path) -> None:
        if subprocess.run(["sh", "-c", "uv --version"], capture_output=True).returncode:
            pytest.skip("there is no uv here, and pip would have to fetch it")
        right = hashlib.sha256((project / "wheels" / "tiny-1.0-py3-none-any.whl").read_bytes()).hexdigest()
        wrong = self.set_up(project, "0" * 64)
        assert wrong.returncode and "hash" in wrong.stderr.lower()
        assert not (project / ".venv" / ".built-plain").exists()
        good = self.set_up(project, right)
        assert good.returncode == 0, good.stderr
        assert (project / ".venv" / ".built-plain").exists()
