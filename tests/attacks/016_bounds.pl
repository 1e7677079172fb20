# A source that tries how much it may send: messages that announce gigabytes and send them, rows without an end, settings
# without a number, words that nobody has asked for, and lies to the second connection that asks whether it still works.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use HostileSource qw(message fields row_of described);
use HostileTest;
use Test::More;

my $notice = message('N', "SNOTICE\0VNOTICE\0C00000\0Mcanarysaid\0\0");
# Of a message of 1.9 GB: its head, then bytes as long as they are taken.
sub pour { my ($talk, $type, $length) = @_; $talk->deliver($type . pack('N', $length // 1_900_000_000)); $talk->deliver('x' x 1_000_000) while 1; return }
# In the answer that has a message of a type, to a statement like this.
sub in_answer { my ($wanted, $query, $lie) = @_; return sub { my ($talk, $type, $body) = @_; return $type eq $wanted && $talk->{query} =~ $query ? $lie->($talk, $type, $body) : message($type, $body) } }
my $columns = qr/attnotnull/;
my @names = map { my $n = $_; my $name = ''; do { $name .= chr(33 + $n % 90); $n = int($n / 90) } while $n; $name } 1 .. 60_000;
my $settings = join '', map { message('S', "$_\0\0") } @names;

my %refused = (
	(map { my $type = $_; ("a message '$type' of 1.9 GB in an answer" => in_answer('T', $columns, sub { return pour($_[0], $type) })) } qw(T D E N A V d)),
	'a message of 1.9 GB at login' => sub { my ($talk, $type, $body) = @_; return $type eq 'K' ? pour($talk, 'N') : message($type, $body) },
	'a notice of 20 MB for each row' => in_answer('D', $columns, sub { return (message('N', "SNOTICE\0VNOTICE\0C00000\0M" . 'x' x 20_000_000 . "\0\0"), message(@_[ 1, 2 ])) }),
	'rows of NULLs without an end' => in_answer('D', $columns, sub { my ($talk, $type, $body) = @_; my $row = message('D', row_of((undef) x fields($body))) x 5000; $talk->deliver($row) while 1; return }),
	'65,535 columns, rows without an end' => in_answer('T', $columns, sub { my ($talk) = @_; $talk->deliver(message('T', described(65_535))); my $row = message('D', row_of((undef) x 65_535)); $talk->deliver($row) while 1; return }),
	'rows before columns' => in_answer('T', $columns, sub { return (message('D', row_of('x')), message(@_[ 1, 2 ])) }),
	'results without an end' => in_answer('C', $columns, sub { my ($talk, $type, $body) = @_; $talk->deliver(message($type, $body) x 5000) while 1; return }),
	'60,000 settings in an answer' => in_answer('T', $columns, sub { return ($settings, message(@_[ 1, 2 ])) }),
	'60,000 settings at login' => sub { my ($talk, $type, $body) = @_; return (($type eq 'K' ? $settings : ()), message($type, $body)) },
	'20,000 settings before each row' => in_answer('d', qr/^COPY/, sub { return (join('', map { message('S', "$_\0\0") } @names[ 0 .. 19_999 ]), message(@_[ 1, 2 ])) }),
	'60,000 settings before a row' => in_answer('d', qr/^COPY/, sub { return ($_[0]{copied} == 100 ? $settings : (), message(@_[ 1, 2 ])) }),
	'notices without an end at login' => sub { my ($talk, $type, $body) = @_; if ($type eq 'K') { $talk->deliver($notice x 1000) while 1 } return message($type, $body) },
	'an answer after each answer' => sub { my ($talk, $type, $body) = @_; return (message($type, $body), $type eq 'Z' && $talk->{query} ? (message('C', "SELECT 1\0"), message('Z', 'T')) : ()) },
	'a COPY that says other columns' => in_answer('H', qr/^COPY/, sub { my ($talk, $type, $body) = @_; my ($format) = unpack 'C', $body; return message('H', pack 'Cn', $format, 0) }),
	'a COPY that says another format' => in_answer('H', qr/^COPY/, sub { my ($talk, $type, $body) = @_; my ($format, $n) = unpack 'Cn', $body; return message('H', pack 'Cnn*', 1 - $format, $n, (1 - $format) x $n) }));
my %harmless = (
	'notices and settings between statements' => sub { my ($talk, $type, $body) = @_; return (message($type, $body), $type eq 'Z' ? ($notice, message('S', "c\0v\0")) : ()) },
	'a notice before each row' => sub { my ($talk, $type, $body) = @_; return (($type =~ /[dD]/ ? $notice x 10 : ()), message($type, $body)) });

# Silent in the rows, and this to the second connection that asks.
sub asked { my ($lie) = @_; return sub { my ($talk, $type, $body) = @_;
	$talk->{mute} = 1 if $talk->{query} =~ /^COPY/ && $type eq 'd' && $talk->{copied} == 100;
	return $type eq 'D' && $talk->{query} =~ /pg_stat_activity/ ? $lie->($talk, $type, $body) : message($type, $body) } }
my %asked = (
	'the truth' => asked(sub { return message(@_[ 1, 2 ]) }),
	'two rows' => asked(sub { return (message('D', row_of('1'))) x 2 }),
	'NULL' => asked(sub { return message('D', row_of(undef)) }),
	'a message of 1.9 GB' => asked(sub { return pour($_[0], 'D') }),
	'an error of a shutdown' => asked(sub { return (message('E', "SFATAL\0VFATAL\0C57P01\0Mterminating\0\0"), message('Z', 'T')) }),
	'an error of a cancel' => asked(sub { return (message('E', "SERROR\0VERROR\0C57014\0Mcanarysaid\0\0"), message('Z', 'T')) }),
	'silence' => asked(sub { $_[0]{mute} = 1; return () }),
	'the end' => asked(sub { return HostileSource::hang_up() }));
my $yes = asked(sub { return message('D', row_of('1')) });

# Of a sample: more hits than values, of which there are none.
my $sample = in_answer('D', qr/LIMIT 10\) s/, sub { my @fields = fields($_[2]); return message('D', row_of('10', '0', ('5') x (@fields - 2))) });

my $test = HostileTest->new({ %refused, %harmless, sample => $sample, (map { ("asked: $_" => $asked{$_}) } keys %asked), yes => $yes });
for my $name (sort keys %refused)
{
	my $err = $test->lie($name, $name, seconds => 15, may_take => 15);
	like($err, qr/ERROR/, "$name: it is refused");
	unlike($err, qr/statement timeout/, "$name: by its bound") unless $name eq 'results without an end';
}
is($test->lie($_, $_), '', "$_: no harm") for sort keys %harmless;
$test->{$_}->safe_psql('postgres', 'CREATE TABLE letters (id int, words text, more text)') for qw(source target);
is($test->lie('sample', 'a sample', call => q{SELECT count(*) FROM confiture.suggest('hostile', 10, include => '{letters}'); } . HostileTest::sync_call('auto')), '', 'more hits than values: no harm');
$test->{target}->safe_psql('postgres', q{ALTER SERVER hostile OPTIONS (ADD source_timeout '1s')});
$test->lie("asked: $_", "asked whether it works: $_", seconds => 8, may_take => 6, says => qr/timeout expired while waiting for server "hostile"/) for sort keys %asked;
$test->{hostile}->cut_all;
# It is believed then, and any limit of the caller's ends the wait.
$test->lie('yes', 'asked whether it works: a false yes', seconds => 4, may_take => 6, says => qr/statement timeout/);
$test->{hostile}->cut_all;
$test->finish;
