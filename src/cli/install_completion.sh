#!/bin/sh
# install_completion.sh PROGRAM SHELL FILE: what the program prints for a shell, where that shell looks.
set -eu
to="$MESON_INSTALL_DESTDIR_PREFIX/$3"
mkdir -p "$(dirname "$to")"
"$1" completion "$2" >"$to"
