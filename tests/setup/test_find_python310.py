"""Where the set-up looks for a Python 3.10, and in which order."""

import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "setup" / "find-python310"


def program(path: Path, exit_code: int) -> Path:
    """A stand-in: it runs as Python 3.10 would (0), or fails as pyenv's shim does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def find(tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    uv = program(tmp_path / "uv", 1)  # can't download
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    clean = {"PATH": path, "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path / "pyenv"), **environment}
    return subprocess.run([SCRIPT, uv], env=clean, capture_output=True, text=True, check=False)


def test_the_one_that_is_named_comes_first(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "python3.10", 0)
    named = program(tmp_path / "mine", 0)
    assert find(tmp_path, PYTHON310=str(named)).stdout.strip() == str(named)


def test_a_named_one_that_does_not_run_is_told_and_not_replaced(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "python3.10", 0)
    answer = find(tmp_path, PYTHON310="/nowhere/python3.10")
    assert answer.returncode == 1
    assert "PYTHON310=/nowhere/python3.10" in answer.stderr


def test_the_one_on_the_path_comes_before_pyenv(tmp_path: Path) -> None:
    on_path = program(tmp_path / "bin" / "python3.10", 0)
    program(tmp_path / "pyenv" / "versions" / "3.10.13" / "bin" / "python3.10", 0)
    assert find(tmp_path).stdout.strip() == str(on_path)


def test_a_shim_that_fails_is_passed_over_for_the_newest_of_pyenv(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "python3.10", 127)
    for version in ("3.10.9", "3.10.13", "3.10.2"):
        program(tmp_path / "pyenv" / "versions" / version / "bin" / "python3.10", 0)
    assert "3.10.13" in find(tmp_path).stdout


def test_without_any_one_clear_sentence_says_what_to_install(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "python3.10", 127)
    answer = find(tmp_path)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "install it" in answer.stderr
