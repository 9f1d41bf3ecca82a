"""Structural equation models of means and covariances on arrays: moments, estimators, tests, indices."""
