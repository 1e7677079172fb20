# A clone is whole: objects of every kind, stopped at every command and continued, compared with the source at the end. One
# database has one of each kind, another what else there is about them.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0, source_conf => "log_statement = none", target_conf => "log_statement = none");
my $dir = PostgreSQL::Test::Utils::tempdir();
my $uri = 'postgresql://reader@127.0.0.1:' . $source->port;
ClientTest::write_file("$dir/password", "secret\n");
chmod 0600, "$dir/password";
$_->safe_psql('postgres', q{CREATE ROLE auditor}) for $source, $target;
$source->safe_psql('postgres', q{CREATE ROLE reader LOGIN BYPASSRLS PASSWORD 'secret'; GRANT pg_read_all_data TO reader; CREATE DATABASE app});
$source->safe_psql('app', q{
	CREATE EXTENSION citext; CREATE EXTENSION btree_gist;
	CREATE SCHEMA "Odd ""s";
	COMMENT ON SCHEMA "Odd ""s" IS E'two\nlines';
	CREATE TYPE mood AS ENUM ('well', 'so so');
	CREATE TYPE place AS (x int, y int);
	CREATE TYPE span AS RANGE (subtype = float8);
	CREATE DOMAIN short AS text CHECK (length(VALUE) < 30);
	CREATE COLLATION plain FROM "C";
	CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
	CREATE FUNCTION "odd; --" (a text DEFAULT E'a\n--\n-- TOC entry 1') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
--
-- TOC entry 3390 (class 2606 OID 16400)
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--
RETURN a; END$$;
	CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';
	CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = 0);
	CREATE FUNCTION same(place, place) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
	CREATE FUNCTION same(mood, place) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT false';
	CREATE OPERATOR === (leftarg = place, rightarg = place, function = same);
	CREATE OPERATOR === (leftarg = mood, rightarg = place, function = same);
	CREATE FUNCTION to_place(int) RETURNS place LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1, $1)::place';
	CREATE CAST (int AS place) WITH FUNCTION to_place(int);
	CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple);
	CREATE TEXT SEARCH CONFIGURATION english_too (COPY = english);
	CREATE FOREIGN DATA WRAPPER other; CREATE SERVER elsewhere FOREIGN DATA WRAPPER other;
	CREATE FOREIGN TABLE far (a int) SERVER elsewhere;
	CREATE TABLE users (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, email citext NOT NULL, nick short, feels mood DEFAULT 'well',
		twice bigint GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT positive CHECK (id > 0));
	CREATE UNIQUE INDEX users_email ON users (lower(email::text)) INCLUDE (nick);
	ALTER INDEX users_email ALTER COLUMN 1 SET STATISTICS 500;
	CREATE INDEX users_nick ON users (nick) WITH (fillfactor = 50) WHERE nick IS NOT NULL;
	CREATE INDEX users_feels ON users (feels); ALTER TABLE users CLUSTER ON users_feels; COMMENT ON INDEX users_feels IS 'by mood';
	COMMENT ON INDEX users_nick IS 'by nick';
	COMMENT ON COLUMN users.nick IS 'short';
	CREATE TABLE visits (id serial, day date, "user" bigint, during tstzrange, CONSTRAINT visits_key PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
	CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
	CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
	CREATE INDEX ON visits (day);
	ALTER TABLE visits ADD CONSTRAINT visits_user FOREIGN KEY ("user") REFERENCES users;
	CREATE TABLE rooms (room int NOT NULL, during tstzrange, code text, old_user bigint, UNIQUE (room) DEFERRABLE INITIALLY DEFERRED, EXCLUDE USING gist (room WITH =, during WITH &&));
	CREATE UNIQUE INDEX rooms_room ON rooms (room);
	ALTER TABLE rooms REPLICA IDENTITY USING INDEX rooms_room;
	CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
	CREATE UNLOGGED TABLE cache (a int PRIMARY KEY);
	CREATE TABLE "Odd ""s"."T.x" (a int PRIMARY KEY, b text COLLATE plain);
	CREATE TABLE empty_one ();
	CREATE SEQUENCE numbers START 77; ALTER SEQUENCE numbers OWNED BY rooms.room;
	-- views that pg_dump splits: their definitions need a primary key, which comes after the rows
	CREATE VIEW counted AS SELECT u.id, u.nick, count(*) AS visits FROM users u JOIN visits v ON v."user" = u.id GROUP BY u.id;
	COMMENT ON VIEW counted IS 'by user';
	CREATE VIEW counted_more AS SELECT id, visits + 1 AS more FROM counted WHERE visits > 0;
	CREATE MATERIALIZED VIEW counted_rows AS SELECT * FROM counted;
	CREATE UNIQUE INDEX ON counted_rows (id);
	CREATE MATERIALIZED VIEW counted_all AS SELECT sum(visits) FROM counted_rows;
	CREATE FUNCTION visits_of(a bigint) RETURNS bigint STABLE BEGIN ATOMIC SELECT c.visits FROM counted_rows c WHERE c.id = a; END;
	CREATE VIEW by_function AS SELECT id, visits_of(id) FROM users GROUP BY id;
	CREATE VIEW plain_view WITH (security_barrier) AS SELECT nick FROM users WHERE nick <> '' WITH CHECK OPTION;
	ALTER VIEW plain_view ALTER COLUMN nick SET DEFAULT 'none';
	CREATE MATERIALIZED VIEW unused AS SELECT 1 AS a WITH NO DATA;
	CREATE MATERIALIZED VIEW hidden AS SELECT * FROM unused WITH NO DATA;
	CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
	CREATE TRIGGER touch BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch();
	CREATE TRIGGER touch_too AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch();
	ALTER TABLE users DISABLE TRIGGER touch; ALTER TABLE users ENABLE ALWAYS TRIGGER touch_too;
	CREATE RULE quiet AS ON DELETE TO plain_view DO INSTEAD NOTHING;
	ALTER TABLE users ENABLE ROW LEVEL SECURITY; ALTER TABLE users FORCE ROW LEVEL SECURITY;
	CREATE POLICY own ON users TO auditor USING (nick = current_user);
	COMMENT ON POLICY own ON users IS 'mine';
	CREATE STATISTICS linked (ndistinct) ON id, day FROM visits; ALTER STATISTICS linked SET STATISTICS 77;
	CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
	CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER watch DISABLE;
	COMMENT ON EVENT TRIGGER watch IS 'watches';
	CREATE PUBLICATION all_of_it FOR ALL TABLES;
	GRANT SELECT ON users TO auditor;
	INSERT INTO users (email, nick) SELECT 'u' || i || '@home.test', 'nick ' || i FROM generate_series(1, 20) i;
	INSERT INTO visits SELECT i, '2026-01-01'::date + i * 6, 1 + i % 20 FROM generate_series(1, 50) i;
	INSERT INTO rooms VALUES (1, '[2026-01-01,2026-01-02)', 'too long a code', 999);
	INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
	-- violated, and not valid: they stay so
	ALTER TABLE rooms ADD CONSTRAINT code_is_short CHECK (length(code) < 4) NOT VALID;
	ALTER TABLE rooms ADD FOREIGN KEY (old_user) REFERENCES users NOT VALID;
	REFRESH MATERIALIZED VIEW counted_rows; REFRESH MATERIALIZED VIEW counted_all});

# One of each kind, and little of it: this one is stopped at every command.
$source->safe_psql('postgres', 'CREATE DATABASE kinds');
$source->safe_psql('kinds', q{
	CREATE SCHEMA s; CREATE EXTENSION hstore SCHEMA s;
	CREATE TYPE mood AS ENUM ('well'); CREATE TYPE place AS (x int); CREATE TYPE span AS RANGE (subtype = float8); CREATE DOMAIN short AS text CHECK (length(VALUE) < 30);
	CREATE COLLATION plain FROM "C"; CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
	CREATE FUNCTION same(place, place) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x'; CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';
	CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = 0);
	CREATE OPERATOR === (leftarg = place, rightarg = place, function = same);
	CREATE OPERATOR FAMILY places USING hash; CREATE OPERATOR CLASS place_ops FOR TYPE place USING hash FAMILY places AS OPERATOR 1 ===;
	CREATE FUNCTION to_place(int) RETURNS place LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::place'; CREATE CAST (int AS place) WITH FUNCTION to_place(int);
	CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
	CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION english_too (COPY = english);
	CREATE FOREIGN DATA WRAPPER other; CREATE SERVER elsewhere FOREIGN DATA WRAPPER other; CREATE FOREIGN TABLE far (a int) SERVER elsewhere;
	CREATE TABLE users (id int PRIMARY KEY, number serial, nick short DEFAULT 'x', mood mood, UNIQUE (number));
	COMMENT ON COLUMN users.nick IS 'short'; GRANT SELECT ON users TO auditor;
	CREATE TABLE visits (day int, "user" int REFERENCES users) PARTITION BY RANGE (day); CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (100);
	CREATE INDEX visits_day ON visits (day); COMMENT ON INDEX visits_day IS 'by day';
	ALTER TABLE users REPLICA IDENTITY USING INDEX users_number_key, ADD CONSTRAINT positive CHECK (id > 0) NOT VALID, CLUSTER ON users_pkey;
	CREATE TABLE other_heap (a int) USING heap_too;
	CREATE VIEW plain_view AS SELECT nick FROM users; CREATE RULE quiet AS ON DELETE TO plain_view DO INSTEAD NOTHING;
	CREATE VIEW counted AS SELECT u.id, u.nick, count(*) AS visits FROM users u JOIN visits v ON v."user" = u.id GROUP BY u.id;
	CREATE MATERIALIZED VIEW counted_rows AS SELECT * FROM counted; CREATE UNIQUE INDEX ON counted_rows (id);
	CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TRIGGER touch BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch();
	ALTER TABLE users DISABLE TRIGGER touch, ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON users TO auditor USING (true);
	CREATE STATISTICS linked (ndistinct) ON id, number FROM users;
	CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch();
	CREATE PUBLICATION of_users FOR TABLE users;
	INSERT INTO users (id, nick) SELECT i, 'n' || i FROM generate_series(1, 5) i; INSERT INTO visits SELECT i, i FROM generate_series(1, 5) i; REFRESH MATERIALIZED VIEW counted_rows});

# The target stops commands after a number of them, inside entries of several statements too.
foreach my $database (qw(app kinds))
{
	$target->safe_psql('postgres', "CREATE DATABASE $database");
	$target->safe_psql($database, qq{
		CREATE EXTENSION confiture; CREATE SCHEMA stop; CREATE SEQUENCE stop.commands;
		CREATE FUNCTION stop.check() RETURNS event_trigger LANGUAGE plpgsql AS \$\$BEGIN
			IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE NOT in_extension) AND nextval('stop.commands') > current_setting('stop.after')::int THEN
				RAISE EXCEPTION 'stopped'; END IF; END\$\$;
		ALTER DATABASE $database SET stop.after = 1000000;
		CREATE EVENT TRIGGER stop ON ddl_command_end EXECUTE FUNCTION stop.check()});
}
my $database;
sub value { return $target->safe_psql($database, $_[0]) }
sub stop_after { value("SELECT setval('stop.commands', 1, false); ALTER DATABASE $database SET stop.after = $_[0]; SELECT setval('stop.commands', 1, false)") }
sub clone { return ClientTest::run($target, [ 'clone', '-d', $database, '--state', "$dir/$database", '--yes', '--jobs', 1, '--rules', "$dir/rules.yaml", "$uri/$database", '--password-file', "$dir/password" ]) }

# What is there, by the server's own words.
sub definitions
{
	my ($node, $database) = @_;
	my ($stdout, $stderr) = run_command([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-d', $database, qw(-s --no-owner --no-privileges --no-publications -N stop) ]);
	$stdout =~ s/^(?:CREATE (?:EXTENSION IF NOT EXISTS confiture|SERVER source|USER MAPPING|EVENT TRIGGER stop)|COMMENT ON EXTENSION confiture)[^;]*;$//mg;
	return join "\n", grep { !/^--|^$|^\\|restrict/ } split /\n/, $stdout;
}

my ($status, $stdout, $stderr);

# Before the rows: everything or nothing. Stops every so many commands, of which the first two are the server and its mapping.
# Returns how often.
sub stop_before_rows
{
	my ($step) = @_;
	my ($rounds, @broken) = (0);
	ClientTest::write_file("$dir/rules.yaml", "tables:\n  public.users:\n    columns: {nick: keep}\n");
	for (my $after = 2; ; $after += $step)
	{
		stop_after($after);
		($status, $stdout, $stderr) = clone();
		last if $stderr !~ /stopped/;
		$rounds++;
		push @broken, $after if $status != ($stderr =~ /^tables/m ? 1 : 5) || value(q{SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'}) ne '0';
	}
	is("@broken", '', "$database: a schema that cannot be restored whole is not restored");
	stop_after(1000000);
	return $rounds;
}

# After the rows: what was made stays.
sub stop_after_rows
{
	my ($step) = @_;
	my ($made, $limit, $rounds, @broken) = (-1, $step, 0);
	for (; $rounds < 300; $rounds++)
	{
		stop_after($limit);
		($status, $stdout, $stderr) = clone();
		last if $stderr !~ /stopped|withheld/;
		push @broken, "$limit: $stderr" if $stderr =~ /is missing|differs/;
		my $before = $made;
		$made = 0 - (() = $stderr =~ /withheld/g);
		$limit = $made != $before ? $step : $limit + $step;
	}
	is("@broken", '', "$database: each failure is reported where it is");
	is($status, 0, "$database: and is done at last") or diag $stderr;
	is_deeply([ split /\n/, definitions($target, $database) ], [ split /\n/, definitions($source, $database) ], "$database: the schema is the same");
	return $rounds;
}

$database = 'kinds';
cmp_ok(stop_before_rows(1), '>', 40, 'stopped at every command before the rows');
cmp_ok(stop_after_rows(1), '>', 15, 'and after them');
is(ConfitureTest::digest($target, 'SELECT * FROM counted_rows', 'kinds'), ConfitureTest::digest($source, 'SELECT * FROM counted_rows', 'kinds'), 'a materialized view shows the same');

$database = 'app';
stop_before_rows(20);
like($stderr, qr/^tables +10, without indexes yet$/m, 'then the tables are there') or diag $stderr;
($status, $stdout, $stderr) = clone();
is($status, 5, 'and the guard asks') or diag $stderr;
ClientTest::write_file("$dir/rules.yaml", "tables:\n  public.users:\n    columns: {nick: keep, email: email}\n");
cmp_ok(stop_after_rows(4), '>', 10, 'stopped after the rows');
like($stderr, qr/^definitions +\d{2,3} compared with the source's$/m, 'definitions are compared') or diag $stderr;
foreach my $view (qw(counted counted_more counted_rows counted_all by_function))
{
	is(ConfitureTest::digest($target, "SELECT * FROM $view", 'app'), ConfitureTest::digest($source, "SELECT * FROM $view", 'app'), "$view shows the same");
}
is(value(q{SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'm' AND NOT relispopulated}), 'hidden unused', 'WITH NO DATA stays so');
is(value(q{SELECT code || old_user FROM rooms}), 'too long a code999', 'rows that a constraint is not valid for are there');
is(value('SELECT count(*) FROM ONLY parent'), '1', 'rows of children are theirs');

# In one go, by several jobs, into a new database
($status, $stdout, $stderr) = ClientTest::run($target, [ 'clone', '-d', 'second', '--create', '--state', "$dir/second", '--yes', '--jobs', 4, '--rules', "$dir/rules.yaml", "$uri/app", '--password-file', "$dir/password" ]);
is($status, 0, 'in one go by four jobs') or diag $stderr;
is_deeply([ split /\n/, definitions($target, 'second') ], [ split /\n/, definitions($source, 'app') ], 'the schema is the same there');

done_testing();
