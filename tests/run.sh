#!/usr/bin/env bash
# Checks and tests everything, in an environment of its own:
#
#   bash tests/run.sh [arguments for pytest]
#
# Needs Python >= 3.11 and Node >= 20. The environment `.venv-test` is kept for the next time.
# PYTHON names another interpreter than python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV PYTEST_ADDOPTS JUPYTER_PATH JUPYTER_CONFIG_DIR
export PYTHONUTF8=1

heading() { printf '\n=== %s\n' "$*"; }
fail() { printf 'tests/run.sh: %s\n' "$*" >&2; exit 1; }

venv=.venv-test
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || fail "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python"
command -v node > /dev/null || fail "Node 20 or newer is needed (https://nodejs.org)"
node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
  || fail "Node 20 or newer is needed; this is $(node --version)"

heading "Environment"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" \
  || fail "no virtual environment could be made; on Debian: apt-get install python3-venv"
export PATH="$PWD/$venv/bin:$PATH"
# The pip that comes with Python 3.11 takes minutes to find versions that go together.
python -m pip install --quiet --disable-pip-version-check --upgrade pip
python -m pip install --quiet --disable-pip-version-check --no-compile \
  -c constraints.txt -e '.[test,notebook]'

has_browser() {
  command -v chromium chromium-browser google-chrome google-chrome-stable > /dev/null && return
  python - << 'END'
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
END
}

if ! has_browser; then
  heading "Browser"
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium > /dev/null
  else
    playwright install chromium
  fi
  has_browser || fail "no Chromium: install it with your system's packages, then run this again"
fi

heading "Style"
ruff check .
ruff format --check .

heading "Floors"
lint-imports

heading "Types, and beside them the extension"
mypy &
types=$!
(
  cd labextension
  jlpm install --immutable
  jlpm lint:check
  jlpm build:prod
  jlpm test
)
wait "$types"

heading "Tests"
# One more at once than there are cores, for browsers and kernels let their tests wait; each on one
# thread: two that share cores wait for each other.
workers=$(python -c 'import os; print(min(4, 1 + (os.cpu_count() or 1)))')
export OMP_NUM_THREADS=1
exec pytest -n "$workers" --dist loadfile "$@"
