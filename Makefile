# Each verb makes its own surroundings: `make run` on a fresh machine needs Python and make only.
# On Windows: make.ps1, with the same verbs.

VENV := .venv
PYTHON_OF_VENV := $(VENV)/bin/python
INSTALLER_VENV := .venv-installer
# A file of tests at a time on each core; what a file loads, it loads once.
PARALLEL := -n auto --maxprocesses 4 --dist loadfile

.PHONY: help run test check bench accuracy installer clean

help:
	@echo "make run        open the window       (ARGS='--source clip.mp4' is passed on)"
	@echo "make test       run the tests         (ARGS='tests/unit -k name' is passed on)"
	@echo "make check      lint, types, who imports whom"
	@echo "make bench      measure speed beside its peers (ARGS='--source clip.mp4')"
	@echo "make accuracy   measure accuracy anew for docs/accuracy.md (DATA=folder of labelled photos)"
	@echo "make installer  build the application into dist/kenspeckle"
	@echo "make clean      remove everything that these have made"

run: $(VENV)/ready
	@$(PYTHON_OF_VENV) tools/system_packages.py run
	@$(PYTHON_OF_VENV) -m desktop_app $(ARGS)

test: $(VENV)/ready
	@$(PYTHON_OF_VENV) tools/system_packages.py test
	$(PYTHON_OF_VENV) -m pytest $(PARALLEL) $(ARGS)

check: $(VENV)/ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/peers
	@$(PYTHON_OF_VENV) tools/system_packages.py engine
	$(PYTHON_OF_VENV) -m benchmarks $(ARGS)

accuracy: $(VENV)/ready
	@$(PYTHON_OF_VENV) tools/system_packages.py engine
	$(PYTHON_OF_VENV) tools/measure_accuracy.py $(ARGS) $(DATA)

# Built from an environment of its own, in which OpenCV is the wheel without windows and extra
# modules: 75 MB less than the one that MediaPipe asks for, and the same in all that we use.
installer: $(INSTALLER_VENV)/ready
	@$(INSTALLER_VENV)/bin/python tools/system_packages.py installer
	$(INSTALLER_VENV)/bin/python -m PyInstaller --noconfirm --clean --log-level ERROR \
		build_installer.spec
	@du -sm dist/kenspeckle | awk '{print "dist/kenspeckle:", $$1, "MiB"}'

$(VENV)/ready: pyproject.toml tools/make_venv.sh
	@sh tools/make_venv.sh $(VENV) test,check

# The last of the peers asks for dlib's source code, of which the extra has a wheel.
$(VENV)/peers: $(VENV)/ready
	@echo "Installing what it is measured beside ..."
	@$(PYTHON_OF_VENV) -m pip install --quiet --disable-pip-version-check --editable ".[bench]"
	@$(PYTHON_OF_VENV) -m pip install --quiet --disable-pip-version-check --no-deps \
		face-recognition-ng==1.4.2
	@touch $@

$(INSTALLER_VENV)/ready: pyproject.toml tools/make_venv.sh
	@sh tools/make_venv.sh $(INSTALLER_VENV) installer
	@$(INSTALLER_VENV)/bin/python tools/slim_opencv.py || { rm -f $@; exit 1; }

clean:
	rm -rf $(VENV) $(INSTALLER_VENV) build dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
