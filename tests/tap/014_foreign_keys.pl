# Foreign keys: nothing cascades behind the user's back, and nothing is left unverified.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, 'loader', 'secret');
$target->safe_psql('postgres', 'GRANT SET ON PARAMETER confiture.policy TO loader');
my $policy = q{policy => 'off'};

sub here { my ($sql) = @_; return $target->safe_psql('postgres', $sql); }
sub refused { my ($arguments, $patterns, $name, %options) = @_; local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ConfitureTest::fails_like($target, 'SELECT confiture.sync_table(' . ($options{extra_params} ? q{'prod_tcp'} : q{'prod'}) . ", $arguments, $policy)", $patterns, $name, %options); }

my $tables = q{
	CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE);
	CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT of_parent REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE);
	CREATE TABLE self (id int PRIMARY KEY, boss int CONSTRAINT has_boss REFERENCES self);
	CREATE TABLE one (id int PRIMARY KEY, two_id int);
	CREATE TABLE two (id int PRIMARY KEY, one_id int CONSTRAINT to_one REFERENCES one);
	ALTER TABLE one ADD CONSTRAINT to_two FOREIGN KEY (two_id) REFERENCES two;
	CREATE TABLE wide (a int, b text, PRIMARY KEY (b, a));
	CREATE TABLE simple_match (x int, y text, CONSTRAINT simple FOREIGN KEY (y, x) REFERENCES wide (b, a));
	CREATE TABLE full_match (x int, y text, CONSTRAINT "full" FOREIGN KEY (x, y) REFERENCES wide (a, b) MATCH FULL);
	CREATE TABLE late (id int PRIMARY KEY, parent_id bigint CONSTRAINT late_key REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
	CREATE TABLE parted (id int, day int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
	CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
	CREATE TABLE of_parted (id int, day int, parent_id int REFERENCES parent, CONSTRAINT to_parted FOREIGN KEY (id, day) REFERENCES parted) PARTITION BY LIST (day);
	CREATE TABLE of_parted_1 PARTITION OF of_parted FOR VALUES IN (1, 2, 3);
	CREATE TABLE of_parted_2 PARTITION OF of_parted DEFAULT;
};
$_->safe_psql('postgres', $tables) for ($source, $target);
$source->safe_psql('postgres', q{
	INSERT INTO parent SELECT i, 'code' || i FROM generate_series(1, 10) i;
	INSERT INTO child SELECT i, i % 10 + 1 FROM generate_series(1, 30) i;
	INSERT INTO child VALUES (31, NULL);
	INSERT INTO self SELECT i, nullif(i - 1, 0) FROM generate_series(1, 10) i ORDER BY i DESC;
	INSERT INTO two SELECT i FROM generate_series(1, 5) i; INSERT INTO one SELECT i, i FROM generate_series(1, 5) i; UPDATE two SET one_id = id;
	INSERT INTO wide SELECT i, 'b' || i FROM generate_series(1, 5) i;
	INSERT INTO simple_match VALUES (1, 'b1'), (NULL, 'nowhere'), (7, NULL);
	INSERT INTO full_match VALUES (2, 'b2'), (NULL, NULL);
	INSERT INTO late SELECT i, i FROM generate_series(1, 10) i;
	INSERT INTO parted SELECT i, i FROM generate_series(1, 15) i;
	INSERT INTO of_parted SELECT i, i, i FROM generate_series(1, 10) i;
	GRANT SELECT ON ALL TABLES IN SCHEMA public TO loader;
});

my @tables = qw(parent child self two one wide simple_match full_match late parted of_parted);
my $all = join(' UNION ALL ', map { "SELECT '$_', count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM $_ t" } @tables) . ' ORDER BY 1';

# Parents first; a cycle in one transaction needs two rounds.
here(join '', map { "SELECT confiture.sync_table('prod', '$_', $policy);" } qw(parent child self wide simple_match full_match late parted of_parted));
refused(q{'one'}, [ qr/violate 1 foreign key/, qr/to_two of public.one: 5 rows/, qr/public.two/ ], 'a cycle cannot begin with rows whose partners are missing');
here("BEGIN; SELECT confiture.sync_table('prod', 'one', rules => '{\"two_id\": \"null\"}', $policy); SELECT confiture.sync_table('prod', 'two', $policy); SELECT confiture.sync_table('prod', 'one', mode => 'upsert', $policy); COMMIT");
my $complete = $source->safe_psql('postgres', $all);
is(here($all), $complete, 'all tables are complete');

# Again, in any order, with rows in every table: children are neither deleted nor block the sync.
for my $table (reverse @tables)
{
	ConfitureTest::sync($target, qq{'$table', $policy});
	is(here($all), $complete, "$table again: no table lost rows");
}

# Violations: named with counts, nothing changed.
refused(q{'parent', filter => 'id > 2'}, [ qr/violate 3 foreign keys/, qr/of_parent of public.child: 6 rows/, qr/late_key of public.late: 2 rows/, qr/of_parted_parent_id_fkey of public.of_parted: 2 rows/ ],
	'a parent without rows that others reference');
refused(q{'self', filter => 'id <> 5'}, [qr/has_boss of public.self: 1 row/], 'a self-reference');
refused(q{'wide', filter => 'a > 2'}, [ qr/simple of public.simple_match: 1 row/, qr/"?full"? of public.full_match: 1 row/ ], 'composite keys');
refused(q{'one', filter => 'id > 1'}, [qr/to_one of public.two: 1 row/], 'a cycle');
refused(q{'parted', filter => 'id <> 3'}, [qr/to_parted of public.of_parted: 1 row/], 'a partitioned table that is referenced');
is(here($all), $complete, 'nothing changed');
$source->safe_psql('postgres', q{INSERT INTO child VALUES (99, 1); ALTER TABLE child DROP CONSTRAINT of_parent; UPDATE child SET parent_id = 77 WHERE id = 99;
	ALTER TABLE full_match DROP CONSTRAINT "full"; INSERT INTO full_match VALUES (NULL, 'b1');
	ALTER TABLE of_parted DROP CONSTRAINT to_parted; INSERT INTO of_parted VALUES (50, 3, NULL), (51, 60, NULL)});
refused(q{'child'}, [qr/of_parent of public.child: 1 row/], 'a child without a parent');
refused(q{'child', mode => 'append', filter => 'id = 99'}, [qr/of_parent of public.child: 1 row/], 'a child without a parent, appended');
refused(q{'child', mode => 'upsert'}, [qr/of_parent of public.child: 1 row/], 'a child without a parent, by upsert');
refused(q{'full_match'}, [qr/full/], 'MATCH FULL with half a key');
refused(q{'of_parted'}, [qr/to_parted of public.of_parted: 2 rows/], 'a partitioned table that references');

# A partition alone: its keys are those of the partitioned table.
refused(q{'of_parted_1'}, [qr/to_parted of public.of_parted: 1 row/], 'a partition that references');
refused(q{'parted_1', filter => 'id <> 3'}, [qr/to_parted of public.of_parted: 1 row/], 'a partition that is referenced');
is(here($all), $complete, 'nothing changed');
is(ConfitureTest::sync($target, qq{'parted_1', $policy}), 9, 'a partition that is referenced, whole');
is(ConfitureTest::sync($target, qq{'parted_2', $policy}), 6, 'and its sibling');
is(here($all), $complete, 'as before');
$source->safe_psql('postgres', q{DELETE FROM child WHERE id = 99; DELETE FROM full_match WHERE x IS NULL AND y = 'b1'; DELETE FROM of_parted WHERE id >= 50});

# An unrelated table of the target that references it, even ON DELETE CASCADE, keeps its rows.
here(q{CREATE TABLE mine (parent_id int REFERENCES parent ON DELETE CASCADE, code text REFERENCES parent (code) ON DELETE SET NULL); INSERT INTO mine VALUES (1, 'code1'), (2, 'code2')});
ConfitureTest::sync($target, qq{'parent', $policy});
is(here('SELECT string_agg(mine::text, $$ $$ ORDER BY 1) FROM mine'), '(1,code1) (2,code2)', 'ON DELETE CASCADE and SET NULL did not act');

# Masked keys.
my $masked = q{rules => '{"code": "hash"}'};
refused(qq{'parent', $masked}, [qr/mine_code_fkey of public.mine: 2 rows/], 'a masked parent whose children are not');
refused(qq{'parent', mode => 'upsert', $masked}, [qr/mine_code_fkey of public.mine: 2 rows/], 'the same by upsert');
here('DROP TABLE mine; CREATE TABLE coded (id int PRIMARY KEY, code text CONSTRAINT to_code REFERENCES parent (code))');
$source->safe_psql('postgres', q{CREATE TABLE coded AS SELECT id, code FROM parent; GRANT SELECT ON coded TO loader});
here(qq{BEGIN; SELECT confiture.sync_table('prod', 'parent', $masked, $policy); SELECT confiture.sync_table('prod', 'coded', $masked, $policy); COMMIT});
is(here(q{SELECT count(*), count(*) FILTER (WHERE code LIKE 'code%') FROM parent JOIN coded USING (id, code)}), '10|0', 'masked keys join');
refused(q{'coded'}, [qr/to_code of public.coded: 10 rows/], 'a child that is not masked as its parent');
here('DROP TABLE coded');
ConfitureTest::sync($target, qq{'parent', $policy});

# NOT VALID: older violations are ignored, new ones are not.
here(q{CREATE TABLE loose (id int PRIMARY KEY, parent_id int); INSERT INTO loose VALUES (500, 500); ALTER TABLE loose ADD CONSTRAINT loosely FOREIGN KEY (parent_id) REFERENCES parent NOT VALID});
$source->safe_psql('postgres', 'CREATE TABLE loose AS SELECT 1 AS id, 1 AS parent_id; GRANT SELECT ON loose TO loader');
is(ConfitureTest::sync($target, qq{'parent', $policy}), 10, 'a parent of a NOT VALID key');
is(ConfitureTest::sync($target, qq{'loose', mode => 'append', $policy}), 1, 'appended under a NOT VALID key');
$source->safe_psql('postgres', 'INSERT INTO loose VALUES (2, 600)');
refused(q{'loose', mode => 'append', filter => 'id = 2'}, [qr/loosely/], 'but not a row that violates it');
refused(q{'loose'}, [qr/loosely of public.loose: 1 row/], 'nor when all are replaced');
is(here('SELECT count(*) FROM loose; DROP TABLE loose'), 2, 'nothing changed');

# Keys compare as the server's triggers do: blank-padded ones whole, and by the referenced column's collation.
here(q{CREATE TABLE country (code char(3) PRIMARY KEY, name text COLLATE "C" UNIQUE);
	CREATE TABLE city (code char(3) CONSTRAINT to_country REFERENCES country, name text COLLATE "POSIX" CONSTRAINT to_name REFERENCES country (name))});
$source->safe_psql('postgres', q{CREATE TABLE country (code char(3), name text); INSERT INTO country VALUES ('FRA', 'France'), ('FI', 'Finland');
	CREATE TABLE city (code char(3), name text); INSERT INTO city VALUES ('FI', 'Finland'), ('FRX', 'Frankia'), ('FRA', NULL)});
is(ConfitureTest::sync($target, qq{'$_->[0]', filter => '$_->[1]', $policy}), 2, "$_->[0] with keys of characters") for ([ 'country', 'true' ], [ 'city', q{code <> ''FRX''} ]);
refused(q{'city'}, [ qr/to_country of public.city: 1 row/, qr/to_name of public.city: 1 row/ ], 'keys that begin alike are not the same');
here('DROP TABLE city, country');

# A writer of a single partition waits as well.
{
	my $rival = $target->background_psql('postgres', on_error_stop => 0);
	$rival->query(qq{BEGIN; SELECT confiture.sync_table('prod', 'of_parted', mode => 'append', filter => 'false', $policy)});
	ConfitureTest::fails_like($target, "SET lock_timeout = '100ms'; DELETE FROM parted_1 WHERE id = 3", [qr/lock timeout/], 'no row of a referenced partition leaves while keys are verified');
	$rival->quit;
}

# A session that disabled triggers before the sync.
refused(q{'child', triggers => true, filter => 'id = 1'} =~ s/filter.*/source_relation => 'public.child_wrong'/r, [qr/child_wrong/], 'no such source table');
$source->safe_psql('postgres', 'CREATE VIEW child_wrong AS SELECT id, parent_id + 70 AS parent_id FROM child WHERE id = 1; GRANT SELECT ON child_wrong TO loader');
ConfitureTest::fails_like($target, "SET session_replication_role = replica; SELECT confiture.sync_table('prod', 'child', source_relation => 'public.child_wrong', triggers => true, $policy)",
	[qr/of_parent of public.child: 1 row/], 'in a session with triggers off keys are verified all the same');
ConfitureTest::fails_like($target, "ALTER TABLE self ADD UNIQUE (boss) DEFERRABLE; SET session_replication_role = replica; SELECT confiture.sync_table('prod', 'self', $policy)",
	[qr/which this session silences.*session_replication_role = origin/s], 'but not what only triggers can check');
here('ALTER TABLE self DROP CONSTRAINT self_boss_key');
is(here($all), $complete, 'nothing changed');

# A transaction that keeps to one snapshot sees neither rows nor references that others committed since; the sync does.
for my $level ('REPEATABLE READ', 'SERIALIZABLE')
{
	my $old = $target->background_psql('postgres', on_error_stop => 0);
	$old->query("BEGIN ISOLATION LEVEL $level; SELECT count(*) FROM parent");
	here('INSERT INTO parent VALUES (11); INSERT INTO child VALUES (111, 11)');
	$old->query("SELECT confiture.sync_table('prod', 'parent', $policy)");
	like($old->{stderr}, qr/of_parent of public.child: 1 row/, "in a $level transaction newer references are verified");
	$old->{stderr} = '';
	$old->query("ROLLBACK; BEGIN ISOLATION LEVEL $level; SELECT count(*) FROM self");
	here('DELETE FROM child WHERE id = 111; DELETE FROM parent WHERE id = 11; INSERT INTO parent VALUES (11)');
	is($old->query("SELECT rows FROM confiture.sync_table('prod', 'parent', $policy); COMMIT"), '10', 'and newer rows replaced');
	$old->quit;
	is(here($all), $complete, 'none is left');
}

# An owner who is not a superuser: the server's triggers check, and effects on other tables are refused beforehand.
here(join '', map { "ALTER TABLE $_ OWNER TO loader;" } @tables, qw(parted_1 parted_2 of_parted_1 of_parted_2));
my %loader = (extra_params => [ '-U', 'loader' ]);
sub as_loader { my ($arguments) = @_; return $target->safe_psql('postgres', "SELECT rows FROM confiture.sync_table('prod_tcp', $arguments, $policy)", %loader); }
refused(q{'parent'}, [ qr/rows of public.child reference it/, qr/GRANT SET ON PARAMETER session_replication_role/ ], 'an owner may not empty a referenced table', %loader);
is(as_loader(q{'child'}), 31, 'but a child');
is(as_loader(q{'parent', mode => 'upsert'}), 10, 'and upsert a parent');
is(as_loader(q{'self'}), 10, 'and a table that references itself');
is(as_loader(q{'late'}), 10, 'and one with a deferred key');
here('CREATE TABLE namesake (parent_id int CONSTRAINT late_key REFERENCES parent)');
is(as_loader(q{'late'}), 10, 'also when another table has a key of that name which is not deferrable');
here('DROP TABLE namesake');
refused(q{'child', source_relation => 'public.child_wrong'}, [ qr/of_parent|foreign key/ ], 'the server refuses what violates', %loader) =~ /71/
  and fail('the message quotes a key');
like(here(q{SELECT string_agg(array_to_string(warnings, ' '), ' ') FROM confiture.plan('prod', 'child', policy => 'off')}) . $target->safe_psql('postgres', q{SELECT string_agg(array_to_string(warnings, ' '), ' ') FROM confiture.plan('prod_tcp', 'child', policy => 'off')}, %loader),
	qr/row by row/, 'the plan says what that costs');
here('DELETE FROM child; DELETE FROM late; DELETE FROM of_parted');
is(as_loader(q{'parent'}), 10, 'a parent that no row references can be replaced');
is(as_loader(qq{'$_'}), $source->safe_psql('postgres', "SELECT count(*) FROM $_"), "$_ by its owner") for (qw(child late of_parted));
is(here($all), $complete, 'all tables are complete');
here('GRANT SET ON PARAMETER session_replication_role TO loader');
for my $table (qw(parent wide parted self one))
{
	as_loader(qq{'$table'});
	is(here($all), $complete, "$table by an owner who may switch triggers off");
}
refused(q{'parent', filter => 'id > 2'}, [qr/of_parent of public.child: 6 rows/], 'and keys are verified', %loader);
here('ALTER TABLE child OWNER TO CURRENT_USER; REVOKE ALL ON child FROM loader');
refused(q{'parent'}, [qr/public.child references it .*you may not read/], 'not where the role may not read the referencing table', %loader);
is(here($all), $complete, 'nothing changed');
here('ALTER TABLE child OWNER TO loader; ALTER TABLE parent OWNER TO CURRENT_USER; REVOKE ALL ON parent FROM loader');
is(as_loader(q{'child'}), 31, 'where the role may not read the referenced table, the server checks');
refused(q{'child', source_relation => 'public.child_wrong'}, [qr/foreign key/], 'and refuses', %loader);
is(here($all), $complete, 'nothing changed');

done_testing();
