# clone: an empty database becomes a masked copy, and a stopped clone continues where it stopped.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0);
my $dir = PostgreSQL::Test::Utils::tempdir();
my $password = q{s3cret 'p"w\\};
$source->safe_psql('postgres', q{CREATE DATABASE app});
$source->safe_psql('app', q{
	CREATE ROLE reader LOGIN PASSWORD 's3cret ''p"w\\'; CREATE ROLE somebody;
	CREATE TYPE mood AS ENUM ('well', 'so so');
	CREATE DOMAIN short AS text CHECK (length(VALUE) < 30);
	CREATE SCHEMA "Odd ""Name"" é; DROP";
	CREATE TABLE users (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, email text UNIQUE NOT NULL, nick short, feels mood,
		twice bigint GENERATED ALWAYS AS (id * 2) STORED);
	ALTER TABLE users OWNER TO somebody;
	CREATE TABLE "Odd ""Name"" é; DROP"."Tables.x" (a int, b text, PRIMARY KEY (a, b));
	CREATE INDEX "index; DROP" ON "Odd ""Name"" é; DROP"."Tables.x" (b);
	CREATE TABLE visits (id int, day date, "user" bigint REFERENCES users, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
	CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
	CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
	CREATE INDEX ON visits (day);
	CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'not during a load'; END$$;
	CREATE TRIGGER touch BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch();
	CREATE MATERIALIZED VIEW moods AS SELECT feels, count(*) FROM users GROUP BY 1;
	CREATE UNIQUE INDEX ON moods (feels);
	CREATE VIEW nicks AS SELECT nick FROM users;
	CREATE RULE quiet AS ON DELETE TO nicks DO INSTEAD NOTHING;
	CREATE POLICY own ON users USING (nick = current_user);
	CREATE STATISTICS linked ON id, day FROM visits;
	CREATE FOREIGN DATA WRAPPER other; CREATE SERVER elsewhere FOREIGN DATA WRAPPER other;
	CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (password 'of another source');
	CREATE SEQUENCE numbers START 77;
	COMMENT ON TABLE users IS 'people';
	CREATE PUBLICATION all_of_it FOR ALL TABLES;
	ALTER TABLE users DISABLE TRIGGER touch;
	INSERT INTO users (email, nick, feels) SELECT 'u' || i || '@home.test', 'nick ' || i, 'well' FROM generate_series(1, 2000) i;
	ALTER TABLE users ENABLE TRIGGER touch;
	INSERT INTO "Odd ""Name"" é; DROP"."Tables.x" SELECT i, 'x' FROM generate_series(1, 500) i;
	INSERT INTO visits SELECT i, '2026-01-01'::date + i % 360, 1 + i % 2000 FROM generate_series(1, 5000) i;
	REFRESH MATERIALIZED VIEW moods;
	SELECT nextval('numbers');
	GRANT pg_read_all_data TO reader;
	ALTER ROLE reader BYPASSRLS; ANALYZE});
ClientTest::write_file("$dir/password", "$password\n");
chmod 0600, "$dir/password";
my $uri = 'postgresql://reader@127.0.0.1:' . $source->port . '/app';
ClientTest::write_file("$dir/rules.yaml", "tables:\n  public.users:\n    columns: {email: first_name, nick: keep}\n");
my @clone = ('clone', '-d', 'copy', '--create', '--state', "$dir/state", '--rules', "$dir/rules.yaml");
my @first = (@clone, $uri, '--password-file', "$dir/password");
my %in_copy = (database => 'copy');
sub value { return $target->safe_psql('copy', $_[0]) }

# Nothing by accident
ClientTest::exits($target, [ 'clone', $uri, '--yes' ], 2, qr/the name of the database is missing/, 'a database must be named', env => { PGDATABASE => '' });
ClientTest::exits($target, \@first, 2, qr/CREATE EXTENSION confiture;.*cannot ask for confirmation/s, 'it asks');
$target->safe_psql('postgres', 'CREATE DATABASE full_one');
$target->safe_psql('full_one', 'CREATE TABLE t ()');
ClientTest::exits($target, [ 'clone', '-d', 'full_one', $uri, '--yes', '--state', "$dir/state2" ], 5, qr/already has tables/, 'not into tables there are');
mkdir "$dir/open";
chmod 0777, "$dir/open";
ClientTest::exits($target, [ 'clone', '-d', 'copy', '--create', $uri, '--password-file', "$dir/password", '--yes', '--state', "$dir/open" ], 2, qr/directory that belongs to you/, 'nor with a state that others could write');

# Starts a clone, calls `then` when the query is true, interrupts it, and returns how it ended.
sub interrupted
{
	my ($arguments, $node, $database, $query, $then, %options) = @_;
	local %ENV = (%ENV, ClientTest::environment($target, %options));
	my ($out, $err) = ('', '');
	my $clone = IPC::Run::start([ 'confiture', @$arguments ], '>', \$out, '2>', \$err, IPC::Run::timeout(120));
	$node->poll_query_until($database, $query) or die "$out$err";
	$then->();
	$clone->signal('INT');
	$clone->finish;
	return ($clone->full_result(0) >> 8, "$out$err");
}

# Ctrl-C while pg_dump waits for a lock: no password is visible, nothing is left running. Of the versions found it uses the
# one of the source, though another comes first.
mkdir "$dir/$_" for 'newer', 'older';
foreach my $fake ([ newer => 99 ], [ older => 9 ])
{
	ClientTest::write_file("$dir/$fake->[0]/pg_dump", "#!/bin/sh\n[ \"\$1\" = --version ] && echo 'pg_dump (PostgreSQL) $fake->[1].1'\n");
	chmod 0755, "$dir/$fake->[0]/pg_dump";
}
my %path = (env => { PATH => "$dir/newer:$dir/older:$ENV{PATH}" });
my $lock = $source->background_psql('app');
$lock->query_safe('BEGIN; LOCK users IN ACCESS EXCLUSIVE MODE');
my ($status, $said) = interrupted([ @first, '--yes' ], $source, 'app', q{SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'users'::regclass AND NOT granted)}, sub {
	my $arguments = join "\n", map { (eval { slurp_file($_) } // '') =~ tr/\0/ /r } glob '/proc/[0-9]*/cmdline';
	like($arguments, qr/pg_dump --schema-only/, 'pg_dump is at work');
	unlike($arguments, qr/s3cret/, 'its arguments have no password');
	my $service = "$dir/state/pg_dump.service";
	is((stat $service)[2] & 0777, 0600, 'no other user can read the service file');
	unlike(slurp_file($service), qr/s3cret/, 'and has no password either');
}, %path);
$lock->quit;
is($status, 130, 'Ctrl-C: exit code 130') or diag $said;
my $major = $source->safe_psql('app', q{SELECT current_setting('server_version_num')::int / 10000});
like($said, qr/^schema .*pg_dump, version $major$/m, 'the pg_dump of the source\'s version') or diag $said;
ok(!-e "$dir/state/pg_dump.service", 'the service file is gone');
is($source->safe_psql('app', q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump'}), '0', 'and so is pg_dump');
is($target->safe_psql('postgres', q{SELECT count(*) FROM pg_database WHERE datname = 'copy'}), '0', 'and so is the new database');

# Rules that would break uniqueness
my $collision = qr/public\.users\.email .*is under the unique index users_email_key, and masked values could collide/;
ClientTest::exits($target, [ @first, '--yes' ], 5, $collision, 'unique values must stay unique');
ClientTest::write_file("$dir/rules.yaml", "tables:\n  public.users:\n    columns: {email: {strategy: hash, length: 8}, nick: keep}\n");
ClientTest::exits($target, \@clone, 5, $collision, 'whatever the options are');
is(value(q{SELECT count(*) FROM confiture.runs}), '0', 'no run was begun');
is(value(q{SELECT count(*) FROM users}), '0', 'there are tables now, empty');
is(value(q{SELECT count(*) FROM pg_index WHERE indrelid = 'users'::regclass}), '0', 'without indexes');
is(value(q{SELECT count(*) FROM pg_user_mappings WHERE srvname = 'elsewhere'}), '0', 'and without the passwords of other mappings');

# Ctrl-C while rows are copied
ClientTest::write_file("$dir/rules.yaml", "tables:\n  public.users:\n    columns: {email: email, nick: keep}\n");
value(q{CREATE FUNCTION hold(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT CASE WHEN $1 = 1999 THEN pg_advisory_xact_lock_shared(42) IS NOT NULL ELSE true END';
	ALTER TABLE users ADD CONSTRAINT held CHECK (hold(id))});
$lock = $target->background_psql('copy');
$lock->query_safe('SELECT pg_advisory_lock(42)');
($status, $said) = interrupted(\@clone, $target, 'copy', q{SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted)}, sub { });
$lock->quit;
is($status, 130, 'Ctrl-C while rows are copied: exit code 130') or diag $said;
like($said, qr/give the same command again/, 'says how to resume');
value('ALTER TABLE users DROP CONSTRAINT held; DROP FUNCTION hold');

# A failure while indexes are built
value(q{CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN IF current_query() LIKE '%visits_day_idx ON ONLY%' THEN RAISE 'no'; END IF; END$$;
	CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse()});
ClientTest::exits($target, \@clone, 4, qr/^run 1: done, 3 tables, 7,500 rows.*^rows +run 1 is resumed\n.*^DETAIL: INDEX public.visits_day_idx: .*withheld$/ms, 'the run is resumed, and an index fails');
value('DROP EVENT TRIGGER refuse; DROP FUNCTION refuse');
cmp_ok(value(q{SELECT count(*) FROM pg_index WHERE indrelid >= 16384 AND indrelid::regclass::text NOT LIKE 'confiture.%'}), '>', 0, 'some of the indexes are there');
my $out = ClientTest::exits($target, \@clone, 0, qr/^rows +are there already, from run 1\n.*^Done: copy is a masked copy/ms, 'the rest is built');
ok(!-e "$dir/state", 'the state is gone');

# The same schema, and the same rows except masked values
sub schema
{
	my ($node, $database) = @_;
	my ($stdout, $stderr) = run_command([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-d', $database, qw(-s --no-owner --no-privileges --no-publications -n public -n Odd*) ]);
	return join "\n", grep { !/^--|^$|^\\|restrict/ } split /\n/, $stdout;
}
is(schema($target, 'copy'), schema($source, 'app'), 'the schema is the same');
foreach my $query ('SELECT id, nick, feels, twice FROM users', 'SELECT * FROM visits', 'SELECT * FROM moods', 'SELECT * FROM "Odd ""Name"" é; DROP"."Tables.x"')
{
	is(ConfitureTest::digest($target, $query, 'copy'), ConfitureTest::digest($source, $query, 'app'), "the same: $query");
}
is(value(q{SELECT count(DISTINCT email) || ' ' || count(*) FILTER (WHERE email LIKE '%home.test') FROM users}), '2000 0', 'addresses are masked');
is(value(q{SELECT nextval('numbers') || ' ' || nextval(pg_get_serial_sequence('users', 'id'))}), '78 2001', 'sequences continue');

# In one go, with a URI of the target, one for the client itself, and as JSON
$out = ClientTest::exits($target, [ 'clone', $uri, '--source-uri', $uri, '--password-file', "$dir/password", '-d', 'postgresql:///second?host=' . $target->host, '--create', '--rules', "$dir/rules.yaml", '--yes', '--quiet', '--json', '--jobs', 1, '--exclude', 'visits', '--state', "$dir/state" ], 0, qr/"state": "done"/, 'in one go');
is($target->safe_psql('second', q{SELECT (SELECT count(*) FROM users) || ' ' || (SELECT count(*) FROM visits)}), '2000 0', 'without the rows of a table');

done_testing();
