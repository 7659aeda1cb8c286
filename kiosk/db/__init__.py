"""Engine, transactions, the ledger and the schema's steps."""
