#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh FILE DIRECTORY: installs FILE, unless there is one of that name.
set -eu

target=${DESTDIR:-}$2/${1##*/}
if [ -e "$target" ]; then
	echo "Keeping $target, which is there already"
	exit 0
fi
echo "Installing $1 to $target"
mkdir -p "${target%/*}"
install -m 0640 "$1" "$target"
