"""Rules and tables as data."""
