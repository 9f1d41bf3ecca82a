"""Pure-array numerics: arrays in, NamedTuples out. No labels, no warnings, no input or output."""
