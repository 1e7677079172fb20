# Sourced by the benchmarks: throw-away clusters in $work, the rows that all of them copy, and their masks.
# shellcheck shell=bash disable=SC2034
work=$TESTDIR/bench
mkdir -p "$work"
source_port=5501 target_port=5502

# usage: start_cluster NAME PORT [SETTINGS]
start_cluster() {
  initdb --pgdata "$work/$1" --username bench --auth trust --no-sync --locale C.UTF-8 > /dev/null
  cat >> "$work/$1/postgresql.conf" << CONF
listen_addresses = ''
unix_socket_directories = '$work'
port = $2
shared_buffers = 1GB
max_wal_size = 16GB
checkpoint_timeout = 1h
max_worker_processes = 16
autovacuum = off
fsync = off
${3:-}
CONF
  pg_ctl --silent --wait --pgdata "$work/$1" --log "$work/$1.log" start
}

# usage: sql PORT [ARGUMENT OF psql...]
sql() {
  local port=$1
  shift
  PGOPTIONS='-c client_min_messages=warning' psql -XqAt -v ON_ERROR_STOP=1 -h "$work" -p "$port" -U bench postgres "$@"
}
source_sql() { sql $source_port "$@"; }
target_sql() { sql $target_port "$@"; }

# Sets idle and peak to the private memory (RssAnon, kB) of a backend of the target that has loaded the library: before and
# while it runs a statement. usage: measure_memory SQL
measure_memory() {
  local pid kb session
  coproc SESSION { target_sql; }
  session=$SESSION_PID
  echo "SELECT confiture.key_id(); SELECT pg_backend_pid();" >&"${SESSION[1]}"
  read -r _ <&"${SESSION[0]}"
  read -r pid <&"${SESSION[0]}"
  idle=$(awk '/RssAnon/ { print $2 }' "/proc/$pid/status")
  peak=0
  echo "$1;" >&"${SESSION[1]}"
  while ! read -rt 0 <&"${SESSION[0]}"; do
    kb=$(awk '/RssAnon/ { print $2 }' "/proc/$pid/status")
    ((kb > peak)) && peak=$kb
    sleep 0.02
  done
  echo '\q' >&"${SESSION[1]}"
  wait "$session"
}

columns='id bigint, email text, full_name text, phone text, address text, created_at timestamptz, balance numeric(12,2)'
masks='{"email": "email", "full_name": "name", "phone": "phone"}'

# The query of that many users. usage: user_rows ROWS [INTERVAL]
user_rows() {
  cat << SQL
SELECT i AS id, 'user.number' || i || '@customer' || i % 1000 || '.com' AS email,
  'Firstname' || i % 5000 || ' Lastname' || i AS full_name, '+33 1 ' || (i * 7919) % 100000000 AS phone,
  i % 200 || ' Long Street of the Town, ' || i % 90000 || ' City of ' || i % 1000 AS address,
  '2020-01-01'::timestamptz + i * interval '${2:-1 minute}' AS created_at, i % 100000 * 1.25 AS balance
FROM generate_series(1, $1::bigint) i
SQL
}

# usage: make_users TABLE ROWS
make_users() {
  source_sql -c "CREATE TABLE $1 ($columns)" -c "INSERT INTO $1 $(user_rows "$2")" \
    -c "ALTER TABLE $1 ADD PRIMARY KEY (id)" -c "VACUUM ANALYZE $1"
}

# Confiture in the cluster at the port, with the source as server prod.
install_confiture() {
  sql "$1" << SQL
CREATE EXTENSION confiture;
CREATE SERVER prod FOREIGN DATA WRAPPER confiture OPTIONS (host '$work', port '$source_port', dbname 'postgres');
CREATE USER MAPPING FOR CURRENT_USER SERVER prod OPTIONS (user 'bench');
SQL
}

now() { date +%s%N; }

# User and system time of the session's own backend in clock ticks of 1/100 s.
own_ticks="SELECT split_part(s, ' ', 14)::int + split_part(s, ' ', 15)::int FROM pg_read_file('/proc/self/stat') s"

# The same in nanoseconds.
own_nanoseconds="SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)"

# Of the numbers of a file, one a line.
minimum() { sort -n "$1" | head -n1; }
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
quartile() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 3) / 4)] }'; }

# Milliseconds by the clock of $rounds rounds of a statement in one session, the least CPU of its process, and thousand rows a
# second by the minimum. usage: measure TITLE ROWS SQL
measure() {
  {
    for ((round = 0; round <= ${rounds:?}; round++)); do
      printf '%s\n' "$own_nanoseconds;" '\o /dev/null' '\timing on' "$3;" '\timing off' '\o'
    done
    echo "$own_nanoseconds;"
  } | target_sql -f - | tail -n $((2 * rounds + 1)) > "$work/lines"
  sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' "$work/lines" > "$work/ms"
  awk '/^[0-9]+$/ { if (n++) print ($1 - before) / 1e6; before = $1 }' "$work/lines" > "$work/cpu"
  awk -v title="$1" -v rows="$2" -v least="$(minimum "$work/ms")" -v median="$(median "$work/ms")" -v most="$(sort -n "$work/ms" | tail -n1)" \
    -v cpu="$(minimum "$work/cpu")" \
    'BEGIN { printf "%-44s %8.1f %8.1f %8.1f %8.1f %8s\n", title, least, median, most, cpu, (rows > 0 ? sprintf("%.0f", rows / least) : "") }'
}
heading() { printf '\n%-44s %8s %8s %8s %8s %8s\n' "$1" minimum median maximum CPU k/s; }
sync() { # table [rules]
  echo "SELECT rows FROM confiture.sync_table('prod', '$1', policy => 'off', rules => '${2:-"{}"}')"
}
run() { echo "CALL confiture.sync('prod', '{$1}', policy => 'off', analyze_tables => false${2:+, $2})"; }
