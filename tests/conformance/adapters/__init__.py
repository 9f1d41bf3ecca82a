"""One adapter a kind of case: it maps the case to propsych calls and yields what propsych gives, by path."""

from tests.conformance.adapters.alpha import alpha, alpha_ci
from tests.conformance.adapters.columns import describe, floorceiling, response_freq
from tests.conformance.adapters.correlations import discrimination, item_correlations
from tests.conformance.compare import Adapter

ADAPTERS: dict[str, Adapter] = {
    "alpha": alpha,
    "alpha_ci": alpha_ci,
    "describe": describe,
    "discrimination": discrimination,
    "floorceiling": floorceiling,
    "item_correlations": item_correlations,
    "response_freq": response_freq,
}
