# What a run sets aside is restored exactly: indexes, constraints, foreign keys, triggers; after a load, after crashes, after
# failures.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "allow_in_place_tablespaces = on\nmin_parallel_table_scan_size = 0\n");
ConfitureTest::add_role($source, $target, 'loader', 'secret');
my $policy = q{policy => 'off'};

sub here { return $target->safe_psql('postgres', $_[0]) }
sub on_both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }

# Returns everything about indexes, constraints and triggers as one text.
my $image = q{
	SET search_path = '';
	SELECT c.oid::regclass, pg_get_indexdef(c.oid), i.indisvalid, i.indisunique, i.indisclustered, i.indisreplident, i.indimmediate,
		i.indnullsnotdistinct, i.indisexclusion, i.indclass, i.indoption, i.indkey, i.indcollation, c.reloptions, c.relam,
		(SELECT spcname FROM pg_tablespace t WHERE t.oid = c.reltablespace), obj_description(c.oid, 'pg_class'), c.relowner::regrole,
		(SELECT string_agg(concat(a.attnum, ' ', a.attstattarget, ' ', a.attcollation, ' ', a.attoptions), ',' ORDER BY a.attnum)
			FROM pg_attribute a WHERE a.attrelid = c.oid),
		(SELECT string_agg(e.extname, ',' ORDER BY extname) FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
			WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'x'),
		(SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = c.oid)
	FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace IN ('public'::regnamespace, '"od""d \ sch"'::regnamespace)
	ORDER BY c.oid::regclass::text COLLATE "C";
	SELECT conrelid::regclass, conname, pg_get_constraintdef(c.oid), contype, condeferrable, condeferred, convalidated, coninhcount,
		obj_description(c.oid, 'pg_constraint'), (SELECT p.conname FROM pg_constraint p WHERE p.oid = c.conparentid),
		conindid::regclass, confrelid::regclass, (SELECT string_agg(concat(g.tgenabled, g.tgtype, g.tgfoid::regproc, g.tgrelid::regclass),
			',' ORDER BY g.tgtype, g.tgfoid, g.tgrelid::regclass::text) FROM pg_trigger g WHERE g.tgconstraint = c.oid)
	FROM pg_constraint c WHERE connamespace IN ('public'::regnamespace, '"od""d \ sch"'::regnamespace)
	ORDER BY conrelid::regclass::text COLLATE "C", c.conname COLLATE "C", confrelid::regclass::text COLLATE "C";
	SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgrelid::regclass::text, tgname;
	SELECT oid::regclass, relreplident FROM pg_class WHERE relkind IN ('r', 'p') ORDER BY oid::regclass::text COLLATE "C"};
sub image { return $target->safe_psql('postgres', $image) }

# Like is() of two images, but shows what differs.
sub same_image
{
	my ($before, $test_name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my %after = map { $_ => 1 } split /\n/, my $after = image();
	my %before = map { $_ => 1 } split /\n/, $before;
	return ok($after eq $before, $test_name)
	  || diag join "\n", (map { "- $_" } grep { !$after{$_} } sort keys %before), (map { "+ $_" } grep { !$before{$_} } sort keys %after);
}

sub n_set_aside { return here("SELECT count(*) FROM confiture.set_aside WHERE run_id = (SELECT max(run_id) FROM confiture.run) AND $_[0]") }
sub state_of_run { return here('SELECT state FROM confiture.runs ORDER BY run_id DESC LIMIT 1') }
sub last_run { return here('SELECT max(run_id) FROM confiture.run') }

on_both(q{
	CREATE SCHEMA "od""d \ sch";
	CREATE FUNCTION "od""d \ sch".low(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT pg_catalog.lower($1)';
	CREATE TABLE "od""d \ sch"."t a'b\c" (id int PRIMARY KEY, a text NOT NULL, b int NOT NULL, c int, r int4range, "we""ird col" text, j jsonb);
	CREATE TABLE child (id int PRIMARY KEY, p int, p2 text, q int);
	CREATE TABLE grouped (id int PRIMARY KEY, k int NOT NULL, v int);
	CREATE TABLE part (id int, k int, v text, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
	CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
	CREATE TABLE part_x PARTITION OF part DEFAULT PARTITION BY LIST (k);
	CREATE TABLE part_2 PARTITION OF part_x FOR VALUES IN (2);
	CREATE TABLE part_d PARTITION OF part_x DEFAULT;
	CREATE TABLE to_part (a int PRIMARY KEY, b int);
	CREATE TABLE pair (a int, b int, k int) PARTITION BY LIST (k);
	CREATE TABLE pair_0 PARTITION OF pair FOR VALUES IN (0);
	CREATE TABLE pair_x PARTITION OF pair DEFAULT PARTITION BY LIST (k);
	CREATE TABLE pair_1 PARTITION OF pair_x FOR VALUES IN (1);
	CREATE TABLE ones (id int PRIMARY KEY, v int);
	CREATE TABLE twos (id int PRIMARY KEY);
	CREATE TABLE selfpart (id int PRIMARY KEY, up int) PARTITION BY HASH (id);
	CREATE TABLE selfpart_0 PARTITION OF selfpart FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE selfpart_1 PARTITION OF selfpart FOR VALUES WITH (MODULUS 2, REMAINDER 1);
});
$source->safe_psql('postgres', q{
	INSERT INTO "od""d \ sch"."t a'b\c" SELECT i, 'a' || i, i, i % 7, int4range(i, i + 5), 'w' || i % 10, jsonb_build_object('k', 'v' || i) FROM generate_series(1, 2000) i;
	INSERT INTO child SELECT i, i, 'a' || i, i FROM generate_series(1, 2000) i;
	INSERT INTO grouped SELECT i, i, i FROM generate_series(1, 100) i;
	INSERT INTO part SELECT i, i % 4, 'v' || i FROM generate_series(1, 100) i;
	INSERT INTO to_part SELECT i, i % 4 FROM generate_series(1, 100) i;
	INSERT INTO pair SELECT i, i % 4, i % 2 FROM generate_series(1, 100) i;
	INSERT INTO ones SELECT i, i FROM generate_series(1, 100) i;
	INSERT INTO twos SELECT i FROM generate_series(1, 100) i;
	INSERT INTO selfpart SELECT i, nullif(i / 2, 0) FROM generate_series(1, 100) i;
});
here(q{CREATE TABLESPACE ts LOCATION ''});
here(q{
	CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm;
	CREATE COLLATION "od""d \ sch".coll (provider = libc, locale = 'C');
	SET search_path = "od""d \ sch", public;
	CREATE INDEX plain ON "t a'b\c" (b);
	CREATE INDEX "we""ird; DROP \ 'idx" ON "t a'b\c" ("we""ird col" COLLATE coll DESC NULLS LAST) WITH (fillfactor = 70, deduplicate_items = off)
		WHERE "we""ird col" <> 'ON x USING';
	COMMENT ON INDEX "we""ird; DROP \ 'idx" IS 'it''s \ a comment';
	CREATE INDEX expr ON "t a'b\c" ((c + b), low(a), (j->>'k')) INCLUDE (c);
	ALTER INDEX expr ALTER COLUMN 1 SET STATISTICS 777; ALTER INDEX expr ALTER COLUMN 3 SET STATISTICS 0;
	CREATE INDEX opclass ON "t a'b\c" USING gist (a gist_trgm_ops (siglen = 32), b);
	CREATE INDEX opclass_2 ON "t a'b\c" (a text_pattern_ops);
	CREATE INDEX gin ON "t a'b\c" USING gin (j jsonb_path_ops) WITH (fastupdate = off, gin_pending_list_limit = 128);
	ALTER INDEX gin DEPENDS ON EXTENSION pg_trgm; ALTER INDEX gin DEPENDS ON EXTENSION btree_gist;
	CREATE INDEX brin ON "t a'b\c" USING brin (b int4_minmax_multi_ops (values_per_range = 16)) WITH (pages_per_range = 8, autosummarize = on);
	CREATE INDEX hash ON "t a'b\c" USING hash (b);
	CREATE UNIQUE INDEX uni ON "t a'b\c" (a, b) INCLUDE (c) NULLS NOT DISTINCT TABLESPACE ts;
	ALTER TABLE "t a'b\c" CLUSTER ON plain;
	ALTER TABLE "t a'b\c" ADD CONSTRAINT "con 1" UNIQUE (b) DEFERRABLE INITIALLY DEFERRED;
	ALTER TABLE "t a'b\c" ADD CONSTRAINT con2 UNIQUE NULLS NOT DISTINCT (a) INCLUDE (c) WITH (fillfactor = 55) USING INDEX TABLESPACE ts;
	COMMENT ON CONSTRAINT con2 ON "t a'b\c" IS 'on the constraint'; COMMENT ON INDEX con2 IS 'on its index';
	ALTER TABLE "t a'b\c" ADD CONSTRAINT excl EXCLUDE USING gist (id WITH =, r WITH &&) WHERE (c > 3) DEFERRABLE;
	CREATE UNIQUE INDEX identity ON "t a'b\c" (b, id); ALTER TABLE "t a'b\c" REPLICA IDENTITY USING INDEX identity;
	ALTER TABLE "t a'b\c" DROP CONSTRAINT "t a'b\c_pkey", ADD PRIMARY KEY (id) DEFERRABLE;
	CREATE UNIQUE INDEX referenced ON "t a'b\c" (id);
	ALTER TABLE child ADD CONSTRAINT "f""k" FOREIGN KEY (p) REFERENCES "t a'b\c" (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED;
	COMMENT ON CONSTRAINT "f""k" ON child IS 'of a foreign key';
	ALTER TABLE child ADD CONSTRAINT fk2 FOREIGN KEY (p2) REFERENCES "t a'b\c" (a) MATCH FULL ON DELETE SET DEFAULT;
	ALTER TABLE child ADD CONSTRAINT fk_not_valid FOREIGN KEY (q) REFERENCES child (id) NOT VALID;
	ALTER TABLE child ADD CONSTRAINT fk_two FOREIGN KEY (q, p2) REFERENCES "t a'b\c" (b, a) ON DELETE SET NULL (q);
	ALTER TABLE grouped ADD UNIQUE (k); CREATE INDEX ON grouped (v);
	CREATE VIEW by_key AS SELECT id, v, count(*) FROM grouped GROUP BY id;
	CREATE RULE conflict AS ON INSERT TO by_key DO INSTEAD INSERT INTO grouped VALUES (1, 2) ON CONFLICT ON CONSTRAINT grouped_k_key DO NOTHING;
	SET search_path = public;
	CREATE INDEX own_name ON part_2 (v) WITH (fillfactor = 33);
	CREATE INDEX a_leaf ON part_1 (lower(v), k); COMMENT ON INDEX a_leaf IS 'a leaf';
	CREATE INDEX whole ON part (lower(v), k); COMMENT ON INDEX whole IS 'the whole';
	ALTER INDEX a_leaf ALTER COLUMN 1 SET STATISTICS 99; ALTER TABLE part_1 CLUSTER ON a_leaf;
	ALTER TABLE part ADD CONSTRAINT whole_key UNIQUE (k, v); COMMENT ON CONSTRAINT whole_key ON part IS 'key';
	COMMENT ON CONSTRAINT part_1_k_v_key ON part_1 IS 'key of a leaf';
	CREATE INDEX whole_2 ON part (v) TABLESPACE ts;
	CREATE UNIQUE INDEX whole_identity ON part (k, id); ALTER TABLE part REPLICA IDENTITY USING INDEX whole_identity;
	CREATE INDEX invalid ON ONLY part (id);
	ALTER TABLE part_2 ADD CONSTRAINT "own fk" FOREIGN KEY (id) REFERENCES grouped;
	ALTER TABLE part_x ADD CONSTRAINT middle_fk FOREIGN KEY (id) REFERENCES grouped;
	ALTER TABLE part ADD CONSTRAINT whole_fk FOREIGN KEY (id) REFERENCES grouped;
	COMMENT ON CONSTRAINT "own fk" ON part_2 IS 'a'; COMMENT ON CONSTRAINT middle_fk ON part_x IS 'b'; COMMENT ON CONSTRAINT whole_fk ON part IS 'c';
	ALTER TABLE to_part ADD CONSTRAINT to_part_fk FOREIGN KEY (a, b) REFERENCES part; COMMENT ON CONSTRAINT to_part_fk ON to_part IS 'd';
	ALTER TABLE to_part ADD CONSTRAINT to_part_not_valid FOREIGN KEY (a, b) REFERENCES part NOT VALID;
	ALTER TABLE selfpart ADD FOREIGN KEY (up) REFERENCES selfpart ON DELETE CASCADE;
	ALTER TABLE pair ADD CONSTRAINT "pair's" FOREIGN KEY (a, b) REFERENCES part; COMMENT ON CONSTRAINT "pair's" ON pair_1 IS 'e';
	-- The parts of a key that partitions of the referenced table have, under names that the server would not choose: those
	-- that it has chosen, exchanged, and others. One has a comment.
	DO $$
	DECLARE part record;
	BEGIN
		FOR part IN SELECT c.conrelid::regclass AS relation, array_agg(c.conname ORDER BY c.oid) AS names
			FROM pg_constraint c JOIN pg_constraint p ON p.oid = c.conparentid AND p.conrelid = c.conrelid
			WHERE c.contype = 'f' GROUP BY 1, p.oid HAVING count(*) > 1 LOOP
			EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO aside', part.relation, part.names[1]);
			EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', part.relation, part.names[2], part.names[1]);
			EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT aside TO %I', part.relation, part.names[2]);
			EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS $c$a part''s \ comment$c$', part.names[2], part.relation);
			CONTINUE WHEN part.names[3] IS NULL;
			EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', part.relation, part.names[3], 'it''s \ "' || part.names[3]);
		END LOOP;
	END $$;
	-- Nobody but the server may join these two, which is why it checks all keys.
	CREATE ROLE one; CREATE ROLE two; GRANT USAGE ON SCHEMA public TO one, two;
	CREATE INDEX ON ones ((v + 1)); ALTER TABLE twos ADD CONSTRAINT of_others FOREIGN KEY (id) REFERENCES ones;
	ALTER TABLE ones OWNER TO one; ALTER TABLE twos OWNER TO two;
	CREATE FUNCTION noisy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fired'; END $$;
	CREATE TRIGGER "ordinary 1" BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION noisy();
	CREATE TRIGGER always BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION noisy(); ALTER TABLE child ENABLE ALWAYS TRIGGER always;
	CREATE TRIGGER replica BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION noisy(); ALTER TABLE child ENABLE REPLICA TRIGGER replica;
	CREATE TRIGGER disabled BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION noisy(); ALTER TABLE child DISABLE TRIGGER disabled;
});
my @tables = (q{"od""d \ sch"."t a'b\c"}, qw(child grouped part to_part pair selfpart ones twos));
my $before = image();

sub complete
{
	my ($test_name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	same_image($before, "$test_name: all is as it was");
	ConfitureTest::same_rows($source, $target, "SELECT * FROM $_", "$test_name: $_ is complete") for @tables;
	return;
}

# Foreign keys stay, unless they need an index that goes or their table is not of the run.
here("CALL confiture.sync('prod', exclude => '{public.ones,public.twos,public.pair}', rebuild_indexes => true, $policy)");
same_image($before, 'keys that are in the way: all is as it was');
is(here('SELECT string_agg(DISTINCT constraint_name, $$, $$ ORDER BY constraint_name) FROM confiture.set_aside WHERE run_id = ' . last_run() . q{ AND kind = 'foreign key'}),
	q{f"k, fk2, fk_two, pair's}, 'they alone are set aside');

# A load, by one process and by several.
for my $jobs (1, 3)
{
	here("CALL confiture.sync('prod', jobs => $jobs, rebuild_indexes => true, $policy)");
	complete("$jobs jobs");
	is(n_set_aside('restored_at IS NULL OR error IS NOT NULL'), 0, "$jobs jobs: nothing is left to restore");
	cmp_ok(n_set_aside(q{kind = 'index'}), '>', 20, "$jobs jobs: indexes were set aside");
	cmp_ok(n_set_aside(q{kind = 'foreign key'}), '>', 20, "$jobs jobs: and foreign keys");
	is(n_set_aside(q{name IN ('grouped_pkey', 'grouped_k_key', 'invalid', 'disabled')}), 0, "$jobs jobs: but not what others need, nor what is not at work");
}

# Without rebuild_indexes, only what a load would not check.
my (undef, undef, $notices) = $target->psql('postgres', "CALL confiture.sync('prod', $policy)");
complete('without rebuild_indexes');
is(here(q{SELECT string_agg(name, ', ' ORDER BY name COLLATE "C") FROM confiture.set_aside WHERE run_id = } . last_run() . q{ AND kind IN ('index', 'constraint')}),
	q{con 1, excl, t a'b\c_pkey}, 'deferrable constraints are set aside, other indexes are not');
is($notices, '', 'nor talked of');

# All in the one transaction of the caller.
for my $end ('ROLLBACK', 'COMMIT')
{
	here("BEGIN; CALL confiture.sync('prod', atomic => true, rebuild_indexes => true, $policy); $end");
	complete("atomic, $end");
}
is(here('SELECT count(*) FROM confiture.set_aside WHERE restored_at IS NULL'), 0, 'atomic: nothing is left to restore');

# Crashes. A gate in a CHECK stops a run in the middle.
here(q{
	CREATE FUNCTION gate(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
		IF id = 500 THEN PERFORM pg_catalog.pg_advisory_xact_lock_shared(42); END IF; RETURN true; END $$;
	ALTER TABLE child ADD CONSTRAINT gate CHECK (gate(id))});
$before = image();

# Starts a run that waits at the gate; returns it and the session that keeps the gate closed.
sub start_run
{
	my $gate = $target->background_psql('postgres');
	$gate->query_safe('SELECT pg_advisory_lock(42)');
	my ($out, $err) = ('', '');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c',
			"CALL confiture.sync('prod', jobs => 2, rebuild_indexes => true, $policy)" ], '>', \$out, '2>', \$err);
	$target->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted})
	  or die "no run waits at the gate: $err";
	return ($run, $gate, \$err);
}

sub crash
{
	my ($run, $gate) = @_;
	my @backends = split /\n/, here('SELECT pid FROM pg_stat_activity');
	$target->kill9;
	$run->finish;
	eval { $gate->quit };
	# Those that have not noticed yet hold the shared memory.
	select undef, undef, undef, 0.05 while kill 0, @backends;
	$target->start;
	return;
}

for my $what ('restore_indexes()', 'restore_indexes(run)', 'resume', 'another run')
{
	my ($run, $gate) = start_run();
	my $id = last_run();
	ConfitureTest::fails_like($target, "SELECT confiture.restore_indexes($id)", [qr/led by process/], "$what: a run that is alive puts things back itself");
	is(here('SELECT confiture.restore_indexes()'), 0, "$what: and is passed over when no run is named");
	crash($run, $gate);
	is(state_of_run(), 'interrupted', "$what: the run was interrupted");
	isnt(image(), $before, "$what: in its middle");
	my $n = n_set_aside('restored_at IS NULL');
	cmp_ok($n, '>', 40, "$what: the recipes are there");
	if ($what =~ /restore/)
	{
		cmp_ok(here('SELECT confiture.' . $what =~ s/run/$id/r), '>', 40, "$what says how many came back");
		same_image($before, "$what: all is as it was");
		is(here("SELECT confiture.restore_indexes($id)"), 0, "$what: nothing is left to do");
	}
	here($what eq 'another run' ? "CALL confiture.sync('prod', $policy)" : "CALL confiture.resume($id)");
	complete($what);
	is(here('SELECT count(*) FROM confiture.set_aside WHERE restored_at IS NULL'), 0, "$what: nothing is left");
}
done_testing();
