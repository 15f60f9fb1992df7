# `make demo` and `make test` are all that a fresh machine needs: Python 3.11 or newer, and PyPI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PARALLEL := -n auto --maxprocesses 4 --dist worksteal

.PHONY: setup demo test lint types tests slow docs bench clean

setup: $(VENV)/.done

# The peers that tests compare with are apart: their torchvision is built for CUDA, and breaks a transformers that sees it.
# So are the trainers that tests run plans in, apart from those too, and Ray and DeepSpeed, which bring much of their own.
$(VENV)/.done: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "paramwise needs Python 3.11 or newer; try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[all,dev]"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		--no-deps --upgrade --target $(VENV)/peers timm torchvision pillow mup \
		pytorch-optimizer schedulefree prodigyopt lion-pytorch torchao heavyball
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		--no-deps --upgrade --target $(VENV)/trainers trl sentence-transformers setfit \
		evaluate requests urllib3 charset-normalizer idna certifi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		--no-deps --upgrade --target $(VENV)/clusters ray deepspeed hjson ninja py-cpuinfo msgpack einops protobuf \
		jsonschema jsonschema-specifications referencing rpds-py requests charset-normalizer
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps axe-playwright-python
	@$(BROWSER)
	@touch $@

# The page is tested in Debian's Chromium: installed where that is possible, else these tests skip and say why. Of
# axe-playwright-python only the script of axe-core is used: without playwright, which brings a browser of its own.
BROWSER = { command -v chromium && command -v chromedriver; } >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	&& apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver fonts-dejavu-core >/dev/null; } \
	|| echo "no Chromium: the tests of the page in a browser will skip"

demo: setup
	$(BIN)/paramwise finetune --output build/demo --overwrite
	$(BIN)/paramwise report build/demo --output build/demo.html

test: lint types tests

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

tests: setup
	$(BIN)/pytest -m "not slow" $(PARALLEL)

# The sweeps that take long, such as the zoos.
slow: setup
	$(BIN)/pytest -m slow $(PARALLEL)

# The site, in build/site: built offline; a warning, a broken link or a page outside the navigation is an error.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build
	@! grep -rnoE '(src=|rel="?(stylesheet|preconnect)"? href=)"https?:[^"]*' build/site --include=*.html \
		|| { echo "a page of the site loads something from elsewhere"; exit 1; }

$(VENV)/.docs: $(VENV)/.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[docs]"
	@touch $@

# Every comparison of speed, ours and the peers in turns: FULL=1 for more turns and larger models.
bench: setup
	$(BIN)/python benchmarks/bench.py $(if $(FULL),--full) --json build/bench.json

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
