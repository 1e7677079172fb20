# Roles with much and roles with little: all EXECUTE grants and no table, the right to signal, to watch, and a name that was
# another's.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub as { my ($role, $sql) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]); return ($status, $out, $err) }
ConfitureTest::add_role($source, $target, $_, 'secret') for qw(nobody_much boss);
here('CREATE ROLE signaller LOGIN; GRANT pg_signal_backend TO signaller; CREATE ROLE watcher LOGIN; GRANT pg_monitor TO watcher;
	GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO nobody_much, boss, signaller, watcher');
there(q{CREATE TABLE things (id int PRIMARY KEY, v text); INSERT INTO things SELECT i, 'canary' || i FROM generate_series(1, 100) i;
	CREATE TABLE last (id int PRIMARY KEY); INSERT INTO last VALUES (1);
	GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC});
here(q{CREATE TABLE things (id int PRIMARY KEY, v text); INSERT INTO things VALUES (0, 'old'); CREATE INDEX things_v ON things (v);
	CREATE FUNCTION gate(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN true; END $$;
	CREATE TABLE last (id int PRIMARY KEY CHECK (gate(id)));
	SELECT confiture.set_rule('things', 'v', 'hash')});
my $state = q{SELECT (SELECT string_agg(t::text, ',') FROM things t), (SELECT string_agg(r::text, ',') FROM confiture.rule r), (SELECT count(*) FROM confiture.filter), confiture.key_id(),
	(SELECT string_agg(state, ',' ORDER BY run_id) FROM confiture.runs WHERE state <> 'refused'), (SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass)};

# A run of the superuser that waits for somebody.
sub interrupted_run
{
	my ($role, $server) = @_;
	my $gate = $target->background_psql('postgres');
	$gate->query_safe('SELECT pg_advisory_lock(42)');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), $role ? ('-U', $role) : (), '-c',
			qq{CALL confiture.sync('$server', '{public.things,public.last}', jobs => 1, rebuild_indexes => true)} ],
		'<', \undef, '>', \my $out, '2>', \my $err);
	my $waits = q{SELECT %s FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted};
	$target->poll_query_until('postgres', sprintf $waits, 'count(*) > 0') or die "no run waits at the gate: $err";
	return ($gate, $run, sub { here(sprintf $waits, 'pg_terminate_backend(pid)'); eval { $run->finish }; $gate->quit; return here('SELECT max(run_id) FROM confiture.run') });
}

# ---- While a run of the superuser is at work

my ($gate, $client, $end) = interrupted_run(undef, 'prod');
my $run = here('SELECT max(run_id) FROM confiture.run');
for my $role (qw(signaller nobody_much watcher))
{
	for my $function (qw(pg_cancel_backend pg_terminate_backend))
	{
		my ($status, $out, $err) = as($role, qq{SELECT $function(leader_pid) FROM (SELECT DISTINCT pid AS leader_pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted) l});
		ok($status != 0 && $err =~ /42501/, "$role: no $function() of a superuser's worker") or diag("$status $out $err");
	}
	my ($status, $out, $err) = as($role, "SELECT confiture.cancel($run)");
	ok($status != 0 && $err =~ /42501|42704|P0002|02000|22023/, "$role: nor confiture.cancel()") or diag("$status $out $err");
	($status, $out, $err) = as($role, "CALL confiture.work($run)");
	ok($status != 0, "$role: nor confiture.work()") or diag("$status $out $err");
	is((as($role, "SELECT count(*) FROM confiture.runs"))[1], $role eq 'watcher' ? '1' : '0', "$role: sees as many runs as it may");
}
$run = $end->();

# ---- Once it waits to be resumed

my $before = here($state);
for my $role (qw(nobody_much signaller watcher))
{
	for my $sql (
		"CALL confiture.resume($run)", "SELECT confiture.restore_indexes($run)", "CALL confiture.work($run)", "SELECT confiture.cancel($run)",
		q{SELECT confiture.sync_table('prod_tcp', 'things')}, q{SELECT confiture.sync_table('prod_tcp', 'things', mode => 'append')}, q{SELECT confiture.sync_table('prod_tcp', 'things', mode => 'upsert')},
		q{CALL confiture.sync('prod_tcp', '{public.things}')}, q{CALL confiture.sync('prod_tcp', '{public.things}', atomic => true)}, q{CALL confiture.sync('prod_tcp', '{public.things}', detach => true)},
		q{SELECT confiture.set_rule('things', 'v', 'redact')}, q{SELECT confiture.keep('things', 'v')}, q{SELECT confiture.drop_rule('things', 'v')}, q{SELECT confiture.set_filter('things', 'true')},
		'SELECT confiture.rotate_key()', q{SELECT confiture.set_key('\x' || repeat('00', 32))}, q{SELECT confiture.set_key(decode(repeat('00', 32), 'hex'))},
		q{SELECT confiture.check_server('prod')}, q{SELECT * FROM confiture.masking_key}, 'SELECT * FROM confiture.run', 'UPDATE confiture.chunk SET state = state')
	{
		my ($status, $out, $err) = as($role, $sql);
		ok($status != 0, "$role: refused $sql") or diag($out);
		is(here($state), $before, '... and nothing is changed');
	}
	# A setting that is not known yet, because the library is loaded later in the session.
	is((as($role, q{SET client_min_messages = error; SET confiture.policy = 'off'; SELECT length(confiture.key_id()); SHOW confiture.policy}))[1], "16\nguard", "$role: has no policy of its own");
	# Another's table is no business of a plan's either.
	for my $sql (q{SELECT * FROM confiture.preview('prod_tcp', 'things', policy => 'off')}, q{SELECT * FROM confiture.plan('prod_tcp', 'things')})
	{
		my ($status, $out, $err) = as($role, $sql);
		unlike("$out$err", qr/canary/, "$role: no raw value by $sql");
	}
	# restore_indexes() of all runs there are leaves those of others.
	as($role, 'SELECT confiture.restore_indexes()');
	is(here($state), $before, "$role: restore_indexes() of all is no way either");
}
is((as('nobody_much', q{SELECT count(*) FROM confiture.runs WHERE state <> 'refused'}))[1], '0', 'runs of others are not seen');
here('SELECT confiture.restore_indexes()');

# ---- A new role of an old one's name

here('ALTER TABLE things OWNER TO boss; ALTER TABLE last OWNER TO boss; GRANT CREATE, USAGE ON SCHEMA public TO boss');
(undef, undef, $end) = interrupted_run('boss', 'prod_tcp');
$run = $end->();
is((as('boss', q{SELECT count(*) FROM confiture.runs WHERE state <> 'refused'}))[1], '1', 'a role sees its run');
here('ALTER TABLE things OWNER TO CURRENT_USER; ALTER TABLE last OWNER TO CURRENT_USER; DROP OWNED BY boss; DROP ROLE boss;
	CREATE ROLE boss LOGIN; GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO boss; GRANT USAGE ON FOREIGN SERVER prod_tcp TO boss;
	CREATE USER MAPPING FOR boss SERVER prod_tcp OPTIONS (user $$boss$$, password $$secret$$);
	ALTER TABLE things OWNER TO boss; ALTER TABLE last OWNER TO boss' =~ s/\$\$/'/gr);
is((as('boss', q{SELECT count(*) FROM confiture.runs WHERE state <> 'refused'}))[1], '0', 'a new role of that name does not');
for my $sql ("CALL confiture.resume($run)", "SELECT confiture.restore_indexes($run)", "SELECT confiture.cancel($run)", "CALL confiture.work($run)")
{
	my ($status, $out, $err) = as('boss', $sql);
	ok($status != 0, "nor leads it: $sql") or diag($out, $err);
}
is(here("SELECT count(*) > 0 FROM confiture.set_aside WHERE run_id = $run AND restored_at IS NULL"), 't', 'what was set aside waits for those who may');
cmp_ok(here("SELECT confiture.restore_indexes($run)"), '>', 0, 'a superuser puts it back');
done_testing();
