"""The one list of the order in which files stand: each imports only from those above it. The README's tree is its."""

WINGS = [
    ("", ["version", "words", "findings", "libraries"]),
    ("model", ["evidence", "series", "towers", "blocks", "folding", "catalog", "code", "usage", "vocabulary", "roles"]),
    (
        "rules",
        [
            "shapes",
            "selectors",
            "rule",
            "decide",
            "explain",
            "subject",
            "doubtful",
            "expectations",
            "checks",
            "difference",
        ],
    ),
    ("recipes", ["decay", "muon", "rates", "freezing", "__init__", "registry"]),
    (
        "files",
        [
            "regular",
            "strict_json",
            "atomic",
            "folders",
            "formats",
            "headers",
            "state_description",
            "state_headers",
            "state_difference",
        ],
    ),
    (
        "files/config",
        ["toml", "options", "faults", "linear", "fields", "cooking", "tables", "schema", "file", "written"],
    ),
    (
        "torch",
        ["memory", "modules", "construct", "options", "observed", "copies", "live", "groups", "values", "trained"],
    ),
    (
        "torch/trace",
        ["flow", "table", "meetings", "pending", "step", "operations", "unreal", "restore", "tracing", "inputs"],
    ),
    ("torch/optimizers", ["combined", "muon", "builder", "unfreeze"]),
    (
        "torch/audit",
        [
            "coverage",
            "reading",
            "options",
            "schedules",
            "freezing",
            "precision",
            "cost",
            "holders",
            "auditing",
            "restoring",
            "probe",
        ],
    ),
    ("torch/watch", ["reading", "norms", "metrics", "channel", "look", "hooks", "merging", "program"]),
    ("torch/watch/start", ["sitecustomize"]),
    (
        "torch/state",
        [
            *(
                "running",
                "instances",
                "holders",
                "encoding",
                "describing",
                "bytes",
                "matching",
                "regrouping",
                "restoring",
                "placing",
            ),
            *("ranks", "store", "sharded", "background", "keeping", "dcp", "checkpoints", "convert", "exporting"),
        ],
    ),
    ("views", ["view", "text", "html"]),
    ("sources", ["source", "demo", "functions", "hub", "model_folder", "transformers", "timm", "reading"]),
    ("plans", ["plan", "planning", "groups", "lock_writing", "lock_reading", "lock", "covering", "suggest", "today"]),
    ("integrations", ["arguments", "transformers", "lightning"]),
    ("finetune", ["data", "output", "job"]),
    ("", ["__init__", "pytest_plugin"]),
    (
        "cli",
        [
            *("streams", "options", "look", "trace", "train", "watching", "watch", "compare", "files", "commands"),
            "main",
        ],
    ),
    ("", ["__main__"]),
]

ORDER = [f"{wing}/{file}".lstrip("/") for wing, files in WINGS for file in files]
