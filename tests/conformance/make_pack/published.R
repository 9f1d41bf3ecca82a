# Published tables with the numbers printed of them, for what no package of Debian computes and as a second opinion for
# the rest. Only digits that were printed: tolerances.py has a row for each case, which says so. No package made these
# values, so their cases carry a source in place of a version.

published <- function(kind, name, data_name, table, values, source, options = NULL, columns = NULL) {
  write.csv(table, file.path(pack, "data", paste0(data_name, ".csv")), row.names = FALSE, na = "")
  add("published", kind, name, "as printed", data_name, values, options = options, columns = columns, note = source,
      packages = character())
}

# ---- Shrout & Fleiss (1979): six targets, four judges -----------------------------------------------------
four_judges <- data.frame(judge1 = c(9, 6, 8, 7, 10, 6), judge2 = c(2, 1, 4, 1, 5, 2), judge3 = c(5, 3, 6, 2, 6, 4),
                          judge4 = c(8, 2, 8, 6, 9, 7))
published("icc", "shrout_fleiss_1979", "shrout_fleiss_1979", four_judges,
          list(results = list(rows = I(c("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,4)", "ICC(2,4)", "ICC(3,4)")),
                              columns = list(ICC = I(c(.17, .29, .71, .44, .62, .91)))),
               MSW = unbox(6.26), n_obs = unbox(6), n_judge = unbox(4)),
          "Shrout & Fleiss (1979), tables 2 to 4, doi:10.1037/0033-2909.86.2.420")

# ---- Krippendorff (2011): two observers on ten and twelve units, four on twelve with missing ratings -------
krippendorff <- "Krippendorff (2011), Computing Krippendorff's alpha-reliability, example"
published("kripp", "krippendorff_2011_a", "krippendorff_2011_a",
          data.frame(Meg = c(0, 1, 0, 0, 0, 0, 0, 0, 1, 0), Owen = c(1, 1, 1, 0, 0, 1, 0, 0, 0, 0)),
          singles(list(nominal = .095)), paste(krippendorff, "A"))
letters_of <- function(text) strsplit(text, " ")[[1]]
published("kripp", "krippendorff_2011_b", "krippendorff_2011_b",
          data.frame(Ben = letters_of("a a b b d c c c e d d a"), Gerry = letters_of("b a b b b c c c e d d d")),
          singles(list(nominal = .692)), paste(krippendorff, "B"))
four_observers <- data.frame(
  A = c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA), B = c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3),
  C = c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA), D = c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA)
)
published("kripp", "krippendorff_2011_c", "krippendorff_2011_c", four_observers,
          singles(list(nominal = .743, ordinal = .815, interval = .849, ratio = .797)), paste(krippendorff, "C"))

# ---- Gwet's AC1 and AC2 of the same table -------------------------------------------------------------------
ac <- function(weights, pa, pe, value, se, ends) {
  name <- if (weights == "unweighted") "AC1" else "AC2"
  singles(list(coeff.name = name, pa = pa, pe = pe, coeff.val = value, coeff.se = se, conf.int = ends, w.name = weights))
}
printed <- list(
  ac("unweighted", .818, .190, .775, .143, "(0.461,1)"), ac("linear", .939, .571, .859, .117, "(0.6,1)"),
  ac("quadratic", .975, .714, .914, .104, "(0.685,1)"), ac("ordinal", .968, .685, .899, .107, "(0.664,1)"),
  ac("radical", .897, .430, .820, .128, "(0.537,1)"), ac("ratio", .954, .678, .857, .122, "(0.589,1)"),
  ac("circular", .902, .426, .830, .133, "(0.538,1)"), ac("bipolar", .968, .682, .900, .106, "(0.667,1)")
)
names(printed) <- paste0("gwet.ac1.raw|", sapply(printed, function(one) one$w.name))
published("irrcac", "gwet_ac", "krippendorff_2011_c", four_observers, printed,
          paste("what irrCAC prints to three digits of the table of Krippendorff (2011), example C, as the tests of its",
                "Python port have it; Gwet (2008), doi:10.1348/000711006X126600"))

# ---- Fleiss (1971): thirty patients, six psychiatrists, five diagnoses --------------------------------------
# how many psychiatrists chose depression, personality disorder, schizophrenia, neurosis, other
diagnoses <- matrix(c(
  0, 0, 0, 6, 0,  0, 3, 0, 0, 3,  0, 1, 4, 0, 1,  0, 0, 0, 0, 6,  0, 3, 0, 3, 0,  2, 0, 4, 0, 0,
  0, 0, 4, 0, 2,  2, 0, 3, 1, 0,  2, 0, 0, 4, 0,  0, 0, 0, 0, 6,  1, 0, 0, 5, 0,  1, 1, 0, 4, 0,
  0, 3, 3, 0, 0,  1, 0, 0, 5, 0,  0, 2, 0, 3, 1,  0, 0, 5, 0, 1,  3, 0, 0, 1, 2,  5, 1, 0, 0, 0,
  0, 2, 0, 4, 0,  1, 0, 2, 0, 3,  0, 0, 0, 0, 6,  0, 1, 0, 5, 0,  0, 2, 0, 1, 3,  2, 0, 0, 4, 0,
  1, 0, 0, 4, 1,  0, 5, 0, 1, 0,  4, 0, 0, 0, 2,  0, 2, 0, 4, 0,  1, 0, 5, 0, 0,  0, 0, 0, 0, 6
), ncol = 5, byrow = TRUE)
stopifnot(all(rowSums(diagnoses) == 6), nrow(diagnoses) == 30)
psychiatrists <- as.data.frame(t(apply(diagnoses, 1, function(row) rep(1:5, row))))
names(psychiatrists) <- paste0("choice", 1:6)
published("kappam", "fleiss_1971", "fleiss_1971", psychiatrists, singles(list(fleiss = .430)),
          "Fleiss (1971), table 1, doi:10.1037/h0031619; who chose what is not told, so only Fleiss' kappa is of it")

# ---- Cohen (1968): two judges, 200 persons, three diagnoses, weights of disagreement ------------------------
cohen <- matrix(c(88, 14, 18, 10, 40, 10, 2, 6, 12), 3, byrow = TRUE)
judges <- data.frame(judge1 = rep(rep(1:3, 3), c(cohen)), judge2 = rep(rep(1:3, each = 3), c(cohen)))
published("kappa", "cohen_1968", "cohen_1968", judges,
          list(by_weights = singles(list(kappa = .492, weighted = .348, n = 200))),
          "Cohen (1968), table 1, doi:10.1037/h0026256",
          options = list(disagreement = list(c(0, 1, 3), c(1, 0, 6), c(3, 6, 0))))

# ---- Kendall's W: three executives rank six applicants ------------------------------------------------------
executives <- data.frame(X = c(1, 6, 3, 2, 5, 4), Y = c(1, 5, 6, 4, 2, 3), Z = c(6, 3, 2, 5, 4, 1))
published("kendallW", "siegel_1956", "siegel_1956", executives, singles(list(W = .16)),
          "Siegel (1956), Nonparametric statistics for the behavioral sciences, chapter 9, the example of Kendall's W")

# ---- Bland & Altman (1999): 85 differences of blood pressure ------------------------------------------------
# the readings themselves are not given here: made ones with the printed mean and standard deviation have the same
# limits.
# The intervals of the limits are left out: they were worked out from the rounded limits and standard error.
set.seed(1999)
difference <- -16.29 + 19.61 * c(scale(rnorm(85)))
reading <- rnorm(85, 135, 20)
published("blandaltman", "bland_altman_1999", "bland_altman_1999",
          data.frame(observer = reading, monitor = reading - difference),
          lapply(list(n = 85, mean_diff = -16.29, sd_diff = 19.61, loa_196 = c(-54.7, 22.1),
                      mean_ci = c(-20.5, -12.1)), boxed),
          paste("Bland & Altman (1999), section 2, doi:10.1177/096228029900800204; readings made to have the printed",
                "mean and SD"),
          options = list(x = "monitor", y = "observer"))
