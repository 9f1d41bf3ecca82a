# psych::omega, glb.fa and alpha of polychoric correlations; semTools's composite reliability of lavaan fits.

# ---- omega ------------------------------------------------------------------------------------------------
of_fit <- function(s, chi) {
  values <- list(rms = s$rms, RMSEA = if (length(s$RMSEA) == 4) singles(s$RMSEA), BIC = s$BIC)
  values[[chi]] <- s$STATISTIC
  singles(Filter(function(x) !is.null(x) && !all(is.na(unlist(x))), values))
}
of_omega <- function(x, m, ...) {
  g <- quietly(omega(x, m, plot = FALSE, ...))
  s <- g$schmid
  # psych has no table of the general factor of two factors, only the two loadings
  on_general <- if (m == 2) I(as.numeric(s$gloading)) else a_matrix(s$gloading)
  values <- list(
    omega_h = g$omega_h, omega_lim = g$omega.lim, alpha = g$alpha, omega_tot = g$omega.tot, G6 = g$G6,
    ECV = singles(g$ECV), sl = a_matrix(s$sl), orthog = a_matrix(s$orthog), oblique = a_matrix(s$oblique),
    phi = a_matrix(s$phi), gloading = on_general, omega_group = a_frame(g$omega.group),
    dof = s$dof, stats = of_fit(g$stats, "chi"), gstats = of_fit(g$gstats, "STATISTIC")
  )
  lapply(values, boxed)
}
settings <- list(
  list("grouped_three", "grouped", 3, list()),
  list("grouped_three_unturned", "grouped", 3, list(flip = FALSE)),
  list("grouped_two", "grouped_upright", 2, list()),
  list("grouped_missing", "grouped_missing", 3, list()),
  list("grouped_polychoric", "grouped_upright", 3, list(poly = TRUE)),
  list("five_correlations", "five_correlations", 2, list(n.obs = 150))
)
for (setting in settings) {
  x <- if (setting[[2]] == "five_correlations") correlations else data[[setting[[2]]]]
  add("factors", "omega", setting[[1]], sprintf("psych::omega(x, nfactors = %d)", setting[[3]]), setting[[2]],
      do.call(of_omega, c(list(x, setting[[3]]), setting[[4]])), packages = c("psych", "GPArotation"),
      options = c(list(fm = "minres", rotate = "oblimin"), setting[[4]]))
}

# ---- glb.fa -----------------------------------------------------------------------------------------------
for (name in c("five", "grouped_upright", "grouped_missing")) {
  g <- quietly(glb.fa(cor(data[[name]], use = "pairwise")))
  add("factors", "glbfa", name, "psych::glb.fa(cor(x, use = 'pairwise'))", name,
      singles(list(glb = g$glb, communality = singles(g$communality), numf = g$numf)))
}

# ---- ordinal alpha ----------------------------------------------------------------------------------------
for (name in c("five", "grouped_missing", "binary_missing")) {
  rho <- quietly(polychoric(data[[name]]))$rho
  a <- quietly(psych::alpha(rho))
  add("factors", "ordinal_alpha", name, "psych::alpha(psych::polychoric(x)$rho)", name,
      list(rho = a_matrix(rho), total = a_frame(a$total), alpha_drop = a_frame(a$alpha.drop)))
}

# ---- composite reliability --------------------------------------------------------------------------------
# lavaan drops persons with any answer missing
fitted <- function(name, model, ...) quietly(cfa(model, data = data[[name]], ...))
of_observed <- function(fit) {
  list(
    compRelSEM = singles(quietly(compRelSEM(fit))), compRelSEM_tau = singles(quietly(compRelSEM(fit, tau.eq = TRUE))),
    reliability = a_matrix(quietly(reliability(fit))), AVE = singles(quietly(AVE(fit)))
  )
}
of_ordered <- function(fit) {
  list(
    ord_scale = singles(quietly(compRelSEM(fit))),
    latent_response_scale = singles(quietly(compRelSEM(fit, ord.scale = FALSE))),
    tau_eq = singles(quietly(compRelSEM(fit, tau.eq = TRUE))),
    tau_eq_latent = singles(quietly(compRelSEM(fit, tau.eq = TRUE, ord.scale = FALSE))),
    reliability = a_matrix(quietly(reliability(fit))), std = a_matrix(lavInspect(fit, "std")$lambda),
    thresholds = singles(lavInspect(fit, "thresholds"))
  )
}
three <- "a =~ q1 + q2 + q3\nb =~ q4 + q5 + q6\nc =~ q7 + q8 + q9"
one <- paste("f =~", paste(names(data$five), collapse = " + "))
add_composite <- function(name, from, model, estimator, ...) {
  ordered <- estimator == "WLSMV"
  fit <- fitted(from, model, estimator = estimator, ordered = ordered, ...)
  call <- paste0("semTools::compRelSEM(lavaan::cfa(...", if (ordered) ", ordered = TRUE", "))")
  add("composite", "comprel", name, call, from, if (ordered) of_ordered(fit) else of_observed(fit),
      options = c(list(model = model, estimator = estimator), list(...)), packages = c("semTools", "lavaan"))
}
add_composite("grouped", "grouped", three, "ML")
add_composite("grouped_missing", "grouped_missing", three, "ML")
add_composite("grouped_uncorrelated", "grouped_upright", three, "ML", orthogonal = TRUE)
add_composite("five", "five", one, "MLR")
add_composite("five_ordered", "five", one, "WLSMV", std.lv = TRUE)
add_composite("grouped_ordered", "grouped_upright", three, "WLSMV")
add_composite("grouped_missing_ordered", "grouped_missing", three, "WLSMV")
add_composite("binary_ordered", "binary", sub("q6", "q6 + q7", one), "WLSMV")
