"""The pages and parts of pages on which suggestions stand."""
