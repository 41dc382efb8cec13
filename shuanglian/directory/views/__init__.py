"""Pages of the directory that are not registers: what was entered twice, side by side, and old addresses."""
