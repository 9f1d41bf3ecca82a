# What psych and base R say of items one by one, and of their correlations.
# ---- describe ---------------------------------------------------------------------------------------------
for (type in 1:3) {
  for (name in c("five_missing", "numbers", "few")) {
    trim <- c(.1, .2, .05)[type]
    x <- as.data.frame(unclass(describe(data[[name]], type = type, trim = trim)))
    add("items", "describe", paste0(name, "_type", type), "psych::describe", name, lapply(as.list(x), I),
        options = list(type = unbox(type), trim = unbox(trim)))
  }
}
add("items", "describe", "one_column", "psych::describe", "numbers",
    lapply(as.list(as.data.frame(unclass(describe(data$numbers["visits"], type = 1)))), I),
    options = list(type = unbox(1), trim = unbox(.1)), columns = "visits")

# ---- floor and ceiling ------------------------------------------------------------------------------------
floor_ceiling <- function(frame, low, high, conf) {
  one <- function(x) {
    x <- x[!is.na(x)]
    n <- length(x)
    ends <- c(floor = sum(x == low), ceil = sum(x == high))
    out <- c(n = n)
    for (end in names(ends)) {
      z <- qnorm(1 - (1 - conf) / 2)
      p <- ends[[end]] / n
      centre <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
      half <- z / (1 + z^2 / n) * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))
      out[paste0(end, c("_n", "_p", "_wilson_lo", "_wilson_hi"))] <- c(ends[[end]], p, centre - half, centre + half)
    }
    for (end in names(ends)) {
      out[paste0(end, c("_proptest_lo", "_proptest_hi"))] <-
        suppressWarnings(prop.test(ends[[end]], n, conf.level = conf, correct = FALSE)$conf.int)
    }
    for (end in names(ends)) {
      out[paste0(end, c("_exact_lo", "_exact_hi"))] <- binom.test(ends[[end]], n, conf.level = conf)$conf.int
    }
    out
  }
  t(sapply(frame, one))
}
for (setting in list(list("five_missing", 0, 4, .95), list("five", 0, 4, .9), list("skewed", 0, 3, .95),
                     list("binary_missing", 0, 1, .99), list("few", 1, 5, .95), list("five", 1, 3, .95))) {
  name <- paste(setting[[1]], setting[[2]], setting[[3]], sep = "_")
  add("items", "floorceiling", name, "base R, prop.test(correct = FALSE), binom.test", setting[[1]],
      a_matrix(floor_ceiling(data[[setting[[1]]]], setting[[2]], setting[[3]], setting[[4]])),
      options = list(min = unbox(setting[[2]]), max = unbox(setting[[3]]), conf = unbox(setting[[4]])))
}

# ---- response frequencies ---------------------------------------------------------------------------------
for (name in c("five_missing", "binary_missing", "skewed", "few")) {
  add("items", "response_freq", name, "psych::response.frequencies", name, a_matrix(response.frequencies(data[[name]])))
}

# ---- correlations -----------------------------------------------------------------------------------------
correlate <- function(frame, use, n) {
  rest <- sapply(names(frame), function(j) cor(frame[[j]], rowSums(frame[setdiff(names(frame), j)]), use = "complete.obs"))
  first <- frame[seq_len(min(n, nrow(frame))), ]
  values <- list(
    pearson = a_matrix(cor(frame, use = use)),
    spearman = a_matrix(cor(frame, use = use, method = "spearman"))
  )
  values[[paste0("kendall_n", n)]] <- a_matrix(cor(first, use = use, method = "kendall"))
  if (use == "complete.obs") {
    values$item_total <- a_named(sapply(names(frame), function(j) unbox(cor(frame[[j]], rowSums(frame), use = use))))
    complete <- na.omit(frame)
    values$item_rest <- a_named(sapply(names(frame), function(j) {
      unbox(cor(complete[[j]], rowSums(complete[setdiff(names(frame), j)])))
    }))
    values$item_total <- lapply(values$item_total, unbox)
    values$item_rest <- lapply(values$item_rest, unbox)
  }
  values
}
for (setting in list(list("five", "complete.obs", 500), list("five_missing", "complete.obs", 100),
                     list("five_missing", "pairwise.complete.obs", 120), list("binary_missing", "pairwise.complete.obs", 500),
                     list("numbers", "pairwise.complete.obs", 40))) {
  use <- setting[[2]]
  name <- paste(setting[[1]], sub("[.].*", "", use), sep = "_")
  add("items", "item_correlations", name, "stats::cor", setting[[1]],
      correlate(data[[setting[[1]]]], use, setting[[3]]), options = list(use = unbox(use)))
}

# ---- discrimination ---------------------------------------------------------------------------------------
frame <- data$binary
total <- rowSums(frame)
single <- function(f) lapply(setNames(names(frame), names(frame)), function(j) unbox(f(j)))
k <- ncol(frame)
variances <- sapply(frame, var)
add("items", "discrimination", "binary", "colMeans, cor, Kuder-Richardson 20", "binary", list(
  p = single(function(j) mean(frame[[j]])),
  pbis = single(function(j) cor(frame[[j]], total)),
  rpbis = single(function(j) cor(frame[[j]], total - frame[[j]])),
  kr20 = unbox(k / (k - 1) * (1 - sum(variances) / var(total)))
))
