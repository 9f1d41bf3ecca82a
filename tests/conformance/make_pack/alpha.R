# psych::alpha and psych::alpha.ci.
# ---- alpha ------------------------------------------------------------------------------------------------
of_alpha <- function(a) {
  values <- list(total = a_frame(a$total), alpha_drop = a_frame(a$alpha.drop), item_stats = a_frame(a$item.stats))
  values$feldt <- lapply(unclass(a$feldt), function(x) a_frame(as.data.frame(x)))
  values["response_freq"] <- list(if (is.null(a$response.freq)) unbox(NA) else a_matrix(a$response.freq))
  values$keys <- list(I(unlist(a$keys, use.names = FALSE)))
  values
}
settings <- list(
  list("five", "five", list()),
  list("five_missing_as_is", "five_missing", list(), "two items are worded the other way and not reversed"),
  list("five_missing_check_keys", "five_missing", list(check.keys = TRUE)),
  list("five_missing_keys", "five_missing", list(keys = c("q2", "q5"))),
  list("five_missing_cumulative", "five_missing", list(keys = c("q2", "q5"), cumulative = TRUE)),
  list("five_missing_listwise", "five_missing", list(keys = c("q2", "q5"), use = "complete.obs")),
  list("five_missing_median", "five_missing", list(keys = c("q2", "q5"), impute = "median")),
  list("binary", "binary", list()),
  list("binary_missing", "binary_missing", list()),
  list("skewed", "skewed", list()),
  list("numbers", "numbers", list(), "more than ten different values, so no frequencies"),
  list("few", "few", list(), "five persons, one item the other way round")
)
for (setting in settings) {
  frame <- data[[setting[[2]]]]
  a <- quietly(do.call(psych::alpha, c(list(frame), setting[[3]])))
  options <- lapply(setting[[3]], function(o) if (length(o) == 1) unbox(o) else I(o))
  add("alpha", "alpha", setting[[1]], "psych::alpha", setting[[2]], of_alpha(a),
      options = if (length(options)) options, note = if (length(setting) > 3) setting[[4]])
}
add("alpha", "alpha", "two_items", "psych::alpha", "five", of_alpha(quietly(psych::alpha(data$five[1:2]))),
    columns = names(data$five)[1:2], note = "psych prints the slope and the correlation as alpha of one item")
add("alpha", "alpha", "three_items", "psych::alpha", "five", of_alpha(quietly(psych::alpha(data$five[1:3]))),
    columns = names(data$five)[1:3])
a <- quietly(psych::alpha(correlations, n.obs = 150))
values <- list(total = a_frame(a$total), alpha_drop = a_frame(a$alpha.drop), item_stats = a_frame(a$item.stats))
add("alpha", "alpha", "matrix", "psych::alpha", "five_correlations", values, options = list(n.obs = unbox(150)))

for (p in c(.05, .1)) {
  raw <- quietly(psych::alpha(data$five))$total$raw_alpha
  ci <- unclass(alpha.ci(raw, n.obs = nrow(data$five), n.var = ncol(data$five), p.val = p))
  add("alpha", "alpha_ci", paste0("five_", p), "psych::alpha.ci", "five",
      list(alpha = unbox(raw), lower = unbox(ci$lower.ci), upper = unbox(ci$upper.ci), r_bar = unbox(ci$r.bar)),
      options = list(p.val = unbox(p)))
}
