# Functions, operators and tables in public that look like pg_catalog's, and a search_path that finds them first, on both
# sides: none of them is called by anything that Confiture does.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my $path = "search_path = 'public, pg_catalog'\n";
my ($source, $target) = ConfitureTest::clusters(source_conf => $path, target_conf => $path);
sub here { return $target->safe_psql('postgres', $_[0]) }

$_->safe_psql('postgres', q{
	CREATE TABLE people (id int PRIMARY KEY, email text, at timestamptz, n numeric, tags text[], doc jsonb);
	CREATE INDEX people_email ON people (email);
	CREATE TABLE pets (id int PRIMARY KEY, person int REFERENCES people, name text);
	CREATE TABLE parts (id int, v text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
	CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (1000);
	CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (1000) TO (2000);
	CREATE MATERIALIZED VIEW few AS SELECT id, email FROM people WHERE id < 10;
	CREATE SEQUENCE numbers;
}) for ($source, $target);
# A view whose columns come from others, one by an expression.
$source->safe_psql('postgres', 'CREATE VIEW seen AS SELECT id, lower(email) AS folded FROM people WHERE id < 10');
here(q{CREATE TABLE seen (id int, folded text); SELECT confiture.set_rule('seen', 'folded', 'email')});
$source->safe_psql('postgres', q{
	INSERT INTO people SELECT i, 'p' || i || '@home.test', now(), i / 3.0, ARRAY['a', 'b'], '{"a": 1}' FROM generate_series(1, 1999) i;
	INSERT INTO pets SELECT i, i, 'pet ' || i FROM generate_series(1, 1999) i;
	INSERT INTO parts SELECT i, 'v' FROM generate_series(1, 1999) i;
	SELECT nextval('numbers') FROM generate_series(1, 5);
	ANALYZE});
here(q{SELECT confiture.set_rule('people', 'email', 'email'); SELECT confiture.keep('pets', 'name'); SELECT confiture.keep('people', 'doc')});

# All functions and operators of pg_catalog over common types, made again in public; each says that it was called.
my $shadows = q{
	SET search_path = pg_catalog;
	SET client_min_messages = error;
	CREATE FUNCTION public.the_trap(what text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a shadow was called: %', what; END $$;
	DO $do$
	DECLARE f record; made int := 0;
		types oid[] := '{text,name,int2,int4,int8,oid,bool,"char",timestamptz,interval,numeric,float8,jsonb,regclass,_text,_int2,_oid,_name,xid,tid,bytea,pg_lsn,regtype,regproc,int2vector,oidvector,pg_node_tree}'::regtype[]::oid[];
	BEGIN
		FOR f IN SELECT p.oid, p.proname, p.pronargs, pg_get_function_identity_arguments(p.oid) AS args, p.prorettype::regtype AS result, p.proretset
			FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.provariadic = 0
			AND p.proargtypes::oid[] <@ types AND p.prorettype = ANY (types) AND p.proallargtypes IS NULL
		LOOP
			EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s%s LANGUAGE plpgsql AS %L', f.proname, (SELECT string_agg(t::regtype::text, ',' ORDER BY n) FROM pg_proc p, unnest(p.proargtypes::oid[]) WITH ORDINALITY u(t, n) WHERE p.oid = f.oid),
				CASE WHEN f.proretset THEN 'SETOF ' ELSE '' END, f.result, format('BEGIN PERFORM public.the_trap(%L); RETURN%s; END', f.proname, CASE WHEN f.proretset THEN '' ELSE ' NULL' END));
			made := made + 1;
		END LOOP;
		FOR f IN SELECT o.oid, o.oprname, o.oprleft::regtype AS l, o.oprright::regtype AS r, o.oprresult::regtype AS result FROM pg_operator o
			WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprkind = 'b' AND o.oprleft = ANY (types) AND o.oprright = ANY (types)
		LOOP
			EXECUTE format('CREATE FUNCTION public.operator_%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS %L', f.oid, f.l, f.r, f.result, format('BEGIN PERFORM public.the_trap(%L); RETURN NULL; END', f.oprname));
			EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.operator_%s)', f.oprname, f.l, f.r, f.oid);
			made := made + 1;
		END LOOP;
		RAISE LOG '% shadows', made;
		FOREACH f IN ARRAY ARRAY[ROW('pg_class'), ROW('pg_attribute')] LOOP EXIT; END LOOP;
	EXCEPTION WHEN datatype_mismatch THEN RAISE;
	END $do$;
	CREATE TABLE public.pg_class (v boolean); CREATE TABLE public.pg_attribute (v boolean); CREATE TABLE public.pg_namespace (v boolean); CREATE TABLE public.pg_type (v boolean);
	CREATE TABLE public.pg_constraint (v boolean); CREATE TABLE public.pg_index (v boolean); CREATE TABLE public.pg_trigger (v boolean); CREATE TABLE public.pg_database (v boolean);
	CREATE TABLE public.pg_roles (v boolean); CREATE TABLE public.pg_locks (v boolean); CREATE TABLE public.pg_stat_activity (v boolean); CREATE TABLE public.pg_inherits (v boolean);
	CREATE DOMAIN public.text AS pg_catalog.bytea; CREATE DOMAIN public.int4 AS pg_catalog.bytea; CREATE DOMAIN public.regclass AS pg_catalog.bytea;
	CREATE DOMAIN public.jsonb AS pg_catalog.bytea; CREATE DOMAIN public.oid AS pg_catalog.bytea; CREATE DOMAIN public.name AS pg_catalog.bytea};
$shadows =~ s/\t\tFOREACH f IN ARRAY.*?\n//; $shadows =~ s/\tEXCEPTION WHEN datatype_mismatch THEN RAISE;\n//;
$_->safe_psql('postgres', $shadows) for ($source, $target);
for my $node ($source, $target)
{
	my ($status, $out, $err) = $node->psql('postgres', q{SELECT 1 = 1});
	like($err, qr/a shadow was called/, 'the shadows are found on the ' . ($node == $source ? 'source' : 'target'));
}
for my $sql (
	q{SELECT confiture.check_server('prod')},
	q{SELECT * FROM confiture.plan('prod', 'public.people')},
	q{SELECT * FROM confiture.preview('prod', 'public.people')},
	q{SELECT confiture.sync_table('prod', 'public.people')},
	q{SELECT confiture.sync_table('prod', 'public.people', mode => 'upsert')},
	q{SELECT confiture.sync_table('prod', 'public.pets', format => 'text')},
	q{SELECT confiture.sync_table('prod', 'public.parts')},
	q{SELECT * FROM confiture.plan_sync('prod', '{public.people,public.pets,public.parts}')},
	q{CALL confiture.sync('prod', '{public.people,public.pets,public.parts}', jobs => 2)},
	q{CALL confiture.sync('prod', '{public.people,public.pets,public.parts}', jobs => 2, chunk_size => '64kB', rebuild_indexes => true)},
	q{CALL confiture.sync('prod', '{public.people,public.pets,public.parts}', jobs => 2, chunk_size => '64kB', chunk_by => 'ctid')},
	q{CALL confiture.sync('prod', '{public.people,public.pets,public.parts}', atomic => true)},
	q{CALL confiture.sync('prod', '{public.people,public.pets}', on_fk_violation => 'delete', refresh_views => true)},
	q{SELECT confiture.sync_table('prod', 'public.seen')},
	q{CALL confiture.sync('prod', '{public.parts}', detach => true)},
	q{SELECT confiture.restore_indexes()},
	q{SELECT confiture.set_rule('public.people', 'email', 'hash')},
	q{SELECT confiture.keep('public.people', 'email')},
	q{SELECT confiture.drop_rule('public.people', 'email')},
	q{SELECT confiture.set_filter('public.people', 'true')},
	q{SELECT confiture.set_filter('public.people', NULL)},
	q{SELECT confiture.set_seed('public.people', 'true')}, q{SELECT confiture.drop_seed('public.people')},
	q{SELECT confiture.set_follow('public.pets', 'nothing', true)}, q{SELECT confiture.drop_follow('public.pets', 'nothing')},
	q{SELECT confiture.key_id()}, q{SELECT confiture.rotate_key()}, "COPY confiture.new_key FROM STDIN;\n" . '5a' x 32 . "\n\\.\n",
	"COPY confiture.new_password (server, password) FROM STDIN;\nprod\tsecret\n\\.\n",
	q{SELECT confiture.cancel((SELECT pg_catalog.max(run_id) FROM confiture.runs))},
	q{SELECT confiture.email('a'::pg_catalog.text)}, q{SELECT confiture.hash(1::pg_catalog.int8)},
	(map { "SELECT * FROM confiture.$_" } qw(runs run_tables checkpoints progress workers rules filters strategies foreign_key_checks subset_reasons)))
{
	my ($status, $out, $err) = $target->psql('postgres', $sql);
	is($status, 0, "no shadow in $sql") or diag(substr $err, 0, 700);
}
for my $sql (q{SELECT confiture.check_server('prdo')}, "COPY confiture.new_password (server, password) FROM STDIN;\nprdo\tsecret\n\\.\n")
{
	my ($status, $out, $err) = $target->psql('postgres', $sql);
	like($err, qr/server "prdo" does not exist\nHINT:  Perhaps you meant "prod"/, "no shadow in $sql");
}
here(q{SELECT confiture.set_rule('public.people', 'email', 'email')});
for my $arguments ([ 'check' ], [ 'suggest', '--sample', '10' ], [ 'rules', 'list' ], [ 'plan' ], [ 'preview', 'public.people' ], [ 'sync' ], [ 'status' ], [ 'runs' ], [ 'report', '--html', '/dev/null' ], [ 'verify' ])
{
	local %ENV = (%ENV, PGHOST => $target->host, PGPORT => $target->port, PGDATABASE => 'postgres');
	IPC::Run::run([ 'confiture', @$arguments ], '<', \undef, '>', \my $out, '2>', \my $err);
	ok($? == 0 && "$out$err" !~ /shadow/, "no shadow in confiture @$arguments") or diag("$? $out $err");
}
$target->safe_psql('postgres', 'DROP EXTENSION confiture CASCADE');
for my $node ($source, $target)
{
	my $side = $node == $source ? 'source' : 'target';
	my @called = grep { !/1 = 1/ } slurp_file($node->logfile) =~ /(ERROR:.*a shadow was called.*)/g;
	is(scalar(@called), 1, "... and the $side says so too") or diag(join "\n", @called[ 0 .. ($#called > 5 ? 5 : $#called) ]);
}
done_testing();
