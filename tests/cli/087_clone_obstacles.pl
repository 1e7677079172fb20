# What would fail at the end of a clone is found before its rows, all at once, and leaves nothing behind; the rest is as on the
# source.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0);
my $dir = PostgreSQL::Test::Utils::tempdir();
ClientTest::write_file("$dir/password", "secret\n");
chmod 0600, "$dir/password";
$source->safe_psql('postgres', q{CREATE ROLE reader LOGIN BYPASSRLS PASSWORD 'secret'; GRANT pg_read_all_data TO reader});
my $port = $source->port;

# Clones a database of the source into one of the same name; returns exit code and messages.
sub clone
{
	my ($database, @options) = @_;
	my ($status, $stdout, $stderr) = ClientTest::run($target, [ 'clone', '-d', $database, '--create', '--state', "$dir/$database", '--yes',
		'--password-file', "$dir/password", "postgresql://reader\@127.0.0.1:$port/$database", @options ]);
	return ($status, $stderr);
}
sub new_database { $source->safe_psql('postgres', "CREATE DATABASE $_[0] " . ($_[2] // '')); $source->safe_psql($_[0], $_[1]) }
sub value { return $target->safe_psql(@_) }

# Whatever refuses or stops a clone before its rows, it leaves nothing behind: no database that it made, and nothing in one that
# was there.
$target->safe_psql('postgres', 'CREATE DATABASE there; CREATE ROLE limited LOGIN');
sub everything_there
{
	return join "\n", (map { -e "$dir/$_" ? $_ : () } 'there', 'fresh'),
		value('postgres', q{SELECT 'database ' || datname FROM pg_database UNION ALL SELECT 'role ' || rolname FROM pg_roles ORDER BY 1}),
		value('there', q{SELECT 'extension ' || extname FROM pg_extension UNION ALL SELECT 'server ' || srvname FROM pg_foreign_server
			UNION ALL SELECT 'mapping for ' || srvname FROM pg_user_mappings UNION ALL SELECT 'schema ' || nspname FROM pg_namespace
			UNION ALL SELECT c::regclass || oid::text FROM (SELECT 'pg_class', oid FROM pg_class UNION ALL SELECT 'pg_proc', oid FROM pg_proc UNION ALL SELECT 'pg_type', oid FROM pg_type) c(c, oid) WHERE oid >= 16384 ORDER BY 1});
}
my $before = everything_there();
new_database('refused', q{
	CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('well'); CREATE TABLE s.t (id int PRIMARY KEY, v int, mood s.mood); INSERT INTO s.t SELECT i, i FROM generate_series(1, 10) i;
	CREATE TABLE parents (id int PRIMARY KEY); CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents);
	SET session_replication_role = replica; INSERT INTO children VALUES (1, 66)});
$source->safe_psql('postgres', q{CREATE ROLE blind LOGIN PASSWORD 'secret'});
ClientTest::write_file("$dir/$_->[0]", $_->[1]) for [ 'broken.yaml' => "tables: [" ], [ 'unknown.yaml' => "tables:\n  s.nowhere:\n    columns: {v: keep}\n" ],
	[ 'unfit.yaml' => "tables:\n  s.t:\n    columns: {v: emial}\n" ], [ 'bad.key' => "no key\n" ], [ 'wrong.pw' => "wrong\n" ];
chmod 0600, map { "$dir/$_" } 'bad.key', 'wrong.pw';
mkdir "$dir/open" and chmod 0777, "$dir/open";
my $refused = "postgresql://reader\@127.0.0.1:$port/refused";
foreach my $case (
	[ 'a rules file that is not there', 2, qr/cannot read/, '--rules', "$dir/none.yaml" ],
	[ 'one with errors', 2, qr/broken\.yaml/, '--rules', "$dir/broken.yaml" ],
	[ 'rules for a table that the source lacks', 5, qr/the rules do not fit.*s\.nowhere/s, '--rules', "$dir/unknown.yaml" ],
	[ 'rules with a strategy that there is not', 5, qr/the rules do not fit.*emial/s, '--rules', "$dir/unfit.yaml" ],
	[ 'a file without a masking key', 2, qr/bad\.key/, '--key-file', "$dir/bad.key" ],
	[ 'no job', 2, qr/at least one job/, '--jobs', 0 ],
	[ 'a policy that there is not', 2, qr/policy/i, '--policy', 'lax' ],
	[ 'a state that others can write', 2, qr/belongs to you/, '--state', "$dir/open" ],
	[ 'a source that does not answer', 3, qr/cannot connect to the source/, 'postgresql://reader@127.0.0.1:1/refused' ],
	[ 'one that the server of the target does not reach', 3, qr/could not connect|cannot connect/i, '--source-uri', $refused, 'postgresql://reader@127.0.0.1:1/refused' ],
	[ 'a wrong password', 3, qr/cannot connect to the source/, '--password-file', "$dir/wrong.pw" ],
	[ 'a role that may not read the tables', 1, qr/permission denied/, "postgresql://blind\@127.0.0.1:$port/refused" ],
	[ 'a role that may not make a database, or the extension', 5, qr/Let a superuser run/, '-U', 'limited' ],
	[ 'rows that violate constraints', 5, qr/rows of the source violate constraints/ ],
	[ 'nobody who says yes', 2, qr/cannot ask for confirmation/, undef ])
{
	my ($name, $code, $message, @options) = @$case;
	foreach my $database ('fresh', $message =~ /connect|rules do|superuser|violate|permission/ ? 'there' : ())
	{
		my $asks = @options && !defined $options[0];
		my @uri = grep({ defined && /^postgresql:/ && $_ ne $refused } @options) ? () : $refused;
		my @command = ('clone', '-d', $database, ($database eq 'fresh' ? '--create' : ()), ($asks ? () : ('--yes', @options)), @uri);
		foreach my $given ([ '--state', "$dir/$database" ], [ '--password-file', "$dir/password" ])
		{
			push @command, @$given unless grep { ($_ // '') eq $given->[0] } @options;
		}
		my ($status, $stdout, $stderr) = ClientTest::run($target, \@command);
		ok($status == $code && $stderr =~ $message, "$database: $name") or diag "$status: $stderr";
		is(everything_there(), $before, '... leaves nothing behind');
	}
}

# So do signals. Of a client that is killed outright a database may stay, which is empty; the same command goes on with it.
sub signalled
{
	my ($signal, $locked, @options) = @_;
	my $lock = $source->background_psql('refused');
	$lock->query_safe("BEGIN; LOCK $locked IN ACCESS EXCLUSIVE MODE");
	local %ENV = (%ENV, ClientTest::environment($target));
	my $messages = '';
	my $clone = IPC::Run::start([ 'confiture', 'clone', '--state', "$dir/$options[1]", '--password-file', "$dir/password", '--yes', @options, $refused ], '>', \my $out, '2>', \$messages, IPC::Run::timeout(60));
	$source->poll_query_until('refused', q{SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)}) or die $messages;
	$clone->signal($signal);
	$clone->finish;
	$lock->quit;
	return $clone->full_result(0);
}
foreach my $signal ('INT', 'TERM')
{
	foreach my $options ([ '-d', 'fresh', '--create' ], [ '-d', 'there' ])
	{
		is(signalled($signal, 'parents', @$options) >> 8, 130, "@$options: $signal while the schema is read");
		is(everything_there(), $before, '... leaves nothing behind');
	}
}
is(signalled('KILL', 'parents', '-d', 'there') & 127, 9, 'there: KILL');
$target->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'there')});
is(everything_there() =~ s/^there\n//r, $before, '... leaves the state alone');
signalled('KILL', 'parents', '-d', 'fresh', '--create');
$target->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'fresh')});
is(value('fresh', q{SELECT string_agg(extname, ' ') FROM pg_extension}), 'plpgsql', 'fresh: KILL leaves an empty database');

# The question of the rules is none of these: it keeps the schema, in which it can be answered.
$source->safe_psql('refused', 'DELETE FROM children; ALTER TABLE s.t ADD email text');
foreach my $database ('fresh', 'there')
{
	my @command = ('clone', '-d', $database, '--create', '--state', "$dir/$database", '--password-file', "$dir/password", '--yes', $refused);
	ClientTest::exits($target, \@command, 5, qr/settle everything.*s\.t\.email.*HINT: Draft them: confiture suggest -d $database -o rules\.yaml\. Then .* --rules rules\.yaml/s, "$database: a column without a rule");
	is(value($database, q{SELECT (SELECT count(*) FROM s.t), (SELECT count(*) FROM confiture.runs)}), '0|0', '... leaves the tables, empty');
	ClientTest::exits($target, [ 'suggest', '-d', $database, '-o', "$dir/$database.yaml" ], 0, qr/1 suggested/, '... of which rules are suggested');
	ClientTest::exits($target, [ @command, '--rules', "$dir/$database.yaml" ], 0, qr/is a masked copy/, '... and the same command goes on');
}

# Nor is a run that does not begin although the plan has passed: what comes before it is committed by then, and in a database that was there it stays.
new_database('begun', 'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)');
$target->safe_psql('postgres', 'CREATE DATABASE begun');
$target->safe_psql('begun', 'CREATE EXTENSION confiture; ALTER PROCEDURE confiture.sync RENAME TO no_sync');
my ($status, $said) = clone('begun');
ok($said =~ /confiture\.sync.* does not exist\nHINT: Finished work is kept. To continue, give the same command again/ && value('begun', 'SELECT count(*) FROM t') eq '0', 'a run that does not begin leaves the tables') or diag "$status: $said";
$target->safe_psql('begun', 'ALTER PROCEDURE confiture.no_sync RENAME TO sync');
($status, $said) = clone('begun');
ok($status == 0 && value('begun', 'SELECT count(*) FROM t') eq '1', '... and the same command goes on') or diag "$status: $said";

# Nothing is restored while something cannot be
mkdir "$dir/space";
new_database('missing', q{
	CREATE ROLE auditor; CREATE ROLE other;
	CREATE TABLE t (id int PRIMARY KEY, v int);
	CREATE POLICY one ON t TO auditor USING (true); CREATE POLICY two ON t TO other USING (true);
	COMMENT ON POLICY two ON t IS 'second';
	INSERT INTO t SELECT i, i FROM generate_series(1, 10) i});
($status, $said) = clone('missing');
is($status, 5, 'policies of roles that are not there') or diag $said;
like($said, qr/POLICY public\.t one: role "auditor" does not exist.*\nPOLICY public\.t two: role "other" does not exist.*\nHINT: .*CREATE ROLE/, 'are all named, at once');
unlike($said, qr/COMMENT/, 'and nothing that follows from them');
is(value('postgres', q{SELECT count(*) FROM pg_database WHERE datname = 'missing'}), '0', 'nothing is left');
$target->safe_psql('postgres', 'CREATE ROLE auditor');
$source->safe_psql('missing', 'DROP POLICY two ON t');
($status, $said) = clone('missing');
is($status, 0, 'once they are here, or the policies are gone there, it continues') or diag $said;
is(value('missing', 'SELECT string_agg(polname, $$ $$) FROM pg_policy'), 'one', 'with the policies of now');

# A server of the source that is called as ours
new_database('namesake', q{CREATE FOREIGN DATA WRAPPER w; CREATE SERVER source FOREIGN DATA WRAPPER w; CREATE TABLE t (a int)});
($status, $said) = clone('namesake');
is($status, 5, 'a server of the same name') or diag $said;
like($said, qr/the source has a foreign server source itself.*\nHINT: .*--source/s, 'another name helps');
is(value('postgres', q{SELECT count(*) FROM pg_database WHERE datname = 'namesake'}), '0', 'no database is made');
($status, $said) = clone('namesake', '--source', 'prod');
is($status, 0, 'and does') or diag $said;

# Rows that violate constraints
new_database('violated', q{
	CREATE TABLE parents (id int PRIMARY KEY, part int, UNIQUE (id, part));
	CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents, other int, part int, FOREIGN KEY (other, part) REFERENCES parents (id, part));
	CREATE TABLE lines (id int REFERENCES children, day date) PARTITION BY RANGE (day);
	CREATE TABLE lines_1 PARTITION OF lines FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
	CREATE TABLE bookings (id int, ends timestamptz CONSTRAINT ahead CHECK (ends > now()), day date CONSTRAINT old CHECK (day < current_date));
	INSERT INTO parents SELECT i, i FROM generate_series(1, 10) i;
	INSERT INTO children SELECT i, i, i, NULL FROM generate_series(1, 10) i;
	INSERT INTO lines SELECT i, '2026-05-05' FROM generate_series(1, 10) i;
	INSERT INTO bookings VALUES (1, now() + '1 second', '2020-01-01');
	SET session_replication_role = replica;
	INSERT INTO children VALUES (77, 66, 55, 44);
	INSERT INTO lines VALUES (88, '2026-05-05');
	SELECT pg_sleep(1.1)});
($status, $said) = clone('violated');
is($status, 5, 'violated constraints') or diag $said;
like($said, qr/rows of the source violate constraints
DETAIL: public\.children: its foreign key children_other_part_fkey references rows of public\.parents .*
public\.children: its foreign key children_parent_fkey references rows of public\.parents .*
public\.lines: its foreign key lines_id_fkey references rows of public\.children .*
public\.bookings: rows no longer satisfy its constraint ahead, .*\n/, 'are all named, at once') or diag $said;
unlike($said, qr/\b(?:66|77|88|55|44)\b/, 'no value is');
is(value('postgres', q{SELECT count(*) FROM pg_database WHERE datname = 'violated'}), '0', 'before a row is copied');
($status, $said) = clone('violated', '--exclude', 'bookings', '--exclude', 'children');
like($said, qr/public\.lines: its foreign key lines_id_fkey references public\.children, whose rows are not copied \(exclude public\.lines too/, 'a table without its parent is') or diag $said;
($status, $said) = clone('violated', '--exclude', 'bookings', '--trust-constraints');
is($status, 4, 'unlooked, they fail at the end') or diag $said;
like($said, qr/^DETAIL: FK CONSTRAINT public\.children children_other_part_fkey: insert or update on table "children" violates foreign key constraint "children_other_part_fkey"\nFK CONSTRAINT public\.children children_parent_fkey: .*\nFK CONSTRAINT public\.lines lines_id_fkey: .*\nHINT: Finished work is kept/m, 'each by its name');
is(value('violated', q{SELECT count(*) FROM pg_constraint WHERE conrelid >= 16384 AND contype IN ('p', 'u') AND conrelid::regclass::text !~ 'confiture'}), '3', 'the rest is made');
value('violated', 'SET session_replication_role = replica; DELETE FROM children WHERE id = 77; DELETE FROM lines WHERE id = 88');
($status, $said) = clone('violated', '--exclude', 'bookings');
is($status, 0, 'repaired, the clone is whole') or diag $said;

# A filter that leaves out what others reference
new_database('filtered', q{
	CREATE TABLE parents (id int PRIMARY KEY, kept bool); CREATE TABLE children (id int, parent int REFERENCES parents);
	INSERT INTO parents SELECT i, i < 5 FROM generate_series(1, 10) i; INSERT INTO children SELECT i, i FROM generate_series(1, 10) i});
ClientTest::write_file("$dir/filters.yaml", "tables:\n  public.parents: {filter: kept, columns: {kept: keep}}\n");
($status, $said) = clone('filtered', '--rules', "$dir/filters.yaml");
like($said, qr/public\.children: its foreign key children_parent_fkey references rows of public\.parents that are not there or are left out by a filter/, 'a filter that foreign keys do not allow');
ClientTest::write_file("$dir/filters.yaml", "tables:\n  public.parents: {filter: kept, columns: {kept: keep}}\n  public.children: {filter: parent < 5, columns: {id: keep}}\n");
($status, $said) = clone('filtered', '--rules', "$dir/filters.yaml");
is($status, 0, 'and filters that agree') or diag $said;
is(value('filtered', q{SELECT (SELECT count(*) FROM parents) || ' ' || (SELECT count(*) FROM children)}), '4 4', 'choose rows');

# Materialized views: one that cannot be refreshed is named, the others are
new_database('views', q{
	CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1), (2, 2);
	CREATE MATERIALIZED VIEW a AS SELECT * FROM t;
	CREATE FUNCTION of_z() RETURNS bigint LANGUAGE plpgsql STABLE AS 'BEGIN RETURN (SELECT sum(v) FROM public.z); END';
	CREATE MATERIALIZED VIEW b AS SELECT 1 / (v - 3) AS secret FROM t;
	CREATE MATERIALIZED VIEW c AS SELECT count(*) FROM b;
	CREATE MATERIALIZED VIEW d AS SELECT 0 AS n WITH NO DATA;
	CREATE MATERIALIZED VIEW z AS SELECT * FROM t;
	CREATE OR REPLACE VIEW late AS SELECT id, v, count(*) FROM t GROUP BY id;
	INSERT INTO t VALUES (3, 3)});
$source->safe_psql('views', 'DROP MATERIALIZED VIEW d; CREATE MATERIALIZED VIEW e AS SELECT of_z() WITH NO DATA; REFRESH MATERIALIZED VIEW e; CREATE MATERIALIZED VIEW d AS SELECT * FROM e WITH NO DATA');
($status, $said) = clone('views');
is($status, 4, 'a materialized view that cannot be refreshed') or diag $said;
like($said, qr/^DETAIL: MATERIALIZED VIEW public\.b cannot be refreshed: SQLSTATE 22012; the message .*\nMATERIALIZED VIEW public\.c cannot be refreshed: materialized view "b" has not been populated/m, 'is named, and what reads it');
is(value('views', q{SELECT string_agg(relname || relispopulated, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'm'}), 'atrue bfalse cfalse dfalse etrue ztrue', 'the others are refreshed, one after what its function reads');
value('views', 'DELETE FROM t WHERE v = 3');
($status, $said) = clone('views');
is($status, 0, 'and later it too') or diag $said;
is(value('views', q{SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'm' AND NOT relispopulated}), 'd', 'all but the one without data');
is(value('views', 'SELECT count FROM late WHERE id = 1'), '1', 'a view that pg_dump splits');

# Rows of an extension's configuration, a table without columns, versions of extensions
my $share = $source->safe_psql('postgres', q{SELECT setting FROM pg_config WHERE name = 'SHAREDIR'}) . '/extension/confiture_clone_test';
ClientTest::write_file("$share.control", "default_version = '1'\n");
ClientTest::write_file("$share--$_.sql", q{
	CREATE TABLE part_config (parent text PRIMARY KEY, premake int); CREATE TABLE systems (id int PRIMARY KEY); INSERT INTO systems VALUES (1), (2);
	SELECT pg_catalog.pg_extension_config_dump('part_config', ''); SELECT pg_catalog.pg_extension_config_dump('systems', 'WHERE id > 100')}) for 1, 2;
new_database('configured', q{
	CREATE EXTENSION confiture_clone_test VERSION '2'; INSERT INTO part_config VALUES ('public.t', 4); INSERT INTO systems VALUES (101);
	CREATE TABLE t (); INSERT INTO t SELECT FROM generate_series(1, 3)});
($status, $said) = clone('configured');
is($status, 0, 'configuration of an extension') or diag $said;
like($said, qr/^extensions  rows of public\.part_config, public\.systems too$/m, 'is copied, and that is said');
like($said, qr/^extension   confiture_clone_test 1; on the source 2$/m, 'as is another version of it');
is(value('configured', q{SELECT (SELECT premake FROM part_config) || ' ' || (SELECT string_agg(id::text, ' ' ORDER BY id) FROM systems) || ' ' || (SELECT count(*) FROM t)}), '4 1 2 101 3', 'with all its rows');
unlink glob "$share*";

# Tablespaces, encoding, locale
$source->safe_psql('postgres', "CREATE TABLESPACE fast LOCATION '$dir/space'");
new_database('latin', q{
	CREATE TABLE t (id int PRIMARY KEY USING INDEX TABLESPACE fast, v text) TABLESPACE fast; CREATE INDEX ON t (v) TABLESPACE fast;
	SET client_encoding = 'UTF8'; INSERT INTO t VALUES (1, 'café'); COMMENT ON TABLE t IS 'café'}, q{TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'});
($status, $said) = clone('latin');
is($status, 0, 'a tablespace that the target lacks') or diag $said;
is(() = $said =~ /^tablespaces +fast of the source: not used, everything is in the database's own$/mg, 1, 'is said once');
is(value('latin', 'SHOW server_encoding'), 'LATIN1', 'the encoding is the source\'s');
is(value('latin', q{SELECT encode(v::bytea, 'hex') || ' ' || encode(convert_to(obj_description('t'::regclass), 'UTF8'), 'hex') FROM t}), '636166e9 636166c3a9', 'and so is the text');
new_database('ascii', q{CREATE TABLE t (id int, v text)}, q{TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'});
$source->safe_psql('ascii', q{SET client_encoding = 'SQL_ASCII'; INSERT INTO t VALUES (1, E'caf\351'), (2, E'caf\303\251')});
($status, $said) = clone('ascii');
is($status, 0, 'a database without an encoding') or diag $said;
is(value('ascii', 'SHOW server_encoding'), 'SQL_ASCII', 'becomes one');
is(value('ascii', q{SET client_encoding = 'SQL_ASCII'; SELECT string_agg(encode(v::bytea, 'hex'), ' ' ORDER BY id) FROM t}), '636166e9 636166c3a9', 'with its bytes');
SKIP:
{
	skip 'built without ICU', 2 if $source->safe_psql('postgres', q{SELECT count(*) FROM pg_collation WHERE collprovider = 'i'}) eq '0';
	new_database('icu', 'CREATE TABLE t (id int)', q{TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-AT' LOCALE 'C'});
	($status, $said) = clone('icu');
	is($status, 0, 'a database of ICU') or diag $said;
	like(value('icu', q{SELECT to_jsonb(d) FROM pg_database d WHERE datname = 'icu'}), qr/"de-AT".*"datlocprovider": "i"/, 'has its locale');
}
new_database('strange', 'CREATE TABLE t (id int)', q{TEMPLATE template0 LOCALE 'C'});
$target->safe_psql('postgres', q{CREATE DATABASE strange TEMPLATE template0 LOCALE 'C.UTF-8'});
($status, $said) = clone('strange');
like($said, qr/^locale +UTF8, C\.UTF-8; of the source: UTF8, C$/m, 'a database made before may differ, and that is said');

done_testing();
