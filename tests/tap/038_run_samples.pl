# Public sample databases, by one run each, against pg_dump | psql: every column without a mask is identical.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Samples;
use Test::More;

my @samples = Samples::found();
plan skip_all => 'no sample databases: CONFITURE_DATA names no directory that has them' unless @samples;

my ($source, $target) = ConfitureTest::clusters(extension => 0);

# Returns tables and the columns to compare, as SQL names.
sub columns_of
{
	my ($database, $masked) = @_;
	my %columns;
	for (split /\n/, $target->safe_psql($database, q{
		SELECT format('%I.%I', nspname, relname), quote_ident(attname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
		WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname !~ '^pg_|^information_schema$|^confiture$' ORDER BY 1, attnum}))
	{
		my ($table, $column) = split /\|/;
		push @{ $columns{$table} //= [] }, $masked->{"$table.$column"} ? () : $column;
	}
	return %columns;
}

sub image
{
	my ($node, $database, %columns) = @_;
	my @tables = map { my $list = join ', ', @{ $columns{$_} };
		"SELECT '$_' AS t, count(*), md5(string_agg(md5(r::text), '' ORDER BY md5(r::text))) FROM (SELECT $list FROM $_) r" } sort keys %columns;
	return $node->safe_psql($database, join(' UNION ALL ', @tables) . ' ORDER BY t');
}

for my $sample (@samples)
{
	my $database = Samples::load($source, $sample) or next;
	my $dumped = "dumped_$database";
	$target->safe_psql('postgres', "CREATE DATABASE $_") for $database, $dumped;
	Samples::copy($source, $target, $database, $database, '--schema-only');
	Samples::copy($source, $target, $database, $dumped);
	ConfitureTest::connect_clusters($source, $target, database => $database, source_database => $database);

	for my $options ("policy => 'off', jobs => 3, chunk_size => '64kB'", "policy => 'off', rebuild_indexes => true, format => 'text'", "policy => 'off', atomic => true")
	{
		like($target->safe_psql($database, "CALL confiture.sync('prod', $options)"), qr/\|done\|/, "$database, $options: done");
		my %columns = columns_of($database, {});
		is(image($target, $database, %columns), image($target, $dumped, %columns), "$database, $options: as pg_dump | psql has it");
	}

	# Names and values, against what a reader expects of the schema.
	my ($list) = $sample =~ /(\w+)/;
	my %truth = map { my ($column, $kind) = /^([^#|]+) \| .+ \| (.+)$/; $column ? (lc $column => $kind) : () } split /\n/, slurp_file("tests/unit/guard_truth/$list.txt");
	my %suggested = map { lc s/^public\.|"//gr => 1 } split /\n/,
	  $target->safe_psql($database, q{SELECT relation || '.' || column_name FROM confiture.suggest('prod', 1000) WHERE kind IS NOT NULL});
	my @personal = grep { $truth{$_} !~ /^(-|\?|document)$/ } keys %truth;
	my $found = grep { $suggested{$_} } @personal;
	my $false_alarms = grep { ($truth{$_} // '') eq '-' } keys %suggested;
	note("$database: recall " . $found / @personal . ', precision ' . $found / ($found + $false_alarms));
	cmp_ok($found / @personal, '>=', 0.95, "$database: 95% of the personal columns are found by names and values");
	cmp_ok($found / ($found + $false_alarms), '>=', 0.8, "$database: 80% of those found are personal");

	# Settles the guard's findings as the hints say: a suggested rule may not fit an index, which the next error reports.
	my (%masked, $result, $said);
	for (1 .. 3)
	{
		(undef, $result, $said) = $target->psql($database, "CALL confiture.sync('prod', jobs => 2)");
		my $fixes = join "\n", $said =~ /^(SELECT confiture\.set_rule\(.*?\);)/mg or last;
		$target->safe_psql($database, $fixes);
	}
	like($result, qr/\|done\|/, "$database: done with the rules that the guard asks for") or diag($said);
	$masked{$_} = 1 for split /\n/, $target->safe_psql($database, q{
		SELECT format('%s.%I', (SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = relation), column_name)
		FROM confiture.rules WHERE strategy <> 'keep'});
	note("$database: " . scalar(keys %masked) . ' columns are masked');
	my %columns = columns_of($database, \%masked);
	is(image($target, $database, %columns), image($target, $dumped, %columns), "$database: what has no mask is the same");
}
done_testing();
