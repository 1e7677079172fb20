#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/peers.sh
#
# One table copied by Confiture and by other tools that are installed, all in turn within each round: wall time, CPU of the
# source's and the target's processes and of the tool, memory, and bytes that cross the wire. Leaves out/bench.json,
# out/bench.svg and out/bench.md.
#
#   ROWS=200000 ROUNDS=5    rows of the largest tables, and rounds
#   SHAPES="users narrow"   of users, products, wide, narrow, documents and keyed; default: all
#   BENCH_PGCOPYDB=/path    the program, where it is not on the path
#   BENCH_PGCLONE=1         also the extension pgclone, which must be installed for the target
#   BENCH_ANONYMIZER, BENCH_PGSYNC, BENCH_PG_ANON, BENCH_PYTHON_CONFITURE
#                           shell commands of PostgreSQL Anonymizer, pgsync, pg_anon and the Confiture in Python that copy
#                           table $TABLE from $SOURCE_URL to $TARGET_URL
set -euo pipefail
rows=${ROWS:-200000}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh

start_cluster source $source_port "wal_level = logical"
# Otherwise a subscription starts the copy of a table every five seconds.
start_cluster target $target_port "wal_retrieve_retry_interval = 10ms"
install_confiture $target_port

# Tables on both sides: what they are made of, and their rows.
wide=$(for i in $(seq 1 60); do printf ', c%d %s' "$i" "$([[ $((i % 3)) == 0 ]] && echo text || echo int)"; done)
wide_values=$(for i in $(seq 1 60); do [[ $((i % 3)) == 0 ]] && printf ", 'value ' || i %% %d" $((i * 97)) || printf ', i %% %d' $((i * 31)); done)
both() {
  source_sql -c "$1"
  target_sql -c "$1"
}
shape() { # name columns rows query
  [[ " ${SHAPES:-users products wide narrow documents keyed} " == *" $1 "* ]] || return 0
  both "CREATE TABLE $1 ($2)"
  source_sql -c "INSERT INTO $1 $4" -c "VACUUM ANALYZE $1"
  echo "$1 $3" >> "$work/shapes"
}
both 'CREATE TABLE countries (id int PRIMARY KEY, name text); CREATE TABLE brands (id int PRIMARY KEY, name text)'
both "INSERT INTO countries SELECT i, 'Country ' || i FROM generate_series(0, 199) i; INSERT INTO brands SELECT i, 'Brand ' || i FROM generate_series(0, 199) i"
series() { echo "FROM generate_series(1, $1) i"; }
shape users "$columns, PRIMARY KEY (id)" "$rows" "$(user_rows "$rows")"
shape products 'id bigint PRIMARY KEY, title text, sku text, price numeric(10,2), added timestamptz' "$rows" \
  "SELECT i, 'Product ' || i, 'SKU-' || i * 7, i % 1000 * 0.25, '2024-01-01'::timestamptz + i * interval '1 minute' $(series "$rows")"
shape wide "id bigint PRIMARY KEY$wide" $((rows / 5)) "SELECT i$wide_values $(series $((rows / 5)))"
shape narrow 'a int, b int' $((rows * 2)) "SELECT i, i % 1000 $(series $((rows * 2)))"
shape documents 'id bigint PRIMARY KEY, body jsonb' $((rows / 2)) \
  "SELECT i, jsonb_build_object('name', 'Name ' || i, 'tags', jsonb_build_array('a', i % 10, 'c'), 'address', jsonb_build_object('city', 'City ' || i % 1000, 'zip', i % 99999), 'notes', repeat('note ', i % 20)) $(series $((rows / 2)))"
shape keyed 'id bigint PRIMARY KEY, country int REFERENCES countries, brand int REFERENCES brands, code text UNIQUE, amount numeric, day date' \
  $((rows / 2)) "SELECT i, i % 200, i % 200, 'code' || i, i * 0.5, '2020-01-01'::date + i % 2000 $(series $((rows / 2)))"
[[ " ${SHAPES:-keyed} " != *" keyed "* ]] || target_sql -c 'CREATE INDEX ON keyed (country); CREATE INDEX ON keyed (brand); CREATE INDEX ON keyed (day)'

target_sql << SQL
CREATE EXTENSION postgres_fdw;
CREATE SERVER fdw FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$work', port '$source_port', dbname 'postgres', fetch_size '10000');
CREATE USER MAPPING FOR CURRENT_USER SERVER fdw OPTIONS (user 'bench');
CREATE SCHEMA fdw;
IMPORT FOREIGN SCHEMA public FROM SERVER fdw INTO fdw;
SQL
source_sql -c 'CREATE PUBLICATION bench'
[[ -z ${BENCH_PGCLONE:-} ]] || target_sql -c 'CREATE EXTENSION pgclone'
exec perl tests/bench/peers.pl "$work" $source_port $target_port
