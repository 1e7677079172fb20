# Runs docs/tutorial.md: every block "sql source" and "sql target", in order. A block fails when, and only when, the
# output the page shows for it is an error; the columns shown must be those that come.
#
# The page with the outputs of this run is left in build/out/tutorial.md; copy it to docs/ when they have changed.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0);
$source->safe_psql('postgres', 'CREATE DATABASE app');
$target->safe_psql('postgres', 'CREATE DATABASE staging');
my %server = (source => [ $source, 'app' ], target => [ $target, 'staging' ]);

# Runs statements, each in its own transaction, and returns (psql's status, what a reader would see).
sub run_block
{
	my ($where, $statements) = @_;
	my ($node, $database) = @{ $server{$where} };
	my $port = $source->port;
	$statements =~ s/host 'production\.example\.org'/host '127.0.0.1', port '$port'/;

	open my $file, '>', "$ENV{TESTDIR}/tutorial.sql" or die $!;
	print $file $statements;
	close $file;
	my $output = `psql -X -v ON_ERROR_STOP=1 -q -d '@{[ $node->connstr($database) ]}' -f '$ENV{TESTDIR}/tutorial.sql' 2>&1`;
	my $status = $?;
	$output =~ s/^psql:[^ ]+:\d+: //gm;
	$output =~ s/ +$//gm;
	$output =~ s/\n+\z/\n/;
	return ($status, $output);
}

# Numbers and the widths of columns may change.
sub first_line { return (split /\n/, $_[0])[0] =~ s/\d+/N/gr =~ s/\s+/ /gr }

open my $in, '<', 'docs/tutorial.md' or die $!;
my $page = do { local $/; <$in> };
close $in;

my $blocks = 0;
$page =~ s{^```sql (source|target)\n(.*?)^```\n(?:^```text\n(.*?)^```\n)?}{
	my ($where, $statements, $shown) = ($1, $2, $3);
	my ($status, $output) = run_block($where, $statements);
	my $name = first_line($statements);
	$blocks++;
	if (($shown // '') =~ /^ERROR/)
	{
		isnt($status, 0, "fails as shown: $name");
	}
	else
	{
		is($status, 0, "runs: $name") or diag $output;
	}
	is(first_line($output), first_line($shown), "prints what is shown: $name") if defined $shown;
	"```sql $where\n$statements```\n" . (defined $shown ? "```text\n$output```\n" : '');
}gmse;
cmp_ok($blocks, '>', 5, 'the tutorial has blocks to run');

mkdir 'out';
open my $out, '>', 'out/tutorial.md' or die $!;
print $out $page;
close $out;

done_testing();
