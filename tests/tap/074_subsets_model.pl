# Subsets of random schemas, against a model of what they are (SubsetModel.pm).
# CONFITURE_SUBSETS=500 tries more of them, CONFITURE_SEED=7 others.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use SubsetModel;
use Test::More;

my $seed = $ENV{CONFITURE_SEED} // 1;
srand $seed;
my ($source, $target) = ConfitureTest::clusters();

my @models = map { SubsetModel::make("s$_") } 1 .. $ENV{CONFITURE_SUBSETS} // 12;
$_->safe_psql('postgres', join '', map { $_->schema_sql } @models) for ($source, $target);
$source->safe_psql('postgres', join('', map { $_->rows_sql } @models) . 'ANALYZE;');
$target->safe_psql('postgres', join '', map { $_->declarations_sql } @models);

for my $model (@models)
{
	my $name = $model->{name};
	my (%seeds, @subset);
	for my $table (SubsetModel::pick(@{ $model->{tables} }), rand() < 0.3 ? SubsetModel::pick(@{ $model->{tables} }) : ())
	{
		my ($by, $rest) = (1 + int rand 9, int rand 3);
		$seeds{ $table->{name} } = sub { $_[0]{id} % $by == $rest };
		@subset = grep { $_ !~ /\.$table->{name}"/ } @subset;
		push @subset, qq{"$name.$table->{name}": {"where": "id % $by = $rest"}};
	}
	my $unreached = SubsetModel::pick(qw(all none));
	my $subset = '{' . join(', ', @subset) . '}';
	my $expected = $model->subset(\%seeds, $unreached);
	my ($status, $out, $err) = $target->psql('postgres', "CALL confiture.sync('prod', include => '{$name.*}', jobs => 1, policy => 'off', subset => '$subset', unreached => '$unreached')");
	is($status, 0, "$name, $subset, $unreached: the run is done, and its references are verified") or diag($err);
	my @tables = map { $_->{name} } @{ $model->{tables} };
	my %copied = map { split /\|/, $_, 2 } split /\n/, $target->safe_psql('postgres', join ' UNION ALL ', map { "SELECT '$_', string_agg(id::text, ',' ORDER BY id) FROM $name.$_" } @tables);
	is_deeply(\%copied, $expected, "$name: the rows are those of the model") or diag("seed $seed");
	my %planned = map { split /\|/, $_, 2 } split /\n/, $target->safe_psql('postgres',
		"SELECT substring(relation FROM '[^.]*\$'), rows FROM confiture.plan_subset('prod', '$subset', '{$name.*}', unreached => '$unreached') WHERE chosen <> 'whole'");
	my $keyed = $source->safe_psql('postgres', "SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE c.relnamespace = '$name'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND i.indnkeyatts = 1 AND a.attname = 'id'");
	for my $table (grep { $copied{$_} } split / /, $keyed)
	{
		my $id = SubsetModel::pick(split /,/, $copied{$table});
		like($target->safe_psql('postgres', "SELECT string_agg(reason, '; ' ORDER BY step) FROM confiture.why('prod', '$name.$table', '{$id}', '$subset', '{$name.*}', unreached => '$unreached')"),
			qr/^(seed|the whole table is copied)(;.* (references|by) .*)*$/, "$name: why row $id of $table comes") or diag("seed $seed");
	}
	is_deeply(\%planned, { map { $_ => scalar(() = $expected->{$_} =~ /\d+/g) } keys %planned }, "$name: the plan says how many");
}
done_testing();
