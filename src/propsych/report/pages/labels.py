"""Names of the statistics for specialists, as the appendix prints them."""

from __future__ import annotations

from propsych.questionnaire import Item, MissingKind
from propsych.report.context import Context
from propsych.report.i18n import N_
from propsych.report.wording import missing_label
from propsych.study import SUPPRESSED

__all__ = [
    "method_label",
    "property_label",
    "reason_label",
    "sample_rule_label",
    "state_label",
    "statistic_label",
    "statistic_rank",
    "target_label",
]


_STATISTICS = {
    "n": N_("Persons"),
    "invited": N_("Invited"),
    "n_persons": N_("Persons in the group"),
    "n_asked": N_("Asked"),
    "n_answered": N_("Answered"),
    "n_scored": N_("Persons with a score"),
    "skipped": N_("Share that skipped"),
    "skipped_clustered": N_("Share that skipped, sites respected"),
    "lowest": N_("Share in the lowest category"),
    "lowest_clustered": N_("Share in the lowest category, sites respected"),
    "highest": N_("Share in the highest category"),
    "highest_clustered": N_("Share in the highest category, sites respected"),
    "smallest_share": N_("Share of the least used category"),
    "n_unused": N_("Categories never used"),
    "mean": N_("Mean"),
    "sd": N_("Standard deviation"),
    "median": N_("Median"),
    "skewness": N_("Skewness"),
    "kurtosis": N_("Excess kurtosis"),
    "item_rest": N_("Item-rest correlation"),
    "alpha_if_dropped": N_("Alpha without this item"),
    "mean_inter_item": N_("Mean inter-item correlation"),
    "correlation": N_("Correlation"),
    "mean_difference": N_("Difference in mean (SD units)"),
    "item_rest_difference": N_("Difference in item-rest correlation"),
    "n_versions": N_("Versions"),
    "floor": N_("Share with the lowest possible score"),
    "floor_clustered": N_("Share with the lowest possible score, sites respected"),
    "ceiling": N_("Share with the highest possible score"),
    "ceiling_clustered": N_("Share with the highest possible score, sites respected"),
    "alpha": N_("Cronbach's alpha (distribution-free interval)"),
    "alpha_feldt": N_("Cronbach's alpha (Feldt's interval)"),
    "standardised_alpha": N_("Standardised alpha"),
    "omega_unidimensional": N_("Omega of one factor (unidimensional)"),
    "omega_categorical": N_("Categorical omega of the observed sum score (Green & Yang)"),
    "one_factor_residual": N_("Residual correlation of one factor (root mean square)"),
    "kmo": N_("Kaiser-Meyer-Olkin measure"),
    "bartlett_chi2": N_("Bartlett's test: chi-square"),
    "bartlett_df": N_("Bartlett's test: degrees of freedom"),
    "bartlett_p": N_("Bartlett's test: p"),
    "n_twice": N_("Persons who answered twice"),
    "n_in_time": N_("Persons who answered twice within the interval"),
    "n_unchanged": N_("Persons who count as unchanged"),
    "n_measured_twice": N_("Persons with a score both times"),
    "n_stable": N_("Of these unchanged, and used"),
    "n_same_mode": N_("Of those used, answered in the same mode both times"),
    "n_same": N_("Persons with the same answer twice"),
    "days_shortest": N_("Days between the answers: shortest"),
    "days_median": N_("Days between the answers: median"),
    "days_longest": N_("Days between the answers: longest"),
    "icc_agreement": N_("Intraclass correlation, agreement: ICC(2,1) = ICC(A,1)"),
    "icc_consistency": N_("Intraclass correlation, consistency: ICC(3,1) = ICC(C,1)"),
    "pearson": N_("Pearson's correlation of both scores"),
    "mean_change": N_("Mean change from first to second score"),
    "below_at_retest": N_("Share of those beyond +1 SD who fall below it at retest"),
    "weighted_kappa": N_("Weighted kappa of both answers (quadratic weights)"),
    "cohen_kappa": N_("Cohen's kappa of both answers"),
    "percent_agreement": N_("Share with the same answer twice"),
    "sem_agreement": N_("Standard error of measurement (agreement)"),
    "sem_consistency": N_("Standard error of measurement (consistency)"),
    "sem_from_icc": N_("Standard error of measurement from the ICC"),
    "sdc_individual": N_("Smallest detectable change of one person"),
    "sdc_group": N_("Smallest detectable change of the mean of these persons"),
    "bias": N_("Bland-Altman: mean difference"),
    "loa_lower": N_("Bland-Altman: lower limit of agreement"),
    "loa_upper": N_("Bland-Altman: upper limit of agreement"),
    "proportional_bias": N_("Bland-Altman: slope of the difference on the mean"),
    "count": N_("Persons in a category"),
    "missing": N_("Persons with a kind of missing answer"),
    "bin": N_("Persons in an interval of scores"),
    "count:green": N_("Green"),
    "count:yellow": N_("Yellow"),
    "count:red": N_("Red"),
    "count:grey": N_("Grey (no answer)"),
}

_PROPERTIES = {
    "items": N_("Single questions"),
    "redundancy": N_("Pairs of questions"),
    "sites": N_("Sites"),
    "versions": N_("Versions"),
    "scores": N_("Scores"),
    "floor_ceiling": N_("Floor and ceiling"),
    "internal_consistency": N_("Internal consistency"),
    "structure": N_("Factor structure"),
    "reliability": N_("Test-retest reliability"),
    "measurement_error": N_("Measurement error"),
    "colours": N_("Colours"),
    "participation": N_("Participation"),
}

METHODS = (
    N_("ADF"),
    N_("Feldt"),
    N_("jackknife"),
    N_("jackknife on log(1 - x)"),
    N_("jackknife, log scale"),
    N_("delete-one jackknife, Student's t on the Fisher z scale"),
    N_("chi-square"),
    N_("minimum residuals, unbiased SRMR"),
    N_("one factor, ML"),
    N_("one factor, WLSMV, observed sum score"),
    N_("ICC(2,1) = ICC(A,1), jackknife"),
    N_("ICC(3,1) = ICC(C,1), jackknife"),
    N_("Pearson, jackknife on Fisher's z"),
    N_("from ICC(2,1), for normal scores and a cut at +1 SD"),
    N_("from residual variance"),
    N_("SD * sqrt(1 - ICC(2,1))"),
    N_("z sqrt(2) SEM"),
    N_("z sqrt(2) SEM / sqrt(n)"),
    N_("least squares, jackknife"),
    N_("second minus first, Student's t"),
    N_("quadratic weights, declared categories"),
    N_("unweighted, declared categories"),
    N_("both answers"),
    N_("both scores"),
    N_("unchanged by the anchor"),
    N_("within the interval"),
    N_("Welch"),
    N_("Wilson"),
    N_("Pearson"),
    N_("Welch, Bonferroni"),
    N_("Fisher z by influence functions, Zou, Bonferroni"),
    N_("distribution-free, Fisher z"),
    N_("Wilson with the effective sample size of the sites, t"),
    N_("the category was chosen because it is the least used"),
    N_("no answers"),
    N_("answered"),
    N_("asked"),
    N_("listwise"),
    N_("with a score"),
    N_("with a site"),
    N_("with a score and a site"),
    N_("divisor n - 1"),
    N_("median"),
    N_("mean of scores, t"),
    N_("mean of item scores, t"),
    N_("not defined for these answers"),
    N_("type 3 of Joanes & Gill (1998)"),
    N_("excess, type 3 of Joanes & Gill (1998)"),
)
"""Methods and missing rules that the records name; whatever else they name is printed as it is."""

_STATES = {"yes": N_("yes"), "no": N_("no"), "cannot_tell": N_("cannot tell")}
_REASONS = {
    "too_few": N_("too few answers"),
    "interval_straddles": N_("the interval holds the limit"),
    "not_estimable": N_("cannot be estimated"),
    "no_interval": N_("there is no interval"),
}


def statistic_label(ctx: Context, statistic: str, item: Item | None = None) -> str:
    """Return a statistic's name: the category's label, the kind of missing, or the term."""
    if statistic in _STATISTICS:
        return ctx.language.gettext(_STATISTICS[statistic])
    family, _, name = statistic.partition(":")
    if family == "count" and item is not None:
        labels = {str(c.code): c.label.get(ctx.language.code) for c in item.categories}
        return f"{name}: {labels.get(name, '')}"
    if family == "missing":
        kinds = {kind.label: kind for kind in MissingKind}
        return missing_label(ctx, kinds[name]) if name in kinds else statistic
    return statistic


def statistic_rank(statistic: str, item: Item | None = None) -> tuple[int, float, str]:
    """Return a sorting key: numbers of persons, categories in order, kinds of missing, then the rest."""
    family, _, name = statistic.partition(":")
    if family == "count":
        codes = [str(code) for code in item.codes] if item is not None else []
        return (1, codes.index(name) if name in codes else _place(statistic), name)
    if family == "missing":
        return (2, -MissingKind[name.upper()] if name.upper() in MissingKind.__members__ else 0, name)
    if family == "bin":
        return (2, _lowest_score(name), name)
    return (0 if statistic.startswith("n_") else 3, _place(statistic), statistic)


def _lowest_score(interval: str) -> float:
    try:
        return float(interval.partition("..")[0])
    except ValueError:
        return 0.0


def _place(statistic: str) -> int:
    names = list(_STATISTICS)
    return names.index(statistic) if statistic in names else len(names)


def sample_rule_label(ctx: Context, rule: str) -> str:
    """Return a missing rule in words."""
    tr = ctx.language.gettext
    within = "listwise within "
    if rule.startswith(within):
        scales = {scale.id: scale.name.get(ctx.language.code) for scale in ctx.results.questionnaire.scales}
        name = rule.removeprefix(within)
        return tr("listwise within the scale {scale}", scale=scales.get(name, name))
    if rule.startswith(("both answers, ", "both scores, ")):
        return ", ".join(ctx.language.lookup(part) for part in rule.split(", "))
    words = rule.split()
    if rule.startswith("at least ") and len(words) == 6:
        return tr("at least {needed} of {n} items", needed=words[2], n=words[4])
    return ctx.language.lookup(rule) or "–"


def method_label(ctx: Context, method: str) -> str:
    """Return a method's name, translated part by part; withheld numbers have none."""
    parts = [] if method == SUPPRESSED else [part for part in method.split("; ") if part]
    return "; ".join(ctx.language.lookup(part) for part in parts) or "–"


def property_label(ctx: Context, name: str) -> str:
    """Return the name of a measurement property."""
    return ctx.language.gettext(_PROPERTIES[name]) if name in _PROPERTIES else name


def target_label(ctx: Context, target: str) -> str:
    """Return what a number is about that is no item and no scale."""
    return ctx.language.gettext("Retest") if target == "retest" else target


def state_label(ctx: Context, state: str) -> str:
    """Return the name of a judgement's state."""
    return ctx.language.gettext(_STATES[state])


def reason_label(ctx: Context, reason: str) -> str:
    """Return why a judgement cannot be told."""
    return ctx.language.gettext(_REASONS[reason]) if reason else "–"
