"""Benchmarks beside their reference in one run; figures are medians and ratios."""
