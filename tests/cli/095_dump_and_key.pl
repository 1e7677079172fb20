# dump: an archive without Confiture that restores where it never was. key: id, export, import, rotate; clone --key-file.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir();
my $schema = q{CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE, born date); CREATE TABLE orders (id int PRIMARY KEY, person int REFERENCES people);
	CREATE VIEW adults AS SELECT id FROM people WHERE born < '2000-01-01'};
$_->safe_psql('postgres', $schema) for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO people SELECT i, 'p' || i || '@shop.test', '1990-01-01'::date + i FROM generate_series(1, 500) i; INSERT INTO orders SELECT i, 1 + i % 500 FROM generate_series(1, 1000) i});
sub value { return $target->safe_psql($_[1] // 'postgres', $_[0]) }
my $port = $source->port;
value(qq{SELECT confiture.set_rule('people', 'email', 'email'), confiture.keep('people', 'born');
	CREATE SERVER "odd server" FOREIGN DATA WRAPPER confiture OPTIONS (host 'hidden.example.org', dbname 'x', port '$port');
	COMMENT ON SERVER "odd server" IS 'to be left out';
	CREATE USER MAPPING FOR PUBLIC SERVER "odd server" OPTIONS (user 'u', password 'canary of a password');
	CREATE SCHEMA live; IMPORT FOREIGN SCHEMA public LIMIT TO (people) FROM SERVER prod INTO live;
	CREATE VIEW live.names AS SELECT email FROM live.people;
	CREATE VIEW last_runs AS SELECT run_id, state FROM confiture.runs;
	CREATE ROLE analyst; GRANT SELECT ON people TO analyst; GRANT EXECUTE ON FUNCTION confiture.key_id() TO analyst; GRANT USAGE ON FOREIGN SERVER prod TO analyst});
ClientTest::exits($target, ['sync', '-q', '-s', 'prod'], 0, qr/done, 2 tables/, 'a masked target');
my $rows = q{SELECT count(*), md5(string_agg(p::text, ',' ORDER BY id)), (SELECT count(*) FROM orders), (SELECT count(*) FROM adults) FROM people p};

# A server without the extension's files
my $bare = ClientTest::bare_cluster();
$bare->safe_psql('postgres', 'CREATE ROLE analyst');

foreach my $case ([ 'custom', 'c' ], [ 'directory', 'd', '-j', 2 ], [ 'plain', 'p' ])
{
	my ($format, @options) = @$case;
	my $file = "$dir/masked.$format";
	ClientTest::exits($target, [ 'dump', '-o', $file, '-F', @options ], 0, qr/left out, because they need Confiture: .*VIEW public\.last_runs.*Done: \S+ restores in any PostgreSQL/s, "dump, $format");
	is(system('grep', '-rqaiE', 'canary|hidden\.example|confiture\.|odd server', $file) >> 8, 1, 'nothing of Confiture is in it');
	is(join(' ', glob("$dir/*.part $dir/.*.service")), '', 'nor is anything left over');
	$bare->safe_psql('postgres', "CREATE DATABASE $format");
	my @restore = $format eq 'plain' ? ('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', $file, '-d') : ('pg_restore', '--exit-on-error', $file, '-d');
	command_ok([ @restore, $bare->connstr($format) ], 'it restores without an error');
	is($bare->safe_psql($format, $rows), value($rows), 'the same rows');
	is($bare->safe_psql($format, q{SELECT has_table_privilege('analyst', 'people', 'SELECT'), (SELECT count(*) FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype <> 'n'), (SELECT count(*) FROM pg_foreign_server), to_regclass('last_runs') IS NULL}), 't|2|0|t', 'and the rest of the schema');
}
$bare->stop;

# Refused before anything is written
ClientTest::exits($target, [ 'dump', '-o', "$dir/masked.directory", '-Fd' ], 2, qr/is not empty/, 'a directory with something in it');
ClientTest::exits($target, [ 'dump', '-o', "$dir/none/file" ], 2, qr/there is no directory/, 'no directory');
ClientTest::exits($target, [ 'dump', '-o', "$dir/file", '-j', 2 ], 2, qr/only a dump in directory format/, 'jobs of a single file');
value(q{CREATE TABLE odd (id int, mail text DEFAULT confiture.email('x'))});
ClientTest::exits($target, [ 'dump', '-o', "$dir/file" ], 5, qr/tables hang on objects of Confiture.*DETAIL: TABLE public\.odd/s, 'a table that needs the extension');
ok(!-e "$dir/file" && !-e "$dir/file.part", 'leaves no file');
value(q{DROP TABLE odd; UPDATE confiture.run SET state = 'failed'});
ClientTest::exits($target, [ 'dump', '-o', "$dir/file" ], 5, qr/run 1 is failed: the dump would not be complete\nHINT: Finish it first: confiture resume 1/, 'a half-done target');
ClientTest::exits($target, [ 'dump', '-o', "$dir/file", '--incomplete', '-O', '-x' ], 0, qr/Done/, 'unless it is wanted');
value(q{UPDATE confiture.run SET state = 'done'});

# key
my $id = value('SELECT confiture.key_id()');
is(ClientTest::exits($target, [qw(key id)], 0, qr/^\w{16}$/, 'key id'), "$id\n", 'is the fingerprint');
is(ClientTest::json($target, [qw(key id)])->{key_id}, $id, 'as JSON');
ClientTest::exits($target, [ qw(key export -o), "$dir/key" ], 0, qr/The key $id is in/, 'key export');
is((stat "$dir/key")[2] & 07777, 0600, 'a file for its owner alone');
like(slurp_file("$dir/key"), qr/^[0-9a-f]{64}\n\z/, 'with hex digits');
ClientTest::exits($target, [ qw(key export -o), "$dir/key" ], 2, qr/exists already/, 'is not overwritten');
value(q{CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA confiture TO plain});
ClientTest::exits($target, [ qw(key export -U plain -o), "$dir/key2" ], 1, qr/permission denied|is not visible to plain/, 'other roles do not see it');
ok(!-e "$dir/key2", 'and get no file');
ClientTest::exits($target, [qw(key rotate)], 2, qr/cannot ask for confirmation/, 'rotate asks');
is(value('SELECT confiture.key_id()'), $id, 'and changes nothing');
my $rotated = ClientTest::exits($target, [qw(key rotate -y)], 0, qr/The key $id is replaced by \w{16}\. Values are masked otherwise/, 'key rotate');
is($rotated, value('SELECT confiture.key_id()') . "\n", 'makes another');
ClientTest::exits($target, [ qw(key import -y), "$dir/key" ], 0, qr/replaced by $id/, 'key import');
ClientTest::exits($target, [ qw(key import), "$dir/key" ], 0, qr/The key is $id already/, 'has nothing to ask when it is the same');
chmod 0644, "$dir/key";
ClientTest::exits($target, [ qw(key import), "$dir/key" ], 2, qr/can be read by others\nHINT: chmod 600/, 'a file that others can read');
chmod 0600, "$dir/key";
ClientTest::write_file("$dir/wrong", "secret canary\n");
chmod 0600, "$dir/wrong";
my (undef, undef, $err) = ClientTest::run($target, [ qw(key import -y), "$dir/wrong" ]);
ok($err =~ /there is no masking key in/ && $err !~ /canary/, 'a file without a key is not quoted');
ClientTest::exits($target, [ qw(key import -y), "$dir/nothing" ], 2, qr/cannot read \S+nothing: No such file or directory/, 'no file');

# clone --key-file: two copies mask alike
my $uri = 'postgresql://' . ConfitureTest::superuser($source) . '@/postgres?host=' . $source->host . "&port=$port";
ClientTest::write_file("$dir/rules.yaml", "tables:\n  public.people:\n    columns: {email: email, born: keep}\n");
ClientTest::exits($target, [ 'clone', $uri, qw(-d copy --create -y --key-file), "$dir/key", '--rules', "$dir/rules.yaml", '--state', "$dir/state" ], 0, qr/^key +$id\n.*Done: copy is a masked copy/ms, 'clone with a key');
is(value($rows, 'copy'), value($rows), 'masks as the other database');

done_testing();
