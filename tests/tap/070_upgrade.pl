# A database of 0.1.0 becomes one of this version: by ALTER EXTENSION UPDATE, pg_dump and pg_upgrade. Rules, filters, the key
# and runs stay, where they can.
#
# `make check-upgrade` runs it with the library of 0.1.0, which leaves a run half done.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my $version = ConfitureTest::version();
my $old_library = "$ENV{TESTDIR}/build/pg/confiture-0.1.0.so";
my $has_old_library = -e $old_library;
my ($source, $target) = ConfitureTest::clusters(extension => 0);
my $node = $target;
sub value { my ($sql, $database) = @_; return $node->safe_psql($database // 'postgres', $sql) }

my ($share, $library_directory) = split /\n/, value(q{SELECT setting FROM pg_config WHERE name IN ('SHAREDIR', 'PKGLIBDIR') ORDER BY name DESC});
my $install_old = "$share/extension/confiture--0.1.0.sql";
system_or_bail('cp', "$ENV{TESTDIR}/tests/upgrade/0.1.0.sql", $install_old);
my $library = "$library_directory/confiture.so";
system_or_bail('cp', $library, "$ENV{TESTDIR}/confiture-new.so");
# A new file: servers have the other one mapped.
sub use_library { my ($from) = @_; system_or_bail('sh', '-c', "cp '$from' '$library.new' && mv '$library.new' '$library'"); return }

# All that the extension consists of, as pg_upgrade would carry it over, without OIDs.
sub members
{
	my ($database) = @_;
	my ($dump) = run_command([ 'pg_dump', '--binary-upgrade', '--schema-only', '-d', $node->connstr($database) ]);
	my @entries = map { join "\n", grep { !/^(?:--|\\|$|SET |SELECT pg_catalog\.(?:set|binary_upgrade_set))/ } split /\n/ } split /^(?=-- Name: )/m, $dump;
	return grep { !/relfrozenxid|create_empty_extension/ } map { s/'\d{5,}'/OID/gr } @entries,
	  split /\n/, value(q{SELECT c::regclass, x FROM pg_extension, unnest(extconfig, extcondition) u(c, x) WHERE extname = 'confiture'}, $database);
}

my $schema = q{CREATE TABLE people (id int PRIMARY KEY, email text, code text); CREATE TABLE orders (id int PRIMARY KEY, filler text)};
$source->safe_psql('postgres', "$schema;" . q{
	INSERT INTO people SELECT i, 'p' || i || '@shop.test', i FROM generate_series(1, 100) i;
	INSERT INTO orders SELECT i, repeat('x', 200) FROM generate_series(1, 4000) i});
value('CREATE DATABASE old');
value('CREATE DATABASE new');
use_library($old_library) if $has_old_library;
my ($host, $port) = ($source->host, $source->port);
my $user = ConfitureTest::superuser($source);
my $setting = qq{CREATE SERVER prod FOREIGN DATA WRAPPER confiture OPTIONS (host '$host', port '$port', dbname 'postgres');
	CREATE USER MAPPING FOR CURRENT_USER SERVER prod OPTIONS (user '$user');
	$schema;
	CREATE FUNCTION hold(integer) RETURNS boolean LANGUAGE sql SET search_path = pg_catalog AS
		'SELECT CASE WHEN \$1 = 3999 THEN pg_advisory_xact_lock_shared(42) IS NOT NULL ELSE true END';
	ALTER TABLE orders ADD CHECK (hold(id))};
value("CREATE EXTENSION confiture VERSION '0.1.0'; $setting;
	CREATE ROLE friend; GRANT EXECUTE ON FUNCTION confiture.key_id(), confiture.set_rule(regclass, name, text, jsonb) TO friend", 'old');

# As set_rule() and its like of 0.1.0 write it, which need its library.
my $rules = q{
	SELECT relation, column_name, strategy, options FROM confiture.rules ORDER BY 1, 2};
if ($has_old_library)
{
	value(q{SELECT confiture.set_rule('people', 'email', 'email'), confiture.set_rule('people', 'code', 'hash', '{"length": 20}'), confiture.set_filter('people', 'id > 10')}, 'old');
}
else
{
	value(q{
		INSERT INTO confiture.rule (relation, relation_name, column_name, column_number, strategy, options) VALUES
			('people', 'public.people', 'email', 2, 'email', '{}'), ('people', 'public.people', 'code', 3, 'hash', '{"length": 20}')}, 'old');
}
my $expected_rules = value($rules, 'old');
my $key = value('SELECT confiture.key_id()', 'old');
my $masked = value(q{SELECT confiture.email('p20@shop.test')}, 'old');

# A half-done run: the leader is killed while a chunk waits for a lock of the test.
if ($has_old_library)
{
	my $lock = $node->background_psql('old');
	$lock->query_safe('SELECT pg_advisory_lock(42)');
	my ($out, $err) = ('', '');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('old'), '-c', q{CALL confiture.sync('prod', jobs => 1, chunk_by => 'key', chunk_size => '64kB')} ], '<', \undef, '>', \$out, '2>', \$err);
	$node->poll_query_until('old', q{SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted) AND EXISTS (SELECT FROM confiture.checkpoints WHERE state = 'done')}) or BAIL_OUT($err);
	value(q{SELECT pg_terminate_backend(leader_pid) FROM confiture.runs}, 'old');
	$run->finish;
	$lock->quit;
	$node->poll_query_until('old', q{SELECT state = 'interrupted' FROM confiture.runs}) or BAIL_OUT('the run goes on');
}
else
{
	value(q{INSERT INTO confiture.run (server, state, started_by, started_by_name, started_at, finished_at, key_id) SELECT 'prod', 'done', oid, rolname, now(), now(), confiture.key_id() FROM pg_roles WHERE rolname = CURRENT_USER}, 'old');
}
my $runs = q{SELECT run_id, server, state, started_at, finished_at, tables_done, rows FROM confiture.runs};
my $expected_runs = value($runs, 'old');

# pg_dump writes no version: a restore makes an extension of the new one.
my $dump = PostgreSQL::Test::Utils::tempdir() . '/old.dump';
system_or_bail('pg_dump', '-Fc', '-f', $dump, '-d', $node->connstr('old'));

# ALTER EXTENSION UPDATE
use_library("$ENV{TESTDIR}/confiture-new.so");
value("CREATE EXTENSION confiture; $setting", 'new');
value("ALTER EXTENSION confiture UPDATE TO '$version'", 'old');
value(q{REVOKE EXECUTE ON FUNCTION confiture.key_id(), confiture.set_rule(regclass, name, text, jsonb) FROM friend; DROP ROLE friend}, 'old')
  if ok(value(q{SELECT has_function_privilege('friend', 'confiture.set_rule(regclass, name, text, jsonb)', 'EXECUTE')}, 'old') eq 't', 'privileges stay');
my %new = map { ($_ => 1) } members('new');
my %old = map { ($_ => 1) } members('old');
my @differences = ((map { "missing: $_" } grep { !$old{$_} } sort keys %new), (map { "too much: $_" } grep { !$new{$_} } sort keys %old));
is(join("\n", @differences), '', 'an updated extension has what a new one has; if not, sql/confiture--0.1.0--0.2.0.sql lacks it');
is(value('SELECT extversion FROM pg_extension WHERE extname = \'confiture\'', 'old'), $version, 'and its version');
is(value($rules, 'old'), $expected_rules, 'rules stay');
is(value('SELECT confiture.key_id()', 'old'), $key, 'the key stays');
is(value(q{SELECT confiture.email('p20@shop.test')}, 'old'), $masked, 'and masks as before');
is(value($runs, 'old'), $expected_runs, 'runs stay');

# Checks that the database syncs, and that a half-done run goes on.
sub goes_on
{
	my ($database, $name) = @_;
	like(value(q{CALL confiture.resume(1)}, $database), qr/\|done\|2\|4090\|/, "$name: the half-done run goes on") if $has_old_library;
	value(q{SELECT confiture.set_pattern('*', 'filler', 'keep')}, $database);
	like(value(q{CALL confiture.sync('prod', jobs => 1)}, $database), qr/\|done\|2\|/, "$name: a new run is done");
	is(value(q{SELECT email FROM people WHERE id = 20}, $database), $masked, "$name: masked as before");
	return;
}

# pg_upgrade, before the run goes on; the major version is the same on both sides.
my $upgraded = PostgreSQL::Test::Cluster->new('upgraded');
$upgraded->init(extra => [ '--no-locale', '--encoding=UTF8' ]);
$node->stop;
my $bindir = $ENV{BINDIR};
# Its sockets and logs are in the working directory.
my $directory = PostgreSQL::Test::Utils::tempdir_short();
command_ok([ 'sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', $directory, 'pg_upgrade', '--no-sync', '-b', $bindir, '-B', $bindir, '-d', $node->data_dir, '-D', $upgraded->data_dir, '-p', $node->port, '-P', $upgraded->port ], 'pg_upgrade');
$node->start;
goes_on('old', 'updated');
$node = $upgraded;
$node->start;
is(value('SELECT confiture.key_id()', 'old'), $key, 'pg_upgrade carries the key over');
is(value($rules, 'old'), $expected_rules, 'and rules');
is(value($runs, 'old'), $expected_runs, 'and runs');
goes_on('old', 'pg_upgrade');

# Dump and restore: rules come along, neither the key nor runs do.
value('CREATE DATABASE restored');
value('CREATE ROLE friend');
system_or_bail('pg_restore', '-d', $node->connstr('restored'), $dump);
is(value($rules, 'restored'), $expected_rules, 'pg_restore of a dump of 0.1.0: rules come along');
isnt(value('SELECT confiture.key_id()', 'restored'), $key, 'the key does not');
is(value('SELECT count(*) FROM confiture.runs', 'restored'), '0', 'nor do runs');
like(value(q{CALL confiture.sync('prod', policy => 'off')}, 'restored'), qr/\|done\|2\|/, 'and it syncs');

unlink $install_old;
done_testing();
