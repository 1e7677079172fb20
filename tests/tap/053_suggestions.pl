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

done_testing();
