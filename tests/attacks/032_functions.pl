# Strategy function: a function of the target is given raw values, and nothing that it does takes them anywhere but into its
# result. Every log is on; each function leaks what begins with `canary`, so that the plan's invented values do not show it.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $dir = PostgreSQL::Test::Utils::tempdir;
my ($source, $target) = ConfitureTest::clusters(target_conf => ConfitureTest::every_log() . "max_worker_processes = 10\ntrack_functions = all\nlog_min_messages = debug1\n" . join '', map { "debug_print_$_ = off\n" } qw(parse rewritten plan));
my $superuser = ConfitureTest::superuser($target);
sub here { return $target->safe_psql('postgres', $_[0]) }

sub error_of { return $_[0] =~ /(ERROR: .{0,800})/s ? $1 : '' }

# Returns (status, all that the client was told).
sub told
{
	my ($sql, $role) = @_;
	my ($out, $err) = ('', '');
	my $status = $target->psql('postgres', "SET client_min_messages = debug5;\n\\set VERBOSITY verbose\n\\set SHOW_CONTEXT always\nLISTEN leak;\n$sql", stdout => \$out, stderr => \$err, on_error_stop => 1, extra_params => [ '-U', $role // $superuser ]);
	return ($status, "$out\n$err");
}

sub refused
{
	my ($sql, $pattern, $name, $role) = @_;
	my ($status, $words) = told($sql, $role);
	ok($status != 0 && $words =~ $pattern, "$name: refused") or diag("status $status, expected $pattern:\n" . error_of($words));
	unlike($words, qr/canary\d|ARY\d/, "$name: and nothing told");
	return $words;
}

$source->safe_psql('postgres', q{CREATE TABLE people (id int PRIMARY KEY, v text); INSERT INTO people SELECT i, 'canary' || i FROM generate_series(1, 50) i});
here(qq{
	CREATE EXTENSION pg_stat_statements;
	CREATE TABLE people (id int PRIMARY KEY, v text);
	CREATE TABLE loot (what text); GRANT ALL ON loot TO PUBLIC;
	CREATE SEQUENCE numbers; GRANT ALL ON numbers TO PUBLIC;
	CREATE SCHEMA masks; GRANT USAGE ON SCHEMA masks TO PUBLIC;
	CREATE FUNCTION masks.store(v text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS \$\$ BEGIN INSERT INTO public.loot VALUES (v); RETURN v; END \$\$;
	CREATE FUNCTION masks.innocent(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS \$\$ BEGIN INSERT INTO public.loot VALUES (v); RETURN v; END \$\$;
	CREATE FUNCTION masks.inlined(v text) RETURNS text IMMUTABLE LANGUAGE sql AS \$\$ SELECT upper(v) \$\$;
	CREATE FUNCTION masks.liar(v text) RETURNS text IMMUTABLE LANGUAGE sql AS \$\$ SELECT v || pg_notify('leak', v) \$\$;
	CREATE DOMAIN seen AS text CHECK (masks.innocent(VALUE) IS NOT NULL);
	SET session_replication_role = replica});
my $dblink = $target->psql('postgres', 'CREATE EXTENSION dblink') == 0;

sub function
{
	my ($name, $body, %options) = @_;
	here("CREATE OR REPLACE FUNCTION masks.$name(v text) RETURNS text " . ($options{volatility} // 'IMMUTABLE') . qq{ LANGUAGE plpgsql AS \$f\$
		DECLARE r text; n bigint;
		BEGIN
			IF v LIKE 'canary%' THEN $body END IF;
			RETURN 'masked ' || md5(v);
		END \$f\$;
		SELECT confiture.set_rule('people', 'v', 'function', '{"function": "masks.$name"}')});
	return;
}
my $sync = q{SELECT confiture.sync_table('prod', 'people');};
my $run = q{CALL confiture.sync('prod', '{public.people}', jobs => 2);};

# ---- What is dropped

my @says = map { (my $level = $_) =~ s/ .*//; [ "a $_", "RAISE $level 'was given %', v USING DETAIL = v, HINT = v;" ] } qw(DEBUG INFO NOTICE WARNING LOG);
push @says, [ 'an error of its own that it handles', q{BEGIN RAISE EXCEPTION '%', v; EXCEPTION WHEN others THEN r := v; END;} ], [ 'a statement of its own making', q{EXECUTE format('SELECT %L || %L AS %I', v, v, v) INTO r; EXECUTE 'SELECT $1' INTO r USING v;} ],
  [ 'a plan of its own making, which is printed', q{EXECUTE format('SELECT count(*) FROM generate_series(1, 2) u(%I) WHERE %L <> $1', v, v) INTO n USING v;} ], [ 'an assertion that holds', q{ASSERT v IS NOT NULL, v;} ];
for my $way (@says)
{
	function('says', $way->[1]);
	for my $sql ($sync, $run)
	{
		my $prints = $way->[0] =~ /printed/ ? 'SET debug_print_parse = on; SET debug_print_rewritten = on; SET debug_print_plan = on;' : '';
		my ($status, $words) = told("$prints $sql");
		is($status, 0, "$way->[0]: loaded") or diag(error_of($words));
		unlike($words, qr/canary\d/, "$way->[0]: not told");
		is(here(q{SELECT count(*) FROM people WHERE v LIKE 'masked%'}), '50', "$way->[0]: masked");
	}
}

# ---- What is an error

my @words = map { [ "an error with the value as $_", 'RAISE EXCEPTION ' . ($_ eq 'MESSAGE' ? '' : "'no' ") . "USING $_ = v;", qr/P0001: function masks\.says failed.*withheld.*column v of people, row 1/s ] } qw(MESSAGE DETAIL HINT COLUMN CONSTRAINT DATATYPE TABLE SCHEMA);
push @words, [ 'an error under another class', q{RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = v;}, qr/P0001: function masks\.says failed/ ], [ 'an error whose class has the value', q{RAISE EXCEPTION USING ERRCODE = upper(right(v, 5));}, qr/P0001: function masks\.says failed/ ], [ 'a type that does not take it', 'n := v;', qr/22P02: function masks\.says failed/ ],
  [ 'a name that is none', q{EXECUTE format('SELECT %I', v);}, qr/42703: function masks\.says failed/ ], [ 'an assertion', 'ASSERT false, v;', qr/P0004: function masks\.says failed/ ];
my $watched = qr/42501: function masks\.says, which is given raw values, /;
my $readonly = qr/0A000: function masks\.says failed|25006: /;
push @words, [ 'an INSERT', 'INSERT INTO public.loot VALUES (v);', $readonly ], [ 'COPY TO PROGRAM', qq{EXECUTE format('COPY (SELECT %L) TO PROGRAM %L', v, 'cat > $dir/loot');}, $readonly ], [ 'a file', qq{EXECUTE format('COPY (SELECT %L) TO %L', v, '$dir/loot');}, $readonly ],
  [ 'a temporary table', q{EXECUTE format('CREATE TEMP TABLE t AS SELECT %L', v);}, $readonly ], [ 'NOTIFY', q{EXECUTE format('NOTIFY leak, %L', v);}, $readonly ], [ 'SET', q{EXECUTE format('SET app.leak = %L', v);}, $readonly ],
  [ 'a comment', q{EXECUTE format('COMMENT ON TABLE public.loot IS %L', v);}, $readonly ], [ 'a prepared statement', q{EXECUTE format('PREPARE p AS SELECT %L', v);}, $readonly ], [ 'a row lock', q{PERFORM FROM public.loot FOR UPDATE;}, qr/0A000|25006|$watched/ ],
  [ 'DO', q{EXECUTE format('DO %L', format('BEGIN RAISE NOTICE %L; END', v));}, $readonly ], [ 'CALL', q{EXECUTE 'CALL confiture.sync(''prod'')';}, $readonly ],
  (map { [ $_->[0], $_->[1], qr/$watched.*calls \Q$_->[2]\E\(\), which is VOLATILE/ ] } [ 'pg_notify()', q{r := pg_notify('leak', v);}, 'pg_catalog.pg_notify' ], [ 'pg_notify() in a statement', q{PERFORM pg_notify('leak', v) FROM generate_series(1, 1);}, 'pg_catalog.pg_notify' ], [ 'set_config()', q{r := set_config('app.leak', v, false);}, 'pg_catalog.set_config' ],
	[ 'nextval()', q{n := nextval('public.numbers');}, 'pg_catalog.nextval' ], [ 'an advisory lock', q{PERFORM pg_advisory_xact_lock(hashtext(v));}, 'pg_catalog.pg_advisory_xact_lock' ], [ 'a large object', q{n := lo_from_bytea(0, v::bytea);}, 'pg_catalog.lo_from_bytea' ],
	[ 'a message in the log of changes', q{PERFORM pg_logical_emit_message(false, 'leak', v);}, 'pg_catalog.pg_logical_emit_message' ], [ 'a query as XML', q{PERFORM query_to_xml(format('SELECT %L', v), true, true, '');}, 'pg_catalog.query_to_xml' ], [ 'a function that stores it', q{r := masks.store(v);}, 'masks.store' ]),
  [ 'a function of users that says it is IMMUTABLE', q{r := masks.innocent(v);}, qr/$watched.*calls masks\.innocent\(\), which is neither the server's nor an extension's/ ], [ 'one that the planner would write into the statement', q{r := masks.inlined(v);}, qr/$watched.*calls masks\.inlined\(\)/ ],
  [ 'one in a query', q{SELECT masks.liar(v) INTO r FROM generate_series(1, 1);}, qr/$watched.*calls masks\.liar\(\)/ ], [ 'a table', q{SELECT what INTO r FROM public.loot WHERE what = v;}, qr/$watched.*reads a relation/ ], [ 'a catalog', q{PERFORM FROM pg_class WHERE relname = v;}, qr/$watched.*reads a relation/ ];
push @words, [ 'a function of users in a domain of a constant', q{EXECUTE format('SELECT %L::public.seen[]', '{' || v || '}');}, qr/$watched.*calls masks\.innocent\(\)/ ],
  [ 'a temporary file', q{PERFORM count(*) FROM (SELECT v || i FROM generate_series(1, 100000) i ORDER BY 1) f;}, qr/53400: function masks\.says failed/ ],
  [ 'cursors without end', q{FOR i IN 1 .. 9 LOOP DECLARE c refcursor; BEGIN OPEN c FOR SELECT v; END; END LOOP;}, qr/$watched.*has more than 8 cursors open/ ];
push @words, [ 'dblink', q{PERFORM public.dblink_connect(v);}, qr/$watched.*dblink_connect\(\), which is VOLATILE/ ] if $dblink;
for my $way (@words)
{
	function('says', $way->[1]);
	refused($sync, $way->[2], $way->[0]);
	refused($run, qr/function masks\.says/, "$way->[0], by workers") if $way->[0] =~ /MESSAGE|CONSTRAINT|INSERT|pg_notify|a table/;
}

# Whatever it handles goes on as the error that it is.
function('says', q{BEGIN PERFORM pg_notify('leak', v); EXCEPTION WHEN others THEN r := v; END;});
is((told($sync))[0], 0, 'a refusal that it handles');
# What it was given before in the same transaction, and runs outside, has plans that nothing looked at.
function('says', q{r := set_config('app.leak', v, false);});
refused("SET search_path = pg_catalog, pg_temp; BEGIN; SELECT masks.says('canaryless'); SELECT confiture.sync_table('prod', 'public.people')", qr/calls pg_catalog\.set_config\(\), which is VOLATILE/, 'a plan from before');
# Nor has what others let it plan in between.
here(q{ALTER TABLE people ADD CONSTRAINT calls CHECK (masks.says('canaryless' || v) IS NOT NULL)});
function('says', q{IF v LIKE 'canaryless%' OR v = 'canary' || 9 THEN r := pg_notify('leak', v); END IF;});
refused("SET search_path = pg_catalog, pg_temp; SELECT confiture.sync_table('prod', 'public.people')", qr/calls pg_catalog\.pg_notify\(\), which is VOLATILE/, 'a plan from between two rows');
here('ALTER TABLE people DROP CONSTRAINT calls');
# Cursors last as long as the transaction.
function('says', q{FOR n IN SELECT 1 FROM generate_series(1, 20) LOOP END LOOP; DECLARE c refcursor := v; BEGIN OPEN c FOR EXECUTE format('SELECT %L', v); FETCH c INTO r; END;});
my ($cursors, $words) = told("BEGIN; $sync SELECT count(*) || ' cursors' FROM pg_cursors; COMMIT");
ok($cursors == 0 && $words =~ /^0 cursors$/m, 'a cursor that it leaves open is closed') or diag(substr $words, 0, 500);
unlike($words, qr/canary\d/, '... and its plan not told');
here("ALTER FUNCTION masks.says SET $_"), refused($sync, qr/function masks\.says sets \w+/, "SET $_") for 'compute_query_id = on', 'temp_file_limit = -1';
is(here(q{SELECT count(*) FROM loot}) . here('SELECT is_called FROM numbers') . here(q{SELECT count(*) FROM pg_largeobject_metadata}), '0f0', 'nothing is stored');
ok(!-e "$dir/loot", 'nor in a file');

# Without a condition the plan finds it, by invented values.
here(q{CREATE FUNCTION masks.loud(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('leak', v); RETURN md5(v); END $$; SELECT confiture.set_rule('people', 'v', 'function', '{"function": "masks.loud"}')});
refused($sync, qr/55000: .*1 problem.*v function masks\.loud, which is given raw values, calls pg_catalog\.pg_notify\(\), which is VOLATILE/s, 'found by the plan');

# ---- Messages and settings are as they were

function('says', q{RAISE WARNING '%', v;});
my (undef, $after) = told(qq{$sync DO \$\$ BEGIN RAISE NOTICE 'heard'; END \$\$; SHOW compute_query_id; SHOW transaction_read_only; SHOW temp_file_limit;});
ok($after =~ /^auto\noff\n-1\n.*NOTICE:.*heard/ms, 'after a load') or diag(substr $after, 0, 500);
function('says', q{RAISE EXCEPTION '%', v;});
(undef, $after) = told(qq{\\set ON_ERROR_STOP off\n$sync\nDO \$\$ BEGIN RAISE NOTICE 'heard'; END \$\$; SHOW compute_query_id; SHOW transaction_read_only; SHOW temp_file_limit; INSERT INTO loot VALUES ('mine') RETURNING what; DELETE FROM loot;});
ok($after =~ /^auto\noff\n-1\nmine\n.*NOTICE:.*heard/ms, 'after an error') or diag(substr $after, 0, 500);

# ---- Who says which function it is

ConfitureTest::add_role($source, $target, $_, 'secret') for qw(owner writer);
$source->safe_psql('postgres', 'GRANT SELECT ON people TO owner, writer');
here(q{ALTER TABLE people OWNER TO owner; GRANT pg_write_all_data, pg_read_all_data TO writer; GRANT CREATE ON SCHEMA public, masks TO owner; GRANT INSERT, TRUNCATE, SELECT ON people TO writer});
function('says', q{r := v;});
my $rule = q{confiture.set_rule('people', 'v', 'function', '{"function": "masks.says"}')};
refused("SELECT $rule", qr/42501: .*must be superuser to have a function mask a column/, 'a rule of the owner', 'owner');
refused(q{SELECT confiture.sync_table('prod_tcp', 'people', rules => '{"v": {"strategy": "function", "function": "masks.says"}}')}, qr/v has a rule that gives raw values to a function, set by role owner, which is no superuser/, 'a rule of a call', 'owner');
refused(q{UPDATE confiture.rule SET options = '{"function": "masks.innocent"}'}, qr/42501/, 'the control table', 'writer');
is((told(q{SELECT confiture.sync_table('prod_tcp', 'people')}, 'owner'))[0], 0, 'the owner loads by the rule of a superuser');
here('REVOKE EXECUTE ON FUNCTION masks.says FROM PUBLIC');
refused(q{SELECT confiture.sync_table('prod_tcp', 'people')}, qr/role owner may not execute function masks\.says/, 'without EXECUTE', 'owner');
refused($sync, qr/role owner may not execute function masks\.says/, 'nor has a superuser it called for him');
here('GRANT EXECUTE ON FUNCTION masks.says TO owner');
refused(q{SELECT confiture.sync_table('prod_tcp', 'people')}, qr/role writer may not execute function masks\.says/, 'who syncs needs it too', 'writer');
here('GRANT EXECUTE ON FUNCTION masks.says TO PUBLIC; REVOKE USAGE ON SCHEMA masks FROM PUBLIC');
refused(q{SELECT confiture.sync_table('prod_tcp', 'people')}, qr/permission denied for schema masks/, 'without USAGE', 'owner');
here('GRANT USAGE ON SCHEMA masks TO PUBLIC; ALTER FUNCTION masks.says OWNER TO owner');
refused($sync, qr/function masks\.says is given raw values, and its owner is no superuser/, 'a function of the owner of the table');
here(qq{ALTER FUNCTION masks.says OWNER TO "$superuser"; ALTER SCHEMA masks OWNER TO owner});
refused($sync, qr/function masks\.says is given raw values, and the owner of its schema is no superuser/, 'a schema of the owner of the table');
here(qq{ALTER SCHEMA masks OWNER TO "$superuser"; CREATE ROLE former SUPERUSER LOGIN});
is((told("SELECT $rule", 'former'))[0], 0, '(a superuser sets it)');
here('ALTER ROLE former NOSUPERUSER');
refused($sync, qr/set by role former, which is no superuser/, 'a rule of one who is no superuser any more');
here("SELECT $rule");

# The table's owner has code on the column: it sees masked values alone.
here(q{
	CREATE FUNCTION public.peek(v text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN IF v LIKE 'canary%' THEN RAISE EXCEPTION 'seen'; END IF; RETURN true; END $$;
	CREATE DOMAIN peeked AS text CHECK (public.peek(VALUE));
	ALTER TABLE people ALTER v TYPE peeked, ADD CHECK (public.peek(v)), ADD extra boolean GENERATED ALWAYS AS (v LIKE 'canary%') STORED});
for my $sql ($sync, $run, q{SELECT confiture.sync_table('prod', 'people', mode => 'upsert');}, q{SELECT count(*) FROM confiture.preview('prod', 'people', 9);})
{
	my ($status, $words) = told($sql);
	is($status, 0, "$sql") or diag(error_of($words));
}
is(here('SELECT count(*) FROM people WHERE v LIKE $$masked%$$ AND NOT extra'), '50', 'domains, constraints and generated columns see what the function gives');
refused(q{SELECT confiture.sync_table('prod', 'people', loader => 'copy')}, qr/loaded by COPY FROM, which calls no function/, 'COPY FROM');
here(q{CREATE FUNCTION on_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION on_row()});
refused(q{SELECT confiture.sync_table('prod', 'people', triggers => true)}, qr/loaded by COPY FROM, which calls no function/, 'a trigger that fires');
here('DROP TRIGGER t ON people; ALTER TABLE people DROP extra');

# ---- Replaced

my $gate = q{ALTER TABLE people ADD CONSTRAINT gate CHECK (id < 40)};
my $body = q{CREATE OR REPLACE FUNCTION masks.says(v text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'masked ' || reverse(v) $$};
for my $change ($body, 'ALTER FUNCTION masks.says STABLE', 'ALTER FUNCTION masks.says SET work_mem = 4096', 'ALTER FUNCTION masks.says OWNER TO former; ALTER ROLE former SUPERUSER')
{
	function('says', q{r := v;});
	here("TRUNCATE people; $gate");
	refused($run, qr/gate/, '(a run that fails)');
	here("ALTER TABLE people DROP CONSTRAINT gate; $change");
	my $number = here('SELECT max(run_id) FROM confiture.runs');
	refused("CALL confiture.resume($number)", qr/run \d+ cannot be resumed: its tables changed since.*v was text .* as [0-9a-f]{12}, is text/s, $change);
	here("DROP FUNCTION masks.says; ALTER ROLE former NOSUPERUSER");
}
function('says', q{r := v;});
here("TRUNCATE people; $gate");
refused($run, qr/gate/, '(once more)');
here('ALTER TABLE people DROP CONSTRAINT gate; GRANT EXECUTE ON FUNCTION masks.says TO writer');
is((told('CALL confiture.resume(' . here('SELECT max(run_id) FROM confiture.runs') . ')'))[0], 0, 'who may execute it is no matter');
# In the middle of a run of two tables: the one that is loaded, and the one behind it.
$source->safe_psql('postgres', 'CREATE TABLE behind AS TABLE people; ALTER TABLE behind ADD PRIMARY KEY (id)');
here('CREATE TABLE behind (id int PRIMARY KEY, v text)');
my $takes_long = q{PERFORM count(*) FROM generate_series(1, 50000) a, generate_series(1, 500 * %d) b WHERE %s IS NOT NULL;};
my $is_copying = q{SELECT count(*) > 0 FROM confiture.progress WHERE phase = 'copying'};

sub start { return IPC::Run::start([ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $target->connstr('postgres'), '-c', $_[0] ], '<', \undef, '>', \$_[1], '2>', \$_[2]) }
here(q{CREATE OR REPLACE FUNCTION masks.says(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN IF v = 'canary' || 1 THEN } . sprintf($takes_long, 1, 'v') . q{ END IF; RETURN md5(v); END $$; SELECT confiture.set_rule('behind', 'v', 'function', '{"function": "masks.says"}')});
my $load = start(q{CALL confiture.sync('prod', '{public.people,public.behind}', jobs => 1, on_error => 'continue')}, my ($out, $failed));
$target->poll_query_until('postgres', $is_copying) or die;
here(q{CREATE OR REPLACE FUNCTION masks.says(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 'other ' || md5(v); END $$});
$load->finish;
is(here(q{SELECT string_agg(state, ',' ORDER BY state DESC) FROM confiture.run_tables WHERE run_id = (SELECT max(run_id) FROM confiture.runs)}), 'failed,done', 'replaced in the middle of a run: the table that is loaded is masked as planned') or diag($failed);
like($failed, qr/the function that masks column "v" was changed since it was planned/, '... and the next is refused');
is(here(q{SELECT count(*) FROM (TABLE people UNION ALL TABLE behind) r WHERE v LIKE 'other%'}), '0', '... rather than masked in another way');

# ---- A session that is ended while the function runs a statement with the value

for my $end ('pg_cancel_backend', 'pg_terminate_backend')
{
	here(q{CREATE OR REPLACE FUNCTION masks.says(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $f$ BEGIN IF v LIKE 'canary%' THEN EXECUTE format($$ } . sprintf($takes_long =~ s/PERFORM/SELECT/r =~ s/;//r, 100, '%L') . q{ $$, v); END IF; RETURN md5(v); END $f$});
	$load = start(q{SELECT confiture.sync_table('prod', 'behind')}, $out, $failed);
	$target->poll_query_until('postgres', $is_copying) or die;
	is(here(q{SELECT count(*) FROM pg_stat_activity WHERE query ~ 'canary\d'}), '0', "$end: no view shows it");
	here("SELECT $end(pid) FROM pg_stat_progress_copy");
	$load->finish;
	like($failed, $end =~ /cancel/ ? qr/57014: canceling statement due to user request/ : qr/connection/, $end);
	unlike($failed, qr/canary\d/, '... and nothing told');
}

# An error may end it, too.
here(q{CREATE OR REPLACE FUNCTION masks.says(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN IF v LIKE 'canary%' THEN RAISE EXCEPTION '%', v; END IF; RETURN md5(v); END $$; ALTER FUNCTION masks.says SET exit_on_error = on});
unlike((told(q{SELECT confiture.sync_table('prod', 'behind')}))[1], qr/canary\d/, 'exit_on_error');
like(slurp_file($target->logfile), qr/FATAL:  P0001: function masks\.says failed/, '... and the log says so');
here(q{ALTER FUNCTION masks.says RESET ALL; CREATE FUNCTION public.is_good(v text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN v NOT LIKE 'canary%'; END $$; ALTER TABLE behind ADD CONSTRAINT none CHECK (public.is_good(v)) NOT VALID});
refused(q{SET exit_on_error = on; SELECT confiture.sync_table('prod', 'behind', rules => '{"v": {"strategy": "keep"}}')}, qr/23514: /, 'exit_on_error, without a function');
here('ALTER TABLE behind DROP CONSTRAINT none');
here(q{CREATE OR REPLACE FUNCTION masks.says(v text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $f$ BEGIN IF v LIKE 'canary%' THEN EXECUTE format($$ } . sprintf($takes_long =~ s/PERFORM/SELECT/r =~ s/;//r, 100, '%L') . q{ $$, v); END IF; RETURN md5(v); END $f$});

# A run whose leader is ended so is as any that is.
$load = start(q{CALL confiture.sync('prod', '{public.behind}', jobs => 1)}, $out, $failed);
$target->poll_query_until('postgres', $is_copying) or die;
here('SELECT pg_terminate_backend(pid) FROM pg_stat_progress_copy');
$load->finish;
ok($target->poll_query_until('postgres', q{SELECT state = 'interrupted' AND error ~ 'that led it was terminated' FROM confiture.runs ORDER BY run_id DESC LIMIT 1}), 'a run that is ended says so') or diag(here(q{SELECT state, error FROM confiture.runs ORDER BY run_id DESC LIMIT 1}));

# Rows that go through the executor
here(q{CREATE TABLE below (id int, v text); CREATE VIEW view AS TABLE below; 	CREATE FUNCTION on_view() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.below VALUES (NEW.*); RETURN NEW; END'; CREATE TRIGGER t INSTEAD OF INSERT ON view FOR EACH ROW EXECUTE FUNCTION on_view()});
function('says', q{RAISE WARNING '%', v;});
here(q{SELECT confiture.set_rule('view', 'v', 'function', '{"function": "masks.says"}')});
$source->safe_psql('postgres', 'CREATE VIEW view AS TABLE people');
is((told(q{SELECT confiture.sync_table('prod', 'view', mode => 'append', format => $$} . $_ . '$$)'))[0], 0, "a view with INSTEAD OF triggers, by $_") for qw(binary text);
is(here(q{SELECT count(*) FROM below WHERE v LIKE 'masked%'}), '100', '... gets masked values');
function('says', q{RAISE EXCEPTION '%', v;});
refused(q{SELECT confiture.sync_table('prod', 'view', mode => 'append')}, qr/P0001: function masks\.says failed.*column v of view, row 1/s, '... or none');

# ---- What was kept of all that

is(here(q{SELECT count(*) FROM pg_stat_statements WHERE query ~ ('canary' || '\d')}), '0', 'statements that are kept');
my $log = slurp_file($target->logfile);
my @leaks = grep { /canary\d/ } split /\n/, $log;
is(scalar @leaks, 0, 'the log') or diag(join "\n", map { substr $_, 0, 300 } @leaks[ 0 .. ($#leaks > 9 ? 9 : $#leaks) ]);
like($log, qr/masked [0-9a-f]|masks\.says/, '(which has all else)');

done_testing();
