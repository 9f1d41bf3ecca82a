"""A lavaan model as factors and their items, and what of it propsych has no fit for."""

from __future__ import annotations

import re
from typing import NamedTuple

MAXIMUM_LIKELIHOOD = {"ML", "MLR", "MLM", "MLMV", "MLMVS", "MLF"}
DIAGONALLY_WEIGHTED = {"WLSMV", "WLSM", "WLSMVS", "DWLS"}
UNWEIGHTED = {"ULS", "ULSMV", "ULSM"}


class Model(NamedTuple):
    """`unfitted` says what propsych's congeneric factors do not have; empty where they have all."""

    factors: dict[str, list[str]]
    unfitted: str


def parse(text: str) -> Model:
    """Return the factors of lavaan syntax.

    >>> parse("f =~ 1*a + b + c  # marker item")
    Model(factors={'f': ['a', 'b', 'c']}, unfitted='')
    """
    factors: dict[str, list[str]] = {}
    labels: list[str] = []
    unfitted = ""
    for line in re.split(r"[\n;]", text):
        statement = line.partition("#")[0].strip()
        left, sign, right = statement.partition("=~")
        if statement and not sign:
            unfitted = unfitted or "covariances, regressions or constraints beside the factors"
        for term in right.split("+") if sign else ():
            *coefficients, item = (part.strip() for part in term.split("*"))
            factors.setdefault(left.strip(), []).append(item)
            labels += [c for c in coefficients if c != "NA" and not _is_number(c)]
    items = [item for members in factors.values() for item in members]
    if len(set(labels)) < len(labels):
        unfitted = unfitted or "equal loadings"
    if set(items) & set(factors):
        unfitted = unfitted or "factors of factors"
    if len(set(items)) < len(items):
        unfitted = unfitted or "items of several factors: a sum of items has no single factor then"
    return Model(factors, unfitted)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", text) is not None
