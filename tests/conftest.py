"""Before torch is loaded: two test runs on the same cores must not slow each other (docs/performance.md)."""

import os

os.environ.setdefault("GOMP_SPINCOUNT", "3000")
