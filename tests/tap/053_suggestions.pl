# What a plan suggests, it takes: strategies that fit the type and the length of a column, are unique where an index wants
# that, and satisfy NOT NULL and the column's CHECK. Pasting all statements settles the plan.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }

# The problems of a plan, and the statement that comes with each.
sub problems { return here("SELECT column_name || ': ' || problem FROM confiture.plan('prod', '$_[0]') WHERE problem IS NOT NULL ORDER BY 1") }

sub hint_of
{
	my ($table) = @_;
	my ($status, undef, $stderr) = $target->psql('postgres', "SELECT * FROM confiture.sync_table('prod', '$table')");
	return $status == 0 ? '' : ($stderr =~ /^HINT:\s+To settle it:\n(.*)/ms)[0] // die "no statements in: $stderr";
}

$_->safe_psql('postgres', q{
	CREATE TABLE accounts (
		id integer PRIMARY KEY,
		phone varchar(16) NOT NULL UNIQUE CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
		email varchar(30) NOT NULL UNIQUE,
		backup_email varchar(30),
		iban varchar(34) NOT NULL,
		card_number text,
		card_last4 varchar(4),
		ssn varchar(11) UNIQUE,
		tax_id text,
		vat_number varchar(20),
		bic char(11),
		first_name text UNIQUE,
		national_id bigint UNIQUE,
		settings jsonb NOT NULL,
		config json,
		variants jsonb[],
		address jsonb)}) for $source, $target;
$source->safe_psql('postgres', q{
	INSERT INTO accounts SELECT i, '+336' || 10000000 + i, 'u' || i || '@shop.test', NULL, 'DE89370400440532013000', '4539 5787 6362 1486',
		lpad(i::text, 4, '0'), '078-05-' || lpad(i::text, 4, '0'), '39053344705', 'FR40303265045', 'DEUTDEFF500', 'N' || i, 1000000 + i,
		jsonb_build_object('theme', 'dark', 'email', 'u' || i || '@shop.test', 'seen', ARRAY['by ' || i || '@corp.test']), '{"theme":  "dark"}',
		ARRAY[jsonb_build_object('phone', '+336' || 10000000 + i)], '["some street"]'
	FROM generate_series(1, 1000) i});

my $statements = hint_of('accounts');
my %expected = (
	phone => q('phone', '{"unique": true}'), email => q('email', '{"style": "opaque", "domain": "a.test"}'), backup_email => q('email'),
	iban => q('iban'), card_number => q('card'), card_last4 => q('card'), ssn => q('fpe'), tax_id => q('national_id'),
	vat_number => q('vat'), bic => q('bic'), first_name => q('hash'), national_id => q('hash'),
	settings => q('json'), config => q('json'), variants => q('json'), address => q('null'));
like($statements, qr/^SELECT confiture\.set_rule\('public\.accounts', '$_', \Q$expected{$_}\E\);/m, "$_ gets $expected{$_}") for sort keys %expected;

here($statements);
is(hint_of('accounts'), '', 'all that is suggested is taken, as it is');
is(here('SELECT count(*) FROM accounts'), '1000', 'and the rows come');
is(here(q{SELECT count(*) FROM accounts WHERE phone ~ '^\+33[1-9][0-9]{8}$' AND email ~ '^\w{20}@a\.test$' AND iban ~ '^DE[0-9]{20}$'
	AND ssn ~ '^[0-9]{3}-[0-9]{2}-[0-9]{4}$' AND card_last4 ~ '^[0-9]{4}$' AND vat_number LIKE 'FR%' AND bic ~ '^[A-Z]{4}DE[A-Z]0'}), '1000', 'looking as they did');
is(here(q{SELECT count(*) FROM accounts WHERE settings = jsonb_build_object('theme', 'dark', 'email', confiture.email('u' || id || '@shop.test'), 'seen', ARRAY['by ' || confiture.email(id || '@corp.test')])
	AND config::text = '{"theme":  "dark"}' AND variants[1]->>'phone' = confiture.phone('+336' || 10000000 + id) AND address IS NULL}), '1000', 'and of documents what is personal');
my $raw = $source->safe_psql('postgres', 'SELECT phone FROM accounts ORDER BY id');
my $masked = here('SELECT phone FROM accounts ORDER BY id');
my %seen = map { $_ => 1 } split /\n/, $raw;
cmp_ok(scalar(grep { $seen{$_} } split /\n/, $masked), '<', 10, 'and as others');

# A rule whose values may collide is refused with a statement that keeps them apart, options included.
here(q{SELECT confiture.set_rule('accounts', 'phone', 'phone'); SELECT confiture.set_rule('accounts', 'email', 'email')});
$statements = hint_of('accounts');
like($statements, qr/'phone', 'phone', '\{"unique": true\}'\);/, 'a unique telephone number');
like($statements, qr/'email', 'email', '\{"style": "opaque", "domain": "a\.test"\}'\);/, 'a unique address in 30 characters');
here($statements);
is(hint_of('accounts'), '', 'which is taken');


# --- confiture.suggest(): what the plan asks about, and what values look like

ConfitureTest::add_role($source, $target, 'asker', 'secret');
$_->safe_psql('postgres', 'DROP TABLE accounts') for $source, $target;
here('DELETE FROM confiture.rule');
sub suggested { my ($arguments, $columns) = @_; return here("SELECT $columns FROM confiture.suggest('prod', $arguments) ORDER BY relation, column_name") }
$_->safe_psql('postgres', q{
	CREATE TYPE state AS ENUM ('x'); CREATE DOMAIN kept_text AS text;
	CREATE TABLE people (id int PRIMARY KEY, email text, phone text, channel varchar(40) UNIQUE, extra kept_text, settled text, list text[], state state, odd text, price numeric, gone text)}) for $source, $target;
$source->safe_psql('postgres', q{
	INSERT INTO people SELECT i, 'u' || i || '@canary.test', 'n/a ' || i, 'p' || i || '@canary.test', CASE WHEN i % 10 = 0 THEN 'ask jo@canary.test' ELSE 'canary' END,
		'u@canary.test', ARRAY['x', '+49 170 123456' || i % 10], 'x', CASE WHEN i % 2 = 0 THEN 'u@canary.test' ELSE 'canary' END, i, NULL FROM generate_series(1, 50) i});
here(q{SELECT confiture.keep('people', 'settled')});
is(suggested(q{include => '{people}'}, q{column_name, kind, confidence, evidence}), "email|e-mail address|medium|{\"name\": \"e-mail address\"}\nphone|telephone number|medium|{\"name\": \"telephone number\"}", 'names alone');
is(suggested(q{100, '{people}'}, q{column_name, kind, confidence, evidence}), join("\n",
	'channel|e-mail addresses|high|{"rows": 50, "values": 50, "e-mail addresses": 50}',
	'email|e-mail address|high|{"name": "e-mail address", "rows": 50, "values": 50, "e-mail addresses": 50}',
	'extra|e-mail addresses|low|{"rows": 50, "values": 50, "e-mail addresses": 5}',
	'list|telephone numbers|high|{"rows": 50, "values": 50, "telephone numbers": 50}',
	'odd|e-mail addresses|medium|{"rows": 50, "values": 50, "e-mail addresses": 25}',
	'phone|telephone number|low|{"name": "telephone number", "rows": 50, "values": 50}'), 'values too, those that were decided about aside');
is(here(q{SELECT DISTINCT evidence -> 'rows' FROM confiture.suggest('prod', 10, '{people}')}), '10', 'of so many rows');
like(suggested(q{100, '{people}'}, 'rule'), qr/set_rule\('public\.people', 'channel', 'email'/, 'with rules');
unlike(here(q{SELECT s::text FROM confiture.suggest('prod', 100) s}), qr/canary|170/, 'and without values');
my $rules = suggested(q{100, '{people}'}, 'rule');
unlike($rules, qr/^--/m, 'one for each');
here($rules);
is(here(q{SELECT count(*) FROM confiture.suggest('prod', 100, '{people}')}), '0', 'which settle everything');
is(hint_of('people'), '', 'and pass the plan as they are');

# Values of columns whose names tell nothing; and of some that resemble them.
my %look = (
	'telephone numbers' => [ '+49 170 1234567', '(206) 555-9857', '206-555-3412' ],
	'network addresses' => [ '2001:db8::1', '198.51.100.7', '2001:db8:0:0:1:2:3:4' ],
	'hardware addresses' => [ '08:00:2b:01:02:03', '08-00-2B-01-02-04' ],
	'identity numbers' => [ '219-09-9999', '12345678Z', 'RSSMRA80A01H501U' ],
	'passwords or keys' => [ '$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234', 'eyJhbGciOi.eyJzdWIi.c2ln' ],
	'user agents' => ['Mozilla/5.0 (X11; Linux x86_64)'],
	'accounts at other services' => ['https://www.linkedin.com/in/ada'],
	'genders or salutations' => [ 'male', 'Female' ],
	'street addresses' => [ '47 Canary Drive', 'Lindenstrasse 4', 'Rue du Bac 12' ],
	'postal codes' => [ 'EC1A 1BB', '12227-000', 'H2G 1A7' ],
	'first names' => [ 'Mary', 'Zoraya', 'KLAUS' ],
	'last names' => [ 'Lovelace', 'Smith', 'Rossi', 'Turing' ],
	'documents (JSON)' => [ '{"note": "canary", "at": [1]}', '[{"email": "jo@canary.test"}]' ],
	'names of persons' => [ 'Maria Anders', 'Lovelace, Julia', 'Jean Crow Smith' ]);
my @other = ([ '12:30:45', '10:11:12' ], [ '1.2.3', '2024-01-02' ], [ 'Pearl Jam', 'The Who', 'Led Zeppelin' ], [ 'M', 'F' ], [ '87654321Z', '5449000000996' ], [ 'Berlin', 'Lyon', 'Oslo' ],
	[ 'see the drive for all the files there, please', 'one way or another' ], [ 'https://github.com', 'https://example.com/a' ]);
my ($n, %kind_of, @columns, @values) = (0);
for my $kind ((sort keys %look), 0 .. $#other)
{
	my @some = @{ $look{$kind} // $other[$kind] };
	$n++;
	$kind_of{"c$n"} = $kind if $look{$kind};
	push @columns, "c$n text";
	push @values, '(ARRAY[' . join(', ', map { "'$_'" } @some) . '])[1 + i % ' . @some . ']';
}
$_->safe_psql('postgres', 'CREATE TABLE t (' . join(', ', @columns) . ')') for $source, $target;
$source->safe_psql('postgres', 'INSERT INTO t SELECT ' . join(', ', @values) . ' FROM generate_series(1, 36) i');
is(here(q{SELECT column_name || ' ' || kind FROM confiture.suggest('prod', 100, '{t}') ORDER BY substr(column_name, 2)::int}),
	join("\n", map { "$_ $kind_of{$_}" } sort { substr($a, 1) <=> substr($b, 1) } keys %kind_of), 'values tell what names do not');
here(here(q{SELECT rule FROM confiture.suggest('prod', 100, '{t}')}));
is(here(q{SELECT count(*) FROM confiture.suggest('prod', 100, '{t}')}), '0', 'whose rules fit');
$_->safe_psql('postgres', 'DROP TABLE t') for $source, $target;

# Days of birth are told by how they are spread: not orders, times of day, what goes on until today, years, or a few.
$_->safe_psql('postgres', 'CREATE DOMAIN day AS date; CREATE TABLE days (c1 date, c2 timestamp, c3 day, o1 date, o2 timestamp, o3 date, o4 date, o5 date, o6 timestamptz)') for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO days SELECT '1950-01-01'::date + i * 97, '1931-01-01'::date + i * 97, CASE WHEN i % 20 = 0 THEN 'infinity' ELSE '1950-01-01'::date + i * 97 END,
	'2005-01-01'::date + i, '1950-01-01 12:00'::timestamp + i * interval '97 days', current_date - i * 150, '1800-01-01'::date + i * interval '1 year', CASE WHEN i < 8 THEN '1950-01-01'::date + i * 970 END,
	'1950-01-01'::timestamptz + i * interval '97 days' FROM generate_series(1, 200) i});
is(suggested(q{1000, '{days}'}, q{concat_ws(' ', column_name, kind, confidence, evidence, rule)}), join("\n", map { "c$_->[0] dates of birth low {\"rows\": 200, \"values\": 200, \"dates of birth\": $_->[1]} SELECT confiture.set_rule('public.days', 'c$_->[0]', 'birthdate');" }
	[ 1, 200 ], [ 2, 200 ], [ 3, 190 ]), 'days of birth');
$_->safe_psql('postgres', 'DROP TABLE days; DROP DOMAIN day') for $source, $target;

# Regular expressions do not take every collation.
SKIP:
{
	skip 'a server without ICU', 1 if here(q{SELECT count(*) FROM pg_collation WHERE collprovider = 'i'}) eq '0';
	$_->safe_psql('postgres', q{CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE notices (c text COLLATE loose)}) for $source, $target;
	$source->safe_psql('postgres', q{INSERT INTO notices SELECT 'u' || i || '@canary.test' FROM generate_series(1, 5) i});
	is(here(q{SELECT kind FROM confiture.suggest('prod', 100, '{notices}')}), 'e-mail addresses', 'a collation for which letters of both cases are one');
	$_->safe_psql('postgres', 'DROP TABLE notices') for $source, $target;
}

# What keeps data of use where a column takes no NULL.
$_->safe_psql('postgres', 'CREATE TABLE staff (salary numeric(10,2) NOT NULL, pay_rate int NOT NULL, bonus money NOT NULL, weight_kg real NOT NULL, home_lat numeric(9,6) NOT NULL, home_lng float8 NOT NULL,
	home point NOT NULL, mac_address varchar(17) NOT NULL, nic_mac varchar(8) NOT NULL, event_json text NOT NULL, audit_json varchar(99) NOT NULL)') for $source, $target;
is(here(q{SELECT string_agg(regexp_replace(rule, '.*''staff'', |\.staff'', |^SELECT [^,]*, |\);.*', '', 'g'), E'\\n' ORDER BY column_name) FROM confiture.suggest('prod', 0, '{staff}')}), join("\n",
	q{'audit_json', 'hash'}, q{'bonus', 'constant', '{"value": "0"}'}, q{'event_json', 'json'}, q{'home', 'location', '{"radius": 5000}'},
	q{'home_lat', 'location', '{"axis": "latitude", "radius": 5000}'}, q{'home_lng', 'location', '{"axis": "longitude", "radius": 5000}'}, q{'mac_address', 'mac'}, q{'nic_mac', 'hash', '{"masking_domain": "hash-8"}'},
	q{'pay_rate', 'noise'}, q{'salary', 'noise'}, q{'weight_kg', 'noise'}), 'amounts stay amounts, and places places');
$_->safe_psql('postgres', 'DROP TABLE staff') for $source, $target;

# What is no personal data is told all the same; policies.
here('ALTER TABLE people DROP COLUMN gone');
is(here(q{SELECT column_name, kind, reason, rule FROM confiture.suggest('prod', 100, '{people}')}) =~ s/; -- or .*/;/r, q{gone||(text) is on the source, but not here|SELECT confiture.set_rule('public.people', 'gone', 'drop');}, 'another problem');
here('ALTER TABLE people ADD COLUMN gone text; DELETE FROM confiture.rule');
is(here(q{SELECT count(*), count(kind) FROM confiture.suggest('prod', 0, '{people}', policy => 'strict')}), '11|2', 'strict asks about all');
is(here(q{SET confiture.policy = auto; SELECT count(*) FROM confiture.suggest('prod', 0, '{people}')}), '2', 'auto does not decide');
is(here(q{SELECT string_agg(column_name, ' ' ORDER BY column_name) FROM confiture.suggest('prod', 9, '{people}', policy => 'off')}), 'channel email list odd settled', 'off: the values alone');
ConfitureTest::fails_like($target, q{SELECT * FROM confiture.suggest('prod', -1)}, [ qr/sample_rows must not be negative/ ], 'a number of rows');
ConfitureTest::fails_like($target, q{SELECT * FROM confiture.suggest('prod', 10, '{nothing}', policy => 'x')}, [ qr/policy/ ], 'a policy');

# Whoever may not read a column is not told of it; privileges are those of a plan.
my $as_asker = sub { my ($status, $out, $err) = $target->psql('postgres', $_[0], extra_params => [ '-U', 'asker' ]); return $status == 0 ? $out : $err };
here('REVOKE EXECUTE ON FUNCTION confiture.suggest(text, integer, text[], text[], text) FROM asker');
like($as_asker->(q{SELECT * FROM confiture.suggest('prod_tcp')}), qr/permission denied for function suggest/, 'EXECUTE is for those who were given it');
here('GRANT EXECUTE ON FUNCTION confiture.suggest(text, integer, text[], text[], text) TO asker; GRANT SELECT ON people TO asker');
$source->safe_psql('postgres', 'REVOKE ALL ON people FROM asker; GRANT SELECT (id, email) ON people TO asker');
unlike($as_asker->(q{SELECT column_name, evidence FROM confiture.suggest('prod_tcp', 100, '{people}') WHERE evidence IS NOT NULL}), qr/channel|odd/, 'no counts of what the role may not read');

done_testing();
