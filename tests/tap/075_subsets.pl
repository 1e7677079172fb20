# Subsets: how seeds and references are set, what is chosen, what is refused, and what becomes of an interrupted run.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Samples;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "restart_after_crash = on\n");
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub refused { my ($call, $patterns, $name) = @_; local $Test::Builder::Level = $Test::Builder::Level + 1; return ConfitureTest::fails_like($target, $call, $patterns, $name) }
sub run { my ($arguments) = @_; my ($status, $out, $err) = $target->psql('postgres', "CALL confiture.sync('prod', policy => 'off', jobs => 1" . ($arguments && ", $arguments") . ')'); return $status == 0 ? (split /\|/, $out)[1] : $err }
sub ids { my ($table, $column) = @_; $column //= 'id'; return here("SELECT string_agg($column\::text, ',' ORDER BY $column) FROM $table") }
sub counts { return join ' ', map { here("SELECT count(*) FROM $_") } @_ }
sub planned { my ($arguments) = @_; return here("SELECT relation, chosen, rows, array_to_string(why, '; ') FROM confiture.plan_subset('prod'" . ($arguments && ", $arguments") . ') WHERE relation IS NOT NULL ORDER BY 1') }

my $schema = q{
	CREATE TABLE countries (id int PRIMARY KEY, name text);
	CREATE TABLE customers (id int PRIMARY KEY, country int REFERENCES countries, n int);
	CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers, amount int);
	CREATE TABLE items (orders int REFERENCES orders, line int, note text, PRIMARY KEY (orders, line));
	CREATE TABLE settings (name text PRIMARY KEY);
	CREATE INDEX ON orders (customer)};
$_->safe_psql('postgres', $schema) for ($source, $target);
there(q{
	INSERT INTO countries SELECT i, 'c' || i FROM generate_series(1, 10) i;
	INSERT INTO customers SELECT i, i % 5 + 1, i FROM generate_series(1, 200) i;
	INSERT INTO orders SELECT i, i % 200 + 1, i FROM generate_series(1, 1000) i;
	INSERT INTO items SELECT i, line, 'note' FROM generate_series(1, 1000) i, generate_series(1, 3) line;
	INSERT INTO settings VALUES ('a'), ('b'); ANALYZE});

# --- setting

my %refused = (
	q{set_seed(NULL)} => qr/relation must not be NULL/,
	q{set_seed('pg_stats')} => qr/is not a table/,
	q{set_seed('customers', 'true) OR (true')} => qr/not a single SQL condition|syntax error/,
	q{set_seed('customers', 'true UNION SELECT 1')} => qr/not a single SQL condition/,
	q{set_seed('customers', rows => 0)} => qr/rows must be 1 or more/,
	q{set_seed('customers', percent => 0)} => qr/percent must be above 0/,
	q{set_seed('customers', percent => 'nan')} => qr/percent must be above 0/,
	q{set_follow('orders', NULL, true)} => qr/relation and key must not be NULL/,
	q{set_follow('orders', 'k', NULL)} => qr/follow and rows_per_parent must not be NULL/,
	q{set_follow('orders', 'k', true, 0)} => qr/rows_per_parent must be 1 or more/);
refused("SELECT confiture.$_", [ $refused{$_} ], "refused: $_") for sort keys %refused;
my %bad = (
	'[]' => qr/must be a member of a JSON object/,
	'{"public.customers": 5}' => qr/must be a JSON object/,
	'{"public.customers": {"row": 5}}' => qr/wrong member "row"/,
	'{"public.customers": {"rows": "5"}}' => qr/wrong member "rows"/,
	'{"public.customers": {"rows": 1.5}}' => qr/whole number/,
	'{"public.customers": {"percent": 101}}' => qr/100 at most/,
	'{"public.customers": {"where": "true) OR (true"}}' => qr/not a single SQL condition|syntax error/,
	'{"public.customers": {"where": "nothing = 1"}}' => qr/the source does not take the seed of public\.customers: column "nothing" does not exist/,
	'{"customers": {}}' => qr/subset names customers, which is not a table of this run/);
refused("SELECT * FROM confiture.plan_subset('prod', '$_')", [ $bad{$_} ], "refused: $_") for sort keys %bad;
refused("SELECT * FROM confiture.plan_subset('prod')", [ qr/no table of the run has a seed/, qr/HINT:.*set_seed/ ], 'a plan needs a seed');
refused(q{SELECT * FROM confiture.plan_subset('prod', '{"public.customers": {}}', unreached => 'some')}, [ qr/unknown unreached "some"/ ], 'unreached has two words');
is(run(q{subset => '{"public.customers": {"where": "1 / (id - 7) > 0"}}'}) =~ /ERROR:.*division by zero|withheld/ ? 'no value' : 'error', 'no value', 'a condition that fails ends the run');
is(counts(qw(customers orders)), '0 0', '... before any row');

# --- what is chosen

is(run(q{subset => '{"public.customers": {"where": "id IN (3, 8)"}}'}), 'done', 'a run with a seed');
is(ids('customers'), '3,8', 'the seed');
is(ids('countries'), '4', 'what it references');
is(counts(qw(orders items settings)), '10 30 2', 'what references it, what references that; and a table of its own');
is(planned(q{'{"public.customers": {"where": "id IN (3, 8)"}}'}), <<'ROWS' =~ s/\n\z//r, 'the plan says why');
public.countries|some|1|1 row that customers_country_fkey of public.customers references
public.customers|some|2|seed: 2 rows
public.items|some|30|30 rows that reference public.orders by items_orders_fkey
public.orders|some|10|10 rows that reference public.customers by orders_customer_fkey
public.settings|whole|2|whole: no reference leads to it from a seed
ROWS
my $seed = q{'{"public.customers": {"where": "id IN (3, 8)"}}'};
sub path { my ($row, $arguments) = @_; return here("SELECT step, row_of, array_to_string(row_key, ','), reason FROM confiture.why('prod', $row, $arguments)") }
is(path(q{'items', '{7,2}'}, $seed), <<'ROWS' =~ s/\n\z//r, 'why a row comes: the path to it from a seed');
1|public.customers|8|seed
2|public.orders|7|references public.customers by orders_customer_fkey
3|public.items|7,2|references public.orders by items_orders_fkey
ROWS
is(path(q{'countries', '{4}'}, $seed), <<'ROWS' =~ s/\n\z//r, '... of a row that is referenced');
1|public.customers|3|seed
2|public.countries|4|customers_country_fkey of public.customers references it
ROWS
is(path(q{'settings', '{a}'}, $seed), '1|public.settings||the whole table is copied', '... of a whole table');
is(path(q{'countries', '{5}'}, $seed), '', '... of one that does not come');
refused("SELECT * FROM confiture.why('prod', 'countries', '{99}', $seed)", [ qr/the source has no row of public\.countries with this key/ ], '... of one that is not there');
refused("SELECT * FROM confiture.why('prod', 'items', '{7}', $seed)", [ qr/found by 2 values, not by 1/, qr/HINT:.*orders, line/ ], '... by part of its key');
refused("SELECT * FROM confiture.why('prod', 'countries', '{NULL}', $seed)", [ qr/values of a key must not be NULL/ ], '... by NULL');
refused("SELECT * FROM confiture.why('prod', 'countries', ARRAY['4) OR (true'], $seed)", [ qr/withheld|invalid input syntax/ ], '... by no number');
refused("SELECT * FROM confiture.why('prod', 'countries', '{4}', $seed, exclude => '{public.countries}')", [ qr/public\.countries is not a table of this run/ ], '... of a table that is left out');
here(q{SELECT confiture.set_rule('customers', 'id', 'hash')});
is(path(q{'items', '{7,2}'}, $seed) =~ s/\n.*//sr, '1|public.customers||seed', '... without keys that are masked');
here(q{SELECT confiture.drop_rule('customers', 'id')});
refused("SET confiture.subset_memory = '64kB'; SELECT * FROM confiture.why('prod', 'items', '{7,2}', '{\"public.countries\": {}}', unreached => 'none')", [ qr/subset_memory/ ], '... within the memory');
like(here(q{SELECT array_to_string(warnings, ';') FROM confiture.plan_subset('prod', '{"public.countries": {"rows": 1}}') WHERE relation = 'public.customers'}),
	qr/no index of the source leads to the rows that customers_country_fkey references by/, 'it warns of a missing index');
is(run(q{subset => '{"public.orders": {"where": "id = 5"}}', unreached => 'none'}), 'done', 'a seed in the middle');
is(counts(qw(countries customers orders items settings)), '1 1 1 3 0', 'its parents bring none of their other children');

# Rows of a seed are the same each time, and hang on the key.
sub chosen { my ($seed) = @_; run(qq{subset => '{"public.customers": $seed}'}); return ids('customers') }
my $twenty = chosen('{"rows": 20}');
is(scalar(split /,/, $twenty), 20, 'so many rows');
is(chosen('{"rows": 20}'), $twenty, '... the same again');
there('DELETE FROM items WHERE orders % 200 + 1 = 150; DELETE FROM orders WHERE customer = 150; DELETE FROM customers WHERE id = 150');
my %again = map { $_ => 1 } split /,/, chosen('{"rows": 20}');
cmp_ok(scalar(grep { $again{$_} } split /,/, $twenty), '>=', 19, '... but for what is gone');
my %half = map { $_ => 1 } split /,/, chosen('{"percent": 50}');
cmp_ok(scalar keys %half, '>', 70, 'about so many in a hundred');
cmp_ok(scalar keys %half, '<', 130, '... about');
is(scalar(grep { $half{$_} } split /,/, chosen('{"percent": 10}')), scalar(split /,/, ids('customers')), 'fewer in a hundred are some of them');
here('SELECT confiture.rotate_key()');
isnt(chosen('{"rows": 20}'), $twenty, 'another key, other rows');

# --- stored seeds, and what is followed

here(q{SELECT confiture.set_seed('customers', 'id <= 4'), confiture.set_follow('orders', 'orders_customer_fkey', NULL, 2)});
is(here('SELECT relation, condition, rows, percent FROM confiture.seeds'), 'customers|id <= 4||', 'a stored seed');
is(here('SELECT relation, key, follow, rows_per_parent FROM confiture.follows'), 'orders|orders_customer_fkey||2', 'a stored limit');
is(run(''), 'done', 'a run takes what is stored');
is(counts(qw(customers orders items)), '4 8 24', 'two rows of each parent');
my $two = ids('orders');
run('');
is(ids('orders'), $two, '... the same again');
is(run(q{subset => '{}'}), 'done', 'a run of its own without a subset');
is(counts(qw(customers orders)), '199 995', '... copies all rows');
here(q{SELECT confiture.set_follow('orders', 'orders_customer_fkey', false)});
run('');
is(counts(qw(customers orders items)), '4 0 0', 'a reference that is not followed');
here(q{SELECT confiture.set_follow('orders', 'orders_customer_fkey', true)});
is(run(q{subset => '{"public.orders": {"where": "id = 5"}}'}), 'done', 'a reference that is always followed');
is(counts(qw(customers orders)), '1 5', '... also from a row that came as a parent');
is(counts('items'), 3, '... but not on from there');
is(here(q{SELECT confiture.drop_follow('orders', 'orders_customer_fkey'), confiture.drop_follow('orders', 'orders_customer_fkey')}), 't|f', 'it is dropped once');
my ($status, $out, $err) = $target->psql('postgres', q{SELECT confiture.set_follow('orders', 'nonsense', false); SELECT count(*) FROM confiture.plan_subset('prod')});
like($err, qr/WARNING:  no reference "nonsense" of public\.orders/, 'a setting that meets no reference is named');
like($err, qr/WARNING:  public\.orders has no foreign key or declared reference "nonsense" here\nHINT:  Keys are the source's: confiture\.plan_subset\(\)/, '... also when it is made');
here(q{SELECT confiture.drop_follow('orders', 'nonsense')});
like(($target->psql('postgres', q{BEGIN; SELECT confiture.set_follow('orders', 'orders_customr_fkey', false); ROLLBACK}))[2], qr/HINT:  Perhaps you meant orders_customer_fkey\./, '... with the one that was meant');
is(($target->psql('postgres', q{BEGIN; SELECT confiture.set_follow('orders', 'orders_customer_fkey', false); ROLLBACK}))[2], '', '... and a good one is not');
run(q{include => '{public.settings,public.countries}'});
is(counts(qw(countries settings)), '10 2', 'a run without the table of a seed copies all rows');
ConfitureTest::add_role($source, $target, 'other', 'secret');
here(q{GRANT other TO CURRENT_USER; ALTER TABLE customers OWNER TO other; SET ROLE other; SELECT confiture.set_seed('customers', 'true')});
refused(q{CALL confiture.sync('prod')}, [ qr/the seed of public\.customers was set by role other/, qr/HINT/ ], 'a seed of another role is refused');
is(here(q{ALTER TABLE customers OWNER TO CURRENT_USER; SELECT confiture.drop_seed('customers'), confiture.drop_seed('customers')}) =~ s/.*\n//sr, 't|f', 'it is dropped once');

# --- with filters, masks, large tables, limits

is(run(q{subset => '{"public.customers": {"where": "id <= 4"}}', filters => '{"public.orders": "amount <= 500"}'}), 'done', 'with a filter');
is(here('SELECT count(*), max(amount) <= 500 FROM orders'), '11|t', '... which holds for the chosen rows');
here(q{SELECT confiture.set_rule('customers', 'id', 'hash')});
is(run(q{subset => '{"public.customers": {"where": "id <= 4"}}'}), 'done', 'with a masked key');
is(counts(qw(customers orders)), '4 20', '... the references are those of the source');
is(here('SELECT count(*) FROM customers WHERE id <= 4'), 0, '... and masked');
here(q{SELECT confiture.drop_rule('customers', 'id')});
refused(q{SET confiture.subset_memory = '64kB'; SELECT * FROM confiture.plan_subset('prod', '{"public.customers": {"where": "id > 0"}}')},
	[ qr/the rows of the subset take more than confiture\.subset_memory, which is 64 kB/, qr/DETAIL:  Most of them are of public\.items, \d+ so far/, qr/HINT:.*set_follow/ ], 'the memory is bounded');
here('TRUNCATE customers, orders, items');
there(q{CREATE TABLE big (id int PRIMARY KEY, country int REFERENCES countries); INSERT INTO big SELECT i, i % 10 + 1 FROM generate_series(1, 12000) i; ANALYZE big});
here('CREATE TABLE big (id int PRIMARY KEY, country int REFERENCES countries)');
is(run(q{include => '{public.big,public.countries}', subset => '{"public.big": {"where": "id > 600 AND country <> 3"}}'}), 'done', 'some of a large table');
is(counts(qw(big countries)), '10260 9', '... and what they reference');
is(run(q{include => '{public.big,public.countries}', subset => '{"public.big": {"where": "id > 600"}}'}), 'done', 'nearly all of it');
is(counts(qw(big countries)), '12000 10', '... is all of it');
is(run(q{include => '{public.big,public.countries}', subset => '{"public.big": {}}'}), 'done', 'all of it');
is(counts(qw(big countries)), '12000 10', '... with what it references');
is(run(q{include => '{public.big,public.countries}', atomic => true, subset => '{"public.big": {"where": "id < 3"}}'}), 'done', 'in one transaction');
is(counts(qw(big countries)), '2 2', '... too');

# --- declared references, and expressions in them

$_->safe_psql('postgres', q{CREATE TABLE payments (id int PRIMARY KEY, data jsonb); CREATE TABLE notes (id int PRIMARY KEY, kind text, about int)}) for ($source, $target);
there(q{INSERT INTO payments SELECT i, jsonb_build_object('order_id', i) FROM generate_series(1, 300) i; INSERT INTO payments VALUES (301, '{}'), (302, NULL);
	INSERT INTO notes SELECT i, (ARRAY['Order', 'Item'])[1 + i % 2], i FROM generate_series(1, 300) i});
here(q{SELECT confiture.set_reference('payments', ARRAY['(data->>''order_id'')::bigint'], 'orders', '{id}'), confiture.set_reference('notes', '{about}', 'orders', '{id}', $$kind = 'Order'$$)});
my $include = q{include => '{public.*}', exclude => '{public.settings}', unreached => 'none'};
my $few = qq{$include, subset => '{"public.customers": {"where": "id IN (3, 8)"}}'};
is(run($few), 'done', 'a reference by an expression is followed');
is(ids('payments') . '|' . ids('notes'), '2,7,202,207|2,202', '... to the rows that it leads to, and by a condition');
is(run(qq{$include, subset => '{"public.payments": {"where": "id IN (1, 301, 302)"}}'}), 'done', '... from the rows that have it');
is(ids('orders'), '1', '... to what they reference');
sub missing { return here(qq{SELECT string_agg(w, ' ' ORDER BY w COLLATE "C") FROM confiture.plan_subset('prod', $few), unnest(warnings) w WHERE w ~ 'no index'}) =~ s/no index of the source leads to the rows that (.*?) references by: each batch of rows reads all \d+ \w+ of public\.\w+/$1/gr }
is(missing(), "((data->>'order_id')::bigint) REFERENCES public.orders (id) (about) REFERENCES public.orders (id)", 'the plan names those that no index leads back by');
there(q{CREATE INDEX ON payments (((data->>'order_id')::int)); CREATE INDEX ON notes (kind); CREATE INDEX ON notes (about) WHERE kind = 'Item'});
is(missing(), "((data->>'order_id')::bigint) REFERENCES public.orders (id) (about) REFERENCES public.orders (id)", '... nor by another index');
there(q{CREATE INDEX ON payments (((data->>'order_id')::bigint)); CREATE INDEX both_of ON notes (kind, about)});
is(missing(), '', '... but by one of the expression, and by one that begins with what the condition reads');
there(q{DROP INDEX both_of; CREATE INDEX ON notes (about) WHERE kind = 'Order'});
is(missing(), '', '... or is about the rows of the condition');
my $logged = -s $target->logfile;
there(q{DO $$ BEGIN EXECUTE (SELECT 'DROP INDEX ' || string_agg(indexrelid::regclass::text, ', ') FROM pg_index WHERE indrelid = 'payments'::regclass AND indexprs IS NOT NULL); END $$; INSERT INTO payments VALUES (303, '{"order_id": "canary@corp.test"}')});
like(my $failure = run($few), qr/message for SQLSTATE 22P02 is withheld/, 'an expression that fails for a row');
unlike($failure . PostgreSQL::Test::Utils::slurp_file($target->logfile, $logged), qr/canary/, '... tells nobody its value');
there('DELETE FROM payments WHERE id = 303; ALTER TABLE notes DROP about');
like(run($few), qr/the source does not take the declared reference \(about\) REFERENCES public\.orders \(id\) of public\.notes: column f\.about does not exist/, 'a source without the column');
$_->safe_psql('postgres', 'DROP TABLE payments, notes') for ($source, $target);

# --- PERIOD: a row references all rows of its parent that it meets

if ($source->pg_version >= 18)
{
	$_->safe_psql('postgres', q{CREATE TABLE rooms (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
		CREATE TABLE stays (id int PRIMARY KEY, room int4range, during daterange, FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during))}) for ($source, $target);
	there(q{INSERT INTO rooms SELECT int4range(room, room, '[]'), daterange(day, day + 10) FROM generate_series(1, 2) room, (SELECT date '2024-01-01' + 10 * n FROM generate_series(0, 4) n) d(day);
		INSERT INTO stays VALUES (1, '[1,2)', '[2024-01-08,2024-01-23)'), (2, '[1,2)', '[2024-02-01,2024-02-02)'), (3, '[2,3)', '[2024-01-08,2024-01-12)'), (4, NULL, '[2024-01-08,2024-01-09)')});
	my $rooms = q{include => '{public.rooms,public.stays}'};
	is(run(qq{$rooms, subset => '{"public.stays": {"where": "id IN (1, 4)"}}'}), 'done', 'a reference of a PERIOD is followed, and verified');
	is(ids('rooms', 'during'), '[2024-01-01,2024-01-11),[2024-01-11,2024-01-21),[2024-01-21,2024-01-31)', '... to all rows that it meets');
	is(run(qq{$rooms, subset => '{"public.rooms": {"where": "id @> 1 AND during @> date ''2024-01-15''"}}'}), 'done', '... and back');
	is(ids('stays') . ' ' . counts('rooms'), '1 3', '... to the rows that meet it, with all that those need');
	is(path(q{'stays', '{1}'}, qq{'{"public.rooms": {"where": "id @> 1 AND during @> date ''2024-01-15''"}}', $rooms}), "1|public.rooms||seed\n2|public.stays|1|references public.rooms by stays_room_during_fkey", '... as why() says');
	$_->safe_psql('postgres', 'DROP TABLE stays, rooms') for ($source, $target);
}

# --- interrupted

there(q{CREATE TABLE parts (id int PRIMARY KEY, filler text); INSERT INTO parts SELECT i, repeat('x', 200) FROM generate_series(1, 30000) i;
	CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept SELECT generate_series(1, 100); ANALYZE});
here(q{CREATE FUNCTION gate(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(42); RETURN true; END $$;
	CREATE TABLE parts (id int PRIMARY KEY CHECK (id <> 20000 OR gate(id)), filler text); CREATE TABLE kept (id int PRIMARY KEY)});
sub interrupted
{
	my $holder = $target->background_psql('postgres');
	$holder->query_safe('SELECT pg_advisory_lock(42)');
	my $run = IPC::Run::start([ 'psql', '-X', '-d', $target->connstr('postgres'), '-c', q{CALL confiture.sync('prod', include => '{public.parts,public.kept}', policy => 'off', jobs => 2, chunk_size => '64kB',
		subset => '{"public.parts": {"where": "id % 2 = 0"}, "public.kept": {"where": "id < 50"}}')} ], '<', \undef, '>', \my $out, '2>', \my $err);
	ok($target->poll_query_until('postgres', q{SELECT count(*) >= 1 AND bool_or(relation = 'public.kept') FROM confiture.checkpoints JOIN confiture.runs r USING (run_id) WHERE r.state = 'running' AND checkpoints.state = 'done'}), 'chunks are done');
	kill 'KILL', here(q{SELECT min(pid) FROM pg_stat_activity WHERE backend_type = 'confiture worker'});
	$run->finish;
	eval { $holder->quit };
	ConfitureTest::wait_until_recovered($target);
	return here('SELECT max(run_id) FROM confiture.runs');
}
{
	my $run = interrupted();
	is(here("SELECT count(*) FILTER (WHERE positions IS NOT NULL AND state = 'done'), count(*) FILTER (WHERE positions IS NULL AND state = 'pending') FROM confiture.chunk WHERE run_id = $run"), '0|0', 'positions are there until a chunk is done');
	my $loaded = here(q{SELECT xmin FROM kept LIMIT 1});
	there('UPDATE parts SET filler = filler WHERE id = 4; INSERT INTO parts VALUES (30002, 1), (30003, 1)');
	like(here("CALL confiture.resume($run)"), qr/\|done\|/, 'a run that was killed is resumed, with the rows as they are now');
	is(here('SELECT count(*), count(*) FILTER (WHERE id % 2 = 1) FROM parts'), '15001|0', '... no row is lost, none comes twice');
	is(here('SELECT xmin FROM kept LIMIT 1'), $loaded, '... a table whose rows are the same stays');
}

# --- the samples, each from three tables

for my $file (Samples::found())
{
	my $database = Samples::load($source, $file) or next;
	$source->safe_psql($database, 'ANALYZE');
	$target->safe_psql('postgres', "CREATE DATABASE $database");
	Samples::copy($source, $target, $database, $database, '--schema-only');
	ConfitureTest::connect_clusters($source, $target, database => $database, source_database => $database);
	my @seeds = split /\n/, $source->safe_psql($database, q{SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_|^information_schema$'
		ORDER BY (SELECT count(*) FROM pg_constraint k WHERE k.contype = 'f' AND c.oid IN (k.conrelid, k.confrelid)) DESC, 1 LIMIT 3});
	for my $seed (@seeds)
	{
		my $subset = '{' . join(', ', '"' . ($seed =~ s/"/\\"/gr) . '": {"rows": 3}') . '}';
		my ($status, $out, $err) = $target->psql($database, "CALL confiture.sync('prod', jobs => 1, policy => 'off', subset => '$subset', unreached => 'none')");
		is($status, 0, "$database from $seed: the run is done, and its references are verified") or diag($err);
	}
}

done_testing();
