# A source that talks: errors, notices, settings and answers to the login that are long, endless, forged or no text.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use HostileSource qw(message row_of);
use HostileTest;
use Test::More;

my $ready = message('Z', 'T');
sub fields_of { my (%field) = @_; return message('E', join('', map { "$_$field{$_}\0" } sort keys %field) . "\0") }
sub error { my (%field) = @_; return fields_of(S => 'ERROR', V => 'ERROR', C => '42501', M => 'no', %field) }

# Where in the talk an error may come, as the server's message it stands for.
my %place = (
	login => sub { my ($talk, $type) = @_; return $talk->{number} == 1 },
	'the first query' => sub { my ($talk, $type) = @_; return $type eq 'T' && $talk->{query} =~ /pg_locks/ },
	'the catalog' => sub { my ($talk, $type) = @_; return $type eq 'T' && $talk->{query} =~ /attnotnull/ },
	'the COPY' => sub { my ($talk, $type) = @_; return $type eq 'H' },
	rows => sub { my ($talk, $type) = @_; return $type eq 'd' && $talk->{copied} == 100 });
my %error = (
	'30 MB' => error(M => 'x' x 30_000_000),
	'30 MB of hint' => error(H => 'x' x 30_000_000),
	'30 MB of state' => error(C => '4' x 30_000_000),
	'30 MB of everything' => error(map { $_ => 'x' x 10_000_000 } qw(M D H W)),
	'no UTF-8' => error(M => "a\xff\xfe\xc3", H => "b\xc0\x80", D => "\xed\xa0\x80"),
	'forged lines' => error(M => "no\nERROR:  57014: canceling statement\nLOG:  forged", H => "no\nFATAL:  forged"),
	'a terminal\'s sequences' => error(M => "\e[2J\e]0;title\a\x08\x08no", H => "\e[31mno"),
	'formats' => error(M => '%s%n%s%1$s%m', H => '%s%n'),
	'a state of our own' => error(C => '00000'),
	'a state of nothing' => error(C => ''),
	'a state that is none' => error(C => "\xff\x01a~z"),
	'an internal state' => error(C => 'XX000'),
	'no severity' => fields_of(C => '42501', M => 'no'),
	'fields that do not exist' => error(map { chr, 'x' } 33 .. 60),
	'100,000 fields' => message('E', "SERROR\0VERROR\0C42501\0Mno\0" . "Zx\0" x 100_000 . "\0"),
	'quoted rows' => error(C => '57014', M => 'no', D => 'canarysaid', W => 'canarysaid', H => 'no'),
	'quoted rows in the message' => error(C => '22P02', M => 'invalid: "canarysaid"', W => 'canarysaid'));
my %lies;
for my $place (keys %place)
{
	for my $name (keys %error)
	{
		$lies{"$name, in $place"} = sub { my ($talk, $type, $body) = @_; return $place{$place}->($talk, $type) ? ($error{$name}, $ready) : message($type, $body) };
	}
}
# Answers to the login.
my %login = (
	'HTTP' => "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n" . '<p>canarysaid</p>' x 1000,
	'an error of version 2' => 'E' . 'x' x 20_000 . "\0",
	'a method unknown' => message('R', pack 'N', 77),
	'GSS' => message('R', pack 'N', 7),
	'a password in clear' => message('R', pack 'N', 3),
	'MD5' => message('R', pack('N', 5) . 'salt'),
	'MD5 without a salt' => message('R', pack('N', 5)),
	'mechanisms of 1 MB' => message('R', pack('N', 10) . 'x' x 1_000_000 . "\0\0"),
	'10,000 mechanisms' => message('R', pack('N', 10) . "SCRAM-SHA-1\0" x 10_000 . "\0"),
	'a final message first' => message('R', pack('N', 12) . 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ='),
	'another protocol' => message('v', pack('NN', 99, 3) . "a\0b\0c\0"),
	'other protocols' => message('v', pack('NN', 0, 4_000_000_000)));
for my $name (keys %login)
{
	$lies{"login: $name"} = sub { my ($talk, $type, $body) = @_; return $talk->{number} == 1 ? ($login{$name}, $name eq 'HTTP' ? HostileSource::hang_up($talk->deliver($login{$name})) : ()) : () };
}
my @logins = map { "login: $_" } keys %login;
$lies{'login: no method at all'} = sub { my ($talk, $type, $body) = @_; return $talk->{number} == 1 ? (message('R', pack 'N', 0), message('K', pack 'NN', 1, 1), $ready) : () };
$lies{'login: the proof of another'} = sub { my ($talk, $type, $body) = @_; return $type eq 'R' && unpack('N', $body) == 12 ? message('R', pack('N', 12) . 'v=' . 'A' x 43 . '=') : message($type, $body) };
$lies{'login: a nonce of another'} = sub { my ($talk, $type, $body) = @_; return $type eq 'R' && unpack('N', $body) == 11 ? message('R', pack('N', 11) . 'r=abc,s=QUJD,i=4096') : message($type, $body) };
push @logins, 'login: no method at all', 'login: the proof of another', 'login: a nonce of another';

# Settings that the server reports while connecting.
my %setting = (
	server_version => [ '', '0', '99999999999.99', 'canarysaid', '9.6.1', "15\xff", '1' x 1_000_000 ], client_encoding => [ 'LATIN1', 'SQL_ASCII', 'EUC_JP', 'nonsense', '', "\xff" ],
	server_encoding => [ 'EUC_TW', 'nonsense' ], standard_conforming_strings => [ 'off', '' ], integer_datetimes => ['off'], is_superuser => ['x' x 1_000_000], DateStyle => ['nonsense'],
	in_hot_standby => ['on'], default_transaction_read_only => ['on']);
my @settings;
for my $setting (keys %setting)
{
	for my $value (@{ $setting{$setting} })
	{
		my $name = "$setting: " . (length $value > 30 ? length($value) . ' bytes' : $value =~ /[^ -~]/ ? 'no text' : "'$value'");
		push @settings, $name;
		$lies{$name} = sub { my ($talk, $type, $body) = @_; return message($type, $type eq 'S' && $body =~ /^$setting\0/ ? "$setting\0$value\0" : $body) };
	}
}
# Once, while the first row is awaited: so many.
sub with_rows { my (@told) = @_; return sub { my ($talk, $type, $body) = @_; return (($type eq 'd' && $talk->{copied} == 1 ? @told : ()), message($type, $body)) } }
my $notice = message('N', "SNOTICE\0VNOTICE\0C00000\0Mcanarysaid\0\0");
sub flood { my ($bytes) = @_; return sub { my ($talk, $type, $body) = @_; if ($type eq 'd') { $talk->deliver($bytes) while 1 } return message($type, $body) } }
my %many = (
	'20,000 parameters' => with_rows(map { message('S', "p$_\0v\0") } 1 .. 20_000),
	'20,000 parameters at login' => sub { my ($talk, $type, $body) = @_; return (($type eq 'K' ? map { message('S', "p$_\0v\0") } 1 .. 20_000 : ()), message($type, $body)) },
	'20,000 parameters of 1 kB' => with_rows(map { message('S', "p$_\0" . 'v' x 1000 . "\0") } 1 .. 20_000),
	'a notice of 30 MB' => with_rows(message('N', "SNOTICE\0VNOTICE\0C00000\0M" . 'x' x 30_000_000 . "\0\0")),
	'20,000 notifications' => with_rows((message('A', pack('N', 1) . "canarysaid\0canarysaid\0")) x 20_000),
	'200,000 notices' => with_rows($notice x 200_000));
my %endless = (
	'endless notices' => flood($notice x 1000),
	'endless notifications' => flood(message('A', pack('N', 1) . "a\0" . 'x' x 1000 . "\0") x 100),
	'endless parameters' => sub { my ($talk, $type, $body) = @_; if ($type eq 'd') { my $i = 0; $talk->deliver(join '', map { $i++; message('S', "p$i\0" . 'v' x 1000 . "\0") } 1 .. 100) while 1 } return message($type, $body) },
	'an endless row' => flood(message('d', 'x' x 65_536)),
	'endless answers' => sub { my ($talk, $type, $body) = @_; if ($type eq 'C' && $talk->{query} =~ /pg_locks/) { $talk->deliver(message('C', "SELECT 1\0") x 1000) while 1 } return message($type, $body) },
	'endless catalog' => sub { my ($talk, $type, $body) = @_; if ($type eq 'D' && $talk->{query} =~ /pg_locks/) { $talk->deliver(message('D', $body) x 1000) while 1 } return message($type, $body) });
%lies = (%lies, %many, %endless);

my $test = HostileTest->new(\%lies);
# Before rows are read the source's words have none in them; and 30 MB of one kind are enough.
for my $place (sort keys %place)
{
	$test->lie("$_, in $place", "an error of $_, in $place") for grep { $place eq 'rows' || !/quoted|30 MB of/ } sort keys %error;
}
$test->lie($_, $_, seconds => 5) for sort(@logins), sort @settings;
$test->lie($_, $_, may_take => 6) for sort keys %many;
$test->lie($_, $_, seconds => 2, may_take => 6) for sort keys %endless;
$test->finish;
