#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/foreign.sh
#
# Masked foreign tables beside those of postgres_fdw, which masks nothing: the same rows of the same source. Wall clock,
# because both sides of a scan work at once; minima of rounds in which all variants take turns.
#
#   ROWS=2000000 ROUNDS=5   rows of the table, and rounds
#   LOOKUPS=1000            point lookups of a round
set -euo pipefail
rows=${ROWS:-2000000}
rounds=${ROUNDS:-5}
lookups=${LOOKUPS:-1000}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh

start_cluster source $source_port "jit = off"
start_cluster target $target_port "jit = off"
make_users users "$rows"
install_confiture $target_port
target_sql << SQL
CREATE EXTENSION postgres_fdw;
CREATE SCHEMA raw;
CREATE SCHEMA masked;
CREATE SERVER raw FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$work', port '$source_port', dbname 'postgres', fetch_size '10000');
CREATE USER MAPPING FOR CURRENT_USER SERVER raw OPTIONS (user 'bench');
IMPORT FOREIGN SCHEMA public FROM SERVER raw INTO raw;
IMPORT FOREIGN SCHEMA public FROM SERVER prod INTO masked;
SELECT confiture.set_rule('masked.users', 'email', 'email'), confiture.set_rule('masked.users', 'full_name', 'name'),
       confiture.set_rule('masked.users', 'phone', 'phone'), confiture.keep('masked.users', 'address');
SQL

# Milliseconds of a statement's execution, without its result's way to a client.
execution() { # statement
  target_sql -c "SET max_parallel_workers_per_gather = 0" -c "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY) $1" |
    sed -n 's/^Execution Time: \(.*\) ms/\1/p'
}
# Milliseconds of a lookup by primary key, in a session that goes on, each in a transaction: the median, which neither the
# first one nor other work of the machine moves.
lookup() { # schema, protocol
  echo "\\set id random(1, $rows)
SELECT * FROM $1.users WHERE id = :id" > "$work/lookup.sql"
  rm -f "$work"/pgbench_log*
  (cd "$work" && pgbench --no-vacuum --log --protocol "$2" --transactions "$lookups" --file lookup.sql \
    --host "$work" --port $target_port --username bench postgres > /dev/null 2>&1)
  awk '{ print $3 / 1000 }' "$work"/pgbench_log* | sort -n | sed -n "$((lookups / 2 + 1))p"
}

for ((round = 1; round <= rounds; round++)); do
  for schema in raw masked raw masked; do
    lookup "$schema" simple >> "$work/lookup.$schema"
    lookup "$schema" prepared >> "$work/prepared.$schema"
  done
  for schema in raw masked; do
    execution "SELECT * FROM $schema.users" >> "$work/scan.$schema"
    execution "SELECT id, created_at, balance FROM $schema.users" >> "$work/kept.$schema"
    execution "SELECT count(*) FROM $schema.users" >> "$work/count.$schema"
  done
done
compare() { # name, title, aim
  local raw masked
  raw=$(minimum "$work/$1.raw") masked=$(minimum "$work/$1.masked")
  printf '%-34s %12s %12s   %.3f  %s\n' "$2" "$raw" "$masked" "$(awk -v a="$masked" -v b="$raw" 'BEGIN { print a / b }')" "$3"
}
echo "Foreign tables, $rows rows, ms, minimum of $rounds: postgres_fdw unmasked, Confiture with three masks, ratio"
compare scan 'all rows, all columns' '(aim: 0.6)'
compare kept 'all rows, kept columns' ''
compare count 'count(*)' ''
compare lookup 'by primary key' '(aim: 1.2)'
compare prepared 'by primary key, prepared' ''
echo "count(*) is shipped: $(target_sql -c 'EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM masked.users' | grep -o 'SELECT count.*')"
