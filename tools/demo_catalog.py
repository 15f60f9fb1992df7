"""Write the packaged catalog of the demo model: built by transformers, and kept so that `demo` needs neither.

python tools/demo_catalog.py
"""

import json
from pathlib import Path

from paramwise.sources.demo import CATALOG
from paramwise.sources.reading import build
from paramwise.torch.modules import read_module


def main() -> None:
    """Read the built model, and write its kinds and the kind of each name."""
    catalog = read_module(build("demo", values=False))
    assert not catalog.aliases, "the demo model ties no parameters: the file has no place for other names"
    kinds = ",\n".join(f"    {json.dumps(kind._asdict())}" for kind in catalog.kinds)
    names = ",\n".join(
        f"    {json.dumps(name)}: {kind}" for name, kind in zip(catalog.names, catalog.kind_of, strict=True)
    )
    Path(CATALOG).write_text(f'{{\n  "kinds": [\n{kinds}\n  ],\n  "kind_of": {{\n{names}\n  }}\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
