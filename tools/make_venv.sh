#!/bin/sh
# make_venv.sh FOLDER EXTRAS: a virtual environment with this project in it.
# FOLDER/ready is written last, so that a run that was cut off starts again.
set -eu

folder=$1
extras=$2

say() {
    echo "$1" >&2
    exit 2
}

# 3.11 first: it is what we are tested with. The newest Python may lack wheels for a while.
python=
for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || say "Python 3.11 or newer is missing: install it, or name it with PYTHON=/path/to/python."

"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    say "Python's module venv is missing: on Debian and Ubuntu, apt-get install python3-venv brings it."

# Kept where it is sound: the packages in it need not be fetched again.
if [ ! -x "$folder/bin/python" ] || ! "$folder/bin/python" -c 'import pip' 2>/dev/null; then
    rm -rf "$folder"
    "$python" -m venv "$folder"
fi
rm -f "$folder/ready"
echo "Installing what Kenspeckle needs into $folder ..."
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[$extras]" ||
    say "The packages could not be installed: the lines above say why. The network is needed this once."
touch "$folder/ready"
