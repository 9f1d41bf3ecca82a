"""The command line as a user meets it: exit status, one sentence, no traceback, no personal data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from propsych.datasets import make_pilot, write_example


def propsych(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "propsych", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PATH": "", "PYTHONIOENCODING": "utf-8", "HOME": str(cwd), "MPLCONFIGDIR": str(cwd)},
    )


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pilot")
    write_example(folder, make_pilot(seed=3, n=120))
    return folder


def test_check_of_good_answers_lists_the_warnings_and_ends_with_0(example: Path) -> None:
    done = propsych("check", "pilot.toml", cwd=example)
    assert done.returncode == 0, done.stderr
    assert "svar.csv" in done.stdout


def test_analyse_twice_is_identical_to_the_byte(example: Path) -> None:
    assert propsych("analyse", "pilot.toml", "-o", "a.json", cwd=example).returncode == 0
    assert propsych("analyse", "pilot.toml", "-o", "b.json", cwd=example).returncode == 0
    assert (example / "a.json").read_bytes() == (example / "b.json").read_bytes()
    results = json.loads((example / "a.json").read_text(encoding="utf-8"))
    assert results["results"]["participation/persons/all/n"]["value"] == 120


def test_report_from_results_and_from_the_pilot_are_the_same(example: Path) -> None:
    assert propsych("analyse", "pilot.toml", cwd=example).returncode == 0
    one = propsych("report", "results.json", "-o", "one.html", cwd=example)
    two = propsych("report", "pilot.toml", "-o", "two.html", cwd=example)
    assert (one.returncode, two.returncode) == (0, 0), one.stderr + two.stderr
    assert (example / "one.html").read_bytes() == (example / "two.html").read_bytes()


def broken(folder: Path, example: Path, old: str, new: str, name: str = "pilot.toml") -> Path:
    for file in example.glob("*.toml"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "svar.csv").write_bytes((example / "svar.csv").read_bytes())
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "status", "said"),
    [
        ("pilot.toml", "seed = 1", "seed = 'x'", 2, "pilot.toml: seed"),
        ("pilot.toml", 'file = "svar.csv"', 'file = "intet.csv"', 1, "intet.csv"),
        ("pilot.toml", "spoergeskema.toml", "intet.toml", 2, "intet.toml: the file does not exist"),
        ("pilot.toml", 'person = "patient"', 'person = "cprnr"', 1, "cprnr"),
        ("pilot.toml", "[sectors]", "[sektorer]", 2, "sektorer"),
        ("pilot.toml", 'values = "codes"', 'encoding = "base64"', 2, "pilot.toml: answers.encoding"),
        ("pilot.toml", 'values = "codes"', 'encoding = "utf-99"', 2, "pilot.toml: answers.encoding"),
        ("pilot.toml", 'time_point = "start"', 'time_point = "x"', 2, "pilot file: time_point"),
        (
            "spoergeskema.toml",
            'model = "reflective"',
            'model = "refleksiv"',
            2,
            "spoergeskema.toml: scales[0]",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_and_a_status(
    tmp_path: Path, example: Path, name: str, old: str, new: str, status: int, said: str
) -> None:
    folder = broken(tmp_path, example, old, new, name)
    done = propsych("report", "pilot.toml", cwd=folder)
    assert done.returncode == status, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "rapport.html").exists()


def test_errors_in_the_data_stop_analyse_and_are_all_listed_by_check(tmp_path: Path, example: Path) -> None:
    folder = broken(tmp_path, example, "seed = 1", "seed = 2")
    lines = (folder / "svar.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(";")
    first, second = lines[1].split(";"), lines[2].split(";")
    column = next(i for i, name in enumerate(header) if i > 8)
    first[column], second[column] = "77", "abc"
    lines[1], lines[2] = ";".join(first), ";".join(second)
    (folder / "svar.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = propsych("check", "pilot.toml", "-l", "en", cwd=folder)
    assert done.returncode == 1
    assert "77" in done.stdout
    done = propsych("analyse", "pilot.toml", cwd=folder)
    assert done.returncode == 1
    assert "2 errors stop the analysis" in done.stderr
    assert not (folder / "results.json").exists()


def test_a_cpr_number_is_refused_and_never_printed(tmp_path: Path, example: Path) -> None:
    folder = broken(tmp_path, example, "seed = 1", "seed = 2")
    lines = (folder / "svar.csv").read_text(encoding="utf-8").splitlines()
    row = lines[5].split(";")
    row[0] = "010190-1234"
    lines[5] = ";".join(row)
    (folder / "svar.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for command in ("check", "analyse", "report"):
        done = propsych(command, "pilot.toml", cwd=folder)
        assert done.returncode == 1
        assert "CPR" in done.stdout + done.stderr
        assert "1234" not in done.stdout + done.stderr
        assert "010190" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments", [("report",), ("nothing",), ("report", "pilot.toml", "--language", "sv")]
)
def test_usage_is_status_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = propsych(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_unwritable_output_is_one_sentence(example: Path) -> None:
    done = propsych("analyse", "pilot.toml", "-o", "no/such/folder/results.json", cwd=example)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_not_results_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[1, 2]")
    done = propsych("report", "x.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "x.json: not a results file" in done.stderr
