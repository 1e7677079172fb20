#!/bin/bash
# The demo itself. Runs in a private directory, as a user that may run PostgreSQL; docs/demo/run.sh provides both.
set -euo pipefail
here=docs/demo

title() {
  echo
  if [[ $COLOR == 1 ]]; then printf '\e[1;35m%s\e[0m\n' "$1"; else printf '%s\n' "$1"; fi
}

start_server() {
  mkdir "$1" "$1/socket"
  {
    initdb -D "$1/data" -U postgres -A trust -N --no-locale -E UTF8
    cat >> "$1/data/postgresql.conf" << CONF
listen_addresses = ''
unix_socket_directories = '$PWD/$1/socket'
fsync = off
shared_buffers = 64MB
max_wal_size = 1GB
CONF
    pg_ctl -w -D "$1/data" -l "$1/server.log" start
    createdb -h "$PWD/$1/socket" -U postgres shop
  } >> out/servers.log 2>&1
}

# sql production|staging [PSQL OPTION...] < STATEMENTS
sql() {
  local server=$1
  shift
  psql -Xq -h "$PWD/$server/socket" -U postgres -d shop -v ON_ERROR_STOP=1 -P footer=off -P null=- "$@"
}
value() { sql "$1" -At -c "$2"; }
# The same, cut to fit 100 columns.
show() { sql "$@" 2>&1 | sed -E '/^$/d; s/^(.{97}).{4,}$/\1.../'; }

printf '%-12s' servers
start_server production
start_server staging
echo "production and staging, throw-away clusters of user $(id -un) in $PWD"

printf '%-12s' shop
sql production -f $here/schema.sql -f $here/production.sql
sql staging -f $here/schema.sql
tables=(customers addresses orders order_items payments support_tickets)
total=$(value production "SELECT $(printf '(SELECT count(*) FROM %s) + ' "${tables[@]}") 0")
echo "${total:0:-3},${total: -3} rows in ${#tables[@]} tables of production; staging has the tables, without rows"

sql staging << SQL
CREATE EXTENSION confiture;
CREATE SERVER prod FOREIGN DATA WRAPPER confiture OPTIONS (host '$PWD/production/socket', dbname 'shop');
CREATE USER MAPPING FOR CURRENT_USER SERVER prod OPTIONS (user 'postgres');
SQL

title "1. Staging asks for the customers: refused, their personal columns have no rules yet"
echo "staging=# SELECT * FROM confiture.sync_table('prod', 'customers');"
show staging -c "SELECT * FROM confiture.sync_table('prod', 'customers')" || true

title "2. Rules say what happens to each column with personal data (docs/demo/rules.sql)"
sql staging -f $here/rules.sql -o /dev/null
show staging << 'SQL'
SELECT relation AS "table",
       string_agg(concat_ws(': ', column_name, nullif(strategy, column_name)), ', ' ORDER BY column_name) AS "column: strategy"
FROM confiture.rules GROUP BY relation ORDER BY array_position('{customers,addresses,orders}', relation::text), 1;
SQL

title "3. Now one call copies the whole shop, from one snapshot of production, masked on the way"
echo "staging=# CALL confiture.sync('prod', jobs => 2);"
show staging << 'SQL'
CALL confiture.sync('prod', jobs => 2);
SELECT relation AS "table", rows, to_char(elapsed, 'FMSS.MS') AS seconds,
       round(rows / extract(epoch FROM elapsed)) AS "rows/s", format
FROM confiture.run_tables ORDER BY rows DESC;
SELECT count(*) || ' foreign keys verified, ' || sum(violations) || ' violations' AS "at the end" FROM confiture.foreign_key_checks;
SQL

title "4. Before and after: one customer and a ticket"
ticket=$(value production "SELECT min(t.id) FROM support_tickets t JOIN customers c ON c.email = customer_email
  WHERE c.phone IS NOT NULL AND t.id > 100")
one="SELECT to_json(r) FROM (SELECT c.id, c.first_name, c.last_name, c.email, c.phone, c.birth_date, c.joined_at,
  t.customer_email AS ticket_of, t.subject, t.message, t.context
  FROM support_tickets t JOIN customers c ON c.email = t.customer_email WHERE t.id = $ticket) r"
show staging -v before="$(value production "$one")" -v after="$(value staging "$one")" << 'SQL'
SELECT key AS "column", left(b.value, 28) AS production, left(a.value, 52) AS staging
FROM json_each_text(:'before') WITH ORDINALITY b (key, value, n) JOIN json_each_text(:'after') a USING (key) ORDER BY n;
SQL

title "5. What still holds in staging, and what is gone"
# Finds every e-mail address in a database: in all columns, including free text and JSON.
all_emails=$(value production "
  SELECT string_agg(format(\$\$SELECT m[1] AS email FROM %s t, regexp_matches(t::text, '[[:alnum:]._+-]+@[[:alnum:].-]*[[:alnum:]]', 'g') m\$\$,
                           c.oid::regclass), ' UNION ALL ')
  FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition")
check() {
  printf '%-62s %12s %12s\n' "$1" "$(value production "$2")" "$(value staging "$2")"
}
printf '%-62s %12s %12s\n' "" production staging
check "tickets that find their customer by e-mail" \
  "SELECT count(*) FROM support_tickets t JOIN customers c ON c.email = t.customer_email"
check "different e-mail addresses of customers" "SELECT count(DISTINCT email) FROM customers"
check "turnover of the customers with tickets" \
  "SELECT sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id
   WHERE c.email IN (SELECT customer_email FROM support_tickets)"

# Compares both lists in production, so that not even this proof sends raw values to staging.
{
  echo "CREATE TEMP TABLE real AS SELECT DISTINCT email FROM ($all_emails) e;"
  echo "CREATE TEMP TABLE masked (email text); COPY masked FROM STDIN;"
  value staging "COPY (SELECT DISTINCT email FROM ($all_emails) e) TO STDOUT"
  echo '\.'
  echo "SELECT (SELECT count(*) FROM real), count(*) FROM real JOIN masked USING (email);"
} > out/proof.sql
IFS='|' read -r real survived < <(sql production -At -f out/proof.sql)
printf '%-62s %12s %12s\n' "e-mail addresses of production, searched in all columns" "$real" "$survived"
rm out/proof.sql
[[ $survived == 0 ]]

title "6. The run's report, for those who answer for the data (build/out/report.html)"
echo "confiture report --html report.html"
(cd out && confiture report --html report.html -h "$OLDPWD/staging/socket" -U postgres -d shop)

echo
if [[ "${KEEP:-0}" == 1 ]]; then
  echo "Both servers keep running. To look around:"
  echo "  psql -h $PWD/production/socket -U postgres shop"
  echo "  psql -h $PWD/staging/socket -U postgres shop"
  echo "To stop and remove them:"
  echo "  kill -INT \$(head -qn1 $PWD/*/data/postmaster.pid); sleep 2; rm -r $PWD"
else
  echo "Both servers are removed. To keep them and look around: make demo KEEP=1"
fi
