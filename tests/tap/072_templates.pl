# Strategy template: columns that are made of other columns of the row, as these are masked, wherever rows come from.
use strict;
use warnings;

use ConfitureTest;
use JSON::PP;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
sub both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub refused { my ($sql, $error, $name) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql); ok($status != 0 && $err =~ $error, $name) or diag("$status $out $err"); return }

# The greeting stands before all that it is made of; tag and greeting are made of templates.
both(q{CREATE TYPE mood AS ENUM ('so so', 'good');
	CREATE TABLE users (greeting text, id int PRIMARY KEY, email varchar(30) NOT NULL UNIQUE CHECK (email ~ '^[^@]+@example\.com$'), first_name text, last_name varchar(50), born date, tag text, uid uuid, mood mood, nick text, note text, doc jsonb, list int[]);
	CREATE TABLE logins (id int PRIMARY KEY, login text NOT NULL UNIQUE); CREATE TABLE visits (login text REFERENCES logins (login))});
$source->safe_psql('postgres', <<'SQL');
INSERT INTO users SELECT CASE WHEN i % 4 > 0 THEN 'canary' END, i, 'canary' || i || '@example.com', CASE WHEN i % 5 > 0 THEN E'Canary\t\\' || i END, 'Canary', date '1980-01-01' + i, 'canary', md5(i::text)::uuid, 'so so', 'canary', CASE WHEN i % 3 > 0 THEN E'canary\t"x" \\N' END
FROM generate_series(1, 60) i;
SQL
my %rules = (
	greeting => { strategy => 'template', template => 'Dear {first_name} {{{tag}}}: {mood}{nick}, {born}, {uid} \\{note}' },
	email => { strategy => 'template', template => '{first_name}.{last_name}.{id}@example.com' },
	tag => { strategy => 'template', template => '{last_name}#{id}' },
	first_name => 'first_name', last_name => 'last_name', born => 'birthdate', uid => 'hash', nick => 'null', note => 'keep', doc => 'keep', list => 'keep', id => 'keep', mood => 'keep');
my $json = JSON::PP->new->canonical;
sub rules { return $json->encode({ %rules, @_ }) =~ s/'/''/gr }
my ($plain, $dear) = (rules(), q{'Dear ' || coalesce(first_name, '') || ' {' || tag || '}: so so, ' || born || ', ' || uid || ' \\' || coalesce(note, '')});
my %seen;
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'users', rules => '$plain', format => '$format')});
	is(here(qq{SELECT count(*), count(greeting), count(*) FILTER (WHERE greeting IS DISTINCT FROM CASE WHEN id % 4 > 0 THEN $dear END) FROM users}), '60|45|0', "$format: of names, dates, numbers, other templates and NULLs");
	is(here(q{SELECT count(*) FROM users WHERE tag = last_name || '#' || id}), '60', "$format: the template in a template");
	is(here(q{SELECT count(*) FROM users WHERE email ~ ('^' || left(coalesce(first_name, ''), 1) || '.*[.]' || left(last_name, 1) || '.*[.]' || id || '@example[.]com$') AND length(email) <= 30}), '60', "$format: cut, but for the id");
	is(here(q{SELECT count(*) FROM users u WHERE to_jsonb(u) - 'note' - 'greeting' || jsonb_build_object('g', replace(greeting, coalesce(note, '?'), '')) @? '$.* ? (@ like_regex "canary" flag "i")'}), '0', "$format: nothing raw but what is kept");
	$seen{ here('SELECT md5(string_agg(u::text, chr(10) ORDER BY id)) FROM users u') }++;
}
is(join(',', values %seen), 2, 'both formats write the same');
is(here(q{SELECT bool_and(tag = confiture.template('x', jsonb_build_object('template', '{last_name}#{id}', 'values', jsonb_build_object('last_name', last_name, 'id', id)))) FROM users}), 't', 'as the function does, with the values');
is(here(qq{SELECT action, strategy, raw_leaves_source, warnings FROM confiture.plan('prod', 'users', rules => '$plain') WHERE column_name = 'tag'}), 'mask|template|f|{"shows column id, which is kept as it is"}', 'the plan says what shows');

# Stored rules, for some rows, in a run and in a foreign table
here(q{SELECT confiture.set_rule('users', c, 'null') FROM unnest('{greeting,tag,born,uid,nick,note,doc,list}'::text[]) c;
	SELECT confiture.set_rule('users', c, c) FROM unnest('{first_name,last_name}'::text[]) c;
	SELECT confiture.set_rule('users', 'email', 'template', '{"template": "{last_name}.{id}@example.com"}');
	SELECT confiture.set_rule('users', 'nick', 'template', '{"template": "{first_name}/{tag}"}', 'id < 30');
	SELECT confiture.set_rule('users', 'tag', 'template', '{"template": "<{last_name}>"}', 'id < 20'), confiture.set_rule('users', 'tag', 'redact')});
here(q{CALL confiture.sync('prod', ARRAY['public.users'])});
is(here(q{SELECT count(*) FROM users WHERE nick IS NOT DISTINCT FROM CASE WHEN id < 30 THEN coalesce(first_name, '') || '/' || CASE WHEN id < 20 THEN '<' || last_name || '>' ELSE '[REDACTED]' END END AND right(email, -1) ~ ('[.]' || id || '@example.com$')}), '60', 'a run, with rules for some rows');
here(q{CREATE SCHEMA live; CREATE FOREIGN TABLE live.users (id int, first_name text, last_name text, tag text) SERVER prod OPTIONS (schema_name 'public', table_name 'users');
	SELECT confiture.set_rule('live.users', 'first_name', 'first_name'), confiture.set_rule('live.users', 'last_name', 'last_name'), confiture.set_rule('live.users', 'tag', 'template', '{"template": "{last_name}#{id}"}')});
is(here(q{SELECT count(*) FROM live.users l JOIN users u USING (id) WHERE l.tag = u.last_name || '#' || l.id}), '60', 'a foreign table');
is(here(q{SELECT tag ~ '^[^#]+#7$' FROM (SELECT tag FROM live.users WHERE id = 7) l}), 't', '... of which a query names the template alone');

# What is refused
my $plan = sub { my ($rules, $error, $name) = @_; return refused(qq{SELECT confiture.sync_table('prod', 'users', rules => '$rules')}, $error, $name) };
my $template = sub { return { strategy => 'template', template => $_[0] } };
$plan->(rules(tag => $template->('{greeting}')), qr/greeting has a template that names the column itself, or one that is made of it.*tag has a template/s, 'a circle');
$plan->(rules(tag => $template->('{tag}')), qr/tag has a template that names the column itself/, 'the column itself');
$plan->(rules(tag => $template->('{nick}'), nick => 'drop'), qr/tag has a template that names nick, which gets no value of the source/, 'a column that is left out');
$plan->(rules(tag => $template->('{nowhere}')), qr/tag \(masked with template\) names nowhere, and public\.users has no such column/, 'no such column');
$plan->(rules(tag => $template->("{$_}")), qr/column "$_" is of a type that no template shows. Texts, enums, integers, uuids and dates may be named/, "a column that does not print alike: $_") for qw(doc list);
$plan->(rules(email => $template->('{first_name}.{last_name}@example.com')), qr/email \(masked with template\) is under the unique index users_email_key, and masked values could collide/, 'under a unique index');
$plan->(rules(email => $template->('{last_name}{id}@example.com')), qr/masked values could collide/, '... with a number that may belong to what stands before it');
$plan->(rules(email => $template->('a long text of the template.{id}@example.com')), qr/a column of 30 characters has no room for its 41/, 'no room');
$plan->(rules(email => $template->('{id}.example.com')), qr/email \(masked with template\) violates CHECK constraint users_email_check/, 'a CHECK');
refused(q{SELECT confiture.set_rule('users', 'tag', 'template', '{"template": "{nothing}"}')}, qr/column "nothing", which the template names, does not exist in public\.users.*\{\{/s, 'set_rule() looks too');
refused(q{SELECT confiture.template('x', '{"template": "{id}"}')}, qr/names column "id", and a function sees no columns.*"values"/s, 'a function has no row');
refused(q{SELECT confiture.json('{}'::jsonb, '{"paths": {"$.a": {"strategy": "template", "options": {"template": "{id}"}}}}')}, qr/is made of columns, which no value inside a document can be/, 'nor has a document');
refused(q{SELECT confiture.sync_table('prod', 'logins', rules => '{"login": {"strategy": "template", "template": "{id}@example.com"}}')}, qr/login \(masked with template\) is part of a key, and made of other columns of its row/, 'a column that others reference');

done_testing();
