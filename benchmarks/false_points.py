"""False points of attention per item over seeded pilots without problems.

Run: ``python benchmarks/false_points.py [pilots]`` (default 200, some minutes). A point counts as false when
any criterion says "yes" about an item, alone or as part of a pair or at a site. The interval is a t interval
over pilots, because items of one pilot are not independent. The bar is 5 %.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import stats

from propsych.datasets import make_pilot, write_example
from propsych.study import PilotStudy, StudyResults

FIRST_SEED = 1000


def analyse(seed: int, folder: Path) -> StudyResults:
    write_example(folder, make_pilot(seed=seed, problems=False))
    return PilotStudy.load(folder / "pilot.toml").analyse()


def flagged(results: StudyResults, state: str) -> Counter[str]:
    """Return criterion -> number of items with this state."""
    pairs = {
        (j.criterion, name)
        for j in results.judgements
        if j.state == state
        for name in j.target.split("~")
        if "@" in name
    }
    return Counter(criterion for criterion, _ in pairs) + Counter({"any": len({name for _, name in pairs})})


def interval(rates: np.ndarray) -> tuple[float, float]:
    half = stats.t.ppf(0.975, len(rates) - 1) * rates.std(ddof=1) / np.sqrt(len(rates))
    return max(0.0, rates.mean() - half), rates.mean() + half


def main() -> None:
    pilots = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    shares: dict[str, list[Counter[str]]] = {"yes": [], "cannot_tell": []}
    n_items = 0
    with tempfile.TemporaryDirectory() as name:
        for i in range(pilots):
            results = analyse(FIRST_SEED + i, Path(name))
            n_items = sum(item.type == "choice" for item in results.questionnaire.items)
            for state, counts in shares.items():
                counts.append(flagged(results, state))
    print(f"{pilots} pilots without problems, {n_items} items each")
    for state, counts in shares.items():
        print(f'\nshare of items with "{state}"')
        for criterion in sorted(set().union(*counts), key=lambda c: (c != "any", c)):
            rates = np.array([c[criterion] for c in counts]) / n_items
            low, high = interval(rates)
            print(f"  {criterion:<14} {rates.mean():7.2%}   95 % interval {low:.2%} to {high:.2%}")


if __name__ == "__main__":
    main()
