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
work=$TESTDIR/bench
mkdir -p "$work"
source=5601 coordinator=5602 workers=(5603 5604) timescaledb=5605

start_cluster() { # port settings
  initdb --pgdata "$work/$1" --username bench --auth trust --no-sync --locale C.UTF-8 > /dev/null
  cat >> "$work/$1/postgresql.conf" << CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$work'
port = $1
shared_buffers = 512MB
max_wal_size = 8GB
checkpoint_timeout = 1h
autovacuum = off
fsync = off
max_prepared_transactions = 50
$2
CONF
  pg_ctl --silent --wait --pgdata "$work/$1" --log "$work/$1.log" start
}
sql() { # port, arguments of psql
  local port=$1
  shift
  psql -XqAt -v ON_ERROR_STOP=1 -h "$work" -p "$port" -U bench postgres "$@"
}

start_cluster $source ""
citus="shared_preload_libraries = 'citus'
citus.node_conninfo = 'sslmode=disable'"
for node in $coordinator "${workers[@]}"; do
  start_cluster "$node" "$citus"
  sql "$node" -c 'CREATE EXTENSION citus'
done
start_cluster $timescaledb "shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off"
sql $timescaledb -c 'CREATE EXTENSION timescaledb'

columns='id bigint, email text, full_name text, phone text, address text, created_at timestamptz NOT NULL, balance numeric(12,2)'
sql $source << SQL
CREATE TABLE users ($columns);
INSERT INTO users
SELECT i, 'user.number' || i || '@customer' || i % 1000 || '.com', 'Firstname' || i % 5000 || ' Lastname' || i,
       '+33 1 ' || (i * 7919) % 100000000, i % 200 || ' Long Street of the Town, ' || i % 90000 || ' City of ' || i % 1000,
       '2020-01-01'::timestamptz + i * interval '1 second', i % 100000 * 1.25
FROM generate_series(1, $rows::bigint) i;
VACUUM ANALYZE users;
COPY users TO '$work/users.binary' (FORMAT binary);
SQL
for target in $coordinator $timescaledb; do
  sql "$target" << SQL
CREATE TABLE users ($columns);
CREATE EXTENSION confiture;
CREATE SERVER prod FOREIGN DATA WRAPPER confiture OPTIONS (host '$work', port '$source', dbname 'postgres');
CREATE USER MAPPING FOR CURRENT_USER SERVER prod OPTIONS (user 'bench');
SQL
done
{
  echo "SELECT citus_set_coordinator_host('127.0.0.1', $coordinator);"
  for node in "${workers[@]}"; do echo "SELECT citus_add_node('127.0.0.1', $node);"; done
  echo "SET citus.shard_count = 4; SELECT create_distributed_table('users', 'id');"
} | sql $coordinator > /dev/null
sql $timescaledb -c "SELECT create_hypertable('users', 'created_at', chunk_time_interval => interval '1 day', create_default_indexes => false)" > /dev/null

masks='{"email": "email", "full_name": "name", "phone": "phone"}'
read_source="psql -XqAt -h $work -p $source -U bench postgres -c \"COPY users TO STDOUT (FORMAT binary)\""
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
# Clock ticks (1/100 s) of user and system time, and milliseconds of the clock.
clock="SELECT split_part(s, ' ', 14)::int + split_part(s, ' ', 15)::int, (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM pg_read_file('/proc/self/stat') s"
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
