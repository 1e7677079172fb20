# Every command with --json prints one JSON document on standard output, whether it succeeds or fails.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir();
chdir $dir;
$_->safe_psql('postgres', q{CREATE TABLE users (id integer PRIMARY KEY, email text);
	CREATE TABLE visits (id integer PRIMARY KEY, "user" integer REFERENCES users)}) for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO users VALUES (1, 'ada@home.test'); INSERT INTO visits VALUES (1, 1)});
$target->safe_psql('postgres', 'CREATE DATABASE empty');
$source->safe_psql('postgres', 'CREATE DATABASE pushed');
my ($uri, $pushed) = map { 'postgresql://' . ConfitureTest::superuser($source) . "@/$_?host=" . $source->host . '&port=' . $source->port } 'postgres', 'pushed';
ClientTest::write_file('rules.yaml', "tables:\n  public.users:\n    columns: {email: email}\n");

# The words of a command, those with which it succeeds, and those with which it fails: its exit code first.
my @commands = (
	[ 'init', [ $uri, qw(-s prod --yes) ], [ 2, 'nowhere' ] ],
	[ 'check', ['visits'], [ 5, 'users' ] ],
	[ 'suggest', [], [ 2, '-o', 'x.txt' ] ],
	[ 'suggest', [qw(-o drafted.yaml)], [ 2, qw(-o drafted.yaml) ] ],
	[ 'rules set', [qw(users email email)], [ 2, qw(users emial email) ] ],
	[ 'rules list', ['users'], [ 2, 'nothing' ] ],
	[ 'rules set-pattern', [qw(* phone phone)], [ 2, qw(* phone phnoe) ] ],
	[ 'rules patterns', [], [ 2, 'x' ] ],
	[ 'rules drop-pattern', [qw(* phone)], [ 1, qw(* phone) ] ],
	[ 'rules set-filter', [ 'users', 'id > 0' ], [ 2, 'users', 'id >' ] ],
	[ 'rules filters', [], [ 2, 'x' ] ],
	[ 'rules drop-filter', ['users'], [ 1, 'users' ] ],
	[ 'rules set-reference', [qw(visits id users id)], [ 2, qw(visits nothing users id) ] ],
	[ 'rules references', [], [ 2, 'x' ] ],
	[ 'rules drop-reference', [qw(visits id users id)], [ 1, qw(visits id users id) ] ],
	[ 'rules set-follow', [qw(visits visits_user_fkey --follow true)], [ 2, qw(nothing key --follow true) ] ],
	[ 'rules follows', [], [ 2, 'x' ] ],
	[ 'rules drop-follow', [qw(visits visits_user_fkey)], [ 1, qw(visits visits_user_fkey) ] ],
	[ 'rules set-seed', [qw(users --rows 1)], [ 2, qw(nothing --rows 1) ] ],
	[ 'rules seeds', [], [ 2, 'x' ] ],
	[ 'plan', ['--subset'], [ 5, 'nothing' ] ],
	[ 'why', [qw(users 1)], [ 1, qw(users 2) ] ],
	[ 'rules export', [], [ 2, qw(-o rules.txt) ] ],
	[ 'rules drop-seed', ['users'], [ 1, 'users' ] ],
	[ 'rules drop', [qw(users email)], [ 1, qw(users email) ] ],
	[ 'rules import', [qw(rules.yaml --yes)], [ 2, 'nothing.yaml' ] ],
	[ 'plan', [], [ 2, qw(--policy lax) ] ],
	[ 'preview', ['users'], [ 2, 'nothing' ] ],
	[ 'preview', [qw(users --diff)], [ 2, qw(users --diff -n 101) ] ],
	[ 'status', [], [ 2, '999' ] ],
	[ 'status', ['--watch'], [ 2, qw(--watch 999) ] ],
	[ 'sync', ['--detach'], [ 5, 'nothing' ] ],
	[ 'status', [qw(--watch 1)], [ 2, 'x' ] ],
	[ 'cancel', undef, [ 1, '1' ] ],
	[ 'resume', undef, [ 5, '1' ] ],
	[ 'runs', [], [ 2, '999' ] ],
	[ 'runs', ['1'], [ 2, qw(--table nothing) ] ],
	[ 'report', [], [ 2, '999' ] ],
	[ 'report', [qw(1 --html report.html)], [ 1, qw(1 --html /nowhere/report.html) ] ],
	[ 'verify', [], [ 2, 'nothing' ] ],
	[ 'dump', [qw(-o masked.dump)], [ 2, qw(-o /nowhere/masked.dump) ] ],
	[ 'push', [ '--to', $pushed ], [ 2, qw(--to nowhere) ] ],
	[ 'key id', [], [ 2, 'x' ] ],
	[ 'key export', [qw(-o masking.key)], [ 2, qw(-o masking.key) ] ],
	[ 'key import', ['masking.key'], [ 2, 'missing.key' ] ],
	[ 'key rotate', ['--yes'], [ 2 ] ],
	[ 'strategies', [], [ 2, 'emial' ] ],
	[ 'version', [], [ 2, 'x' ] ],
	[ 'clone', [ $uri, qw(-d copy --create --yes --rules rules.yaml) ], [ 5, '-d', 'postgres', $uri ] ],
	# A man page and a completion are text of their own.
	[ 'generate', undef, [ 2, 'nothing' ] ],
	[ '', ['--version'], [ 2, 'plna' ] ],
	[ 'rules', undef, [ 2, 'lits' ] ],
	[ 'key', undef, [ 2, '--jsno' ] ]);

sub prints
{
	my ($words, $expected) = @_;
	my ($status, $stdout, $stderr) = ClientTest::run($target, [ '--json', @$words ]);
	my $document = eval { JSON::PP->new->utf8->decode($stdout) };
	my $error = ref $document eq 'HASH' && ref $document->{error} eq 'HASH' ? $document->{error}{message} // '' : '';
	ok($status == $expected && defined $document && ($expected == 0 || ref $document eq 'ARRAY' || $error ne ''), "confiture @$words")
	  or diag "exit code $status, expected $expected\nstdout: $stdout\nstderr: $stderr";
	return $document;
}

foreach my $command (@commands)
{
	my ($path, $well, $badly) = @$command;
	prints([ split(/ /, $path), @$well ], 0) if $well;
	my ($code, @words) = @$badly;
	prints([ split(/ /, $path), @words ], $code);
}

# All commands of the manual page are above.
my %known = map { $_->[0] => 1 } @commands;
ok($known{$_}, "confiture $_ is tried") for (`confiture generate man` =~ s/\\-/-/gr) =~ /^\.SS (.*)$/gm;

# What is exported as JSON is a rules file.
ClientTest::exits($target, [qw(rules set users email hash length=24)], 0, qr/./, 'a rule with an option');
ClientTest::exits($target, [ qw(rules set users email keep --when), 'id < 10' ], 0, qr/./, 'one for some rows');
ClientTest::exits($target, [ 'rules', @$_ ], 0, qr/./, "@$_")
  for [qw(set-pattern * phone phone)], [ 'set-filter', 'visits', 'id > 0' ], [qw(set-reference visits id users id)], [qw(set-seed users --rows 5)], [qw(set-follow visits visits_user_fkey --follow true)];
my (undef, $exported) = ClientTest::run($target, [qw(rules export --json)]);
ClientTest::write_file('exported.json', $exported);
is_deeply(ClientTest::json($target, [qw(rules import exported.json --prune)]), [], 'an import of it changes nothing');
is(scalar(grep { -s } glob 'run-*.html'), 1, 'report without --html has written a file');
is(ClientTest::json($target, [qw(report 1)])->{run_id}, 1, 'report tells of the run');
is(ClientTest::json($target, ['suggest'])->[0]{relation} // 'none', 'none', 'suggest has nothing left to suggest');

done_testing();
