# A source that lies about its catalog: every field of every answer to a query is replaced by NULL, nothing, and what no
# server says; rows and columns come in other numbers, and other names and types than there are.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use HostileSource qw(message fields row_of described);
use HostileTest;
use Test::More;

# Which answers there are: numbers of the query and of its fields, as the honest proxy sees them.
my %value = (
	null => undef, nothing => '', negative => '-1', large => '99999999999999999999', zero => '0', oid => '4294967295', words => 'no such thing',
	'not UTF-8' => "a\xff\xfe", quotes => q{a"; DROP TABLE people; --'}, long => 'x' x 1_000_000, true => 't', false => 'f', 'a line' => "a\nERROR:  b");
my %lies = (
	# Replaces a field of a query's rows, by the number of the query in its connection.
	field => sub {
		my ($talk, $type, $body) = @_;
		my ($query, $field, $value) = @{ $talk->{arguments} };
		count_queries($talk);
		return message($type, $body) if $type ne 'D' || $talk->{queries} != $query;
		my @fields = fields($body);
		$fields[$field] = $value{$value} if $field < @fields;
		return message('D', row_of(@fields));
	},
	# Writes down how many fields each query's rows have.
	count => sub {
		my ($talk, $type, $body) = @_;
		count_queries($talk);
		if ($type eq 'D')
		{
			open my $file, '>>', $talk->{arguments}[0] or die $!;
			print $file "$talk->{queries} ", scalar(fields($body)), "\n";
		}
		return message($type, $body);
	},
	shape => sub {
		my ($talk, $type, $body) = @_;
		my ($query, $how) = @{ $talk->{arguments} };
		count_queries($talk);
		return message($type, $body) if $talk->{queries} != $query || $type !~ /[TDC]/;
		my $n = $type eq 'D' ? fields($body) : unpack 'n', $body;
		return () if $how eq 'no rows' && $type eq 'D' || $how eq 'no columns' && $type eq 'T';
		return (message($type, $body)) x 2 if $how eq 'rows twice' && $type eq 'D' || $how eq 'columns twice' && $type eq 'T' || $how eq 'answers twice' && $type eq 'C';
		return message($type, $type eq 'T' ? described($n + 1) : row_of(fields($body), 'more')) if $how eq 'a field more' && $type =~ /[TD]/;
		return message($type, $type eq 'T' ? described($n - 1) : row_of((fields($body))[ 0 .. $n - 2 ])) if $how eq 'a field less' && $type =~ /[TD]/;
		return message($type, row_of(fields($body), 'more')) if $how eq 'rows of more fields' && $type eq 'D';
		return message($type, row_of((fields($body))[ 0 .. $n - 2 ])) if $how eq 'rows of less fields' && $type eq 'D';
		return message($type, described(65535)) if $how eq '65,535 columns' && $type eq 'T';
		return message($type, row_of()) if $how eq 'rows of nothing' && $type eq 'D';
		return message($type, substr $body, 0, -3) if $how eq 'cut rows' && $type eq 'D';
		return message($type, pack('nN', 1, 0x7fffffff)) if $how eq 'a field of 2 GB' && $type eq 'D';
		return (message('E', "SERROR\0VERROR\0C42501\0Mno such thing\0\0"), $type eq 'D' ? message($type, $body) : ()) if $how eq 'an error among the rows' && $type eq 'D';
		return (message('H', pack 'Cn', 0, 0), message('d', "x\n"), message('c', ''), message($type, $body)) if $how eq 'a COPY' && $type eq 'T';
		return (message('G', pack 'Cn', 0, 0)) if $how eq 'a COPY in' && $type eq 'T';
		return message($type, $body);
	},
	# The query for columns, by its words.
	'2 million columns' => columns_lie(sub { my ($talk, $row) = @_; my $rows = message('D', $row) x 2000; $talk->deliver($rows) for 1 .. 1000; return }),
	'1,601 columns' => columns_lie(sub { my ($talk, $row) = @_; my @f = fields($row); return map { message('D', row_of($f[0], "c$_", @f[ 2 .. $#f ])) } 1 .. 1601 }),
	(map { my ($name, $field, $value) = @$_; ($name => columns_lie(sub { my ($talk, $row) = @_; my @f = fields($row); $f[$field] = $value if $f[1] eq 'note'; return message('D', row_of(@f)) }, 1)) }
		[ 'a column of no name', 1, '' ], [ 'a column of another name', 1, 'other' ], [ 'a column named twice', 1, 'email' ], [ 'a name of 100,000 bytes', 1, 'n' x 100_000 ],
		[ 'a name that is SQL', 1, 'note" FROM people) TO PROGRAM $$true$$; --' ], [ 'a name that is not UTF-8', 1, "note\xff" ], [ 'a name with lines', 1, "note\nERROR:  x" ],
		[ 'a type that does not exist', 5, 'nosuchtype' ], [ 'a type of another schema', 4, 'public' ], [ 'an integer that is text', 5, 'int4' ], [ 'a kind that does not exist', 6, '?' ],
		[ 'a kind of nothing', 6, '' ], [ 'labels that are no array', 10, '{{{' ], [ 'labels of 1 MB', 10, '{' . 'x' x 1_000_000 . '}' ]));

sub count_queries
{
	my ($talk) = @_;
	$talk->{queries} //= 0;
	$talk->{queries}++ if $talk->{answer} == 1 && $talk->{number} > 1 && ($talk->{seen} // '') ne "$talk->{query}" && ($talk->{seen} = $talk->{query});
	return;
}

# For each row, or for the first alone, of the answer that describes columns.
sub columns_lie
{
	my ($lie, $each) = @_;
	return sub {
		my ($talk, $type, $body) = @_;
		return message($type, $body) if $type ne 'D' || $talk->{query} !~ /attnotnull/;
		return $each || $talk->{rows} == 1 ? $lie->($talk, $body) : ();
	};
}

my $test = HostileTest->new(\%lies);
my %call = (
	sync_table => HostileTest::sync_call('auto'),
	sync => q{CALL confiture.sync('hostile', '{public.people}', jobs => 1, chunk_size => '64kB', retry_for => '0', policy => 'guard')});
my $file = PostgreSQL::Test::Utils::tempdir . '/fields';
for my $name (sort keys %call)
{
	unlink $file;
	$test->lie('count', "$name: nothing but counted", call => $call{$name}, may_empty => $name eq 'sync', arguments => [$file]);
	my %fields = map { split ' ' } split /\n/, PostgreSQL::Test::Utils::slurp_file($file);
	cmp_ok(scalar(keys %fields), '>=', 4, "$name asks questions");
	note(join ' ', map { "$_:$fields{$_}" } sort { $a <=> $b } keys %fields);
	for my $query (sort { $a <=> $b } keys %fields)
	{
		for my $field (0 .. $fields{$query} - 1)
		{
			# Each value somewhere, NULL everywhere.
			my @values = ('null', (sort grep { $_ ne 'null' } keys %value)[ ($query * 7 + $field * 5) % 12 ]);
			for my $value ($name eq 'sync' ? $values[ ($query + $field) % 2 ] : @values)
			{
				$test->lie('field', "$name: $value in field $field of answer $query", call => $call{$name}, may_empty => $name eq 'sync', arguments => [ $query, $field, $value ]);
			}
		}
		my @shapes = ('no rows', 'no columns', 'rows twice', 'columns twice', 'answers twice', 'a field more', 'a field less', 'rows of more fields', 'rows of less fields',
			'65,535 columns', 'rows of nothing', 'cut rows', 'a field of 2 GB', 'an error among the rows', 'a COPY', 'a COPY in');
		for my $shape (@shapes[ map { ($query + 5 * $_) % @shapes } 0 .. ($name eq 'sync' ? 2 : 7) ])
		{
			$test->lie('shape', "$name: $shape in answer $query", call => $call{$name}, may_empty => $name eq 'sync', arguments => [ $query, $shape ]);
		}
	}
}
$test->lie($_, $_, seconds => 30) for grep { !/^(?:field|count|shape)$/ } sort keys %lies;
is($test->{target}->safe_psql('postgres', q{SELECT count(*) FROM confiture.runs WHERE state IN ('running', 'queued')}), '0', 'no run is left running');
$test->finish;
