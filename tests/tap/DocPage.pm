# Runs the examples in pages of docs/: every block "sql source" and "sql target", in order, each in a separate psql, and
# "sh target", in a shell that reaches the target by PG* variables. A block must fail if, and only if, the "text" block after
# it shows an error, and must print what that block shows.
#
#   DocPage::run('docs/tutorial.md', source => [ $node, $database ], target => [ $node, $database ]);
#
# The page with the outputs of this run is left in build/out/; copy it to docs/ when they have changed.
package DocPage;

use strict;
use warnings;

use File::Basename;
use Test::More;

# Runs a page; tests what it prints. Options:
#   source, target  where blocks of that name run: [ node, database ]
#   lines => 1      compares the first line of each output only, for pages whose values depend on a random key
sub run
{
	my ($path, %options) = @_;
	my $page = read_page($path);
	# The pages use the role postgres; a cluster's superuser is the user that runs the tests.
	$options{$_}[0]->safe_psql('postgres', q{DO $$ BEGIN IF to_regrole('postgres') IS NULL THEN CREATE ROLE postgres SUPERUSER LOGIN; END IF; END $$})
	  foreach qw(source target);
	local $ENV{PGUSER} = 'postgres';
	my $blocks = 0;
	$page =~ s{^```(sql|sh) (source|target)\n(.*?)^```\n(?:^```text\n(.*?)^```\n)?}{
		my ($language, $where, $statements, $shown) = ($1, $2, $3, $4);
		my $run = $language eq 'sql' ? \&run_block : \&run_shell;
		my ($status, $output) = $run->($statements, $where, %options);
		my $name = (split /\n/, $statements)[0];
		$blocks++;
		if (($shown // '') =~ /^ERROR|^confiture: /m)
		{
			isnt($status, 0, "fails as shown: $name");
		}
		else
		{
			is($status, 0, "runs: $name") or diag $output;
		}
		is(gist($output, $options{lines}), gist($shown, $options{lines}), "prints what is shown: $name") if defined $shown;
		"```$language $where\n$statements```\n" . (defined $shown ? "```text\n$output```\n" : '');
	}gmse;
	cmp_ok($blocks, '>', 2, "$path has blocks to run");

	mkdir 'out';
	open my $out, '>', 'out/' . basename($path) or die $!;
	print $out $page;
	close $out;
	return;
}

# Returns the text of a page.
sub read_page
{
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!";
	local $/;
	return <$in>;
}

# Runs statements, each in a separate transaction, and returns (psql's status, the output as a reader sees it).
sub run_block
{
	my ($statements, $where, %options) = @_;
	my ($node, $database) = @{ $options{$where} };
	my $port = $options{source}[0]->port;
	$statements =~ s/host 'production\.example\.org'/host '127.0.0.1', port '$port'/;

	my $path = "$ENV{TESTDIR}/page_$$.sql";  # other pages run beside this one
	open my $file, '>', $path or die $!;
	print $file $statements;
	close $file;
	my $output = `psql -X -v ON_ERROR_STOP=1 -q -d '@{[ $node->connstr($database) ]}' -f '$path' 2>&1`;
	my $status = $?;
	$output =~ s/^psql:[^ ]+:\d+: //gm;
	$output =~ s/ +$//gm;
	$output =~ s/\n+\z/\n/;
	return ($status, $output);
}

# Runs shell commands, up to the first failure.
sub run_shell
{
	my ($commands, $where, %options) = @_;
	my ($node, $database) = @{ $options{$where} };
	my $port = $options{source}[0]->port;
	my $other_port = $node->port;
	$commands =~ s/production\.example\.org/127.0.0.1:$port/g;
	$commands =~ s/staging\.example\.org/127.0.0.1:$other_port/g;
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => $database);
	my $path = "$ENV{TESTDIR}/page_$$.sh";
	open my $file, '>', $path or die $!;
	print $file $commands;
	close $file;
	my $output = `sh -e '$path' 2>&1`;
	my $status = $?;
	$output =~ s/127\.0\.0\.1:$port/production.example.org/g;
	$output =~ s/\bon 127\.0\.0\.1\b/on staging.example.org/g;
	$output =~ s/"host" '127\.0\.0\.1', "port" '$port'/"host" 'production.example.org', "port" '5432'/g;
	return ($status, $output);
}

# Returns what must stay the same: everything but numbers, times and the widths of columns.
sub gist
{
	my ($text, $lines) = @_;
	$text = join "\n", grep { defined } (split /\n/, $text)[ 0 .. $lines - 1 ] if $lines;
	$text =~ s{\b[0-9a-f]{16}\b}{key}g;
	$text =~ s{PostgreSQL \d[\w.]*(?: \(Debian \S+\))?}{PostgreSQL}g;
	$text =~ s/\d+/N/g;
	$text =~ s/\bN(?:\.N)? m?s\b/N ms/g;
	$text =~ s/--+/-/g;
	$text =~ s/[ \t]+/ /g;
	return $text;
}

1;
