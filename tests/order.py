"""The one list of the order in which files stand: each imports only from those above it. The README's tree is its."""

WINGS = [
    ("", ["version", "words", "findings", "libraries"]),
    ("model", ["blocks", "folding", "catalog", "usage", "roles"]),
    ("rules", ["shapes", "selectors", "rule", "decide", "explain", "subject", "checks", "difference"]),
    ("recipes", ["decay", "muon", "rates", "freezing", "__init__", "registry"]),
    ("files", ["regular", "strict_json", "atomic", "folders", "headers", "state_headers"]),
    ("files/config", ["toml", "options", "faults", "fields", "cooking", "tables", "schema", "file", "written"]),
    ("torch", ["memory", "modules", "construct", "options", "observed", "live", "groups", "values"]),
    ("torch/build", ["combined", "muon", "builder", "unfreeze"]),
    ("torch/audit", ["schedules", "auditing", "probe"]),
    ("torch/watch", ["metrics", "script"]),
    ("torch/state", ["storage", "sharded", "keeping", "convert"]),
    ("views", ["view", "text", "html"]),
    ("sources", ["source", "demo", "functions", "hub", "model_folder", "transformers", "timm", "reading"]),
    ("plans", ["plan", "planning", "groups", "lock", "covering", "suggest", "today"]),
    ("integrations", ["transformers"]),
    ("finetune", ["data", "output", "job"]),
    ("", ["__init__", "pytest_plugin"]),
    ("cli", ["options", "look", "train", "watch", "compare", "files", "main"]),
    ("", ["__main__"]),
]

ORDER = [f"{wing}/{file}".lstrip("/") for wing, files in WINGS for file in files]
