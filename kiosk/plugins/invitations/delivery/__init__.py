"""Rounds, e-mail, who got theirs."""
