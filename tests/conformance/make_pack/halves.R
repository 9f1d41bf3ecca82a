# psych::guttman, splitHalf and tenberge.
# Left out, because psych 2.2.9 has them wrong: split halves, lambda 4 and beta of an odd number of items, where it
# takes half of the splits.

even <- function(x) ncol(x) %% 2 == 0

of_guttman <- function(R) {
  g <- quietly(guttman(R))
  values <- list(
    lambda1 = g$lambda.1, lambda2 = g$lambda.2, lambda3 = g$lambda.3, lambda5 = g$lambda.5,
    lambda5p = g$lambda.5p, lambda6 = g$lambda.6, tenBerge = singles(g$tenberge), alpha_pc = g$alpha.pc
  )
  if (even(R)) values <- c(values, list(lambda4 = g$lambda.4, beta = g$beta))
  singles(values)
}
pairwise <- function(name) cor(data[[name]], use = "pairwise")
for (name in c("five", "five_missing", "grouped_upright", "grouped_missing", "few")) {
  add("halves", "guttman", name, "psych::guttman(cor(x, use = 'pairwise'))", name, of_guttman(pairwise(name)))
}
add("halves", "guttman", "five_missing_listwise", "psych::guttman(cor(x, use = 'complete.obs'))", "five_missing",
    of_guttman(cor(data$five_missing, use = "complete.obs")),
    note = "two items worded the other way turn lambda 4 only")
for (name in c("five", "binary_missing", "grouped_missing")) {
  add("halves", "tenberge", name, "psych::tenberge(cor(x, use = 'pairwise'))", name, singles(tenberge(pairwise(name))))
}

of_halves <- function(x, ...) {
  s <- quietly(splitHalf(x, ...))
  values <- list(av_r = s$av.r, alpha = s$alpha, lambda6 = s$lambda6, lambda2 = s$lambda2)
  if (even(x)) {
    values <- c(values, list(maxrb = s$maxrb, minrb = s$minrb, meanr = s$meanr))
    values["n_splits"] <- list(if (is.null(s$raw)) NA else length(s$raw))
    values$ci <- singles(setNames(s$ci, c("2.5%", "50%", "97.5%")))
  }
  singles(values)
}
settings <- list(
  list("five", "five", list()),
  list("five_covariances", "five", list(covar = TRUE)),
  list("five_kept", "five", list(raw = TRUE)),
  list("five_missing", "five_missing", list()),
  list("five_missing_covariances", "five_missing", list(covar = TRUE, check.keys = FALSE)),
  list("five_missing_keys", "five_missing", list(key = c(1, -1, 1, 1, -1, 1))),
  list("binary_missing", "binary_missing", list()),
  list("five_correlations", "five_correlations", list())
)
for (setting in settings) {
  x <- if (setting[[2]] == "five_correlations") correlations else data[[setting[[2]]]]
  add("halves", "splithalf", setting[[1]], "psych::splitHalf", setting[[2]],
      do.call(of_halves, c(list(x), setting[[3]])), options = if (length(setting[[3]])) setting[[3]])
}
