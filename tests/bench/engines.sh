#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/engines.sh
#
# Loads through an engine, compared with psql's binary COPY of the same rows into the same table: wall clock, and CPU time
# of the backend that the rows come to. Citus with a coordinator and two workers, TimescaleDB with a hypertable; both
# must be installed. Variants take turns; minima of the rounds are shown.
#
#   ROWS=1000000 ROUNDS=5   rows of the table, and rounds
set -euo pipefail
rows=${ROWS:-1000000}
rounds=${ROUNDS:-5}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh
coordinator=5602 workers=(5603 5604) timescaledb=5605
engine_settings="listen_addresses = '127.0.0.1'
max_prepared_transactions = 50"

start_cluster source $source_port
citus="$engine_settings
shared_preload_libraries = 'citus'
citus.node_conninfo = 'sslmode=disable'"
for node in $coordinator "${workers[@]}"; do
  start_cluster "$node" "$node" "$citus"
  sql "$node" -c 'CREATE EXTENSION citus'
done
start_cluster timescaledb $timescaledb "$engine_settings
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off"
sql $timescaledb -c 'CREATE EXTENSION timescaledb'

columns=${columns/timestamptz/timestamptz NOT NULL}
source_sql << SQL
CREATE TABLE users ($columns);
INSERT INTO users $(user_rows "$rows" "1 second");
VACUUM ANALYZE users;
COPY users TO '$work/users.binary' (FORMAT binary);
SQL
for target in $coordinator $timescaledb; do
  sql "$target" -c "CREATE TABLE users ($columns)"
  install_confiture "$target"
done
{
  echo "SELECT citus_set_coordinator_host('127.0.0.1', $coordinator);"
  for node in "${workers[@]}"; do echo "SELECT citus_add_node('127.0.0.1', $node);"; done
  echo "SET citus.shard_count = 4; SELECT create_distributed_table('users', 'id');"
} | sql $coordinator > /dev/null
sql $timescaledb -c "SELECT create_hypertable('users', 'created_at', chunk_time_interval => interval '1 day', create_default_indexes => false)" > /dev/null

read_source="psql -XqAt -h $work -p $source_port -U bench postgres -c \"COPY users TO STDOUT (FORMAT binary)\""
statement() { # variant
  local copy="BEGIN; TRUNCATE users; \\copy users from"
  case $1 in
    file) printf '%s\n' "$copy '$work/users.binary' (format binary)" 'COMMIT;' ;;
    pipe) printf '%s\n' "$copy program '$read_source' (format binary)" 'COMMIT;' ;;
    pass) echo "SELECT rows FROM confiture.sync_table('prod', 'users', policy => 'off');" ;;
    masked) echo "SELECT rows FROM confiture.sync_table('prod', 'users', policy => 'off', rules => '$masks');" ;;
    run*) echo "CALL confiture.sync('prod', include => '{public.users}', chunk_size => '16MB', analyze_tables => false, jobs => ${1#run}, policy => 'off', rules => '{\"public.users\": $masks}');" ;;
  esac
}
# And milliseconds of the clock.
clock="${own_ticks/FROM/, (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM}"
measure() { # port variant
  { printf '%s;\n' CHECKPOINT "$clock"; echo '\o /dev/null'; statement "$2"; printf '%s\n' '\o' "$clock;"; } > "$work/script"
  sql "$1" -f "$work/script" 2> "$work/err" | tr '|' ' ' | paste -sd' ' | awk '{ print $4 - $2, ($3 - $1) * 10 }' || cat "$work/err"
}
least() { cut -d' ' -f"$2" "$work/$1" | sort -n | head -n1; }
compare() { # name port variant...
  local name=$1 port=$2 variant round
  shift 2
  for ((round = 1; round <= rounds; round++)); do
    for variant in "$@"; do measure "$port" "$variant" >> "$work/$name.$variant"; done
  done
  echo "$name, $rows rows, minima of $rounds:"
  for variant in "$@"; do
    awk -v variant="$variant" -v rows="$rows" -v wall="$(least "$name.$variant" 1)" -v cpu="$(least "$name.$variant" 2)" \
      -v pipe="$(least "$name.pipe" 1)" -v file="$(least "$name.file" 1)" \
      'BEGIN { printf "%-8s %6.1f thousand rows/s  %.2f of pipe, %.2f of file  backend %.2f us/row\n", variant, rows / wall, pipe / wall, file / wall, cpu * 1000 / rows }'
  done
}
echo "file: psql \\copy of a binary file; pipe: of what psql reads from the source; masked: three masks; runN: a masked run with N jobs, without ANALYZE"
compare citus $coordinator file pipe pass masked run1 run2 run4
compare timescaledb $timescaledb file pipe pass masked run1 run2
