# psych::ICC, cohen.kappa and testRetest; ICCs, Kendall's W, kappa of several raters and limits of agreement from
# base R.
# Left out, because psych 2.2.9 has it wrong: the variance of weighted kappa and its interval.

# ---- intraclass correlations ------------------------------------------------------------------------------
of_icc <- function(x, alpha) {
  g <- quietly(ICC(x, lmer = FALSE, alpha = alpha))
  list(results = a_frame(g$results), stats = a_matrix(g$stats), MSW = unbox(g$MSW), n_obs = unbox(g$n.obs),
       n_judge = unbox(g$n.judge))
}
# mean squares from an analysis of variance; the interval of agreement for the mean of raters is psych's business
of_anova <- function(x, level) {
  long <- data.frame(y = unlist(x), person = factor(rep(seq_len(nrow(x)), ncol(x))),
                     rater = factor(rep(names(x), each = nrow(x))))
  two <- anova(lm(y ~ person + rater, long))
  one <- anova(lm(y ~ person, long))
  n <- nrow(x)
  k <- ncol(x)
  p <- 1 - (1 - level) / 2
  forms <- function(model, name, between, error, df) {
    F <- between / error
    low <- F / qf(p, n - 1, df)
    high <- F * qf(p, df, n - 1)
    test <- list(F = F, df1 = n - 1, df2 = df, p = pf(F, n - 1, df, lower.tail = FALSE))
    single <- list(value = (F - 1) / (F + k - 1), lbound = (low - 1) / (low + k - 1),
                   ubound = (high - 1) / (high + k - 1))
    mean <- list(value = 1 - 1 / F, lbound = 1 - 1 / low, ubound = 1 - 1 / high)
    setNames(list(singles(c(list(name = sprintf(name, "1")), single, test)),
                  singles(c(list(name = sprintf(name, as.character(k))), mean, test))),
             paste0(model, c("_consistency_single", "_consistency_average")))
  }
  M <- two[["Mean Sq"]]
  agreement <- (M[1] - M[3]) / c(M[1] + (k - 1) * M[3] + k / n * (M[2] - M[3]), M[1] + (M[2] - M[3]) / n)
  c(
    forms("oneway", "ICC(%s)", one[["Mean Sq"]][1], one[["Mean Sq"]][2], n * (k - 1)),
    forms("twoway", "ICC(C,%s)", M[1], M[3], (n - 1) * (k - 1)),
    list(twoway_agreement_single = singles(list(name = "ICC(A,1)", value = agreement[1])),
         twoway_agreement_average = singles(list(name = sprintf("ICC(A,%d)", k), value = agreement[2])))
  )
}
settings <- list(list("rated", "rated", .05), list("rated_90", "rated", .1),
                 list("rated_missing", "rated_missing", .05), list("scores", "scores", .05))
for (setting in settings) {
  x <- na.omit(data[[setting[[2]]]])
  add("agreement", "icc", setting[[1]], "psych::ICC(na.omit(x), lmer = FALSE)", setting[[2]], of_icc(x, setting[[3]]),
      options = list(alpha = setting[[3]]))
  add("agreement", "irr_icc", setting[[1]], "anova(lm(y ~ person + rater))", setting[[2]],
      of_anova(x, 1 - setting[[3]]), options = list(conf.level = 1 - setting[[3]]), packages = "stats")
}

# ---- kappa ------------------------------------------------------------------------------------------------
of_kappa <- function(g) {
  agree <- matrix(g$agree, nrow(g$agree), dimnames = dimnames(g$agree))
  list(kappa = unbox(g$kappa), weighted = unbox(g$weighted.kappa), var_kappa = unbox(g$var.kappa), n = unbox(g$n.obs),
       confid = a_matrix(g$confid[1, , drop = FALSE]), agree = a_matrix(agree))
}
settings <- list(list("rated", "rated", c("rater1", "rater2"), .05),
                 list("rated_missing", "rated_missing", c("rater2", "rater4"), .1),
                 list("named", "named", c("rater1", "rater2"), .05))
for (setting in settings) {
  x <- na.omit(data[[setting[[2]]]][setting[[3]]])
  quadratic <- quietly(cohen.kappa(x, alpha = setting[[4]]))
  q <- nrow(quadratic$agree)
  linear <- 1 - abs(outer(1:q, 1:q, "-")) / (q - 1)
  add("agreement", "kappa", setting[[1]], "psych::cohen.kappa", setting[[2]],
      list(quadratic_default = of_kappa(quadratic),
           linear_w_agreement = of_kappa(quietly(cohen.kappa(x, w = linear, alpha = setting[[4]])))),
      columns = setting[[3]], options = list(alpha = setting[[4]]))
}

# Fleiss (1971) with the standard error of Fleiss, Nee & Landis (1979); Conger (1980)
of_several <- function(x) {
  x <- as.matrix(na.omit(x))
  counts <- t(apply(x, 1, function(row) table(factor(row, sort(unique(c(x)))))))
  n <- nrow(x)
  m <- ncol(x)
  p <- colSums(counts) / (n * m)
  pq <- sum(p * (1 - p))
  observed <- mean((rowSums(counts^2) - m) / (m * (m - 1)))
  kappa <- 1 - (1 - observed) / pq
  se <- sqrt(2 / (n * m * (m - 1)) * (pq^2 - sum(p * (1 - p) * (1 - 2 * p))) / pq^2)
  pairs <- combn(m, 2)
  shares <- apply(x, 2, function(r) table(factor(r, sort(unique(c(x))))) / n)
  chance <- mean(apply(pairs, 2, function(pair) sum(shares[, pair[1]] * shares[, pair[2]])))
  singles(list(fleiss = kappa, z = kappa / se, p = 2 * pnorm(-abs(kappa / se)),
               conger = (observed - chance) / (1 - chance)))
}
for (name in c("rated", "rated_missing")) {
  add("agreement", "kappam", name, "by hand in base R", name, of_several(data[[name]]), packages = "stats")
}

# ---- Kendall's W ------------------------------------------------------------------------------------------
# Friedman's statistic, corrected for ties, is m (n - 1) W
for (name in c("rated", "rated_missing", "scores")) {
  x <- as.matrix(na.omit(data[[name]]))
  test <- friedman.test(t(x))
  add("agreement", "kendallW", name, "stats::friedman.test (correct = TRUE)", name, packages = "stats",
      singles(list(W = unname(test$statistic) / (ncol(x) * (nrow(x) - 1)), chisq = unname(test$statistic),
                   p = test$p.value)))
}

# ---- limits of agreement and measurement error ------------------------------------------------------------
of_limits <- function(x, y) {
  n <- length(x)
  d <- y - x
  z <- qnorm(.975)
  t <- qt(.975, n - 1)
  m <- mean(d)
  s <- sd(d)
  se <- s * sqrt(1 / n + z^2 / (2 * (n - 1)))
  slope <- summary(lm(d ~ I((x + y) / 2)))$coefficients
  table <- anova(lm(c(x, y) ~ factor(rep(1:n, 2)) + factor(rep(1:2, each = n))))[["Mean Sq"]]
  agreement <- sqrt(table[3] + max(0, (table[2] - table[3]) / n))
  both <- var(x) + var(y) + (mean(x) - mean(y))^2
  values <- list(
    n = n, mean_diff = m, sd_diff = s, mean_ci = m + c(-1, 1) * t * s / sqrt(n), loa = m + c(-1, 1) * z * s,
    loa_196 = m + c(-1, 1) * 1.96 * s, loa_se = se, loa_se_approx_sqrt3 = s * sqrt(3 / n),
    loa_ci_lower = m - z * s + c(-1, 1) * t * se, loa_ci_upper = m + z * s + c(-1, 1) * t * se,
    prop_bias_slope = slope[2, 1], prop_bias_p = slope[2, 4], MS_rows = table[1], MS_cols = table[2],
    MS_error = table[3],
    SEM_consistency = sqrt(table[3]), SEM_agreement = agreement, SDC_ind_agreement = z * sqrt(2) * agreement,
    SDC_ind_consistency = z * sqrt(2 * table[3]), SDC_group_agreement = z * sqrt(2 / n) * agreement,
    pearson = cor(x, y), spearman = cor(x, y, method = "spearman"), ccc = 2 * cov(x, y) / both,
    t_paired = unname(t.test(y, x, paired = TRUE)$statistic)
  )
  lapply(values, boxed)
}
for (setting in list(c("scores", "first", "second"), c("rated_missing", "rater1", "rater3"))) {
  x <- na.omit(data[[setting[1]]][setting[2:3]])
  add("agreement", "blandaltman", setting[1], "base R: d = y - x", setting[1], of_limits(x[[1]], x[[2]]),
      options = list(x = setting[2], y = setting[3]), columns = setting[2:3], packages = "stats")
}

# ---- test-retest ------------------------------------------------------------------------------------------
at <- function(t) {
  frame <- data$retest[c("id", paste0("q", 1:6, ".", t))]
  names(frame) <- c("id", paste0("q", 1:6))
  frame
}
settings <- list(list("found_keys", NULL), list("given_keys", c("q1", "q2", "q3", "-q4", "q5", "q6")),
                 list("three_items", c("q1", "q3", "q5")))
for (setting in settings) {
  # psych's labels of the sixth to eighth column of alpha are of other quantities: see the adapter
  g <- quietly(testRetest(at(1), at(2), keys = setting[[2]], lmer = FALSE, sort = FALSE))
  add("agreement", "testretest", setting[[1]], "psych::testRetest(t1, t2, keys)", "retest",
      list(r12 = unbox(g$r12), alpha = I(as.numeric(g$alpha)), rqq = I(g$rqq), item_stats = a_frame(g$item.stats)),
      options = list(lmer = FALSE), columns = c("id", paste0("q", 1:6)))
}
