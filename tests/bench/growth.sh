#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/growth.sh
#
# How the cost grows with rows, columns, jobs, chunks, tables, partitions, recorded runs and the size of a field: the last column shows what one more
# costs. Milliseconds by the clock, the CPU of the session's own process.
#
#   ROWS=10000000 ROUNDS=3   rows of the largest table, and rounds
#   TABLES=10000             the largest number of tables of a run
set -euo pipefail
rows=${ROWS:-10000000}
rounds=${ROUNDS:-3}
tables=${TABLES:-10000}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh

start_cluster source $source_port 'max_locks_per_transaction = 1000'
start_cluster target $target_port 'max_locks_per_transaction = 1000'
install_confiture $target_port

heading 'Rows'
target_sql -c "CREATE TABLE users ($columns)"
for ((n = 10000; n <= rows; n *= 10)); do
  source_sql -c 'DROP TABLE IF EXISTS users'
  make_users users "$n"
  measure "$n users" "$n" "$(sync users)"
  measure "$n users, 3 masked columns" "$n" "$(sync users "$masks")"
done

# The same number of fields each.
heading 'Columns'
for n in 2 20 200; do
  definition=$(seq -f 'c%.0f text' -s ', ' "$n")
  source_sql -c "CREATE TABLE wide_$n ($definition)" \
    -c "INSERT INTO wide_$n SELECT $(seq -f "'value %.0f of ' || i" -s ', ' "$n") FROM generate_series(1, 2000000 / $n) i" -c "VACUUM ANALYZE wide_$n"
  target_sql -c "CREATE TABLE wide_$n ($definition)"
  measure "$((2000000 / n)) rows of $n columns" $((2000000 / n)) "$(sync wide_$n)"
  measure "the same, every second one masked" $((2000000 / n)) "$(sync wide_$n "{$(seq -f '"c%.0f": "digits"' -s ', ' 2 2 "$n")}")"
done

heading "Chunks, run of $rows users, 1 job"
for size in 1GB 64MB 4MB 512kB 64kB; do
  rounds=1 measure "chunk_size => $size" "$rows" "$(run users "jobs => 1, chunk_size => '$size'")"
  echo "  $(target_sql -c 'SELECT count(*) FROM confiture.chunk WHERE run_id = (SELECT max(run_id) FROM confiture.runs)') chunks"
done
heading "Jobs, run of $rows users"
for jobs in 1 2 4; do measure "jobs => $jobs" "$rows" "$(run users "jobs => $jobs")"; done

# usage: make_tables PORT FIRST LAST
make_tables() {
  for ((i = $2; i <= $3; i += 500)); do
    source=$(((i + 499) < $3 ? i + 499 : $3))
    seq -f "CREATE TABLE many.t%.0f (id int PRIMARY KEY, note text);" "$i" "$source" | sql "$1" -f - > /dev/null
  done
}
heading 'Tables without rows'
source_sql -c 'CREATE SCHEMA many'
target_sql -c 'CREATE SCHEMA many'
made=0
for ((n = 10; n <= tables; n *= 10)); do
  make_tables $source_port $((made + 1)) "$n"
  make_tables $target_port $((made + 1)) "$n"
  made=$n
  rounds=$((n > 1000 ? 1 : rounds)) measure "$n tables, jobs => 1" "$n" "CALL confiture.sync('prod', '{many.*}', policy => 'off', analyze_tables => false, jobs => 1)"
done

# Each of them is a chunk. No transaction makes more than there are locks for.
heading 'Partitions of one table'
for n in 100 400 1600; do
  for port in $source_port $target_port; do
    {
      echo "CREATE TABLE parted_$n (id int PRIMARY KEY, note text) PARTITION BY RANGE (id);"
      for ((i = 0; i < n; i++)); do echo "CREATE TABLE parted_${n}_$i PARTITION OF parted_$n FOR VALUES FROM ($((i * 10))) TO ($((i * 10 + 10)));"; done
    } | sql "$port" -f - > /dev/null
  done
  source_sql -c "INSERT INTO parted_$n SELECT i, 'note' FROM generate_series(0, 10 * $n - 1) i" -c "ANALYZE parted_$n"
  measure "$n partitions of 10 rows, jobs => 1" $((10 * n)) "$(run parted_$n 'jobs => 1')"
done

heading 'Runs in the history, 10 rows to sync'
source_sql -c "CREATE TABLE few AS SELECT i AS id FROM generate_series(1, 10) i"
target_sql -c 'CREATE TABLE few (id int)'
measure 'the runs before' 10 "$(sync few)"
for relation in run run_table; do
  target_sql -c "INSERT INTO confiture.$relation OVERRIDING SYSTEM VALUE
    SELECT n.* FROM confiture.$relation r, generate_series(1, 300000) i, LATERAL jsonb_populate_record(r, jsonb_build_object('run_id', -i)) n
    WHERE r.run_id = (SELECT max(run_id) FROM confiture.run_table WHERE relation = 'few'::regclass)"
done
measure '300000 more' 10 "$(sync few)"

heading 'One field of 1, 10, 100 and 500 MB'
target_sql -c 'CREATE TABLE field (body text)'
for n in 1 10 100 500; do
  source_sql -c 'DROP TABLE IF EXISTS field' -c 'CREATE TABLE field (body text)' -c 'ALTER TABLE field ALTER body SET STORAGE EXTERNAL' \
    -c "INSERT INTO field SELECT repeat('some text, ', $n * 1000000 / 11)"
  measure "$n MB" 1 "$(sync field)"
  measure "$n MB, masked by lorem" 1 "$(sync field '{"body": "lorem"}')"
done
