# IMPORT FOREIGN SCHEMA: the foreign tables it makes, and what it does not believe.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub value { return $target->safe_psql('postgres', $_[0]) }

$source->safe_psql('postgres', q{
	CREATE SCHEMA app; CREATE SCHEMA ext; CREATE SCHEMA "My ""odd"" schema";
	CREATE EXTENSION citext SCHEMA ext;
	CREATE TYPE app.mood AS ENUM ('sad', 'fine');
	CREATE TABLE app.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email ext.citext NOT NULL, gone int, code varchar(12) COLLATE "C",
		points int DEFAULT 7, doubled int GENERATED ALWAYS AS (points * 2) STORED, shout text GENERATED ALWAYS AS (upper(ext.citext(email)::text)) STORED,
		words ext.citext[], at timestamptz(3), kind "char");
	ALTER TABLE app.users DROP gone;
	INSERT INTO app.users (email, code, words, at, kind) SELECT 'canary' || i || '@x.test', 'c' || i, ARRAY['a'], '2024-01-01', 'k' FROM generate_series(1, 50) i;
	CREATE TABLE app.events (id int, at date NOT NULL) PARTITION BY RANGE (at);
	CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
	CREATE TABLE app.events_2 PARTITION OF app.events FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
	INSERT INTO app.events VALUES (1, '2024-01-10'), (2, '2024-02-10');
	CREATE VIEW app.short AS SELECT id, code FROM app.users;
	CREATE MATERIALIZED VIEW app.kept AS SELECT id FROM app.users;
	CREATE TABLE app.moods (id int, how app.mood);
	CREATE TABLE app.secrets (id int, open text, closed text);
	CREATE SEQUENCE app.numbers;
	CREATE TABLE "My ""odd"" schema"."t' OPTIONS (a 'b'); --" (id int, "c""; DROP TABLE x; --" text, "back\slash" text DEFAULT 'it''s \ here');
	INSERT INTO "My ""odd"" schema"."t' OPTIONS (a 'b'); --" VALUES (1, 'x', 'y');
});
$target->safe_psql('postgres', 'CREATE SCHEMA live; CREATE SCHEMA here; CREATE EXTENSION citext SCHEMA here');
sub tables { return value(q{SELECT string_agg(relname, ' ' ORDER BY relname COLLATE "C") FROM pg_class WHERE relkind = 'f' AND relnamespace = 'live'::regnamespace}) }
sub again { value('DROP SCHEMA live CASCADE; CREATE SCHEMA live'); return value($_[0]) }

# ---- what is missing here
ConfitureTest::fails_like($target, 'IMPORT FOREIGN SCHEMA app FROM SERVER prod INTO live',
	[ qr/types or collations that do not exist here/, qr/type app\.mood, which app\.moods\.how is of/, qr/EXCEPT/ ], 'a missing type is named');
ConfitureTest::fails_like($target, 'IMPORT FOREIGN SCHEMA nowhere FROM SERVER prod INTO live', [qr/schema nowhere does not exist on server "prod"/], 'no such schema');
ConfitureTest::fails_like($target, q{IMPORT FOREIGN SCHEMA app FROM SERVER prod INTO live OPTIONS (import_defaults 'true')}, [qr/invalid option "import_defaults".*import_default, /s], 'no such option');
ConfitureTest::fails_like($target, q{IMPORT FOREIGN SCHEMA app FROM SERVER prod INTO live OPTIONS (policy 'none')}, [qr/unknown policy "none"/], 'no such policy');

# ---- which tables
again('IMPORT FOREIGN SCHEMA app EXCEPT (moods, kept) FROM SERVER prod INTO live');
is(tables(), 'events secrets short users', 'tables and views, a partitioned one as one');
again('IMPORT FOREIGN SCHEMA app LIMIT TO (users, events_1) FROM SERVER prod INTO live');
is(tables(), 'events_1 users', 'LIMIT TO, which may name a partition');
is(value('SELECT count(*) FROM live.events_1'), 1, 'and its rows');
again('IMPORT FOREIGN SCHEMA app EXCEPT (moods) FROM SERVER prod INTO live');
is(value('SELECT count(*) FROM live.events'), 2, 'all partitions of a table');

# ---- columns
is(value(q{SELECT string_agg(format('%s %s%s', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' not null' END), ', ' ORDER BY attnum)
	FROM pg_attribute WHERE attrelid = 'live.users'::regclass AND attnum > 0}),
	'id bigint not null, email here.citext not null, code character varying(12), points integer, doubled integer, shout text, words here.citext[], at timestamp(3) with time zone, kind "char"',
	'types, those of an extension too, where it is here');
is(value(q{SELECT collname FROM pg_attribute a JOIN pg_collation c ON c.oid = attcollation WHERE attrelid = 'live.users'::regclass AND attname = 'code'}), 'C', 'collations');
is(value(q{SELECT count(*) FROM pg_attrdef WHERE adrelid = 'live.users'::regclass}), 0, 'no expression, unless it is asked for');
ConfitureTest::fails_like($target, 'SELECT shout FROM live.users', [ qr/email looks like personal data/, qr/shout is computed on the source from app\.users\.email/ ],
	'what is computed from a personal column is asked about');
value(q{SELECT confiture.set_rule('live.users', 'email', 'email'), confiture.keep('live.users', 'shout')});
is(value(q{SELECT count(*) FROM live.users WHERE email LIKE 'canary%'}), 0, 'masked');
again(q{IMPORT FOREIGN SCHEMA app LIMIT TO (users) FROM SERVER prod INTO live OPTIONS (import_default 'true', import_generated 'true', import_collate 'false', import_not_null 'false', policy 'strict')});
is(value(q{SELECT string_agg(format('%s %s', attname, pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum) FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
	WHERE attrelid = 'live.users'::regclass}), q{points 7, doubled (points * 2), shout upper((email)::text)}, 'defaults and generated columns');
is(value(q{SELECT bool_or(attnotnull), bool_or(attcollation = '"C"'::regcollation) FROM pg_attribute WHERE attrelid = 'live.users'::regclass AND attnum > 0}), 'f|f', 'without NOT NULL, without collations');
ConfitureTest::fails_like($target, 'SELECT count(*) FROM live.users', [ qr/points has no rule, and the policy is strict/ ], 'the policy of the import');
value(q{SELECT confiture.set_rule('live.users', 'email', 'email'), confiture.set_rule('live.users', 'points', 'fpe', '{"min": 0, "max": 999}')});
value(qq{SELECT confiture.keep('live.users', '$_')}) for qw(id code words at kind);
is(value('SELECT count(*), bool_and(doubled = points * 2), bool_and(points = 7), bool_and(shout = upper(email::text)) FROM live.users'), '50|t|f|t', 'generated from masked values');
like(value('EXPLAIN (VERBOSE, COSTS OFF) SELECT shout FROM live.users'), qr/COPY \(SELECT pg_catalog\.lower\("email"::pg_catalog\.text\) FROM/, '... which are not read from the source');
is(value('SELECT count(*) FROM (SELECT shout FROM live.users) s WHERE shout LIKE upper(confiture.email(\'canary1@x.test\'))'), 1, '... and nothing else');
is(value(q{SELECT count(*) FROM live.users u WHERE u::text ILIKE '%canary%'}), 0, 'nor in whole rows');

# ---- names
again(q{IMPORT FOREIGN SCHEMA "My ""odd"" schema" FROM SERVER prod INTO live OPTIONS (import_default 'true')});
is(value(q{SELECT * FROM live."t' OPTIONS (a 'b'); --"}), '1|x|y', 'hostile names');

# ---- what the source's role may not read
$source->safe_psql('postgres', q{CREATE ROLE limited LOGIN PASSWORD 'pw'; GRANT USAGE ON SCHEMA app TO limited; GRANT SELECT (id, open) ON app.secrets TO limited; GRANT SELECT ON app.events TO limited});
my $port = $source->port;
again(qq{CREATE SERVER few FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$port', dbname 'postgres');
	CREATE USER MAPPING FOR CURRENT_USER SERVER few OPTIONS (user 'limited', password 'pw');
	IMPORT FOREIGN SCHEMA app FROM SERVER few INTO live});
is(tables(), 'events secrets', 'only what the role may read');
is(value(q{SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'live.secrets'::regclass AND attnum > 0}), 'id,open', 'and of a table the columns that it may');

# ---- who may
value(q{CREATE ROLE nobody LOGIN; GRANT CREATE, USAGE ON SCHEMA live TO nobody});
ConfitureTest::fails_like($target, 'IMPORT FOREIGN SCHEMA app FROM SERVER prod INTO live', [qr/permission denied for foreign server prod/], 'USAGE on the server is needed',
	extra_params => [ '-U', 'nobody' ]);
value('GRANT USAGE ON FOREIGN SERVER prod TO nobody');
ConfitureTest::fails_like($target, 'IMPORT FOREIGN SCHEMA app FROM SERVER prod INTO live', [qr/user mapping not found/], 'and a user mapping', extra_params => [ '-U', 'nobody' ]);

is(value('SELECT count(*) FROM confiture.connections WHERE reading'), 0, 'no connection stays borrowed');
done_testing;
