"""Guest lists from spreadsheets."""
