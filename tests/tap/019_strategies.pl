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

# Of each strategy the options and the values that the page shows.
my (%options, %documented);
foreach (split /\n/, DocPage::read_page('docs/reference/strategies.md'))
{
	next unless /^\| `(\w+)` \| `(\{.*\})` \| `(.*)` \| `.*` \|$/;
	$options{$1}{$2} = 1;
	$documented{$3} = 1;
}

my %values = (
	text => [
		sort(keys %documented), '', 'a', "tab\t, line\n, return\r", 'back\\slash \\N \\. \\x41', "J\x{c3}\x{bc}rgen M\x{c3}\x{bc}ller",
		"\x{e5}\x{b1}\x{b1}\x{e7}\x{94}\x{b0}", 'x' x 5000
	],
	smallint => [ -32768, -1, 0, 1, 42, 32767 ],
	integer => [ -2147483648, -1, 0, 1, 42, 2147483647 ],
	bigint => [ '-9223372036854775808', -1, 0, 42, 2147483648, '9223372036854775807' ],
	uuid => [ '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '5b2f0d2a-6d0c-4f7e-9b0e-0c3cbb8e2a11' ],);

# "any other" stands for types that have no functions; a strategy that takes all types has one for text.
my %columns;    # type => [ [ strategy, options ], ... ]
foreach my $strategy (list('SELECT strategy FROM confiture.strategies ORDER BY 1'))
{
	my %takes = map { $_ => 1 } list("SELECT unnest(types) FROM confiture.strategies WHERE strategy = '$strategy'");
	my @expected = delete $takes{'any other'} ? ('text') : sort keys %takes;
	my @functions = list(qq{SELECT proargtypes[0]::regtype FROM pg_proc
		WHERE pronamespace = 'confiture'::regnamespace AND proname = '$strategy' AND prosrc = 'confiture_mask'});
	is("@{[sort @functions]}", "@expected", "$strategy has a function for each of its types");
	foreach my $type (@functions)
	{
		# Those the examples show are options of text.
		my @variants = $type eq 'text' && $options{$strategy} ? sort keys %{ $options{$strategy} } : ('{}');
		push @{ $columns{$type} }, map { [ $strategy, $_ ] } @variants;
	}
}
is(here(q{SELECT count(*) FROM pg_proc WHERE prosrc = 'confiture_mask' AND proname NOT IN (SELECT strategy FROM confiture.strategies)}), 0, 'no function without a strategy');

foreach my $type (sort keys %columns)
{
	ok($values{$type}, "there are values of type $type") or next;
	my @masks = @{ $columns{$type} };
	my $definition = join ', ', "value $type", map { "c$_ $type" } 0 .. $#masks;
	$_->safe_psql('postgres', "CREATE TABLE t_$type (id int, $definition)") for ($source, $target);
	my $id = 0;
	foreach my $value (@{ $values{$type} }, undef)
	{
		my $literal = defined $value ? '$$' . $value . '$$' : 'NULL';
		$id++;
		$source->safe_psql('postgres', "INSERT INTO t_$type VALUES ($id" . ", $literal" x (@masks + 1) . ')');
	}
	my $rules = JSON::PP->new->encode({ map { ("c$_" => { %{ decode_json($masks[$_][1]) }, strategy => $masks[$_][0] }) } 0 .. $#masks });
	foreach my $format (qw(binary text))
	{
		is(ConfitureTest::sync($target, qq{'t_$type', rules => '$rules', format => '$format', policy => 'off'}), $id, "$type, $format: a sync");
		foreach my $i (0 .. $#masks)
		{
			my ($strategy, $options) = @{ $masks[$i] };
			is(here("SELECT count(*) FROM t_$type WHERE c$i IS DISTINCT FROM confiture.$strategy(value, '$options')"), 0, "$type, $format: $strategy $options");
		}
	}
	is(here("SELECT count(DISTINCT value) + 1 FROM t_$type"), $id, "$type: the values came as they are");
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
