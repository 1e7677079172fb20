# init: from a bare database to a working source, without the password in any process list, log or view.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0, target_conf => "log_statement = all\nlog_min_duration_statement = 0\nlog_parameter_max_length = -1");
my $dir = PostgreSQL::Test::Utils::tempdir();
my $port = $source->port;
my $password = q{p'ss\\w"ord $1 %s};
my $literal = q{p''ss\\w"ord $1 %s};
$source->safe_psql('postgres', qq{CREATE ROLE reader LOGIN PASSWORD '$literal'; CREATE TABLE users (id integer); GRANT SELECT ON users TO reader; CREATE DATABASE "odd name"});
$target->safe_psql('postgres', 'CREATE DATABASE staging');
sub value { return $target->safe_psql('staging', $_[0]) }
my @in = (database => 'staging');

# Nothing happens without a yes
my $uri = "postgresql://reader\@127.0.0.1:$port/postgres";
ClientTest::write_file("$dir/password", "$password\n");
chmod 0600, "$dir/password";
my @with = ('--password-file', "$dir/password");
ClientTest::exits($target, [ 'init', $uri, @with ], 2, qr/CREATE EXTENSION confiture;\n.*CREATE SERVER "source".*cannot ask for confirmation/s, 'init shows what it would do, and does nothing', @in);
is(value(q{SELECT count(*) FROM pg_extension WHERE extname = 'confiture'}), '0', 'nothing');

my ($screen, $status) = ClientTest::terminal($target, [ 'init', '-q', $uri, @with ], "n\n", @in);
is($status, 1, 'a no');
like($screen, qr/^  CREATE EXTENSION confiture;\n.*^Continue\? \[y\/N\] n\nNothing was changed\.\n\z/ms, 'whoever is asked sees the statements, also with --quiet');
($screen, $status) = ClientTest::terminal($target, [ 'clone', '-q', $uri, @with, '-d', 'staging', '--state', "$dir/state" ], "n\n", @in);
like($screen, qr/^  CREATE EXTENSION confiture;\n.*^Continue\? /ms, 'clone does so, too');
is(value(q{SELECT count(*) FROM pg_extension WHERE extname = 'confiture'}), '0', 'nothing');

# The password is refused where other users could read it
(my $with_password = $uri) =~ s/reader/reader:secret/;
ClientTest::exits($target, [ 'init', $with_password, '--yes' ], 2, qr/contains a password.*HINT/s, 'a password in the URI is refused', @in);
ClientTest::exits($target, [ 'init', '--yes', '--source-uri', $with_password ], 2, qr/contains a password/, 'there too', @in);
ClientTest::exits($target, [ 'init', $uri, '--yes', '--config', ClientTest::write_file("$dir/c.toml", "[init]\nsource-uri = '$with_password'") ], 0, qr/./, 'an argument beats the config file', @in, env => { CONFITURE_PASSWORD_FILE => "$dir/password" });
value('DROP EXTENSION confiture CASCADE');
ClientTest::exits($target, [ 'init', '--yes', '--config', "$dir/c.toml" ], 2, qr/contains a password/, 'nor in the config file', @in);
chmod 0640, "$dir/password";
ClientTest::exits($target, [ 'init', $uri, @with, '--yes' ], 2, qr/can be read by others.*chmod 600/s, 'nor in a file for all to read', @in);
chmod 0600, "$dir/password";
chmod 0620, "$dir/password";
ClientTest::exits($target, [ 'init', $uri, @with, '--yes' ], 2, qr/can be written by others.*chmod 600/s, 'nor in one for all to write', @in);
chmod 0600, "$dir/password";
ClientTest::exits($target, [ 'init', $uri, '--password-file', $_->[0], '--yes' ], 2, qr/\Q$_->[1]\E/, "no password: $_->[1]", @in)
  for [ "$dir/missing", "cannot read $dir/missing: No such file or directory" ], [ $dir, "cannot read $dir: Is a directory" ], [ '/dev/null', 'there is no password in /dev/null' ];
ClientTest::exits($target, [ 'init', $uri, '--yes' ], 2, qr/no terminal to ask for it/, 'there is no terminal to ask on', @in);

# Done
my $out = ClientTest::exits($target, [ 'init', $uri, @with, '--yes' ], 0, qr/The source answers: PostgreSQL .* database postgres, role reader, 1 readable tables, not encrypted/, 'init', @in);
is($out, '', 'with nothing on stdout');
is(value(q{SELECT srvname, srvoptions FROM pg_foreign_server}), "source|{dbname=postgres,host=127.0.0.1,port=$port}", 'the server has no secret');
is(value(q{SELECT (SELECT option_value FROM pg_options_to_table(umoptions) WHERE option_name = 'password') FROM pg_user_mappings}), $password, 'the mapping has it, as it is');
ClientTest::exits($target, [ 'init', $uri, @with, '--yes' ], 0, qr/Everything is set up already/, 'again: nothing to do', @in);
ClientTest::exits($target, [ 'init', "$uri?connect_timeout=9", @with, '--yes' ], 0, qr/ALTER SERVER "source" OPTIONS \(ADD "connect_timeout" '9'\);\n(?!.*ALTER)/s, 'what differs is changed', @in);
ClientTest::exits($target, [ 'init', $uri, @with, '--yes' ], 0, qr/DROP "connect_timeout"\)/, 'and taken away', @in);
ClientTest::write_file("$dir/wrong", "wrong\n");
chmod 0600, "$dir/wrong";
ClientTest::exits($target, [ 'init', $uri, '--password-file', "$dir/wrong", '--yes' ], 3, qr/ALTER USER MAPPING .*OPTIONS \(SET "password" '...'\).*could not connect/s, 'a wrong password is noticed', @in);
is(value(q{SELECT count(*) FROM pg_user_mappings WHERE umoptions::text LIKE '%wrong%'}), '0', 'and changes nothing');

# Other ways to pass the password
# As Kubernetes mounts a secret: by links, root's, for all to read. Such a file is Debian's version, which becomes the password.
my ($mounted) = split /\n/, PostgreSQL::Test::Utils::slurp_file('/etc/debian_version');
$source->safe_psql('postgres', "CREATE ROLE mounted LOGIN PASSWORD '$mounted'");
mkdir "$dir/$_" for qw(secret secret/..2026_11_30);
symlink $_->[1], "$dir/secret/$_->[0]" for [ '..2026_11_30/password', '/etc/debian_version' ], [ '..data', '..2026_11_30' ], [ 'password', '..data/password' ];
ClientTest::exits($target, [ 'init', $uri =~ s/reader/mounted/r, '--password-file', "$dir/secret/password", '--yes', '-s', 'by_secret' ], 0, qr/role mounted/, 'a mounted secret', @in);
ClientTest::write_file("$dir/pgpass", "127.0.0.1:$port:*:reader:" . ($password =~ s/([\\:])/\\$1/gr) . "\n");
chmod 0600, "$dir/pgpass";
ClientTest::exits($target, [ 'init', $uri, '--yes', '-s', 'by_pgpass' ], 0, qr/The source answers/, '.pgpass', @in, env => { PGPASSFILE => "$dir/pgpass", PGPASSWORD => 'of the target' });
is(value(q{SELECT count(*) FROM pg_user_mappings WHERE srvname = 'by_pgpass' AND (SELECT option_value FROM pg_options_to_table(umoptions) WHERE option_name = 'password') = (SELECT option_value FROM pg_options_to_table((SELECT umoptions FROM pg_user_mappings WHERE srvname = 'source')) WHERE option_name = 'password')}), '1', 'goes into the mapping');
(my $encoded = $password) =~ s/([^a-z])/sprintf '%%%02x', ord $1/ge;
(my $whole = $uri) =~ s/reader/reader:$encoded/;
ClientTest::exits($target, [ 'init', '--yes', '-s', 'by_environment' ], 0, qr/The source answers/, 'the environment', @in, env => { CONFITURE_SOURCE_URI => $whole });
ClientTest::exits($target, [ 'init', '-', '--yes', '-s', 'by_stdin' ], 0, qr/The source answers/, 'standard input', @in, stdin => "$whole\n");

# Odd names; a socket; no password where none is needed
my $user = ConfitureTest::superuser($source);
my $socket = 'postgresql:///odd%20name?host=' . $source->host . "&port=$port&user=$user";
my $name = q{Prod "x" 'y'; ü};
ClientTest::exits($target, [ 'init', $socket, '--yes', '--source', $name ], 0, qr/database odd name/, 'odd names', @in);
is(value(q{SELECT srvname FROM pg_foreign_server ORDER BY oid DESC LIMIT 1}), $name, 'are kept');
ClientTest::exits($target, [ 'preview', 'pg_class' ], 2, qr/there are several sources: .*--source/s, 'it must be named', @in);

# Mistakes
my @mistakes = (
	[ ['init'], 'the URI of the source is missing' ], [ [ 'init', 'postgresql://' ], 'names no host' ], [ [ 'init', 'postgresql://h/' ], 'names no database' ],
	[ [ 'init', 'postgresql://h/d' ], 'names no user' ], [ [ 'init', 'nonsense' ], 'invalid URI or connection string' ], [ [ 'init', 'postgresql://u@h/d?nonsense=1' ], 'invalid URI' ]);
ClientTest::exits($target, [ @{ $_->[0] }, '--yes' ], 2, qr/$_->[1]/, "mistake: @{ $_->[0] }", @in) for @mistakes;
value('CREATE EXTENSION postgres_fdw; CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw');
ClientTest::exits($target, [ 'init', $uri, @with, '--yes', '-s', 'other' ], 2, qr/of another kind \(postgres_fdw\)/, 'a server of another wrapper', @in);
ClientTest::exits($target, [ 'init', "postgresql://reader\@127.0.0.1:1/postgres", @with, '--yes', '-s', 'gone' ], 3, qr/could not connect/, 'a source that is not there', @in);
is(value(q{SELECT count(*) FROM pg_foreign_server WHERE srvname = 'gone'}), '0', 'leaves nothing behind');

# A role without superuser: one block says what a superuser has to run, and nothing is made before that.
$target->safe_psql('postgres', 'CREATE ROLE "Limited" LOGIN CREATEDB');
$target->safe_psql('postgres', 'CREATE DATABASE limited');
my @limited = (database => 'limited');
my @as = ('-U', 'Limited');
sub run_block
{
	my ($message, $database) = @_;
	my @statements = $message =~ /^  (.*)$/mg;
	ok(@statements > 0, 'statements to run');
	$target->safe_psql($database, join "\n", @statements);
	return;
}
sub refused
{
	my ($arguments, $pattern, $test_name, @options) = @_;
	my ($status, $out, $err) = ClientTest::run($target, $arguments, @options);
	ok($status == 5 && $err =~ $pattern, $test_name) or diag "$status: $out$err";
	return $err;
}
my $objects = q{SELECT (SELECT count(*) FROM pg_database), (SELECT count(*) FROM pg_foreign_server), (SELECT count(*) FROM pg_extension)};
my $before = $target->safe_psql('limited', $objects);
my $said = refused([ 'init', $uri, @with, '--yes', @as ], qr/the role Limited lacks privileges in database limited\nHINT: Let a superuser run in that database:\n  CREATE EXTENSION confiture;\n  GRANT USAGE ON FOREIGN DATA WRAPPER confiture TO "Limited";\n  GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO "Limited";\n\z/, 'init without any privilege', @limited);
my @clone = ('clone', $uri, @with, qw(--yes -d limited --state), "$dir/limited.clone", @as);
refused(\@clone, qr/CREATE EXTENSION.*GRANT EXECUTE.*GRANT CREATE ON DATABASE limited TO "Limited";\n  GRANT CREATE ON SCHEMA public TO "Limited";\n\z/s, 'a clone needs more');
is($target->safe_psql('limited', $objects), $before, 'nothing is made');
ok(!-e "$dir/limited.clone", 'no directory either');
$target->safe_psql('limited', 'CREATE EXTENSION confiture');
unlike(refused([ 'init', $uri, @with, '--yes', @as ], qr/GRANT USAGE ON FOREIGN DATA WRAPPER/, 'with the extension there', @limited), qr/CREATE EXTENSION/, 'less is lacking');
$target->safe_psql('limited', 'DROP EXTENSION confiture');
run_block($said, 'limited');
ClientTest::exits($target, [ 'init', $uri, @with, '--yes', @as ], 0, qr/Done\./, 'then init works', @limited);
$said = refused(\@clone, qr/HINT: [^\n]+\n  GRANT CREATE ON DATABASE limited TO "Limited";\n  GRANT CREATE ON SCHEMA public TO "Limited";\n\z/, 'a clone lacks the rest');
run_block($said, 'limited');
ClientTest::exits($target, \@clone, 0, qr/Done: limited is a masked copy/, 'then it works');
$target->safe_psql('limited', 'CREATE SERVER taken FOREIGN DATA WRAPPER confiture OPTIONS (host $$h$$)');
$said = refused([ 'init', $uri, @with, '--yes', '-s', 'taken', @as ], qr/ALTER SERVER "taken" OPTIONS \(.*GRANT USAGE ON FOREIGN SERVER taken TO "Limited"/s, 'a server of others', @limited);
run_block($said, 'limited');
ClientTest::exits($target, [ 'init', $uri, @with, '--yes', '-s', 'taken', @as ], 0, qr/Done\./, 'then it works', @limited);
@clone = ('clone', $uri, @with, '--yes', '--state', "$dir/made.clone", @as, '-d', 'Made');
$said = refused([ @clone, '--create' ], qr/cannot create a database with the extension in it, which wants a superuser\nHINT: Let a superuser run this in psql, and leave out --create:\n  CREATE DATABASE "Made" TEMPLATE template0 .* OWNER "Limited";\n  .connect "Made"\n/, '--create');
is($target->safe_psql('limited', 'SELECT count(*) FROM pg_database WHERE datname = $$Made$$'), 0, 'makes no database');
run_block($said, 'postgres');
ClientTest::exits($target, \@clone, 0, qr/Done: Made is a masked copy/, 'without --create, once that was run');
# As a superuser, too, what ends before it has made anything leaves no database.
ClientTest::exits($target, [ 'clone', 'postgresql://reader@127.0.0.1:1/postgres', @with, qw(--create --yes -d none --state), "$dir/none.clone" ], 3, qr/cannot connect/, 'a source that is not there');
ClientTest::exits($target, [ 'clone', $uri, @with, qw(--create --yes -d none --state), "$dir/none.clone", '--key-file', "$dir/nothing" ], 2, qr/cannot read/, 'no key file');
ClientTest::exits($target, [ 'clone', $uri, @with, qw(--create --yes -d none --state), "$dir/none.clone", '--rules', "$dir/nothing.yaml" ], 2, qr/cannot read/, 'no rules file');
ClientTest::exits($target, [ 'clone', "postgresql://reader\@nowhere.invalid:1/postgres", '--source-uri', $uri, @with, qw(--create --yes -d none --state), "$dir/none.clone" ], 3, qr/could not/, 'a source that the server does not reach');
is($target->safe_psql('limited', 'SELECT count(*) FROM pg_database WHERE datname = $$none$$'), 0, 'no database is left');
ok(!-e "$dir/none.clone", 'nor a directory');

# The log of a server that logs everything
my $log = PostgreSQL::Test::Utils::slurp_file($target->logfile);
like($log, qr/CREATE EXTENSION confiture|pg_extension/, 'the target logs statements');
unlike($log, qr/\Qss\w"ord\E|\Qss\\w"ord\E/, 'but not the password');

done_testing();
