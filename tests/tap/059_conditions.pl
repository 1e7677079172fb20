# Rules with conditions: which rows each takes, what leaves the source, and what stops the plan.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub refused { my ($sql, $error, $name) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ '-v', 'VERBOSITY=verbose' ]); ok($status != 0 && $err =~ $error, $name) or diag("$status $out $err"); return }

# ---- Rows choose, in both formats, for every kind of value

both(q{CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', 'fine'); CREATE TYPE pair AS (a int, b text);
	CREATE TABLE users (id int PRIMARY KEY, is_staff boolean, country text,
		email text, login citext, code char(6), plain_code varchar(20), mood mood, moods mood[], tags varchar(20)[], n int, big bigint, day date, doc jsonb, pair pair, blob bytea)});
there(q{INSERT INTO users SELECT i, CASE i % 3 WHEN 0 THEN true WHEN 1 THEN false END, CASE i % 2 WHEN 0 THEN 'DE' ELSE 'FR' END,
	'Real' || i || '@canary.org', 'Login' || i, 'c' || i, 'p' || i, 'sad', '{fine,sad}', ARRAY['Tag' || i, NULL], i, i + 5000000000, '2001-01-01'::date + i, jsonb_build_object('canary', i), (i, 'canary')::pair, '\x0102'
	FROM generate_series(1, 24) i; INSERT INTO users (id, is_staff) VALUES (25, true), (26, false)});
my %cases = (
	email => q{[{"strategy": "keep", "when": "is_staff"}, "email"]},
	login => q{[{"strategy": "keep", "when": "is_staff"}, "hash"]},
	code => q{[{"strategy": "keep", "when": "is_staff"}, {"strategy": "constant", "value": "x"}]},
	plain_code => q{[{"strategy": "null", "when": "country = 'DE' -- not there"}, "keep"]},
	mood => q{[{"strategy": "keep", "when": "is_staff"}, {"strategy": "constant", "value": "fine"}]},
	moods => q{[{"strategy": "keep", "when": "is_staff"}, {"strategy": "choice", "values": ["fine"]}]},
	tags => q{[{"strategy": "keep", "when": "is_staff"}, "redact"]},
	n => q{[{"strategy": "keep", "when": "is_staff"}, {"strategy": "constant", "value": "0", "when": "country = 'DE'"}, "hash"]},
	big => q{[{"strategy": "null", "when": "is_staff"}, "hash"]},
	day => q{[{"strategy": "keep", "when": "is_staff"}, {"strategy": "truncate", "to": "year"}]},
	doc => q{[{"strategy": "constant", "value": "{}", "when": "NOT is_staff"}, "keep"]},
	pair => q{[{"strategy": "keep", "when": "is_staff"}, {"strategy": "constant", "value": "(0,)"}]},
	blob => q{[{"strategy": "keep", "when": "is_staff"}, "hash"]},
);
# Two have no binary form.
sub rules { my ($format) = @_; return '{' . join(', ', map { my $rule = $format eq 'binary' && /^(login|pair)$/ ? '"drop"' : $cases{$_}; qq{"$_": $rule} } sort keys %cases) =~ s/'/''/gr . '}' }
my $expected = q{SELECT id, is_staff, country,
	CASE WHEN is_staff THEN email ELSE confiture.email(email) END, CASE WHEN is_staff THEN login ELSE confiture.hash(lower(login::text)) END,
	CASE WHEN is_staff OR code IS NULL THEN code ELSE 'x' END, CASE WHEN country = 'DE' THEN NULL ELSE plain_code END,
	CASE WHEN is_staff OR mood IS NULL THEN mood ELSE 'fine' END, CASE WHEN is_staff OR moods IS NULL THEN moods ELSE '{fine,fine}' END,
	CASE WHEN is_staff OR tags IS NULL THEN tags ELSE '{[REDACTED],NULL}' END,
	CASE WHEN is_staff THEN n WHEN country = 'DE' THEN 0 ELSE confiture.hash(n) END, CASE WHEN is_staff THEN NULL ELSE confiture.hash(big) END,
	CASE WHEN is_staff THEN day ELSE date_trunc('year', day)::date END, CASE WHEN NOT is_staff THEN CASE WHEN doc IS NOT NULL THEN '{}'::jsonb END ELSE doc END,
	CASE WHEN is_staff OR pair IS NULL THEN pair ELSE '(0,)' END, CASE WHEN is_staff THEN blob ELSE confiture.hash(blob) END FROM raw};
# What the rules make of the rows, by the functions of SQL.
here('CREATE TABLE raw (LIKE users)');
here(qq{SELECT confiture.sync_table('prod', 'raw', source_relation => 'public.users', policy => 'off')});
for my $format (qw(text binary))
{
	here(qq{SELECT confiture.sync_table('prod', 'users', rules => '@{[ rules($format) ]}', format => '$format')});
	here('UPDATE raw SET login = NULL, pair = NULL') if $format eq 'binary';
	is(here("SELECT count(*), string_agg(t::text, ' ') FROM ($expected EXCEPT TABLE users) t"), '0|', "$format: each row has its rule");
	is(here(q{SELECT string_agg(DISTINCT octet_length(code)::text, ',') FROM users}), '6', "$format: blanks of char(n)");
}
is(here(qq{SELECT string_agg(concat_ws(':', column_name, action, strategy, raw_leaves_source), ' ' ORDER BY column_name) FROM confiture.plan('prod', 'users', rules => '@{[ rules('text') ]}') WHERE column_name IN ('email', 'n', 'big')}),
	'big:mask:null, hash:t email:mask:keep, email:t n:mask:keep, constant, hash:t', 'the plan names the rules of a column');

# ---- The raw value leaves the source only in the rows of rules that need it

there(q{CREATE TABLE secrets (id int PRIMARY KEY, word text); INSERT INTO secrets VALUES (1, 'canary one'), (2, 'harmless')});
here('CREATE TABLE secrets (id int PRIMARY KEY, word text)');
there(q{CREATE FUNCTION note(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'read %', $1; RETURN $1; END $$; CREATE VIEW watched AS SELECT id, note(word) AS word FROM secrets});
here(q{SELECT confiture.sync_table('prod', 'secrets', source_relation => 'public.watched', rules => '{"word": [{"strategy": "redact", "when": "id = 1"}, "keep"]}')});
is(here('SELECT string_agg(word, $$,$$ ORDER BY id) FROM secrets'), '[REDACTED],harmless', 'one row is redacted, one kept');

# ---- A volatile condition is evaluated once a row

there('CREATE TABLE dice (id int PRIMARY KEY, word text, filler text); INSERT INTO dice SELECT i, $$kept$$, repeat($$x$$, 100) FROM generate_series(1, 2000) i; ANALYZE dice');
here('CREATE TABLE dice (id int PRIMARY KEY, word text, filler text)');
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'dice', format => '$format', rules => '{"word": [{"strategy": "keep", "when": "random() < 0.5"}, {"strategy": "constant", "value": "c"}]}')});
	is(here(q{SELECT string_agg(DISTINCT word, ',' ORDER BY word) FROM dice}), 'c,kept', "$format: rule and value are of one throw");
}

# ---- Stored rules: order, replacement, views, dumps

here(q{SELECT confiture.set_rule('users', 'email', 'email'), confiture.set_rule('users', 'email', 'keep', '{}', 'is_staff'), confiture.set_rule('users', 'email', 'null', '{}', 'country = $$DE$$')});
my $listed = q{SELECT string_agg(concat_ws(':', strategy, condition, position), ' ' ORDER BY condition IS NULL, position) FROM confiture.rules WHERE relation = 'users'::regclass AND column_name = 'email'};
is(here($listed), 'keep:is_staff:1 null:country = $$DE$$:2 email:0', 'conditions are asked in the order in which they were set, the rule without one last');
here(q{SELECT confiture.set_rule('users', 'email', 'redact', '{}', 'is_staff'), confiture.set_rule('users', 'email', 'hash')});
is(here($listed), 'redact:is_staff:1 null:country = $$DE$$:2 hash:0', 'a rule takes the place of that of the same condition');
here(q{SELECT confiture.keep('users', 'email')});
is(here($listed), 'redact:is_staff:1 null:country = $$DE$$:2 keep:0', 'a keep that of all other rows');
like($target->run_log([ 'true' ]) && qx{pg_dump -d '@{[ $target->connstr('postgres') ]}'}, qr/COPY confiture\.rule .*\tredact\t\{\}\t[^\n]*\tis_staff\t1\n/s, 'dumps have them');
here(q{SELECT confiture.set_rule('users', 'email', 'drop')});
is(here($listed), 'drop:0', 'a column that is left out has no other rules');
here(q{SELECT confiture.set_rule('users', 'email', 'email', '{}', 'NOT is_staff')});
is(here($listed), 'email:NOT is_staff:1', 'and the other way round');
is(here(q{SELECT confiture.drop_rule('users', 'email'), confiture.drop_rule('users', 'email')}), 't|f', 'all rules are dropped at once');

# ---- What stops the plan

my $kept = join ', ', map { qq{"$_": "keep"} } qw(login code plain_code mood moods tags n big day doc pair blob);
sub plan_fails { my ($email, $error, $name) = @_; return refused("SELECT * FROM confiture.sync_table('prod', 'users', rules => '{\"email\": $email, $kept}')", $error, $name) }
plan_fails('[{"strategy": "email", "when": "is_staff"}, {"strategy": "keep", "when": "NOT is_staff"}]',
	qr/email has rules with conditions alone, and rows on the source that none of them takes.*SELECT confiture\.set_rule\('public\.users', 'email', 'null'\);/s, 'rows without a rule');
here(qq{SELECT confiture.sync_table('prod', 'users', rules => '{"email": [{"strategy": "email", "when": "is_staff"}, {"strategy": "keep", "when": "NOT is_staff"}], $kept}', filter => 'is_staff IS NOT NULL')});
pass('not if the filter leaves them out');
plan_fails('[{"strategy": "email", "when": "nonsense > 1"}, "keep"]', qr/email has rules whose conditions the source refuses: column "nonsense" does not exist/, 'a condition that the source does not know');
plan_fails('[{"strategy": "email", "when": "id"}, "keep"]', qr/must be type boolean/, 'one that is no condition');
plan_fails('[{"strategy": "email", "when": "count(*) > 1"}, "keep"]', qr/aggregate functions are not allowed/, 'an aggregate');
plan_fails('[{"strategy": "email", "when": "generate_series(1, 3) = 1"}, "keep"]', qr/set-returning functions are not allowed/, 'a set');
plan_fails('[{"strategy": "email", "when": "id = $1"}, "keep"]', qr/there is no parameter/, 'a parameter');
plan_fails('[{"strategy": "fpe", "when": "is_staff"}, {"strategy": "birthdate"}]', qr/email \(masked with birthdate\)/, 'a strategy that does not fit in some rows');
my @hostile = ('true) THEN 0 ELSE 1 END, (SELECT passwd FROM pg_shadow LIMIT 1', 'true THEN 0 END FROM users --', 'true /*', 'true) OR (true', '1 = 1; DROP TABLE users', 'true UNION SELECT 1', '');
for my $text (@hostile)
{
	refused(qq{SELECT * FROM confiture.sync_table('prod', 'users', rules => jsonb_build_object('email', jsonb_build_array(jsonb_build_object('strategy', 'email', 'when', \$q\$$text\$q\$), 'keep')))}, qr/42601/, "no condition: $text");
	refused(qq{SELECT confiture.set_rule('users', 'email', 'email', '{}', \$q\$$text\$q\$)}, qr/42601/, "nor for a stored rule: $text");
}
refused(q{SELECT confiture.set_rule('users', 'email', 'drop', '{}', 'true')}, qr/22023.*"drop" leaves a column out of all rows/s, 'drop takes no condition');
for ([ '["email", {"strategy": "keep", "when": "true"}]', qr/a rule without "when" must be the last one/ ], [ '["email", "keep"]', qr/a rule without "when"/ ], [ '[]', qr/has no strategy/ ],
	[ '[{"when": "true"}]', qr/has no strategy/ ], [ '[{"strategy": "email", "when": true}]', qr/"when" must be an SQL condition/ ], [ '[{"strategy": "drop", "when": "true"}]', qr/"drop" leaves a column out/ ], [ '[["email"]]', qr/has no strategy/ ])
{
	plan_fails($_->[0], qr/22023.*$_->[1]/s, "rules of a call: $_->[0]");
}

# ---- Unique indexes, NOT NULL, keys

both(q{CREATE TABLE keyed (id int PRIMARY KEY, code text UNIQUE NOT NULL, parent int REFERENCES keyed); });
there(q{INSERT INTO keyed SELECT i, 'canary' || i, 1 FROM generate_series(1, 50) i});
sub keyed { my ($rules) = @_; return "SELECT * FROM confiture.sync_table('prod', 'keyed', rules => '$rules')" }
refused(keyed('{"code": [{"strategy": "fpe", "when": "id > 3"}, "keep"]}'), qr/code is under the unique index keyed_code_key, and a value masked with fpe in one row may be one that is kept in another/, 'a permutation beside a keep');
here(keyed('{"code": [{"strategy": "hash", "when": "id > 3"}, "keep"]}'));
is(here(q{SELECT count(*) FILTER (WHERE code ~ 'canary'), count(DISTINCT code) FROM keyed}), '3|50', 'hashes beside a keep');
here(keyed('{"code": [{"strategy": "fpe", "when": "id > 3"}, {"strategy": "fpe", "when": "id > 2"}, "hash"]}'));
is(here(q{SELECT count(DISTINCT code) FROM keyed}), '50', 'one permutation, asked for twice');
refused(keyed('{"code": [{"strategy": "null", "when": "id > 3"}, "keep"]}'), qr/code is NOT NULL, so it cannot be masked with null.*set_rule\('public\.keyed', 'code', '\w+', '\{\}', 'id > 3'\)/s, 'NULL where none may be, with a fix for that rule');
refused(keyed('{"code": [{"strategy": "name", "when": "id > 3"}, "keep"]}'), qr/code \(masked with name\) is under the unique index/, 'a rule of which values could meet');
refused(keyed('{"id": [{"strategy": "hash", "when": "id > 3"}, "keep"]}'), qr/parent has no rule, but references public\.keyed\.id, which is masked with hash, keep/, 'keys that are masked in some rows');
refused(keyed('{"parent": [{"strategy": "hash", "when": "id > 3"}, "keep"]}'), qr/parent is masked with hash, keep, but references public\.keyed\.id, which has no rule/, 'references that are');
here(keyed('{"parent": [{"strategy": "null", "when": "id > 3"}, "keep"]}'));
is(here(q{SELECT count(parent) FROM keyed}), '3', 'but a reference may be kept or lost, by row');
here(keyed('{"id": "hash", "parent": [{"strategy": "null", "when": "id > 3"}, "hash"]}'));
is(here(q{SELECT count(*) FROM keyed a JOIN keyed b ON b.id = a.parent}), '3', 'or follow the mask of what it references');

# ---- Whose SQL a condition is

here(q{CREATE ROLE owner LOGIN; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO owner; GRANT CREATE ON SCHEMA public TO owner; ALTER TABLE dice OWNER TO owner});
there(q{CREATE FUNCTION steal() RETURNS boolean LANGUAGE sql AS 'SELECT true'});
here(q{SET ROLE owner; SELECT confiture.set_rule('dice', 'word', 'redact', '{}', 'public.steal()'), confiture.keep('dice', 'word')});
refused(q{SELECT * FROM confiture.sync_table('prod', 'dice')}, qr/word has a rule with a condition that role owner has set/, "another role's condition is refused");
refused(q{CALL confiture.sync('prod', include => ARRAY['public.dice'])}, qr/word has a rule with a condition that role owner has set/, 'also in a run');
ok(PostgreSQL::Test::Utils::slurp_file($source->logfile) !~ qr/steal\(\)(?! RETURNS)/, 'and was never sent to the source');
here(q{SELECT confiture.set_rule('dice', 'word', 'redact', '{}', 'id > 5')});
refused(q{SELECT * FROM confiture.sync_table('prod', 'dice')}, qr/role owner/, 'nor beside conditions of ours');
here(q{SELECT confiture.set_rule('dice', 'word', 'redact', '{}', 'public.steal()')});
here(q{SELECT confiture.sync_table('prod', 'dice')});
is(here(q{SELECT DISTINCT word FROM dice}), '[REDACTED]', 'once we have set it, it runs');
here(q{SELECT confiture.drop_rule('dice', 'word')});

# ---- Runs, crashes of runs, previews

here(q{SELECT confiture.set_rule('dice', 'word', 'constant', '{"value": "odd"}', 'id % 2 = 1'), confiture.set_rule('dice', 'word', 'keep', '{}', 'id % 4 = 0'), confiture.set_rule('dice', 'word', 'hash')});
here(q{CREATE FUNCTION gate(int) RETURNS boolean LANGUAGE plpgsql SET search_path = public AS $$ BEGIN RETURN NOT EXISTS (SELECT FROM pg_class WHERE relname = 'closed') OR $1 < 1500; END $$;
	ALTER TABLE dice ADD CHECK (gate(id)) NOT VALID; CREATE TABLE closed ()});
refused(q{CALL confiture.sync('prod', include => ARRAY['public.dice'], chunk_size => '64kB', jobs => 1)}, qr/CHECK|check constraint/, 'a run stops in the middle');
here('DROP TABLE closed');
my $run = here('SELECT max(run_id) FROM confiture.runs');
cmp_ok(here("SELECT count(*) FROM confiture.checkpoints WHERE run_id = $run AND state = 'done'"), '>', 0, 'with chunks done');
here(q{SELECT confiture.set_rule('dice', 'word', 'keep', '{}', 'id % 4 = 2')});
refused("CALL confiture.resume($run)", qr/word/, 'it is not resumed under other conditions');
here(q{SELECT confiture.drop_rule('dice', 'word'), confiture.set_rule('dice', 'word', 'constant', '{"value": "odd"}', 'id % 2 = 1'), confiture.set_rule('dice', 'word', 'keep', '{}', 'id % 4 = 0'), confiture.set_rule('dice', 'word', 'hash')});
here("CALL confiture.resume($run)");
is(here(q{SELECT count(*) FILTER (WHERE id % 2 = 1 AND word = 'odd'), count(*) FILTER (WHERE id % 4 = 0 AND word = 'kept'), count(*) FILTER (WHERE id % 4 = 2 AND word = confiture.hash('kept')) FROM dice}), '1000|500|500', 'a resumed run has the same rules in all chunks');
is(here(q{SELECT string_agg(preview ->> 'word', ',' ORDER BY (preview ->> 'id')::int) FROM confiture.preview('prod', 'dice', 4)}), 'odd,' . here(q{SELECT confiture.hash('kept')}) . ',odd,kept', 'a preview shows them');

# ---- Partitions take the rules of their table, also with conditions that name it; a table made again keeps them

both(q{CREATE TABLE parted (id int, word text) PARTITION BY RANGE (id); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10)});
there(q{INSERT INTO parted VALUES (1, 'one'), (2, 'two')});
here(q{SELECT confiture.set_rule('parted', 'word', 'redact', '{}', 'id = 1'), confiture.keep('parted', 'word'), confiture.sync_table('prod', 'parted_1')});
is(here('SELECT string_agg(word, $$,$$ ORDER BY id) FROM parted'), '[REDACTED],two', 'a partition alone');
here(q{CALL confiture.sync('prod', ARRAY['public.parted'], rules => '{"public.parted": {"word": [{"strategy": "redact", "when": "public.parted.id = 2"}, "keep"]}}')});
is(here('SELECT string_agg(word, $$,$$ ORDER BY id) FROM parted'), 'one,[REDACTED]', 'a run, with a condition that names the table by its schema');
here(q{DROP TABLE parted; CREATE TABLE parted (id int, word text); SELECT confiture.set_rule('parted', 'word', 'hash')});
is(here(q{SELECT string_agg(concat_ws(':', strategy, condition), ' ' ORDER BY position) FROM confiture.rules WHERE relation = 'parted'::regclass}), 'hash redact:id = 1', 'rules of a dropped table stay with its name when one of them changes');

# ---- Foreign tables

here(q{CREATE SCHEMA live; CREATE FOREIGN TABLE live.dice (id int, word text, filler text) SERVER prod OPTIONS (schema_name 'public', table_name 'dice'); SELECT confiture.set_rule('live.dice', 'word', 'redact', '{}', 'id % 2 = 0')});
refused('SELECT * FROM live.dice', qr/word has rules with conditions alone, and rows may come that none of them takes/, 'a foreign table wants a last rule');
here(q{SELECT confiture.keep('live.dice', 'word')});
is(here(q{SELECT string_agg(word, ',' ORDER BY id) FROM live.dice WHERE id < 4}), 'kept,[REDACTED],kept', 'rows of a foreign table have their rules');
is(here(q{SELECT count(*) FROM live.dice WHERE word = 'kept' AND id > 1000}), '500', 'conditions on the column see masked values');
is(here(q{SELECT max(id) FROM live.dice}), '2000', 'and without the column there is no side column');
here(q{CREATE ROLE reader; CREATE USER MAPPING FOR reader SERVER prod OPTIONS (user '} . ConfitureTest::superuser($source) . q{', password_required 'false'); GRANT USAGE ON SCHEMA live TO reader; GRANT SELECT ON live.dice TO reader; ALTER FOREIGN TABLE live.dice OWNER TO owner; GRANT USAGE ON SCHEMA live TO owner;
	SET ROLE owner; SELECT confiture.set_rule('live.dice', 'word', 'redact', '{}', 'public.steal()')});
refused('SELECT * FROM live.dice', qr/role owner has set/, "its owner's SQL does not run with the rights of who reads it");
refused('SET ROLE reader; SELECT * FROM live.dice', qr/role owner has set/, 'whoever it is');

done_testing();
