# What is suggested for schemas of real applications passes the plan unedited: tables of the guard's truth lists, with
# the types that they have there.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my @lists = map { m{(\w+)\.txt} } sort glob 'tests/unit/guard_truth/*.txt';
my $known = qr/^(?:(?:character(?: varying)?|text|bigint|integer|smallint|numeric|real|double precision|date|time|timestamp without time zone|uuid|jsonb?|bytea|inet|tsvector|boolean)(?:\[\])?)$/;

# The tables of a list, each in the schema of the list's name. Of types that a server does not have every one is an enum.
sub tables_of
{
	my ($list) = @_;
	my %tables;
	open(my $lines, '<', "tests/unit/guard_truth/$list.txt") or die "$list: $!";
	while (<$lines>)
	{
		my ($table, $column, $type) = /^([^.#]+)\.(.+?) \| (.+) \| .+$/ or next;
		my $array = $type =~ s/(\[\])$// ? $1 : '';
		$type = 'kind' if $type !~ $known;
		$type = 'varchar(255)' if $type eq 'character varying';
		push @{ $tables{$table} }, qq{"$column" $type$array};
	}
	return map { qq{CREATE TABLE $list."$_" (} . join(', ', @{ $tables{$_} }) . ');' } sort keys %tables;
}

# Columns as narrow and as bound as real ones. What is too narrow for hashes must not make those of others collide.
my $bound = q{
CREATE SCHEMA bound;
CREATE TABLE bound.cars (plate varchar(10) NOT NULL, vin varchar(17) NOT NULL UNIQUE, colour text);
CREATE TABLE bound.logins (login varchar(30) NOT NULL UNIQUE, api_secret varchar(64) NOT NULL UNIQUE,
    email varchar(60) NOT NULL UNIQUE CHECK (email LIKE '%@%'), phone varchar(16) NOT NULL UNIQUE CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'));
CREATE TABLE bound.guests (imie varchar(20) NOT NULL, nazwisko varchar(30) NOT NULL, kod_pocztowy char(6) NOT NULL, plec char(1) NOT NULL,
    data_urodzenia date NOT NULL CHECK (data_urodzenia > '1900-01-01'), nr_dowodu varchar(9) NOT NULL, uwagi varchar(40) NOT NULL);
CREATE TABLE bound.payslips (employee_id int NOT NULL, net_pay numeric(10,2) NOT NULL, weight_kg real, house_number int);
};

my @tables = map { (qq{CREATE SCHEMA $_;}, tables_of($_)) } @lists;
push @tables, $bound;
$_->safe_psql('postgres', "CREATE TYPE kind AS ENUM ('one', 'two');\n" . join("\n", @tables)) for $source, $target;
cmp_ok(scalar(@tables), '>', 600, 'there are tables of all lists');

my $rules = $target->safe_psql('postgres', q{SELECT rule FROM confiture.suggest('prod')});
cmp_ok(scalar(split /\n/, $rules), '>', 200, 'rules are suggested');
unlike($rules, qr/^(?!SELECT confiture\.)/m, 'each is a statement');
$target->safe_psql('postgres', "BEGIN;\n$rules\nCOMMIT;");
is($target->safe_psql('postgres', q{SELECT relation, column_name, warnings[1] FROM confiture.plan_sync('prod') WHERE action = 'refuse'}), '', 'the plan takes all of them');
is($target->safe_psql('postgres', q{SELECT count(*) FROM confiture.suggest('prod')}), '0', 'and asks about nothing else');

done_testing();
