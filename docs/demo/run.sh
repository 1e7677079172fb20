#!/bin/bash
# `make demo`: installs missing packages, builds, and runs docs/demo/demo.sh with two throw-away servers. With INSTALLED=1 it
# runs with the extension and the client that are installed in the system, for example from packages.
set -euo pipefail
cd "$(dirname "$0")/../.."
pg_config=${PG_CONFIG:-pg_config}

step() { printf '%-12s' "$1"; }

COLOR=0
if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
  COLOR=1
fi

# Counts the files that are compiled, where somebody watches.
show_progress() {
  local line n=0 total
  [[ -t 1 ]] || exec cat > /dev/null
  total=$(make --no-print-directory --dry-run PG_CONFIG="$pg_config" private-pg 2> /dev/null | grep -c -- ' -c ')
  while read -r line; do
    [[ "$line" != *' -c '* ]] || printf '\r%-12s%s of %s files' "build" "$((++n))" "$total"
  done
  printf '\r\e[K'
}

build() {
  step "packages"
  PG_CONFIG=$pg_config .ci/install-deps demo
  step "build"
  mkdir -p build/log
  if ! make --no-print-directory -j"$(nproc)" PG_CONFIG="$pg_config" private-pg 2>&1 | tee build/log/demo.log | show_progress; then
    echo "failed, see build/log/demo.log:"
    tail -n 20 build/log/demo.log
    exit 1
  fi
  [[ ! -t 1 ]] || step "build"
}

echo "Confiture: production data in staging, without the people in it"
echo
if [[ "${INSTALLED:-0}" == 1 ]]; then step "installed"; else build; fi
echo "the extension for $("$pg_config" --version)"

export COLOR KEEP=${KEEP:-0}
exec tests/as_user "$pg_config" docs/demo/demo.sh
