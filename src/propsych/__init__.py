"""propsych."""
