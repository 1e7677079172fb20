# The server's option extensions: conditions are shipped with what an extension has, where it is immutable and a member of
# the extension on both sides, and on kept columns alone.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub value { return $target->safe_psql('postgres', $_[0]) }
my $live = 'SET search_path = live, here, public;';
sub explained { return value("$live EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t WHERE $_[0]") }

# In schemas of other names; the source's role could be tricked by functions of the same names there.
my %in = (ext => $source, here => $target);
foreach my $schema (sort keys %in)
{
	$in{$schema}->safe_psql('postgres', qq{CREATE SCHEMA $schema; CREATE EXTENSION citext SCHEMA $schema; CREATE EXTENSION hstore SCHEMA $schema; CREATE EXTENSION pg_trgm SCHEMA $schema;
		CREATE FUNCTION $schema.agreed($schema.hstore) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN true; END'; ALTER EXTENSION hstore ADD FUNCTION $schema.agreed($schema.hstore);
		CREATE FUNCTION $schema.changes($schema.hstore) RETURNS bool STABLE LANGUAGE plpgsql AS 'BEGIN RETURN true; END'; ALTER EXTENSION hstore ADD FUNCTION $schema.changes($schema.hstore);
		CREATE FUNCTION $schema.ours($schema.hstore) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN true; END'});
}
$target->safe_psql('postgres', 'ALTER EXTENSION hstore ADD FUNCTION here.ours(here.hstore)');
$source->safe_psql('postgres', q{
	CREATE TABLE t (id int PRIMARY KEY, name ext.citext, email ext.citext, h ext.hstore, note text, masked ext.hstore);
	INSERT INTO t SELECT i, 'Name' || i % 50, 'canary' || i || '@x.test', ext.hstore('k', (i % 9)::text), 'the note ' || i, ext.hstore('canary', i::text) FROM generate_series(1, 500) i});
value(q{CREATE SCHEMA live; IMPORT FOREIGN SCHEMA public FROM SERVER prod INTO live;
	SELECT confiture.set_rule('live.t', 'email', 'email'), confiture.set_rule('live.t', 'masked', 'null'), confiture.keep('live.t', 'h'), confiture.keep('live.t', 'name'), confiture.keep('live.t', 'note')});

my @shipped = (
	[ q{name = 'NAME7'}, qr/"name" OPERATOR\("ext"\.=\) 'NAME7'::"ext"\."citext"/ ], [ q{h @> 'k=>3'}, qr/OPERATOR\("ext"\.@>\)/ ], [ q{exist(h, 'k')}, qr/"ext"\."exist"\("h", 'k'::pg_catalog\."text"\)/ ],
	[ q{similarity(note, 'the note 12') > 0.9}, qr/"ext"\."similarity"\(/ ], [ q{name IN ('name1', 'NAME2')}, qr/"name"/ ], [ q{h -> 'k' = '3'}, qr/OPERATOR\("ext"\.->\)/ ], [ q{NOT h ? 'k' OR agreed(h) AND id < 9}, qr/"ext"\."agreed"/ ]);
unlike(explained($_->[0]), qr/Remote SQL.*WHERE/, "not without the option: $_->[0]") foreach @shipped;
value(q{ALTER SERVER prod OPTIONS (ADD extensions 'hstore, citext,pg_trgm')});
foreach my $case (@shipped)
{
	my ($condition, $like) = @$case;
	like(explained($condition), qr/Remote SQL.*WHERE.*$like/, "shipped: $condition");
	my $there = $source->safe_psql('postgres', "SET search_path = public, ext; SELECT count(*), sum(id) FROM t WHERE $condition");
	is(value("$live SELECT count(*), sum(id) FROM t WHERE $condition"), $there, '... and the same rows come');
	my ($count) = split /\|/, $there;
	is(value("$live SELECT count(*) FROM t WHERE $condition"), $count, '... or are counted');
}
is(value(qq{$live SET plan_cache_mode = force_generic_plan; PREPARE p(citext) AS SELECT count(*) FROM t WHERE name = \$1; EXECUTE p('NAME3'); EXECUTE p(NULL)}), "10\n0", 'a parameter of an extension\'s type');

unlike(explained($_), qr/Remote SQL.*WHERE/, "not shipped: $_") foreach (
	q{email = 'canary7@x.test'}, q{masked @> 'canary=>7'}, q{exist(masked, 'k')}, q{changes(h)}, q{ours(h)}, q{agreed(h || masked)}, q{name = email}, q{name > 'b' COLLATE "C"}, q{h = hstore(note, email)}, q{name > 'b'}, q{id::text::citext = '7'});
unlike(value("$live EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t ORDER BY name LIMIT 3"), qr/Remote SQL.*(?:ORDER|LIMIT)/, 'nor does it sort');

# What lies: a member that was immutable, one that is here only, one that the source's users made beside the extension.
value('ALTER FUNCTION here.agreed(here.hstore) VOLATILE');
unlike(explained('agreed(h)'), qr/Remote SQL.*WHERE/, 'a member that is no longer immutable');
value('ALTER FUNCTION here.agreed(here.hstore) IMMUTABLE');
$source->safe_psql('postgres', 'ALTER EXTENSION hstore DROP FUNCTION ext.agreed(ext.hstore); ALTER EXTENSION hstore ADD FUNCTION ext.ours(ext.hstore)');
my $both = value("$live EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t WHERE agreed(h)");
unlike($both, qr/Remote SQL.*WHERE/, 'what is no member on the source');
like(explained('ours(h)'), qr/Remote SQL.*"ext"\."ours"/, 'one that is a member now');
value(q{ALTER SERVER prod OPTIONS (SET extensions 'citext, none_such')});
unlike(explained(q{h @> 'k=>3'}), qr/Remote SQL.*WHERE/, 'an extension that is no longer named');
like(explained(q{name = 'a'}), qr/Remote SQL.*WHERE/, 'beside one that is nowhere');
ConfitureTest::fails_like($target, q{ALTER SERVER prod OPTIONS (SET extensions 'a b"')}, [qr/invalid value for option "extensions"/], 'no list');
is($source->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'}), 0, 'nothing stays open');
done_testing;
