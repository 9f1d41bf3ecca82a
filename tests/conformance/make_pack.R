# Makes the project's own reference pack: simulated data and published tables, what R computes from the data, and
# what was printed of the tables.
#   Rscript tests/conformance/make_pack.R
# Needs R with the packages psych, lavaan, semTools, polycor and jsonlite (Debian: r-base-core, r-cran-psych,
# r-cran-lavaan, r-cran-semtools, r-cran-polycor, r-cran-gparotation, r-cran-jsonlite). The versions that made the
# values stand in every case; what a package is known to get wrong is left out, and the file that leaves it out says so.
suppressPackageStartupMessages({
  library(psych)
  library(lavaan)
  library(semTools)
  library(jsonlite)
})

arguments <- commandArgs(trailingOnly = FALSE)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", arguments, value = TRUE))))
pack <- file.path(here, "pack")
dir.create(file.path(pack, "data"), recursive = TRUE, showWarnings = FALSE)
dir.create(file.path(pack, "cases"), recursive = TRUE, showWarnings = FALSE)

parts <- c("form", "data", "items", "alpha", "halves", "factors", "exploratory", "agreement", "published", "latent")
for (part in parts) {
  source(file.path(here, "make_pack", paste0(part, ".R")))
}

for (file in names(cases)) {
  text <- toJSON(cases[[file]], digits = NA, na = "null", null = "null", pretty = FALSE, always_decimal = FALSE)
  writeLines(prettify(text, indent = 1), file.path(pack, "cases", paste0(file, ".json")))
}
