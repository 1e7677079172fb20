#!/bin/bash
# usage: tests/as_user PG_CONFIG tests/bench/sync.sh
#
# The target's cost of sync_table(), compared with the server's COPY of the same rows from a local file. CPU time of the
# backend, because wall clock depends on the machine's other load; minima of rounds in which all variants take turns. What a
# sync of no rows costs is taken off, and shown by itself: it would make the ratios hang on the number of rows.
#
#   ROWS=2000000 ROUNDS=8   rows of the table, and rounds
#   MEMORY_ROWS=10000000    rows of the largest table for the memory figures; 0 skips them
set -euo pipefail
rows=${ROWS:-2000000}
rounds=${ROUNDS:-8}
memory_rows=${MEMORY_ROWS:-10000000}
# shellcheck source=tests/bench/common.sh
. tests/bench/common.sh

start_cluster source $source_port
start_cluster target $target_port
make_users users "$rows"
target_sql -c "CREATE TABLE users ($columns)" -c "CREATE TABLE users_key ($columns, PRIMARY KEY (id))"
install_confiture $target_port

# A row as applications have them: 20 columns, 12 of them personal.
people=$((rows / 4))
people_columns='id bigint, email text, first_name text, last_name text, phone text, street text, city text, postcode text, born date,
  ip inet, iban text, user_id integer, salary numeric(12,2), note text, created_at timestamptz, updated_at timestamptz, status text,
  country text, logins integer, balance numeric(12,2)'
people_masks='{"email": "email", "first_name": "first_name", "last_name": "last_name", "phone": "phone", "street": "street", "city": "city",
  "postcode": "postcode", "born": "birthdate", "ip": "ip", "iban": "iban", "user_id": "hash", "salary": "noise"}'
source_sql -c "CREATE TABLE people ($people_columns)" -c "INSERT INTO people SELECT id, email, split_part(full_name, ' ', 1),
    split_part(full_name, ' ', 2), phone, split_part(address, ',', 1), split_part(address, ',', 2), 10000 + id % 80000,
    '1950-01-01'::date + id::integer % 20000, '10.0.0.0'::inet + id % 100000, 'DE893704004405320' || 10000 + id % 90000, id,
    balance, address, created_at, created_at, 'active', 'FR', id % 1000, balance FROM users LIMIT $people" -c 'VACUUM ANALYZE people'
target_sql -c "CREATE TABLE people ($people_columns)"

# The same without rows.
source_sql -c 'CREATE SCHEMA none' -c 'CREATE TABLE none.users (LIKE public.users)' -c 'CREATE TABLE none.people (LIKE public.people)'
for users in public.users none.users; do
  source_sql -c "COPY $users TO '$work/$users.binary' (FORMAT binary)" -c "COPY $users TO '$work/$users.text'"
done

sync="SELECT rows FROM confiture.sync_table('prod', 'users', 'public.users', policy => 'off'"
sync_people="SELECT rows FROM confiture.sync_table('prod', 'people', 'public.people', policy => 'off'"
sync_key="SELECT rows FROM confiture.sync_table('prod', 'users_key', 'public.users', policy => 'off'"
declare -A statement=(
  [file]="COPY users FROM '$work/public.users.binary' (FORMAT binary)"
  [file_text]="COPY users FROM '$work/public.users.text'"
  [file_key]="COPY users_key FROM '$work/public.users.binary' (FORMAT binary)"
  [copy]="$sync, loader => 'copy')"
  [tuples]="$sync)"
  [tuples_key]="$sync_key)"
  [masked]="$sync, rules => '$masks')"
  [hash]="$sync, rules => '{\"email\": \"hash\"}')"
  [text]="$sync, format => 'text')"
  [people]="$sync_people)"
  [people_12]="$sync_people, rules => '$people_masks')"
)
variants=(file file_text file_key copy tuples tuples_key masked hash text people people_12)

load() { # statement: in one transaction with a TRUNCATE, as in sync_table()
  printf '%s\n' '\o /dev/null' "BEGIN; TRUNCATE users, users_key, people; $1; COMMIT;" '\o' "$own_nanoseconds;"
}
measure() { # statement, rows: CPU nanoseconds of a load of no rows, and per row those of a load of all
  local start none all
  { read -r start && read -r none && read -r all; } < <({
    echo 'CHECKPOINT;'
    load "${1//public./none.}"
    load "${1//public./none.}"
    load "$1"
  } | target_sql)
  echo "$((none - start)) $(((all - none - none + start) / $2))"
}

for ((round = 1; round <= rounds; round++)); do
  for variant in "${variants[@]}"; do
    read -r none each < <(measure "${statement[$variant]}" "$([[ $variant == people* ]] && echo "$people" || echo "$rows")")
    echo "$none" >> "$work/$variant.none"
    echo "$each" >> "$work/$variant.ns"
  done
done
echo "CPU of the target's backend, ns per row, $rows rows, minimum of $rounds:"
for variant in "${variants[@]}"; do
  printf '%-11s%8d   all rounds: %s; without rows %d microseconds\n' "$variant" "$(minimum "$work/$variant.ns")" \
    "$(paste -sd' ' "$work/$variant.ns")" $(($(minimum "$work/$variant.none") / 1000))
done
# A ratio above its bound is a change worth a look, or a machine with too much else to do: no failure.
compare() { # title, one, other, aim, bound
  awk -v title="$1" -v a="$(minimum "$work/$2.ns")" -v b="$(minimum "$work/$3.ns")" -v aim="$4" -v bound="$5" \
    'BEGIN { printf "%-38s %.3f   (aim: %s, bound: %s)%s\n", title, a / b, aim, bound, (a / b > bound ? "  ABOVE ITS BOUND" : "") }'
}
compare 'tuples / COPY FROM file, binary:' tuples file 0.70 0.85
compare 'the same with a primary key:' tuples_key file_key 0.80 0.95
compare 'three masks / pass-through:' masked tuples 1.10 1.45
compare 'one hash / pass-through:' hash tuples 1.25 1.40
compare '12 of 20 columns masked / none:' people_12 people 1.35 2.00
compare 'loader copy / COPY FROM file, binary:' copy file 1.12 1.30
compare 'text / COPY FROM file, text:' text file_text 1.00 0.70

memory() { # rows: prints idle and peak in kB, and bytes of temporary files
  local n=$1
  measure_memory "SELECT rows FROM confiture.sync_table('prod', 'users', 'public.users_many', filter => 'n <= $n',
    policy => 'off', rules => '{\"n\": \"drop\", \"email\": \"email\", \"full_name\": \"name\", \"phone\": \"phone\"}')"
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
