# The scripts of docker/, without containers.
use strict;
use warnings;

use ClientTest;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

chdir $ENV{TESTDIR} or die $!;
my $dir = PostgreSQL::Test::Utils::tempdir_short();

# A command that has the name of one of the script's own, and fails
ClientTest::write_file("$dir/$_", "#!/bin/sh\necho \"$_ of \$1\"; exit 3\n") && chmod 0755, "$dir/$_" for qw(refresh attempt);
foreach my $name (qw(refresh attempt))
{
	local %ENV = (%ENV, PATH => "$dir:$ENV{PATH}", NOW => 1);
	my ($out, $err) = ('', '');
	my $nightly = IPC::Run::start([ 'docker/confiture-nightly', '02:15', $name, 'a b' ], '>', \$out, '2>', \$err, IPC::Run::timeout(60));
	$nightly->pump until $err =~ /exit code/;
	like("$out$err", qr/^$name of a b\n.* exit code 3: $name a b$/m, "$name is run at once");
	ok($nightly->pumpable, '... and again at night');
	$nightly->kill_kill;
}

# A cluster with a password from a file
my $port = PostgreSQL::Test::Cluster::get_free_port();
sub server
{
	local %ENV = (%ENV, PGDATA => "$dir/data", PGHOST => $dir, PGPORT => $port, PGUSER => 'postgres', POSTGRES_PASSWORD_FILE => "$dir/password", INITDB => "$dir/initdb.d");
	my $status = IPC::Run::run([ 'docker/confiture-server', 'start' ], '>', "$dir/log", '2>&1');
	return ($status, slurp_file("$dir/log"));
}
sub answer
{
	my ($password) = @_;
	local %ENV = (%ENV, PGPASSWORD => $password);
	my $out = '';
	IPC::Run::run([ 'psql', '-XAtc', 'SELECT current_user', "host=127.0.0.1 port=$port user=postgres dbname=postgres" ], '>', \$out, '2>', '/dev/null');
	return $out;
}
ClientTest::write_file("$dir/password", "\n");
my ($status, $said) = server();
ok(!$status && $said =~ /no password in/ && !-e "$dir/data", 'an empty password is refused');
ClientTest::write_file("$dir/password", "it's \"me\" \\\n");
mkdir "$dir/initdb.d";
ClientTest::write_file("$dir/initdb.d/1.sql", "CREATE TABLE there (i int);\nSELECT 1 / 0;\n");
for (1 .. 2)
{
	($status, $said) = server();
	ok(!$status && $said =~ m{division by zero.*/1\.sql failed: the cluster is made anew}s && !-e "$dir/data/postmaster.pid", 'a file that fails: no server') or diag $said;
}
ClientTest::write_file("$dir/initdb.d/1.sql", "CREATE TABLE there (i int);\n");
($status, $said) = server();
ok($status && $said =~ /was not finished, and is made anew/ && !-e "$dir/data.unfinished", 'a server starts, with a new cluster') or diag $said;
is(answer(q{it's "me" \\}), "postgres\n", 'it takes the password');
is(answer($_), '', "and not '$_'") for '', 'other';
my ($bin) = reverse glob '/usr/lib/postgresql/*/bin';
system_or_bail(($bin ? "$bin/" : '') . 'pg_ctl', '-D', "$dir/data", '-m', 'immediate', 'stop');

done_testing();
