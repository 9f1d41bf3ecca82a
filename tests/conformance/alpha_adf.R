# The distribution-free standard error of alpha by a second way: a saturated covariance model in lavaan with
# robust (sandwich) standard errors, and alpha as a function of its parameters.
#   Rscript tests/conformance/alpha_adf.R
# Needs the package lavaan. lavaan divides by n where propsych divides by n - 1, so its variance is
# (n - 1) / n of propsych's.
suppressPackageStartupMessages(library(lavaan))
arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
for (name in c("five", "skewed")) {
  x <- read.csv(file.path(dirname(normalizePath(script)), "pack", "data", paste0(name, ".csv")))
  k <- ncol(x)
  model <- character()
  for (i in seq_len(k)) for (j in i:k) {
    model <- c(model, sprintf("%s ~~ s%d%d * %s", names(x)[i], i, j, names(x)[j]))
  }
  diagonal <- paste0("s", seq_len(k), seq_len(k), collapse = " + ")
  pairs <- combn(k, 2)
  off <- paste0("s", pairs[1, ], pairs[2, ], collapse = " + ")
  model <- c(model, sprintf("a := %d / %d * (1 - (%s) / ((%s) + 2 * (%s)))", k, k - 1, diagonal, diagonal, off))
  fit <- sem(paste(model, collapse = "\n"), x, se = "robust.sem", meanstructure = FALSE)
  row <- subset(parameterEstimates(fit), label == "a")
  e <- parTable(fit)
  cat(name, "n", nrow(x), "alpha", format(e$est[e$label == "a"], digits = 12), "se", format(e$se[e$label == "a"], digits = 12), "\n")
}
cat("lavaan", as.character(packageVersion("lavaan")), "\n")
