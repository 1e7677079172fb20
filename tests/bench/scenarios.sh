#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/scenarios.sh
#
# The figures of docs/guides/performance.md, in its order: milliseconds of the clock in a session that goes on, minimum,
# median and maximum of rounds, the least CPU of the session's own process, and thousand rows per second by the minimum.
#
#   ROWS=1000000 ROUNDS=5   rows of the largest table, and rounds
set -euo pipefail
rows=${ROWS:-1000000}
rounds=${ROUNDS:-5}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh

start_cluster source $source_port
start_cluster target $target_port
install_confiture $target_port
make_users users "$rows"
for n in 0 1000 10000 100000; do source_sql -c "CREATE TABLE users_$n AS SELECT * FROM users LIMIT $n" -c "VACUUM ANALYZE users_$n"; done
source_sql -c "CREATE TABLE products AS SELECT i AS id, 'Product ' || i AS title, 'SKU-' || i * 7 AS sku, i % 1000 * 0.25 AS price, now() AS added
               FROM generate_series(1, 20000) i" -c 'VACUUM ANALYZE products'
source_sql -c 'CREATE TABLE empty_1 (id int); CREATE TABLE empty_2 (id int)'
target_sql -c 'CREATE TABLE empty_1 (id int); CREATE TABLE empty_2 (id int)'
target_sql -c 'CREATE TABLE products (id int, title text, sku text, price numeric, added timestamptz)'
target_sql -c "CREATE TABLE users ($columns)" -c "CREATE TABLE users_0 ($columns)" -c "CREATE TABLE users_1000 ($columns)" \
  -c "CREATE TABLE users_10000 ($columns)" -c "CREATE TABLE users_100000 ($columns)"

heading 'Fixed costs'
measure 'check_server(): a connection and a look' 0 "SELECT * FROM confiture.check_server('prod')"
measure 'sync_table() of an empty table' 0 "$(sync empty_1)"
measure 'sync() of two empty tables' 0 "$(run empty_1,empty_2)"
measure 'sync() of two empty tables, jobs => 2' 0 "$(run empty_1,empty_2 'jobs => 2')"

heading 'Scenarios'
measure '20,000 products' 20000 "$(sync products)"
measure '10,000 users, 3 masked columns' 10000 "$(sync users_10000 "$masks")"
measure 'both by sync()' 30000 "$(run products,users_10000 "rules => '{\"public.users_10000\": $masks}'")"

heading 'Table size'
for n in 1000 10000 100000; do
  measure "$n users" $n "$(sync users_$n)"
  measure "$n users, 3 masked columns" $n "$(sync users_$n "$masks")"
done
measure "$rows users" "$rows" "$(sync users)"
measure "$rows users, 3 masked columns" "$rows" "$(sync users "$masks")"

heading "Masked columns, $rows users"
measure 'none' "$rows" "$(sync users)"
measure 'email' "$rows" "$(sync users '{"email": "email"}')"
measure 'email, name' "$rows" "$(sync users '{"email": "email", "full_name": "name"}')"
measure 'email, name, phone' "$rows" "$(sync users "$masks")"
measure 'email, name, phone, address' "$rows" "$(sync users '{"email": "email", "full_name": "name", "phone": "phone", "address": "address"}')"
measure 'hash of four' "$rows" "$(sync users '{"email": "hash", "full_name": "hash", "phone": "hash", "address": "hash"}')"

heading "Chunk size, run of $rows users, 1 job"
for size in 1MB 4MB 16MB 64MB 1GB; do measure "chunk_size => $size" "$rows" "$(run users "jobs => 1, chunk_size => '$size'")"; done
printf '\n%s\n' "Control tables, run by chunk size, 1 job: % of the CPU of its process"
for size in 1MB 4MB 16MB 64MB; do
  target_sql -c "$(run users "jobs => 1, chunk_size => '$size'")" > /dev/null
  printf '%-44s %8s\n' "chunk_size => $size" "$(target_sql -c "SELECT round(100 * sum(extract(epoch FROM checkpoint_cpu)) / sum(extract(epoch FROM cpu)), 2)
    FROM confiture.checkpoints WHERE run_id = (SELECT max(run_id) FROM confiture.runs)")"
done
heading "Jobs, run of $rows users, chunks of 16MB"
for jobs in 1 2 4; do measure "jobs => $jobs" "$rows" "$(run users "jobs => $jobs, chunk_size => '16MB'")"; done

heading 'Row by row, 10,000 users'
source_sql -c "SELECT format('INSERT INTO users_10000 VALUES (%s, %L, %L, %L, %L, %L, %s);', id, email, full_name, phone, address, created_at, balance) FROM users_10000" > "$work/inserts.sql"
for ((round = 0; round < rounds; round++)); do
  start=$(now)
  { echo 'BEGIN; TRUNCATE users_10000;'; cat "$work/inserts.sql"; echo 'COMMIT;'; } | target_sql -f - > /dev/null
  echo $((($(now) - start) / 1000000))
done > "$work/ms"
printf '%-44s %8s %8s %26.0f\n' 'one INSERT a row, one transaction' "$(minimum "$work/ms")" "$(median "$work/ms")" "$((10000 / $(minimum "$work/ms")))"

# Private memory of the backend, and its peak while it loads.
heading_memory() { printf '\n%-44s %8s %8s\n' 'Private memory of the backend, kB' idle peak; }
memory() { # title, SQL
  measure_memory "$2"
  printf '%-44s %8d %8d\n' "$1" "$idle" "$peak"
}
heading_memory
memory '1000 users, 3 masked columns' "$(sync users_1000 "$masks")"
memory "$rows users, 3 masked columns" "$(sync users "$masks")"
memory "$rows users, run in chunks of 1MB" "$(run users "jobs => 1, chunk_size => '1MB'")"
memory "$rows users, run in one chunk" "$(run users "jobs => 1, chunk_size => '1GB'")"
