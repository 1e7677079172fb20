# No value of the source appears where it should not: canaries are planted in masked and in unmasked columns, every kind
# of failure is provoked, and then everything the target wrote is searched.
use strict;
use warnings;

use ConfitureTest;
use File::Find;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my $dir = PostgreSQL::Test::Utils::tempdir;
my ($source, $target) = ConfitureTest::clusters(
	source_conf => "log_statement = all\n",
	target_conf => ConfitureTest::every_log() . "track_activities = on\nwork_mem = 64kB\nfull_page_writes = on\n");
my $superuser = ConfitureTest::superuser($source);

# SEEN: a canary in a masked column. It must be nowhere on the target, not even where PostgreSQL stores its rows.
# KEPT: a canary in a column that is copied as it is. It must be in no message and no log.
my ($seen, $kept) = ('canaryseen', 'canarykept');
my $rows = 1000;
$source->safe_psql('postgres', qq{
	CREATE TABLE people (
		id integer PRIMARY KEY, secret text, hidden text, ssn text, plain text, number text, day text,
		at tstzrange, doc jsonb);
	-- Values of a length of their own each, so that nothing compresses a canary away.
	INSERT INTO people SELECT i, '$seen' || i || '\@shop.test', '$seen' || 'h' || i, '$seen' || 's' || i,
		'$kept' || i, '$kept' || 'n' || i, '$kept' || 'd' || i, tstzrange(now(), now() + interval '1 day'),
		jsonb_build_object('k', '$kept' || 'j' || i)
	FROM generate_series(1, $rows) i;
	CREATE FUNCTION shout(t text) RETURNS text LANGUAGE plpgsql AS \$\$
		BEGIN RAISE WARNING 'the value is %', t; RAISE NOTICE 'the value is %', t; RETURN t; END \$\$;
	CREATE FUNCTION blame(t text) RETURNS text LANGUAGE plpgsql AS \$\$
		BEGIN RAISE EXCEPTION 'the value is %', t USING ERRCODE = 'insufficient_privilege', DETAIL = t, HINT = t; END \$\$;
	CREATE VIEW dividing AS SELECT id, secret, 1 / (id - 800) || plain AS plain FROM people;
	CREATE VIEW casting AS SELECT id, secret, plain::integer::text AS plain FROM people;
	CREATE VIEW casting_masked AS SELECT id, secret::integer::text AS secret, plain FROM people;
	CREATE VIEW casting_key AS SELECT plain::integer AS id, secret, plain FROM people;
	CREATE VIEW shouting AS SELECT id, shout(secret) AS secret, shout(plain) AS plain FROM people WHERE id < 10;
	CREATE VIEW blaming AS SELECT id, blame(secret) AS secret, blame(plain) AS plain FROM people WHERE id < 10;
	CREATE VIEW folded AS SELECT 1 AS id, ('$seen' || 'f')::integer::text AS secret, ''::text AS plain;
	CREATE VIEW slow AS SELECT id, secret, pg_sleep(CASE WHEN id % 100 = 0 THEN 3 ELSE 0 END) || plain AS plain FROM people;
	CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C';
	CREATE ROLE few LOGIN PASSWORD 'few';
	GRANT SELECT (id, plain) ON people TO few;
});
$source->safe_psql('ascii', qq{
	CREATE TABLE people (id integer, secret text, plain text);
	INSERT INTO people SELECT i, '$seen' || i, '$kept' || i FROM generate_series(1, 100) i;
	INSERT INTO people VALUES (101, '$seen' || E'\\xff\\xfe', '$kept' || E'\\xff\\xfe');
});

my $port = $source->port;
my $host = $source->host;
$target->safe_psql('postgres', qq{
	CREATE EXTENSION pg_stat_statements;
	CREATE EXTENSION btree_gist;
	CREATE SERVER ascii FOREIGN DATA WRAPPER confiture OPTIONS (host '$host', port '$port', dbname 'ascii');
	CREATE USER MAPPING FOR CURRENT_USER SERVER ascii OPTIONS (user '$superuser');
	CREATE SERVER few FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$port', dbname 'postgres');
	CREATE USER MAPPING FOR CURRENT_USER SERVER few OPTIONS (user 'few', password 'few');

	CREATE FUNCTION quote_row() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN IF NEW.id > 600 THEN RAISE EXCEPTION 'the row is %', NEW; END IF; RETURN NEW; END \$\$;
	CREATE FUNCTION quote_row_as_check() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN IF NEW.id > 600 THEN RAISE EXCEPTION 'the row is %', NEW
			USING ERRCODE = 'check_violation', DETAIL = NEW::text, HINT = NEW::text, SCHEMA = NEW.plain, TABLE = NEW.plain, COLUMN = NEW.plain,
				DATATYPE = NEW.plain, CONSTRAINT = NEW.plain; END IF; RETURN NEW; END \$\$;
	CREATE FUNCTION quote_row_as_lock() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN IF NEW.id > 600 THEN RAISE EXCEPTION 'the row is %', NEW
			USING ERRCODE = 'lock_not_available', DETAIL = NEW::text; END IF; RETURN NEW; END \$\$;
	CREATE FUNCTION run_row() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN IF NEW.id > 600 THEN EXECUTE 'SELECT ' || quote_literal(NEW.plain) || ' FROM nowhere'; END IF; RETURN NEW; END \$\$;
	CREATE FUNCTION refuse(t text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS \$\$
		BEGIN IF t LIKE '%800' THEN RAISE EXCEPTION 'the value is %', t USING ERRCODE = 'check_violation'; END IF; RETURN true; END \$\$;
	CREATE DOMAIN not_800 AS text CHECK (VALUE NOT LIKE '%800');
	CREATE TYPE mood AS ENUM ('good', 'bad');
	CREATE FUNCTION as_mood(text) RETURNS mood IMMUTABLE LANGUAGE sql AS 'SELECT \$1::public.mood';
	CREATE FUNCTION as_array(text) RETURNS text[] IMMUTABLE LANGUAGE sql AS 'SELECT \$1::text[]';
	CREATE FUNCTION as_regclass(text) RETURNS oid IMMUTABLE LANGUAGE sql AS 'SELECT \$1::regclass::oid';
	CREATE FUNCTION as_tsquery(text) RETURNS tsquery IMMUTABLE LANGUAGE sql AS 'SELECT \$1::tsquery';
});

# Tables that refuse the rows: name => [columns of the table, source relation, SQLSTATE, filter]
my $columns = 'id integer PRIMARY KEY, secret text, plain';
my %refusing = (
	unique => [ "$columns text, UNIQUE (plain)", 'people', '23505' ],
	unique_deferrable => [ "$columns text, UNIQUE (plain) DEFERRABLE INITIALLY DEFERRED", 'people', '23505' ],
	check => [ "$columns text CHECK (plain NOT LIKE '%800')", 'people', '23514' ],
	check_raise => [ "$columns text CHECK (refuse(plain))", 'people', '23514' ],
	check_row => [ "$columns text, CHECK (id <> 800 OR plain IS NULL OR secret IS NULL)", 'people', '23514' ],
	domain => [ "$columns not_800", 'people', '23514' ],
	too_long => [ "$columns text, v varchar(3) GENERATED ALWAYS AS (plain) STORED", 'people', '22001' ],
	no_partition => [ 'id integer PRIMARY KEY, secret text, plain text) PARTITION BY RANGE (id', 'people', '23514' ],
	exclusion => [ "$columns text, EXCLUDE USING gist (plain WITH =)", 'people', '23P01' ],
	trigger => [ "$columns text", 'people', 'P0001', 'quote_row' ],
	trigger_check => [ "$columns text", 'people', '23514', 'quote_row_as_check' ],
	trigger_lock => [ "$columns text", 'people', '55P03', 'quote_row_as_lock' ],
	trigger_sql => [ "$columns text", 'people', '42P01', 'run_row' ],
	index_row => [ "$columns text", 'people', '54000' ],
	generated_integer => [ "$columns text, n integer GENERATED ALWAYS AS (plain::integer) STORED", 'people', '22P02' ],
	generated_numeric => [ "$columns text, n numeric(3) GENERATED ALWAYS AS (length(plain)::numeric * 1000) STORED", 'people', '22003' ],
	generated_enum => [ "$columns text, m mood GENERATED ALWAYS AS (as_mood(plain)) STORED", 'people', '22P02' ],
	generated_array => [ "$columns text, a text[] GENERATED ALWAYS AS (as_array('{' || plain)) STORED", 'people', '22P02' ],
	generated_regclass => [ "$columns text, r oid GENERATED ALWAYS AS (as_regclass(plain)) STORED", 'people', '42P01' ],
	generated_tsquery => [ "$columns text, q tsquery GENERATED ALWAYS AS (as_tsquery(plain || ' &')) STORED", 'people', '42601' ],
	source_division => [ "$columns text", 'dividing', '22012' ],
	source_cast => [ "$columns text", 'casting', '22P02' ],
	source_cast_masked => [ "$columns text", 'casting_masked', '22P02' ],
	source_null_scan => [ "$columns text", 'casting_key', '22P02' ],
	source_raise => [ "$columns text", 'blaming', '42501' ],
	source_folded => [ "$columns text", 'folded', '22P02' ],
);

foreach my $name (sort keys %refusing)
{
	my ($definition, $from, undef, $trigger) = @{ $refusing{$name} };
	$target->safe_psql('postgres', "CREATE TABLE t_$name ($definition); SELECT confiture.set_rule('t_$name', 'secret', 'email'), confiture.keep('t_$name', 'plain'), confiture.keep('t_$name', 'id')");
}
# Rows that collide with other rows, and an index that no row fits into.
$source->safe_psql('postgres', q{
	CREATE VIEW twice AS SELECT id, secret, CASE WHEN id = 800 THEN (SELECT plain FROM people WHERE id = 1) ELSE plain END AS plain FROM people;
	CREATE VIEW long AS SELECT id, secret, plain || (SELECT string_agg(md5(random()::text || g || id), '') FROM generate_series(1, 200) g) AS plain
		FROM people WHERE id < 20;});
$refusing{$_}[1] = 'twice' for qw(unique unique_deferrable exclusion);
$refusing{index_row}[1] = 'long';
$target->safe_psql('postgres', 'CREATE INDEX ON t_index_row (plain)');
$target->safe_psql('postgres', "CREATE TABLE t_no_partition_1 PARTITION OF t_no_partition FOR VALUES FROM (1) TO (600)");
$target->safe_psql('postgres', "CREATE TRIGGER loud BEFORE INSERT ON t_$_ FOR EACH ROW EXECUTE FUNCTION $refusing{$_}[3]()")
  for grep { defined $refusing{$_}[3] } sort keys %refusing;

my $client_output = '';
my @activity;
sub run_sync
{
	my ($sql, @more) = @_;
	my ($status, $stdout, $stderr) =
	  $target->psql('postgres', $sql, extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always' ], @more);
	$client_output .= $stdout . $stderr;
	return $stderr;
}

foreach my $name (sort keys %refusing)
{
	my (undef, $from, $sqlstate, $trigger) = @{ $refusing{$name} };
	my %found;
	foreach my $mode (qw(replace append upsert))
	{
		foreach my $format (qw(binary text))
		{
			# (At DEBUG the server logs the trigger's own dynamic statement, which is the trigger's doing.)
			my $quiet = $name eq 'trigger_sql' ? 'SET log_min_messages = error; ' : '';
			my $stderr = run_sync("${quiet}SELECT confiture.sync_table('prod', 't_$name', source_relation => 'public.$from', "
				. q{rules => '{"hidden": "drop", "ssn": "drop", "number": "drop", "day": "drop", "at": "drop", "doc": "drop"}'::jsonb }
				. ($from eq 'people' ? '' : q{- '{hidden,ssn,number,day,at,doc}'::text[]})
				. ", mode => '$mode', format => '$format'" . (defined $trigger ? ', triggers => true' : '') . ')');
			$found{ $stderr =~ /ERROR:  (\w{5}):/ ? $1 : $stderr || 'no error' } = 1;
		}
	}
	is(join(' ', sort keys %found), $sqlstate, "$name: its true SQLSTATE in all modes and formats");
}

# tsquery, regclass, and types the rows' text is cast to, on both sides
$source->safe_psql('postgres', q{
	CREATE VIEW v_regclass AS SELECT id, secret, plain::regclass::text AS plain FROM people;
	CREATE VIEW v_tsquery AS SELECT id, secret, (plain || ' &')::tsquery::text AS plain FROM people;
	CREATE VIEW v_date AS SELECT id, secret, plain::date::text AS plain FROM people;
	CREATE VIEW v_json AS SELECT id, secret, ('[' || plain)::jsonb::text AS plain FROM people;});
$target->safe_psql('postgres', q{CREATE TABLE t_source (id integer, secret text, plain text);
	SELECT confiture.set_rule('t_source', 'secret', 'hash')});
like(run_sync("SELECT confiture.sync_table('prod', 't_source', source_relation => 'public.v_$_')"),
	qr/reading rows failed on server "prod".*withheld/s, "a source view with $_") for qw(regclass tsquery date json);
run_sync(q{SELECT confiture.sync_table('prod', 't_source', source_relation => 'public.people', filter => 'plain::integer > 0',
	rules => '{"hidden": "drop", "ssn": "drop", "number": "drop", "day": "drop", "at": "drop", "doc": "drop"}')});
run_sync(q{SELECT * FROM confiture.preview('prod', 't_source', source_relation => 'public.v_date')});
run_sync(q{SELECT * FROM confiture.plan('prod', 't_source_null_scan', source_relation => 'public.casting_key')});
like(run_sync(q{SELECT confiture.sync_table('ascii', 't_source', source_relation => 'public.people')}),
	qr/22021: reading rows failed on server "ascii"/, 'malformed bytes on the source');

# Notices of the source are not passed on
like($target->safe_psql('postgres', q{SELECT rows FROM confiture.sync_table('prod', 't_source', source_relation => 'public.shouting')}),
	qr/^9$/, 'a source whose functions raise warnings');

# A cancel in the middle, with pg_stat_activity sampled
{
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c',
		q{SELECT confiture.sync_table('prod', 't_source', source_relation => 'public.slow')}], '<', \undef, '>', \$out, '2>', \$err);
	$target->poll_query_until('postgres', 'SELECT count(*) = 1 FROM confiture.progress WHERE rows > 0') or die;
	push @activity, $target->safe_psql('postgres', 'SELECT * FROM pg_stat_activity; SELECT * FROM confiture.progress;
		SELECT * FROM pg_stat_progress_copy');
	$target->safe_psql('postgres', 'SELECT pg_cancel_backend(pid) FROM confiture.workers');
	eval { $client->finish };
	like($err, qr/canceling statement due to user request/, 'a cancel in the middle');
	$client_output .= $out . $err;
}

# Success: masked in every way, replaced, appended and upserted in both formats
$target->safe_psql('postgres', q{
	CREATE TABLE people (id integer PRIMARY KEY, secret text UNIQUE, hidden text, ssn text, plain text, number text, day text,
		at tstzrange, doc jsonb);
	CREATE INDEX ON people (ssn);
	SELECT confiture.set_rule('people', 'secret', 'email'), confiture.set_rule('people', 'hidden', 'redact'),
		confiture.set_rule('people', 'ssn', 'hash'), confiture.keep('people', 'doc');});
foreach my $format (qw(binary text))
{
	is($target->safe_psql('postgres', "SELECT rows FROM confiture.sync_table('prod', 'people', mode => '$_', format => '$format')"),
		$rows, "success: $_, $format") for qw(replace upsert);
}
is($target->safe_psql('postgres', q{SELECT rows FROM confiture.sync_table('prod', 'people', mode => 'append', filter => 'id <= 10',
		rules => '{"id": "hash", "secret": {"strategy": "hash", "masking_domain": "other"}, "ssn": "partial", "hidden": "null"}')}), '10', 'append');
$target->safe_psql('postgres', q{SELECT count(*) FROM confiture.preview('prod', 'people', 100)});
ConfitureTest::same_rows($source, $target, 'SELECT id, plain, number, day, at, doc FROM people',
	'what is kept is kept', "SELECT id, plain, number, day, at, doc FROM people WHERE hidden IS NOT NULL");

# Strategies that do not need the value: it is not requested, and no privilege is needed
$target->safe_psql('postgres', q{CREATE TABLE few (id integer, secret text, hidden text, ssn text, plain text);
	SELECT confiture.set_rule('few', 'secret', 'redact'), confiture.set_rule('few', 'hidden', 'null'),
		confiture.set_rule('few', 'ssn', 'constant', '{"value": "000"}')});
my $few = q{'few', 'few', source_relation => 'public.people', rules => '{"number": "drop", "day": "drop", "at": "drop", "doc": "drop"}'};
is($target->safe_psql('postgres', "SELECT count(*) FROM confiture.plan($few) WHERE action = 'mask' AND NOT raw_leaves_source"), '3',
	'the plan says that no raw value leaves the source');
is($target->safe_psql('postgres', "SELECT rows FROM confiture.sync_table($few, format => '$_')"), $rows,
	"a role without SELECT on those columns ($_)") for qw(binary text);
is($target->safe_psql('postgres', 'SELECT DISTINCT secret, hidden, ssn FROM few'), '[REDACTED]||000', 'masked by the rules');
like(run_sync("SELECT confiture.sync_table($few || '', rules => '{}')") . run_sync(
		q{SELECT confiture.sync_table('few', 'few', source_relation => 'public.people',
			rules => '{"secret": "hash", "number": "drop", "day": "drop", "at": "drop", "doc": "drop"}')}),
	qr/secret the source role may not SELECT it/, 'a strategy that does need the value says so');
my @copies = slurp_file($source->logfile) =~ /statement: (COPY .*people.*)/g;
my @of_few = grep { /''::pg_catalog\.text, NULL::pg_catalog\.text, ''/ } @copies;
cmp_ok(scalar @of_few, '>=', 2, 'the source\'s log has the statements');
unlike(join("\n", @of_few), qr/secret|hidden|ssn/, 'and they do not speak of the columns');

# Searches for the canaries.
$target->safe_psql('postgres', 'CHECKPOINT');
push @activity, $target->safe_psql('postgres', 'SELECT * FROM pg_stat_statements');
push @activity, $target->safe_psql('postgres', 'SELECT * FROM confiture.run_tables; SELECT * FROM confiture.run; SELECT * FROM confiture.run_table; SELECT * FROM confiture.rule');
$target->stop;

my $log = slurp_file($target->logfile);
cmp_ok(length $log, '>', 1_000_000, 'the log is long');
like($log, qr/auto_explain|Query Text/, 'and auto_explain spoke');
sub is_clean
{
	my ($text, $canary, $what) = @_;
	my $clean = index($text, $canary) < 0;
	ok($clean, "$what: no $canary");
	diag(substr $text, $-[0] - 300 < 0 ? 0 : $-[0] - 300, 600) if !$clean && $text =~ /$canary/;
	return;
}
# The log contains the statements that set up functions and rules; no canary was in those.
is_clean($client_output, $_, 'client') for $seen, $kept;
is_clean($log, $_, 'log') for $seen, $kept;
is_clean(join("\n", @activity), $_, 'activity, statistics and control tables') for $seen, $kept;

# The bytes on disk, including WAL and remains of temporary files. Text in UTF-16 or the like does not occur.
my ($files, %found) = (0);
find(
	{
		no_chdir => 1,
		wanted => sub {
			return unless -f $_;
			$files++;
			open my $file, '<:raw', $_ or return;
			local $/;
			my $bytes = <$file>;
			$found{$seen}{$_} = 1 if index($bytes, $seen) >= 0;
			$found{$kept}{$_} = 1 if index($bytes, $kept) >= 0;
		}
	},
	$target->data_dir);
cmp_ok($files, '>', 500, 'the data directory was searched');
is(join(' ', sort keys %{ $found{$seen} // {} }), '', "no $seen in any file, WAL included");
cmp_ok(scalar(grep { /pg_wal/ } keys %{ $found{$kept} }), '>', 0, "(while $kept is in the WAL, as it should)");
cmp_ok(scalar(grep { /base/ } keys %{ $found{$kept} }), '>', 0, '(and in tables)');
is(scalar(grep { /pgsql_tmp/ } keys %{ $found{$kept} }), 0, 'no temporary file is left');

done_testing();
