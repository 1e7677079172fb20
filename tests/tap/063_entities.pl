# Option `entity`: columns of one row, and of all tables, tell of one invented person, and the dates of one move alike.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub refused { my ($sql, $error, $name) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql); ok($status != 0 && $err =~ $error, $name) or diag("$status $out $err"); return }

both(q{CREATE TABLE users (id int PRIMARY KEY, title text, first_name text, last_name text, full_name text, email text UNIQUE, work_email text UNIQUE, login text, born date, joined timestamp);
	CREATE TABLE tickets (id int PRIMARY KEY, tenant text, customer bigint, name text, mail varchar(60), opened date);
	CREATE TABLE odd (id int PRIMARY KEY, "Whose ""it"" is" text, name text)});
there(q{INSERT INTO users SELECT i, 'Mr', 'Canary' || i, 'Canary', 'Canary Canary' || i, 'canary' || i || '@home.org', 'canary' || i || '@work.org', 'canary' || i, '1970-01-01'::date + i, '2020-01-01'::timestamp + i * interval '1 day' FROM generate_series(1, 60) i;
	INSERT INTO tickets SELECT i, 't' || i % 2, i % 20 + 1, 'Canary' || i, 'canary@x.org', '2024-01-01'::date + i FROM generate_series(1, 40) i;
	INSERT INTO odd VALUES (1, E'tab\tand \\\\ "quote"', 'Canary'), (2, '', 'Canary'), (3, NULL, 'Canary'), (4, '', 'Other')});
my $of = sub { my ($column, $strategy, $entity, $more) = @_; return qq{"$column": {"strategy": "$strategy", "entity": $entity} } };
my $users = '{' . join(', ', map { $of->(@$_, '"id"') } [qw(title title)], [qw(first_name first_name)], [qw(last_name last_name)], [qw(full_name name)], [qw(email email)], [qw(work_email email)], [qw(login username)], [qw(born shift)], [qw(joined shift)]) . '}';
my $tickets = '{' . join(', ', $of->(qw(name name "customer")), $of->(qw(mail email "customer")), $of->(qw(opened shift "customer"))) . '}';
my $raw = q{SELECT count(*) FROM users u WHERE u::text ~* 'canary'};
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'users', rules => '$users', format => '$format'), confiture.sync_table('prod', 'tickets', rules => '$tickets', format => '$format')});
	is(here(q{SELECT count(*) FROM users WHERE full_name = first_name || ' ' || last_name}), '60', "$format: first and last name are those of the full name");
	is(here(q{SELECT count(*) FROM users WHERE starts_with(email, lower(first_name || '.' || last_name || '.')) AND starts_with(work_email, lower(first_name || '.' || last_name || '.'))}), '60', "$format: both addresses are the person's");
	is(here(q{SELECT count(DISTINCT email), count(DISTINCT work_email), count(*) FILTER (WHERE email = work_email) FROM users}), '60|60|0', "$format: and no two are alike");
	is(here(q{SELECT count(*) FROM users WHERE starts_with(login, lower(first_name))}), '60', "$format: so is the login");
	is(here(q{SELECT count(*) > 5 FROM users WHERE title <> $$Mr$$}), "t", "$format: titles are those of the people");
	is(here(q{SELECT count(*) FROM users WHERE joined::date - born = '2020-01-01'::date - '1970-01-01'::date AND born <> '1970-01-01'::date + id}), '60', "$format: dates of one move alike");
	is(here(q{SELECT count(DISTINCT born - ('1970-01-01'::date + id)) > 10 FROM users}), 't', "$format: those of others otherwise");
	is(here(q{SELECT count(*) FROM tickets t JOIN users u ON u.id = t.customer WHERE t.name = u.full_name AND starts_with(t.mail, lower(u.first_name || '.')) AND t.opened - ('2024-01-01'::date + t.id) = u.born - ('1970-01-01'::date + u.id)}), '40',
		"$format: another table, of another integer type, tells of the same people");
	is(here($raw), '0', "$format: nothing raw");
}
is(here(q{SELECT full_name = confiture.name('7', '{"entity": "id"}') FROM users WHERE id = 7}), 't', 'the function masks an entity by itself');
is(here(qq{SELECT warnings::text FROM confiture.plan('prod', 'users', rules => '$users') WHERE column_name = 'email'}), '{"one with all columns of the same entity, whose value is read for it"}', 'the plan says so');

# Several columns, odd names and values, NULL
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'tickets', rules => '{"name": {"strategy": "name", "entity": ["tenant", "customer"]}, "mail": {"strategy": "email", "entity": ["tenant", "customer"]}}', format => '$format'),
		confiture.sync_table('prod', 'odd', rules => '{"name": {"strategy": "name", "entity": "Whose \\"it\\" is"}}', format => '$format')});
	is(here(q{SELECT count(DISTINCT name) > 1, bool_and(starts_with(mail, split_part(lower(name), ' ', 1))) FROM tickets}), 't|t', "$format: an entity of two columns");
	is(here(q{SELECT bool_and(CASE id WHEN 1 THEN name = confiture.name(E'tab\tand \\\\ "quote"', '{"entity": "x"}') WHEN 3 THEN name = confiture.name('Canary', '{"entity": "x"}') ELSE name = (SELECT o.name FROM odd o WHERE o.id = 2) END) FROM odd}), 't', "$format: any text is one, and without one a value is its own");
}

# With conditions, in runs, in foreign tables
here(q{SELECT confiture.set_rule('odd', 'name', 'name', '{"entity": "id"}', 'id < 3'), confiture.set_rule('odd', 'name', 'first_name', '{"entity": "id"}', 'id = 3'), confiture.keep('odd', 'name')});
here(q{CALL confiture.sync('prod', ARRAY['public.odd'])});
is(here(q{SELECT string_agg((name = CASE WHEN id < 3 THEN confiture.name(id::text, '{"entity": "id"}') WHEN id = 3 THEN confiture.first_name('3', '{"entity": "id"}') ELSE 'Other' END)::text, ',') FROM odd}), 'true,true,true,true', 'rules for some rows have an entity, in a run');
refused(q{SELECT confiture.sync_table('prod', 'odd', rules => '{"name": [{"strategy": "name", "entity": "id", "when": "id < 3"}, {"strategy": "name", "entity": "Whose \"it\" is"}]}')}, qr/name has rules whose options "entity" name different columns/, 'but one only');
here(q{CREATE SCHEMA live; CREATE FOREIGN TABLE live.users (id int, first_name text, full_name text) SERVER prod OPTIONS (schema_name 'public', table_name 'users');
	SELECT confiture.set_rule('live.users', 'first_name', 'first_name', '{"entity": "id"}'), confiture.set_rule('live.users', 'full_name', 'name', '{"entity": "id"}')});
is(here(q{SELECT count(*) FROM (SELECT first_name, full_name FROM live.users) u WHERE starts_with(full_name, first_name || ' ')}), '60', 'a foreign table, whose query does not name the entity');

# Gender: what a column says, or masked as the person has it
both(q{CREATE TYPE sexes AS ENUM ('unknown', 'w', 'm'); CREATE TABLE people (id int PRIMARY KEY, sex smallint, kind sexes, title text, first_name text, name text, email text)});
there(q{INSERT INTO people SELECT i, CASE i % 3 WHEN 0 THEN 1 WHEN 1 THEN 2 END, CASE i % 3 WHEN 0 THEN 'm' WHEN 1 THEN 'w' ELSE 'unknown' END::sexes, 'Dr', 'Canary', 'Canary', 'canary@x.org' FROM generate_series(1, 60) i});
my $said = '"gender": {"column": "sex", "map": {"1": "male", "2": "female"}}';
my $people = '{' . join(', ', map { qq{"$_->[0]": {"strategy": "$_->[1]", "entity": "id", $said}} } [qw(title title)], [qw(first_name first_name)], [qw(name name)], [qw(email email)]) . ', "sex": "keep", "kind": {"strategy": "gender", "entity": "id"}}';
my $as = sub { my ($strategy, $options) = @_; return qq{confiture.$strategy(id::text, '{"entity": "x"$options}')} };
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'people', rules => '$people', format => '$format')});
	is(here(qq{SELECT count(*) FROM people WHERE first_name = CASE sex WHEN 1 THEN } . $as->('first_name', ', "gender": "male"') . q{ WHEN 2 THEN } . $as->('first_name', ', "gender": "female"') . q{ ELSE } . $as->('first_name', '') . q{ END AND starts_with(name, first_name || ' ') AND starts_with(email, lower(first_name) || '.')}), '60', "$format: names are of the gender that another column says, and drawn where it says none");
	is(here(q{SELECT bool_and(title <> 'Mr') FILTER (WHERE sex = 2), bool_and(title NOT IN ('Mrs', 'Ms')) FILTER (WHERE sex = 1) FROM people}), 't|t', "$format: and so are titles");
	is(here(q{SELECT count(*) FILTER (WHERE kind = 'm') BETWEEN 10 AND 50, bool_and(kind = CASE WHEN lower(} . $as->('gender', '') . q{) LIKE 'm%' THEN 'm' ELSE 'w' END::sexes) FROM people}), 't|t', "$format: an enum has the gender of the invented person");
}
is(here(qq{SELECT warnings[2] FROM confiture.plan('prod', 'people', rules => '$people') WHERE column_name = 'title'}), 'shows the gender that another column says, whose value is read for it', 'the plan says so');
my $two = $people =~ s/"first_name", "entity": "id", \Q$said\E/"first_name", "entity": "id", "locale": "fr"/r;
is(here(qq{SELECT string_agg(column_name || ' ' || w, '; ') FROM confiture.plan('prod', 'people', rules => '$two') p, unnest(warnings) w WHERE w ~ 'another person'}), 'first_name tells of another person than title, of the same entity: they differ in gender and locale', 'two persons of one entity: a warning');
here(q{SELECT confiture.set_rule('people', 'name', 'name', '{"gender": {"column": "sex", "map": {"1": "male", "2": "female"}}}', 'id < 30'), confiture.set_rule('people', 'name', 'name', '{"entity": "id"}')});
here(q{SELECT confiture.set_rule('people', c, 'null') FROM unnest(ARRAY['sex', 'kind', 'title', 'first_name', 'email']) c; CALL confiture.sync('prod', ARRAY['public.people'])});
is(here(q{SELECT count(DISTINCT name), count(DISTINCT name) FILTER (WHERE id < 30), bool_and(name <> 'Canary') FROM people}), '33|2|t', 'in a run, with rules for some rows: of the raw gender, though its column is masked');
here(q{CREATE FOREIGN TABLE live.people (id int, sex smallint, name text) SERVER prod OPTIONS (schema_name 'public', table_name 'people');
	SELECT confiture.set_rule('live.people', 'sex', 'null'), confiture.set_rule('live.people', 'name', 'name', '{"gender": {"column": "sex", "map": {"1": "male", "2": "female"}}}')});
is(here(q{SELECT count(DISTINCT name) FROM live.people}), '2', 'in a foreign table');
refused(q{SELECT confiture.sync_table('prod', 'people', rules => '{"name": {"strategy": "name", "gender": {"column": "nothing"}}}')}, qr/name \(masked with name\) has the gender nothing, and public\.people has no such column/, 'no such column of a gender');
refused(q{SELECT confiture.sync_table('prod', 'people', rules => '{"name": [{"strategy": "name", "gender": {"column": "sex"}, "when": "id < 3"}, {"strategy": "name", "gender": {"column": "kind"}}]}')}, qr/name has rules whose options "gender" name different columns/, 'two columns for one gender');

# Addresses whose parts agree
both('CREATE TABLE places (id int PRIMARY KEY, line text, street text, number varchar(3), city text, zip varchar(5), state char(2), country char(2)); CREATE TABLE parcels (id int PRIMARY KEY, customer bigint, zip text, city text)');
there(q{INSERT INTO places SELECT i, 'Canary 1', '1 Canary', '1', 'Canary', '00000', 'XX', 'XX' FROM generate_series(1, 50) i; INSERT INTO parcels SELECT i, i % 50 + 1, '00000', 'Canary' FROM generate_series(1, 60) i});
my $rules_of = sub { my ($entity, %strategies) = @_; return '{' . join(', ', map { qq{"$_": {"strategy": "$strategies{$_}", "entity": "$entity", "country": ["US", "DE"]}} } sort keys %strategies) . '}' };
my $places = $rules_of->('id', line => 'address', street => 'street', number => 'house_number', city => 'city', zip => 'postcode', state => 'state', country => 'country');
my $parcels = $rules_of->('customer', zip => 'postcode', city => 'city');
here(qq{SELECT confiture.sync_table('prod', 'places', rules => '$places'), confiture.sync_table('prod', 'parcels', rules => '$parcels')});
is(here(q{SELECT count(*) FILTER (WHERE country = 'US'), count(*) FILTER (WHERE country = 'DE'), count(*) FILTER (WHERE line = CASE country WHEN 'US' THEN street || ', ' || city || ', ' || state || ' ' || zip ELSE split_part(street, ' ', 2) || ' ' || split_part(street, ' ', 3) || ' ' || number || ', ' || zip || ' ' || city END AND street LIKE number || ' %') FROM places}) =~ /^(\d+)\|(\d+)\|50$/ && $1 + $2, 50, 'the line is made of the other parts, in the form of the country');
is(here(q{SELECT count(*) FROM places p JOIN parcels USING (zip, city) WHERE p.id = customer}), '60', 'and another table tells of the same places');

# What is refused
refused(q{SELECT confiture.sync_table('prod', 'odd', rules => '{"name": {"strategy": "name", "entity": "nothing"}}')}, qr/name \(masked with name\) has the entity nothing, and public\.odd has no such column/, 'no such column');
refused(q{SELECT confiture.sync_table('prod', 'odd', rules => '{"name": {"strategy": "hash", "entity": "id"}}')}, qr/there is no option "entity"/, 'a strategy that has no people');
refused(q{SELECT confiture.set_rule('odd', 'name', 'name', '{"entity": 5}')}, qr/option "entity" must be a list/, 'no name');
my $no_column = qr/column "ix", which an option names, does not exist in public\.odd\nHINT: .*SELECT confiture\.set_rule\('public\.odd', 'ix', 'drop'\);/;
refused(qq{SELECT confiture.set_rule('odd', 'name', 'name', '$_')}, $no_column, "a rule for what is not there: $_") for '{"entity": "ix"}', '{"entity": ["id", "ix"]}', '{"gender": {"column": "ix", "map": {"1": "male"}}}';
here(q{SELECT confiture.set_rule('odd', 'ix', 'drop'), confiture.set_rule('odd', 'name', 'name', '{"entity": ["id", "ix"], "gender": "male"}')});
pass('but by a rule that leaves it out');
both('CREATE TABLE keyed (login text PRIMARY KEY, id int); CREATE TABLE refs (login text REFERENCES keyed, id int)');
refused(q{SELECT confiture.sync_table('prod', 'keyed', rules => '{"login": {"strategy": "email", "entity": "id"}}')}, qr/login \(masked with email\) is part of a key, and hangs on the entity/, 'a key that references could not follow');

done_testing();
