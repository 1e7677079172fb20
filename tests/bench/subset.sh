#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/subset.sh
#
# A subset of 50 tables: one customer in a hundred, all that is theirs, and what that references. By the clock: the choice
# alone, the whole run, the same with three masked columns, and the same rows copied by hand, one COPY (SELECT … WHERE … IN
# (SELECT …)) for each table into tables with their keys, in one psql to another; and with BENCH_PG_SAMPLE=/path/to/pg_sample by
# that tool, which makes its copy on the source first, with the same conditions. All take turns.
#
#   ROWS=20000000 ROUNDS=3   rows of all tables, and rounds
set -euo pipefail
rows=${ROWS:-20000000}
rounds=${ROUNDS:-3}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh

start_cluster source $source_port
start_cluster target $target_port
install_confiture $target_port

# A table, whom its rows reference by (column, table, number of rows there), and how many it has; in the order in which
# they can be filled. A hundredth part of the customers has all their rows evenly.
customers=$((rows / 100))
tables=(
  'kinds 100'
  'products 20000 kind kinds 100'
  "customers $customers kind kinds 100"
)
for n in {1..9}; do
  tables+=("addresses_$n $((customers / 2)) customer customers $customers"
    "orders_$n $((customers * 2 / 3)) customer customers $customers kind kinds 100"
    "lines_$n $((customers * 4)) order_id orders_$n $((customers * 2 / 3)) product products 20000"
    "events_$n $((customers * 5)) customer customers $customers"
    "notes_$n $((customers / 2)) order_id orders_$n $((customers * 2 / 3))")
done
tables+=('countries 200' 'currencies 50')

names=() limits=()
declare -A chosen=([customers]='id % 100 = 0' [countries]=true [currencies]=true)
for table in "${tables[@]}"; do
  read -r name n references <<< "$table"
  definition='id bigint PRIMARY KEY' values='i' keys=()
  read -ra words <<< "$references"
  for ((i = 0; i < ${#words[@]}; i += 3)); do
    definition+=", ${words[i]} bigint NOT NULL"
    values+=", 1 + (i * 7919) % ${words[i + 2]}"
    keys+=("ALTER TABLE $name ADD FOREIGN KEY (${words[i]}) REFERENCES ${words[i + 1]}")
    [[ ${words[i + 1]} =~ ^(kinds|products)$ ]] || keys+=("CREATE INDEX ON $name (${words[i]})")
  done
  for sql in source_sql target_sql; do
    $sql -c "CREATE TABLE $name ($definition, name text, note text, at timestamptz)"
  done
  source_sql -c "INSERT INTO $name SELECT $values, 'name ' || i, 'a note on number ' || i, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, $n::bigint) i"
  for key in "${keys[@]}"; do
    source_sql -c "$key"
    [[ $key == CREATE* ]] || target_sql -c "$key"
  done
  # Children of chosen customers or orders.
  if [[ ${words[1]:-} =~ ^(customers|orders) ]]; then chosen[$name]="${words[0]} IN (SELECT id FROM ${words[1]} WHERE ${chosen[${words[1]}]})"; fi
done
# Parents: what the chosen rows reference.
of_lines=$(for n in {1..9}; do echo "SELECT product FROM lines_$n WHERE ${chosen[lines_$n]}"; done | paste -sd'|' | sed 's/|/ UNION ALL /g')
chosen[products]="id IN ($of_lines)"
of_orders=$(for n in {1..9}; do echo "SELECT kind FROM orders_$n WHERE ${chosen[orders_$n]}"; done | paste -sd'|' | sed 's/|/ UNION ALL /g')
chosen[kinds]="id IN (SELECT kind FROM customers WHERE ${chosen[customers]} UNION ALL $of_orders UNION ALL SELECT kind FROM products WHERE ${chosen[products]})"
source_sql -c 'VACUUM ANALYZE'
for table in "${tables[@]}"; do
  name=${table%% *}
  names+=("$name")
  limits+=(--limit "$name = ${chosen[$name]}")
done
all=$(IFS=,; echo "${names[*]}")
echo "${#tables[@]} tables, $(source_sql -c "SELECT sum(reltuples)::bigint || ' rows, ' || pg_size_pretty(pg_database_size(current_database())) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")"

subset='{"public.customers": {"where": "id % 100 = 0"}}'
arguments="subset => '$subset', include => '{public.*}', policy => 'off'"
run_choice() { target_sql -c "SELECT count(*) FROM confiture.plan_subset('prod', '$subset', '{public.*}')" > /dev/null; }
run_confiture() { target_sql -c "CALL confiture.sync('prod', $arguments)" > /dev/null; }
run_masked() {
  target_sql -c "CALL confiture.sync('prod', $arguments, rules => '{\"public.customers\": {\"name\": \"name\", \"note\": \"lorem\"}, \"public.events_1\": {\"note\": \"lorem\"}}')" > /dev/null
}
run_by_hand() {
  target_sql -c "TRUNCATE $all"
  for name in "${names[@]}"; do
    source_sql -c "COPY (SELECT * FROM $name WHERE ${chosen[$name]}) TO STDOUT (FORMAT binary)" | target_sql -c "COPY $name FROM STDIN (FORMAT binary)"
  done
}
run_pg_sample() {
  target_sql -c "TRUNCATE $all"
  PGHOST=$work "$BENCH_PG_SAMPLE" --data-only --force --host "$work" --port "$source_port" --username bench "${limits[@]}" postgres | target_sql > /dev/null
}

variants=(choice confiture masked by_hand)
[[ -n ${BENCH_PG_SAMPLE:-} ]] && variants+=(pg_sample)
for ((round = 0; round < rounds; round++)); do
  for variant in "${variants[@]}"; do
    start=$(now)
    "run_$variant"
    echo $((($(now) - start) / 1000000)) >> "$work/$variant"
    if [[ $round == 0 && $variant != choice ]]; then
      total=0
      for name in "${names[@]}"; do total=$((total + $(target_sql -c "SELECT count(*) FROM $name"))); done
      echo "$variant: $total rows"
    fi
  done
done
printf '%-12s %8s %8s  ms\n' '' minimum median
for variant in "${variants[@]}"; do printf '%-12s %8s %8s\n' "$variant" "$(minimum "$work/$variant")" "$(median "$work/$variant")"; done
awk -v ours="$(minimum "$work/confiture")" -v theirs="$(minimum "$work/by_hand")" 'BEGIN { printf "a run takes %.2f of what it takes by hand (at most 1.50)\n", ours / theirs }'
target_sql -c "SELECT array_to_string(why, ', ') FROM confiture.plan_subset('prod', '$subset', '{public.*}') WHERE relation IS NULL"
