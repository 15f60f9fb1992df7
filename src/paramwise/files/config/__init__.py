"""Rules in a TOML file: read, checked, found and written."""
