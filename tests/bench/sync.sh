#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/sync.sh
#
# The target's cost of sync_table(), compared with the server's COPY of the same rows from a local file. CPU time of the
# backend, because wall clock depends on the machine's other load; minima of rounds in which all variants take turns.
#
#   ROWS=2000000 ROUNDS=8   rows of the table, and rounds
#   MEMORY_ROWS=10000000    rows of the largest table for the memory figures; 0 skips them
set -euo pipefail
rows=${ROWS:-2000000}
rounds=${ROUNDS:-8}
memory_rows=${MEMORY_ROWS:-10000000}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh

start_cluster source $source_port
start_cluster target $target_port
make_users users "$rows"
source_sql -c "COPY users TO '$work/users.binary' (FORMAT binary)" -c "COPY users TO '$work/users.text'"
target_sql -c "CREATE TABLE users ($columns)" -c "CREATE TABLE users_key ($columns, PRIMARY KEY (id))"
install_confiture $target_port

sync="SELECT rows FROM confiture.sync_table('prod', 'users', policy => 'off'"
sync_key="SELECT rows FROM confiture.sync_table('prod', 'users_key', 'public.users', policy => 'off'"
declare -A statement=(
  [file]="COPY users FROM '$work/users.binary' (FORMAT binary)"
  [file_text]="COPY users FROM '$work/users.text'"
  [file_key]="COPY users_key FROM '$work/users.binary' (FORMAT binary)"
  [copy]="$sync, loader => 'copy')"
  [tuples]="$sync)"
  [tuples_key]="$sync_key)"
  [masked]="$sync, rules => '$masks')"
  [hash]="$sync, rules => '{\"email\": \"hash\"}')"
  [text]="$sync, format => 'text')"
)
variants=(file file_text file_key copy tuples tuples_key masked hash text)

measure() { # statement: CPU nanoseconds per row
  local before after
  # In one transaction with a TRUNCATE, as in sync_table().
  { read -r before && read -r after; } < <(target_sql << SQL
CHECKPOINT;
$own_nanoseconds;
\o /dev/null
BEGIN; TRUNCATE users, users_key; $1; COMMIT;
\o
$own_nanoseconds;
SQL
  )
  echo $(((after - before) / rows))
}

for ((round = 1; round <= rounds; round++)); do
  for variant in "${variants[@]}"; do
    measure "${statement[$variant]}" >> "$work/$variant.ns"
  done
done
echo "CPU of the target's backend, ns per row, $rows rows, minimum of $rounds:"
for variant in "${variants[@]}"; do
  printf '%-11s%8d   all rounds: %s\n' "$variant" "$(minimum "$work/$variant.ns")" "$(paste -sd' ' "$work/$variant.ns")"
done
# A ratio above its bound is a change worth a look, or a machine with too much else to do: no failure. The aims are for
# 1,000,000 rows; the bounds leave room for what a sync of 200,000 costs besides.
compare() { # title, one, other, aim, bound
  awk -v title="$1" -v a="$(minimum "$work/$2.ns")" -v b="$(minimum "$work/$3.ns")" -v aim="$4" -v bound="$5" \
    'BEGIN { printf "%-38s %.3f   (aim: %s, bound: %s)%s\n", title, a / b, aim, bound, (a / b > bound ? "  ABOVE ITS BOUND" : "") }'
}
compare 'tuples / COPY FROM file, binary:' tuples file 0.70 0.95
compare 'the same with a primary key:' tuples_key file_key 0.80 1.00
compare 'three masks / pass-through:' masked tuples 1.10 1.45
compare 'one hash / pass-through:' hash tuples 1.25 1.40
compare 'loader copy / COPY FROM file, binary:' copy file 1.12 1.30
compare 'text / COPY FROM file, text:' text file_text 1.00 1.25

# Private memory (RssAnon) of an idle backend that has loaded the library, and its peak while it syncs n rows.
memory() { # rows: prints idle and peak in kB, and bytes of temporary files
  local n=$1 idle peak=0 now pid
  coproc SESSION { target_sql; }
  local session=$SESSION_PID
  echo "SELECT confiture.key_id(); SELECT pg_backend_pid();" >&"${SESSION[1]}"
  read -r _ <&"${SESSION[0]}"
  read -r pid <&"${SESSION[0]}"
  idle=$(awk '/RssAnon/ { print $2 }' "/proc/$pid/status")
  echo "SELECT rows FROM confiture.sync_table('prod', 'users', 'public.users_many', filter => 'n <= $n',
    policy => 'off', rules => '{\"n\": \"drop\", \"email\": \"email\", \"full_name\": \"name\", \"phone\": \"phone\"}');" >&"${SESSION[1]}"
  while ! read -rt 0 <&"${SESSION[0]}"; do
    now=$(awk '/RssAnon/ { print $2 }' "/proc/$pid/status")
    ((now > peak)) && peak=$now
    sleep 0.05
  done
  echo "\\q" >&"${SESSION[1]}"
  wait "$session"
  echo "$n rows: idle $idle kB, peak $peak kB, temporary files" \
    "$(target_sql -c "SELECT sum(temp_bytes) FROM pg_stat_database") bytes"
}
if ((memory_rows > 0)); then
  source_sql -c "CREATE VIEW users_many AS SELECT u.*, (copy - 1) * $rows + u.id AS n
                 FROM generate_series(1, ($memory_rows + $rows - 1) / $rows) copy, users u"
  echo "Private memory of the target's backend:"
  memory 10000
  memory "$memory_rows"
fi
