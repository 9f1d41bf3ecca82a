"""Factor structure of 25 personality items, from the file to invariance between women and men.

    python examples/bfi/factor_structure.py path/to/bfi.csv

The file is the ``bfi`` data of R's psych package (2,800 people, items 1 to 6, gender 1 = men, 2 = women) as
CSV. It is not part of propsych; in R: ``write.csv(psych::bfi, "bfi.csv", row.names = FALSE, na = "")``.
"""

import sys

import pandas as pd

import propsych as pp

TRAITS = {"A": "agreeable", "C": "conscientious", "E": "extravert", "N": "neurotic", "O": "open"}
ITEMS = [f"{trait}{i}" for trait in TRAITS for i in range(1, 6)]
REVERSED = ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]
CATEGORIES = range(1, 7)
MODEL = "\n".join(
    f"{name} =~ " + " + ".join(f"{trait}{i}" for i in range(1, 6)) for trait, name in TRAITS.items()
)


def read(path: str) -> pd.DataFrame:
    """Return the items, turned the way of their scale over the declared range, and gender as words."""
    data = pd.read_csv(path)
    data[REVERSED] = CATEGORIES[0] + CATEGORIES[-1] - data[REVERSED]
    data["gender"] = data["gender"].map({1: "men", 2: "women"})
    return data[[*ITEMS, "gender"]]


def main() -> None:
    """Read, explore, confirm, compare."""
    data = read(sys.argv[1])
    items = data[ITEMS]

    print("HOW MANY FACTORS")
    print(pp.number_of_factors(items, categories=CATEGORIES, seed=1).summary())

    print("\nWHICH ITEMS GO TOGETHER")
    print(pp.efa(items, 5, correlation="polychoric", categories=CATEGORIES, seed=1).summary(2))

    print("\nDOES THE INTENDED MODEL HOLD? (ordered items)")
    fit = pp.cfa(MODEL, items, ordered=True, estimator="WLSMV", categories=CATEGORIES, std_lv=True)
    print(fit.summary())
    print(fit.modification_indices().head(5).to_string())

    print("\nHOW RELIABLE ARE THE SUMS?")
    for trait, name in TRAITS.items():
        own = items[[f"{trait}{i}" for i in range(1, 6)]]
        found = pp.omega_categorical(own, categories=CATEGORIES)["omega_categorical"]
        print(f"{name:14} categorical omega {found.value:.2f} [{found.lower:.2f}, {found.upper:.2f}]")

    print("\nDO THE ITEMS MEAN THE SAME TO WOMEN AND MEN? (one scale)")
    one = MODEL.splitlines()[list(TRAITS).index("N")]
    same = pp.measurement_invariance(one, data, group="gender", estimator="WLSMV", categories=CATEGORIES)
    print(same.summary())


if __name__ == "__main__":
    main()
