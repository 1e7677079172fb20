# push: the masked target in a server that has never heard of Confiture, also after a client that died in the middle.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir();
my $odd = q{"odd; DROP"." ""t'able"};
my $schema = qq{
	CREATE SCHEMA "odd; DROP"; CREATE TYPE mood AS ENUM ('glad', 'sad');
	CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE, born date, age_class int GENERATED ALWAYS AS (id % 10) STORED);
	CREATE TABLE orders (id serial PRIMARY KEY, person int REFERENCES people, at timestamptz, price money, note text);
	CREATE INDEX ON orders (at);
	CREATE TABLE moods (m mood, n int) PARTITION BY LIST (m); CREATE TABLE moods_glad PARTITION OF moods FOR VALUES IN ('glad') PARTITION BY HASH (m);
	CREATE TABLE moods_glad_0 PARTITION OF moods_glad FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE moods_glad_1 PARTITION OF moods_glad FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE TABLE moods_sad PARTITION OF moods FOR VALUES IN ('sad');
	CREATE TABLE $odd ("a ""b" int, "from" bytea); ALTER TABLE $odd ALTER "from" SET STORAGE EXTERNAL; CREATE TABLE nothing (); CREATE TABLE dropped (a int, b int, c text); ALTER TABLE dropped DROP COLUMN b;
	CREATE MATERIALIZED VIEW z_counts AS SELECT count(*) FROM people; CREATE MATERIALIZED VIEW a_counts AS SELECT * FROM z_counts; CREATE MATERIALIZED VIEW no_rows AS SELECT 1 WITH NO DATA;
	CREATE VIEW adults AS SELECT id FROM people WHERE born < '2000-01-01'; CREATE SEQUENCE loose INCREMENT 7};
$_->safe_psql('postgres', $schema) for $source, $target;
$source->safe_psql('postgres', qq{
	INSERT INTO people (email, born) SELECT 'p' || i || '\@shop.test', '1990-01-01'::date + i FROM generate_series(1, 500) i;
	INSERT INTO orders (person, at, price, note) SELECT 1 + i % 500, '2026-01-01'::timestamptz + i * interval '1 hour', i::numeric::money, E'\\\\.\\t' || i FROM generate_series(1, 2000) i;
	INSERT INTO moods SELECT (ARRAY['glad', 'sad'])[1 + i % 2]::mood, i FROM generate_series(1, 100) i;
	INSERT INTO $odd SELECT 7, decode(repeat('00ff5c', 1000000), 'hex'); INSERT INTO nothing SELECT FROM generate_series(1, 3); INSERT INTO dropped VALUES (1, 'x');
	SELECT setval('loose', 70)});
sub value { return $target->safe_psql($_[1] // 'postgres', $_[0]) }
value(qq{SELECT confiture.set_rule('people', 'email', 'email'), confiture.keep('people', 'born'), confiture.keep('orders', 'note'); SELECT setval('loose', 70);
	CREATE ROLE owner_there; ALTER TABLE dropped OWNER TO owner_there; GRANT SELECT ON people TO owner_there; CREATE VIEW last_runs AS SELECT run_id FROM confiture.runs});
ClientTest::exits($target, [ 'sync', '-q', '-s', 'prod' ], 0, qr/done/, 'a masked target');
value(q{REFRESH MATERIALIZED VIEW z_counts; REFRESH MATERIALIZED VIEW a_counts});
my $rows = qq{SELECT (SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM people p), (SELECT md5(string_agg(o::text, ',' ORDER BY id)) FROM orders o),
	(SELECT md5(string_agg(x::text, ',' ORDER BY n)) FROM moods x), (SELECT md5(string_agg(o::text, ',')) FROM $odd o), (SELECT count(*) FROM nothing), (SELECT string_agg(d::text, ',') FROM dropped d),
	(SELECT last_value || is_called::text FROM people_id_seq), (SELECT last_value || is_called::text FROM orders_id_seq), (SELECT last_value || is_called::text FROM loose), (SELECT count FROM a_counts),
	(SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace), (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace)};

# A server without the extension's files
my $bare = ClientTest::bare_cluster();
my $admin = ConfitureTest::superuser($bare);
sub there { return $bare->safe_psql($_[1], $_[0]) }
sub to { return ('push', '--to', "postgresql://$_[1]\@/$_[0]?host=" . $bare->host . '&port=' . $bare->port) }
there(q{CREATE ROLE managed LOGIN; CREATE ROLE weak LOGIN}, 'postgres');
there("CREATE DATABASE $_ OWNER managed", 'postgres') for qw(whole killed);
there('CREATE DATABASE weak', 'postgres');

# As the owner of a database, who is no superuser, as managed services have it
ClientTest::exits($target, [ to('whole', 'managed'), '-j3' ], 0, qr/left out.*VIEW public\.last_runs.*public\.orders: 2,000 rows.*rows +2,605 rows.*Done: database whole on \S+ has the masked copy/s, 'push');
is(there($rows, 'whole'), value($rows), 'the same rows, values of sequences, materialized views, constraints and indexes');
is(there(q{SELECT to_regnamespace('confiture_push'), to_regnamespace('confiture'), (SELECT relispopulated FROM pg_class WHERE relname = 'no_rows'), (SELECT count(*) FROM pg_foreign_server), (SELECT rolname FROM pg_roles WHERE oid = (SELECT relowner FROM pg_class WHERE relname = 'dropped'))}, 'whole'), '||f|0|managed', 'and nothing of Confiture');
unlike(there('SELECT email FROM people WHERE id = 1', 'whole'), qr/shop\.test/, 'masked');

# Refused before anything is changed
ClientTest::exits($target, [ to('whole', 'managed') ], 5, qr/already has tables of the target\nDETAIL: (?:.*\n)*public\.people\n.*HINT: --clean drops them first/s, 'tables are there');
ClientTest::exits($target, [ to('whole', 'managed'), '--resume' ], 2, qr/there is no unfinished push/, 'nothing to resume');
ClientTest::exits($target, [ to('weak', 'weak') ], 1, qr/permission denied for database weak/, 'without privileges');
is(there(q{SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'}, 'weak'), 0, 'nothing is left there');
ClientTest::exits($target, [ qw(push --to postgresql://u:canary@h/x) ], 2, qr/the URI of the destination contains a password.*CONFITURE_TO/s, 'a password on the command line');
ClientTest::exits($target, [ qw(push --to postgresql://u@/x) ], 2, qr/the URI of the destination names no host/, 'no host: PGHOST is the target\'s');
ClientTest::exits($target, [ qw(push) ], 2, qr/the URI of the destination is missing/, 'no URI');
ClientTest::exits($target, [ to('nowhere', 'managed') ], 3, qr/cannot connect to the destination/, 'no such database');
my $itself = sub { 'postgresql://' . ConfitureTest::superuser($_[0]) . '@/postgres?host=' . $_[0]->host . '&port=' . $_[0]->port };
ClientTest::exits($target, [ qw(push --clean --yes --to), $itself->($target) ], 2, qr/the destination is the target itself/, 'the target');
ClientTest::exits($target, [ qw(push --clean --yes --to), $itself->($source) ], 5, qr/the destination is the source prod/, 'production');
value(q{UPDATE confiture.run SET state = 'failed'});
ClientTest::exits($target, [ to('weak', 'managed') ], 5, qr/run 1 is failed: the push would not be complete\nHINT: Finish it first: confiture resume 1/, 'a half-done target');
value(q{UPDATE confiture.run SET state = 'done'; CREATE TABLE by_hand AS SELECT 'real@shop.test' AS email});
ClientTest::exits($target, [ $_ eq 'push' ? to('weak', 'managed') : ('dump', '-o', "$dir/file") ], 5, qr/tables hold rows that no run wrote: they may not be masked\nDETAIL: public\.by_hand/, "$_ of rows that no run wrote") for qw(push dump);
$source->safe_psql('postgres', 'CREATE TABLE by_hand (email text)');
value(q{SELECT confiture.sync_table('prod', 'by_hand', mode => 'append', policy => 'off')});
ClientTest::exits($target, [ to('weak', 'managed') ], 5, qr/tables hold rows that no run wrote.*by_hand/s, '... also where a run has added to them');
$source->safe_psql('postgres', 'DROP TABLE by_hand');
value(q{DROP TABLE by_hand; SELECT lo_create(0)});
ClientTest::exits($target, [ to('weak', 'managed') ], 5, qr/large objects, which are not pushed\nHINT: "confiture dump"/, 'large objects');
value(q{SELECT lo_unlink(oid) FROM pg_largeobject_metadata});

# --clean: in one transaction, and never what hangs on the tables from elsewhere
ClientTest::exits($target, [ to('whole', 'managed'), '--clean' ], 2, qr/are dropped and made again.*cannot ask for confirmation/s, '--clean asks');
there(q{CREATE VIEW of_others AS SELECT id FROM people}, 'whole');
ClientTest::exits($target, [ to('whole', 'managed'), '--clean', '-y' ], 5, qr/cannot be made.*view public\.of_others depends on table/s, 'a view of others');
is(there('SELECT count(*), to_regnamespace($$confiture_push$$) FROM people', 'whole'), '500|', 'leaves all as it was');
there(q{DROP VIEW of_others; UPDATE people SET email = id; SELECT setval('loose', 1)}, 'whole');
my $document = ClientTest::json($target, [ to('whole', 'managed'), '--clean', '-y' ]);
is("$document->{database} $document->{tables} $document->{rows} $document->{exit_code}", 'whole 8 2605 0', '--clean, as JSON');
is(there($rows, 'whole'), value($rows), 'the same rows again');

# kill -9 while people waits for a lock: the larger tables are there with their marks, people has neither
there(q{CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(1); RETURN NEW; END$$;
	CREATE FUNCTION add_hold() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN
		IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.people' AND command_tag = 'CREATE TABLE') THEN
			CREATE TRIGGER hold BEFORE INSERT ON public.people EXECUTE FUNCTION public.hold(); END IF; END$$;
	CREATE EVENT TRIGGER add_hold ON ddl_command_end EXECUTE FUNCTION add_hold()}, 'killed');
my $holder = $bare->background_psql('killed');
$holder->query_safe('SELECT pg_advisory_lock(1)');
my $waits = q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted};
{
	local %ENV = (%ENV, ClientTest::environment($target));
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'confiture', to('killed', 'managed'), '-j1' ], '>', \$out, '2>', \$err);
	ok($bare->poll_query_until('killed', $waits), 'a push in the middle');
	ClientTest::exits($target, [ to('killed', 'managed'), '--resume' ], 5, qr/another push into this database is in progress/, 'a second one is refused');
	$client->signal("KILL");
	eval { $client->finish };
}
$holder->quit;
ok($bare->poll_query_until('killed', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = 'killed'}), 'killed');
is(there(q{SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM people), (SELECT string_agg(relation, ' ' ORDER BY relation DESC) = 'public.orders "odd; DROP"." ""t''able"' FROM confiture_push.pushed)}, 'killed'), '2000|0|t', 'what was sent is there with its mark');
ClientTest::exits($target, [ to('killed', 'managed') ], 5, qr/there is an unfinished push in the destination\nHINT: --resume continues it/, 'without --resume');
value(q{UPDATE orders SET note = 'other' WHERE id = 5});
ClientTest::exits($target, [ to('killed', 'managed'), '--resume' ], 5, qr/have changed since they were pushed\nDETAIL: public\.orders\nHINT: --clean/, 'a changed target');
value(q{UPDATE orders SET note = E'\\\\.\\t5' WHERE id = 5});
value(q{ALTER TABLE orders ADD extra int});
ClientTest::exits($target, [ to('killed', 'managed'), '--resume' ], 5, qr/the schema of the target has changed/, 'a changed schema');
value(q{ALTER TABLE orders DROP extra});
# An index that cannot be built: everything else is, and the same command makes it later.
there(q{CREATE TABLE in_the_way (); ALTER TABLE in_the_way RENAME TO orders_at_idx; ALTER TABLE orders_at_idx OWNER TO managed}, 'killed');
ClientTest::exits($target, [ to('killed', 'managed'), '--resume', '-j2' ], 4, qr/resumed +2 tables of an earlier attempt.*not everything is as in the target\nDETAIL: INDEX public\.orders_at_idx/s, 'an index that cannot be built');
there(q{DROP TABLE orders_at_idx; DROP EVENT TRIGGER add_hold; DROP TRIGGER hold ON people}, 'killed');
ClientTest::exits($target, [ to('killed', 'managed'), '--resume' ], 0, qr/Done: database killed/, 'is built when it can');
is(there($rows, 'killed'), value($rows), 'nothing is lost, nothing is there twice');
is(there(q{SELECT to_regnamespace('confiture_push')}, 'killed'), '', 'and the marks are gone');
# A client that died before it made the tables has left nothing but its journal.
there(q{CREATE DATABASE again OWNER managed}, 'postgres');
there(q{SET ROLE managed; CREATE SCHEMA confiture_push; CREATE TABLE confiture_push.push AS SELECT ''::text AS schema; CREATE TABLE confiture_push.pushed (relation text PRIMARY KEY, rows bigint, bytes bigint, checksum text)}, 'again');
ClientTest::exits($target, [ to('again', 'managed'), '--resume' ], 5, qr/the schema of the target has changed/, 'a journal of another schema');
ClientTest::exits($target, [ to('again', 'weak'), '--resume' ], 5, qr/belongs to another role/, 'or of another role');
ClientTest::exits($target, [ to('again', 'managed'), '--clean' ], 0, qr/Done/, '--clean begins again, and need not ask where there are no tables');
is(there($rows, 'again'), value($rows), 'with all rows');
$bare->stop;

done_testing();
