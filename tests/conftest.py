"""Before torch is loaded: two test runs on the same cores must not slow each other (docs/performance.md)."""

import os

os.environ.setdefault("GOMP_SPINCOUNT", "3000")

# No test asks the real Hub; those of the Hub run in processes of their own against a local server.
os.environ["HF_HUB_OFFLINE"] = "1"
