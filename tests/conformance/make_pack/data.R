# Simulated answers, ratings and scores, from fixed seeds.

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

# three groups of three items on one general factor, two items worded the other way; 5 categories
grouped <- function(n) {
  general <- rnorm(n)
  group <- matrix(rnorm(3 * n), n)
  loadings <- c(.6, .55, .5, .65, .5, .45, .6, .5, .55)
  items <- sapply(1:9, function(j) {
    latent <- loadings[j] * general + .5 * group[, (j - 1) %/% 3 + 1] + sqrt(1 - loadings[j]^2 - .25) * rnorm(n)
    findInterval(if (j %in% c(2, 7)) -latent else latent, c(-1.2, -.4, .4, 1.2)) + 1
  })
  colnames(items) <- paste0("q", 1:9)
  as.data.frame(items)
}
upright <- function(frame) {
  frame[c(2, 7)] <- 6 - frame[c(2, 7)]
  frame
}

# persons rated by raters who differ in mean, all on 1-5
rated <- function(n, shifts, noise) {
  truth <- rnorm(n, 3, 1)
  ratings <- sapply(shifts, function(shift) pmin(pmax(round(truth + shift + rnorm(n, 0, noise)), 1), 5))
  colnames(ratings) <- paste0("rater", seq_along(shifts))
  as.data.frame(ratings)
}

set.seed(20260301)
data$grouped <- grouped(260)
data$grouped_upright <- upright(data$grouped)
data$grouped_missing <- with_holes(upright(grouped(220)), .05)
data$rated <- rated(24, c(0, .3, -.4, .1), .6)
data$rated_missing <- with_holes(rated(30, c(0, .2, -.3, 0), .7), .15)
words <- c("mild", "mild", "moderate", "severe", "severe")
data$named <- as.data.frame(lapply(rated(40, c(0, .2), .8), function(x) words[x]))
data$scores <- with_holes(local({
  truth <- rnorm(90, 50, 12)
  data.frame(first = round(truth + rnorm(90, 0, 5), 1), second = round(truth + 1.5 + rnorm(90, 0, 5), 1))
}), .04)
data$retest <- local({
  trait <- rnorm(60)
  at <- function(t) {
    items <- sapply(1:6, function(j) {
      latent <- .75 * trait + .65 * rnorm(60)
      findInterval(if (j == 4) -latent else latent, c(-1, 0, 1)) + 1
    })
    colnames(items) <- paste0("q", 1:6, ".", t)
    as.data.frame(items)
  }
  cbind(id = 1:60, with_holes(cbind(at(1), at(2)), .02))
})
for (name in names(data)) {
  write.csv(data[[name]], file.path(pack, "data", paste0(name, ".csv")), row.names = FALSE, na = "")
}
correlations <- cor(data$five)
matrix_file <- cbind(variable = rownames(correlations), as.data.frame(correlations))
# 17 digits, so that the file is symmetric to the last one
matrix_file[-1] <- lapply(matrix_file[-1], function(x) formatC(x, digits = 17, format = "g"))
write.csv(matrix_file, file.path(pack, "data", "five_correlations.csv"), row.names = FALSE, quote = FALSE)
