# Public sample databases, copied table by table, parents first, in one transaction.
use strict;
use warnings;

use ConfitureTest;
use Samples;
use Test::More;

my @samples = Samples::found();
plan skip_all => 'no sample databases: CONFITURE_DATA names no directory that has them' unless @samples;

my ($source, $target) = ConfitureTest::clusters(extension => 0);

for my $file (@samples)
{
	my $database = Samples::load($source, $file) or next;
	$target->safe_psql('postgres', "CREATE DATABASE $database");
	Samples::copy($source, $target, $database, $database, '--schema-only');
	ConfitureTest::connect_clusters($source, $target, database => $database, source_database => $database);

	my @tables = in_foreign_key_order($target, $database);
	cmp_ok(scalar @tables, '>=', 5, "$database has " . scalar(@tables) . ' tables');
	# Twice: the second time every table is full, and others reference it.
	for my $format (qw(auto text))
	{
		my $sync = join '', map { "SELECT rows FROM confiture.sync_table('prod', " . quote($_) . ", policy => 'off', format => '$format');\n" } @tables;
		my ($status, $stdout, $stderr) = $target->psql($database, "\\set ON_ERROR_STOP on\nBEGIN;\n${sync}COMMIT;\n");
		is($status, 0, "$database, $format: all tables were synced") or diag($stderr);
	}
	my @compare = map { "SELECT " . quote($_) . " AS t, count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM $_ t" } @tables;
	my $compare = join(' UNION ALL ', @compare) . ' ORDER BY t';
	is($target->safe_psql($database, $compare), $source->safe_psql($database, $compare), "$database: every table is the same");

	# Where the source's sequence owns a column, the target's continues after the rows.
	is($target->safe_psql($database, sequences_behind($target, $database)), '', "$database: no sequence is behind its column");
	unlike($target->safe_psql($database, q{SELECT string_agg(t.tgenabled::text, '') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
		WHERE c.relnamespace <> 'confiture'::regnamespace}), qr/[DRA]/, "$database: all triggers are on");
}

sub quote { my ($text) = @_; $text =~ s/'/''/g; return "'$text'"; }

# Returns tables after the tables they reference; cycles and self-references are cut anywhere. A sync replaces referenced
# rows, so in the second round the whole set is verified against itself: parents keep the same keys.
sub in_foreign_key_order
{
	my ($node, $database) = @_;
	my @tables = split /\n/, $node->safe_psql($database, q{
		SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname !~ '^pg_|^information_schema$|^confiture$' ORDER BY 1});
	my %parents;
	for (split /\n/, $node->safe_psql($database, q{
		SELECT format('%I.%I', fn.nspname, f.relname) || '|' || format('%I.%I', pn.nspname, p.relname) FROM pg_constraint
		JOIN pg_class f ON f.oid = conrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
		JOIN pg_class p ON p.oid = confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
		WHERE contype = 'f' AND conparentid = 0}))
	{
		my ($child, $parent) = split /\|/;
		push @{ $parents{$child} }, $parent;
	}
	my (%seen, @sorted);
	my $visit;
	$visit = sub {
		my ($table) = @_;
		return if $seen{$table}++;
		$visit->($_) for sort @{ $parents{$table} // [] };
		push @sorted, $table;
	};
	$visit->($_) for @tables;
	return @sorted;
}

# A query that names owned sequences whose next value is taken already.
sub sequences_behind
{
	my ($node, $database) = @_;
	my $checks = $node->safe_psql($database, q{
		SELECT string_agg(format('SELECT %L WHERE (SELECT max(%I) FROM %s) >= (SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM %s)',
			d.objid::regclass, attname, d.refobjid::regclass, d.objid::regclass), ' UNION ALL ')
		FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = refobjid AND attnum = refobjsubid
		JOIN pg_class t ON t.oid = refobjid WHERE deptype IN ('a', 'i') AND t.relnamespace <> 'confiture'::regnamespace});
	return $checks || 'SELECT WHERE false';
}

done_testing();
