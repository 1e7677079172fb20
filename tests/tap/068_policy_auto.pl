# The policy auto: columns that look personal and have no rule are masked as the guard would suggest.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

sub value { return $target->safe_psql('postgres', $_[0]) }

my $tables = q{
	CREATE TABLE people (id integer PRIMARY KEY, email varchar(32) UNIQUE, phone varchar(40) NOT NULL UNIQUE, full_name text, birth_date date, notes text, profile jsonb NOT NULL,
		score integer);
	CREATE TABLE accounts (email text PRIMARY KEY, plan text);
	CREATE TABLE logins (n integer PRIMARY KEY, email text REFERENCES accounts);};
$source->safe_psql('postgres', $tables . q{
	INSERT INTO people SELECT i, 'user' || i || '@shop.test', '+49 170 ' || 1000000 + i, 'Jo Doe ' || i, '1980-01-01'::date + i, 'call Jo Doe', '{"email": "jo@shop.test"}', i
		FROM generate_series(1, 200) i;
	INSERT INTO accounts SELECT 'user' || i || '@shop.test', 'free' FROM generate_series(1, 200) i;
	INSERT INTO logins SELECT i, 'user' || i || '@shop.test' FROM generate_series(1, 200) i});
value($tables);

like(value(q{SELECT string_agg(warning, E'\n') FROM confiture.plan('prod', 'people', policy => 'auto'), unnest(warnings) warning}),
	qr/^masked with \w+ by the policy auto: looks like personal data \(.*\)$/m, 'the plan says so');
is(value(q{SELECT string_agg(column_name, ' ' ORDER BY column_name) FROM confiture.plan('prod', 'people', policy => 'auto') WHERE action = 'mask'}),
	'birth_date email full_name notes phone profile', 'of each column that looks personal');
is(value(q{SELECT string_agg(column_name, ' ' ORDER BY column_name) FROM confiture.plan('prod', 'people', policy => 'auto') WHERE action = 'refuse'}), '', 'and refuses none');
is(value(q{SELECT rows FROM confiture.sync_table('prod', 'people', policy => 'auto')}), '200', 'rows are copied');
is(value(q{SELECT count(*) FROM people WHERE people::text ~ 'shop\.test|Jo Doe|170 1000'}), '0', 'masked');
is(value(q{SELECT count(*) FROM people WHERE score = id}), '200', 'and others as they are');

# Keys
value(q{CALL confiture.sync('prod', policy => 'auto', include => '{accounts,logins}')});
is(value(q{SELECT count(*) FROM logins JOIN accounts USING (email) WHERE email !~ 'shop\.test'}), '200', 'masked keys join');
is(value(q{SELECT count(*) FROM accounts a JOIN people p USING (email)}), '0', 'within a call: another width is another mask');
value(q{CALL confiture.sync('prod', policy => 'auto')});
is(value(q{SELECT count(*) FROM accounts a JOIN people p USING (email)}), '200', 'which a run of all settles');

# What is decided already
value(q{SELECT confiture.keep('people', 'notes'), confiture.set_rule('people', 'full_name', 'constant', '{"value": "somebody"}')});
value(q{SELECT confiture.sync_table('prod', 'people', policy => 'auto')});
is(value(q{SELECT DISTINCT notes || ' ' || full_name FROM people}), 'call Jo Doe somebody', 'rules and keeps come first');

# What CHECKs allow
$_->safe_psql('postgres', q{CREATE TABLE formal (id integer PRIMARY KEY, gender char(1) NOT NULL CHECK (gender IN ('M', 'F')), zip_code char(5) NOT NULL CHECK (zip_code ~ '^[0-9]{5}$'),
	salary real NOT NULL CHECK (salary BETWEEN 500 AND 900))}) for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO formal SELECT i, 'M', '12345', 777.5 FROM generate_series(1, 200) i});
is(value(q{SELECT rows FROM confiture.sync_table('prod', 'formal', policy => 'auto')}), '200', 'rows whose columns have a form are copied');
is(value(q{SELECT count(DISTINCT gender), count(*) FILTER (WHERE zip_code = '12345' OR salary = 777.5) FROM formal}), '2|0', 'masked in that form');

# What no mask fits
$_->safe_psql('postgres', q{CREATE TABLE odd (id integer PRIMARY KEY, phone text NOT NULL CHECK (phone LIKE 'tel:%'), weight numeric)}) for $source, $target;
like(ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'odd', policy => 'auto')}, [qr/phone looks like personal data/], 'stops'),
	qr/no strategy fits/, 'and says what to change');

# Who may ask for it
ConfitureTest::add_role($source, $target, 'loader', 'secret');
$source->safe_psql('postgres', 'GRANT SELECT ON people TO loader');
value('ALTER TABLE people OWNER TO loader');
my @loader = (extra_params => [ '-U', 'loader' ]);
my $asked = q{SELECT rows FROM confiture.sync_table('prod_tcp', 'people', policy => 'auto')};
is($target->safe_psql('postgres', $asked, @loader), '200', 'every role, where the setting is guard');
value(q{ALTER DATABASE postgres SET confiture.policy = 'auto'});
like(($target->psql('postgres', q{SELECT confiture.sync_table('prod_tcp', 'people', policy => 'guard')}, @loader))[2], qr/looks like personal data/, 'and guard, where it is auto');
is($target->safe_psql('postgres', q{SELECT rows FROM confiture.sync_table('prod_tcp', 'people')}, @loader), '200', 'which calls without a policy take');
value(q{CREATE SCHEMA live; IMPORT FOREIGN SCHEMA public LIMIT TO (people) FROM SERVER prod INTO live});
is(value(q{SELECT count(*) FROM live.people p WHERE p::text !~ 'shop\.test|Jo Doe|170 1'}), '200', 'queries of foreign tables as well');
value(q{ALTER DATABASE postgres SET confiture.policy = 'strict'});
like(($target->psql('postgres', $asked, @loader))[2], qr/policy "auto" is weaker than confiture.policy, which is "strict"/, 'but not where it is strict');

done_testing();
