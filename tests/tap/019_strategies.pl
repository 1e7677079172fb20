# Every strategy of the registry has its SQL functions, and function and stream give the same values in both wire
# formats. Nothing here names a strategy: options and values are the examples of docs/reference/strategies.md.
use strict;
use warnings;

use ConfitureTest;
use DocPage;
use JSON::PP;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { my ($sql) = @_; return $target->safe_psql('postgres', $sql); }
sub list { my ($sql) = @_; return split /\n/, here($sql); }

# Of each strategy and type the options and the values that the page shows.
my (%options, %documented);
foreach (split /\n/, DocPage::read_page('docs/reference/strategies.md'))
{
	next unless /^\| `(\w+)` \| `(\{.*?\})` \| (?:`([\w ]+)` \| )?`([^`]*)` \| `[^`]*` \|$/;
	my $type = $3 // 'text';
	$options{$1}{$type}{$2} = 1 unless $2 =~ /"entity"/;    # which is a column in the stream, and the value in the function
	$documented{$type}{$4} = 1;
}

my @days = qw(2000-01-01 2024-02-29 1899-12-31 infinity -infinity 5874897-12-31);
push @days, '0044-03-15 BC', '4714-11-24 BC';
my @stamps = ('2000-01-01 00:00:00', '2024-03-01 12:34:56.789012', '1999-12-31 23:59:59.9', '0044-03-15 12:00:00 BC', '294276-12-31 23:59:59.999999', 'infinity', '-infinity');
my %values = (
	text => [
		sort(keys %{ $documented{text} }), '', 'a', "tab\t, line\n, return\r", 'back\\slash \\N \\. \\x41', "J\x{c3}\x{bc}rgen M\x{c3}\x{bc}ller",
		"\x{e5}\x{b1}\x{b1}\x{e7}\x{94}\x{b0}", 'x' x 5000
	],
	smallint => [ -32768, -1, 0, 1, 42, 32767 ],
	integer => [ -2147483648, -1, 0, 1, 42, 2147483647 ],
	bigint => [ '-9223372036854775808', -1, 0, 42, 2147483648, '9223372036854775807' ],
	uuid => [ '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11' ],
	numeric => [ 0, '0.00', 1, '-1', 10000, '12345.678', '-0.0001', '99999999999999999999.99', '1e130000', 'NaN', $source->pg_version < 14 ? () : ('Infinity', '-Infinity') ],
	real => [ 0, '-0', 1.5, '-3.4028235e+38', '1e-45', 0.1, 'NaN', 'Infinity', '-Infinity' ],
	'double precision' => [ 0, '-0', 1.5, '1.7976931348623157e+308', '5e-324', 0.1, 'NaN', 'Infinity', '-Infinity' ],
	date => \@days,
	'timestamp without time zone' => \@stamps,
	'timestamp with time zone' => [ @stamps, '1890-01-01 00:00:00-04:56:02' ],
	'time without time zone' => [qw(00:00:00 12:34:56.789012 24:00:00)],
	'time with time zone' => [qw(00:00:00+00 12:34:56.789012-07 23:59:59+05:30 24:00:00-00:00:01)],
	interval => [ '00:00:00', '1 day', '-1 year -2 mons +3 days -04:05:06.7', '1 mon -1 day', '178956970 years 7 mons', $source->pg_version < 15 ? () : '2562047788:00:54.775807' ],
	inet => [qw(192.0.2.7 10.1.2.3/8 0.0.0.0 2001:db8::1 ::1 :: fe80::1:0:0:1/64 ::ffff:192.0.2.1)],
	cidr => [qw(192.0.2.0/24 10.0.0.0/8 0.0.0.0/0 2001:db8::/32 ::/0)],
	macaddr => [qw(08:00:2b:01:02:03 ff:ff:ff:ff:ff:ff)],
	point => [ '(0,0)', '(2.3522219,48.856614)', '(-180,-90)', '(1e+300,-1e-300)', '(Infinity,NaN)' ],
	macaddr8 => [qw(08:00:2b:01:02:03:04:05)],
	bytea => [ '', '\\x00', '\\xdeadbeef5c0a09' ],
	boolean => [qw(t f)],
	json => [
		'{}', '[]', '""', 'null', '-1.50e+3', '[ [1], {"a" :"x", "a":2} ]', '{"e\\u006dail": "ada@example.com", "x": "a\\u0000\\ud800"}',
		'{"deep": ' . '[' x 3000 . '1' . ']' x 3000 . '}', '{"note": "write to ada@example.com\\n", "n": 12345678901234567890.10}'
	],
	jsonb => [
		'{}', '[]', '""', 'null', '1.50', '{"b": [null, true, {"name": "Ada", "first_name": "Ada"}], "a": 1e400}', '{"email": "\\"ada@example.com\\"", "phone": 33612345678}',
		'{"deep": ' . '[' x 3000 . '1' . ']' x 3000 . '}'
	],
	hstore => [ '', 'a=>1, b=>NULL', '"q\\"k"=>"v \\\\", "email"=>"ada@example.com"' ],
	record => [ '(,,,)', '("",infinity,"a@\"b\\\\"," ")' ],
	anyenum => [ 'small', 'very "large"', 'back\\slash' ],);
my $labels = q{'small', 'very "large"', 'back\\slash', 'never used'};
$_->safe_psql('postgres', "CREATE EXTENSION hstore; CREATE TYPE person AS (name text, born date, email varchar(40), color text); CREATE TYPE mood AS ENUM ($labels)") for ($source, $target);

# "any other" stands for types that have no functions; a strategy that takes all types has one for text. A function of any
# element is that of a strategy for one type.
my (%columns, %drawn);    # type => [ [ strategy, options ], ... ]
foreach my $strategy (list('SELECT strategy FROM confiture.strategies ORDER BY 1'))
{
	my %takes = map { $_ => 1 } list("SELECT unnest(types) FROM confiture.strategies WHERE strategy = '$strategy'");
	my @expected = $takes{'any other'} ? ('text') : sort keys %takes;
	my @functions = list(qq{SELECT CASE WHEN proargtypes[0] = 'anyelement'::regtype THEN '$expected[0]' ELSE proargtypes[0]::regtype::text END FROM pg_proc
		WHERE pronamespace = 'confiture'::regnamespace AND proname = '$strategy' AND prosrc = 'confiture_mask'});
	is("@{[sort @functions]}", "@expected", "$strategy has a function for each of its types");
	$drawn{$strategy} = here("SELECT NOT deterministic FROM confiture.strategies WHERE strategy = '$strategy'") eq 't';
	foreach my $type (@functions)
	{
		# Options that the examples of another type show may be of that type alone.
		my @variants = sort keys %{ $options{$strategy}{$type} || {} };
		@variants = ('{}') if !@variants && !($strategy =~ /^(?:choice|lookup|map)$/ && $type ne 'anyenum');
		my $zone = $type eq 'timestamp with time zone' ? '+00' : '';
		my ($one, $other) = map { qq{"$_$zone"} } @{ $values{$type} }[0, 1];
		@variants = ($strategy eq 'map' ? qq{{"values": {$one: $other}, "otherwise": $other}} : qq{{"values": [$one, $other]}}) if !@variants;
		push @{ $columns{$type} }, map { [ $strategy, $_ ] } @variants;
	}
}
is(here(q{SELECT count(*) FROM pg_proc WHERE prosrc = 'confiture_mask' AND proname NOT IN (SELECT strategy FROM confiture.strategies)}), 0, 'no function without a strategy');

# An array of two values and a NULL for each value, in two dimensions for the last of them.
foreach my $kind (sort keys %columns)
{
	ok($values{$kind}, "there are values of type $kind") or next;
	my $type = { anyenum => 'mood', record => 'person' }->{$kind} // $kind;
	my $table = 't_' . ($kind =~ tr/ /_/r);
	my $comparable = $kind =~ /^(?:json|point)$/ ? '::text' : '';    # they have no equality
	my @masks = @{ $columns{$kind} };
	my $definition = join ', ', "value $type", "list $type\[]", map { ("c$_ $type", "a$_ $type\[]") } 0 .. $#masks;
	$_->safe_psql('postgres', "CREATE TABLE $table (id int, $definition)") for ($source, $target);
	my $id = 0;
	foreach my $value (@{ $values{$kind} }, sort keys %{ $documented{$kind} || {} }, undef)
	{
		my $literal = (defined $value ? '$$' . $value . '$$' : 'NULL') . "::$type";
		my $list = $id % 2 ? "ARRAY[[$literal, NULL], [$literal, $literal]]" : "ARRAY[$literal, NULL]";
		$id++;
		$source->safe_psql('postgres', "INSERT INTO $table VALUES ($id, $literal, $list" . ", $literal, $list" x @masks . ')');
	}
	my $rules = JSON::PP->new->encode({ map { my $mask = $_; map { ("$_$mask" => { %{ decode_json($masks[$mask][1]) }, strategy => $masks[$mask][0] }) } qw(c a) } 0 .. $#masks });
	# A row that nothing is said about goes as text.
	$rules =~ s/^\{/{"value":{"strategy":"composite","others":"keep"},"list":{"strategy":"composite","others":"keep"},/ if $kind eq 'record';
	# A constant of an array is an array.
	$rules =~ s/("a\d+":\{[^{}]*"value":)"([^"]*)"/$1"{\\"$2\\"}"/g;
	foreach my $format (qw(binary text))
	{
		is(ConfitureTest::sync($target, qq{'$table', rules => '$rules', format => '$format', policy => 'off'}), $id, "$kind, $format: a sync");
		foreach my $i (0 .. $#masks)
		{
			my ($strategy, $options) = @{ $masks[$i] };
			if ($drawn{$strategy})
			{
				is(here("SELECT count(*) FROM $table WHERE c$i IS NULL <> (value IS NULL) OR cardinality(a$i) <> cardinality(list)"), 0, "$kind, $format: $strategy $options draws for each value");
				next;
			}
			is(here("SELECT count(*) FROM $table WHERE c$i$comparable IS DISTINCT FROM confiture.$strategy(value, '$options')$comparable"), 0, "$kind, $format: $strategy $options");
			my ($is_whole, $needs_value) = map { here("SELECT $_ FROM confiture.strategies WHERE strategy = '$strategy'") } q{'any other' = ANY (types)}, 'needs_value';
			next if $is_whole eq 't' || $kind eq 'record';    # unnest() takes rows apart
			# Without the values, NULLs in several dimensions are not sent.
			my $lists = $needs_value eq 't' ? 'true' : 'array_ndims(list) = 1';
			is(here("SELECT count(*) FROM $table WHERE $lists AND ARRAY(SELECT e::text FROM unnest(a$i) WITH ORDINALITY u(e, n) ORDER BY n) IS DISTINCT FROM ARRAY(SELECT confiture.$strategy(e, '$options')::text FROM unnest(list) WITH ORDINALITY u(e, n) ORDER BY n) OR array_dims(a$i) IS DISTINCT FROM array_dims(list)"), 0, "$kind, $format: $strategy $options of arrays");
		}
	}
	is(here("SELECT count(*) FROM $table WHERE value$comparable IS DISTINCT FROM (list[array_lower(list, 1)])$comparable AND array_ndims(list) = 1"), 0, "$kind: the values came as they are");
}

# A superuser may declare functions on the C function; what is not of the extension does not reach it.
my $strategy = here('SELECT min(strategy) FROM confiture.strategies');
here(qq{
	CREATE FUNCTION public.$strategy(text, jsonb) RETURNS text LANGUAGE c AS '\$libdir/confiture', 'confiture_mask';
	CREATE FUNCTION confiture.$strategy(integer, jsonb) RETURNS text LANGUAGE c AS '\$libdir/confiture', 'confiture_mask';
	CREATE FUNCTION confiture.nonsense(text, jsonb) RETURNS text LANGUAGE c AS '\$libdir/confiture', 'confiture_mask';
});
ConfitureTest::fails_like($target, "SELECT $_", [qr/function \S+ is not a strategy of confiture/], "not the extension's: $_")
  for ("public.$strategy('a'::text, '{}')", "confiture.$strategy(1, '{}')", q{confiture.nonsense('a', '{}')});
# Not even as a part of it.
here(q{ALTER EXTENSION confiture ADD FUNCTION confiture.nonsense(text, jsonb)});
here(qq{ALTER EXTENSION confiture ADD FUNCTION confiture.$strategy(integer, jsonb)});
ConfitureTest::fails_like($target, "SELECT $_", [qr/function \S+ is not a strategy of confiture/], "no strategy: $_")
  for ("confiture.$strategy(1, '{}')", q{confiture.nonsense('a', '{}')});
is($target->safe_psql('postgres', 'SELECT 1'), 1, 'the server lives');

done_testing();
