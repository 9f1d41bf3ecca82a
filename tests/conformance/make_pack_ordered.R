# Makes the part of the project's own reference pack that lavaan computes of ordered items and of invariance.
#   Rscript tests/conformance/make_pack_ordered.R
# Needs what make_pack.R needs, and its data.
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})

arguments <- commandArgs(trailingOnly = FALSE)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", arguments, value = TRUE))))
pack <- file.path(here, "pack")
source(file.path(here, "make_pack", "form.R"))
answers <- function(name) read.csv(file.path(pack, "data", paste0(name, ".csv")))

# ordered answers of two groups; the second differs in one item's level
set.seed(20260403)
in_group <- function(n, shift) {
  factors <- matrix(rnorm(2 * n), n) %*% chol(matrix(c(1, .5, .5, 1), 2))
  y <- sapply(1:6, function(j) c(.8, .7, .6, .8, .6, .7)[j] * factors[, (j - 1) %/% 3 + 1] + .7 * rnorm(n))
  y[, 2] <- y[, 2] + shift
  items <- sapply(1:6, function(j) findInterval(y[, j], c(-1, -.2, .7) + .15 * (j - 3)) + 1)
  colnames(items) <- paste0("q", 1:6)
  as.data.frame(items)
}
wards <- rbind(cbind(ward = "b", in_group(420, 0)), cbind(ward = "a", in_group(380, .4)))
write.csv(wards, file.path(pack, "data", "wards.csv"), row.names = FALSE, quote = FALSE)

two <- "a =~ q1 + q2 + q3\nb =~ q4 + q5 + q6"
three <- "a =~ q1 + q2 + q3\nb =~ q4 + q5 + q6\nc =~ q7 + q8 + q9"

numbers <- function(fit) {
  table <- as.data.frame(parameterEstimates(fit, standardized = TRUE))
  keep <- intersect(c("lhs", "op", "rhs", "group", "est", "se", "z", "pvalue", "ci.lower", "ci.upper", "std.lv", "std.all"),
                    names(table))
  measures <- unclass(fitMeasures(fit))
  r2 <- inspect(fit, "r2")
  list(fit = singles(as.list(measures)), parameters = a_frame(table[keep]), nobs = unbox(sum(lavInspect(fit, "nobs"))),
       r2 = if (is.list(r2)) lapply(r2, singles) else singles(r2))
}

ordered_case <- function(name, model, data, ..., options = list(), indices = FALSE) {
  fit <- quietly(cfa(model, data = answers(data), ordered = TRUE, ...))
  stopifnot(lavInspect(fit, "converged"))
  values <- numbers(fit)
  if (indices) {
    mi <- as.data.frame(modindices(fit, sort. = TRUE, maximum.number = 12))
    values$modindices <- a_frame(mi[intersect(names(mi), c("lhs", "op", "rhs", "group", "mi", "epc", "sepc.lv", "sepc.all"))])
  }
  add("ordered", "cfa", name, paste0("lavaan::cfa(model, ", data, ", ordered=TRUE)"), data, values,
      options = c(list(model = model), options), packages = "lavaan")
}

ordered_case("ordered_wlsmv", three, "grouped_upright", estimator = "WLSMV", indices = TRUE,
             options = list(estimator = "WLSMV"))
ordered_case("ordered_theta", three, "grouped_upright", estimator = "WLSMV", parameterization = "theta", std.lv = TRUE,
             options = list(estimator = "WLSMV", parameterization = "theta", std.lv = TRUE))
for (estimator in c("WLSM", "WLSMVS", "ULSMV"))
  ordered_case(paste0("ordered_", tolower(estimator)), three, "grouped_upright", estimator = estimator,
               options = list(estimator = estimator))
ordered_case("ordered_pairwise", three, "grouped_missing", estimator = "WLSMV", missing = "pairwise",
             options = list(estimator = "WLSMV", missing = "pairwise"))
ordered_case("ordered_wards", two, "wards", estimator = "WLSMV", group = "ward",
             options = list(estimator = "WLSMV", group = "ward"))

levels_of <- list(configural = "none", metric = "loadings", scalar = c("loadings", "intercepts"),
                  strict = c("loadings", "intercepts", "residuals"))
for (estimator in c("ML", "MLR", "MLM")) {
  fits <- lapply(levels_of, function(equal)
    quietly(cfa(two, data = answers("sectors"), group = "sector", estimator = estimator, group.equal = equal)))
  tests <- quietly(lavTestLRT(fits$configural, fits$metric, fits$scalar, fits$strict))
  table <- as.data.frame(tests)
  rownames(table) <- names(levels_of)
  table <- table[intersect(names(table), c("Df", "AIC", "BIC", "Chisq", "Chisq diff", "Df diff", "Pr(>Chisq)"))]
  add("ordered", "invariance", paste0("sectors_", tolower(estimator)), "lavaan::cfa(group.equal=...) x4; lavTestLRT",
      "sectors", c(lapply(fits, numbers), list(lrt = a_frame(table))),
      options = list(model = two, group = "sector", estimator = estimator), packages = "lavaan")
}

# thresholds equal after Wu & Estabrook: written out, because lavaan 0.6-14 keeps the intercepts at 0
written <- function(loadings, intercepts) {
  items <- paste0("q", 1:6)
  # cfa() fixes a first loading that has but a label: NA frees it
  of <- function(factor, own) paste0(factor, " =~ ", paste0("c(NA, NA)*q", own, collapse = " + "),
    if (loadings) paste0(" + ", paste0("c(l", own, ", l", own, ")*q", own, collapse = " + ")))
  c(of("a", 1:3), of("b", 4:6),
    if (loadings) c("a ~~ c(1, NA)*a", "b ~~ c(1, NA)*b") else c("a ~~ c(1, 1)*a", "b ~~ c(1, 1)*b"),
    unlist(lapply(items, function(q)
      paste0(q, " | ", paste0("c(", q, "t", 1:3, ", ", q, "t", 1:3, ")*t", 1:3, collapse = " + ")))),
    paste0(items, " ~~ c(1, NA)*", items),
    paste0(items, " ~ ", if (intercepts) "c(0, 0)*1" else "c(0, NA)*1"),
    if (intercepts) c("a ~ c(0, NA)*1", "b ~ c(0, NA)*1") else c("a ~ c(0, 0)*1", "b ~ c(0, 0)*1"))
}
fit_theta <- function(model, ...) quietly(cfa(model, data = answers("wards"), ordered = TRUE, group = "ward",
                                              estimator = "WLSMV", parameterization = "theta", ...))
fits <- list(configural = fit_theta(two, std.lv = TRUE),
             thresholds = fit_theta(written(FALSE, FALSE)),
             loadings = fit_theta(written(TRUE, FALSE)),
             intercepts = fit_theta(written(TRUE, TRUE)))
tests <- quietly(lavTestLRT(fits$configural, fits$thresholds, fits$loadings, fits$intercepts))
table <- as.data.frame(tests)[c("Df", "Chisq", "Chisq diff", "Df diff", "Pr(>Chisq)")]
rownames(table) <- names(fits)
add("ordered", "invariance", "wards_wlsmv", "lavaan::cfa(ordered=TRUE, parameterization='theta') x4; lavTestLRT",
    "wards", c(lapply(fits, numbers), list(lrt = a_frame(table))),
    options = list(model = two, group = "ward", estimator = "WLSMV", std.lv = TRUE, ordered = TRUE,
                   parameterization = "theta"), packages = "lavaan")

text <- toJSON(cases$ordered, digits = NA, na = "null", null = "null", pretty = FALSE, always_decimal = FALSE)
writeLines(prettify(text, indent = 1), file.path(pack, "cases", "ordered.json"))
