"""Rules in a TOML file: read, checked, found and written."""

FILE, PROJECT = "paramwise.toml", "pyproject.toml"
