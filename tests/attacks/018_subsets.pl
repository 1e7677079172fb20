# A source that lies about the positions of rows that a subset chooses: of tables and pages that were not asked for, of other
# shapes, without an end. And conditions that would say more than which rows.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use HostileSource qw(message fields row_of copy_header without_header);
use HostileTest;
use Test::More;

# The first row of positions becomes these bytes.
sub instead { my ($lie) = @_; return sub { my ($talk, $type, $body) = @_;
	return message($type, $body) unless $type eq 'd' && $talk->{query} =~ /^COPY.*confiture\.tid/s && $talk->{copied} == 1;
	return $lie->($talk, fields(without_header($body))) } }
sub rows { return message('d', copy_header() . row_of(@{ $_[0] })), map { message('d', row_of(@$_)) } @_[ 1 .. $#_ ] }
sub without_end { my ($talk, @row) = @_; $talk->deliver(message('d', copy_header())); my $n = 0;
	while (1) { $talk->deliver(join '', map { $n++; message('d', row_of($row[0], pack('Nn', $n, 1), $row[2])) } 1 .. 5000) } return }

my %refused = (
	'of another table' => instead(sub { my ($talk, @row) = @_; return rows([ pack('N', 1259), @row[ 1, 2 ] ]) }),
	'of offset 0' => instead(sub { my ($talk, @row) = @_; return rows([ $row[0], pack('Nn', 0, 0), $row[2] ]) }),
	'of an offset that marks' => instead(sub { my ($talk, @row) = @_; return rows([ $row[0], pack('Nn', 0, 0x8001), $row[2] ]) }),
	'of NULL' => instead(sub { my ($talk, @row) = @_; return rows([ $row[0], undef, $row[2] ]) }),
	'of 8 bytes' => instead(sub { my ($talk, @row) = @_; return rows([ $row[0], 'x' x 8, $row[2] ]) }),
	'of four fields' => instead(sub { my ($talk, @row) = @_; return rows([ @row, $row[2] ]) }),
	'without a header' => instead(sub { my ($talk, @row) = @_; return message('d', row_of(@row)) }),
	'with an extension of the header' => instead(sub { my ($talk, @row) = @_; return message('d', copy_header(0, 4) . 'xxxx' . row_of(@row)) }),
	'behind the end' => instead(sub { my ($talk, @row) = @_; return (rows(\@row), message('d', "\xff\xff" . row_of(@row))) }),
	'without an end' => instead(\&without_end));
my %harmless = (
	'twice' => instead(sub { my ($talk, @row) = @_; return rows(\@row, \@row, \@row) }),
	'of pages that are not there' => instead(sub { my ($talk, @row) = @_; return rows(\@row, [ $row[0], pack('Nn', 4_000_000_000, 8191), $row[2] ]) }));
my %lost = ('the end amid them' => instead(sub { my ($talk, @row) = @_; $talk->deliver(rows(\@row)); return HostileSource::hang_up() }));

my $test = HostileTest->new({ %refused, %harmless, %lost });
my $subset = q{subset => '{"public.people": {"where": "id > 0"}}'};
my $call = "CALL confiture.sync('hostile', include => '{people}', jobs => 1, retry_for => '0', $subset)";
for my $name (sort keys %refused)
{
	my $err = $test->lie($name, "positions $name", call => $call, before => q{SET confiture.subset_memory = '2MB'});
	like($err, $name eq 'without an end' ? qr/53400: the rows of the subset take more than confiture\.subset_memory/ : qr/08P01/, "positions $name: they are refused");
}
is($test->lie($_, "positions $_", call => $call), '', "positions $_: no harm") for sort keys %harmless;
like($test->lie('the end amid them', 'positions, then the end', call => $call), qr/ERROR/, 'a lost source: no rows');

# Conditions that would choose other rows or columns, say what others hold, or write.
my $target = $test->{target};
for my $condition ('true) UNION ALL (SELECT 1, 2, 3', 'true) s, pg_authid a WHERE (true', 'id = 1; DROP TABLE people', 'true ORDER BY id', 'true FOR UPDATE', q{$1 = 1}, 'true -- ', "true\n) OR (true")
{
	my $quoted = $condition =~ s/(["\\])/\\$1/gr =~ s/\n/\\n/gr =~ s/'/''/gr;
	my ($status, $out, $err) = $target->psql('postgres', qq{SELECT count(*) FROM confiture.plan_subset('prod', '{"public.people": {"where": "$quoted"}}', '{people}')});
	if ($condition eq 'true -- ') { is($out, 2, 'a comment ends with its line') }
	else { like($err, qr/ERROR:  (?:the seed of public\.people is not a single SQL condition|syntax error|the source does not take the seed)/, "refused: " . $condition =~ s/\n/ /gr) }
}
$test->{source}->safe_psql('postgres', 'CREATE SEQUENCE s');
for my $condition (q{nextval('public.s') > 0}, q{setval('public.s', 5) > 0})
{
	my ($status, $out, $err) = $target->psql('postgres', q{SELECT confiture.set_seed('people', $w$} . $condition . q{$w$); SELECT count(*) FROM confiture.plan_subset('prod', include => '{people}')});
	like($err, qr/ERROR:.*(?:read-only transaction|withheld)/, "nothing is written on the source: $condition") or diag($out);
}
is($test->{source}->safe_psql('postgres', 'SELECT is_called FROM s'), 'f', '... indeed');
$test->finish;
