"""Working days, holidays, legal dates."""
