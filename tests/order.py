"""The one list of the order in which files stand: each imports only from those above it. The README's tree is its."""

WINGS = [
    ("", ["version", "words", "findings", "libraries"]),
    ("model", ["blocks", "folding", "catalog", "usage", "roles"]),
    ("rules", ["selectors", "rule", "decide", "explain", "checks", "difference"]),
    ("recipes", ["decay", "muon", "rates", "freezing", "__init__", "registry"]),
    ("files", ["atomic", "headers", "state_description", "state_headers", "state_difference"]),
    ("files/config", ["toml", "options", "fields", "schema", "file"]),
    ("torch", ["memory", "modules", "construct", "options", "live", "groups", "values"]),
    ("torch/build", ["combined", "muon", "builder", "unfreeze"]),
    ("torch/audit", ["schedules", "auditing", "probe"]),
    ("torch/watch", ["metrics", "script"]),
    ("torch/state", ["running", "holders", "encoding", "describing", "bytes", "matching", "regrouping", "restoring"]),
    (
        "torch/state",
        ["placing", "ranks", "store", "sharded", "background", "keeping", "dcp", "checkpoints", "convert", "exporting"],
    ),
    ("views", ["text"]),
    ("sources", ["source", "demo", "functions", "hub", "transformers", "timm", "reading"]),
    ("plans", ["plan", "planning", "groups", "lock", "covering", "suggest", "today"]),
    ("integrations", ["transformers"]),
    ("finetune", ["data", "job"]),
    ("", ["__init__", "pytest_plugin"]),
    ("cli", ["options", "look", "train", "compare", "files", "main"]),
    ("", ["__main__"]),
]

ORDER = [f"{wing}/{file}".lstrip("/") for wing, files in WINGS for file in files]
