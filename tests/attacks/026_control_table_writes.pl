# Every way to write a control table or its sequence, by roles that may write all data: refused, or without effect on what
# is copied, masked or executed.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes 'sleep';

my ($source, $target) = ConfitureTest::clusters(
	source_conf => "wal_level = logical\nmax_wal_senders = 4\nmax_replication_slots = 4\n",
	target_conf => "max_logical_replication_workers = 4\nwal_retrieve_retry_interval = 100ms\n");
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub as_role { my ($role, $sql) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]); return ($status, $out, $err) }

there(q{CREATE TABLE things (id int PRIMARY KEY, v text); INSERT INTO things SELECT i, 'canary' || i FROM generate_series(1, 100) i});
here(q{
	CREATE TABLE things (id int PRIMARY KEY, v text);
	SELECT confiture.set_rule('things', 'v', 'hash');
	CREATE ROLE writer LOGIN; CREATE ROLE passer LOGIN BYPASSRLS; CREATE ROLE grantee LOGIN;
	GRANT pg_write_all_data, pg_read_all_data TO writer, passer;
	GRANT ALL ON ALL TABLES IN SCHEMA confiture TO grantee;
	GRANT SET ON PARAMETER session_replication_role TO writer, passer, grantee;
	GRANT CREATE ON SCHEMA public TO writer, passer, grantee});
here(q{CALL confiture.sync('prod', '{public.things}')}) for 1 .. 3;
my @tables = split /\n/, here(q{SELECT relname FROM pg_class WHERE relnamespace = 'confiture'::regnamespace AND relkind = 'r' ORDER BY 1});
is("@tables", 'chunk filter follow foreign_key_check masking_key pattern reference rule run run_table seed set_aside', 'the control tables');
my $state = join ' UNION ALL ', map { $_ eq 'masking_key' ? 'SELECT confiture.key_id()' : "SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM confiture.$_ t" } @tables;
my $before = here($state);

# ---- Statements

for my $table (@tables)
{
	my $columns = here(qq{SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'confiture.$table'::regclass AND attnum > 0 AND attgenerated = '' AND attidentity = ''});
	my ($column) = split /,/, $columns;
	my %ways = (
		insert => "INSERT INTO confiture.$table ($columns) SELECT $columns FROM confiture.$table WHERE false",
		upsert => "INSERT INTO confiture.$table ($columns) SELECT $columns FROM confiture.$table ON CONFLICT DO NOTHING",
		update => "UPDATE confiture.$table SET $column = $column",
		delete => "DELETE FROM confiture.$table",
		'delete in WITH' => "WITH d AS (DELETE FROM confiture.$table RETURNING 1) SELECT count(*) FROM d",
		merge => "MERGE INTO confiture.$table t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
		truncate => "TRUNCATE confiture.$table CASCADE",
		'a view' => "CREATE OR REPLACE VIEW pg_temp.v AS SELECT 1 AS one FROM confiture.$table; DELETE FROM pg_temp.v",
		prepared => "DEALLOCATE ALL; PREPARE p AS DELETE FROM confiture.$table; EXECUTE p",
		'a function' => "DO 'BEGIN DELETE FROM confiture.$table; END'",
		'the trigger off' => "ALTER TABLE confiture.$table DISABLE TRIGGER confiture_refuse_write",
		'the row trigger off' => "ALTER TABLE confiture.$table DISABLE TRIGGER confiture_refuse_row",
		'all triggers off' => "ALTER TABLE confiture.$table DISABLE TRIGGER ALL",
		'no trigger' => "DROP TRIGGER confiture_refuse_write ON confiture.$table",
		'a rule' => "CREATE RULE r AS ON INSERT TO confiture.$table DO INSTEAD NOTHING",
		'an heir' => "CREATE TABLE heir () INHERITS (confiture.$table)",
		'a policy' => "CREATE POLICY p ON confiture.$table USING (true)");
	for my $role (qw(writer passer grantee))
	{
		my @statements = map { my $mode = $_; map { [ "$_$mode", $ways{$_} ] } sort keys %ways } '', ' as a replica';
		my $script = join '', map { ($_->[0] =~ /as a replica/ ? "SET session_replication_role = replica;\n" : '') . "$_->[1];\n\\echo $_->[0]: :SQLSTATE\n" } @statements;
		my ($out, $err) = ('', '');
		$target->psql('postgres', $script, stdout => \$out, stderr => \$err, on_error_stop => 0, extra_params => [ '-U', $role ]);
		my @refused = grep { /: 42501$/ } split /\n/, $out;
		is(scalar @refused, scalar @statements, "$role: no way to write $table") or diag(join "\n", grep { / / && !/42501/ } split(/\n/, $out), $err);
		for my $mode ('', "SET session_replication_role = replica;\n")
		{
			my ($status, undef, $words) = as_role($role, "${mode}COPY confiture.$table ($columns) FROM STDIN;\n\\.\n");
			ok($status != 0 && $words =~ /42501|COPY FROM not supported with row-level security/, "... nor by COPY") or diag($words);
		}
	}
}
is(here($state), $before, 'nothing has changed');

# The views that would pass a write on, and those of secrets.
for my $role (qw(writer passer))
{
	for my $sql (q{UPDATE confiture.filters SET condition = 'false'}, q{INSERT INTO confiture.filters VALUES ('things', 'false', 'me', now())}, q{UPDATE confiture.seeds SET rows = 1}, 'DELETE FROM confiture.follows', 'DELETE FROM confiture.filters',
		"COPY confiture.new_key FROM STDIN;\n" . '00' x 32 . "\n\\.\n", 'SELECT confiture.rotate_key()')
	{
		my ($status, $out, $err) = as_role($role, $sql);
		ok($status != 0 && $err =~ /42501/, "$role: " . substr $sql, 0, 40) or diag("$status $out $err");
	}
}
is(here($state), $before, 'nothing has changed');

# ---- A subscription writes rows without a statement. Its owner was a superuser when it was made.

there(q{CREATE SCHEMA confiture;
	CREATE TABLE confiture.rule (relation text, relation_name text, column_name name, column_number smallint, strategy text, options jsonb, set_by name, set_at timestamptz, condition text, position smallint, PRIMARY KEY (relation, column_name, position));
	CREATE TABLE confiture.filter (relation text PRIMARY KEY, relation_name text, condition text, set_by name, set_at timestamptz);
	CREATE TABLE through (id int PRIMARY KEY);
	CREATE PUBLICATION theirs FOR TABLE confiture.rule, confiture.filter, through});
here('CREATE TABLE through (id int PRIMARY KEY); CREATE ROLE applier LOGIN SUPERUSER');
my $connection = $source->connstr('postgres') =~ s/'/''/gr;
$target->safe_psql('postgres', "CREATE SUBSCRIPTION taken CONNECTION '$connection' PUBLICATION theirs WITH (copy_data = false"
	. (here('SHOW server_version_num') >= 160000 ? ', run_as_owner = true, password_required = false' : '') . ')', extra_params => [ '-U', 'applier' ]);
here('ALTER ROLE applier NOSUPERUSER; GRANT pg_write_all_data, pg_read_all_data TO applier');
there('INSERT INTO through VALUES (1)');
ok($target->poll_query_until('postgres', 'SELECT count(*) = 1 FROM through'), 'a subscription works');
my $offset = -s $target->logfile;
there(q{INSERT INTO confiture.filter VALUES ('public.things', 'public.things', 'false', 'me', now());
	INSERT INTO confiture.rule VALUES ('public.things', 'public.things', 'id', 1, 'drop', '{}', 'me', now(), NULL, 0)});
for (1 .. 100) { last if slurp_file($target->logfile, $offset) =~ /must be owner of confiture\.filter/ || here($state) ne $before; sleep 0.1 }
like(slurp_file($target->logfile, $offset), qr/must be owner of confiture\.filter to write it/, 'its rows are refused');
is(here($state), $before, 'nothing has changed');
here('ALTER SUBSCRIPTION taken DISABLE; ALTER SUBSCRIPTION taken SET (slot_name = NONE); DROP SUBSCRIPTION taken; DROP ROLE applier');
there(q{SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active; DROP SCHEMA confiture CASCADE});

# ---- Sequences: whoever may write all data may set them.

my $image = "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY id)), '') FROM things t";
my $right = here($image);
here('DELETE FROM confiture.run WHERE run_id = 2');
my $last = here('SELECT max(run_id) FROM confiture.run');
is((as_role('writer', q{SELECT setval('confiture.run_run_id_seq', 1)}))[0], 0, 'a sequence is set back');
is(here(q{SELECT run_id FROM confiture.sync_table('prod', 'things')}), $last + 1, 'the next run has a number of its own, greater than any');
as_role('writer', q{SELECT setval('confiture.run_run_id_seq', 1)});
like(here(q{CALL confiture.sync('prod', '{public.things}')}), qr/^@{[ $last + 2 ]}\|done/, '... a run of many tables too');
for my $sequence (split /\n/, here(q{SELECT oid::regclass FROM pg_class WHERE relnamespace = 'confiture'::regnamespace AND relkind = 'S'}))
{
	for my $value ('1, false', '9223372036854775807')
	{
		my $was = here("SELECT last_value FROM $sequence");
		as_role('writer', "SELECT setval('$sequence', $value)");
		my ($status, $out, $err) = $target->psql('postgres', q{CALL confiture.sync('prod', '{public.things}', rebuild_indexes => true)});
		ok($status == 0 ? $out =~ /\|done\|/ : $err =~ /duplicate key|reached maximum value|integer out of range/, "$sequence at $value: a run is done, or fails before it begins") or diag("$status $out $err");
		is(here($image), $right, '... and the rows are as before');
		is(here(q{SELECT count(*) FROM confiture.set_aside WHERE restored_at IS NULL}), '0', '... with nothing off the table');
		here("SELECT setval('$sequence', greatest($was, 1000))");
	}
}
like(here(q{CALL confiture.sync('prod', '{public.things}')}), qr/\|done\|/, 'set right, runs are done');
done_testing();
