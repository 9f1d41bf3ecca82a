"""Reliability: test-retest, and agreement between raters."""

from propsych.properties.reliability.agreement import Agreement, agreement
from propsych.properties.reliability.icc import ICC, icc
from propsych.properties.reliability.kappa import Kappa, cohen_kappa, weighted_kappa
from propsych.properties.reliability.kendall import KendallW, kendall_w
from propsych.properties.reliability.krippendorff import KrippendorffAlpha, krippendorff_alpha
from propsych.properties.reliability.retest import (
    RetestDesign,
    TestRetest,
    share_below_at_retest,
    test_retest,
)

__all__ = [
    "ICC",
    "Agreement",
    "Kappa",
    "KendallW",
    "KrippendorffAlpha",
    "RetestDesign",
    "TestRetest",
    "agreement",
    "cohen_kappa",
    "icc",
    "kendall_w",
    "krippendorff_alpha",
    "share_below_at_retest",
    "test_retest",
    "weighted_kappa",
]
