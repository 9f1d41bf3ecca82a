# The form of a case: see pack.py, which reads it.

a_matrix <- function(x) {
  x <- unclass(x)
  if (is.null(rownames(x))) rownames(x) <- paste0("V", seq_len(nrow(x)))
  list(rows = I(rownames(x)), cols = I(colnames(x)),
       values = unname(lapply(seq_len(nrow(x)), function(i) I(unname(x[i, ])))))
}
a_frame <- function(x) {
  rows <- rownames(x)
  list(rows = I(if (is.null(rows)) "" else rows), columns = lapply(as.list(x), function(column) I(unname(column))))
}
a_named <- function(x) as.list(x)
# a named vector as an object of numbers; a list as an object of what it holds
singles <- function(x) lapply(as.list(unclass(x)), function(one) if (is.list(one)) one else unbox(one))
boxed <- function(x) if (is.list(x)) x else if (length(x) == 1) unbox(x) else I(x)

cases <- list()
add <- function(file, kind, name, call, data, values, options = NULL, columns = NULL, note = NULL, packages = "psych") {
  case <- list(
    id = unbox(paste(kind, name, sep = ".")), kind = unbox(kind), call = unbox(call),
    data = unbox(paste0(data, ".csv")), values = values,
    r_version = unbox(paste(R.version$major, R.version$minor, sep = ".")),
    package_version = lapply(setNames(nm = packages), function(p) unbox(as.character(packageVersion(p))))
  )
  if (!is.null(options)) case$options <- lapply(options, boxed)
  if (!is.null(columns)) case$columns <- I(columns)
  if (!is.null(note)) case$note <- unbox(note)
  cases[[file]] <<- c(cases[[file]], list(case))
}
quietly <- function(expression) suppressWarnings(suppressMessages({
  capture.output(result <- expression)
  result
}))
