# Public sample databases, such as chinook.sql, in the directory that CONFITURE_DATA names (tests/as_user finds it beside the
# repository).
package Samples;

use strict;
use warnings;

use PostgreSQL::Test::Utils;
use Test::More;

my $data = $ENV{CONFITURE_DATA} // '';

# Returns the files found there.
sub found { return grep { -r "$data/$_" } qw(chinook.sql northwind.sql saas.sql dvdrental.tar) }

# Loads a file into a separate database of the source; returns its name, or nothing if the server lacks an extension.
sub load
{
	my ($source, $file) = @_;
	my ($name, $kind) = split /\./, $file;
	my $database = "sample_$name";
	my @missing = missing_extensions($source, "$data/$file");
	if (@missing)
	{
		note("$file is left out, the server has no @missing");
		return;
	}
	# The owner that some of them name.
	$source->safe_psql('postgres', q{DO $$ BEGIN IF to_regrole('postgres') IS NULL THEN CREATE ROLE postgres; END IF; END $$});
	$source->safe_psql('postgres', "CREATE DATABASE $database");
	if ($kind eq 'tar')
	{
		system_or_bail('pg_restore', '--no-owner', '-d', $source->connstr($database), "$data/$file");
	}
	else
	{
		system_or_bail('psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d', $source->connstr($database), '-f', "$data/$file");
	}
	# Some files create a database and connect to it.
	$source->safe_psql('postgres', "DROP DATABASE $database;\nALTER DATABASE $name RENAME TO $database")
	  if $source->safe_psql('postgres', "SELECT count(*) FROM pg_database WHERE datname = '$name'");
	return $database;
}

# Copies a source's database into one of the target by pg_dump | psql, with additional options for pg_dump.
sub copy
{
	my ($source, $target, $from, $to, @options) = @_;
	my $dump = PostgreSQL::Test::Utils::tempdir() . "/$to.sql";
	system_or_bail('pg_dump', '--no-owner', @options, '-f', $dump, $source->connstr($from));
	system_or_bail('psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d', $target->connstr($to), '-f', $dump);
	return;
}

# Statements of samples that this server, built without some libraries, does not support.
sub missing_extensions
{
	my ($server, $path) = @_;
	my @wanted = slurp_file($path) =~ /^CREATE EXTENSION (?:IF NOT EXISTS )?"?([\w-]+)/mg;
	return grep { !$server->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = '$_'") } @wanted;
}

1;
