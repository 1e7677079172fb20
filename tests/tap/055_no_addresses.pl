# What is no address in a column of addresses: it becomes one, becomes NULL where the column takes that, or is let through,
# which the plan says.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub refused { my ($sql, $error, $name) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql); ok($status != 0 && $err =~ $error, $name) or diag("$status $out $err"); return }

both(q{CREATE TABLE users (id int PRIMARY KEY, email text, phone text)});
there(q{INSERT INTO users VALUES (1, 'ada@canary.org', 'call 0612345678'), (2, 'n/a', '-'), (3, NULL, NULL), (4, '', ''), (5, 'Ada <ada@canary.org>', 'ada@canary.org'), (6, 'ada+notes@canary.org', '')});
my $sync = sub { my ($options, $more) = @_; return qq{SELECT confiture.sync_table('prod', 'users', rules => '{"email": {"strategy": "email"$options}, "phone": {"strategy": "phone", "keep_non_numbers": true}}'$more)} };
for my $format (qw(binary text))
{
	my $as = qq{, format => '$format'};
	here($sync->(', "invalid": "null"', $as));
	is(here(q{SELECT string_agg(id::text, ' ' ORDER BY id) FROM users WHERE email IS NULL}), '2 3 5', "$format: what is no address becomes NULL");
	is(here(q{SELECT bool_and(email = confiture.email('ada@canary.org', '{"invalid": "null"}')), confiture.email('n/a', '{"invalid": "null"}') IS NULL FROM users WHERE id = 1}), 't|t', "$format: as the function makes it");
	here($sync->(', "invalid": "pass"', $as));
	is(here(q{SELECT count(*) FILTER (WHERE email = 'n/a'), count(*) FILTER (WHERE phone = '-'), count(*) FILTER (WHERE users::text ~ 'canary|061234') FROM users}), '1|1|0', "$format: what is let through has no address and no number");
	here($sync->(', "plus": "same"', $as));
	is(here(q{SELECT a.email = b.email FROM users a, users b WHERE a.id = 1 AND b.id = 6}), 't', "$format: tags make no difference when asked");
}
is(here(q{SELECT string_agg(column_name || ': ' || warnings::text, ' ' ORDER BY 1) FROM confiture.plan('prod', 'users', rules => '{"email": {"strategy": "email", "invalid": "pass"}, "phone": {"strategy": "phone", "keep_non_numbers": true}}') WHERE warnings <> '{}'}),
	'email: {"values that its options let pass arrive as they are"} phone: {"values that its options let pass arrive as they are"}', 'the plan says what is let through');
is(here(q{SELECT warnings FROM confiture.plan('prod', 'users', rules => '{"email": "email", "phone": {"strategy": "phone", "unique": true}}') WHERE column_name = 'phone'}),
	'{"a masked value may be one that somebody has"}', 'and what may be real');
here(q{CREATE SCHEMA live; CREATE FOREIGN TABLE live.users (id int, email text NOT NULL) SERVER prod OPTIONS (schema_name 'public', table_name 'users'); SELECT confiture.set_rule('live.users', 'email', 'email', '{"invalid": "null"}')});
refused('SELECT * FROM live.users', qr/email is NOT NULL here, and its rule makes it NULL/, 'a foreign table must take NULL');
here('ALTER FOREIGN TABLE live.users ALTER email DROP NOT NULL');
is(here('SELECT count(*) FROM live.users WHERE email IS NULL'), '3', 'then it is NULL there');
here('DELETE FROM users; ALTER TABLE users ALTER email SET NOT NULL');
refused($sync->(', "invalid": "null"', ''), qr/email is NOT NULL, so it cannot be masked with email/, 'a column that takes no NULL');
here('ALTER TABLE users ALTER email DROP NOT NULL; CREATE UNIQUE INDEX ON users (id) WHERE email IS NULL; CREATE UNIQUE INDEX one ON users ((1)) WHERE email IS NULL');
refused($sync->(', "invalid": "null"', ''), qr/email \(masked with email\).*one/, 'a unique index on rows without an address');
both('CREATE TABLE lists (id int PRIMARY KEY, email text[])');
refused(q{SELECT confiture.sync_table('prod', 'lists', rules => '{"email": {"strategy": "email", "invalid": "null"}}')}, qr/make NULL of some values, which elements of arrays cannot become/, 'elements of arrays');

done_testing();
