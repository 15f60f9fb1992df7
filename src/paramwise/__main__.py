"""``python -m paramwise``."""

from paramwise.cli.main import main

main()
