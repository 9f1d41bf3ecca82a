# psych::fa, fa.parallel, vss, KMO, cortest.bartlett and mardia; stats::factanal; GPArotation.

two_way <- function(x) {
  if (is.null(x)) return(NULL)
  x <- as.matrix(unclass(x))
  if (is.null(colnames(x))) colnames(x) <- paste0("V", seq_len(ncol(x)))
  a_matrix(x)
}
exploratory <- data[c("grouped", "grouped_missing", "five")]
exploratory$five_correlations <- correlations
persons_of <- function(name) if (name == "five_correlations") 150 else nrow(exploratory[[name]])
of_matrix <- function(name) {
  x <- exploratory[[name]]
  if (name == "five_correlations") as.matrix(x) else cor(x, use = "pairwise")
}

# ---- fa ---------------------------------------------------------------------------------------------------
of_fa <- function(f) {
  values <- list(
    loadings = two_way(f$loadings), Phi = two_way(f$Phi), Structure = two_way(f$Structure),
    communality = singles(f$communality), uniquenesses = singles(f$uniquenesses), complexity = singles(f$complexity),
    Vaccounted = two_way(f$Vaccounted), e_values = I(f$e.values), dof = f$dof, chi = f$chi, STATISTIC = f$STATISTIC,
    PVAL = f$PVAL, null_chisq = f$null.chisq, null_dof = f$null.dof, RMSEA = singles(f$RMSEA), TLI = f$TLI, BIC = f$BIC,
    SABIC = f$SABIC, rms = f$rms, crms = f$crms, objective = f$objective, fit = f$fit, fit_off = f$fit.off,
    R2_scores = I(f$R2)
  )
  # no scores and no factor correlations of factors that are not rotated obliquely
  lapply(Filter(function(x) length(x) > 0 && !all(is.na(unlist(x))), values), boxed)
}
for (setting in list(
  list("grouped", 3, "minres", "none"), list("grouped", 3, "minres", "oblimin"), list("grouped", 3, "ml", "varimax"),
  list("grouped", 3, "ml", "geominQ"), list("grouped", 3, "pa", "promax"), list("grouped", 3, "minres", "bifactor"),
  list("grouped", 2, "minres", "quartimin"), list("grouped_missing", 3, "minres", "oblimin"),
  list("grouped_missing", 2, "minres", "geominT"), list("five", 1, "ml", "none"), list("five", 2, "minres", "bentlerQ")
)) {
  f <- quietly(fa(exploratory[[setting[[1]]]], setting[[2]], fm = setting[[3]], rotate = setting[[4]]))
  add("exploratory", "fa", paste(c(setting[[1]], setting[[2]], setting[[3]], setting[[4]]), collapse = "_"),
      sprintf("psych::fa(x, %d)", setting[[2]]), setting[[1]], of_fa(f), packages = c("psych", "GPArotation"),
      options = list(nfactors = setting[[2]], fm = setting[[3]], rotate = setting[[4]]))
}

# ---- factanal and GPArotation -----------------------------------------------------------------------------
for (rotation in c("none", "varimax", "promax")) {
  f <- factanal(exploratory$grouped, 3, rotation = rotation)
  values <- list(loadings = two_way(f$loadings), uniquenesses = singles(f$uniquenesses), statistic = unbox(f$STATISTIC),
                 dof = unbox(f$dof), p = unbox(f$PVAL))
  add("exploratory", "factanal", paste0("grouped_", rotation), sprintf("stats::factanal(x, 3, rotation = '%s')", rotation),
      "grouped", values, packages = "stats")
}
L <- unclass(factanal(exploratory$grouped, 3, rotation = "none")$loadings)
for (name in c("oblimin", "quartimin", "geominQ", "geominT", "Varimax", "quartimax", "bentlerQ", "bentlerT", "bifactorT",
               "entropy", "infomaxT", "infomaxQ")) {
  for (normalize in c(FALSE, TRUE)) {
    turn <- getExportedValue("GPArotation", name)
    f <- quietly(turn(L, normalize = normalize, eps = 1e-8, maxit = 5000))
    values <- list(input = two_way(L), loadings = two_way(f$loadings), Phi = two_way(f$Phi), Th = two_way(f$Th),
                   criterion = unbox(f$Table[nrow(f$Table), 2]))
    add("exploratory", "gpa", paste0("grouped_", name, if (normalize) "_kaiser"),
        sprintf("GPArotation::%s(L, eps = 1e-8)", name), "grouped", Filter(Negate(is.null), values),
        options = list(normalize = normalize), packages = "GPArotation")
  }
}

# ---- how many ---------------------------------------------------------------------------------------------
for (name in names(exploratory)) {
  R <- of_matrix(name)
  n <- persons_of(name)
  found <- quietly(KMO(R))
  add("exploratory", "kmo", name, "psych::KMO(cor(x, use = 'pairwise'))", name,
      list(MSA = unbox(found$MSA), MSAi = singles(found$MSAi)))
  found <- quietly(cortest.bartlett(R, n))
  add("exploratory", "bartlett", name, "psych::cortest.bartlett(cor(x, use = 'pairwise'), n)", name,
      list(chisq = unbox(found$chisq), p = unbox(found$p.value), df = unbox(found$df)), options = list(n = n))
  # the random eigenvalues are draws: only those of the data can be compared
  found <- quietly(fa.parallel(R, n.obs = n, n.iter = 2, plot = FALSE))
  add("exploratory", "parallel", name, "psych::fa.parallel(cor(x, use = 'pairwise'), n.obs = n)", name,
      list(fa_values = I(found$fa.values), pc_values = I(found$pc.values)))
}
found <- quietly(vss(exploratory$grouped, n = 3, plot = FALSE))
add("exploratory", "vss", "grouped", "psych::vss(x, n = 3)", "grouped",
    list(map = I(found$map), vss1 = I(found$cfit.1), vss2 = I(found$cfit.2),
         stats = a_frame(found$vss.stats[, c("dof", "chisq", "prob", "sqresid", "fit", "RMSEA", "BIC", "SABIC", "complex",
                                             "eChisq", "SRMR", "eCRMS", "eBIC")])),
    options = list(rotate = "varimax", fm = "minres"))
for (name in c("grouped", "five")) {
  found <- quietly(mardia(exploratory[[name]], plot = FALSE))
  add("exploratory", "mardia", name, "psych::mardia(x)", name,
      list(n_obs = unbox(found$n.obs), n_var = unbox(found$n.var), b1p = unbox(found$b1p), b2p = unbox(found$b2p),
           skew = unbox(found$skew), small_skew = unbox(found$small.skew), p_skew = unbox(found$p.skew),
           p_small = unbox(found$p.small), kurtosis = unbox(found$kurtosis), p_kurt = unbox(found$p.kurt),
           d = I(unname(found$d))))
}
