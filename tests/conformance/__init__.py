"""Conformance: what established packages compute, compared number by number with propsych."""
