# Two throw-away clusters for TAP tests: a source, and a target with the extension and a server `prod` that reaches the
# source.
#
#   my ($source, $target) = ConfitureTest::clusters();
#   $source->safe_psql('postgres', 'CREATE TABLE ...');
#   $target->safe_psql('postgres', q{SELECT * FROM confiture.sync_table('prod', 'public.users')});
#   ConfitureTest::same_rows($source, $target, 'SELECT * FROM public.users', 'users are the same');
package ConfitureTest;

use strict;
use warnings;

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# Returns (source, target), running. Options:
#   name            distinguishes pairs when a test needs more than one
#   source_conf     lines for the source's postgresql.conf
#   target_conf     lines for the target's
#   extension => 0  leaves CREATE EXTENSION and later steps to the test
sub clusters
{
	my %options = @_;
	my $name = $options{name} // '';

	my $source = new_cluster("source$name", $options{source_conf}, $ENV{SOURCE_PREFIX});
	my $target = new_cluster("target$name", $options{target_conf});
	connect_clusters($source, $target) if $options{extension} // 1;
	return ($source, $target);
}

# Returns a running cluster, of the PostgreSQL under prefix if given. Its superuser connects over the Unix-domain socket
# without a password; any role may connect over TCP at 127.0.0.1 with one (SCRAM).
sub new_cluster
{
	my ($name, $conf, $prefix) = @_;

	my $node = PostgreSQL::Test::Cluster->new($name, install_path => $prefix);
	init($node, $prefix);
	$node->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'\npassword_encryption = 'scram-sha-256'\n");
	$node->append_conf('postgresql.conf', $conf) if defined $conf;
	$node->append_conf('postgresql.conf', "confiture.loader = $ENV{CONFITURE_LOADER}\n") if $ENV{CONFITURE_LOADER};
	open my $hba, '>', $node->data_dir . '/pg_hba.conf' or die $!;
	print $hba "local all all trust\n", "host all all 127.0.0.1/32 scram-sha-256\n";
	close $hba;
	$node->start;
	return $node;
}

# Runs initdb, or copies the cluster that tests/run_tap has made with it once, which takes a quarter of the time; the copies
# have the same system identifier.
sub init
{
	my ($node, $prefix) = @_;
	my @extra = ('--no-locale', '--encoding=UTF8');
	return $node->init(extra => \@extra) if defined $prefix || !$ENV{INITDB_COPY};

	no warnings 'redefine';
	my $system_or_bail = \&PostgreSQL::Test::Utils::system_or_bail;
	local *PostgreSQL::Test::Utils::system_or_bail = sub {
		return $system_or_bail->(@_) if $_[0] ne 'initdb';
		return $system_or_bail->('cp', '-a', $ENV{INITDB_COPY}, $node->data_dir);
	};
	return $node->init;
}

# Lines for postgresql.conf: with each setting that makes a server talk, for tests that look for what must be nowhere.
sub every_log
{
	return <<'CONF';
log_statement = all
log_min_messages = debug5
log_min_error_statement = debug5
log_error_verbosity = verbose
log_min_duration_statement = 0
log_duration = on
log_parameter_max_length = -1
log_parameter_max_length_on_error = -1
log_connections = on
log_disconnections = on
log_lock_waits = on
log_replication_commands = on
log_temp_files = 0
log_executor_stats = off
debug_print_parse = on
debug_print_rewritten = on
debug_print_plan = on
debug_pretty_print = on
track_activity_query_size = 16384
shared_preload_libraries = 'auto_explain, pg_stat_statements'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_verbose = on
auto_explain.log_buffers = on
auto_explain.log_settings = on
auto_explain.log_triggers = on
auto_explain.log_nested_statements = on
pg_stat_statements.track = all
pg_stat_statements.track_utility = on
log_transaction_sample_rate = 1
CONF
}

# Runs CREATE EXTENSION in a database of the target, and creates the server `prod` and the superuser's mapping.
sub connect_clusters
{
	my ($source, $target, %options) = @_;
	my $database = $options{database} // 'postgres';
	my $source_database = $options{source_database} // 'postgres';
	my ($host, $port) = ($source->host, $source->port);
	my $user = superuser($source);

	$target->safe_psql(
		$database, qq{
		CREATE EXTENSION confiture;
		CREATE SERVER prod FOREIGN DATA WRAPPER confiture
			OPTIONS (host '$host', port '$port', dbname '$source_database');
		CREATE USER MAPPING FOR CURRENT_USER SERVER prod OPTIONS (user '$user');
	});
	return;
}

# Creates an ordinary role on both sides, with a password: it owns nothing, may use the server `prod_tcp` (the source over
# TCP) and call the functions of the extension. Connect as this role with psql's extra_params => ['-U', $role].
sub add_role
{
	my ($source, $target, $role, $password, %options) = @_;
	my $database = $options{database} // 'postgres';
	my $source_database = $options{source_database} // 'postgres';
	my $port = $source->port;

	$_->safe_psql('postgres', "CREATE ROLE $role LOGIN PASSWORD '$password'") for ($source, $target);
	$target->safe_psql(
		$database, qq{
		DO \$\$ BEGIN
			IF NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = 'prod_tcp') THEN
				CREATE SERVER prod_tcp FOREIGN DATA WRAPPER confiture
					OPTIONS (host '127.0.0.1', port '$port', dbname '$source_database');
			END IF;
		END \$\$;
		GRANT USAGE ON FOREIGN SERVER prod_tcp TO $role;
		CREATE USER MAPPING FOR $role SERVER prod_tcp OPTIONS (user '$role', password '$password');
		GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO $role;
	});
	return;
}

# Ends the sessions that have an application's name, and waits until they are gone.
sub end_sessions
{
	my ($node, $name) = @_;
	my $sessions = "FROM pg_stat_activity WHERE application_name = '$name'";
	$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) $sessions");
	$node->poll_query_until('postgres', "SELECT count(*) = 0 $sessions") or die "$name does not end";
	return;
}

# Waits until a server that has crashed accepts connections. A psql that is refused leaves a pipe that breaks, of which
# IPC::Run dies.
sub wait_until_recovered
{
	my ($node) = @_;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return if (eval { $node->psql('postgres', 'SELECT') } // 1) == 0;
		select undef, undef, undef, 0.1;
	}
	die 'the server does not recover';
}

# Starts a run by the statement on the node, kills a worker of it when that many chunks are done, and resumes the run: no
# chunk is lost, none comes twice. A session keeps the worker from its next checkpoint until the server restarts.
sub kill_worker_and_resume
{
	my ($node, $call, $chunks) = @_;
	my $psql = sub {
		my ($sql, $err) = @_;
		return IPC::Run::start([ 'psql', '-X', '-h', $node->host, '-p', $node->port, '-d', 'postgres', '-c', $sql ], '<', \undef, '>', \my $out, '2>', $err);
	};
	my $run = $psql->($call, \my $ignored);
	my $holder = $psql->(qq{
		DO \$\$ BEGIN
			WHILE (SELECT count(*) FROM confiture.chunk JOIN confiture.runs r USING (run_id) WHERE r.state = 'running' AND chunk.state = 'done') < $chunks LOOP
				PERFORM pg_sleep(0.005);
			END LOOP;
			LOCK TABLE confiture.chunk IN SHARE MODE;
			PERFORM pg_stat_clear_snapshot();
			RAISE NOTICE 'worker %', (SELECT min(pid) FROM pg_stat_activity WHERE backend_type = 'confiture worker');
			PERFORM pg_sleep($PostgreSQL::Test::Utils::timeout_default);
		END \$\$}, \my $notice);
	$holder->pump until $notice =~ /worker (\d+)/;
	kill 'KILL', $1;
	$_->finish for ($run, $holder);
	wait_until_recovered($node);
	Test::More::is($node->safe_psql('postgres', q{SELECT state FROM confiture.runs ORDER BY run_id DESC LIMIT 1}), 'interrupted', 'a run whose process was killed is interrupted');
	$node->safe_psql('postgres', 'CALL confiture.resume(' . $node->safe_psql('postgres', 'SELECT max(run_id) FROM confiture.runs') . ')');
	return;
}

# Returns the version under test.
sub version
{
	my $control = slurp_file("$ENV{TESTDIR}/confiture.control");
	return $control =~ /^default_version = '(.+)'$/m ? $1 : die;
}

# Returns the name of a cluster's superuser.
sub superuser
{
	my ($node) = @_;
	return $node->safe_psql('postgres', 'SELECT rolname FROM pg_roles WHERE oid = 10');
}

# Returns row count and checksum of a query's rows, in any order.
sub digest
{
	my ($node, $query, $database) = @_;
	return $node->safe_psql(
		$database // 'postgres', qq{
		SELECT count(*) || ' rows, checksum ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '-')
		FROM ($query) t
	});
}

# Tests that a query gives the same rows on both sides, in any order. The query of the second may differ.
sub same_rows
{
	my ($source, $target, $query, $test_name, $target_query) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(digest($target, $target_query // $query), digest($source, $query), $test_name);
}

# Calls sync_table() in the target, all arguments after the server as SQL; returns the number of rows copied.
sub sync
{
	my ($target, $arguments, %options) = @_;
	return $target->safe_psql($options{database} // 'postgres',
		"SELECT rows FROM confiture.sync_table('prod', $arguments)", %options{'extra_params'});
}

# Tests that a statement fails with all these patterns in its message; returns the message.
sub fails_like
{
	my ($node, $sql, $patterns, $test_name, %options) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($status, $stdout, $stderr) =
	  $node->psql($options{database} // 'postgres', $sql, extra_params => $options{extra_params} // []);
	my @missing = grep { $stderr !~ $_ } @$patterns;
	ok($status != 0 && !@missing, $test_name)
	  or diag("status $status, missing @missing\nmessage: $stderr");
	return $stderr;
}

1;
