# Strategy function: a superuser's function of the target is given each value.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

sub value { return $target->safe_psql('postgres', $_[0]) }
sub rule { my ($table, $column, $function, $more) = @_; return "SELECT confiture.set_rule('$table', '$column', 'function', '{\"function\": \"$function\"" . ($more // '') . "}')" }
sub refuses { my ($sql, $pattern, $test_name) = @_; return ConfitureTest::fails_like($target, $sql, [$pattern], $test_name) }

my $table = q{
	CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
	CREATE TABLE people (id integer PRIMARY KEY, email varchar(20) NOT NULL, code char(4) UNIQUE, born date, tags text[], pay numeric(6, 1), mood mood, doc jsonb, note text);
	CREATE TABLE visits (n integer PRIMARY KEY, code char(4));
	CREATE TABLE marked (id integer PRIMARY KEY, mark %s)};
$source->safe_psql('postgres', sprintf($table, 'text') . q{;
	INSERT INTO people SELECT i, 'user' || i || '@shop.test', lpad(i::text, 4, '0'), date '1980-05-17' + i, ARRAY['a', 'b' || i], i, 'ok', jsonb_build_object('n', i), nullif('note ' || i, 'note 7') FROM generate_series(1, 2000) i;
	INSERT INTO visits SELECT i, lpad(i::text, 4, '0') FROM generate_series(1, 2000) i;
	INSERT INTO marked SELECT i, 'raw' || i FROM generate_series(1, 10) i; ANALYZE});
value(q{CREATE DOMAIN mark AS varchar(10) CHECK (VALUE LIKE 'M%' OR VALUE IS NULL)});
value(sprintf($table, 'mark') . '; ALTER TABLE visits ADD FOREIGN KEY (code) REFERENCES people (code)');
value(q{
	CREATE SCHEMA masks;
	CREATE FUNCTION masks.address(v text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT left(md5(v), 8) || '@x.test' $$;
	CREATE FUNCTION masks.turned(v char) RETURNS char IMMUTABLE STRICT LANGUAGE plpgsql AS $$ BEGIN RETURN reverse(v); END $$;
	CREATE FUNCTION masks.year(v date) RETURNS date IMMUTABLE LANGUAGE sql RETURN date_trunc('year', v)::date;
	CREATE FUNCTION masks.few(v text[]) RETURNS text[] IMMUTABLE LANGUAGE sql AS 'SELECT v[1:1]';
	CREATE FUNCTION masks.pay(v numeric) RETURNS numeric IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN round(v, -1) + 0.04; END $$;
	CREATE FUNCTION masks.mood(v mood) RETURNS mood IMMUTABLE LANGUAGE sql AS $$ SELECT 'sad'::public.mood $$;
	CREATE FUNCTION masks.doc(v jsonb) RETURNS jsonb IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN jsonb_build_object('n', 0); EXCEPTION WHEN others THEN RETURN NULL; END $$;
	CREATE FUNCTION masks.note(v text) RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN IF v IS NULL THEN RETURN 'none'; END IF; RETURN nullif(format('%s characters', length(v)), '9 characters'); END $$;
	CREATE FUNCTION masks.mark(v varchar) RETURNS varchar IMMUTABLE LANGUAGE sql AS $$ SELECT replace(v, 'raw', 'M') $$});
my %masks = (email => 'address', born => 'year', tags => 'few', pay => 'pay', mood => 'mood', doc => 'doc', note => 'note');
value(rule('people', $_, "masks.$masks{$_}")) for sort keys %masks;
value(rule('people', 'code', 'masks.turned', ', "unique": true'));
value(rule('marked', 'mark', 'masks.mark'));

# Every kind of column
my $plan = value(q{SELECT string_agg(column_name || ' ' || action || ' ' || raw_leaves_source || ' ' || warnings::text, E'\n') FROM confiture.plan('prod', 'people') WHERE strategy = 'function'});
like($plan, qr/email mask true .*raw values are given to function masks\.address of role \w+; a call takes \d+\.\d microseconds, those for 2000 rows \d\.\d seconds/, 'the plan says who gets the values, and how long that takes');
like($plan, qr/doc mask true .*a call takes is not known|doc mask true .*what a call takes/, 'or that it cannot tell');
is(value(q{SELECT loader FROM confiture.plan('prod', 'people') WHERE column_name = 'email'}), 'tuples', 'the loader');
like(value(q{SELECT warnings FROM confiture.plan('prod', 'marked') WHERE column_name = 'mark'}), qr/its function gives invented values back as they are/, 'or that it seems to mask nothing');
my $of_person = q{SELECT email, code, born, tags, pay, mood, doc, note FROM %s WHERE id = 123};
my $expected = join '|', value(q{SELECT left(md5('user123@shop.test'), 8)}) . '@x.test', '3210', '1980-01-01', '{a}', '120.0', 'sad', '{"n": 0}', '8 characters';
foreach my $format (qw(text binary))
{
	is(value("SELECT format FROM confiture.sync_table('prod', 'people', format => '$format')"), $format, $format);
	is(value(sprintf $of_person, 'people'), $expected, "what the functions give, of the column's length, in $format");
}
is(value('SELECT string_agg(id::text, $$,$$ ORDER BY id) FROM people WHERE note IS NULL AND id < 10'), '7', 'NULL stays NULL');
is(value(q{SELECT count(*) FROM people WHERE note = 'none'}), '0', 'which no function is given');
value(q{SELECT confiture.sync_table('prod', 'marked')});
is(value('SELECT string_agg(mark, $$ $$ ORDER BY id) FROM marked'), join(' ', map { "M$_" } 1 .. 10), 'a domain checks what the function gives, not what it is given');
value(q{ALTER TABLE people ADD extra integer DEFAULT 5});
is(value(q{SELECT (r ->> 'email') || (r ->> 'extra') FROM confiture.preview('prod', 'people', 1) r}), value(q{SELECT left(md5('user1@shop.test'), 8) || '@x.test5'}), 'a preview, with a default');
value(q{ALTER TABLE people DROP extra});

# Runs: by workers, resumed, as upserts
value(rule('visits', 'code', 'masks.turned', ', "unique": true'));
value(q{CALL confiture.sync('prod', jobs => 2, chunk_size => '64kB')});
is(value(sprintf $of_person, 'people'), $expected, 'by workers');
is(value('SELECT count(*) FROM visits JOIN people USING (code)'), '2000', 'one function keeps a key and what references it together');
value(q{DELETE FROM visits; UPDATE people SET email = 'x' WHERE id < 9; DELETE FROM people WHERE id = 123});
is(value(q{SELECT rows FROM confiture.sync_table('prod', 'people', mode => 'upsert')}), '2000', 'an upsert');
is(value(sprintf $of_person, 'people'), $expected, '... through a temporary table');
is(value(q{SELECT count(*) FROM people WHERE email NOT LIKE '%@x.test'}), '0', '... of all rows');

# A rule in a call, and what travels along a foreign key
value(q{SELECT confiture.drop_rule('visits', 'code')});
value(q{CALL confiture.sync('prod')});
is(value('SELECT count(*) FROM visits JOIN people USING (code)'), '2000', 'a rule travels along a foreign key');
value(q{SELECT confiture.sync_table('prod', 'people', rules => '{"note": {"strategy": "function", "function": "masks.address"}}')});
is(value('SELECT note LIKE $$%@x.test$$ FROM people WHERE id = 1'), 't', 'a rule of one call');

# Foreign tables
value(q{CREATE SCHEMA live; IMPORT FOREIGN SCHEMA public LIMIT TO (people) FROM SERVER prod INTO live});
value(rule('live.people', $_, "masks.$masks{$_}")) for grep { $_ ne 'mood' } sort keys %masks;
value(rule('live.people', 'code', 'masks.turned', ', "unique": true'));
value(q{SELECT confiture.keep('live.people', 'mood')});
is(value('SELECT email, code, born, tags, pay, note FROM live.people WHERE id = 123'), join('|', (split /\|/, $expected)[0 .. 4, 7]) =~ s/120\.0/120.0/r, 'in a foreign table');
is(value(q{SELECT count(*) FROM live.people WHERE email = 'user123@shop.test' OR code = '0123' AND id = 123}), '0', 'conditions are asked of what the function gives');
unlike(value(q{EXPLAIN (VERBOSE) SELECT id FROM live.people WHERE email = 'user123@shop.test'}), qr/COPY.*WHERE.*email/, '... here');
value(q{CREATE OR REPLACE FUNCTION masks.address(v text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'other ' || left(md5(v), 4) $$});
like(value('SELECT email FROM live.people WHERE id = 123'), qr/^other /, 'a function that is replaced: planned again');

# What is refused before a row moves
refuses(rule('people', 'note', $_->[0], $_->[2]), $_->[1], "set_rule: $_->[0]")
  for ['address', qr/option "function" has no schema/], ['masks.nothing', qr/function masks\.nothing\(text\) does not exist/], ['nothing.at_all', qr/does not exist/], ['pg_catalog.upper', qr/is the server's own/],
  ['confiture.hash', qr/does not exist/], ['masks.year', qr/does not exist/], ['masks.note', qr/"uniqe"/, ', "uniqe": true'];
value(q{
	CREATE FUNCTION masks.volatile(v text) RETURNS text LANGUAGE sql AS 'SELECT v || 1';
	CREATE FUNCTION masks.definer(v text) RETURNS text IMMUTABLE SECURITY DEFINER LANGUAGE sql AS 'SELECT v || 1';
	CREATE FUNCTION masks.set(v text) RETURNS SETOF text IMMUTABLE LANGUAGE sql AS 'SELECT v || 1';
	CREATE FUNCTION masks.number(v text) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT length(v)';
	CREATE FUNCTION masks.any(v anyelement) RETURNS anyelement IMMUTABLE LANGUAGE sql AS 'SELECT v';
	CREATE FUNCTION masks.many(VARIADIC v text[]) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT v[1]';
	CREATE FUNCTION masks.null(v text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT NULL';
	CREATE FUNCTION masks.long(v text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT v || repeat('x', 30) $$;
	CREATE PROCEDURE masks.procedure(v text) LANGUAGE sql AS 'SELECT 1';
	CREATE TYPE pair AS (a text, b text); CREATE TABLE pairs (id int PRIMARY KEY, p pair)});
refuses(rule('people', 'note', "masks.$_->[0]"), $_->[1], "a function that is $_->[0]")
  for ['volatile', qr/is VOLATILE/], ['definer', qr/is SECURITY DEFINER/], ['set', qr/is no plain function/], ['number', qr/does not return text/], ['any', qr/does not exist|is no|does not return/], ['many', qr/does not exist/], ['procedure', qr/does not exist|no plain function/];
refuses(rule('pairs', 'p', 'masks.address'), qr/a function is given no values of type pair/, 'a composite type');
refuses(q{SELECT confiture.set_rule('people', 'note', 'function', '{"function": "masks.note"}', 'id > 5')}, qr/takes no condition/, 'a condition');
refuses(q{SELECT confiture.set_pattern('*', 'note', 'function', '{"function": "masks.note"}')}, qr/there is no strategy "function"/, 'a pattern');
my $inline = q{SELECT confiture.sync_table('prod', 'people', rules => '{"%s": {"strategy": "function", "function": "masks.%s"}}'%s)};
refuses(sprintf($inline, @$_[0, 1], $_->[3] // ''), $_->[2], "$_->[1] for $_->[0]")
  for ['code', 'turned', qr/\(masked with function\) is under the unique index/],
  ['note', 'note', qr/loaded by COPY FROM, which calls no function/, q{, loader => 'copy'}];
refuses(q{SELECT confiture.sync_table('prod', 'people', rules => '{"note": {"strategy": "template", "template": "{email} {id}"}}')}, qr/note has a template that names email, which a function masks/, 'a template that names it');
refuses(q{SELECT confiture.sync_table('prod', 'people', rules => '{"note": {"strategy": "scrub", "columns": ["email"]}}')}, qr/"columns", but its values are masked by a function/, 'a text that is searched for it');
refuses(sprintf($inline, 'email', 'null', ''), qr/null value in column "email"/, 'NULLs for a column that takes none');
unlike(refuses(sprintf($inline, 'email', 'long', ''), qr/22001|too long/, 'what is too long is not cut'), qr/user\d/, 'nor told');

done_testing();
