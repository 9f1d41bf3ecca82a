"""Structural validity: factor models of the items."""

from propsych.properties.structure.congeneric import congeneric_fit

__all__ = ["congeneric_fit"]
