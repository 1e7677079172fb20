# Types that are made of parts, hstore and composite types: their parts are masked as columns are, in both wire formats, and no
# message or log says what is in one.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "log_min_messages = debug1\nlog_error_verbosity = verbose");
sub here { return $target->safe_psql('postgres', $_[0]) }
sub both { my ($sql) = @_; $_->safe_psql('postgres', $sql) for ($source, $target); return; }
sub sync_both_ways
{
	my ($table, $rows, $sql) = @_;
	my %seen;
	foreach my $format (qw(binary text))
	{
		is(ConfitureTest::sync($target, "'$table', format => '$format'"), $rows, "$table, $format: the rows");
		$seen{ here($sql) }++;
	}
	is(join(',', values %seen), 2, "$table: both formats write the same");
	return (keys %seen)[0];
}

# hstore, in another schema on each side
$source->safe_psql('postgres', 'CREATE EXTENSION hstore');
here('CREATE SCHEMA contrib; CREATE EXTENSION hstore SCHEMA contrib; ALTER DATABASE postgres SET search_path = public, contrib');
both('CREATE TABLE pairs (id int PRIMARY KEY, h hstore, list hstore[], address hstore, s hstore NOT NULL DEFAULT \'\')');
$source->safe_psql('postgres', <<'SQL');
INSERT INTO pairs SELECT i, hstore(ARRAY['email', 'u' || i || '@corp.test', 'q"\', NULL, 'note', 'a ''b'' "c" \d']), ARRAY[hstore('email', 'u' || i || '@corp.test'), NULL, ''], hstore('last_name', 'Canary' || i), hstore('vip', 'true')
FROM generate_series(1, 200) i;
INSERT INTO pairs (id) VALUES (0);
SQL
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'pairs')},
	[qr/set_rule\('public\.pairs', 'h', 'hstore'\)/, qr/set_rule\('public\.pairs', 'address', 'null'\)/], 'the guard proposes it');
here(q{SELECT confiture.set_rule('pairs', 'h', 'hstore', '{"keys": {"email": "email"}, "others": "keep"}'), confiture.set_rule('pairs', c, 'hstore') FROM unnest('{list,address,s}'::text[]) c});
sync_both_ways('pairs', 201, 'SELECT md5(string_agg(p::text, chr(10) ORDER BY id)) FROM pairs p');
is(here(q{SELECT count(*) FROM pairs WHERE id > 0 AND h = hstore(ARRAY['email', confiture.email('u' || id || '@corp.test'), 'q"\', NULL, 'note', 'a ''b'' "c" \d'])
	AND list = ARRAY[hstore('email', confiture.email('u' || id || '@corp.test')), NULL, ''] AND address -> 'last_name' = confiture.last_name('Canary' || id) AND s -> 'vip' = 'true'}),
	200, 'hstore: by key, the rest as the guard suggests');
is(here(q{SELECT confiture.hstore('email=>ada@corp.test, a=>1'::hstore) = hstore(ARRAY['a', '1', 'email', confiture.email('ada@corp.test')])}), 't', 'as in the function');
ConfitureTest::fails_like($target, "SELECT $_->[0]", [ $_->[1] ], $_->[0])
  for ([q{confiture.set_rule('pairs', 'h', 'redact')}, qr/strategy "redact" does not take columns of hstore.*\n?.*Strategies that do are constant, hstore, null/s ],
	[q{confiture.set_rule('pairs', 'id', 'hstore')}, qr/strategy "hstore" does not take columns of integer/],
	[q{confiture.hstore('a'::text)}, qr/strategy "hstore" does not take columns of text/],
	[q{confiture.hstore(1)}, qr/strategy "hstore" does not take columns of integer/],
	[q{confiture.hstore('a'::xml)}, qr/does not take columns of this type/],
	[q{confiture.hstore(NULL)}, qr/could not determine polymorphic type/]);
# Rules for some rows
here(q{SELECT confiture.set_rule('pairs', 'h', 'constant', '{"value": "a=>1"}', 'id = 7'), confiture.set_rule('pairs', 'h', 'null', '{}', 'id = 8'), confiture.set_rule('pairs', 'h', 'hstore', '{"others": "drop"}')});
is(sync_both_ways('pairs', 201, q{SELECT string_agg(DISTINCT coalesce(h::text, 'NULL'), ';') FROM pairs}), ';"a"=>"1";NULL', 'beside a constant and NULL');
# What is called hstore and is none: a user's own type, and a source that lies about the pairs.
both('CREATE SCHEMA own; CREATE TYPE own.hstore AS ENUM (\'a\'); CREATE TABLE fakes (id int PRIMARY KEY, h own.hstore)');
ConfitureTest::fails_like($target, q{SELECT confiture.set_rule('fakes', 'h', 'hstore')}, [qr/strategy "hstore" does not take columns of anyenum/], 'an enum of that name');

# Composite types, made of each other, of arrays, of types that have another OID on each side
here('CREATE TYPE elsewhere AS ENUM (\'x\')');
both(q{
	CREATE TYPE mood AS ENUM ('sad', 'so so');
	CREATE TYPE place AS (street varchar(30), city text, floor int);
	CREATE TYPE dossier AS (last_name text, birth_date date, home place, moods mood[], places place[], mood mood);
	ALTER TYPE dossier DROP ATTRIBUTE mood, ADD ATTRIBUTE mood mood;
	CREATE TABLE people (id int PRIMARY KEY, who dossier, list dossier[], extra text);
});
$source->safe_psql('postgres', <<'SQL');
INSERT INTO people SELECT i, ROW('Canary "Q" ' || i, date '1950-01-01' + i, ROW('Canary Lane ' || i, 'a, (b)\', i), '{sad,so so}', ARRAY[ROW('Canary Row', NULL, 2)::place, NULL], 'so so')::dossier,
	ARRAY[ROW('Canary ' || i, NULL, NULL, NULL, NULL, NULL)::dossier, NULL], 'x'
FROM generate_series(1, 200) i;
INSERT INTO people (id, who) VALUES (0, NULL), (-1, ROW(NULL, NULL, NULL, NULL, NULL, NULL));
SQL
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'people')},
	[qr/set_rule\('public\.people', 'who', 'composite'\)/, qr/set_rule\('public\.people', 'list', 'composite'\)/], 'the guard proposes it');
here(q{SELECT confiture.set_rule('people', 'who', 'composite', '{"fields": {"last_name": "last_name", "birth_date": {"strategy": "birthdate", "options": {"band": 5}},
	"home": {"strategy": "composite", "options": {"fields": {"street": "street"}, "others": "keep"}}}, "keep": ["moods", "places", "mood"]}'),
	confiture.set_rule('people', 'list', 'composite'), confiture.keep('people', 'extra')});
is(here(q{SELECT string_agg(column_name || wire_format || raw_leaves_source, ',') FROM confiture.plan('prod', 'people') WHERE strategy IS NOT NULL}), 'whobinarytrue,listbinarytrue', 'the plan');
my $all = 'SELECT md5(string_agg(p::text, chr(10) ORDER BY id)) FROM people p';
my $both = sync_both_ways('people', 202, $all);
is(here(q{SELECT count(*) FROM people WHERE id > 0 AND (who).last_name = confiture.last_name('Canary "Q" ' || id) AND (who).birth_date = confiture.birthdate(date '1950-01-01' + id, '{"band": 5}')
	AND (who).home = ROW(confiture.street('Canary Lane ' || id), 'a, (b)\', id)::place AND (who).moods = '{sad,so so}' AND (who).mood = 'so so' AND (who).places = ARRAY[ROW('Canary Row', NULL, 2)::place, NULL]
	AND (list[1]).last_name <> 'Canary ' || id AND list[2] IS NULL}), 200, 'field by field, also of rows inside and of arrays');
is(here('SELECT count(*) FROM people WHERE id = 0 AND who IS NULL AND who IS NOT DISTINCT FROM NULL OR id = -1 AND who IS NULL AND NOT who IS NOT DISTINCT FROM NULL'), 2, 'NULL, and a row of NULLs');
here(q{CALL confiture.sync('prod', include => '{people}', jobs => 2)});
is(here($all), $both, 'a run with workers masks alike');
is(here(q{SELECT confiture.composite(ROW('Ada', date '1815-12-10', NULL, NULL, NULL, NULL)::dossier, '{"others": "keep", "drop": ["birth_date"], "fields": {"last_name": "redact"}}')}), '([REDACTED],,,,,)', 'the function');
# Foreign tables keep their plans from one query to the next.
here(q{CREATE SCHEMA live; CREATE FOREIGN TABLE live.people (id int, who dossier) SERVER prod OPTIONS (schema_name 'public', table_name 'people');
	SELECT confiture.set_rule('live.people', 'who', 'composite')});
is(here(q{SELECT count((who).last_name) FROM live.people; SELECT string_agg(repeat('x', 100), '') IS NULL FROM generate_series(1, 9); SELECT count(*) FILTER (WHERE who::text LIKE '%Canary%'), count((who).last_name) FROM live.people}),
	"200\nf\n0|200", 'and a foreign table, asked twice');

ConfitureTest::fails_like($target, "SELECT $_->[0]", [ $_->[1] ], $_->[0])
  for ([q{confiture.set_rule('people', 'who', 'composite', '{"keep": ["age"]}')}, qr/option "keep" has "age", and the type has no such field/],
	[q{confiture.set_rule('people', 'who', 'composite', '{"fields": {"birth_date": "email"}}')}, qr/field "birth_date": strategy "email" does not take columns of date/],
	[q{confiture.set_rule('people', 'who', 'redact')}, qr/strategy "redact" does not take columns of record/],
	[q{confiture.composite(ROW(1, 2))}, qr/does not take columns of this type/], [q{confiture.composite(1)}, qr/does not take columns of integer/]);

# What has no binary form makes the table text; what a CHECK of the column says is tried before.
both(q{CREATE TYPE named AS (name name, area xml); CREATE TABLE names (id int PRIMARY KEY, n named, p place CHECK ((p).street IS NOT NULL))});
$source->safe_psql('postgres', q{INSERT INTO names VALUES (1, ROW('Canary', '<a/>'), ROW('Canary Lane', '', 1))});
here(q{SELECT confiture.set_rule('names', 'n', 'composite', '{"fields": {"name": "hash"}, "keep": ["area"]}'), confiture.set_rule('names', 'p', 'composite', '{"drop": ["street"]}')});
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'names')}, [qr/masked with composite\) violates CHECK constraint names_p_check/], 'a CHECK');
here(q{SELECT confiture.set_rule('names', 'p', 'composite', '{"fields": {"street": "redact"}}')});
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'names', format => 'binary')}, [qr/type public.named has fields without a binary form/], 'binary is refused');
is(ConfitureTest::sync($target, q{'names'}), 1, 'and text taken');
is(here(q{SELECT (n).area::text || left(confiture.hash('Canary'), 63) FROM names WHERE (n).name = left(confiture.hash('Canary'), 63)::name}) ne '', 1, 'in which a name is cut');

# Types made of each other have no more fields than a table may.
here('CREATE TYPE t0 AS (a int, b int); ' . join('', map { my $below = $_ - 1; "CREATE TYPE t$_ AS (a t$below, b t$below);" } 1 .. 11) . 'CREATE TABLE wide (id int PRIMARY KEY, t t11, s t5)');
ConfitureTest::fails_like($target, q{SELECT confiture.set_rule('wide', 't', 'composite')}, [qr/strategy "composite" does not take columns of this type/], '4096 fields');
here(q{SELECT confiture.set_rule('wide', 's', 'composite')});
unlike(slurp_file($target->logfile), qr/Canary.*(?:ERROR|CONTEXT|DETAIL)|(?:ERROR|CONTEXT|DETAIL):.*Canary/, 'no value in the log');

done_testing();
