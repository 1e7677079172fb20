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

# What the guard asks about.
for (
	[ 'a phone number under UNIQUE' => 'phone', 'text UNIQUE', 'phone' ],
	[ 'a free text under UNIQUE' => 'notes', 'text NOT NULL UNIQUE', 'hash' ],
	[ 'an e-mail address that is too short' => 'email', 'varchar(6)', 'hash' ],
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
