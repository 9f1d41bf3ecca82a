"""A small made-up pilot: a reflective and a formative scale, a single item, a reworded item, six sites."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from propsych.data import CheckReport, Responses
from propsych.questionnaire import MissingKind, from_dict

CODES = range(5)
MOOD = ("m1", "m2", "m3", "m4", "m5")


def _item(name: str, **more: Any) -> dict[str, Any]:
    categories = [{"code": code, "label": {"da": f"svar {code}"}} for code in CODES]
    return {"id": name, "text": {"da": f"Spørgsmål {name}"}, "categories": categories} | more


def _scale(name: str, items: tuple[str, ...], model: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": {"da": name},
        "items": list(items),
        "model": model,
        "direction": "higher_is_worse",
        "type": "generic",
        "rule": {"kind": "sum"},
    }


def questionnaire(**changes: Any) -> Any:
    """Declare the questionnaire; m5 is reversed, w has two versions."""
    items = [_item(name) for name in MOOD[:-1]] + [_item("m5", reverse=True)]
    items += [_item("f1"), _item("f2"), _item("single", direction="higher_is_worse")]
    items += [_item("w"), _item("w", version="2")]  # alone and without direction: no level to compare
    return from_dict(
        {
            "id": "small",
            "version": "1",
            "title": {"da": "Lille pilot"},
            "languages": ["da"],
            "items": items,
            "scales": [_scale("mood", MOOD, "reflective"), _scale("index", ("f1", "f2"), "formative")],
        }
        | changes
    )


def pilot(n: int = 240, seed: int = 1, sites: int = 6) -> Responses:
    """Answer it: m5 is worded the other way, a few answers are skipped, version 2 of w comes in October."""
    rng = np.random.default_rng(seed)
    q = questionnaire()
    theta = rng.normal(size=n)
    latent = {name: 0.8 * theta + 0.6 * rng.normal(size=n) for name in MOOD}
    latent["m5"] = -latent["m5"]
    for name in ("f1", "f2", "single", "w"):
        latent[name] = rng.normal(size=n)
    cut = [-1.2, -0.4, 0.4, 1.2]
    positions = np.stack([np.digitize(latent[item.id], cut) for item in q.items], axis=1).astype(np.int16)
    positions[rng.random(positions.shape) < 0.04] = MissingKind.SKIPPED
    late = np.arange(n) % 2 == 1
    keys = [item.key for item in q.items]
    positions[late, keys.index("w@1")] = MissingKind.OTHER_VERSION
    positions[~late, keys.index("w@2")] = MissingKind.OTHER_VERSION
    site = np.array([f"s{k}" for k in range(sites)])[np.arange(n) % sites]
    persons = pd.DataFrame(
        {
            "person": [f"p{k}" for k in range(n)],
            "site": site,
            "sector": np.where(np.isin(site, ["s0", "s1"]), "hospital", "municipality"),
            "date": pd.to_datetime(np.where(late, "2025-10-05", "2025-09-05")),
        }
    )
    return Responses(q, persons, positions, CheckReport("small.csv"), "0" * 64)


def permuted(answers: Responses, order: np.ndarray[Any, np.dtype[np.intp]]) -> Responses:
    """Return the same answers with the persons in another order."""
    return Responses(
        answers.questionnaire,
        answers.persons.iloc[order].reset_index(drop=True),
        answers.positions[order],
        answers.check,
        answers.fingerprint,
    )
