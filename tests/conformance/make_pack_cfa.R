# Makes the part of the project's own reference pack that lavaan and semTools compute of continuous factor models.
#   Rscript tests/conformance/make_pack_cfa.R
# Needs what make_pack.R needs, and its data.
suppressPackageStartupMessages({
  library(lavaan)
  library(semTools)
  library(jsonlite)
})

arguments <- commandArgs(trailingOnly = FALSE)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", arguments, value = TRUE))))
pack <- file.path(here, "pack")
source(file.path(here, "make_pack", "form.R"))
answers <- function(name) read.csv(file.path(pack, "data", paste0(name, ".csv")))

# two groups whose loadings, means and reliabilities differ a little; named so that the first row is of the last label
set.seed(20260402)
in_sector <- function(n, shift, loadings) {
  factors <- matrix(rnorm(2 * n), n) %*% chol(matrix(c(1, .4, .4, 1), 2))
  items <- sapply(1:6, function(j) loadings[j] * (factors[, (j - 1) %/% 3 + 1] + shift) + .7 * rnorm(n) + j)
  colnames(items) <- paste0("q", 1:6)
  as.data.frame(round(items, 2))
}
sectors <- rbind(cbind(sector = "practice", in_sector(140, 0, c(.8, .7, .6, .9, .6, .7))),
                 cbind(sector = "hospital", in_sector(180, .3, c(.8, .6, .7, .8, .7, .7))))
write.csv(sectors, file.path(pack, "data", "sectors.csv"), row.names = FALSE, na = "", quote = FALSE)
for (j in 2:7) sectors[sample(nrow(sectors), 25), j] <- NA
write.csv(sectors, file.path(pack, "data", "sectors_missing.csv"), row.names = FALSE, na = "", quote = FALSE)

three <- "a =~ q1 + q2 + q3\nb =~ q4 + q5 + q6\nc =~ q7 + q8 + q9"
two <- "a =~ q1 + q2 + q3\nb =~ q4 + q5 + q6"

fitted_case <- function(name, model, data, ..., options = list(), indices = FALSE, more = NULL) {
  frame <- answers(data)
  fit <- quietly(cfa(model, data = frame, ...))
  stopifnot(lavInspect(fit, "converged"))
  measures <- fitMeasures(fit)
  table <- parameterEstimates(fit, standardized = TRUE)
  keep <- intersect(c("lhs", "op", "rhs", "group", "est", "se", "z", "pvalue", "ci.lower", "ci.upper", "std.lv", "std.all"),
                    names(table))
  r2 <- inspect(fit, "r2")
  values <- list(fit = singles(as.list(measures)), parameters = a_frame(as.data.frame(table)[keep]),
                 converged = unbox(TRUE), nobs = unbox(sum(lavInspect(fit, "nobs"))),
                 r2 = if (is.list(r2)) lapply(r2, singles) else singles(r2))
  if (indices) {
    mi <- modindices(fit, sort. = TRUE, maximum.number = 12)
    values$modindices <- a_frame(as.data.frame(mi)[intersect(names(mi), c("lhs", "op", "rhs", "group", "mi", "epc",
                                                                           "sepc.lv", "sepc.all", "sepc.nox"))])
  }
  add("cfa", "cfa", name, paste0("lavaan::cfa(model, ", data, ")"), data, c(values, more),
      options = c(list(model = model), options), packages = "lavaan")
}

fitted_case("three_ml", three, "grouped_upright", indices = TRUE)
fitted_case("three_mlr", three, "grouped_upright", estimator = "MLR", options = list(estimator = "MLR"))
fitted_case("three_mlm", three, "grouped_upright", estimator = "MLM", std.lv = TRUE,
            options = list(estimator = "MLM", std.lv = TRUE))
fitted_case("three_means", three, "grouped_missing", meanstructure = TRUE, options = list(meanstructure = TRUE))
fitted_case("three_fiml", three, "grouped_missing", missing = "ml", options = list(missing = "ml"), indices = TRUE)
fitted_case("three_fiml_mlr", three, "grouped_missing", missing = "ml", estimator = "MLR",
            options = list(missing = "ml", estimator = "MLR"))
fitted_case("second_order", paste0(three, "\ng =~ a + b + c"), "grouped_upright", indices = TRUE)
fitted_case("regression", paste0(three, "\nc ~ a + b"), "grouped_upright", indices = TRUE)
fitted_case("syntax", paste("a =~ NA*q1 + l*q1 + l*q2 + start(0.8)*q3  # two loadings equal\nb =~ 0.9*q4 + q5 +",
                            "  q6; a ~~ 1*a", "a ~~ 0.2*b ; q1 ~~ q4", "q5 ~~ v*q5", "q6 ~~ v*q6", "q2 ~ 2.1*1", sep = "\n"),
            "grouped_upright")
fitted_case("residuals", paste0(three, "\nq1 ~~ q4\nq2 ~~ q5"), "grouped_upright", orthogonal = TRUE,
            options = list(orthogonal = TRUE), indices = TRUE)
fitted_case("groups", two, "sectors", group = "sector", options = list(group = "sector"), indices = TRUE)
fitted_case("groups_equal", "a =~ q1 + c(l2, l2)*q2 + q3\nb =~ q4 + c(m2, m2)*q5 + c(m3, m3)*q6", "sectors",
            group = "sector", estimator = "MLR", options = list(group = "sector", estimator = "MLR"))
fitted_case("groups_fiml", two, "sectors_missing", group = "sector", missing = "ml",
            options = list(group = "sector", missing = "ml"))

general <- paste0("g =~ ", paste0("q", 1:9, collapse = " + "), "\n", three)
bifactor <- quietly(cfa(general, answers("grouped_upright"), orthogonal = TRUE, std.lv = TRUE))
if (lavInspect(bifactor, "converged") && all(diag(lavInspect(bifactor, "theta")) > 0)) {
  fitted_case("bifactor", general, "grouped_upright", orthogonal = TRUE, std.lv = TRUE,
              options = list(orthogonal = TRUE, std.lv = TRUE))
}

for (name in c("three", "three_missing")) {
  data <- if (name == "three") "grouped_upright" else "grouped_missing"
  fit <- quietly(cfa(three, answers(data), missing = if (name == "three") "listwise" else "ml"))
  first <- function(x) {
    x <- head(x, 12)
    rownames(x) <- paste0("p", seq_len(nrow(x)))
    a_matrix(x)
  }
  add("cfa", "scores", name, "lavaan::lavPredict, first 12", data,
      c(list(regression = first(lavPredict(fit))),
        if (name == "three") list(bartlett = first(lavPredict(fit, method = "Bartlett"))),
        list(implied = a_matrix(fitted(fit)$cov), resid_cor = a_matrix(residuals(fit, type = "cor.bollen")$cov))),
      options = c(list(model = three), if (name != "three") list(missing = "ml")), packages = "lavaan")
}

for (data in c("grouped_upright", "grouped_missing")) {
  frame <- answers(data)
  add("cfa", "htmt", data, "semTools::htmt", data,
      list(htmt = a_matrix(htmt(three, frame, htmt2 = FALSE)), htmt2 = a_matrix(htmt(three, frame, htmt2 = TRUE))),
      options = list(model = three), packages = c("semTools", "lavaan"))
}

text <- toJSON(cases$cfa, digits = NA, na = "null", null = "null", pretty = FALSE, always_decimal = FALSE)
writeLines(prettify(text, indent = 1), file.path(pack, "cases", "cfa.json"))
