"""``python -m paramwise``."""

from paramwise.cli import main

main()
