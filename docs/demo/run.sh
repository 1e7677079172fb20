#!/bin/bash
# `make demo`: installs missing packages, builds, and runs docs/demo/demo.sh with two throw-away servers.
set -euo pipefail
cd "$(dirname "$0")/../.."
pg_config=${PG_CONFIG:-pg_config}

step() { printf '%-12s' "$1"; }

echo "Confiture: production data in staging, without the people in it"
echo
step "packages"
PG_CONFIG=$pg_config .ci/install-deps demo

step "build"
mkdir -p build/log
if ! make --no-print-directory -j"$(nproc)" PG_CONFIG="$pg_config" private-pg > build/log/demo.log 2>&1; then
  echo "failed, see build/log/demo.log:"
  tail -n 20 build/log/demo.log
  exit 1
fi
echo "the extension for $("$pg_config" --version)"

COLOR=0
if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
  COLOR=1
fi
export COLOR KEEP=${KEEP:-0}
exec tests/as_user "$pg_config" docs/demo/demo.sh
