"""How psych::alpha reads `keys`: which items it takes and which it reverses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _as_signed_names(keys: Any) -> list[str] | None:
    """Return the names of a keys *list* (``list(scale = c("-A1", "A2"))``), which also selects; else None."""
    if isinstance(keys, dict):
        return [
            str(name) for entry in keys.values() for name in (entry if isinstance(entry, list) else [entry])
        ]
    if isinstance(keys, list) and keys and isinstance(keys[0], list):
        return [str(name) for entry in keys for name in entry]
    if isinstance(keys, list) and any(isinstance(key, str) and key.startswith("-") for key in keys):
        return [str(name) for name in keys]
    return None


def selected(frame: pd.DataFrame, keys: Any) -> pd.DataFrame:
    """Return the items that `keys` takes, in its order."""
    names = _as_signed_names(keys)
    return frame if names is None else frame[[name.removeprefix("-") for name in names]]


def item_keys(frame: pd.DataFrame, keys: Any, check: bool, matrix: bool = False) -> Floats:
    """Return 1 or -1 for each item.

    `keys` is a list of signed names, of names to reverse, or of signs. With `check`, items with a negative
    loading on the first principal component are reversed, whatever `keys` says.
    """
    signs = _declared(frame, keys)
    if check:
        R = frame.to_numpy() if matrix else frame.corr().to_numpy()
        loadings = np.linalg.eigh(R)[1][:, -1]
        loadings = loadings if loadings.sum() >= 0 else -loadings
        if (loadings < 0).any():
            signs = np.where(loadings < 0, -1.0, 1.0)
    return signs


def _declared(frame: pd.DataFrame, keys: Any) -> Floats:
    names = _as_signed_names(keys)
    if names is not None:
        return np.array([-1.0 if name.startswith("-") else 1.0 for name in names])
    if keys is None:
        return np.ones(frame.shape[1])
    listed = keys if isinstance(keys, list) else [keys]
    if all(isinstance(key, str) for key in listed):
        return np.where(np.isin(frame.columns.to_numpy(dtype=str), listed), -1.0, 1.0)
    return np.asarray(listed, dtype=float)


def reverse(frame: pd.DataFrame, signs: Floats) -> pd.DataFrame:
    """Return the items with those of sign -1 reversed over the lowest and highest answer to *any* item.

    That is psych's rule; propsych reverses over the declared range only.
    """
    ends = float(frame.min().min() + frame.max().max())
    return pd.DataFrame(
        {
            name: column if sign > 0 else ends - column
            for (name, column), sign in zip(frame.items(), signs, strict=True)
        }
    )
