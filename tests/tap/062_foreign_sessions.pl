# Foreign tables and what happens to sessions: options that change, cancel, termination, lost connections, timeouts, a hot
# standby as the target, partitions, dropped columns.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep time);

my ($source, $target) = ConfitureTest::clusters(target_conf => "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\n");
sub value { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }

there(q{
	CREATE TABLE t (id int PRIMARY KEY, v text, gone int);
	INSERT INTO t SELECT i, 'v' || i, i FROM generate_series(1, 200000) i;
	CREATE VIEW slow AS SELECT i AS id, pg_sleep(0.05 * i)::text AS nap FROM generate_series(1, 400) i;
	CREATE VIEW halting AS SELECT i AS id, repeat('x', 9000) || CASE WHEN i > 3 THEN pg_sleep(30)::text ELSE '' END AS pad FROM generate_series(1, 400) i;
	CREATE TABLE base (id int); CREATE TABLE derived (more int) INHERITS (base); INSERT INTO base VALUES (1); INSERT INTO derived VALUES (2, 3);
	ANALYZE});
value(q{
	CREATE SCHEMA live;
	IMPORT FOREIGN SCHEMA public FROM SERVER prod INTO live;
	SELECT confiture.set_rule('live.t', 'v', 'hash')});
my $busy = q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'confiture' AND state <> 'idle'};
my $all = q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'confiture'};
my $connections = 'SELECT server_name, valid, in_transaction, reading FROM confiture.connections';

# ---- options that change
my $session = $target->background_psql('postgres', on_error_stop => 0);
is($session->query_safe('SELECT count(*) FROM live.t'), 200000, 'a session reads');
is($session->query_safe($connections), 'prod|t|f|f', 'and keeps its connection');
my $pid = there(q{SELECT pid FROM pg_stat_activity WHERE application_name = 'confiture'});
value(q{ALTER SERVER prod OPTIONS (ADD connect_timeout '9')});
is($session->query_safe('SELECT count(*) FROM live.t WHERE id < 5'), 4, 'another option');
isnt(there(q{SELECT pid FROM pg_stat_activity WHERE application_name = 'confiture'}), $pid, '... is another connection');
$session->query_safe('BEGIN; DECLARE c CURSOR FOR SELECT id FROM live.t; FETCH 1 FROM c');
value(q{ALTER SERVER prod OPTIONS (SET connect_timeout '8')});
is($session->query_safe("FETCH 1 FROM c; $connections"), "2\nprod|f|t|t", 'within a transaction the old connection serves');
is($session->query_safe("COMMIT; $connections"), '', '... and ends with it');
value(q{CREATE ROLE other; GRANT USAGE ON SCHEMA live TO other; GRANT SELECT ON live.t TO other});
ConfitureTest::fails_like($target, 'SET ROLE other; SELECT count(*) FROM live.t', [qr/user mapping not found for (?:user )?"other"/], 'no mapping, no rows');
is($session->query_safe("SELECT count(*) FROM live.t WHERE id = 1"), 1, 'again');
my $mapping = value(q{SELECT format('CREATE USER MAPPING FOR CURRENT_USER SERVER prod OPTIONS (user %L)', umoptions[1]) FROM pg_user_mappings WHERE srvname = 'prod'});
$mapping =~ s/user=//;
value('DROP USER MAPPING FOR CURRENT_USER SERVER prod');
$session->query('SELECT count(*) FROM live.t WHERE id = 1');
like($session->{stderr}, qr/user mapping not found/, 'a dropped mapping reads no more');
$session->{stderr} = '';
value($mapping);
is($session->query_safe("SELECT count(*) FROM live.t WHERE id = 1"), 1, 'and a new one does');
# Who the connection is for may change without any option: a mapping that comes before PUBLIC's, a superuser who is none any more.
value('DROP USER MAPPING FOR CURRENT_USER SERVER prod; ' . $mapping =~ s/CURRENT_USER/PUBLIC/r);
is($session->query_safe("SELECT count(*) FROM live.t WHERE id = 1"), 1, 'by the mapping of PUBLIC');
value($mapping =~ s/user '\w+'/user 'nobody_there'/r);
$session->query('SELECT count(*) FROM live.t WHERE id = 1');
like($session->{stderr}, qr/could not connect to server "prod"/, "... until there is the role's own");
$session->{stderr} = '';
value('DROP USER MAPPING FOR CURRENT_USER SERVER prod; CREATE ROLE admin SUPERUSER LOGIN');
my $admin = $target->background_psql('postgres', on_error_stop => 0, extra_params => [ '-U', 'admin' ]);
is($admin->query_safe('SELECT count(*) FROM live.t WHERE id = 1'), 1, 'a superuser needs no password');
value('ALTER ROLE admin NOSUPERUSER; GRANT USAGE ON SCHEMA live TO admin; GRANT SELECT ON live.t TO admin; GRANT USAGE ON FOREIGN SERVER prod TO admin');
$admin->query('SELECT count(*) FROM live.t WHERE id = 1');
like($admin->{stderr}, qr/password/, '... and does as another');
$admin->quit;
value("DROP USER MAPPING FOR PUBLIC SERVER prod; $mapping");
is($session->query_safe("SELECT count(*) FROM live.t WHERE id = 1"), 1, 'as before');

# ---- a second scan in the midst of one
$session->query_safe(q{CREATE FUNCTION below(int) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(v) FROM live.t WHERE id < $1';
	CREATE FUNCTION calm(int) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(v) FROM live.t WHERE id < $1); END'});
is($session->query_safe($_->[0]), $_->[1], "a scan within a scan: $_->[0]") for (
	[ 'SELECT below(id) FROM live.t WHERE id < 4', "0\n1\n2" ], [ 'SELECT calm(id) FROM live.t WHERE id < 4 LIMIT 2', "0\n1" ],
	[ 'SELECT id FROM live.t WHERE below(id) = 2 LIMIT 1', 3 ],
	[ q{SELECT (xpath('//count/text()', query_to_xml('SELECT count(v) FROM live.t WHERE id < ' || id, true, false, '')))[1] FROM live.t WHERE id = 3}, 2 ],
	[ q{DO $$ DECLARE r record; n int = 0; BEGIN FOR r IN SELECT id FROM live.t WHERE id < 4 LOOP n = n + below(r.id); END LOOP; ASSERT n = 3; END $$}, '' ],
	[ 'SELECT (SELECT v FROM live.t WHERE id = a.id) IS NULL FROM live.t a WHERE id = 2', 'f' ], [ 'SELECT v IS NULL FROM live.t WHERE id = 2', 'f' ]);
is($session->query_safe($connections), "prod|t|f|f\nprod|t|f|f", '... by a second connection');

# ---- a scan that ends before its rows do: the source stops too
foreach my $early ([ 'LIMIT', 'SELECT id FROM live.halting WHERE length(pad) > 5 LIMIT 2', "1\n2" ], [ 'EXISTS', 'SELECT EXISTS (SELECT pad FROM live.halting WHERE length(pad) > 5)', 't' ],
	[ 'a cursor that is closed', 'BEGIN; DECLARE c CURSOR FOR SELECT id, length(pad) FROM live.halting; FETCH 1 FROM c; CLOSE c; SELECT count(*) FROM live.t WHERE id < 3; COMMIT', "1|9000\n2" ],
	[ 'a block that is rolled back', 'BEGIN; SAVEPOINT s; DECLARE c CURSOR FOR SELECT id, length(pad) FROM live.halting; FETCH 1 FROM c; ROLLBACK TO s; SELECT count(*) FROM live.t WHERE id < 3; COMMIT', "1|9000\n2" ],
	[ 'a join that has its row', 'SELECT a.id FROM live.halting a, LATERAL (SELECT 1 FROM live.t WHERE t.id = a.id AND length(a.pad) > 5 LIMIT 1) b LIMIT 1', 1 ])
{
	my ($title, $sql, $rows) = @$early;
	my $began = time;
	is($session->query_safe($sql), $rows, $title);
	ok($source->poll_query_until('postgres', "SELECT ($busy) = 0"), '... nothing goes on at the source');
	cmp_ok(time - $began, '<', 12, '... soon');
}

# ---- what ends a scan
sub ended
{
	my ($title, $statements, $like) = @_;
	$session->{stderr} = '';
	my $began = time;
	$session->query($statements);
	like($session->{stderr}, $like, $title);
	cmp_ok(time - $began, '<', 8, '... soon');
	$session->query('ROLLBACK');
	$session->{stderr} = '';
	is($session->query_safe('SELECT count(*) FROM live.t WHERE id < 3'), 2, '... and the session reads on');
	ok($source->poll_query_until('postgres', "SELECT ($busy) = 0"), '... nothing goes on at the source');
	return;
}
ended('statement_timeout', q{SET statement_timeout = 300; SELECT * FROM live.slow; }, qr/canceling statement due to statement timeout/);
$session->query('RESET statement_timeout');
my $backend = $session->query_safe('SELECT pg_backend_pid()');
sub later { my ($sql) = @_; my $pid = fork // die; return $pid if $pid; usleep 400_000; $target->psql('postgres', $sql); require POSIX; POSIX::_exit(0) }
my $child = later("SELECT pg_cancel_backend($backend)");
ended('a cancel', 'SELECT * FROM live.slow', qr/canceling statement due to user request/);
waitpid $child, 0;
ended('an error half-way', 'SELECT 1 / (id - 1000) FROM live.t', qr/division by zero/);
ended('an error of the source', 'BEGIN; SELECT count(*) FROM live.slow WHERE id < 2; SAVEPOINT s; SELECT 1 / 0', qr/division by zero/);
$session->query_safe('BEGIN; DECLARE c CURSOR FOR SELECT id FROM live.t; FETCH 1 FROM c');
there(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'confiture'});
ended('a lost connection', 'FETCH ALL FROM c', qr/prod/);
$session->query_safe('BEGIN; SELECT count(*) FROM live.t WHERE id < 3');
there(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'confiture'});
ended('a lost snapshot', 'SELECT count(*) FROM live.t', qr/prod/);
$session->query_safe('BEGIN; DECLARE c CURSOR FOR SELECT id FROM live.t; FETCH 1 FROM c');
$source->restart;
ended('a restart of the source', 'FETCH ALL FROM c', qr/prod/);
is($session->query_safe(q{BEGIN; DECLARE c CURSOR FOR SELECT id FROM live.t ORDER BY id; FETCH 1 FROM c; SAVEPOINT a; DECLARE d CURSOR FOR SELECT id FROM live.t WHERE id > 9 ORDER BY id; FETCH 1 FROM d;
	ROLLBACK TO a; MOVE 4 FROM c; FETCH 1 FROM c; COMMIT}), "1\n10\n6", 'cursors and savepoints');
$child = later("SELECT pg_terminate_backend($backend)");
eval { $session->query('SELECT * FROM live.slow') };
waitpid $child, 0;
ok($source->poll_query_until('postgres', "SELECT ($all) = 0"), 'a terminated session leaves nothing at the source');
eval { $session->quit };

# ---- as a partition, with dropped columns
value(q{
	CREATE TABLE parts (id int, v text, more int DEFAULT 3) PARTITION BY RANGE (id);
	CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM (1000000) TO (2000000);
	INSERT INTO parts VALUES (1000001, 'here');
	ALTER TABLE parts DROP more;
	CREATE FOREIGN TABLE live.parts_live (waste int, v text, id int) SERVER prod OPTIONS (schema_name 'public', table_name 't');
	ALTER FOREIGN TABLE live.parts_live DROP waste;
	SELECT confiture.set_rule('live.parts_live', 'v', 'hash');
	ALTER TABLE parts ATTACH PARTITION live.parts_live FOR VALUES FROM (1) TO (1000000);
	ALTER FOREIGN TABLE live.t DROP gone});
is(value('SELECT count(*), max(id) FROM parts'), '200001|1000001', 'a partition of a local table');
is(value('SELECT v = confiture.hash($$v17$$) FROM parts WHERE id = 17'), 't', '... by a condition');
is(value('SELECT id FROM live.base; SELECT id, more FROM live.derived'), "1\n2|3", 'of tables that inherit, each has its own rows, as in a sync');
is(value('SELECT * FROM live.t WHERE id = 5') eq '5|' . value('SELECT confiture.hash($$v5$$)'), 1, 'a dropped column');
ConfitureTest::fails_like($target, $_->[0], [ $_->[1] ], "refused: $_->[0]") for (
	[ q{INSERT INTO parts VALUES (5, 'x')}, qr/cannot insert into foreign table/ ],
	[ q{COPY parts FROM PROGRAM 'echo 5,x' (FORMAT csv)}, qr/cannot insert into foreign table/ ],
	[ q{UPDATE parts SET v = 'x' WHERE id = 5}, qr/cannot update foreign table/ ],
	[ q{DELETE FROM parts}, qr/cannot delete from foreign table/ ],
	[ q{TRUNCATE parts}, qr/cannot truncate foreign table/ ]);

# ---- a standby of the target reads as well
append_to_file($target->data_dir . '/pg_hba.conf', "local replication all trust\n");
$target->reload;
$target->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($target, 'copy', has_streaming => 1);
$standby->start;
is($standby->safe_psql('postgres', 'SELECT v FROM live.t WHERE id = 5'), value('SELECT confiture.hash($$v5$$)'), 'a hot standby shows the same');
is($standby->safe_psql('postgres', 'SELECT count(*), count(DISTINCT a.v) FROM live.t a JOIN live.t b USING (id) WHERE a.id < 100'), '99|99', '... in joins');
unlike(slurp_file($target->logfile), qr/was terminated by signal|TRAP:|leak/, 'no backend crashed, nothing leaked');
done_testing;
