# Runs the client as from a shell, and tests its output and exit code.
#
#   my ($status, $stdout, $stderr) = ClientTest::run($target, [ 'rules', 'list' ]);
#   ClientTest::exits($target, [ 'rules', 'drop', 'users', 'email' ], 1, qr/has no rule/, 'no rule to drop');
package ClientTest;

use strict;
use warnings;

use ConfitureTest;
use File::Basename;
use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

# Options: env (hash), stdin (text), database.
sub run
{
	my ($node, $arguments, %options) = @_;
	my $stdin = $options{stdin} // '';
	my ($stdout, $stderr) = ('', '');
	local %ENV = (%ENV, environment($node, %options));
	IPC::Run::run([ 'confiture', @$arguments ], '<', \$stdin, '>', \$stdout, '2>', \$stderr, IPC::Run::timeout(120));
	my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	BAIL_OUT("the client is at fault:\n$stderr") if $stderr =~ /AddressSanitizer|LeakSanitizer|runtime error:/;
	return ($status, $stdout, $stderr);
}

# The target, reached by PG* variables.
sub environment
{
	my ($node, %options) = @_;
	return (PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => $options{database} // 'postgres', %{ $options{env} // {} });
}

# Returns a running cluster of a PostgreSQL without the extension's files, which no other test shares.
sub bare_cluster
{
	my $root = PostgreSQL::Test::Utils::tempdir();
	system_or_bail('cp', '-RPT', "$ENV{TESTDIR}/build/pg", $root);
	system_or_bail('find', $root, '-name', 'confiture*', '-delete');
	return ConfitureTest::new_cluster('bare', undef, dirname($ENV{BINDIR}) =~ s{^.*/build/pg/}{$root/}r);
}

# Tests the exit code and a pattern in stdout and stderr together; returns stdout.
sub exits
{
	my ($node, $arguments, $expected, $pattern, $test_name, %options) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($status, $stdout, $stderr) = ClientTest::run($node, $arguments, %options);
	ok($status == $expected && "$stdout$stderr" =~ $pattern, $test_name)
	  or diag("exit code $status, expected $expected\nstdout: $stdout\nstderr: $stderr");
	return $stdout;
}

# Runs the client on a separate terminal, and types these keys when it asks. Returns its output and exit code.
sub terminal
{
	my ($node, $arguments, $keys, %options) = @_;
	my ($in, $out) = ('', '');
	local %ENV = (%ENV, environment($node, %options));
	my $client = IPC::Run::start([ 'confiture', @$arguments ], '<pty<', \$in, '>pty>', \$out, IPC::Run::timeout(60));
	$client->pump while $client->pumpable && $out !~ /(?:: |\[y\/N\] )$/;
	$in .= $keys;
	$client->finish;
	return ($out =~ s/\r//gr, $client->full_result(0) >> 8);
}

# Returns a command's --json output as data.
sub json
{
	my ($node, $arguments, %options) = @_;
	my ($status, $stdout, $stderr) = ClientTest::run($node, [ @$arguments, '--json' ], %options);
	return eval { JSON::PP->new->utf8->decode($stdout) } // BAIL_OUT("@$arguments: exit code $status, not JSON: $stdout$stderr");
}

# A test that cannot run must not count as passed.
sub needs
{
	system("command -v $_ > /dev/null") == 0 or die "$_ is missing; .ci/install-deps check installs it\n" for @_;
	return;
}

sub write_file
{
	my ($name, $text) = @_;
	open my $file, '>', $name or die "$name: $!";
	print $file $text;
	close $file;
	return $name;
}

1;
