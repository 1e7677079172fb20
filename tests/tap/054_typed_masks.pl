# Masks of numbers, dates, addresses, enums and arrays in plans and runs: what is asked of the source, what is refused, and
# that a run's workers mask as a sync of one table does.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

sub here { my ($sql) = @_; return $target->safe_psql('postgres', $sql); }
sub both { my ($sql) = @_; $_->safe_psql('postgres', $sql) for ($source, $target); return; }
sub problem { my ($column) = @_; return here("SELECT string_agg(warning, ';') FROM confiture.plan('prod', 'people', policy => 'off') p, unnest(warnings) warning WHERE column_name = '$column' AND action = 'refuse'"); }

both(q{
	CREATE TYPE mood AS ENUM ('sad', 'so "so"', 'happy');
	CREATE DOMAIN price AS numeric(6, 2) CHECK (value >= 0);
	CREATE TABLE people (id int PRIMARY KEY, born date, paid price, ip inet, feels mood, alive boolean, moods mood[], mails text[], prices price[], grid text[]);
});
$source->safe_psql('postgres', q{
	INSERT INTO people SELECT i, date '1950-01-01' + i, 9000.25 + i % 900, inet '10.0.0.0' + i, 'sad', i % 2 = 0, '{sad,NULL}', ARRAY['u' || i || '@corp.com', NULL, ''], ARRAY[1.5, NULL], ARRAY[['a', 'b'], ['c', 'd']]
	FROM generate_series(1, 3000) i;
	INSERT INTO people (id) VALUES (0);
});
here(q{
	SELECT confiture.set_rule('people', 'born', 'birthdate'), confiture.set_rule('people', 'paid', 'noise'), confiture.set_rule('people', 'ip', 'ip'),
	  confiture.set_rule('people', 'feels', 'choice'), confiture.set_rule('people', 'alive', 'boolean'), confiture.set_rule('people', 'moods', 'choice'),
	  confiture.set_rule('people', 'mails', 'email'), confiture.set_rule('people', 'prices', 'noise'), confiture.set_rule('people', 'grid', 'redact');
});
is(here(q{SELECT string_agg(column_name, ',' ORDER BY column_name) FROM confiture.plan('prod', 'people') WHERE raw_leaves_source AND strategy IS NOT NULL}),
	'born,ip,mails,paid,prices', 'values that no strategy looks at stay on the source');

my $masked = q{SELECT md5(string_agg((id, born, paid, ip, mails, prices, grid)::text, ',' ORDER BY id)) FROM people};
my %seen;
foreach my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'people', format => '$format')});
	$seen{ here($masked) }++;
}
here(q{CALL confiture.sync('prod', include => '{people}', jobs => 2)});
$seen{ here($masked) }++;
is(join(',', values %seen), '3', 'both formats and a run with workers mask alike');

is(here(q{SELECT count(*) FROM people WHERE id > 0 AND extract(year FROM born) = extract(year FROM date '1950-01-01' + id) AND born <> date '1950-01-01' + id}), 3000, 'birthdate: same year, another day');
is(here(q{SELECT count(*) FROM people WHERE id > 0 AND paid BETWEEN 8000 AND 9999.99}), 3000, 'noise: fits the numeric');
is(here(q{SELECT count(*) || '|' || bool_and(paid <> 9000.25 + id % 900) FROM people WHERE id BETWEEN 1 AND 5}), '5|true', 'and changes it');
is(here(q{SELECT count(DISTINCT ip) || '|' || count(DISTINCT network(set_masklen(ip, 16))) FROM people}), '3000|1', 'ip: one to one, networks kept');
is(here(q{SELECT count(DISTINCT feels) || '|' || count(DISTINCT alive) || '|' || count(DISTINCT moods[1]) || '|' || count(moods[2]) FROM people}), '3|2|3|0', 'choice and boolean: drawn for each row');
is(here(q{SELECT count(*) FROM people WHERE id > 0 AND mails[1] = confiture.email('u' || id || '@corp.com') AND mails[2] IS NULL AND mails[3] = ''}), 3000, 'email: element by element');
is(here(q{SELECT DISTINCT grid::text FROM people WHERE id > 0}), '{{[REDACTED],[REDACTED]},{[REDACTED],[REDACTED]}}', 'redact: the shape of arrays alone');
is(here(q{SELECT count(*) FROM people WHERE id = 0 AND num_nulls(born, paid, ip, feels, alive, moods, mails, prices, grid) = 9}), 1, 'NULL stays NULL');

# Options are checked against the column.
sub unset { my ($call, $pattern, $name) = @_; local $Test::Builder::Level = $Test::Builder::Level + 1; return ConfitureTest::fails_like($target, "SELECT confiture.set_rule('people', $call)", [$pattern], $name); }
unset(q{'feels', 'choice', '{"values": ["angry"]}'}, qr/what is no label of the column's enum: "angry"/, 'no label');
unset(q{'moods', 'choice', '{"values": ["angry"]}'}, qr/what is no label of the column's enum: "angry"/, 'no label of the elements');
unset(q{'paid', 'random_number', '{"max": 10000}'}, qr/does not fit the column/, 'a range beyond numeric(6, 2)');
unset(q{'born', 'truncate', '{"to": "hour"}'}, qr/must be month, quarter, year or decade/, 'a date has no hours');
unset(q{'born', 'birthdate', '{"min_age": 18}'}, qr/"as_of" is missing/, 'ages need a date');

# A CHECK of the column is tried with masked values.
here(q{ALTER TABLE people ADD CONSTRAINT old CHECK (born < '1970-01-01'); SELECT confiture.set_rule('people', 'born', 'random_date')});
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'people')}, [qr/masked with random_date\) violates CHECK constraint old/], 'a CHECK of a date');
here(q{ALTER TABLE people DROP CONSTRAINT old; SELECT confiture.set_rule('people', 'born', 'birthdate')});

# What a mask lets pass are labels of the enum. Values of citext come in lower case, and so are the keys of a map.
both(q{CREATE EXTENSION citext; CREATE TABLE feelings (id int PRIMARY KEY, feels mood, plan citext)});
$source->safe_psql('postgres', q{INSERT INTO feelings VALUES (1, 'sad', 'Gold'), (2, 'happy', 'tin')});
here(q{SELECT confiture.set_rule('feelings', 'feels', 'map', '{"values": {"sad": "happy"}, "keep_others": true}'),
  confiture.set_rule('feelings', 'plan', 'map', '{"values": {"GOLD": "A"}, "otherwise": "B"}')});
here(q{SELECT confiture.sync_table('prod', 'feelings')});
is(here(q{SELECT string_agg(feels || '/' || plan, ' ' ORDER BY id) FROM feelings}), 'happy/A happy/B', 'map: of an enum and of citext');
here(q{TRUNCATE feelings; CALL confiture.sync('prod', include => '{feelings}', jobs => 1)});
is(here(q{SELECT string_agg(feels || '/' || plan, ' ' ORDER BY id) FROM feelings}), 'happy/A happy/B', 'and by a worker');

# Unique columns and keys.
here('TRUNCATE people');
both(q{CREATE UNIQUE INDEX once ON people (born)});
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'people')}, [qr/born \(masked with birthdate\) is under the unique index once, and masked values could collide/, qr/set_rule\('public\.people', 'born', 'null'\)/], 'dates under a unique index');
both(q{DROP INDEX once; CREATE UNIQUE INDEX once ON people (ip)});
is(here(q{SELECT rows FROM confiture.sync_table('prod', 'people')}), 3001, 'addresses under one are fine');
both(q{DROP INDEX once; CREATE TABLE levels (level int PRIMARY KEY); CREATE TABLE users (level int REFERENCES levels)});
here(q{SELECT confiture.set_rule('levels', 'level', 'choice', '{"values": [1, 2]}'), confiture.set_rule('users', 'level', 'choice', '{"values": [1, 2]}')});
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'users')}, [qr/level \(masked with choice\) references public\.levels\.level, and every row gets a value of its own/], 'a key that is drawn by row');

done_testing();
