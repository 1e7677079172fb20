#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/runs.sh
#
# Whole runs compared with other tools that copy a database in parallel: wall clock of `CALL confiture.sync()` with two jobs, of
# pg_dump -Fd -j2 -Z0 with pg_restore -j2, and of pgcopydb with two table jobs, on the same tables, source and target on
# this machine; medians of rounds in which all take turns. Then the cost of checkpoints, the time until a resumed run copies
# again, and the time to plan 2,000 tables.
#
#   ROWS=4000000 ROUNDS=3   total rows, and rounds
#   SHAPES="two one"        two tables, or one that is cut into chunks
set -euo pipefail
rows=${ROWS:-4000000}
rounds=${ROUNDS:-3}
shapes=${SHAPES:-two one}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh

start_cluster source $source_port
start_cluster target $target_port
install_confiture $target_port
sync="CALL confiture.sync('prod', include => '{users*}', jobs => 2, policy => 'off', analyze_tables => false"

run_confiture() { target_sql -c "$sync)" > /dev/null; }
run_masked() { target_sql -c "$sync, rules => '{\"public.${tables[0]}\": $masks}')" > /dev/null; }
run_pg_dump() {
  rm -rf "$work/dump"
  pg_dump -h "$work" -p $source_port -U bench -Fd -j2 -Z0 --data-only -f "$work/dump" postgres
  pg_restore -h "$work" -p $target_port -U bench --data-only -j2 -d postgres "$work/dump"
}
run_pgcopydb() {
  rm -rf "$work/pgcopydb"
  # Copies snapshot and data as its clone command does, without schema and indexes, which exist already.
  TMPDIR=$work XDG_DATA_HOME=$work pgcopydb copy table-data --dir "$work/pgcopydb" --table-jobs 2 \
    --source "host=$work port=$source_port user=bench dbname=postgres" \
    --target "host=$work port=$target_port user=bench dbname=postgres" > "$work/pgcopydb.log" 2>&1
}

variants=(confiture masked pg_dump)
command -v pgcopydb > /dev/null && variants+=(pgcopydb)
for shape in $shapes; do
  source_sql -c 'DROP TABLE IF EXISTS users, users_1, users_2'
  target_sql -c 'DROP TABLE IF EXISTS users, users_1, users_2'
  tables=(users)
  [[ $shape == one ]] || tables=(users_1 users_2)
  for table in "${tables[@]}"; do make_users "$table" $((rows / ${#tables[@]})); done
  for key in without with; do
    for table in "${tables[@]}"; do
      target_sql -c "DROP TABLE IF EXISTS $table" -c "CREATE TABLE $table ($columns)"
      [[ $key == without ]] || target_sql -c "ALTER TABLE $table ADD PRIMARY KEY (id)"
    done
    rm -f "$work"/*.ns
    for ((round = 1; round <= rounds; round++)); do
      for variant in "${variants[@]}"; do
        for table in "${tables[@]}"; do target_sql -c "TRUNCATE $table"; done
        target_sql -c CHECKPOINT
        start=$(now)
        "run_$variant"
        echo $((($(now) - start) / 1000000)) >> "$work/$variant.ns"
        [[ $(target_sql -c "SELECT count(*) FROM ${tables[0]}") == $((rows / ${#tables[@]})) ]]
      done
    done
    echo "${#tables[@]} table(s), $rows rows, $key primary key; milliseconds, median of $rounds:"
    best=$(median "$work/pg_dump.ns")
    for variant in "${variants[@]}"; do
      printf '  %-10s %7d   all rounds: %s\n' "$variant" "$(median "$work/$variant.ns")" "$(paste -sd' ' "$work/$variant.ns")"
    done
    if [[ -f "$work/pgcopydb.ns" ]] && (($(median "$work/pgcopydb.ns") < best)); then best=$(median "$work/pgcopydb.ns"); fi
    ratio() { awk -v a="$(median "$work/$1.ns")" -v b="$best" 'BEGIN { printf "%.2f", a / b }'; }
    aim=0.68
    [[ $key == without ]] || aim=0.80
    echo "  unmasked / faster of the others: $(ratio confiture)   (aim: $aim)"
    echo "  masked / faster of the others unmasked: $(ratio masked)   (aim: 0.90)"
  done
done

# CPU of the participating backends of the target; with one job that is a single backend.
cost() { # chunk_size: clock ticks
  local before after
  { read -r before && read -r after; } < <(target_sql << SQL
$own_ticks;
\o /dev/null
CALL confiture.sync('prod', include => '{users*}', jobs => 1, policy => 'off', analyze_tables => false, chunk_size => '$1');
\o
$own_ticks;
SQL
  )
  echo $((after - before))
}
rm -f "$work"/*.ticks
for ((round = 1; round <= rounds; round++)); do
  cost 64MB >> "$work/default.ticks"
  cost 1TB >> "$work/whole.ticks"
done
echo "CPU of the target's backend, $rows rows, 1/100 s: chunks of 64MB $(median "$work/default.ticks")," \
  "one chunk $(median "$work/whole.ticks")"

# A run of small chunks is stopped in the middle; how long does it take until the first chunk after resume() is done?
target_sql -c "CALL confiture.sync('prod', include => '{users*}', policy => 'off', chunk_size => '1MB', detach => true)" > /dev/null
run=$(target_sql -c 'SELECT max(run_id) FROM confiture.runs')
while [[ $(target_sql -c "SELECT count(*) FROM confiture.checkpoints WHERE run_id = $run AND state = 'done'") == 0 ]]; do sleep 0.1; done
target_sql -c "SELECT confiture.cancel($run)" > /dev/null
while [[ -n $(target_sql -c "SELECT leader_pid FROM confiture.runs WHERE run_id = $run") ]]; do sleep 0.1; done
before=$(target_sql -c 'SELECT clock_timestamp()')
target_sql -c "CALL confiture.resume($run)" > /dev/null
echo "from resume() to the end of the first chunk of 1 MB:" "$(target_sql -c "
  SELECT min(finished_at) - '$before' FROM confiture.checkpoints WHERE run_id = $run AND finished_at > '$before'")"

# 2,000 tables: planning time beyond the source's share, as logged by the source.
source_sql > /dev/null << 'SQL'
ALTER SYSTEM SET log_min_duration_statement = 0;
SELECT pg_reload_conf();
SQL
for side in source target; do
  for ((batch = 0; batch < 4; batch++)); do
    "${side}_sql" -c "DO \$\$ BEGIN FOR i IN $((batch * 500 + 1))..$((batch * 500 + 500)) LOOP EXECUTE format('CREATE TABLE many_%s
      (id bigint PRIMARY KEY, parent bigint REFERENCES many_%s, a text, b timestamptz, c numeric, d uuid, e jsonb, f int,
      g varchar(20), h date)', i, greatest(i - 1, 1)); END LOOP; END \$\$"
  done
done
log_size=$(stat -c %s "$work/source.log")
start=$(now)
target_sql -c "SELECT count(*) FROM confiture.plan_sync('prod', '{many_*}', policy => 'off')" > /dev/null
total=$((($(now) - start) / 1000000))
queries=$(tail -c +$((log_size + 1)) "$work/source.log" | grep -o 'duration: [0-9.]* ms' | awk '{ s += $2 } END { print int(s) }')
echo "2,000 tables: planned in $total ms, $queries ms of it the source's queries   (aim: at most 2000 more)"
