# How the client reaches the target, where its settings come from, and how it rejects wrong arguments.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use IPC::Run;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir();
my $superuser = ConfitureTest::superuser($target);
$target->safe_psql('postgres', q{CREATE DATABASE bare; CREATE TABLE users (id integer PRIMARY KEY, email text);
	SELECT confiture.set_rule('users', 'email', 'email'); CREATE ROLE walker LOGIN PASSWORD 'it is me'});

# Without PG* variables: flags as psql has them, URI, connection string, service, .pgpass
my ($host, $port) = ($target->host, $target->port);
my %bare = (PGHOST => '/nowhere', PGPORT => 1, PGDATABASE => 'nothing');
my $list = qr/public\.users\s+email\s+email/;
ClientTest::exits($target, [qw(rules list)], 0, $list, 'PG* variables');
ClientTest::exits($target, [ '-h', $host, '-p', $port, '-d', 'postgres', '-U', $superuser, 'rules', 'list' ], 0, $list, 'flags', env => \%bare);
ClientTest::exits($target, [ 'rules', 'list', "--host=$host", '--port', $port, '--dbname', 'postgres' ], 0, $list, 'flags behind the command', env => \%bare);
ClientTest::exits($target, [ 'rules', 'list', '-d', "postgresql:///postgres?host=$host&port=$port" ], 0, $list, 'a URI', env => \%bare);
ClientTest::exits($target, [ 'rules', 'list', '-d', "host=$host port=$port dbname=postgres" ], 0, $list, 'a connection string', env => \%bare);
ClientTest::write_file("$dir/services", "[staging]\nhost=$host\nport=$port\ndbname=postgres\n");
ClientTest::exits($target, [ 'rules', 'list', '-d', 'service=staging' ], 0, $list, 'a service', env => { PGHOST => '', PGPORT => '', PGDATABASE => '', PGSERVICEFILE => "$dir/services" });
my @tcp = ('-h', '127.0.0.1', '-U', 'walker', '-w');
ClientTest::write_file("$dir/pgpass", "127.0.0.1:*:*:walker:it is me\n");
chmod 0600, "$dir/pgpass";
ClientTest::exits($target, [ @tcp, 'rules', 'list' ], 0, $list, '.pgpass', env => { PGPASSFILE => "$dir/pgpass" });
ClientTest::exits($target, [ @tcp, 'rules', 'list' ], 3, qr/^confiture: cannot connect to the target\nDETAIL: .*no password supplied/s, '-w does not ask');
ClientTest::exits($target, [ 'rules', 'list' ], 3, qr/cannot connect to the target/, 'no server', env => \%bare);
ClientTest::exits($target, [qw(rules list)], 2, qr/does not have the extension.*HINT: "confiture init"/s, 'no extension', database => 'bare');
ClientTest::exits($target, [qw(rules list)], 3, qr/database "none" does not exist/, 'no database', database => 'none');

# A password is read from the terminal without echo
my ($screen, $status) = ClientTest::terminal($target, [ '-h', '127.0.0.1', '-U', 'walker', 'rules', 'list' ], "it is me\n");
is($status, 0, 'a password typed at the prompt');
like($screen, qr/Password for the target: \n/, 'was asked for');
unlike($screen, qr/it is me/, 'and is not shown');
($screen, $status) = ClientTest::terminal($target, [ '-W', 'rules', 'list' ], "unneeded\n");
is($status, 0, '-W asks first');
like($screen, qr/Password for the target/, 'always');
($screen, $status) = ClientTest::terminal($target, [ '-h', '127.0.0.1', '-U', 'walker', 'rules', 'list' ], "\x03");
is($status, 130, 'Ctrl-C at the prompt');

# The error of a malformed URI quotes nothing that could be part of its password
foreach my $uri ('postgresql://u:s%zzcret@h/d', 'postgresql://u:p@s:scret@h/d', 'postgresql://u:scret/x@h/d', q{host=h password='scret})
{
	my ($status, $out, $err) = ClientTest::run($target, [ 'runs', '-d', $uri ]);
	is("$status " . ("$out$err" =~ /cret/ ? 'told' : 'kept'), '2 kept', "wrong: $uri") or diag "$out$err";
}

# Settings: flags override the environment, which overrides the file; where the file is searched
my %xdg = (XDG_CONFIG_HOME => "$dir/xdg");
mkdir "$dir/xdg";
mkdir "$dir/xdg/confiture";
ClientTest::write_file("$dir/xdg/confiture/confiture.toml", "port = $port\ndbname = 'postgres'\nhost = '$host'\n[rules.export]\nformat = 'toml'\n");
my %file = (PGHOST => '/nowhere', PGPORT => 1, PGDATABASE => 'nothing', %xdg);
ClientTest::exits($target, [qw(rules export)], 0, qr/^email = "email"$/m, 'the file', env => \%file);
ClientTest::exits($target, [qw(rules export)], 0, qr/^      email: email$/m, 'the environment beats it', env => { %file, CONFITURE_FORMAT => 'yaml' });
ClientTest::exits($target, [qw(rules export --format toml)], 0, qr/^email = "email"$/m, 'a flag beats the environment', env => { %file, CONFITURE_FORMAT => 'yaml' });
ClientTest::exits($target, [qw(rules list)], 3, qr/nothing/, 'a file named by --config is the only one', env => { %file, CONFITURE_CONFIG => ClientTest::write_file("$dir/other.toml", "dbname = 'nothing'\nhost = '$host'\nport = $port") });
ClientTest::exits($target, [ 'rules', 'list', '--config', "$dir/none.toml" ], 2, qr/cannot read the config file/, 'which must exist');
my %wrong = (
	"prot = 1" => 'there is no setting "prot"',
	"password = 'x'" => 'no setting "password".*~/.pgpass',
	"[rules.export]\nfromat = 'toml'" => 'there is no setting "fromat" of export',
	"[generate]\nwhat = 'man'" => 'no setting "generate"',
	"[rules.export]\nformat = 'xml'" => 'format must be one of: yaml, toml',
	"port = [1]" => 'must be a list of strings',
	"port = 1.5" => 'port must be a string',
	"dbname = 'x" => 'line 1: not valid TOML',
	"config = 'x'" => 'there is no setting "config"',
	"quiet = 'maybe'" => 'quiet must be true or false');
ClientTest::exits($target, [qw(rules export)], 2, qr/$wrong{$_}/s, "config file: $_", env => { CONFITURE_CONFIG => ClientTest::write_file("$dir/wrong.toml", $_) }) for sort keys %wrong;
ClientTest::exits($target, ['version'], 2, qr/$_->[1]/, "config file: $_->[1]", env => { CONFITURE_CONFIG => ClientTest::write_file("$dir/hostile.toml", $_->[0]) })
  for [ 'port = ' . '[' x 100000, 'too deeply nested' ], [ 'a.' x 100000 . 'a = 1', 'too deeply nested' ], [ '#' x 2_000_000, 'too large' ], [ "\0", 'not valid TOML' ];
ClientTest::exits($target, ['version'], 2, qr/cannot read the config file \/tmp: Is a directory\n/, 'a directory', env => { CONFITURE_CONFIG => '/tmp' });
ClientTest::exits($target, [qw(preview users)], 2, qr/CONFITURE_ROWS must be a whole number/, 'a wrong variable', env => { CONFITURE_ROWS => 'many' });

# Wrong arguments
my @usage = (
	[ [], 'a command is missing' ], [ ['nothing'], 'not expected: nothing' ], [ ['rules'], 'a command is missing' ],
	[ [qw(rules lits)], 'not expected: lits' ], [ [qw(rules list --jsn)], 'not expected: --jsn' ], [ [qw(rules set users)], 'COLUMN is missing' ],
	[ [qw(preview users --rows many)], '--rows must be a whole number' ], [ [qw(preview users --rows)], '--rows' ],
	[ [qw(preview users --policy lax)], '--policy must be one of: strict, guard, auto, off' ], [ [qw(runs 99999999999)], 'RUN must be a whole number' ], [ [qw(resume x)], 'RUN must be a whole number' ],
	[ [qw(-d a -d b runs)], '--dbname' ], [ [qw(rules export -o rules.txt)], 'must end in .yaml, .yml or .toml' ], [ [qw(preview nothing)], 'there is no table nothing' ],
	[ [ 'preview', 'a b' ], 'is not a valid identifier' ], [ [qw(preview users -s nowhere)], 'there is no source nowhere\nHINT: Sources are prod\.' ], [ [qw(cancel x)], 'invalid input syntax' ]);
ClientTest::exits($target, $_->[0], 2, qr/$_->[1]/, "usage: @{ $_->[0] }") for @usage;
# Behind "--" stand arguments
ClientTest::exits($target, [ qw(rules list), @$_ ], 0, $list, "arguments: @$_") for [qw(-- users)], [qw(users --)];
ClientTest::exits($target, [ 'rules', 'set', @$_, 'partial', 'first=2' ], 0, qr/^public\.users\.email: partial \{"first":2\}$/m, "arguments: @$_") for [qw(-- users email)], [qw(users -- email)];
ClientTest::exits($target, [ qw(rules set users email -- partial first=3), 'last=0' ], 0, qr/partial \{"first":3,"last":0\}/, 'a list behind it');
ClientTest::exits($target, [qw(rules set users email email)], 0, qr/./, 'as before');
ClientTest::exits($target, [ 'verify', @$_ ], 2, qr/public\.users was not synced/, "lists: @$_") for [qw(-- users)], [qw(users -- users)];
ClientTest::exits($target, [qw(rules list -- users more)], 2, qr/not expected: more/, 'but not too many');
ClientTest::exits($target, [qw(rules list -- --json)], 2, qr/not a valid identifier: "--json"/, 'and no options');
# Typos
my @typos = (
	[ [qw(snyc)], 'sync' ], [ [qw(rules lits)], 'list' ], [ [qw(rules list --jsn)], '--json' ], [ [qw(sync --job 2)], '--jobs' ],
	[ [qw(preview user)], 'public.users' ], [ [qw(preview public.usres)], 'public.users' ], [ [qw(strategies emial)], 'email' ]);
ClientTest::exits($target, $_->[0], 2, qr/^HINT: Did you mean "?\Q$_->[1]\E"?\?/m, "did you mean: @{ $_->[0] }") for @typos;
ClientTest::exits($target, ['nonsense'], 2, qr/^HINT: Try "confiture --help"\.$/m, 'nothing alike');
ClientTest::exits($target, ['--help'], 0, qr/confiture \[OPTIONS\].*rules/s, '--help');
my ($help) = ClientTest::terminal($target, [ 'clone', '--help' ], '', env => { TERM => 'xterm' });
like($help, qr/^Options of all commands: confiture --help *$/m, 'with the way to the options of all commands');
like($help, qr/judged:\s+strict,\s+guard,\s+auto,\s+off *$/m, 'with the values that are allowed');
is((join "\n", grep { length > 80 && !/^  confiture/ } split /\n/, $help), '', 'not wider than the terminal');
ClientTest::exits($target, [qw(rules import -?)], 0, qr/confiture rules import \[OPTIONS\].*--prune/s, '-? of a command');
ClientTest::exits($target, [$_], 0, qr/^confiture @{[ ConfitureTest::version() ]} \(libpq [\d.]+\)$/, $_) for qw(version --version -V);
is(ClientTest::json($target, ['version'])->{confiture}, ConfitureTest::version(), 'version as JSON');
is(system("confiture $_ > /dev/full 2> /dev/null") >> 8, 1, "a full disk: $_") for qw(--help --version), 'version --json', 'generate man';
{
	local %ENV = (%ENV, ClientTest::environment($target));
	is(system('confiture rules list >&- 2> closed') >> 8, 1, 'no standard output');
	like(PostgreSQL::Test::Utils::slurp_file('closed'), qr/^confiture: cannot write to standard output$/, 'is said, and the connection is not taken for it');
	is(system('confiture rules list > /dev/null 2>&-') >> 8, 0, 'no standard error');
}

# Ctrl-C while a statement runs cancels it on the server
$target->safe_psql('postgres', q{CREATE FUNCTION slow(text) RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(600) IS NULL'});
my $lock = $target->background_psql('postgres');
$lock->query_safe('BEGIN; LOCK confiture.rule');
{
	local %ENV = (%ENV, ClientTest::environment($target));
	my ($out, $err) = ('', '');
	my $waiting = IPC::Run::start([qw(confiture rules list)], '>', \$out, '2>', \$err, IPC::Run::timeout(60));
	$target->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE '%confiture.rules r%' AND wait_event_type = 'Lock'});
	$waiting->signal('INT');
	$waiting->finish;
	is($waiting->full_result(0) >> 8, 130, 'exit code 130');
	like($err, qr/cancelled/, 'says so');
}
$lock->quit;

done_testing();
