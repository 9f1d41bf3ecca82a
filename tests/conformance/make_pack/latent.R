# Polychoric, tetrachoric, polyserial and mixed correlations: psych, polycor and lavaan.

# a matrix or a number, with the names that it has
a_table <- function(x) {
  x <- as.matrix(x)
  list(rows = if (is.null(rownames(x))) NULL else I(rownames(x)), cols = if (is.null(colnames(x))) NULL else I(colnames(x)),
       values = unname(lapply(seq_len(nrow(x)), function(i) I(unname(x[i, ])))))
}
latent <- function(...) add("latent", ...)

set.seed(20261101)
data$mixture <- local({
  frame <- graded(240, c(.8, .7, .6, .7), c(-.9, .1, 1))
  latent <- rowSums(frame) / 3 + rnorm(240)
  frame$q3 <- as.integer(frame$q3 > 1)
  with_holes(cbind(score = round(50 + 10 * latent, 1), frame), .05)
})
write.csv(data$mixture, file.path(pack, "data", "mixture.csv"), row.names = FALSE, na = "")

# psych stops with an error where it corrects tables that differ in size: the skewed answers are left out
of_psych <- function(r) list(rho = a_table(r$rho), tau = if (is.matrix(r$tau)) a_table(r$tau) else singles(r$tau))
for (setting in list(list("five", 0, FALSE), list("five", .5, FALSE), list("five", 0, TRUE), list("five_missing", 0, FALSE),
                     list("grouped_missing", 0, TRUE), list("grouped_upright", .5, FALSE))) {
  arguments <- list(correct = setting[[2]], global = setting[[3]])
  name <- paste(setting[[1]], sub("0\\.", "0", setting[[2]]), if (setting[[3]]) "global" else "own", sep = "_")
  latent("polychoric", name, "psych::polychoric(x, correct, global)", setting[[1]],
         of_psych(quietly(do.call(polychoric, c(list(data[[setting[[1]]]]), arguments)))), options = arguments)
}
for (setting in list(list("binary", 0), list("binary", .5), list("binary_missing", 0))) {
  name <- paste(setting[[1]], sub("0\\.", "0", setting[[2]]), sep = "_")
  latent("tetrachoric", name, "psych::tetrachoric(x, correct)", setting[[1]],
         of_psych(quietly(tetrachoric(data[[setting[[1]]]], correct = setting[[2]]))), options = list(correct = setting[[2]]))
}

# ---- one pair ---------------------------------------------------------------------------------------------
rho_of <- function(r, ML) if (ML) list("rho" = unbox(unname(r$rho))) else unbox(unname(r$rho))
for (ML in c(FALSE, TRUE)) {
  for (setting in list(c("five", "q1", "q2"), c("five_missing", "q1", "q2"), c("binary_missing", "q1", "q5"),
                       c("skewed", "q1", "q3"))) {
    x <- data[[setting[1]]][setting[2:3]]
    r <- quietly(polycor::polychor(x[[1]], x[[2]], ML = ML, std.err = TRUE))
    latent("polychor", paste(setting[1], setting[2], setting[3], if (ML) "ml" else "two_step", sep = "_"),
           "polycor::polychor(x, y, ML, std.err = TRUE)", setting[1],
           list(rho = rho_of(r, ML), var = a_table(r$var), se = unbox(sqrt(r$var[1, 1])), row_cuts = singles(r$row.cuts),
                col_cuts = singles(r$col.cuts), chisq = unbox(r$chisq), df = unbox(r$df), n = unbox(r$n)),
           options = list(ML = ML), columns = setting[2:3], packages = "polycor")
  }
}
of_polyserial <- function(x, y, ML) {
  r <- quietly(polycor::polyserial(x, y, ML = ML, std.err = TRUE))
  list(rho = rho_of(r, ML), var = a_table(r$var), cuts = singles(r$cuts), chisq = unbox(r$chisq), df = unbox(r$df))
}
for (from in c("grouped", "grouped_missing")) {
  x <- rowSums(data[[from]][paste0("q", 1:3)])
  latent("polyserial", from, "polycor::polyserial(x, y, ML, std.err = TRUE)", from,
         list(two_step = of_polyserial(x, data[[from]]$q4, FALSE), ml = of_polyserial(x, data[[from]]$q4, TRUE)),
         options = list(x = "row sum of q1..q3", y = "q4"), columns = paste0("q", 1:4), packages = "polycor")
}

# ---- matrices ---------------------------------------------------------------------------------------------
for (setting in list(c("five", "listwise"), c("five_missing", "listwise"), c("five_missing", "pairwise"),
                     c("binary", "listwise"))) {
  x <- data[[setting[1]]]
  r <- quietly(lavCor(x, ordered = names(x), missing = setting[2]))
  p <- as.data.frame(parameterEstimates(quietly(
    lavCor(x, ordered = names(x), missing = setting[2], output = "fit", se = "standard"))))
  p <- p[p$op %in% c("~~", "|"), ]
  rownames(p) <- NULL
  latent("lavcor", paste(setting, collapse = "_"), "lavaan::lavCor(x, ordered = names(x), missing)", setting[1],
         list(cor = a_table(unclass(r)), parameters = a_frame(p[c("lhs", "op", "rhs", "est", "se")])),
         options = list(missing = setting[2]), packages = "lavaan")
}
for (ML in c(FALSE, TRUE)) {
  x <- data$grouped_missing
  x <- data.frame(tot = rowSums(x[paste0("q", 1:3)]), other = rowSums(x[paste0("q", 7:9)]),
                  lapply(x[c("q4", "q5")], factor, ordered = TRUE))
  r <- quietly(polycor::hetcor(x, ML = ML))
  latent("hetcor", if (ML) "ml" else "two_step", "polycor::hetcor(x, ML)", "grouped_missing",
         list(cor = a_table(r$correlations), se = a_table(r$std.errors), type = a_table(r$type), tests = a_table(r$tests),
              n = unbox(r$n)),
         options = list(ML = ML, tot = "row sum q1..q3", other = "row sum q7..q9"), columns = paste0("q", 1:9),
         packages = "polycor")
}
for (global in c(FALSE, TRUE)) {
  latent("mixedcor", if (global) "global" else "own", "psych::mixedCor(x, correct, global)", "mixture",
         list(rho = a_table(quietly(mixedCor(data$mixture, correct = 0, global = global))$rho)),
         options = list(correct = 0, global = global))
}
latent("psych_polyserial", "score_q1", "psych::polyserial(x, y)", "mixture",
       list(polyserial = unbox(as.numeric(quietly(polyserial(data$mixture["score"], data$mixture["q1"]))))),
       columns = c("score", "q1"))
latent("psych_polyserial", "score_q3", "psych::polyserial(x, y), biserial(x, y)", "mixture",
       list(polyserial = unbox(as.numeric(quietly(polyserial(data$mixture["score"], data$mixture["q3"])))),
            biserial = unbox(as.numeric(quietly(biserial(data$mixture$score, data$mixture$q3))))),
       columns = c("score", "q3"))
