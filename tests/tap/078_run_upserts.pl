# Runs in mode upsert: rows that are there stay, what comes is updated or added, in chunks and by several jobs; a subset
# that grows; what becomes of foreign keys, sequences, triggers, interrupted runs; what is refused before a row moves.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "restart_after_crash = on\n");
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub refused { my ($call, $patterns, $name) = @_; local $Test::Builder::Level = $Test::Builder::Level + 1; return ConfitureTest::fails_like($target, $call, $patterns, $name) }
my $upsert = q{CALL confiture.sync('prod', mode => 'upsert', policy => 'off'};
sub run { my ($arguments) = @_; my ($status, $out, $err) = $target->psql('postgres', "$upsert" . ($arguments && ", $arguments") . ')'); return $status == 0 ? join ' ', (split /\|/, $out)[1 .. 3] : $err }
sub counts { return join ' ', map { here("SELECT count(*) FROM $_") } @_ }

both(q{
	CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE, referred_by int REFERENCES customers);
	CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int NOT NULL REFERENCES customers, note text DEFAULT 'none');
	CREATE TABLE items (orders bigint REFERENCES orders, line int, PRIMARY KEY (orders, line));
	CREATE TABLE days (id int, day date, v int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
	CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
	CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
	CREATE INDEX ON orders (customer)});
there(q{
	INSERT INTO customers SELECT i, 'c' || i || '@shop.test', nullif(i / 10, 0) FROM generate_series(1, 2000) i;
	INSERT INTO orders (customer, note) SELECT i % 2000 + 1, repeat('x', 100) FROM generate_series(1, 6000) i;
	INSERT INTO items SELECT i, line FROM generate_series(1, 6000) i, generate_series(1, 2) line;
	INSERT INTO days SELECT i, date '2024-01-01' + i % 60, i FROM generate_series(1, 600) i; ANALYZE});

# --- a subset that grows

here(q{SELECT confiture.set_follow('customers', 'customers_referred_by_fkey', false)});
sub seed { my ($where) = @_; return qq{unreached => 'none', subset => '{"public.customers": {"where": "$where"}}'} }
like(run(seed('id BETWEEN 100 AND 119')), qr/^done 4 /, 'a first subset, into nothing');
my $first = counts(qw(customers orders items));
is($first, '23 60 120', '... with all that is theirs');
there(q{UPDATE customers SET email = 'new@shop.test' WHERE id = 110; UPDATE orders SET note = 'new' WHERE id = 109;
	DELETE FROM items WHERE orders = 100; DELETE FROM orders WHERE id = 100});
here(q{INSERT INTO customers VALUES (5000, 'mine', NULL)});
like(run(seed('id BETWEEN 110 AND 139') . ", jobs => 2, chunk_size => '64kB'"), qr/^done /, 'a second one, that meets it');
is(here(q{SELECT count(*) FROM customers WHERE id BETWEEN 100 AND 139}), 40, '... has the rows of both');
is(here(q{SELECT count(*) FROM orders WHERE customer BETWEEN 100 AND 139}), 120, '... and what references them');
is(here(q{SELECT (SELECT email FROM customers WHERE id = 110), (SELECT note FROM orders WHERE id = 109), count(*) FROM customers WHERE id = 5000}), 'new@shop.test|new|1', '... updated, and what was here besides stays');
is(here(q{SELECT count(*) FROM orders WHERE id = 100}), 1, '... and so does what is gone from production');
is(here(q{SELECT string_agg(DISTINCT action, ' '), count(*) FROM confiture.foreign_key_checks WHERE run_id = (SELECT max(run_id) FROM confiture.runs)}), 'verified|3', '... and all keys hold');
is(here(q{SELECT string_agg(DISTINCT mode, ' ') FROM confiture.run_tables}), 'upsert', 'the mode is on record');
is(counts('days'), 0, 'a table that nothing reaches stays as it is');

# --- all of it, over what is there

like(run(q{jobs => 2, chunk_size => '64kB'}), qr/^done 4 20597$/, 'all rows, over those that are there: each counts');
cmp_ok(here(q{SELECT max(chunks) FROM confiture.run_tables}), '>', 3, '... in several chunks');
is(here(q{SELECT count(*) FROM pg_class WHERE relname LIKE 'confiture_upsert%'}), 0, '... of which no temporary table is left');
here('DELETE FROM customers WHERE id = 5000; DELETE FROM items WHERE orders = 100; DELETE FROM orders WHERE id = 100');
ConfitureTest::same_rows($source, $target, "SELECT * FROM $_", "$_ are the source's") for qw(customers orders items days);
here(q{UPDATE customers SET email = 'old' || id; UPDATE orders SET note = 'old'; DELETE FROM items WHERE line = 2; UPDATE days SET v = 0});
like(run(q{atomic => true, format => 'text'}), qr/^done 4 20597$/, 'in one transaction, as text');
ConfitureTest::same_rows($source, $target, "SELECT * FROM $_", "... $_ are the source's") for qw(customers orders items days);
here(q{UPDATE orders SET note = 'stays'});
like(run(q{include => '{orders,customers}', rules => '{"public.orders": {"note": "drop"}}', filters => '{"public.orders": "id <= 50"}'}), qr/^done 2 2050$/, 'some rows, without a column');
is(here('SELECT count(*), min(note) FROM orders'), '5999|stays', '... which keeps what it has');

# --- sequences, triggers, foreign keys

here(q{SELECT setval('orders_id_seq', 70000); CREATE TABLE log (n int);
	CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (1); RETURN NULL; END $$;
	CREATE TRIGGER logged AFTER UPDATE OR INSERT ON customers FOR EACH STATEMENT EXECUTE FUNCTION log_it();
	ALTER TABLE customers ENABLE ALWAYS TRIGGER logged});
like(run(''), qr/^done /, 'a run over a table with triggers');
is(here(q{SELECT last_value FROM orders_id_seq}) . counts('log') . here(q{SELECT tgenabled FROM pg_trigger WHERE tgname = 'logged'}), '700000A', '... a sequence is not set back, a trigger does not fire and is there again');
here(q{SET session_replication_role = replica; INSERT INTO items VALUES (999999, 1)});
refused("$upsert, include => '{orders}')", [ qr/items_orders_fkey of public\.items: 1 row references what is not in public\.orders/ ], 'rows that were there before are verified too');
here(q{DELETE FROM items WHERE orders = 999999});
ConfitureTest::add_role($source, $target, 'plain', 'secret');
there('GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain');
here(q{DROP TRIGGER logged ON customers; ALTER TABLE customers OWNER TO plain; ALTER TABLE orders OWNER TO plain; ALTER TABLE items OWNER TO plain; ALTER TABLE days OWNER TO plain;
	ALTER TABLE days_1 OWNER TO plain; ALTER TABLE days_2 OWNER TO plain; DELETE FROM items WHERE line = 1;
	GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO plain; SELECT confiture.keep('customers', 'email'), confiture.keep('orders', 'note')});
my $keys = q{SELECT string_agg(conname || convalidated, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace};
my $put_back = here($keys);
my $as_plain = "SET ROLE plain; CALL confiture.sync('prod_tcp', mode => 'upsert', jobs => 1)";
like(here($as_plain), qr/\|done\|4\|/, 'a role that may not switch triggers off');
is(here($keys), $put_back, '... its foreign keys are back, and valid');
ConfitureTest::same_rows($source, $target, 'SELECT * FROM items', '... and its rows there');

here(q{UPDATE customers SET email = 'other' WHERE id = 7; INSERT INTO customers VALUES (6000, 'c7@shop.test')});
unlike(refused("$upsert, include => '{customers}')", [ qr/violates unique constraint "customers_email_key"/ ], 'a value that another row has already'), qr/c7|shop\.test|\(email\)/, '... and is not shown');
here('DELETE FROM customers WHERE id = 6000');

# --- refused before a row moves

both(q{CREATE TABLE keyless (v text); CREATE TABLE late (id int PRIMARY KEY DEFERRABLE)});
there(q{CREATE TABLE loose (id int, v text); INSERT INTO loose VALUES (1, 'a'), (1, 'b')});
here(q{CREATE TABLE loose (id int PRIMARY KEY, v text)});
my $message = refused("$upsert)", [ qr/public\.keyless: mode upsert needs a primary key, and it has none/, qr/public\.late: mode upsert finds rows by the primary key, which it cannot as that is deferrable/,
	qr/public\.loose: no primary key of the source keeps the values of its primary key here distinct/, qr/exclude/ ], 'tables whose rows are not found by a key');
is(here(q{SELECT count(*) FROM confiture.plan_sync('prod', mode => 'upsert', policy => 'off') WHERE action = 'refuse'}), 3, '... which the plan says');
both('DROP TABLE keyless, late'), both('DROP TABLE loose');
if ($target->pg_version >= 18)
{
	both(q{CREATE TABLE spans (id int4range, during daterange, v int, PRIMARY KEY (id, during WITHOUT OVERLAPS)); INSERT INTO spans VALUES ('[1,2)', '[2024-01-01,2024-02-01)', 1)});
	my $cannot = qr/mode upsert finds rows by the primary key, which it cannot as that is WITHOUT OVERLAPS/;
	refused("$upsert, include => '{spans}')", [ qr/public\.spans: $cannot/, qr/exclude/ ], 'a key of times that do not overlap');
	refused(q{SELECT rows FROM confiture.sync_table('prod', 'spans', mode => 'upsert')}, [$cannot], '... and of one table');
	like(here(q{CALL confiture.sync('prod', include => '{spans}', policy => 'off')}), qr/\|done\|1\|1\|/, '... is replaced');
	both('DROP TABLE spans');
}
refused("$upsert, rebuild_indexes => true)", [ qr/mode upsert and rebuild_indexes exclude each other/, qr/HINT:.*leave rebuild_indexes out/ ], 'indexes are not rebuilt');
refused("CALL confiture.sync('prod', mode => 'append')", [ qr/unknown mode "append"/, qr/HINT:.*replace, upsert/ ], 'no other mode');
here('CREATE RULE ignored AS ON INSERT TO days DO INSTEAD NOTHING');
refused("$upsert)", [ qr/public\.days: it has rewrite rules/ ], 'a table with rewrite rules');
here('DROP RULE ignored ON days; REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC');
refused($as_plain, [ qr/you lack the privilege TEMPORARY on the database, which mode upsert needs/, qr/GRANT TEMPORARY ON DATABASE postgres TO plain/ ], 'a role without TEMPORARY');
here(q{GRANT TEMPORARY ON DATABASE postgres TO plain; CREATE TABLE lent AS TABLE customers});
here('ALTER TABLE customers OWNER TO CURRENT_USER; REVOKE ALL ON customers FROM plain; GRANT INSERT, SELECT ON customers TO plain');
refused($as_plain =~ s/, jobs/, include => '{customers}', jobs/r, [ qr/you lack the privilege UPDATE on it/, qr/GRANT UPDATE ON public\.customers TO plain/ ], '... without UPDATE');

# Masked keys: the same rows each time, unless the key or the rule is another one.
here(q{SELECT confiture.set_rule('customers', 'id', 'hash')});
my $anew = q{CALL confiture.sync('prod', include => '{customers,orders,items}', policy => 'off')};
refused("$upsert, include => '{customers,orders}')", [ qr/customers: id is part of the primary key, and was masked with another key or rule when the table was loaded last, as run \d+/, qr/mode replace/ ], 'with a mask that the rows there do not have');
like(here($anew), qr/\|done\|/, '... all is loaded anew');
like(run(q{include => '{customers,orders}'}), qr/^done 2 /, '... and upserted');
is(counts(qw(customers orders)), '2000 5999', '... no row is there twice');
here('SELECT confiture.rotate_key()');
refused("$upsert, include => '{customers,orders}')", [ qr/with another key or rule/ ], 'with another masking key');
like(here($anew), qr/\|done\|/, '... all is loaded anew');
refused("$upsert, include => '{customers,orders}', rules => '{\"public.customers\": {\"id\": \"keep\"}}')", [ qr/with another key or rule/ ], 'without the mask');
here(q{SELECT confiture.drop_rule('customers', 'id')});
both('CREATE TABLE alone (id int PRIMARY KEY)'), there('INSERT INTO alone SELECT generate_series(1, 10)');
sub hashed { my ($domain) = @_; return qq{SELECT confiture.set_rule('alone', 'id', 'hash', '{"masking_domain": "$domain"}')} }
here(hashed('a')), here(q{SELECT rows FROM confiture.sync_table('prod', 'alone')}), here(hashed('b'));
refused("$upsert, include => '{alone}')", [ qr/alone: id is part of the primary key, and was masked with another key or rule/ ], 'with another rule than sync_table() had');
refused(q{SELECT confiture.sync_table('prod', 'alone', mode => 'upsert')}, [ qr/id is part of the primary key, and was masked with another key or rule/, qr/mode replace/ ], '... by sync_table() too');
like(here(q{SELECT array_to_string(warnings, ' ') FROM confiture.plan('prod', 'alone', mode => 'upsert') LIMIT 1}), qr{another key or rule}, '... as the plan says');
here(hashed('a'));
like(run(q{include => '{alone}'}), qr/^done 1 10$/, '... and with the same one');
is(here(q{SELECT rows FROM confiture.sync_table('prod', 'alone', mode => 'upsert')}), '10', '... by sync_table() too');
is(counts('alone'), '10', '... no row is there twice');
both('DROP TABLE alone');

# --- killed, and resumed

both(q{CREATE TABLE parts (id int PRIMARY KEY, filler text)});
there(q{INSERT INTO parts SELECT i, repeat('x', 200) FROM generate_series(1, 20000) i; ANALYZE parts});
here(q{CREATE FUNCTION gate(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(42); RETURN true; END $$;
	INSERT INTO parts SELECT i, 'old' FROM generate_series(1, 20100, 3) i; ALTER TABLE parts ADD CHECK (id <> 15000 OR gate(id))});
for my $by (qw(key ctid))
{
	my $holder = $target->background_psql('postgres');
	$holder->query_safe('SELECT pg_advisory_lock(42)');
	my $run = IPC::Run::start([ 'psql', '-X', '-d', $target->connstr('postgres'), '-c', "$upsert, include => '{parts}', jobs => 2, chunk_size => '256kB', chunk_by => '$by')" ], '<', \undef, '>', \my $out, '2>', \my $err);
	ok($target->poll_query_until('postgres', q{SELECT count(*) >= 2 FROM confiture.checkpoints JOIN confiture.runs r USING (run_id) WHERE r.state = 'running' AND checkpoints.state = 'done'}), "by $by: chunks are done");
	like(here(q{SELECT string_agg(DISTINCT relation::text, ' ') FROM confiture.workers WHERE relation IS NOT NULL}), qr/^parts$/, '... of the table, as is shown');
	kill 'KILL', here(q{SELECT min(pid) FROM pg_stat_activity WHERE backend_type = 'confiture worker'});
	$run->finish;
	eval { $holder->quit };
	ConfitureTest::wait_until_recovered($target);
	there("UPDATE parts SET filler = 'changed by $by' WHERE id % 1000 = 0");
	my $last = here('SELECT max(run_id) FROM confiture.runs');
	like(here("CALL confiture.resume($last)"), qr/\|done\|/, '... a run that was killed is resumed');
	is(here('SELECT count(*), count(DISTINCT id) FROM parts'), '20033|20033', '... no row is lost, none comes twice');
	is(here(q{SELECT count(*) FROM parts WHERE filler = 'old'}), 33, '... what was not on the source stays');
	here(q{UPDATE parts SET filler = 'old' WHERE id % 3 = 1; DELETE FROM parts WHERE id % 7 = 1 AND id <= 20000});
}
like(run(q{include => '{parts}'}), qr/^done 1 20000$/, 'and once more');
ConfitureTest::same_rows($source, $target, 'SELECT * FROM parts WHERE id <= 20000', '... all are the source\'s');

done_testing();
