# Strategy lookup: columns get values that a table of the target has, in tables, runs and for keys alike; and the table is
# one that the caller may read, that is not loaded itself, and that stays as it is while a run lasts.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
sub both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub refused { my ($sql, $error, $name) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql); ok($status != 0 && $err =~ $error, $name) or diag("$status $out $err"); return }

both(q{CREATE TYPE mood AS ENUM ('so so', 'good', 'unused'); CREATE TABLE people (id int PRIMARY KEY, city varchar(12), level smallint, mood mood, tags text[])});
$source->safe_psql('postgres', q{INSERT INTO people SELECT i, 'canary' || i % 50, i, 'unused', ARRAY['canary' || i % 50, NULL] FROM generate_series(1, 400) i; INSERT INTO people (id) VALUES (0)});
here(q{CREATE SCHEMA lists; CREATE TABLE lists."big cities" ("the name" varchar(40), level bigint, mood mood, at inet); CREATE TABLE lists.none (v text); CREATE VIEW lists.seen AS SELECT * FROM lists."big cities";
	INSERT INTO lists."big cities" VALUES ('Graz', 10, 'good'), ('St. "P", \\{}', 20, 'so so'), ('Graz', 30, NULL), (NULL, NULL, NULL), ('NULL', NULL, NULL)});
my $of = sub { return qq{{"strategy": "lookup", "table": "lists.\\"big cities\\"", "column": "$_[0]"}} };
my $rules = sub { my %more = @_; my %all = (city => $of->('the name'), level => $of->('level'), mood => $of->('mood'), tags => $of->('the name'), %more); return '{"id": "keep", ' . join(', ', map { qq{"$_": $all{$_}} } sort keys %all) . '}' };
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'people', rules => '${\$rules->()}', format => '$format')});
	is(here(q{SELECT string_agg(DISTINCT city, '|' ORDER BY city), string_agg(DISTINCT level::text, ' ' ORDER BY level::text), count(DISTINCT mood) FROM people WHERE id > 0}), 'Graz|NULL|St. "P", \\{}|10 20 30|1', "$format: all values of the table, and nothing else");
	is(here(q{SELECT count(*) FROM people a JOIN people b ON a.id % 50 = b.id % 50 AND a.id > 0 AND b.id > 0 WHERE a.city <> b.city OR a.tags <> ARRAY[a.city::text, NULL]}), '0', "$format: for equal values the same, in arrays too");
	is(here(q{SELECT people::text FROM people WHERE id = 0}), '(0,,,,)', "$format: NULL stays");
}
is(here(q{SELECT bool_and(confiture.lookup('canary' || id % 50, '{"values": ["Graz", "NULL", "St. \"P\", \\\\{}"]}') = city) FROM people WHERE id > 0}), 't', 'as the function makes them, with the same list');

# A run: stored rules, two workers; what changes meanwhile is noticed
here(qq{SELECT confiture.set_rule('people', c, 'lookup', jsonb_build_object('table', 'lists."big cities"', 'column', n)) FROM (VALUES ('city', 'the name'), ('level', 'level'), ('tags', 'the name')) r(c, n);
	SELECT confiture.set_rule('people', 'mood', 'lookup'), confiture.keep('people', 'id'); CREATE TABLE before AS SELECT * FROM people});
here(q{CALL confiture.sync('prod', ARRAY['public.people'])});
is(here(q{SELECT count(*) FROM people JOIN before USING (id, city, level, tags)}), here(q{SELECT count(*) FROM before WHERE id > 0}), 'a run writes the same');
cmp_ok(here(q{SELECT count(DISTINCT mood) FROM people}), '<=', 3, 'without a table an enum has its labels');
unlike(here(q{SELECT string_agg(transfer::text, '') FROM confiture.run_table}), qr/Graz/, 'the list is not in the control tables');
here(q{CREATE FUNCTION gate(int) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS 'BEGIN RETURN $1 < 400; END'; ALTER TABLE people ADD CONSTRAINT gate CHECK (public.gate(id)) NOT VALID});
refused(q{CALL confiture.sync('prod', ARRAY['public.people'])}, qr/constraint "gate"/, 'a run that fails');
here(q{ALTER TABLE people DROP CONSTRAINT gate; INSERT INTO lists."big cities" ("the name") VALUES ('Wels')});
my $run = here('SELECT max(run_id) FROM confiture.runs');
refused("CALL confiture.resume($run)", qr/the values of lists\."big cities", which column "city" is masked by, have changed since the run was planned/, '... and does not go on by another list');
here(q{DELETE FROM lists."big cities" WHERE "the name" = 'Wels'});
is(here("CALL confiture.resume($run)") && here(q{SELECT count(*) FROM people JOIN before USING (id, city, level, tags)}), here(q{SELECT count(*) FROM before WHERE id > 0}), '... but by the same one');

# Values of other kinds, whatever the settings of sessions
both(q{CREATE TABLE orders (id int PRIMARY KEY, ordered date, paid timestamptz, seen timestamp, ref uuid, price numeric(6,2), days date[], rate float8, share real, span interval, hour time)});
$source->safe_psql('postgres', q{INSERT INTO orders SELECT i, '1999-01-01'::date + i % 50, '1999-01-01 UTC'::timestamptz + i % 50 * interval '1 s', '1999-01-01'::timestamp + i % 50 * interval '1 s', md5((i % 50)::text)::uuid, i % 50 + 100, ARRAY['1999-01-01'::date + i % 50, NULL], i % 50, i % 50, i % 50 * interval '1 h', '00:00'::time + i % 50 * interval '1 s' FROM generate_series(1, 200) i});
here(q{ALTER DATABASE postgres SET datestyle = 'German'; ALTER DATABASE postgres SET timezone = 'Asia/Kolkata'; ALTER DATABASE postgres SET intervalstyle = 'iso_8601'; ALTER DATABASE postgres SET extra_float_digits = -5;
	CREATE TABLE lists.orders AS SELECT d::date AS day, timezone('UTC', d) + interval '1.5 s' AS at, d + interval '1.5 s' AS local, md5(d::text)::uuid AS ref, extract(day FROM d) + 0.5 AS price, extract(day FROM d) / 3.0::float8 AS rate, (extract(day FROM d) / 3.0)::real AS share, d - '2023-11-30' AS span, d::time + interval '1.5 s' * extract(day FROM d) AS hour FROM generate_series(timestamp '2024-01-01', '2024-01-03', '1 day') d;
	SELECT confiture.set_rule('orders', c, 'lookup', jsonb_build_object('table', 'lists.orders', 'column', n)) FROM (VALUES ('ordered', 'day'), ('days', 'day'), ('paid', 'at'), ('seen', 'local'), ('ref', 'ref'), ('price', 'price'), ('rate', 'rate'), ('share', 'share'), ('span', 'span'), ('hour', 'hour')) r(c, n)});
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'orders', format => '$format')});
	is(here(q{SET datestyle = ISO; SET timezone = UTC; SELECT count(DISTINCT ordered), count(DISTINCT ref), min(ordered), max(paid), max(seen), min(price), max(price) FROM orders WHERE ref IN (SELECT ref FROM lists.orders)}),
		'3|3|2024-01-01|2024-01-03 00:00:01.5+00|2024-01-03 00:00:01.5|1.50|3.50', "$format: dates, uuids and numbers of the table");
	is(here(q{SELECT count(*) FROM orders WHERE ref IN (SELECT ref FROM lists.orders) AND rate IN (SELECT rate FROM lists.orders) AND share IN (SELECT share FROM lists.orders) AND span IN (SELECT span FROM lists.orders) AND hour IN (SELECT hour FROM lists.orders)}), '200', "$format: floats to the last digit, times and intervals");
	is(here(q{SELECT count(*) FROM orders a JOIN orders b ON a.id % 50 = b.id % 50 WHERE (a.ordered, a.paid, a.seen, a.ref, a.price, a.days) <> (b.ordered, b.paid, b.seen, b.ref, b.price, ARRAY[b.ordered, NULL])}), '0', "$format: for equal values the same");
}
here(q{CREATE TABLE orders_before AS TABLE orders});
here(q{CALL confiture.sync('prod', ARRAY['public.orders'])});
is(here(q{SELECT count(*) FROM (TABLE orders EXCEPT TABLE orders_before) o}), '0', 'a run writes the same');
here(q{ALTER DATABASE postgres RESET ALL});

# What is refused
my $city = sub { my ($rule, $error, $name) = @_; return refused(qq{SELECT confiture.sync_table('prod', 'people', rules => '${\$rules->(city => $rule)}')}, $error, $name) };
my $table = sub { return qq{{"strategy": "lookup", "table": "$_[0]", "column": "$_[1]"}} };
$city->($table->('cities', 'name'), qr/city \(masked with lookup\): option "table" has no schema: cities. Write it as schema\.table/, 'no schema');
$city->($table->('lists.cities', 'name'), qr/table lists\.cities does not exist/, 'no such table');
$city->($table->('lists.none', 'name'), qr/column "name" of lists\.none does not exist/, 'no such column');
$city->($table->('lists.none', 'v'), qr/column "v" of lists\.none has no values/, 'no values');
$city->($table->('lists.seen', 'the name'), qr/lists\.seen is a view. Values are looked up in tables/, 'a view');
$city->($of->('level'), qr/is of type bigint, and the values of character varying cannot become such/, 'another type');
$city->('{"strategy": "lookup", "table": "lists.none"}', qr/option "column" is missing/, 'no column');
$city->('{"strategy": "lookup"}', qr/strategy "lookup": option "values" is missing/, 'nothing at all');
here(q{CREATE TABLE lists.wide AS SELECT 'much too wide for it' AS v; CREATE TABLE lists.many AS SELECT i::text AS v FROM generate_series(1, 100001) i});
$city->($table->('lists.wide', 'v'), qr/a value does not fit a column of 12 characters/, 'a value that is too long');
$city->($table->('lists.many', 'v'), qr/has more than 100000 values or 4096 kB. Copy some of them/, 'too many');
$city->($table->('public.people', 'city'), qr/city \(masked with lookup\) looks values up in public\.people, which is loaded itself/, 'the table itself');
both(q{CREATE TABLE towns (name text); INSERT INTO towns VALUES ('canary town')});
here(q{SELECT confiture.set_rule('towns', 'name', 'redact'), confiture.set_rule('people', 'city', 'lookup', '{"table": "public.towns", "column": "name"}')});
refused(q{CALL confiture.sync('prod', '{public.people,public.towns}')}, qr/city \(masked with lookup\) looks values up in public\.towns, which is loaded itself/, 'a table of the run');
refused(q{SELECT confiture.lookup('Ada', '{"table": "lists.none", "column": "v"}')}, qr/option "table" is for rules: a function sees neither columns nor tables/, 'a function has no table');
here(q{CREATE SCHEMA live; CREATE FOREIGN TABLE live.people (id int, city text) SERVER prod OPTIONS (schema_name 'public', table_name 'people'); SELECT confiture.set_rule('live.people', 'city', 'lookup', '{"table": "lists.none", "column": "v"}')});
refused(q{SELECT * FROM live.people}, qr/looks values up in a table, which a foreign table does not: give it a list of "values"/, 'a foreign table');
here(q{SELECT confiture.set_rule('live.people', 'city', 'lookup', '{"values": ["Graz"]}')});
is(here(q{SELECT DISTINCT city FROM live.people WHERE id > 0}), 'Graz', '... which takes a list');

# Whose rights: the caller must be allowed to read, and what the table's owner put into an index runs as that owner.
here(q{CREATE ROLE reader LOGIN; CREATE ROLE keeper; GRANT USAGE ON SCHEMA lists TO reader; GRANT CREATE, USAGE ON SCHEMA lists, public TO keeper; CREATE TABLE lists.spied (v text, w text); INSERT INTO lists.spied VALUES ('Graz'); ALTER TABLE lists.spied OWNER TO keeper;
	SET ROLE keeper; CREATE FUNCTION public.spy(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE WARNING 'code of an index runs as %', current_user; RETURN true; END$$; CREATE INDEX ON lists.spied (v) WHERE public.spy('x'); RESET ROLE; SELECT confiture.set_rule('people', 'city', 'lookup', '{"table": "lists.spied", "column": "v"}')});
my (undef, undef, $said) = $target->psql('postgres', q{SELECT confiture.sync_table('prod', 'people')});
is(here(q{SELECT DISTINCT city FROM people WHERE id > 0}), 'Graz', 'the table of another owner');
is(join(',', $said =~ /code of an index runs as (\w+)/g) =~ s/\bkeeper\b,?//gr, '', '... whose code runs as that owner');
here(q{GRANT USAGE ON FOREIGN SERVER prod TO reader; ALTER TABLE people OWNER TO reader; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO reader; CREATE USER MAPPING FOR reader SERVER prod OPTIONS (user '} . ConfitureTest::superuser($source) . q{', password_required 'false')});
my $sync = q{SET ROLE reader; SELECT confiture.sync_table('prod', 'people')};
refused($sync, qr/permission denied for column "v" of lists\.spied/, 'who may not read the values');
refused(q{SELECT confiture.sync_table('prod', 'people')}, qr/the owner of public\.people may not SELECT column "v" of lists\.spied/, '... does not get them by the sync of another one');
here('GRANT SELECT (w) ON lists.spied TO reader');
refused($sync, qr/permission denied for column "v"/, '... nor these');
here('GRANT SELECT (v) ON lists.spied TO reader; GRANT SELECT ON lists."big cities" TO reader');
my ($status, undef, $why) = $target->psql('postgres', $sync);
is($status, 0, '... may with SELECT on the column') or diag($why);
here('ALTER TABLE lists.spied ENABLE ROW LEVEL SECURITY; CREATE POLICY none ON lists.spied USING (false)');
refused($sync, qr/permission denied for column "v" of lists\.spied, or for some of its rows/, '... but not past row security');

# A pattern is of the database's owner, and reaches tables of others.
here(q{CREATE ROLE founder PASSWORD 'a password'; ALTER DATABASE postgres OWNER TO founder; ALTER TABLE people OWNER TO CURRENT_USER; GRANT USAGE ON SCHEMA confiture TO founder; GRANT EXECUTE ON FUNCTION confiture.set_pattern TO founder;
	SELECT confiture.drop_rule('people', 'tags'); SET ROLE founder; SELECT confiture.set_pattern('*', 'tags', 'lookup', '{"table": "pg_catalog.pg_authid", "column": "rolpassword"}')});
refused(q{SELECT confiture.sync_table('prod', 'people')}, qr/tags .*role founder, which has set the rule, may not SELECT column "rolpassword" of pg_catalog\.pg_authid/, 'nor by a pattern, for a table of a superuser');

done_testing();
