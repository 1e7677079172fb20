# What a plan proposes, the same plan takes: the rule fits the column's type and length, NOT NULL, CHECKs and unique indexes, or
# the proposal says what to change.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

sub here { return $target->safe_psql('postgres', $_[0]) }
sub fixes { return here(q{SELECT fix FROM confiture.plan_sync('prod') WHERE column_name = 'v' AND action = 'refuse'}) }

# Makes the table on both sides, sets a rule where there is one, and follows the plan's proposals until there is none.
sub follow
{
	my ($column, $rule, $more) = @_;
	here('DELETE FROM confiture.rule');
	for ($source, $target)
	{
		$_->safe_psql('postgres', 'DROP TABLE IF EXISTS person');
		$_->safe_psql('postgres', "CREATE TABLE person (id int PRIMARY KEY, $column); " . ($more // ''));
	}
	here("SELECT confiture.set_rule('person', 'v', $rule)") if $rule;
	here(q{SELECT confiture.keep('person', a.attname) FROM pg_attribute a WHERE attrelid = 'person'::regclass AND attnum > 0 AND attname NOT IN ('v', 'w')});
	my @done;
	while ((my $fix = fixes()) ne '')
	{
		push @done, $fix;
		last if @done > 3 || $fix =~ /^--/;
		here($fix =~ s/ -- or .*//r);
	}
	return join ' ', @done;
}

# The guard sees what is in a column by its name, so the column is called so, and renamed in what is compared.
for (
	[ 'phone, unique' => 'phone', 'v text UNIQUE', q{'phone'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'phone', '\{"unique": true\}'\);$/ ],
	[ 'mac, unique' => 'mac', 'v varchar(17) NOT NULL UNIQUE', q{'mac'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'mac', '\{"unique": true\}'\);$/ ],
	[ 'redact, unique' => 'redact', 'v text NOT NULL UNIQUE', q{'redact'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'hash'\);$/ ],
	[ 'hash, unique and short' => 'hash', 'v varchar(10) UNIQUE', q{'hash'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'null'\);$/ ],
	[ 'hash, unique, short, NOT NULL' => 'hash', 'v varchar(10) NOT NULL UNIQUE', q{'hash'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'fpe'\);$/ ],
	[ 'redact, unique, short, NOT NULL' => 'redact', 'v varchar(10) NOT NULL UNIQUE', q{'redact'}, qr/^-- no strategy fits: let v take NULL or longer values here, or drop what is UNIQUE or checked about it$/ ],
	[ 'null, NOT NULL' => 'null', 'v text NOT NULL', q{'null'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'redact'\);$/ ],
	[ 'null, a number' => 'null', 'v int NOT NULL', q{'null'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'hash'\);$/ ],
	[ 'null, a document' => 'null', 'v jsonb NOT NULL', q{'null'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'constant', '\{"value": "\{\}"\}'\);$/ ],
	[ 'hash, checked' => 'hash', q{v text CHECK (v LIKE '[%')}, q{'hash'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'redact'\);$/ ],
	[ 'hash, nothing fits the check' => 'hash', q{v text NOT NULL CHECK (v LIKE '%@%')}, q{'hash'}, qr/^-- no strategy fits/ ],
	[ 'email, unique by its start' => 'email', 'v text', q{'redact'}, qr/^SELECT confiture\.set_rule\('public\.person', 'v', 'null'\);$/, 'CREATE UNIQUE INDEX ON person (left(v, 4))' ])
{
	my ($name, undef, $column, $rule, $wanted, $more) = @$_;
	like(follow($column, $rule, $more), $wanted, $name);
}

# Masks that keep the form of values are judged by values that satisfy the CHECKs, and CHECKs of few values are enums.
for (
	[ 'postcode', q{v varchar(5) NOT NULL CHECK (v ~ '^[0-9]{5}$')}, q{'postcode'}, '' ],
	[ 'postcode of a domain', q{v code NOT NULL}, q{'postcode'}, '', q{CREATE DOMAIN code AS varchar(5) CHECK (value ~ '^[0-9]{5}$')} ],
	[ 'noise', q{v int NOT NULL CHECK (v BETWEEN 0 AND 150)}, q{'noise', '{"max": 150}'}, '' ],
	[ 'noise over the limit', q{v int NOT NULL CHECK (v BETWEEN 100 AND 150)}, q{'noise', '{"relative": 1}'}, q{'random_number', '{"min": 100, "max": 150}'} ],
	[ 'a few words', q{v varchar(9) NOT NULL CHECK (v IN ('yes', 'it''s', '"'))}, q{'redact'}, q{'choice', E'{"values": ["\\\\"", "it''s", "yes"]}'} ],
	[ 'a few numbers', q{v smallint NOT NULL CHECK (v = 3 OR v = 5)}, q{'hash'}, q{'choice', '{"values": ["3", "5"]}'} ],
	[ 'a range', q{v numeric(9,6) NOT NULL CHECK (v >= -90 AND v <= 90)}, q{'hash'}, q{'random_number', '{"min": -90.000000, "max": 90.000000}'} ],
	[ 'days', q{v timestamptz NOT NULL CHECK (v < '2020-01-01')}, q{'null'}, q{'random_date', '{"min": "1880-09-05", "max": "2018-03-03"}'} ],
	[ 'floating point', q{v real NOT NULL}, q{'null'}, q{'random_number'} ],
	[ 'money', q{v money NOT NULL}, q{'null'}, q{'constant', '{"value": "0"}'} ],
	[ 'a point', q{v point NOT NULL}, q{'null'}, q{'constant', '{"value": "(0,0)"}'} ],
	[ 'a form', q{v char(4) NOT NULL CHECK (v ~ '^[A-Z]{2}[0-9]{2}$')}, q{'redact'}, q{'scramble'} ])
{
	my ($name, $column, $rule, $wanted, $more) = @$_;
	$_->safe_psql('postgres', "DROP TABLE IF EXISTS person; $more") for $more ? ($source, $target) : ();
	my $done = follow($column, $rule);
	$done =~ s/^SELECT confiture\.set_rule\('public\.person', 'v', (.*)\);$/$1/;
	is($done, $wanted, $name);
}

# What the guard asks about.
for (
	[ 'a phone number under UNIQUE' => 'phone', 'text UNIQUE', 'phone' ],
	[ 'a free text under UNIQUE' => 'notes', 'text NOT NULL UNIQUE', 'hash' ],
	[ 'an e-mail address that is too short' => 'email', 'varchar(6)', 'hash' ],
	[ 'a unique login that is too short' => 'username', q{varchar(15) NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9_]+$')}, 'fpe' ],
	[ 'a short unique secret' => 'invite_code', 'char(8) NOT NULL UNIQUE', 'fpe' ],
	[ 'a short unique number' => 'phone', 'varchar(8) NOT NULL UNIQUE', 'fpe' ],
	[ 'an account in a form' => 'iban', q{varchar(34) NOT NULL UNIQUE CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$')}, 'digits' ],
	[ 'a picture that must be a URL' => 'avatar_url', q{text NOT NULL CHECK (avatar_url ~ '^https?://')}, 'url' ],
	[ 'a document' => 'address', 'jsonb NOT NULL', 'constant' ])
{
	my ($name, $column, $type, $wanted) = @$_;
	here('DELETE FROM confiture.rule');
	for ($source, $target)
	{
		$_->safe_psql('postgres', 'DROP TABLE IF EXISTS person');
		$_->safe_psql('postgres', "CREATE TABLE person (id int PRIMARY KEY, $column $type)");
	}
	my $fix = here(q{SELECT fix FROM confiture.plan_sync('prod') WHERE action = 'refuse'});
	like($fix, qr/^SELECT confiture\.set_rule\('public\.person', '$column', '$wanted'.* -- or SELECT confiture\.keep\('public\.person', '$column'\);$/, "$name: $wanted");
	here($fix =~ s/ -- or .*//r);
	is(here(q{SELECT count(*) FROM confiture.plan_sync('prod') WHERE action = 'refuse'}), '0', 'which the plan takes');
}

done_testing();
