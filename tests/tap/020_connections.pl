# Reaching a source: sockets, TCP, TLS, standbys; whose credentials are used; and what an error reveals.
use strict;
use warnings;

use ConfitureTest;
use IO::Socket::INET;
use PostgreSQL::Test::Utils;
use Test::More;

# Credentials of the target's operating system user. None of them may let an ordinary role in.
my $dir = PostgreSQL::Test::Utils::tempdir;
my ($pgpass, $services) = ("$dir/pgpass", "$dir/services");
append_to_file($pgpass, "127.0.0.1:*:*:borrowed:right-password\n");
append_to_file($services, "[borrowing]\nuser=borrowed\npassword=right-password\n");
chmod 0600, $pgpass or die $!;

my ($source, $target);
{
	local $ENV{PGPASSFILE} = $pgpass;
	local $ENV{PGSERVICEFILE} = $services;
	($source, $target) = ConfitureTest::clusters(
		source_conf => "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\n");
}
my ($host, $port) = ($source->host, $source->port);
my $superuser = ConfitureTest::superuser($source);

# TLS on the source, with a certificate of a private authority; and access without a password for one role.
my $certificate = $source->data_dir . '/server.crt';
my $key = $source->data_dir . '/server.key';
run_log([
	'openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext',
	'subjectAltName=IP:127.0.0.1', '-keyout', $key, '-out', $certificate]) or die 'openssl';
chmod 0600, $key or die $!;
$source->append_conf('postgresql.conf', "ssl = on\n");
my $hba = $source->data_dir . '/pg_hba.conf';
my $rules = slurp_file($hba);
unlink $hba or die $!;
append_to_file($hba, "local replication all trust\nhost all trusted 127.0.0.1/32 trust\n$rules");
$source->restart;
$target->safe_psql('postgres', 'SELECT 1');

sub target_sql { return $target->safe_psql('postgres', $_[0], extra_params => [ '-U', $_[1] // $superuser ]) }

sub error_of
{
	my ($sql, $role) = @_;
	my ($status, undef, $stderr) =
	  $target->psql('postgres', $sql, extra_params => [ '-U', $role // $superuser, '-v', 'VERBOSITY=verbose' ]);
	return $status == 0 ? 'no error' : $stderr;
}

sub make_server
{
	my ($name, $options, $mapping, $role) = @_;
	$role //= 'CURRENT_USER';
	target_sql(
		"CREATE SERVER $name FOREIGN DATA WRAPPER confiture OPTIONS ($options);
		 CREATE USER MAPPING FOR $role SERVER $name OPTIONS ($mapping);" .
		  ($role ne 'CURRENT_USER' ? "GRANT USAGE ON FOREIGN SERVER $name TO $role;" : ''));
	return;
}

my $tcp = "host '127.0.0.1', port '$port', dbname 'postgres'";

$source->safe_psql('postgres', q{
	CREATE TABLE users (id integer PRIMARY KEY, email text);
	INSERT INTO users SELECT i, 'user' || i || '@shop.test' FROM generate_series(1, 100) i;
	CREATE TABLE hidden (id integer);
	CREATE ROLE tcp LOGIN PASSWORD 'tcp-password';
	CREATE ROLE trusted LOGIN;
	CREATE ROLE borrowed LOGIN PASSWORD 'right-password';
	GRANT SELECT ON users TO tcp, trusted, borrowed;
	CREATE DATABASE "an other";
});
target_sql(q{
	CREATE TABLE users (id integer PRIMARY KEY, email text);
	SELECT confiture.set_rule('users', 'email', 'email');
	CREATE ROLE plain LOGIN;
	GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO plain;
	ALTER TABLE users OWNER TO plain;
});

# Sockets, TCP, TLS
my $version = $source->safe_psql('postgres', 'SHOW server_version');
is(target_sql(q{SELECT * FROM confiture.check_server('prod')}),
	"$version|postgres|$superuser||f|2|0", 'check_server() over a Unix-domain socket: no TLS, all is readable');
make_server('tls_prefer', $tcp, q{user 'tcp', password 'tcp-password'});
like(target_sql(q{SELECT role, tls, readable_tables, unreadable_tables FROM confiture.check_server('tls_prefer')}),
	qr/^tcp\|TLSv1\.[23] \S+\|1\|1$/, 'over TCP: TLS protocol and cipher, and what the role may read');
make_server('plain_tcp', "$tcp, sslmode 'disable'", q{user 'tcp', password 'tcp-password'});
is(target_sql(q{SELECT role, tls IS NULL FROM confiture.check_server('plain_tcp')}), 'tcp|t', 'TCP without TLS');
make_server('verified', "$tcp, sslmode 'verify-full', sslrootcert '$certificate'", q{user 'tcp', password 'tcp-password'});
like(target_sql(q{SELECT tls FROM confiture.check_server('verified')}), qr/^TLS/, 'TLS with sslmode verify-full');
is(target_sql(q{SELECT rows FROM confiture.sync_table('verified', 'users')}), '100', 'and a sync over it');
my $other = "$dir/other.crt";
run_log([
	'openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=other', '-keyout',
	"$dir/other.key", '-out', $other]) or die 'openssl';
make_server('mistrusted', "$tcp, sslmode 'verify-full', sslrootcert '$other'", q{user 'tcp', password 'tcp-password'});
like(error_of(q{SELECT confiture.check_server('mistrusted')}),
	qr/08001: could not connect to server "mistrusted".*certificate verify failed/s, 'a certificate of another authority');
make_server('other_db', "host '$host', port '$port', dbname 'an other'", "user '$superuser'");
is(target_sql(q{SELECT database FROM confiture.check_server('other_db')}), 'an other', 'a database with a space');

# A standby
$source->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby', install_path => $ENV{SOURCE_PREFIX});
$standby->init_from_backup($source, 'base', has_streaming => 1);
chmod 0600, $standby->data_dir . "/server.key" or die $!;
$standby->start;
$source->wait_for_catchup($standby);
make_server('standby', "host '$host', port '" . $standby->port . "', dbname 'postgres'", "user '$superuser'");
is(target_sql(q{SELECT standby FROM confiture.check_server('standby')}), 't', 'check_server() knows a standby');
target_sql('TRUNCATE users');
is(target_sql(q{SELECT rows FROM confiture.sync_table('standby', 'users')}), '100', 'and it serves as a source');
is(target_sql(q{SELECT count(DISTINCT email) FROM users WHERE email NOT LIKE '%shop.test'}), '100', 'masked all the same');
like(target_sql(q{CALL confiture.sync('standby', '{public.users}', jobs => 3)}), qr/\|done\|1\|100\|/, 'a whole run too');
like(target_sql(q{CALL confiture.sync('standby', '{public.users}', jobs => 1, subset => '{"public.users": {"rows": 10}}')}), qr/\|done\|1\|10\|/, 'and a subset');
$standby->stop('immediate');

# Failures name the server and what is wrong, never the password
my $secret = 'seKret-pa55word';
make_server('bad_password', $tcp, "user 'tcp', password '$secret'");
my %failures = (
	bad_password => qr/08001: could not connect to server "bad_password".*password authentication failed for user "tcp"/s,
	bad_database => qr/08001: could not connect to server "bad_database".*database "nowhere" does not exist/s,
	bad_port => qr/08001: could not connect to server "bad_port".*(refused|could not connect)/s,
	bad_socket => qr/08001: could not connect to server "bad_socket".*No such file/s,
	bad_service => qr/08001: could not connect to server "bad_service".*"nowhere"/s,
	bad_options => qr/08001: could not connect to server "bad_options".*unrecognized|no_such_setting/s);
my $free_port = PostgreSQL::Test::Cluster::get_free_port();
make_server('bad_database', "host '127.0.0.1', port '$port', dbname 'nowhere'", "user 'tcp', password 'tcp-password'");
make_server('bad_port', "host '127.0.0.1', port '$free_port'", "user 'tcp', password '$secret'");
make_server('bad_socket', "host '/nowhere'", "user 'tcp', password '$secret'");
make_server('bad_service', "service 'nowhere'", "user 'tcp', password '$secret'");
make_server('bad_options', "$tcp, options '-c no_such_setting=1'", "user 'tcp', password 'tcp-password'");
foreach my $server (sort keys %failures)
{
	my $error = error_of("SELECT confiture.check_server('$server')");
	like($error, $failures{$server}, "$server: the error names the server and the reason");
	unlike($error, qr/$secret|tcp-password/, "$server: and no password");
}
like(error_of(q{SELECT confiture.sync_table('nowhere', 'users')}), qr/42704: server "nowhere" does not exist/, 'no such server');
like(error_of(q{SELECT confiture.sync_table('prod', 'users')}, 'plain'),
	qr/42501: permission denied for foreign server prod/, 'USAGE on the server is asked for');
target_sql('GRANT USAGE ON FOREIGN SERVER prod TO plain');
like(error_of(q{SELECT confiture.sync_table('prod', 'users')}, 'plain'), qr/42704: user mapping not found for /,
	'and a user mapping of one\'s own');
unlike(slurp_file($target->logfile) =~ s/STATEMENT:.*|CREATE USER MAPPING.*//gr, qr/$secret/, 'nor does the log have it');

# connect_timeout, against a listener that accepts the connection and stays mute
my $mute = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', Proto => 'tcp') or die $!;
make_server('mute', "host '127.0.0.1', port '" . $mute->sockport . "', connect_timeout '2'", q{user 'tcp', password 'x'});
like(error_of(q{SELECT confiture.check_server('mute')}),
	qr/08001: could not connect to server "mute".*connect_timeout expired/s, 'connect_timeout ends the wait for a mute server');
target_sql(q{ALTER SERVER mute OPTIONS (DROP connect_timeout)});
like(error_of(q{SET statement_timeout = 500; SELECT confiture.check_server('mute')}),
	qr/57014: canceling statement due to statement timeout/, 'and statement_timeout does without it');

# Ordinary roles: their mapping has a password, and the source asked for it
make_server('as_trusted', $tcp, q{user 'trusted', password 'any'}, 'plain');
like(error_of(q{SELECT confiture.check_server('as_trusted')}, 'plain'),
	qr/2F003: password is required.*does not request a password/s, 'trust authentication is no password');
make_server('by_socket', "host '$host', port '$port'", "user '$superuser', password 'any'", 'plain');
like(error_of(q{SELECT confiture.check_server('by_socket')}, 'plain'),
	qr/2F003: password is required/, 'nor is a Unix-domain socket of the server\'s own user');
make_server('as_tcp', $tcp, q{user 'tcp', password 'tcp-password'}, 'plain');
is(target_sql(q{SELECT rows FROM confiture.sync_table('as_tcp', 'users')}, 'plain'), '100', 'a password that counts lets him in');

# The traps are real: a superuser, who may use them, gets in
make_server('by_pgpass', "$tcp, sslmode 'disable'", q{user 'borrowed'});
is(target_sql(q{SELECT role FROM confiture.check_server('by_pgpass')}), 'borrowed', 'a superuser may use the password file');
make_server('by_service', "$tcp, service 'borrowing'", q{sslkey '/nowhere'});
is(target_sql(q{SELECT role FROM confiture.check_server('by_service')}), 'borrowed', 'and a service file');
target_sql(q{GRANT USAGE ON FOREIGN SERVER by_pgpass, by_service TO plain;
	CREATE USER MAPPING FOR plain SERVER by_pgpass OPTIONS (user 'borrowed');
	CREATE USER MAPPING FOR plain SERVER by_service;});
my $needed = qr/2F003: password is required.*must provide a password in the user mapping/s;
like(error_of(q{SELECT confiture.check_server('by_pgpass')}, 'plain'), $needed, 'others not the password file');
like(error_of(q{SELECT confiture.check_server('by_service')}, 'plain'), $needed, 'nor the service file');
target_sql(q{ALTER USER MAPPING FOR plain SERVER by_pgpass OPTIONS (ADD password 'wrong');
	ALTER USER MAPPING FOR plain SERVER by_service OPTIONS (ADD user 'borrowed', ADD password 'wrong');});
my $failed = qr/08001.*password authentication failed for user "borrowed"/s;
like(error_of(q{SELECT confiture.check_server('by_pgpass')}, 'plain'), $failed, 'not by way of a wrong password either');
like(error_of(q{SELECT confiture.check_server('by_service')}, 'plain'), $failed, 'nor with a service');
target_sql(qq{CREATE SERVER own_file FOREIGN DATA WRAPPER confiture OPTIONS ($tcp, passfile '$pgpass');
	ALTER SERVER own_file OWNER TO plain;
	CREATE USER MAPPING FOR plain SERVER own_file OPTIONS (user 'borrowed', password_required 'true');});
like(error_of(q{SELECT confiture.check_server('own_file')}, 'plain'), $needed, 'nor a password file that the role names');

# A superuser may exempt a mapping
target_sql(q{ALTER USER MAPPING FOR plain SERVER as_trusted OPTIONS (ADD password_required 'false', DROP password);
	ALTER USER MAPPING FOR plain SERVER by_pgpass OPTIONS (ADD password_required 'false', DROP password);});
is(target_sql(q{SELECT role FROM confiture.check_server('as_trusted')}, 'plain'), 'trusted', 'password_required=false allows trust');
is(target_sql(q{SELECT role FROM confiture.check_server('by_pgpass')}, 'plain'), 'borrowed', 'and the password file');
is(target_sql(q{SELECT rows FROM confiture.sync_table('as_trusted', 'users')}, 'plain'), '100', 'and a sync');
{
	local $ENV{PGPASSWORD} = 'right-password';
	$target->restart;
}
is(target_sql(q{SELECT role FROM confiture.check_server('by_pgpass')}), 'borrowed', 'PGPASSWORD of the server serves a superuser');
target_sql(q{ALTER USER MAPPING FOR plain SERVER by_pgpass OPTIONS (SET password_required 'true')});
like(error_of(q{SELECT confiture.check_server('by_pgpass')}, 'plain'), $needed, 'and no other role');

# A name that is none
like(error_of(q{SELECT confiture.check_server('by_pgpas')}), qr/42704: server "by_pgpas" does not exist\n.*HINT:  Perhaps you meant "by_pgpass"\./s, 'a mistyped server');
like(error_of(q{SELECT * FROM confiture.plan_sync('nothing_like_it')}), qr/42704: server "nothing_like_it" does not exist\n.*HINT:  Servers are .*by_pgpass/s, '... and one like no other');

# Never onto itself
my $target_port = $target->port;
target_sql(q{ALTER ROLE plain PASSWORD 'plain-password'; CREATE DATABASE sibling});
make_server('myself', "host '$host', port '$target_port', dbname 'postgres'", "user '$superuser'");
make_server('myself_tcp', "host '127.0.0.1', port '$target_port', dbname 'postgres'", q{user 'plain', password 'plain-password'});
make_server('sibling', "host '$host', port '$target_port', dbname 'sibling'", "user '$superuser'");
make_server('sibling_tcp', "host '127.0.0.1', port '$target_port', dbname 'sibling'", q{user 'plain', password 'plain-password'});
$target->safe_psql('sibling', q{CREATE TABLE users (id integer PRIMARY KEY, email text); GRANT ALL ON users TO plain;
	INSERT INTO users VALUES (1, 'a@b.test')});
foreach my $way ('', '_tcp')
{
	foreach my $mode (qw(replace append))
	{
		my $sync = "SET statement_timeout = '60s'; SELECT rows FROM confiture.sync_table('%s$way', 'users', mode => '$mode')";
		like(error_of(sprintf $sync, 'myself'), qr/55000: server "myself$way" is this very database/,
			"a database is not synced onto itself ($mode$way)");
	}
	like(error_of("SELECT * FROM confiture.plan('myself$way', 'users')"),
		qr/55000: server "myself$way" is this very database/, "nor planned so ($way)");
	is(target_sql("SELECT rows FROM confiture.sync_table('sibling$way', 'users')"), '1', "another database of the cluster is fine ($way)");
}
ok($source->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'}),
	'no connection is left on the source');

done_testing();
