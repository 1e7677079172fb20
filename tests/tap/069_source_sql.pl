# Strategy sql: the source computes a column's value inside the copy query.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

sub value { return $target->safe_psql('postgres', $_[0]) }
sub rule { return q{SELECT confiture.set_rule('people', '} . $_[0] . q{', 'sql', } . $target->safe_psql('postgres', "SELECT quote_literal('$_[1]')") . ')' }

my $table = q{CREATE TABLE people (id integer PRIMARY KEY, email varchar(20) NOT NULL, code char(4) UNIQUE, born date, tags text[], pay numeric(6, 1), free text);
	CREATE TABLE visits (n integer PRIMARY KEY, code char(4))};
$source->safe_psql('postgres', "$table; " . q{
	INSERT INTO people SELECT i, 'user' || i || '@shop.test', lpad(i::text, 4, '0'), date '1980-05-17' + i, ARRAY['a', 'b' || i], i, 'x' FROM generate_series(1, 50) i;
	INSERT INTO visits SELECT i, lpad(i::text, 4, '0') FROM generate_series(1, 50) i});
value("$table; ALTER TABLE visits ADD FOREIGN KEY (code) REFERENCES people (code)");

# In every kind of column, in both formats
value(rule('email', q({"expression": "$$p$$ || id -- the number"})));
value(rule('code', q({"expression": "reverse(code)", "unique": true})));
value(rule('born', q({"expression": "date_trunc($$year$$, born)"})));
value(rule('tags', q({"expression": "ARRAY[tags[1]]"})));
value(rule('pay', q({"expression": "round(pay, -1)"})));
value(q{SELECT confiture.set_rule('people', 'free', 'hash')});
is(value(q{SELECT string_agg(column_name || ' ' || action || ' ' || raw_leaves_source, ',' ORDER BY column_name) FROM confiture.plan('prod', 'people') WHERE strategy = 'sql'}),
	'born mask false,code mask false,email mask false,pay mask false,tags mask false', 'the plan: no raw value leaves the source');
value(q{SELECT confiture.set_rule('visits', 'code', 'sql', '{"expression": "reverse(code)"}')});
foreach my $format (qw(binary text))
{
	is(value("SELECT format FROM confiture.sync_table('prod', 'people', format => '$format')"), $format, $format);
	is(value(q{SELECT email, code, born, tags, pay FROM people WHERE id = 23}), 'p23|3200|1980-01-01|{a}|20.0', "what the expressions give, in $format");
}
value(q{CALL confiture.sync('prod')});
is(value('SELECT count(*) FROM visits JOIN people USING (code)'), '50', 'two that make the same of a key keep it whole');
my $inline = q{SELECT confiture.sync_table('prod', 'people', rules => '{"free": {"strategy": "sql", "expression": "%s"}}')};
value(sprintf $inline, 'upper(free)');
is(value('SELECT DISTINCT free FROM people'), 'X', 'in the rules of one call');

# What is refused, before a row moves
sub refuses { my ($sql, $pattern, $test_name) = @_; return ConfitureTest::fails_like($target, $sql, [$pattern], $test_name) }
refuses(rule('free', $_->[0]), $_->[1], "set_rule: $_->[0]")
  for ['{}', qr/needs option "expression"/], ['{"expression": 5}', qr/option "expression" is unknown, or of another type/], ['{"expression": "a", "uniqe": true}', qr/"uniqe"/],
  ['{"expression": "id) FROM people --"}', qr/syntax error|not a single SQL expression/], ['{"expression": "id, email"}', qr/syntax error|not a single/],
  ['{"expression": "id LIMIT 1"}', qr/not a single SQL expression/], ['{"expression": ""}', qr/syntax error/];
refuses(q{SELECT confiture.set_rule('people', 'free', 'sql', '{"expression": "id"}', 'id > 5')}, qr/takes no condition/, 'a condition');
refuses(q{SELECT confiture.sync_table('prod', 'people', rules => '{"free": [{"strategy": "null", "when": "id > 5"}, {"strategy": "sql", "expression": "free"}]}')},
	qr/free has a rule with strategy sql beside rules with conditions/, 'or beside one');
refuses(q{SELECT confiture.set_pattern('*', 'free', 'sql', '{"expression": "id"}')}, qr/there is no strategy "sql"/, 'a pattern, since names differ');
refuses(sprintf($inline, $_->[0]), $_->[1], "an expression that is $_->[2]")
  for ['nothing', qr/free has an expression that the source refuses: column "nothing" does not exist/, 'unknown to the source'], ['count(*)', qr/aggregate functions are not allowed/, 'an aggregate'],
  ['generate_series(1, 3)', qr/set-returning functions are not allowed/, 'a set'];
refuses(q{SELECT confiture.sync_table('prod', 'people', rules => '{"email": {"strategy": "sql", "expression": "nullif(id, 7)"}}')}, qr/email is NOT NULL here, and its expression gives NULLs/, 'NULLs');
refuses(q{SELECT confiture.sync_table('prod', 'people', rules => '{"code": {"strategy": "sql", "expression": "left(code, 1)"}}')}, qr/\(masked with sql\) is under the unique index/, 'what may collide');
my $error = refuses(q{SELECT confiture.sync_table('prod', 'people', rules => '{"email": {"strategy": "sql", "expression": "repeat($$secret$$, 9)"}}')}, qr/too long/, 'what is too long is not cut');
unlike($error, qr/secret/, 'nor told');
value(q{SELECT confiture.drop_rule('visits', 'code')});
refuses(q{CALL confiture.sync('prod')}, qr/code has no rule, but references public\.people\.code, which is masked with sql/, 'a reference that does not follow');

# Whose SQL it is: that of another role would run on the source with the rights of the one that reads
ConfitureTest::add_role($source, $target, 'loader', 'secret');
value('ALTER TABLE people OWNER TO loader');
$source->safe_psql('postgres', 'GRANT SELECT ON people TO loader');
$target->safe_psql('postgres', rule('free', q({"expression": "(SELECT rolpassword FROM pg_authid LIMIT 1)"})), extra_params => [ '-U', 'loader' ]);
refuses(q{SELECT confiture.sync_table('prod', 'people')}, qr/free has a rule with SQL that role loader has set/, 'no SQL of an owner runs as the superuser');
like(($target->psql('postgres', q{SELECT confiture.sync_table('prod_tcp', 'people')}, extra_params => [ '-U', 'loader' ]))[2], qr/permission denied/, 'and his own only as himself');

# Foreign tables: conditions on it are evaluated on what it gives
value(q{SELECT confiture.drop_rule('people', 'free'); CREATE SCHEMA live; IMPORT FOREIGN SCHEMA public LIMIT TO (people) FROM SERVER prod INTO live;
	SELECT confiture.set_rule('live.people', 'email', 'sql', '{"expression": "left(email, 4)"}'), confiture.keep('live.people', c) FROM unnest('{code,born,free,pay}'::name[]) c});
is(value(q{SELECT count(*) || ' ' || min(email) FROM live.people WHERE email = 'user'}), '50 user', 'in a foreign table');
is(value(q{SELECT count(*) FROM live.people WHERE email LIKE '%shop%'}), '0', 'whose conditions do not see the raw value');

done_testing();
