# A source that lies inside the fields of a COPY: for each type and format, values with changed, missing and added bytes and
# the limits that a type has. What the server's own COPY FROM refuses is refused with the same SQLSTATE; what it takes lies in
# the heap to the byte as COPY FROM writes it. Nothing else gets in.
#
# CONFITURE_SEED repeats an earlier run; CONFITURE_ROUNDS is how many changed values of each type there are, all of which
# are sent then. Otherwise a part of those that are refused is sent, one call for each.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use HostileSource qw(message fields row_of text_fields copy_header without_header);
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{CONFITURE_SEED} // 1;
my $rounds = $ENV{CONFITURE_ROUNDS} // 50;
my $most_refused = $ENV{CONFITURE_ROUNDS} // 2;
diag("CONFITURE_SEED=$seed");
srand $seed;

# A type, values of it in SQL, and bytes that are none or barely some.
sub int16s { return pack 's>*', @_ }
sub int64 { return pack 'q>', $_[0] }
sub array { my ($dimensions, $flags, $element, @rest) = @_; return pack('l>3', $dimensions, $flags, $element) . pack('l>*', @rest) }
my @texts = ("a\0b", "\0", "\xff", "\xc3", "a\xc3\x28", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\xe2\x82", 'x' x 7 . "\xf0\x9f\x98", "1234567\x80", "12345678\0", "\xe4\xb8\xad" x 3, 'x' x 126, 'x' x 127, 'x' x 5000);
my @numbers = map { int16s(@$_) } [ 0, 0, 0, 0 ], [ 1, 0, 0, 0, 0 ], [ 1, 0, 0, 0, 10000 ], [ 1, 0, 0, 0, -1 ], [ 2, 0, 0, 0, 1, 5000 ], [ 2, 0, 0, 1, 1, 5000 ], [ 2, 0, 0, 2, 1, 5067 ],
  [ 2, 0, 0, 0, 0, 1 ], [ 3, 1, 0, 2, 0, 1, 1200 ], [ 2, 1, 0, 2, 1, 0 ], [ 1, 32767, 0, 0, 1 ], [ 1, -32768, 0, 0, 1 ], [ 1, 63, 0, 63, 1 ], [ 1, 64, 0, 0, 1 ], [ 1, -64, 0, 63, 1 ], [ 1, -65, 0, 63, 1 ],
  [ 1, 0, 16384, 0, 1 ], [ 0, 0, -16384, 0 ], [ 0, 0, -12288, 0 ], [ 0, 0, -4096, 0 ], [ 1, 0, -16384, 0, 1 ], [ 1, 0, 4660, 0, 1 ], [ 1, 0, 0, 16383, 1 ], [ 1, 0, 0, 16384, 1 ], [ 1, 0, 0, -1, 1 ],
  [ 5, 0, 0, 0, 1 ], [ -1, 0, 0, 0 ], [ 32767, 0, 0, 0, 1 ], [ 1, 2, 0, 2, 9999 ], [ 1, 1, 0, 2, 9999 ], [ 2, -1, 0, 5, 9999, 9 ], [ 2, 0, 0, 2, 9999, 9999 ];
my @moments = map { int64($_) } -9223372036854775808, -9223372036854775807, 9223372036854775807, 9223372036854775806, -211813488000000000, -211813488000000001, 9223371331200000000, 9223371331199999999, 1, -1, 86400000000, 86400000001, 1499999;
my %types = (
	int2 => [ 'smallint', [ 1, -32768 ] ], int4 => [ 'int', [ 7, -1 ] ], int8 => [ 'bigint', [ 5 ] ], oid => [ 'oid', [ 5 ] ],
	float4 => [ 'real', [ 1.5, q{'NaN'} ] ], float8 => [ 'float8', [ 1.5, q{'Infinity'} ], [ "\x7f\xf8\0\0\0\0\0\1", "\xff" x 8 ] ], bool => [ 'bool', [ 'true' ], [ "\2", "\xff", '' ] ],
	money => [ 'money', [ 12 ] ], uuid => [ 'uuid', [ q{'00112233-4455-6677-8899-aabbccddeeff'} ] ],
	date => [ 'date', [ q{'2024-02-29'} ], [ map { pack 'l>', $_ } -2147483648, -2147483647, 2147483647, 2147483646, -2451545, -2451546, 2145031948, 2145031949 ] ],
	time => [ 'time', [ q{'12:34'} ], \@moments ], time0 => [ 'time(0)', [ q{'12:34'} ], \@moments ], timetz => [ 'timetz', [ q{'12:34+01'} ], [ map { $_ . pack 'l>', 57540 } @moments ] ],
	timestamp => [ 'timestamp', [ q{'2024-01-01'} ], \@moments ], timestamptz => [ 'timestamptz', [ q{'2024-01-01'} ], \@moments ], timestamp3 => [ 'timestamp(3)', [ q{'2024-01-01 01:02:03.4'} ], \@moments ],
	interval => [ 'interval', [ q{'1 month 2 days'} ] ], numeric => [ 'numeric', [ 1.5, -10000, q{'NaN'}, 0.0001 ], \@numbers ], numeric2 => [ 'numeric(6,2)', [ 1.25, 9999.99 ], \@numbers ],
	numeric0 => [ 'numeric(4)', [ 12 ], \@numbers ], text => [ 'text', [ q{'a'}, q{repeat('é', 70)} ], \@texts ], varchar => [ 'varchar(7)', [ q{'abcdefg'}, q{'éé'} ], \@texts ],
	char => [ 'char(5)', [ q{'abc'} ], \@texts ], name => [ 'name', [ q{'abc'} ], \@texts ], bytea => [ 'bytea', [ q{'\x00ff'} ], \@texts ], onechar => [ '"char"', [ q{'a'} ] ],
	json => [ 'json', [ q{'{"a": 1}'} ], [ '{', '{"a":', "\0", "\"\xff\"" ] ], jsonb => [ 'jsonb', [ q{'{"a": [1, "b"]}'} ], [ "\2{}", "\1{", "\1", '', "\1\0", "\1\"\xff\"" ] ],
	inet => [ 'inet', [ q{'10.0.0.1/8'}, q{'::1'} ], [ map { pack 'C*', @$_ } [ 2, 33, 0, 4, 1, 2, 3, 4 ], [ 9, 8, 0, 4, 1, 2, 3, 4 ], [ 2, 8, 0, 5, 1, 2, 3, 4, 5 ], [ 3, 8, 0, 4, 1, 2, 3, 4 ], [ 2, 8, 0, 255 ], [ 2, 8, 1, 4, 1, 2, 3, 4 ], [ 2 ] ] ],
	cidr => [ 'cidr', [ q{'10.0.0.0/8'} ], [ map { pack 'C*', @$_ } [ 2, 8, 1, 4, 10, 1, 0, 0 ], [ 2, 8, 0, 4, 10, 0, 0, 0 ] ] ], macaddr => [ 'macaddr', [ q{'08:00:2b:01:02:03'} ] ], bit => [ 'bit varying', [ q{b'1010101010'} ], [ pack('l>', -1), pack('l>', 9) . "\xff\xff", pack('l>', 2147483647) . 'x' ] ],
	intarray => [ 'int[]', [ q{'{1,NULL,3}'} ], [ array(-1, 0, 23), array(7, 0, 23, (1, 1) x 7), array(1, 2, 23, 1, 1), array(1, 0, 25, 1, 1, 4, 5), array(1, 0, 23, 2147483647, 1), array(2, 0, 23, 65536, 1, 65536, 1), array(1, 0, 23, -1, 1), array(1, 0, 23, 2, 2147483647, 4, 1, 4, 1), array(1, 0, 23, 2, 1, 4, 1), array(1, 0, 23, 1, 1, -2), array(1, 0, 23, 1, 1, 2147483647), array(0, 0, 23), array(1, 0, 999999, 1, 1, 4, 5), array(1, 0, 23, 1, 1, 4, 5, 6) ] ],
	textarray => [ 'text[]', [ q{'{a,NULL}'} ], [ array(1, 0, 25, 1, 1, 1) . "\0", array(1, 0, 25, 1, 1, 1) . "\xff", array(1, 0, 25, 1, 1, 100) . 'x' ] ], point => [ 'point', [ q{'(1,2)'} ] ], path => [ 'path', [ q{'((1,2),(3,4))'} ], [ pack('Cl>', 1, -1), pack('Cl>', 1, 2147483647) ] ],
	range => [ 'int4range', [ q{'[1,5)'}, q{'empty'} ], [ "\1x", "\xff", "\0" . pack('l>4', 4, 5, 4, 1) ] ], tsvector => [ 'tsvector', [ q{'a:1 b:2'} ], [ pack('l>', -1), pack('l>', 1) . 'a', pack('l>', 2) . "b\0\0\0a\0\0\0" ] ], mood => [ 'mood', [ q{'sad'} ], [ 'glad', '', "sad\0" ] ], positive => [ 'positive', [ 7 ], [ pack('l>', -7) ] ]);

# Likewise what is barely a text of a type, for those that are read without the type's function.
my @integers = ('', '-', '--1', '+5', ' 5 ', '1-', '0x10', '1_000', '1e3', '00012', '-0', '32767', '32768', '-32768', '-32769', '2147483647', '2147483648', '-2147483648', '-2147483649', '9' x 18, '9' x 19,
	'9223372036854775807', '9223372036854775808', '-9223372036854775808', '0' x 20 . '7', "7\0");
my @decimals = (@integers, qw(.5 5. -.5 1.2.3 1.5e2 NaN -NaN Infinity -inf 0.00 -0.00 0000000000.1000 1.25 9999.99 99999.99 9999.994 9999.995 9999 10000 0.0001 -0.00001 1.), '1' x 60, '0.' . '0' x 45 . '1', '1' x 40 . '.' . '2' x 7);
my @dates = qw(2023-02-29 2024-02-30 1900-02-29 2000-02-29 0000-01-01 0001-01-01 2024-13-01 2024-00-10 2024-01-00 9999-12-31 10000-01-01 2024-1-1 20240101 infinity -infinity today 2024/01/01 2024-01-0x 5874897-12-31 5874898-01-01);
my @clocks = qw(24:00:00 23:59:60 23:60:00 25:00:00 23:59:59.9999999 23:59:59. 23:59:59.5x 12:34 12:34:5 00:00:00 12:34:56.000001 12:34:56.1234567);
my @moments_in_words = (@dates, map({ "2024-02-29 $_" } @clocks), map({ "2024-02-29 12:34:56$_" } qw(+00 -00 +16 +15:59 -15:59 -15:59:59 +05:53:28 +5 +0530 Z +05: +05:6 +05:60 +0x), ' BC', ' CET'), '2024-02-29T12:34:56', '294276-12-31 23:59:59', '294277-01-01 00:00:00',
	'4714-11-24 00:00:00 BC', '4714-11-23 00:00:00 BC', '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59-15');
my %words = (int2 => \@integers, int4 => \@integers, int8 => \@integers, oid => \@integers, float8 => \@decimals, numeric => \@decimals, numeric2 => \@decimals, numeric0 => \@decimals, date => \@dates, time => \@clocks, time0 => \@clocks,
	timestamp => \@moments_in_words, timestamptz => \@moments_in_words, timestamp3 => \@moments_in_words, bool => [ qw(t f true T F 1 yes tr tf), '', 't ' ],
	uuid => [ '00112233-4455-6677-8899-AABBCCDDEEFF', '{00112233-4455-6677-8899-aabbccddeeff}', '00112233445566778899aabbccddeeff', '00112233-4455-6677-8899-aabbccddeefg', '00112233-4455-6677-8899-aabbccddeef', '0011223-34455-6677-8899-aabbccddeeff' ],
	map({ $_ => \@texts } qw(text varchar char name)), bytea => [ '\\x0', '\\x', '\\xzz', 'a\\000b', "a\0b" ]);

my ($source, $target) = ConfitureTest::clusters();
for my $node ($source, $target)
{
	$node->safe_psql('postgres', q{CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN positive AS int CHECK (VALUE > 0)});
}
$target->safe_psql('postgres', 'CREATE EXTENSION pageinspect; CREATE EXTENSION amcheck; CREATE TABLE verdict (format text, type text, id int, ours bool, state text)');

# ---- The values

sub changed
{
	my ($bytes) = @_;
	my $at;
	my @changes = (
		sub { substr($bytes, $at, 1) = chr int rand 256 if length $bytes },
		sub { substr($bytes, $at, 1) ^= chr 1 << int rand 8 if length $bytes },
		sub { $bytes = substr $bytes, 0, $at },
		sub { $bytes = substr $bytes, $at },
		sub { $bytes .= join '', map { chr int rand 256 } 0 .. rand 6 },
		sub { substr($bytes, $at, 0) = join '', map { chr int rand 256 } 0 .. rand 4 },
		sub { substr($bytes, $at & ~1, 2) = pack 's>', (-1, 0, 1, 32767, -32768, 9999, 10000)[ rand 7 ] },
		sub { substr($bytes, $at & ~3, 4) = pack 'l>', (-1, 0, 1, 2147483647, -2147483648, 65536)[ rand 6 ] });
	for (0 .. rand 2)
	{
		$at = int rand(length($bytes) || 1);
		$changes[ rand @changes ]->();
	}
	return $bytes;
}

my (%bytes, %right);
for my $type (sort keys %types)
{
	my ($name, $values) = @{ $types{$type} };
	my ($send, $output) = split /\|/, $target->safe_psql('postgres', "SELECT typsend::text, typoutput::text FROM pg_type WHERE oid = '$name'::regtype");
	for my $value (@$values)
	{
		my $sql = "SELECT encode($send(($value)::$name), 'hex'), encode(convert_to(textin($output(($value)::$name)), 'UTF8'), 'hex')";
		my ($binary, $text) = map { pack 'H*', $_ // '' } split /\|/, $target->safe_psql('postgres', $sql);
		push @{ $right{binary}{$type} }, $binary;
		push @{ $right{text}{$type} }, $text;
	}
	for my $format (qw(binary text))
	{
		my @all = (@{ $right{$format}{$type} }, @{ ($format eq 'text' ? $words{$type} : $types{$type}[2]) // [] });
		push @all, changed($all[ rand @all ]) for 1 .. $rounds;
		my %seen;
		$bytes{$format}{$type} = [ grep { !$seen{$_}++ } @all ];
		my $count = @{ $bytes{$format}{$type} };
		$source->safe_psql('postgres', "CREATE TABLE f_${format}_$type AS SELECT i AS id, NULL::$name AS v FROM generate_series(0, $count - 1) i");
		$target->safe_psql('postgres', "CREATE TABLE f_${format}_$type (id int, v $name); CREATE TABLE r_${format}_$type (id int, v $name)");
	}
}

# A row of COPY in a format.
sub line_of
{
	my ($format, $id, $value) = @_;
	return row_of(pack('l>', $id), $value) if $format eq 'binary';
	$value =~ s/([\\\t\n\r])/sprintf '\\%03o', ord $1/ge;
	return "$id\t$value\n";
}

# ---- What COPY FROM says of each

my $files = PostgreSQL::Test::Utils::tempdir;
my (%taken, %refused);
for my $format (qw(binary text))
{
	for my $type (sort keys %types)
	{
		my $values = $bytes{$format}{$type};
		for my $id (0 .. $#$values)
		{
			open my $file, '>:raw', "$files/$id" or die $!;
			print $file line_of($format, $id, $values->[$id]) if $format eq 'text';
			print $file copy_header(), line_of($format, $id, $values->[$id]), "\xff\xff" if $format eq 'binary';
			close $file;
		}
		$target->safe_psql('postgres', qq{DO \$\$ DECLARE n int; BEGIN FOR n IN 0 .. $#$values LOOP
			BEGIN EXECUTE format('COPY r_${format}_$type FROM %L (FORMAT $format)', '$files/' || n); INSERT INTO verdict VALUES ('$format', '$type', n, false, '00000');
			EXCEPTION WHEN OTHERS THEN INSERT INTO verdict VALUES ('$format', '$type', n, false, SQLSTATE); END; END LOOP; END \$\$});
	}
}
for my $row (map { [ split /\|/ ] } split /\n/, $target->safe_psql('postgres', 'SELECT format, type, id, state FROM verdict ORDER BY id'))
{
	my ($format, $type, $id, $state) = @$row;
	push @{ ($state eq '00000' ? \%taken : \%refused)->{$format}{$type} }, $id;
}

# ---- What we say

my $hostile = HostileSource->start($source->port, lies => { nothing => sub { return message(@_[ 1, 2 ]) }, bytes => sub {
	my ($talk, $type, $body) = @_;
	return message($type, $body) unless $type eq 'd' && length $body > 2 && $talk->{query} =~ /^COPY .*f_(binary|text)_(\w+)"? /s;
	my ($format, $name) = ($1, $2);
	my ($id) = $format eq 'text' ? text_fields($body) : map { unpack 'l>', $_ } (fields(without_header($body)))[0];
	return message('d', ($format eq 'binary' && $talk->{copied} == 1 ? copy_header() : '') . line_of($format, $id, $bytes{$format}{$name}[$id]));
} });
$hostile->tell('bytes');
my $user = ConfitureTest::superuser($source);
$source->safe_psql('postgres', "ALTER ROLE $user PASSWORD 'source password'");
$target->safe_psql('postgres', qq{
	CREATE SERVER hostile FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$hostile->{port}', dbname 'postgres', sslmode 'disable');
	CREATE USER MAPPING FOR CURRENT_USER SERVER hostile OPTIONS (user '$user', password 'source password')});
my $image = q{SELECT count(*) || ' ' || coalesce(md5(string_agg(concat_ws(' ', i.t_infomask::bit(16) & b'0000000000000111', i.t_data), ' ' ORDER BY t.id)), '') FROM %1$s t,
	LATERAL (SELECT * FROM heap_page_items(get_raw_page('%1$s', (t.ctid::text::point)[0]::int)) WHERE lp = (t.ctid::text::point)[1]::int) i};
my ($values, $sent) = (0, 0);
for my $format (qw(binary text))
{
	for my $type (sort keys %types)
	{
		my $table = "${format}_$type";
		my $sync = "confiture.sync_table('hostile', 'f_$table', policy => 'off', mode => 'append', format => '$format', loader => 'tuples'";
		my @taken = @{ $taken{$format}{$type} // [] };
		$values += @{ $bytes{$format}{$type} };
		my ($out, $err);
		$target->psql('postgres', "SELECT rows FROM $sync, filter => 'id IN (" . join(',', @taken) . ")')", stdout => \$out, stderr => \$err);
		is($out, scalar(@taken), "$table: what COPY FROM takes is taken") or diag(substr $err, 0, 400);
		my @some = @{ $refused{$format}{$type} // [] };
		splice @some, int rand @some, 1 while @some > $most_refused;
		$sent += @some;
		$target->safe_psql('postgres', qq{DO \$\$ DECLARE n int; BEGIN FOREACH n IN ARRAY '{@{[ join ',', @some ]}}'::int[] LOOP
			BEGIN PERFORM $sync, filter => 'id = ' || n); INSERT INTO verdict VALUES ('$format', '$type', n, true, '00000');
			EXCEPTION WHEN OTHERS THEN INSERT INTO verdict VALUES ('$format', '$type', n, true, SQLSTATE); END; END LOOP; END \$\$});
		is($target->safe_psql('postgres', qq{SELECT string_agg(format('%s: %s for %s', o.id, o.state, c.state), ', ') FROM verdict o JOIN verdict c USING (format, type, id)
			WHERE o.ours AND NOT c.ours AND o.state <> c.state AND (o.format, o.type) = ('$format', '$type')}), '', "$table: what COPY FROM refuses is refused for the same reason");
		is($target->safe_psql('postgres', sprintf $image, "f_$table"), $target->safe_psql('postgres', sprintf $image, "r_$table"), "$table: the same lies in the heap");
		is($target->safe_psql('postgres', "SELECT * FROM verify_heapam('f_$table')"), '', "$table: amcheck finds nothing");
	}
}
diag("$values values, $sent of those that are refused sent one by one");
$hostile->stop;
is($target->safe_psql('postgres', 'SELECT 1'), '1', 'the server is there');
unlike(slurp_file($target->logfile), qr/was terminated by signal|TRAP:/, 'no backend crashed');
done_testing();
