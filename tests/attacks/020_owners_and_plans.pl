# A plan runs no owner's code as its caller, and keeps nothing of what such code did.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use OwnerTest;
use Test::More;

my ($source, $target) = OwnerTest::clusters();
my %call = (
	plan => sub { my ($server, $table) = @_; return "SELECT count(*) FROM confiture.plan('$server', '$table', policy => 'off', rules => '{\"v\": \"hash\"}')" },
	preview => sub { my ($server, $table) = @_; return "SELECT count(*) FROM confiture.preview('$server', '$table', policy => 'off')" },
	plan_sync => sub { my ($server, $table) = @_; return "SELECT count(*) FROM confiture.plan_sync('$server', '{$table}', policy => 'off', rules => '{\"$table\": {\"v\": \"hash\"}}')" });

# The SQL of a declared reference: a value that is written in it is read by what its type brings along.
my $reference = 'app.t_reference';
$source->safe_psql('postgres', "CREATE TABLE $reference (id int PRIMARY KEY, v text, tags text[]); GRANT SELECT ON $reference TO PUBLIC");
$target->safe_psql('postgres', "GRANT EXECUTE ON FUNCTION confiture.set_reference(regclass, text[], regclass, text[], text) TO mallory;
	SET ROLE mallory; CREATE TABLE $reference (id int PRIMARY KEY, v text, tags app.address[])");
for ([ '{id}', q{tags <> '{a}'} ], [ q{{"(CASE WHEN tags <> '{a}' THEN id END)"}}, 'true' ])
{
	my ($columns, $when) = map { "\$a\$$_\$a\$" } @$_;
	my ($status, $out, $err) = $target->psql('postgres', "SET ROLE mallory; SELECT confiture.set_reference('$reference', $columns, 'app.labels', '{v}', $when)");
	like($err, qr/ERROR:  .* uses more than immutable functions and operators of PostgreSQL's own/, "declaring: $columns, $when");
	# One of before that was refused.
	$target->safe_psql('postgres', "DELETE FROM confiture.reference; INSERT INTO confiture.reference (relation, relation_name, columns, referenced, referenced_name, referenced_columns, condition, set_by)
		VALUES ('$reference', '$reference', $columns, 'app.labels', 'app.labels', '{v}', $when, 'mallory')");
	for my $name (sort keys %call)
	{
		OwnerTest::call_as($target, 'superuser', $call{$name}->('prod', $reference), "superuser, $name, $columns, $when");
	}
	OwnerTest::call_as($target, 'superuser', "SELECT confiture.sync_table('prod', '$reference', policy => 'off')", "superuser, sync_table, $columns, $when");
}
$target->safe_psql('postgres', 'DELETE FROM confiture.reference');
for my $caller (qw(superuser loader))
{
	my $server = $caller eq 'loader' ? 'prod_tcp' : 'prod';
	for my $kind (@OwnerTest::kinds)
	{
		for my $name (sort keys %call)
		{
			my ($out) = OwnerTest::call_as($target, $caller, $call{$name}->($server, "app.t_$kind"), "$caller, $name, $kind");
			is($target->safe_psql('postgres', "SELECT count(*) FROM app.t_$kind"), '0', "$caller, $name, $kind: and no row");
		}
	}
}
done_testing();
