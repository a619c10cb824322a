#!/bin/sh
# install_made.sh FILE INPUT COMMAND...: what the command makes of the input, below the prefix.
set -eu
to="$MESON_INSTALL_DESTDIR_PREFIX/$1"
from=$2
shift 2
mkdir -p "$(dirname "$to")"
"$@" <"$from" >"$to"
