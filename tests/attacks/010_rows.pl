# A source that lies about the rows of a COPY: fields, lengths, header, trailer, counts, formats, encodings, and messages
# that do not belong there. Each is refused with a clear error or changes no row.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use HostileSource qw(message fields row_of text_fields copy_header without_header described);
use HostileTest;
use Test::More;

# Lies about one message of the COPY, the hundredth row by default; other messages are passed on.
sub at { my ($number, $lie) = @_; return sub { my ($talk, $type, $body) = @_; return $type eq 'd' && $talk->{copied} == $number ? $lie->($body, $talk) : message($type, $body) } }
sub row { my ($lie) = @_; return at(100, sub { return message('d', $lie->($_[0])) }) }
sub values_of { my ($lie) = @_; return row(sub { my @fields = fields($_[0]); return row_of($lie->(@fields)) }) }
sub line { my ($lie) = @_; return row(sub { my @fields = text_fields($_[0]); return join("\t", $lie->(@fields)) . "\n" }) }
sub header { my ($lie) = @_; return at(1, sub { return message('d', $lie->(without_header($_[0]))) }) }
# Lies in place of a message of a type, the first of the COPY's answer.
sub of_type { my ($wanted, @told) = @_; return sub { my ($talk, $type, $body) = @_; return $type eq $wanted && $talk->{query} =~ /^COPY/ ? @told : message($type, $body) } }
sub before_row { my (@told) = @_; return at(100, sub { return (@told, message('d', $_[0])) }) }
sub after_rows { my (@told) = @_; return of_type('c', @told) }
sub error { my ($state, $words) = @_; return message('E', "SERROR\0VERROR\0C$state\0M$words\0\0") }
sub notice { return message('N', "SNOTICE\0VNOTICE\0C00000\0Mcanarysaid\0Dcanarysaid\0\0") }
my $ready = message('Z', 'T');
my @setting = map { my ($name, $value) = @$_; message('S', "$name\0$value\0") }
  [ client_encoding => 'LATIN1' ], [ server_encoding => 'SQL_ASCII' ], [ standard_conforming_strings => 'off' ], [ DateStyle => 'SQL, DMY' ],
  [ integer_datetimes => 'off' ], [ server_version => '9.0' ], [ is_superuser => 'maybe' ], [ "c\xff" => "\xfe" ];

my %binary = (
	'a field less in a row' => values_of(sub { pop @_; return @_ }),
	'a field more in a row' => values_of(sub { return (@_, 'more') }),
	'no field in a row' => row(sub { return pack 'n', 0 }),
	'a negative count of fields' => row(sub { my ($row) = @_; substr($row, 0, 2, pack 's>', -5); return $row }),
	'a count of 32,767 fields' => row(sub { my ($row) = @_; substr($row, 0, 2, pack 's>', 32767); return $row }),
	'a length of -2' => row(sub { my ($row) = @_; substr($row, 2, 4, pack 'l>', -2); return $row }),
	'a length of -2147483648' => row(sub { my ($row) = @_; substr($row, 2, 4, pack 'N', 2147483648); return $row }),
	'a length of 2147483647' => row(sub { my ($row) = @_; substr($row, 2, 4, pack 'N', 2147483647); return $row }),
	'a masked value of 1.5 GB announced' => row(sub { my @f = fields($_[0]); return pack('n', 5) . pack('N/a*', $f[0]) . pack('N', 1_500_000_000) . 'x' x 100 }),
	'a length beyond the message' => row(sub { my ($row) = @_; return substr $row, 0, -20 }),
	'an integer of 3 bytes' => values_of(sub { return ("\0\0\1", @_[ 1 .. 4 ]) }),
	'an integer of 8 bytes' => values_of(sub { return ("\0" x 8, @_[ 1 .. 4 ]) }),
	'a time of 4 bytes' => values_of(sub { return (@_[ 0 .. 3 ], "\0" x 4) }),
	'a key that is NULL' => values_of(sub { return (undef, @_[ 1 .. 4 ]) }),
	'a masked value that is NULL and must not be' => values_of(sub { return ($_[0], undef, @_[ 2 .. 4 ]) }),
	'invalid UTF-8 in a value' => values_of(sub { return (@_[ 0, 1 ], "canarykept\xff\xfe", @_[ 3, 4 ]) }),
	'invalid UTF-8 in a masked value' => values_of(sub { return ($_[0], "canaryseen\xc3", @_[ 2 .. 4 ]) }),
	'a zero byte in a value' => values_of(sub { return (@_[ 0, 1 ], "canarykept\0", @_[ 3, 4 ]) }),
	'a zero byte in a masked value' => values_of(sub { return ($_[0], "canaryseen\0x", @_[ 2 .. 4 ]) }),
	'another signature' => header(sub { return "PGCOPY\n\xff\r\n\1" . pack('NN', 0, 0) . $_[0] }),
	'no signature' => header(sub { return $_[0] }),
	'half a header, and the end' => at(1, sub { return (message('d', "PGCOPY\n\xff"), message('c', ''), message('C', "COPY 0\0"), $ready) }),
	'the flag of OIDs' => header(sub { return copy_header(1 << 16, 0) . $_[0] }),
	'an unknown critical flag' => header(sub { return copy_header(1 << 31, 0) . $_[0] }),
	'an extension of 2147483647 bytes' => header(sub { return copy_header(0, 2147483647) . $_[0] }),
	'a negative extension' => header(sub { return copy_header(0, 4294967295) . $_[0] }),
	'an extension that is not there' => header(sub { return copy_header(0, 40) . $_[0] }),
	'the trailer early' => row(sub { return "\xff\xff" . $_[0] }),
	'no trailer' => sub { my ($talk, $type, $body) = @_; return $type eq 'd' && $body eq "\xff\xff" ? () : message($type, $body) },
	'half a trailer' => sub { my ($talk, $type, $body) = @_; return message($type, $type eq 'd' && $body eq "\xff\xff" ? "\xff" : $body) },
	'a row after the trailer' => sub { my ($talk, $type, $body) = @_; $talk->{last} = $body if $type eq 'd' && length $body > 2; return $type eq 'd' && $body eq "\xff\xff" ? (message('d', $body), message('d', $talk->{last})) : message($type, $body) },
	'text for binary' => row(sub { return "100\tcanaryseen\tcanarykept\t1\t2024-01-01\n" }),
	'a COPY that says to be text' => of_type('H', message('H', pack 'Cnn5', 0, 5, (0) x 5)),
	'a COPY of other columns' => of_type('H', message('H', pack 'Cnn3', 1, 3, (1) x 3)));

my %text = (
	'a field less in a line' => line(sub { pop @_; return @_ }),
	'a field more in a line' => line(sub { return (@_, 'more') }),
	'an empty line' => line(sub { return '' }),
	'a line that does not end' => row(sub { my ($line) = @_; chomp $line; return $line }),
	'the end marked early' => before_row(message('d', "\\.\n")),
	'a backslash at the end' => line(sub { return (@_[ 0 .. 3 ], '\\') }),
	'a carriage return' => line(sub { return (@_[ 0, 1 ], "canarykept\r", @_[ 3, 4 ]) }),
	'CRLF at the end' => row(sub { my ($line) = @_; chomp $line; return "$line\r\n" }),
	'invalid UTF-8 in a line' => line(sub { return (@_[ 0, 1 ], "canarykept\xff", @_[ 3, 4 ]) }),
	'invalid UTF-8 by an escape' => line(sub { return (@_[ 0, 1 ], 'canarykept\\xff', @_[ 3, 4 ]) }),
	'a zero byte' => line(sub { return (@_[ 0, 1 ], "canarykept\0", @_[ 3, 4 ]) }),
	'a zero byte by an escape, masked' => line(sub { return ($_[0], 'canaryseen\\0', @_[ 2 .. 4 ]) }),
	'NULL for a key' => line(sub { return ('\\N', @_[ 1 .. 4 ]) }),
	'a word for an integer' => line(sub { return ('canarykept', @_[ 1 .. 4 ]) }),
	'a word for a time' => line(sub { return (@_[ 0 .. 3 ], 'canarykept') }),
	'binary for text' => header(sub { return copy_header() . row_of(pack('N', 1), 'canaryseen', 'canarykept', pack('N', 7), undef) }),
	'a COPY that says to be binary' => of_type('H', message('H', pack 'Cnn5', 1, 5, (1) x 5)));

# In either format.
my %any = (
	'rows twice' => at(100, sub { return (message('d', $_[0])) x 2 }),
	'a row less' => at(100, sub { return () }),
	'a hundred rows less' => sub { my ($talk, $type, $body) = @_; return $type eq 'd' && $talk->{copied} > 100 && $talk->{copied} <= 200 ? () : message($type, $body) },
	'no rows, and the count of all' => sub { my ($talk, $type, $body) = @_; return $type eq 'd' && $talk->{copied} > 1 && length $body > 2 ? () : message($type, $body) },
	(map { my $count = $_; ("the count '$count'" => of_type('C', message('C', "$count\0"))) }
		'COPY 0', 'COPY 299', 'COPY 301', 'COPY 999999', 'COPY', 'COPY -300', 'COPY 300x', 'COPY 18446744073709551916', 'SELECT 300', 'INSERT 0 300', '', "\xff\xfe"),
	'an error in the middle' => before_row(error('22012', 'canarysaid'), $ready),
	'an error and data after it' => before_row(error('22P02', 'canarysaid')),
	'an error after all rows' => after_rows(error('XX000', 'canarysaid'), $ready),
	'an error in place of data' => of_type('H', error('22023', 'no such thing'), $ready),
	'an error without a state' => before_row(message('E', "SERROR\0Mcanarysaid\0\0"), $ready),
	'an error without an end' => before_row(message('E', "SERROR\0Mcanarysaid"), $ready),
	'an error of nothing' => before_row(message('E', "\0"), $ready),
	'a fatal error' => before_row(error('57P01', 'terminating'), $ready),
	'ready in the middle' => before_row($ready),
	'the end in the middle' => before_row(message('c', ''), message('C', "COPY 99\0"), $ready),
	'no end' => after_rows(),
	'two ends' => after_rows((message('c', '')) x 2),
	'two answers' => of_type('C', message('C', "COPY 300\0"), message('C', "COPY 300\0")),
	'a second COPY' => of_type('C', message('C', "COPY 300\0"), message('H', pack 'Cnn5', 1, 5, (1) x 5)),
	'a row of a query in the middle' => before_row(message('D', row_of('canaryseen'))),
	'columns of a query in the middle' => before_row(message('T', described(3))),
	'a COPY in' => of_type('H', message('G', pack 'Cnn5', 0, 5, (0) x 5)),
	'a COPY both ways' => of_type('H', message('W', pack 'Cnn5', 0, 5, (0) x 5)),
	'columns in place of a COPY' => of_type('H', message('T', described(5)), message('D', row_of(('canaryseen') x 5)), message('C', "SELECT 1\0"), $ready),
	'an empty answer' => of_type('H', message('I', ''), $ready),
	'an empty message of data' => before_row(message('d', '')),
	'an unknown message' => before_row(message('?', 'canarysaid')),
	'a message of type zero' => before_row(message("\0", 'canarysaid')),
	'a message of length 3' => before_row('d' . pack('N', 3)),
	'a message of length 0' => before_row('d' . pack('N', 0)),
	'a message of length 2147483647' => before_row('d' . pack('N', 2147483647)),
	'a message of length 4294967295' => before_row('d' . pack('N', 4294967295)),
	'half a message, then the end' => at(100, sub { $_[1]->deliver(substr message('d', $_[0]), 0, 9); return HostileSource::hang_up() }),
	'parameters change in the middle' => before_row(@setting),
	'another secret key' => before_row(message('K', pack 'NN', 1, 2)),
	'authentication again' => before_row(message('R', pack 'N', 3)),
	'a notification' => before_row(message('A', pack('N', 1) . "canarysaid\0canarysaid\0")),
	'20,000 notices' => before_row(notice() x 20_000),
	'20,000 parameters' => before_row(map { message('S', "p$_\0v\0") } 1 .. 20_000));
$any{'rows in another order'} = sub { my ($talk, $type, $body) = @_;
	return ($talk->{held} = message('d', $body), ())[ 1 .. 0 ] if $type eq 'd' && $talk->{copied} == 100;
	return (message($type, $body), delete $talk->{held}) if $type eq 'd' && $talk->{copied} == 120;
	return message($type, $body) };
$any{'a byte a message'} = sub { my ($talk, $type, $body) = @_; return $type eq 'd' && $talk->{copied} < 40 ? map { message('d', $_) } split //, $body : message($type, $body) };
$any{'all rows in one message'} = sub { my ($talk, $type, $body) = @_;
	return ($talk->{all} .= $body, ())[ 1 .. 0 ] if $type eq 'd';
	return (message('d', $talk->{all}), message('c', '')) if $type eq 'c';
	return message($type, $body) };

my %of_format = (binary => \%binary, text => \%text);
my $test = HostileTest->new({ (map { my $format = $_; map { ("$format $_" => $of_format{$format}{$_}) } keys %{ $of_format{$format} } } keys %of_format), %any });
for my $format (sort keys %of_format)
{
	$test->lie("$format $_", "$format: $_", call => HostileTest::sync_call($format), may_differ => /masked/) for sort keys %{ $of_format{$format} };
	$test->lie($_, "$format: $_", call => HostileTest::sync_call($format)) for sort keys %any;
}
$test->finish;
