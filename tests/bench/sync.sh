#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/sync.sh
#
# The target's cost of sync_table(), compared with the server's COPY of the same rows from a local file. CPU time of the
# backend, because wall clock depends on the machine's other load; medians of rounds in which all variants take turns.
#
#   ROWS=2000000 ROUNDS=5   rows of the table, and rounds
#   MEMORY_ROWS=10000000    rows of the largest table for the memory figures; 0 skips them
set -euo pipefail
rows=${ROWS:-2000000}
rounds=${ROUNDS:-5}
memory_rows=${MEMORY_ROWS:-10000000}
work=$TESTDIR/bench
mkdir -p "$work"

start_cluster() { # name port
  initdb --pgdata "$work/$1" --username bench --auth trust --no-sync --locale C.UTF-8 > /dev/null
  cat >> "$work/$1/postgresql.conf" << CONF
listen_addresses = ''
unix_socket_directories = '$work'
port = $2
shared_buffers = 512MB
max_wal_size = 8GB
checkpoint_timeout = 1h
autovacuum = off
fsync = off
CONF
  pg_ctl --silent --wait --pgdata "$work/$1" --log "$work/$1.log" start
}
source_sql() { psql -XqAt -v ON_ERROR_STOP=1 -h "$work" -p 5501 -U bench postgres "$@"; }
target_sql() { psql -XqAt -v ON_ERROR_STOP=1 -h "$work" -p 5502 -U bench postgres "$@"; }

start_cluster source 5501
start_cluster target 5502
columns='id bigint, email text, full_name text, phone text, address text, created_at timestamptz, balance numeric(12,2)'
source_sql << SQL
CREATE UNLOGGED TABLE users ($columns);
INSERT INTO users
SELECT i, 'user.number' || i || '@customer' || i % 1000 || '.com', 'Firstname' || i % 5000 || ' Lastname' || i,
       '+33 1 ' || (i * 7919) % 100000000, i % 200 || ' Long Street of the Town, ' || i % 90000 || ' City of ' || i % 1000,
       '2020-01-01'::timestamptz + i * interval '1 minute', i % 100000 * 1.25
FROM generate_series(1, $rows::bigint) i;
VACUUM ANALYZE users;
COPY users TO '$work/users.binary' (FORMAT binary);
SQL
target_sql << SQL
CREATE TABLE users ($columns);
CREATE EXTENSION confiture;
CREATE SERVER prod FOREIGN DATA WRAPPER confiture OPTIONS (host '$work', port '5501', dbname 'postgres');
CREATE USER MAPPING FOR CURRENT_USER SERVER prod OPTIONS (user 'bench');
SQL

# Clock ticks (1/100 s) of user and system time.
cpu="SELECT split_part(s, ' ', 14)::int + split_part(s, ' ', 15)::int FROM pg_read_file('/proc/self/stat') s"
masks='{"email": "email", "full_name": "name", "phone": "phone"}'
sync="SELECT rows FROM confiture.sync_table('prod', 'users', policy => 'off'"
declare -A statement=(
  [copy]="COPY users FROM '$work/users.binary' (FORMAT binary)"
  [pass]="$sync)"
  [masked]="$sync, rules => '$masks')"
  [text]="$sync, format => 'text')"
  [hash]="$sync, rules => '{\"email\": \"hash\"}')"
)
variants=(copy pass masked text hash)

measure() { # statement: CPU nanoseconds per row
  local before after
  # In one transaction with a TRUNCATE, as in sync_table().
  { read -r before && read -r after; } < <(target_sql << SQL
CHECKPOINT;
$cpu;
\o /dev/null
BEGIN; TRUNCATE users; $1; COMMIT;
\o
$cpu;
SQL
  )
  echo $(((after - before) * 10000000 / rows))
}
median() { sort -n "$1" | sed -n "$((rounds / 2 + 1))p"; }

for ((round = 1; round <= rounds; round++)); do
  for variant in "${variants[@]}"; do
    measure "${statement[$variant]}" >> "$work/$variant.ns"
  done
done
echo "CPU of the target's backend, ns per row, $rows rows, median of $rounds:"
for variant in "${variants[@]}"; do
  printf '%-8s%8d   all rounds: %s\n' "$variant" "$(median "$work/$variant.ns")" "$(paste -sd' ' "$work/$variant.ns")"
done
ratio() { awk -v a="$(median "$work/$1.ns")" -v b="$(median "$work/$2.ns")" 'BEGIN { printf "%.3f", a / b }'; }
echo "pass-through / COPY FROM file: $(ratio pass copy)   (aim: 1.12)"
echo "three masks / pass-through:    $(ratio masked pass)   (aim: 1.15)"

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
