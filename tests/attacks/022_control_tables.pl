# Roles that may write or read all data (pg_write_all_data, pg_read_all_data) and the control tables: what they write there
# is refused, or has no effect on what a superuser or the owner of a table does afterwards.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 3000;
my ($source, $target) = ConfitureTest::clusters(target_conf => "restart_after_crash = on\n");
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
ConfitureTest::add_role($source, $target, 'writer', 'secret');
here('GRANT pg_write_all_data, pg_read_all_data TO writer');
here('GRANT pg_maintain TO writer') if here('SHOW server_version_num') >= 170000;

# v is no name that the guard knows: only the rule masks it.
there(qq{CREATE TABLE things (id int PRIMARY KEY, v text, w text, filler text);
	INSERT INTO things SELECT i, 'canary' || i, 'w' || i, repeat('x', 300) FROM generate_series(1, $rows) i;
	CREATE TABLE others (id int PRIMARY KEY, v text, w text, filler text); INSERT INTO others SELECT i, 'canaryother' || i, 'other', '' FROM generate_series(1, 10) i;
	CREATE TABLE last (id int PRIMARY KEY); INSERT INTO last VALUES (1); ANALYZE});
here(q{
	CREATE FUNCTION gate(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(42); RETURN true; END $$;
	-- Runs are stopped here: some chunks are done then, others not.
	CREATE TABLE things (id int PRIMARY KEY CHECK (id <> 1500 OR gate(id)), v text, w text, filler text);
	CREATE INDEX things_w ON things (w);
	CREATE TABLE last (id int PRIMARY KEY);
	SELECT confiture.set_rule('things', 'v', 'hash')});
my $image = "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY id)), '') FROM things t";
ConfitureTest::sync($target, "'things'");
my $right = here($image);
my $key = here('SELECT confiture.key_id()');
my $rules = here('SELECT md5(string_agg(r::text, chr(10))) FROM confiture.rule r');

sub as_writer
{
	my ($sql) = @_;
	my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ '-U', 'writer' ]);
	return $status ? "refused: $err" : $out;
}

# Nothing came of it: nobody is more than before, no raw value is there, no row is another.
sub nothing_came_of_it
{
	my ($title, %options) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(here(q{SELECT rolsuper FROM pg_roles WHERE rolname = 'writer'}), 'f', "$title: no superuser");
	is(here(q{SELECT count(*) FROM things WHERE v LIKE 'canary%' OR w = 'other'}), '0', "$title: no raw value");
	my $now = here($image);
	ok($now eq $right || ($options{may_be_empty} && $options{failed}), "$title: no other row") or diag("$now instead of $right");
	here('ALTER ROLE writer NOSUPERUSER');
	return;
}

# ---- Rules, filters and the key

my %standing = (
	'a rule that keeps' => q{UPDATE confiture.rule SET strategy = 'keep', options = '{}' WHERE column_name = 'v'},
	'a rule of another strategy' => q{UPDATE confiture.rule SET strategy = 'constant', options = '{"value": "x"}' WHERE column_name = 'v'},
	'a rule for some rows' => q{INSERT INTO confiture.rule (relation, relation_name, column_name, column_number, strategy, condition, position, set_by) SELECT relation, relation_name, column_name, column_number, 'keep', 'true', 1, set_by FROM confiture.rule},
	'no rule' => 'DELETE FROM confiture.rule',
	'no rules at all' => 'TRUNCATE confiture.rule',
	'a rule of another table' => q{UPDATE confiture.rule SET relation = 'last', relation_name = 'public.last'},
	'a rule more' => q{INSERT INTO confiture.rule (relation, relation_name, column_name, column_number, strategy) VALUES ('things', 'public.things', 'w', 3, 'drop')},
	'a pattern that keeps' => q{INSERT INTO confiture.pattern (relations, columns, strategy, set_by) VALUES ('things', '*', 'keep', 'postgres')},
	'a pattern that drops' => q{INSERT INTO confiture.pattern (relations, columns, strategy, set_by) VALUES ('*', 'w', 'drop', 'postgres')},
	'a declared reference' => q{INSERT INTO confiture.reference (relation, relation_name, columns, referenced, referenced_name, referenced_columns, set_by) VALUES ('things', 'public.things', '{id}', 'last', 'public.last', '{id}', 'postgres')},
	'a filter' => q{INSERT INTO confiture.filter VALUES ('things', 'public.things', 'id < 10', 'postgres')},
	'a filter that is more' => q{INSERT INTO confiture.filter VALUES ('things', 'public.things', 'true) UNION ALL (SELECT * FROM others WHERE true', 'postgres')},
	'a key' => q{UPDATE confiture.masking_key SET key = key},
	'no key' => 'DELETE FROM confiture.masking_key',
	'two keys' => q{INSERT INTO confiture.masking_key (key, is_only) SELECT key, true FROM confiture.masking_key ON CONFLICT (is_only) DO UPDATE SET key = EXCLUDED.key});
here('CREATE TABLE kept_rule AS SELECT * FROM confiture.rule');
for my $title (sort keys %standing)
{
	my $said = as_writer($standing{$title});
	note("$title: $said");
	my ($status, $out, $err) = $target->psql('postgres', q{SELECT rows FROM confiture.sync_table('prod', 'things')});
	nothing_came_of_it($title);
	is(here('SELECT confiture.key_id()') // '', $key, "$title: the key is the same");
	is(here('SELECT md5(string_agg(r::text, chr(10))) FROM confiture.rule r'), $rules, "$title: the rules are the same");
	is(here('SELECT count(*) FROM confiture.pattern'), 0, "$title: there are no patterns");
	is(here('SELECT count(*) FROM confiture.reference'), 0, "$title: there are no declared references");
	here(q{TRUNCATE confiture.rule, confiture.filter, confiture.pattern, confiture.reference; INSERT INTO confiture.rule SELECT * FROM kept_rule});
	here(q{SELECT rows FROM confiture.sync_table('prod', 'things')}) if here($image) ne $right;
}
is(as_writer('SELECT count(*) FROM confiture.masking_key'), '0', 'who may read all data reads no key');
for my $table (qw(run run_table chunk set_aside foreign_key_check))
{
	like(as_writer("SELECT count(*) FROM confiture.$table"), qr/^(?:0|refused.*)$/s, "... nor the table $table");
}

# ---- Runs: one that waits to be resumed, with an index and a trigger set aside.

sub interrupted_run
{
	here('TRUNCATE things, last');
	my $gate = $target->background_psql('postgres');
	$gate->query_safe('SELECT pg_advisory_lock(42)');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c',
			q{CALL confiture.sync('prod', '{public.things,public.last}', jobs => 1, rebuild_indexes => true, chunk_size => '256kB')} ],
		'<', \undef, '>', \my $out, '2>', \my $err);
	my $waits = q{SELECT %s FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted};
	$target->poll_query_until('postgres', sprintf $waits, 'count(*) > 0') or die "no run waits at the gate: $err";
	here(sprintf $waits, 'pg_terminate_backend(pid)');
	eval { $run->finish };
	$gate->quit;
	my $id = here('SELECT max(run_id) FROM confiture.run');
	is(here("SELECT count(*) > 0 FROM confiture.chunk WHERE run_id = $id AND state = 'pending'"), 't', '(chunks are left)');
	return $id;
}
my $statement = q{ARRAY['ALTER ROLE writer SUPERUSER']};
my %of_runs = (
	'a statement of something set aside' => "UPDATE confiture.set_aside SET statements = $statement",
	'statements before those set aside' => "UPDATE confiture.set_aside SET statements = $statement || statements",
	'something more set aside' => qq{INSERT INTO confiture.set_aside (run_id, step, kind, relation, relation_name, name, statements)
		SELECT max(run_id), s, k, 'things', 'public.things', 'made_up' || s, $statement
		FROM confiture.run, (VALUES (1, 'index'), (2, 'constraint'), (3, 'foreign key'), (4, 'foreign key'), (5, 'trigger')) v(s, k) GROUP BY s, k},
	'parameters without rules' => q{UPDATE confiture.run SET parameters = parameters || '{"rules": {"public.things": {"v": "keep"}}, "policy": "off", "policy_setting": "off"}'},
	'a transfer without masks' => q{UPDATE confiture.run_table SET transfer = regexp_replace(transfer::text, '"hash"', '"keep"', 'g')::jsonb, columns = '{"v": "pass"}'},
	(map { my $transfer = $_; ("the transfer $transfer" => "UPDATE confiture.run_table SET transfer = '$transfer'") } '{}', '[]', '"x"', '{"binary": true, "columns": null}',
		'{"binary": true, "columns": [{"kind": 99, "name": "id"}]}', '{"binary": "x", "columns": [{"name": 1}, null, []]}'),
	'no transfer' => q{UPDATE confiture.run_table SET transfer = NULL},
	'a filter of the run' => q{UPDATE confiture.run_table SET filter = 'id < 10'},
	'another source of the table' => q{UPDATE confiture.run_table SET source_relation = 'public.others'},
	'another source of the chunks' => q{UPDATE confiture.chunk SET source_relation = 'public.others'},
	'a condition that is more' => q{UPDATE confiture.chunk SET condition = 'true', state = 'pending'},
	'a condition that is less' => q{UPDATE confiture.chunk SET condition = 'id < 0', state = 'pending'},
	'a condition with a query' => q{UPDATE confiture.chunk SET condition = 'true) UNION ALL (SELECT * FROM public.others WHERE true', state = 'pending'},
	'chunks that are not done' => q{UPDATE confiture.chunk SET state = 'done', rows = 0},
	'chunks that are gone' => q{DELETE FROM confiture.chunk},
	'a run of another' => q{UPDATE confiture.run SET started_by = 'writer'},
	'another server' => q{UPDATE confiture.run SET server = 'prod_tcp'},
	'a run that is done' => q{UPDATE confiture.run SET state = 'done'});
my $crashes = 0;
for my $title (sort keys %of_runs)
{
	my $run = interrupted_run();
	is(here("SELECT count(*) > 0 FROM confiture.set_aside WHERE run_id = $run AND restored_at IS NULL"), 't', "(something is set aside)") if $title =~ /aside/;
	my $said = as_writer($of_runs{$title});
	note("$title: $said");
	$target->psql('postgres', 'SELECT confiture.restore_indexes()') if $title =~ /aside/;
	my ($status, $out, $err) = $target->psql('postgres', "CALL confiture.resume($run)");
	$target->poll_query_until('postgres', 'SELECT true');
	my @crashes = slurp_file($target->logfile) =~ /was terminated by signal/g;
	is(scalar @crashes, $crashes, "$title: no process crashed");
	$crashes = @crashes;
	# What was tampered with may also be refused.
	my $is_refused = $status != 0;
	nothing_came_of_it($title, may_be_empty => 1, failed => $is_refused);
	ok(!$is_refused || $err =~ /\S/, "$title: resumed rightly, or refused") or diag($err);
	here('TRUNCATE confiture.run CASCADE') if $is_refused || $title =~ /aside/;
	here('CREATE INDEX IF NOT EXISTS things_w ON things (w)');
}
done_testing();
