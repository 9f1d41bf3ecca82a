# Makes the project's own reference pack: simulated data, and what R and psych compute from them.
#   Rscript tests/conformance/make_pack.R
# Needs R with the packages psych and jsonlite (Debian: r-base, r-cran-psych, r-cran-jsonlite). The versions that
# made the values stand in every case; what psych is known to get wrong is in the note of its case.
suppressPackageStartupMessages({
  library(psych)
  library(jsonlite)
})

arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
pack <- file.path(dirname(normalizePath(script)), "pack")
dir.create(file.path(pack, "data"), recursive = TRUE, showWarnings = FALSE)
dir.create(file.path(pack, "cases"), recursive = TRUE, showWarnings = FALSE)

# ---- data -------------------------------------------------------------------------------------------------
graded <- function(n, loadings, cuts, reversed = integer()) {
  factor <- rnorm(n)
  items <- sapply(seq_along(loadings), function(j) {
    latent <- loadings[j] * factor + sqrt(1 - loadings[j]^2) * rnorm(n)
    if (j %in% reversed) latent <- -latent
    findInterval(latent, cuts)
  })
  colnames(items) <- paste0("q", seq_along(loadings))
  as.data.frame(items)
}

with_holes <- function(frame, share) {
  holes <- matrix(runif(prod(dim(frame))) < share, nrow(frame))
  frame[holes] <- NA
  frame
}

set.seed(20251101)
data <- list(
  five = graded(150, c(.8, .7, .6, .7, .5, .6), c(-1.4, -.5, .3, 1.1)),
  five_missing = with_holes(graded(180, c(.8, .7, .6, .7, .5, .6), c(-1.4, -.5, .3, 1.1), reversed = c(2, 5)), .08),
  binary = graded(200, c(.7, .6, .6, .5, .8, .4, .5), .2),
  binary_missing = with_holes(graded(160, c(.7, .6, .6, .5, .8, .4, .5), -.3), .05),
  skewed = graded(90, c(.7, .7, .6, .5), c(1.2, 1.8, 2.3)),
  numbers = with_holes(data.frame(weight = round(rnorm(60, 75, 12), 1), visits = rpois(60, 3),
                                  minutes = round(rexp(60, .02), 2)), .1),
  few = data.frame(q1 = c(1, 2, 2, 3, 4), q2 = c(2, 2, 3, 3, 4), q3 = c(1, 1, 3, 4, 4), q4 = c(4, 2, 1, 3, 2))
)
for (name in names(data)) {
  write.csv(data[[name]], file.path(pack, "data", paste0(name, ".csv")), row.names = FALSE, na = "")
}
correlations <- cor(data$five)
matrix_file <- cbind(variable = rownames(correlations), as.data.frame(correlations))
# 17 digits, so that the file is symmetric to the last one
matrix_file[-1] <- lapply(matrix_file[-1], function(x) formatC(x, digits = 17, format = "g"))
write.csv(matrix_file, file.path(pack, "data", "five_correlations.csv"), row.names = FALSE, quote = FALSE)

# ---- form -------------------------------------------------------------------------------------------------
a_matrix <- function(x) {
  if (is.null(rownames(x))) rownames(x) <- paste0("V", seq_len(nrow(x)))
  list(rows = I(rownames(x)), cols = I(colnames(x)), values = unname(lapply(seq_len(nrow(x)), function(i) I(unname(x[i, ])))))
}
a_frame <- function(x) {
  rows <- rownames(x)
  list(rows = I(if (is.null(rows)) "" else rows), columns = lapply(as.list(x), function(column) I(unname(column))))
}
a_named <- function(x) as.list(x)

cases <- list()
add <- function(file, kind, name, call, data, values, options = NULL, columns = NULL, note = NULL) {
  case <- list(
    id = unbox(paste(kind, name, sep = ".")), kind = unbox(kind), call = unbox(call),
    data = unbox(paste0(data, ".csv")), values = values,
    r_version = unbox(paste(R.version$major, R.version$minor, sep = ".")),
    package_version = list(psych = unbox(as.character(packageVersion("psych"))))
  )
  if (!is.null(options)) case$options <- options
  if (!is.null(columns)) case$columns <- I(columns)
  if (!is.null(note)) case$note <- unbox(note)
  cases[[file]] <<- c(cases[[file]], list(case))
}
quietly <- function(expression) suppressWarnings(suppressMessages({
  capture.output(result <- expression)
  result
}))

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

for (file in names(cases)) {
  text <- toJSON(cases[[file]], digits = NA, na = "null", null = "null", pretty = FALSE, always_decimal = FALSE)
  writeLines(prettify(text, indent = 1), file.path(pack, "cases", paste0(file, ".json")))
}
