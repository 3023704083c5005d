# SPDX-License-Identifier: GPL-3.0-or-later
# Our comments as doxygen wants them: one on lines of its own is about what follows, one
# behind code is about that. Titles of parts and the license are about neither. Nothing
# in our comments is a command of doxygen's or of HTML. The one behind the license is about the file.
/SPDX-License-Identifier/d
/^\/\* ---- .* ---- \*\/$/d
/^[[:space:]]*\/\{0,1\}\*/s/[<>@\#]/\\&/g
2s#^/\*$#/** @file#
s#^\([[:space:]]*\)/\*$#\1/**#
s#^\([[:space:]]*\)/\* #\1/** #
s#\([;,{"[:alnum:]]\)\([[:space:]]\{1,\}\)/\* #\1\2/**< #
