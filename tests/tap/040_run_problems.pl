# What would stop a run halfway is reported before it changes anything: filters that the source does not understand, rows
# that its role may not see, privileges that the end of the run needs, rewrite rules that would keep rows.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, 'loader', 'secret');
my $policy = q{policy => 'off'};

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub on_both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub fails { return ConfitureTest::fails_like($target, @_) }

on_both(q{
	CREATE TABLE parent (id int PRIMARY KEY, code text);
	CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT of_parent REFERENCES parent, note text);
	CREATE TABLE measured (k int, place text, PRIMARY KEY (k, place)) PARTITION BY LIST (place);
	CREATE TABLE measured_a PARTITION OF measured FOR VALUES IN ('a');
	CREATE TABLE measured_b PARTITION OF measured FOR VALUES IN ('b');
});
there(q{
	INSERT INTO parent SELECT i, 'secret-value ' || i FROM generate_series(1, 1000) i;
	INSERT INTO child SELECT i, i % 1000 + 1, 'n' || i FROM generate_series(1, 3000) i;
	INSERT INTO measured SELECT i, CASE i % 2 WHEN 0 THEN 'a' ELSE 'b' END FROM generate_series(1, 20000) i;
});
here(q{INSERT INTO parent VALUES (-1); INSERT INTO child VALUES (-1, -1); INSERT INTO measured VALUES (-1, 'a')});

sub untouched
{
	my ($name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is(here('SELECT (SELECT string_agg(id::text, $$,$$) FROM parent), (SELECT string_agg(id::text, $$,$$) FROM child), (SELECT count(*) FROM confiture.run WHERE state <> $$refused$$)'),
		'-1|-1|0', "$name: nothing is touched, no run but a refused one is on record");
}

# ---- Filters

my %objections = (
	'cod = 1' => qr/column "cod" does not exist/,
	'code ~~~ 1' => qr/operator does not exist: text ~~~ integer/,
	'id = $1' => qr/there is no parameter \$1/,
	'id > (SELECT max(id) FROM public.parent WHERE code = $2)' => qr/there is no parameter \$2/,
	'1 / 0 = id' => qr/division by zero/,
	'id' => qr/argument of WHERE must be type boolean, not type integer/,
	'count(*) > 1' => qr/aggregate functions are not allowed in WHERE/,
	'no_such(id)' => qr/function no_such\(integer\) does not exist/,
	'nowhere.f(id)' => qr/schema "nowhere" does not exist/,
	q{id > 'ten'} => qr/invalid input syntax for type integer: "ten"/,
	'EXISTS (SELECT FROM other_table)' => qr/relation "other_table" does not exist/);
for my $filter (sort keys %objections)
{
	my $json = $filter =~ s/'/''/gr;
	fails(qq{CALL confiture.sync('prod', include => '{public.parent}', filters => '{"public.parent": "$json"}', $policy)},
		[ qr/cannot sync from server "prod": 1 problem/, qr/public\.parent: the source refuses its filter: $objections{$filter}\./ ], "filter $filter");
}
fails(q{CALL confiture.sync('prod', include => '{public.*}', filters => '{"public.parent": "cod = 1", "public.child": "nothing > 1"}', policy => 'off')},
	[ qr/2 problems/, qr/public\.child: .*"nothing" does not exist/, qr/public\.parent: .*"cod" does not exist/ ], 'problems of several tables are all reported');
fails(q{CALL confiture.sync('prod', include => '{public.*}', filters => '{"public.child": "id ="}', policy => 'off')},
	[ qr/syntax error/, qr/CONTEXT:.*planning public\.child/s ], 'what is no SQL at all, with the table');
untouched('filters');
here(q{SELECT confiture.set_filter('parent', 'cod = 1')});
fails("SELECT confiture.sync_table('prod', 'parent', $_ $policy)", [qr/the source refuses its filter: column "cod" does not exist/], "sync_table() $_") for ('', q{mode => 'append',});
like(here(q{SELECT warnings[1] FROM confiture.plan_sync('prod', '{public.parent}', policy => 'off') WHERE action = 'refuse'}), qr/the source refuses its filter: column "cod"/, 'plan_sync() shows it');
here(q{SELECT confiture.set_filter('parent', NULL)});

# The planner may evaluate functions that read rows: their messages are withheld.
there(q{CREATE FUNCTION looked_up() RETURNS int STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT code FROM public.parent WHERE id = 1)::int; END $$;
	CREATE FUNCTION raised() RETURNS int STABLE LANGUAGE plpgsql AS $$ BEGIN RAISE 'it is %', (SELECT code FROM public.parent WHERE id = 1); END $$});
for ([ looked_up => qr/public\.parent: the source refuses its filter: its message for SQLSTATE 22P02 is withheld/ ], [ raised => qr/message for SQLSTATE P0001 is withheld/ ])
{
	unlike(fails(qq{CALL confiture.sync('prod', include => '{public.parent}', filters => '{"public.parent": "id = public.$_->[0]()"}', $policy)}, [ $_->[1] ], "a filter with $_->[0]()"),
		qr/secret-value/, 'without a value');
}
untouched('functions in filters');

# An error that depends on a row cannot be foreseen, and quotes none.
my $said = fails(q{CALL confiture.sync('prod', include => '{public.parent}', filters => '{"public.parent": "code::int > 1"}', policy => 'off', jobs => 1)},
	[qr/message for SQLSTATE 22P02 is withheld/], 'a filter that fails on rows');
unlike($said, qr/secret-value/, 'without a value');
here('DELETE FROM confiture.run; TRUNCATE parent, child; INSERT INTO parent VALUES (-1); INSERT INTO child VALUES (-1, -1)');

# Partitions are read separately where the filter allows it.
for my $name ('k', 'measured.k', 'public.measured.k', '(measured).k')
{
	my $run = (split /\|/, here(qq{CALL confiture.sync('prod', include => '{public.measured}', filters => '{"public.measured": "$name > 100"}', chunk_size => '64kB', $policy)}))[0];
	is(here('SELECT count(*), min(k) FROM measured'), '19900|101', "a filter that calls a column $name");
	is(here("SELECT count(DISTINCT source_relation), count(*) > 5 FROM confiture.chunk WHERE run_id = $run"), $name =~ /public/ ? '1|t' : '2|t', "$name: in chunks");
}
here('DELETE FROM confiture.run');

# ---- Rows that the source's role may not see

there(q{GRANT SELECT ON ALL TABLES IN SCHEMA public TO loader; ALTER TABLE parent ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON parent USING (id < 10);
	ALTER TABLE measured_a ENABLE ROW LEVEL SECURITY});
my $port = $source->port;
here(qq{CREATE USER MAPPING FOR CURRENT_USER SERVER prod_tcp OPTIONS (user 'loader', password 'secret')});
fails("CALL confiture.sync('prod_tcp', include => '{public.parent,public.child}', $policy)", [ qr/1 problem/, qr/public\.parent: row-level security applies to the source role/ ], 'row-level security of the source');
fails("SELECT confiture.sync_table('prod_tcp', 'parent', $policy)", [qr/row-level security applies to the source role/], 'sync_table() too');
untouched('row-level security');
like(here("CALL confiture.sync('prod_tcp', include => '{public.measured}', chunk_size => '64kB', $policy)"), qr/\|done\|1\|20000\|/, 'that of a partition does not count for its table');
there('ALTER TABLE parent DISABLE ROW LEVEL SECURITY');
here('DELETE FROM confiture.run');

# ---- What the source's role may not use in a filter

there(q{CREATE TABLE hidden (id int); CREATE FUNCTION hidden(int) RETURNS boolean LANGUAGE sql AS 'SELECT true'; REVOKE EXECUTE ON FUNCTION hidden FROM PUBLIC;
	REVOKE SELECT ON child FROM loader; GRANT SELECT (id, parent_id) ON child TO loader});
fails(q{CALL confiture.sync('prod_tcp', include => '{public.parent,public.child}', rules => '{"public.child": {"note": "drop"}}', filters => '{"public.parent":
	"id IN (SELECT id FROM public.hidden)", "public.child": "note IS NULL"}', policy => 'off')},
	[ qr/public\.parent: the source refuses its filter: permission denied for table hidden/, qr/public\.child: the source refuses its filter: permission denied for table child/ ], 'other tables and columns');
fails(q{CALL confiture.sync('prod_tcp', include => '{public.parent}', filters => '{"public.parent": "public.hidden(id)"}', policy => 'off')},
	[qr/public\.parent: the source refuses its filter: permission denied for function hidden/], 'a function');
untouched('what the role may not use');
there('GRANT SELECT ON child TO loader');

# ---- Privileges that the end of the run needs

here(q{GRANT SET ON PARAMETER session_replication_role TO loader; GRANT SET ON PARAMETER confiture.policy TO loader; GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO loader;
	GRANT SELECT, INSERT, TRUNCATE ON parent, child TO loader});
my @loader = (extra_params => [ '-U', 'loader' ]);
my $run = "include => '{public.parent,public.child}', filters => '{\"public.parent\": \"id > 1\"}', $policy";
for ([ delete => 'DELETE' ], [ null => 'UPDATE' ])
{
	my ($action, $privilege) = @$_;
	fails("CALL confiture.sync('prod_tcp', $run, on_fk_violation => '$action')",
		[ qr/public\.child: you lack the privilege $privilege on it, which on_fk_violation needs/, qr/GRANT $privilege ON public\.child TO loader;/ ], "on_fk_violation $action without the right", @loader);
	untouched($action);
	here($action eq 'null' ? 'GRANT UPDATE (parent_id) ON child TO loader' : 'GRANT DELETE ON child TO loader');
	is($target->psql('postgres', "CALL confiture.sync('prod_tcp', $run, on_fk_violation => '$action')", @loader), 0, 'and with it');
	is(here('SELECT count(*), count(parent_id) FROM child'), $action eq 'null' ? '3000|2997' : '2997|2997', 'does what it says');
	here('DELETE FROM confiture.run; TRUNCATE parent, child; INSERT INTO parent VALUES (-1); INSERT INTO child VALUES (-1, -1)');
}

# ---- Rewrite rules that would keep rows

here('CREATE TABLE outside (id int REFERENCES parent); CREATE RULE keep AS ON DELETE TO parent DO INSTEAD NOTHING');
fails("CALL confiture.sync('prod', include => '{public.parent,public.child}', $policy)", [qr/public\.parent: it has rewrite rules, which would change what a DELETE or INSERT does/], 'a rule that would keep its rows');
untouched('a rule');
here('DROP RULE keep ON parent');
like(here("CALL confiture.sync('prod', include => '{public.parent,public.child}', $policy)"), qr/\|done\|2\|4000\|/, 'without it');

done_testing();
