# A source that stops: silent, cut off or slow, at each message, with and without obeying a cancel. Nothing waits longer
# than it was told to, and the target is as it was.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use HostileSource qw(message);
use HostileTest;
use IPC::Run ();
use Test::More;
use Time::HiRes qw(time usleep);

sub silent_at { my ($talk, $type, $body) = @_; $talk->{mute} = 1 if $talk->{number} >= $talk->{arguments}[0]; return message($type, $body) }
my %lies = (
	types => sub {
		my ($talk, $type, $body) = @_;
		open my $file, '>>', $talk->{arguments}[0] or die $!;
		print $file $type;
		return message($type, $body);
	},
	silent => \&silent_at,
	'silent, deaf' => { lie => \&silent_at, ignores_cancel => 1 },
	cut => sub { my ($talk, $type, $body) = @_; return $talk->{number} < $talk->{arguments}[0] ? message($type, $body) : HostileSource::hang_up() },
	half => sub {
		my ($talk, $type, $body) = @_;
		my $message = message($type, $body);
		return $message if $talk->{number} < $talk->{arguments}[0];
		$talk->deliver(substr $message, 0, 1 + int(length($message) / 2));
		return HostileSource::hang_up();
	},
	'byte by byte' => sub { my ($talk, $type, $body) = @_; $talk->deliver($_) for split //, message($type, $body); return () },
	'a COPY without formats' => sub { my ($talk, $type, $body) = @_; return $type eq 'H' ? message('H', pack 'C', 1) : message($type, $body) });

my $test = HostileTest->new(\%lies);
my ($target, $hostile) = @$test{qw(target hostile)};
my $file = PostgreSQL::Test::Utils::tempdir . '/types';
$test->lie('types', 'nothing but counted', arguments => [$file]);
my $types = PostgreSQL::Test::Utils::slurp_file($file);
note($types);

# Every message but most of the rows.
my (@points, $copied);
for my $number (1 .. length $types)
{
	push @points, $number if substr($types, $number - 1, 1) ne 'd' || $copied++ % 120 == 1;
}
for my $number (@points)
{
	my $type = substr $types, $number - 1, 1;
	$test->lie('cut', "cut before message $number ($type)", arguments => [$number]);
	$test->lie('half', "cut in message $number ($type)", arguments => [$number]);
}
$test->lie('byte by byte', 'byte by byte');

# Silence after a message of each phase. (The last ones are after the rows are there: nothing is waited for any more.)
my $first_row = index($types, 'd') + 1;
my %phase = (
	'connecting' => 1, 'the password' => 2, 'the settings' => 6, 'the first answer' => 1 + index($types, 'Z') + 1, 'a catalog row' => 1 + rindex($types, 'D', $first_row),
	'the beginning of the COPY' => $first_row - 1, 'the rows' => $first_row + 100, 'the last row' => 1 + rindex($types, 'd'));
for my $name (sort keys %phase)
{
	my $began = time;
	my $err = $test->lie('silent', "silence in $name, a timeout of ours", arguments => [ $phase{$name} ], seconds => 1, says => qr/statement timeout/, may_take => 3);
	$hostile->cut_all;
}

# The end of a wait, by ways: 1 s after it was asked for the backend is gone or free, whatever the source does with the
# cancel it gets.
sub ends_within
{
	my ($phase, $how, $sql) = @_;
	$hostile->tell('silent, deaf', $phase{$phase});
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', 'SET application_name = victim', '-c', HostileTest::sync_call('auto') ],
		'<', \undef, '>', \$out, '2>', \$err);
	my $victim = q{FROM pg_stat_activity WHERE application_name = 'victim' AND state = 'active'};
	$target->poll_query_until('postgres', "SELECT count(*) = 1 $victim AND query LIKE '%sync_table%'") or die 'not started';
	usleep(500_000);
	my $began = time;
	$target->safe_psql('postgres', "SELECT $sql(pid) $victim");
	my $is_over = 0;
	while (time - $began < 5 && !($is_over = $target->safe_psql('postgres', "SELECT count(*) = 0 $victim") eq 't')) { usleep(100_000) }
	my $seconds = time - $began;
	cmp_ok($seconds, '<', 3, "$how while the source is silent in $phase and deaf ends the wait");
	$hostile->cut_all;
	eval { $client->finish };
	is($test->image('people'), $test->{old}, "... and the target is as it was");
	return;
}
for my $phase ('connecting', 'the first answer', 'the rows')
{
	ends_within($phase, 'a cancel', 'pg_cancel_backend');
	ends_within($phase, 'a termination', 'pg_terminate_backend');
}

# Silence has an end by itself.
my ($status, undef, $message) = $target->psql('postgres', "ALTER SERVER hostile OPTIONS (ADD source_timeout '1s')");
is($status, 0, 'a server has a source_timeout') or diag($message);
for my $name (sort keys %phase)
{
	my $began = time;
	$test->lie('silent, deaf', "silence in $name, nothing but source_timeout", arguments => [ $phase{$name} ], seconds => 5, may_take => 4, says => qr/hostile/);
	$hostile->cut_all;
}
$test->lie('a COPY without formats', 'a COPY without formats', seconds => 5, may_take => 4, says => qr/hostile/);
$test->finish;
