"""Writing the example: the package's files and a synthetic pilot's answers; the same seed, the same bytes."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from propsych.datasets.model import SyntheticPilot
from propsych.datasets.pilot import make_pilot

__all__ = ["write_example", "write_pilot"]

_HEAD = """# Problemerne, der er lagt ind i svar.csv med vilje (the problems planted in svar.csv on purpose).
# visible_now: om propsych kan se problemet i dag (whether propsych can see the problem today).
"""


def write_pilot(folder: str | os.PathLike[str], pilot: SyntheticPilot | None = None) -> tuple[Path, Path]:
    """Write ``svar.csv`` and ``planted.toml``; files of these names are replaced.

    Parameters
    ----------
    folder : str or os.PathLike
        Made if it does not exist.
    pilot : SyntheticPilot, optional
        Default: ``make_pilot()``.

    Returns
    -------
    tuple of Path
        The two files.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_pilot(folder)]
    ['svar.csv', 'planted.toml']
    """
    import tomli_w

    chosen = make_pilot() if pilot is None else pilot
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    data = {
        "seed": chosen.seed,
        "n": len(chosen),
        "problems": [problem.to_dict() for problem in chosen.planted],
    }
    answers, listed = target / "svar.csv", target / "planted.toml"
    answers.write_bytes(chosen.to_csv())
    listed.write_bytes((_HEAD + "\n" + tomli_w.dumps(data)).encode("utf-8"))
    return answers, listed


def write_example(folder: str | os.PathLike[str], pilot: SyntheticPilot | None = None) -> tuple[Path, ...]:
    """Write the whole example: questionnaire, pilot and criteria files, answers, list of planted problems.

    Parameters
    ----------
    folder : str or os.PathLike
        Made if it does not exist; files of the same names are replaced.
    pilot : SyntheticPilot, optional
        Default: ``make_pilot()``.

    Returns
    -------
    tuple of Path
        Every file written, by name.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = list(write_pilot(target, pilot))
    for source in (files("propsych.datasets") / "kroniske_smerter").iterdir():
        if source.name.endswith(".toml"):
            copy = target / source.name
            copy.write_bytes(source.read_bytes())
            written.append(copy)
    return tuple(sorted(written))
