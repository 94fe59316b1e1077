"""Pure knowledge of the field: no input or output, no framework."""
