"""The house: which rooms there are, who may import whom, how long things may be, which words."""
