# docs/reference/ is complete: every object of the extension with its arguments, columns and defaults, every setting,
# strategy and option. Every object has a COMMENT. And the examples run and print what the page shows (see DocPage.pm).
use strict;
use warnings;

use ConfitureTest;
use DocPage;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0);
$source->safe_psql('postgres', 'CREATE DATABASE app');
$target->safe_psql('postgres', 'CREATE DATABASE staging');
DocPage::run("docs/reference/$_.md", source => [ $source, 'app' ], target => [ $target, 'staging' ]) for (qw(sql types));

# Rows of a query, as lists of columns.
sub rows { return map { [ split /\|/, $_, -1 ] } split /\n/, $target->safe_psql('staging', $_[0]) }

my $reference = DocPage::read_page('docs/reference/sql.md');
my @sections = split /^(?=##+ )/m, $reference;
my $squeezed = $reference =~ s/\s+/ /gr;

# Returns the section that matches, or an empty text and a failed test.
sub section_with
{
	my ($what, $test_name) = @_;
	my @found = grep { s/\s+/ /gr =~ /$what/ } @sections;
	ok(@found > 0, $test_name);
	return $found[0] // '';
}

# Since PostgreSQL 17 the types of rows and arrays are members, too.
my $members = q{FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'confiture'
	WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND NOT (d.classid = 'pg_type'::regclass
		AND EXISTS (SELECT FROM pg_type t WHERE t.oid = d.objid AND (t.typrelid <> 0 OR t.typcategory = 'A')))};

# Functions and procedures: the signature as CREATE has it, without INOUT arguments, which only take the result; its columns
# and a procedure's arguments must be in the text of the same section.
my @routines = rows(qq{SELECT p.prokind, p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)
	FROM pg_proc p WHERE p.oid IN (SELECT d.objid $members AND d.classid = 'pg_proc'::regclass) ORDER BY p.oid});
cmp_ok(scalar(grep { $_->[0] eq 'f' } @routines), '>', 20, 'there are functions');
cmp_ok(scalar(grep { $_->[0] eq 'p' } @routines), '>', 2, 'there are procedures');
foreach my $routine (@routines)
{
	my ($kind, $name, $arguments, $result) = @$routine;
	$arguments =~ s/::(?:double precision|\w+)(\[\])?//g;
	my @out;
	my @in = map { s/^IN //r } grep { !(/^(?:INOUT|OUT) (\w+) (.+?)(?: DEFAULT NULL)?$/ && push @out, [ $1, $2 ]) } split /, /, $arguments;
	my $signature = "confiture.$name(" . join(', ', @in) . ')';
	my $pattern = quotemeta($signature) =~ s/^(confiture\\\.\w+\\\()/$1 ?/r;
	$pattern .= quotemeta(" RETURNS $result") if $kind eq 'f' && !@out;
	my $section = section_with($pattern, "signature: $signature");
	# list_strategies() returns what its view shows.
	$section = section_with('^## confiture\.strategies', 'the view of list_strategies()') if $name eq 'list_strategies';
	like($section, qr/`$_->[0]` \Q$_->[1]\E/, "$name() returns $_->[0] $_->[1]") foreach @out;
	like($section, qr/`\Q$_\E`/, "$name() has an argument $_") foreach $kind eq 'p' ? map { (split / /)[0] } @in : ();
}

# Tables and views: each has a section with all columns and types.
my @relations = rows(qq{SELECT c.oid, c.relname FROM pg_class c WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
	AND c.oid IN (SELECT d.objid $members AND d.classid = 'pg_class'::regclass) ORDER BY c.relname});
cmp_ok(@relations, '>=', 8, 'there are tables and views');
foreach my $relation (@relations)
{
	my ($oid, $name) = @$relation;
	my $section = section_with("^##+ confiture\\.$name ", "a section on $name");
	like($section, qr/`$_->[0]` \Q$_->[1]\E/, "$name has $_->[0] $_->[1]")
	  foreach rows(qq{SELECT attname, replace(format_type(atttypid, NULL), 'timestamp with time zone', 'timestamptz')
		FROM pg_attribute WHERE attrelid = $oid AND attnum > 0 AND NOT attisdropped});
	# The values that a column may contain.
	like($section, qr/`$_->[0]`/, "$name knows $_->[0]") foreach rows(qq{SELECT m[1] FROM pg_constraint,
		regexp_matches(pg_get_constraintdef(oid), '''([a-z ]+)''::text', 'g') m WHERE conrelid = $oid AND contype = 'c'});
}

# All other objects, by name.
like($squeezed, qr/\b\Q$_->[0]\E\b/, "$_->[1] is mentioned") foreach rows(qq{
	SELECT coalesce(i.name, i.identity), i.type || ' ' || i.identity FROM (SELECT d.* $members) d,
	pg_identify_object(d.classid, d.objid, 0) i WHERE i.type NOT IN ('function', 'procedure', 'table', 'view')});

# Objects without a COMMENT, except the sequences of identity columns.
is($target->safe_psql('staging', qq{
	SELECT string_agg(pg_describe_object(d.classid, d.objid, 0), ', ') FROM (SELECT d.* $members) d
	WHERE obj_description(d.objid, d.classid::regclass::text) IS NULL
	AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = d.classid AND i.objid = d.objid AND i.deptype = 'i' AND i.refobjsubid > 0)}),
	'', 'every object has a COMMENT');

# Columns of views without one.
is($target->safe_psql('staging', qq{
	SELECT string_agg(c.relname || '.' || a.attname, ', ' ORDER BY c.relname, a.attnum) FROM (SELECT d.* $members) d
	JOIN pg_class c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass AND c.relkind = 'v'
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE col_description(c.oid, a.attnum) IS NULL}), '', 'every column of a view has a COMMENT');

# Settings and their values.
my @settings = rows(q{LOAD 'confiture'; SELECT name, array_to_string(enumvals, ' '), boot_val FROM pg_settings WHERE name LIKE 'confiture.%'});
cmp_ok(@settings, '>=', 1, 'there are settings');
foreach my $setting (@settings)
{
	my ($name, $values, $default) = @$setting;
	my $section = section_with("`\Q$name\E` \\(", "setting $name");
	like($section, qr/`$_`/, "its value $_") foreach split / /, $values;
	like($section, qr/default `$default`/, "its default $default");
}

# Strategies: each has a heading or part of one, and its options are in that section.
my $strategies = DocPage::read_page('docs/reference/strategies.md');
my @strategies = rows('SELECT strategy, options FROM confiture.strategies');
cmp_ok(@strategies, '>=', 10, 'there are strategies');
foreach my $strategy (@strategies)
{
	my ($name, $options) = @$strategy;
	my ($section) = $strategies =~ /^(## (?:[^\n]*\b)?$name\b.*?)(?=^## |\z)/ms;
	ok(defined $section, "strategies.md has $name");
	like($section // '', qr/`$_`/, "$name: option $_") foreach $options =~ /(?:^|; )(\w+):/g;
}
like($strategies, qr/`masking_domain`/, 'the option of all strategies');

done_testing();
