#!/bin/sh
# usage: tests/lint_core.sh OBJECT...
#
# Checks objects and sources of the mask core. Backends load them, so they must not run code at load time, use the
# process's locale, or know the server.
set -eu
failed=0
complain() { echo "lint: $*" >&2; failed=1; }

for object in "$@"; do
  if objdump -h "$object" | grep -qE '\.(init_array|ctors)'; then
    complain "$object has a dynamic initialiser"
  fi
  found=$(nm -C --undefined-only "$object" | grep -E 'std::(__cxx11::)?(locale|ios_base|basic_(i|o|io|f|if|of)stream|basic_stringstream|basic_ostringstream|basic_istringstream|cout|cerr|cin|clog|thread|call_once)' || true)
  [ -z "$found" ] || complain "$object uses iostream, locale or threads:
$found"
done

found=$(grep -rnE '#[[:space:]]*include[[:space:]]*["<]([^">]*/)?(postgres|fmgr|libpq-fe|libpq|utils|catalog|access|executor|nodes|commands|miscadmin|c\.h)([./">])|<(iostream|sstream|locale|regex)>' \
  extension/mask extension/wall || true)
[ -z "$found" ] || complain "the core includes what it must not know:
$found"

exit "$failed"
