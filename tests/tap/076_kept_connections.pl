# Syncs leave their connection to the session, and find it again: only where nothing has changed, and with nothing of the call
# before in it.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $superuser = ConfitureTest::superuser($source);
$source->safe_psql('postgres', q{
	CREATE TABLE items (id int PRIMARY KEY, note text); INSERT INTO items SELECT i, 'note ' || i FROM generate_series(1, 20) i;
	CREATE TABLE parts (id int PRIMARY KEY); INSERT INTO parts SELECT generate_series(1, 5);
	CREATE TABLE broad (id int PRIMARY KEY, note text); INSERT INTO broad VALUES (1, repeat('x', 2000000));
	CREATE ROLE reader LOGIN; CREATE ROLE other_reader LOGIN; GRANT SELECT ON items TO reader, other_reader;
	CREATE FUNCTION litter() RETURNS bool LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM pg_advisory_lock(42), set_config('role', 'reader', false), set_config('search_path', 'nowhere', false), set_config('work_mem', '1234kB', false);
		EXECUTE 'PREPARE objection AS SELECT 1';
		RETURN true;
	END $$;
	CREATE VIEW littering AS SELECT id, note FROM items WHERE id > 1 OR litter()});
$target->safe_psql('postgres', qq{
	CREATE TABLE items (id int PRIMARY KEY, note text); CREATE TABLE loose (id int, note text); CREATE TABLE parts (id int PRIMARY KEY); CREATE TABLE broad (id int PRIMARY KEY, note text);
	CREATE SCHEMA live; CREATE FOREIGN TABLE live.items (id int) SERVER prod OPTIONS (schema_name 'public', table_name 'items');
	CREATE FOREIGN TABLE live.littering (id int) SERVER prod OPTIONS (schema_name 'public'); CREATE FOREIGN TABLE live.parts (id int) SERVER prod OPTIONS (schema_name 'public');
	CREATE SERVER shared FOREIGN DATA WRAPPER confiture OPTIONS (host '@{[$source->host]}', port '@{[$source->port]}', dbname 'postgres');
	CREATE USER MAPPING FOR PUBLIC SERVER shared OPTIONS (user 'reader')});

sub there { return $source->safe_psql('postgres', $_[0]) }
# Of the connections on the source, those that do nothing and hold nothing.
my $idle = q{SELECT string_agg(pid || '', ',' ORDER BY backend_start) FROM pg_stat_activity WHERE application_name = 'confiture' AND state = 'idle'};
my $open = q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'confiture'};
sub idle
{
	my ($number) = @_;
	$source->poll_query_until('postgres', "SELECT ($open) = $number AND count(*) = $number FROM pg_stat_activity WHERE application_name = 'confiture' AND state = 'idle' AND backend_xmin IS NULL")
	  or die "not $number connections";
	return there($idle);
}
my $session = $target->background_psql('postgres', on_error_stop => 0);
my $policy = q{policy => 'off'};
sub sync { return $session->query_safe(sprintf q{SELECT rows FROM confiture.sync_table('%s', 'items', policy => 'off')}, $_[0] // 'prod') }
my $connections = 'SELECT server_name, user_name, valid, in_transaction, reading FROM confiture.connections';

# ---- one call after the other
is(sync(), 20, 'a sync');
is($session->query_safe($connections), "prod|$superuser|t|f|f", '... keeps its connection');
my $pid = idle(1);
there('INSERT INTO items VALUES (21)');
is(sync(), 21, 'the next one sees what came meanwhile');
is($session->query_safe("SELECT count(*) FROM confiture.plan('prod', 'items', $policy)"), 2, 'a plan');
is($session->query_safe('SELECT count(*) FROM live.items'), 21, 'and a scan of a foreign table');
is($session->query_safe("BEGIN; SELECT count(*) FROM live.items; SELECT rows FROM confiture.sync_table('prod', 'parts', $policy); SELECT count(*) FROM live.items; COMMIT"), "21\n5\n21", 'a sync amid scans');
like(idle(2), qr/\b$pid\b/, '... has its own, and the first is the same as ever');
like($session->query_safe("CALL confiture.sync('prod', '{public.items,public.parts}', $policy, jobs => 1)"), qr/\|done\|2\|26\|/, 'a run');
like($session->query_safe("CALL confiture.sync('prod', '{public.items,public.parts}', $policy, jobs => 1)"), qr/\|done\|2\|26\|/, 'and another');
like(idle(2), qr/\b$pid\b/, '... by the same connections');

# ---- what a call leaves behind
is($session->query_safe("SELECT rows FROM confiture.sync_table('prod', 'loose', source_relation => 'public.littering', $policy)"), 21, 'a view that changes the session');
idle(2);
is(there(q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), 0, '... leaves no lock');
is($session->query_safe("SELECT rows FROM confiture.sync_table('prod', 'parts', filter => \$\$current_setting('work_mem') <> '1234kB' AND current_setting('role') = 'none'\$\$, $policy)"),
	5, '... no setting, no role and no prepared statement');
is($session->query_safe('SELECT count(*) FROM live.littering'), 21, 'a scan of that view');
is($session->query_safe("SELECT rows FROM confiture.sync_table('prod', 'parts', $policy)"), 5, '... leaves none to a sync either');
is($session->query_safe('SELECT count(*) FROM live.littering; SELECT count(*) FROM live.parts'), "21\n5", '... nor to another scan');

# ---- what ends a connection
$session->query("SELECT confiture.sync_table('prod', 'items', filter => 'id / 0 = 1', $policy)");
like($session->{stderr}, qr/reading rows failed/, 'an error');
$session->{stderr} = '';
idle(1);
is(sync(), 21, '... closes it, and the next call has another');
is($session->query_safe("SELECT rows FROM confiture.sync_table('prod', 'broad', $policy)"), 1, 'a large value');
is($session->query_safe('SELECT count(*) FROM confiture.connections'), 0, '... leaves no large buffer');
sync();
$pid = idle(1);
$target->safe_psql('postgres', q{ALTER SERVER prod OPTIONS (ADD connect_timeout '9')});
is(sync(), 21, 'another option');
isnt(idle(1), $pid, '... is another connection');
$session->query_safe("ALTER SERVER prod OPTIONS (ADD keep_connections 'off')");
is(sync(), 21, 'keep_connections off');
idle(0);
$session->query_safe("ALTER SERVER prod OPTIONS (SET keep_connections 'on')");
sync();
$source->restart;
is(sync(), 21, 'the source was restarted meanwhile');
$session->query_safe('DROP FOREIGN TABLE live.items, live.littering, live.parts; DROP USER MAPPING FOR CURRENT_USER SERVER prod; DROP SERVER prod');
idle(0);
pass('a dropped server has no connections');

# ---- whose it is
sub readers { return there(q{SELECT string_agg(usename, ',') FROM pg_stat_activity WHERE application_name = 'confiture'}) }
is(sync('shared'), 21, 'by the mapping of PUBLIC');
idle(1);
is(readers(), 'reader', '... as its user');
$target->safe_psql('postgres', q{CREATE USER MAPPING FOR CURRENT_USER SERVER shared OPTIONS (user 'other_reader')});
is(sync('shared'), 21, 'by a mapping of the role, made meanwhile');
idle(1);
is(readers(), 'other_reader', '... as that one\'s user');
$target->safe_psql('postgres', q{
	CREATE ROLE chief SUPERUSER; CREATE USER MAPPING FOR chief SERVER shared OPTIONS (user 'reader'); GRANT USAGE ON FOREIGN SERVER shared TO chief; GRANT SET ON PARAMETER confiture.policy TO chief;
	GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO chief; ALTER TABLE items OWNER TO chief});
$session->query_safe('SET ROLE chief');
is(sync('shared'), 21, 'a superuser without a password');
$target->safe_psql('postgres', 'ALTER ROLE chief NOSUPERUSER');
$session->query("SELECT confiture.sync_table('shared', 'items', $policy)");
like($session->{stderr}, qr/password is required/, '... who is none any more has no connection either');
$session->{stderr} = '';
$target->safe_psql('postgres', 'REVOKE USAGE ON FOREIGN SERVER shared FROM chief');
$session->query("SELECT confiture.sync_table('shared', 'items', $policy)");
like($session->{stderr}, qr/permission denied for foreign server/, 'USAGE is asked for with each call');
$session->{stderr} = '';
$session->quit;
ok($source->poll_query_until('postgres', "SELECT ($open) = 0"), 'with the session its connections end');
unlike(slurp_file($source->logfile), qr/Connection reset by peer|canceling statement/, '... in good order');
done_testing;
