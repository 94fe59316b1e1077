"""What is measured, always as a ratio to something in the same run. See README."""
