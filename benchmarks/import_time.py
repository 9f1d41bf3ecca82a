"""Import time of propsych as a ratio to ``import numpy, pandas``.

Run: ``python benchmarks/import_time.py [pairs]``. The two imports run in turn in fresh processes (A B
A B ...), so the ratio holds when the machine's speed drifts. The bar is 1.3.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

FLOOR = "import numpy, pandas"
OURS = "import propsych"
USED = "import propsych; propsych.Questionnaire, propsych.read_responses"


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for code in (FLOOR, OURS, USED):
        seconds(code)
    for name, code in (("import propsych", OURS), ("with Questionnaire and read_responses used", USED)):
        ratios, floors, ours = [], [], []
        for _ in range(pairs):
            floors.append(seconds(FLOOR))
            ours.append(seconds(code))
            ratios.append(ours[-1] / floors[-1])
        print(
            f"{name}: median {statistics.median(ours):.3f} s, numpy and pandas"
            f" {statistics.median(floors):.3f} s, ratio median {statistics.median(ratios):.2f}"
            f" (min {min(ratios):.2f}, max {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
