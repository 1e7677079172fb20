# A source whose messages are changed at random: bytes, lengths, types, order, repetitions.
#
# CONFITURE_SEED repeats an earlier run, CONFITURE_ROUNDS makes more rounds of it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use HostileSource qw(message);
use HostileTest;
use Test::More;
use Time::HiRes qw(time);

my $seed = $ENV{CONFITURE_SEED} // 1;
my $rounds = $ENV{CONFITURE_ROUNDS} // 80;
my $most_seconds = $ENV{CONFITURE_ROUNDS} ? 86_400 : 50;
diag("CONFITURE_SEED=$seed");

# Values of rows stay what they are: another value of a kept column is no lie that can be noticed.
my %mutation = (
	byte => sub { my ($talk, $type, $body) = @_; substr($body, int rand length $body, 1) = chr int rand 256 if length $body && $type ne 'd'; return message($type, $body) },
	bit => sub { my ($talk, $type, $body) = @_; if (length $body && $type ne 'd') { my $at = int rand length $body; substr($body, $at, 1) ^= chr 1 << int rand 8 } return message($type, $body) },
	length => sub { my ($talk, $type, $body) = @_; return $type . pack('N', (0, 3, 4, 5, 2147483647, 4294967295, length($body) + 5, length($body) + 3)[ rand 8 ]) . $body },
	type => sub { my ($talk, $type, $body) = @_; return message(substr('RSKZTDCHdcEINAGWstn123?', int rand 23, 1), $body) },
	drop => sub { return () },
	twice => sub { my ($talk, $type, $body) = @_; return (message($type, $body)) x 2 },
	longer => sub { my ($talk, $type, $body) = @_; return message($type, $type eq 'd' ? $body : $body . 'x' x (1 + rand 1000)) },
	shorter => sub { my ($talk, $type, $body) = @_; return message($type, $type eq 'd' ? $body : substr $body, 0, int rand length $body) },
	held => sub { my ($talk, $type, $body) = @_; $talk->{held} .= message($type, $body); return () },
	inserted => sub { my ($talk, $type, $body) = @_; return (message((qw(N S A Z C E T D H c K))[ rand 11 ], join '', map { chr int rand 256 } 0 .. rand 50), message($type, $body)) });
my @names = sort keys %mutation;
my $test = HostileTest->new({
	mutate => sub {
		my ($talk, $type, $body) = @_;
		my ($seed, $share) = @{ $talk->{arguments} };
		srand $seed unless $talk->{has_begun}++;
		my @held = rand() < 0.3 ? delete $talk->{held} // () : ();
		return (rand() < $share ? $mutation{ $names[ rand @names ] }->($talk, $type, $body) : message($type, $body), @held);
	} });
my $began = time;
for my $round (1 .. $rounds)
{
	last if time - $began > $most_seconds;
	my $number = $seed * 100_000 + $round;
	my $share = (0.5, 0.1, 0.03, 0.01, 0.003)[ $round % 5 ];
	$test->lie('mutate', "seed $number, a share of $share", call => HostileTest::sync_call((qw(binary text))[ $round % 2 ]), arguments => [ $number, $share ], seconds => 2, may_take => 8);
	$test->{hostile}->cut_all;
}
$test->finish;
