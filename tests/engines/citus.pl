# Citus, a coordinator and two workers. As a target: distributed, reference and schema-sharded tables are loaded by INSERT,
# which Citus takes to its shards; shards named directly are refused. As a source: all rows come, and the run says that
# they come from more than one snapshot.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

# Returns a running cluster with Citus, which connects to the others without a password; the role reader needs one
# at the coordinator.
sub citus_cluster
{
	my ($name) = @_;
	my $node = ConfitureTest::new_cluster($name,
		"shared_preload_libraries = 'citus'\ncitus.node_conninfo = 'sslmode=disable'\nmax_prepared_transactions = 50\n");
	open my $hba, '>', $node->data_dir . '/pg_hba.conf' or die $!;
	print $hba "local all all trust\n";
	print $hba "host all reader 127.0.0.1/32 scram-sha-256\n" if $name eq 'coordinator';
	print $hba "host all all 127.0.0.1/32 trust\n";
	close $hba;
	$node->reload;
	$node->safe_psql('postgres', 'CREATE EXTENSION citus');
	return $node;
}

my $plain = ConfitureTest::new_cluster('plain');
my ($coordinator, @workers) = map { citus_cluster($_) } qw(coordinator worker1 worker2);
$coordinator->safe_psql('postgres',
	qq{SELECT citus_set_coordinator_host('127.0.0.1', ${\ $coordinator->port}); SET citus.shard_count = 4;}
	  . join '', map { "SELECT citus_add_node('127.0.0.1', ${\ $_->port});" } @workers);
ConfitureTest::connect_clusters($plain, $coordinator);

my $tables = q{
	CREATE SCHEMA tenant;
	CREATE TABLE spread (id int PRIMARY KEY, v text);
	CREATE TABLE everywhere (id int PRIMARY KEY, v text);
	CREATE TABLE tenant.items (id int PRIMARY KEY, v text);
	CREATE TABLE beside (id int PRIMARY KEY, v text);
	CREATE TABLE parted (id int NOT NULL, at date NOT NULL, v text) PARTITION BY RANGE (at);
	CREATE TABLE parted_old PARTITION OF parted FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
	CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2040-01-01');
	CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY, v text, twice text GENERATED ALWAYS AS (v || v) STORED);
};
my @simple = qw(spread everywhere tenant.items beside);
my @owned = qw(spread everywhere tenant.items parted parted_old numbered);
$plain->safe_psql('postgres', $tables . join '',
	map { "INSERT INTO $_ SELECT i, 'new' FROM generate_series(1, 100) i;" } @simple);
$coordinator->safe_psql('postgres', $tables . q{
	INSERT INTO parted SELECT i, date '2030-01-01' + i % 500, 'before' FROM generate_series(1, 20000) i;
	INSERT INTO spread SELECT i, 'before' FROM generate_series(2001, 22000) i;
	SET citus.shard_count = 4;
	SELECT create_distributed_table('spread', 'id');
	SELECT create_reference_table('everywhere');
	SELECT citus_schema_distribute('tenant');
	SELECT create_distributed_table('parted', 'id');
	SELECT create_distributed_table('numbered', 'id');
	INSERT INTO parted SELECT i, date '2010-01-01' + i * 40, 'old' FROM generate_series(1, 200) i;
	INSERT INTO numbered (v) SELECT 'old' FROM generate_series(1, 20);
} . join '', map { "INSERT INTO $_ SELECT i, 'old' FROM generate_series(1, 1000) i;" } @simple);

# ---- as a target

my $policy = q{policy => 'off'};

# The rows that a sync is to bring, masked or not, in an ordinary table of the coordinator: expected.TABLE. They are those
# of the source's table of that name, or of `from`.
$coordinator->safe_psql('postgres', 'CREATE SCHEMA expected');
sub expect
{
	my ($table, %options) = @_;
	my ($name, $rules) = ($table =~ s/.*\.//r, $options{rules} // '{}');
	my $from = $options{from} // ($table =~ /\./ ? $table : "public.$table");
	$coordinator->safe_psql('postgres', "DROP TABLE IF EXISTS expected.$name; CREATE TABLE expected.$name (LIKE $table)");
	ConfitureTest::sync($coordinator, "'expected.$name', source_relation => '$from', rules => '$rules', $policy");
	return;
}

# Tests that a table has these rows: through the coordinator, and each shard those that belong there, when the shards are
# read by themselves.
sub as_expected
{
	my ($table, $test_name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $name = $table =~ s/.*\.//r;
	ConfitureTest::same_rows($coordinator, $coordinator, "SELECT * FROM expected.$name", "$table: $test_name", "SELECT * FROM $table");
	my $key = $coordinator->safe_psql('postgres', "SELECT column_to_column_name(logicalrelid, partkey) FROM pg_dist_partition WHERE logicalrelid = '$table'::regclass");
	my $shard = $key eq '' ? '0' : "get_shard_id_for_distribution_column('$table', $key)";
	my $read = $key eq '' ? "0, result FROM run_command_on_placements" : 'shardid, result FROM run_command_on_shards';
	is($coordinator->safe_psql('postgres', qq{
		WITH expected AS (
			SELECT $shard AS shard, count(*) || ' ' || md5(string_agg(t::text, ' ' ORDER BY t::text)) AS rows
			FROM expected.$name t GROUP BY 1),
		kept AS (
			SELECT * FROM (SELECT DISTINCT $read('$table', \$\$SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM %s t\$\$)) k (shard, rows)
			WHERE rows !~ '^0 ')
		SELECT count(*) > 0, count(*) FILTER (WHERE e.rows IS DISTINCT FROM k.rows)
		FROM expected e FULL JOIN kept k USING (shard)}), 't|0', 'each shard has its rows, and no others');
	return;
}

$plain->safe_psql('postgres', q{
	INSERT INTO parted SELECT i, date '2010-01-01' + i * 20, 'new' FROM generate_series(1, 500) i;
	INSERT INTO numbered (v) SELECT 'new' || i FROM generate_series(1, 30) i;
});
for my $table (@owned)
{
	like($coordinator->safe_psql('postgres', "SELECT action, loader, warnings FROM confiture.plan('prod', '$table'::regclass, $policy)"),
		qr/^load\|insert\|.*loaded by INSERT: the extension citus keeps its rows/m, "the plan of $table says loader insert, and why");
	is(ConfitureTest::sync($coordinator, "'$table'::regclass, $policy"), $plain->safe_psql('postgres', "SELECT count(*) FROM $table"), "$table is loaded");
	expect($table);
	as_expected($table, 'replaced');
}
is($coordinator->safe_psql('postgres', "INSERT INTO numbered (v) VALUES ('next') RETURNING id"), 31, 'the sequence goes on behind the rows');

# The other modes, masked and not.
$plain->safe_psql('postgres', q{UPDATE spread SET v = 'secret' || id % 7 || '@example.com'});
for my $rules ('{}', '{"v": "hash"}')
{
	for my $table (qw(spread everywhere tenant.items))
	{
		my $what = $rules eq '{}' ? 'unmasked' : 'masked';
		my $from = "source_relation => 'public.spread', rules => '$rules'";
		expect($table, from => 'public.spread', rules => $rules);
		ConfitureTest::sync($coordinator, "'$table'::regclass, $from, $policy");
		as_expected($table, "$what, replaced");
		$coordinator->safe_psql('postgres', "DELETE FROM $table WHERE id > 50; UPDATE $table SET v = 'mine' WHERE id < 10; INSERT INTO $table VALUES (1000, 'mine')");
		is(ConfitureTest::sync($coordinator, "'$table'::regclass, $from, mode => 'upsert', $policy"), 100, 'an upsert');
		is($coordinator->safe_psql('postgres', "DELETE FROM $table WHERE id = 1000 RETURNING v"), 'mine', 'keeps other rows');
		as_expected($table, "$what, with rows that were changed and added");
		$coordinator->safe_psql('postgres', "DELETE FROM $table WHERE id % 2 = 0");
		is(ConfitureTest::sync($coordinator, "'$table'::regclass, $from, mode => 'append', filter => 'id % 2 = 0', $policy"), 50, 'rows are appended');
		as_expected($table, "$what, appended");
	}
}
is($coordinator->safe_psql('postgres', q{SELECT count(*) FROM spread WHERE v ~ 'secret'}), 0, 'masked rows have nothing of the raw ones');
my $before = $coordinator->safe_psql('postgres', 'SELECT count(*), min(v) FROM everywhere');
$coordinator->safe_psql('postgres', qq{BEGIN; SELECT * FROM confiture.sync_table('prod', 'everywhere', source_relation => 'public.beside', $policy); ROLLBACK});
is($coordinator->safe_psql('postgres', 'SELECT count(*), min(v) FROM everywhere'), $before, 'a sync that is rolled back is so on all nodes');

# What a shard refuses is withheld, and no raw value is in a log of any node, however much these log: all that leaves the
# coordinator's memory is masked.
my @nodes = ($coordinator, @workers);
for my $node (@nodes)
{
	$node->safe_psql('postgres', $_) for map { "ALTER SYSTEM SET $_" } (
		q{log_min_messages = debug2}, q{log_error_verbosity = verbose}, q{log_min_error_statement = debug5},
		q{log_min_duration_statement = 0}, q{citus.log_remote_commands = on}, q{debug_print_plan = on});
	$node->reload;
}
$coordinator->safe_psql('postgres', 'SET client_min_messages = error; SET citus.shard_count = 4; CREATE TABLE picky (id int CHECK (id < 50), v text); SELECT create_distributed_table($$picky$$, $$id$$)');
my %logged = map { $_->name => -s $_->logfile } @nodes;
my ($message, $masks, $quiet) = ('', q{rules => '{"v": "hash"}'}, 'SET client_min_messages = error;');
for my $format (qw(binary text))
{
	$message = ConfitureTest::fails_like($coordinator, "$quiet SELECT * FROM confiture.sync_table('prod', 'spread', $masks, mode => 'append', format => '$format', $policy)",
		[ qr/a value could not be loaded into public\.spread/ ], "a shard refuses a row ($format)");
	unlike($message, qr/secret|Key|\(id\)|_10[0-9]{4}|[0-9a-f]{16}/, 'and the message has nothing of it');
	$message = ConfitureTest::fails_like($coordinator, "$quiet SELECT * FROM confiture.sync_table('prod', 'picky', source_relation => 'public.spread', $masks, format => '$format', $policy)",
		[ qr/a value could not be loaded into public\.picky/ ], "a constraint on a shard refuses a row ($format)");
	unlike($message, qr/secret|[0-9a-f]{16}/, 'and the message has nothing of it');
	is(ConfitureTest::sync($coordinator, "'spread', $masks, format => '$format', $policy"), 100, "rows that come ($format)");
}
for my $node (@nodes)
{
	my $log = slurp_file($node->logfile, $logged{ $node->name });
	unlike($log, qr/secret|\@example/, 'no raw value is in the log of ' . $node->name);
	like($log, qr/LOG:.*COPY public\.spread_\d+/, 'which shows what the coordinator sent') if $node != $coordinator;
	$node->safe_psql('postgres', 'ALTER SYSTEM RESET ALL');
	$node->reload;
}
$coordinator->safe_psql('postgres', 'DROP TABLE picky');

my $shard = $coordinator->safe_psql('postgres', q{
	SELECT shard_name FROM citus_shards
	WHERE table_name = 'everywhere'::regclass AND nodeport = current_setting('port')::int});
ConfitureTest::fails_like($coordinator, "SELECT * FROM confiture.sync_table('prod', '$shard'::regclass, source_relation => 'public.everywhere', $policy)",
	[ qr/it is a shard of a table that the extension citus keeps/ ], 'a shard named directly is refused');
ConfitureTest::fails_like($coordinator, "SET session_replication_role = replica; SELECT * FROM confiture.sync_table('prod', 'spread', $policy)",
	[ qr/kept by means of triggers, which this session silences/ ], 'a session that silences triggers is refused');
ConfitureTest::fails_like($coordinator, 'SELECT * FROM confiture.masked_rows() AS r (id int)', [ qr/is for loads only/ ],
	'no query gets the rows of loads');

# An owner's code on the shards runs as the owner.
$coordinator->safe_psql('postgres', $_) for 'CREATE ROLE app LOGIN', 'GRANT CREATE ON SCHEMA public TO app';
$coordinator->safe_psql('postgres', q{
	CREATE FUNCTION public.is_app(text) RETURNS boolean LANGUAGE plpgsql AS $$
	BEGIN
		IF current_user <> 'app' THEN RAISE EXCEPTION 'ran as % with %', current_user, $1; END IF;
		RETURN true;
	END $$;
	CREATE TABLE guarded (id int PRIMARY KEY, v text CHECK (public.is_app(v)));
	SELECT create_distributed_table('guarded', 'id');
}, extra_params => [ '-U', 'app' ]);
for my $mode (qw(replace upsert replace))
{
	is(ConfitureTest::sync($coordinator, "'guarded', source_relation => 'public.beside', mode => '$mode', $policy"), 100,
		"$mode by a superuser runs the owner's code as the owner");
}
expect('guarded', from => 'public.beside');
as_expected('guarded', 'with the rows of the source');

is(ConfitureTest::sync($coordinator, "'public.beside', $policy"), 100, 'an ordinary table beside them is loaded');
ConfitureTest::same_rows($plain, $coordinator, 'SELECT * FROM beside', 'and has the rows of the source');
$coordinator->safe_psql('postgres', 'UPDATE beside SET v = NULL');
$coordinator->safe_psql('postgres', qq{CALL confiture.sync('prod', include => '{public.beside}', jobs => 2, $policy)});
ConfitureTest::same_rows($plain, $coordinator, 'SELECT * FROM beside', 'by a run too');
$coordinator->safe_psql('postgres', q{DROP TABLE guarded;
	INSERT INTO spread SELECT i, 'more' FROM generate_series(101, 22000) i;
	INSERT INTO parted SELECT i, date '2030-01-01' + i % 500, 'more' FROM generate_series(1, 20000) i});

# ---- runs: foreign keys are set aside and come back, chunks and their rows commit together on all nodes

my $shop = q{
	CREATE TABLE country (code text PRIMARY KEY, name text);
	CREATE TABLE customer (tenant int, id int, email text, country text, PRIMARY KEY (tenant, id));
	CREATE TABLE ordering (tenant int, id bigserial, customer int, note text, PRIMARY KEY (tenant, id));
};
my $keys = q{
	ALTER TABLE customer ADD FOREIGN KEY (country) REFERENCES country;
	ALTER TABLE ordering ADD FOREIGN KEY (tenant, customer) REFERENCES customer;
};
my @shop = qw(country customer ordering);
$plain->safe_psql('postgres', qq{$shop $keys
	INSERT INTO country SELECT 'c' || i, 'C' || i FROM generate_series(0, 20) i;
	INSERT INTO customer SELECT i % 50, i, 'u' || i % 1000 || '\@example.com', 'c' || i % 20 FROM generate_series(1, 20000) i;
	INSERT INTO ordering (tenant, customer, note) SELECT i % 50, i, 'n' || i FROM generate_series(1, 20000) i;
	ANALYZE});
$coordinator->safe_psql('postgres', "GRANT CREATE ON SCHEMA public TO app; GRANT ALL ON ALL TABLES IN SCHEMA public TO app");
$coordinator->safe_psql('postgres', $_, extra_params => [ '-U', 'app' ]) for ($shop,
	q{SET citus.shard_count = 4; SELECT create_reference_table('country'), create_distributed_table('customer', 'tenant'), create_distributed_table('ordering', 'tenant')},
	$keys, q{INSERT INTO country VALUES ('old', 'old'); INSERT INTO customer VALUES (1, -1, 'old', 'old'); INSERT INTO ordering VALUES (1, -5, -1, 'old')});

my $include = q{include => '{public.country,public.customer,public.ordering,public.beside}'};
sub keys_of
{
	return $coordinator->safe_psql('postgres', q{SELECT string_agg(conrelid::regclass || ' ' || pg_get_constraintdef(oid) || convalidated, E'\n' ORDER BY oid)
		FROM pg_constraint WHERE contype = 'f' AND conrelid IN ('customer'::regclass, 'ordering'::regclass)})
	  . $coordinator->safe_psql('postgres', q{SELECT count(DISTINCT result) || min(result) FROM run_command_on_shards('customer',
		'SELECT count(*) FROM pg_constraint WHERE contype = ''f'' AND conrelid = ''%s''::regclass')});
}
my $had = keys_of() =~ s/\n//gr;
my %rules = (country => '{}', customer => '{"email": "email"}', ordering => '{"note": "hash"}');
my %none = map { $_ => '{}' } @shop;

# Replaces the rules, and expects rows masked by them.
sub mask_shop
{
	my (%rules) = @_;
	$coordinator->safe_psql('postgres', q{SELECT confiture.drop_rule(relation, column_name) FROM confiture.rules WHERE relation IN ('customer'::regclass, 'ordering'::regclass)});
	for my $table (@shop)
	{
		$coordinator->safe_psql('postgres', "SELECT confiture.set_rule('$table', key, value) FROM jsonb_each_text('$rules{$table}')");
		expect($table, rules => $rules{$table});
	}
	return;
}
sub shop_as_expected
{
	my ($name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	as_expected($_, $name) for @shop;
	is(keys_of() =~ s/\n//gr, $had, 'with all keys in place, on the shards too');
	return;
}

$coordinator->append_conf('postgresql.conf', "citus.recover_2pc_interval = '1s'\nrestart_after_crash = on\n");
$coordinator->reload;
for my $masked (0, 1)
{
	my $what = $masked ? 'masked' : 'unmasked';
	mask_shop($masked ? %rules : %none);
	for my $options ("jobs => 2, chunk_size => '64kB'", 'atomic => true')
	{
		$coordinator->safe_psql('postgres', qq{CALL confiture.sync('prod', $include, $options, $policy)});
		shop_as_expected("$what, after a run ($options)");
	}
	$coordinator->safe_psql('postgres', q{UPDATE customer SET email = 'old'; UPDATE country SET name = 'old'; DELETE FROM ordering WHERE id % 3 = 0});
	$coordinator->safe_psql('postgres', qq{CALL confiture.sync('prod', $include, mode => 'upsert', jobs => 2, chunk_size => '64kB', $policy)});
	shop_as_expected("$what, after rows were upserted");
	ConfitureTest::kill_worker_and_resume($coordinator, qq{CALL confiture.sync('prod', $include, jobs => 2, chunk_size => '64kB', $policy)}, 3);
	shop_as_expected("$what, complete after a run was killed and resumed");
}
ConfitureTest::same_rows($plain, $coordinator, 'SELECT * FROM beside', 'and so is an ordinary table in the same runs');
is($coordinator->safe_psql('postgres', q{SELECT nextval('ordering_id_seq')}), 20001, 'the sequence is set');
$plain->safe_psql('postgres', q{ALTER TABLE ordering DISABLE TRIGGER ALL; INSERT INTO ordering VALUES (1, 30000, -77, 'orphan')});
$message = ConfitureTest::fails_like($coordinator, qq{CALL confiture.sync('prod', $include, $policy)},
	[ qr/ordering_tenant_customer_fkey of public\.ordering: 1 row references what is not in public\.customer/ ], 'a violation is found');
unlike($message, qr/-77|orphan/, 'and its values are not shown');
$coordinator->safe_psql('postgres', qq{CALL confiture.sync('prod', $include, on_fk_violation => 'delete', $policy)});
is($coordinator->safe_psql('postgres', 'SELECT count(*) FROM ordering'), 20000, 'and deleted where that is asked for');
is(keys_of() =~ s/\n//gr, $had, 'and the keys are in place');
$plain->safe_psql('postgres', 'DELETE FROM ordering WHERE id = 30000');

# Table by table, what is referenced comes first.
mask_shop(%rules);
$coordinator->safe_psql('postgres', 'DELETE FROM ordering; DELETE FROM customer');
$message = ConfitureTest::fails_like($coordinator, "SELECT * FROM confiture.sync_table('prod', 'ordering', $policy)",
	[ qr/a value could not be loaded into public\.ordering/ ], 'a row before the one that it references is refused');
unlike($message, qr/Key|tenant|n[0-9]{2}/, 'and the message has nothing of it');
ConfitureTest::sync($coordinator, "'$_', $policy") for @shop;
shop_as_expected('table by table');

# Subsets, into shards and out of them: the rows of a seed, what they reference, and what references them.
my $seed = q{subset => '{"public.customer": {"where": "tenant = 7"}}', unreached => 'none'};
my @chosen = map { "SELECT count(*) FROM $_" } @shop;
$coordinator->safe_psql('postgres', qq{CALL confiture.sync('prod', $include, $seed, $policy)});
is($coordinator->safe_psql('postgres', join ';', @chosen), "2\n400\n400", 'a subset for distributed tables');
is($coordinator->safe_psql('postgres', 'SELECT count(*) FROM ordering o LEFT JOIN customer c ON c.tenant = o.tenant AND c.id = o.customer WHERE o.tenant <> 7 OR c.id IS NULL'), 0,
	'is whole in itself');

$coordinator->safe_psql('postgres', 'ALTER TABLE country OWNER TO CURRENT_USER');
ConfitureTest::fails_like($coordinator, qq{CALL confiture.sync('prod', $include, $policy)}, [ qr/references a table of another owner/ ],
	'two owners of tables that one key joins are refused');
$plain->safe_psql('postgres', 'DROP TABLE ordering, customer, country');
$coordinator->safe_psql('postgres', 'DROP TABLE ordering, customer, country');

# ---- one masking key on all nodes: functions that are called in queries run where the rows are

$coordinator->safe_psql('postgres', q{
	CREATE TABLE mails (id int PRIMARY KEY, email text);
	SELECT create_distributed_table('mails', 'id');
	INSERT INTO mails SELECT i, 'one@example.com' FROM generate_series(1, 100) i});
my $groups = q{SELECT count(*) FROM (SELECT confiture.email(email) FROM mails GROUP BY 1) g};
cmp_ok($coordinator->safe_psql('postgres', $groups), '>', 1, 'each node has a key of its own, and masks one address in its own way');
my $nodes = q{SELECT count(DISTINCT result) FROM run_command_on_all_nodes('SELECT confiture.key_id()')};
is($coordinator->safe_psql('postgres', $nodes), 3, 'as fingerprints show');
# What check says for each node is a command, which does it.
sub confiture
{
	my ($out, $err) = ('', '');
	local %ENV = (%ENV, PGHOST => $coordinator->host, PGPORT => $coordinator->port, PGDATABASE => 'postgres');
	IPC::Run::run([ 'confiture', @_ ], '<', \undef, '>', \$out, '2>', \$err);
	return $out . $err;
}
sub told_to_run
{
	my ($text) = @_;
	my @commands = $text =~ /^(?:warning  nodes: )?127\.0\.0\.1:\d+ has another masking key.*?: (psql .*)$/mg;
	system('sh', '-c', $_) for @commands;
	return scalar @commands;
}
is(told_to_run(confiture('check')), 2, 'check says what to run for each of the other nodes');
is($coordinator->safe_psql('postgres', $nodes), 1, 'once the key is on each');
is($coordinator->safe_psql('postgres', $groups), 1, 'one address is one group');
like(confiture('check'), qr/^ok +nodes: all nodes of Citus have the same masking key/m, 'which check confirms');
is(told_to_run(confiture('key', 'rotate', '--yes')), 2, 'a new key comes with the same commands');
is($coordinator->safe_psql('postgres', $groups), 1, 'with which one address is one group again');
$coordinator->safe_psql('postgres', q{SELECT confiture.set_rule('mails', 'email', 'email')});
$plain->safe_psql('postgres', q{CREATE TABLE mails (id int PRIMARY KEY, email text); INSERT INTO mails SELECT i, 'one@example.com' FROM generate_series(1, 100) i});
$coordinator->safe_psql('postgres', q{CREATE TABLE before AS SELECT DISTINCT confiture.email(email) AS email FROM mails});
is(ConfitureTest::sync($coordinator, "'mails', $policy"), 100, 'a load');
is($coordinator->safe_psql('postgres', 'SELECT (SELECT count(DISTINCT email) FROM mails) = 1 AND (SELECT min(email) FROM mails) = (SELECT min(email) FROM before)'), 't', 'masks as functions on the shards do');
$_->safe_psql('postgres', 'DROP TABLE mails') for ($plain, $coordinator);
$coordinator->safe_psql('postgres', 'DROP TABLE before');

# ---- as a source

$coordinator->safe_psql('postgres', 'DROP SCHEMA expected CASCADE');
$plain->safe_psql('postgres', 'TRUNCATE spread, everywhere, tenant.items, beside, parted, numbered');
ConfitureTest::connect_clusters($coordinator, $plain);
$plain->safe_psql('postgres', qq{CALL confiture.sync('prod', include => '{public.beside}', $policy)});
is($plain->safe_psql('postgres', 'SELECT state, one_snapshot FROM confiture.runs ORDER BY run_id DESC LIMIT 1'),
	'done|t', 'a run over ordinary tables of a coordinator has one snapshot');
like($plain->safe_psql('postgres', qq{SELECT warnings FROM confiture.plan_sync('prod', $policy) WHERE relation = 'public.spread' AND column_name IS NULL}),
	qr/Citus distributes it on the source/, 'the plan says that nodes share no snapshot');
$plain->safe_psql('postgres', qq{CALL confiture.sync('prod', jobs => 2, $policy)});
is($plain->safe_psql('postgres', 'SELECT state, one_snapshot FROM confiture.runs ORDER BY run_id DESC LIMIT 1'),
	'done|f', 'a run over distributed ones has not');
ConfitureTest::same_rows($coordinator, $plain, "SELECT * FROM $_", "$_ came complete") for (@simple, qw(parted numbered));
for my $by (qw(ctid key))
{
	# The coordinator still has the blocks that rows were in before they were distributed.
	$plain->safe_psql('postgres', qq{CALL confiture.sync('prod', include => '{public.spread,public.parted}', chunk_size => '64kB', chunk_by => '$by', $policy)});
	ConfitureTest::same_rows($coordinator, $plain, "SELECT * FROM $_", "$_ came complete, cut by $by") for (qw(spread parted));
}
$plain->safe_psql('postgres', 'TRUNCATE spread');
is(ConfitureTest::sync($plain, "'public.spread', filter => 'id > 500', $policy"), 21500, 'with a filter, in one transaction');
ConfitureTest::add_role($coordinator, $plain, 'reader', 'secret');
$coordinator->safe_psql('postgres', 'GRANT SELECT ON everywhere, spread TO reader');
$plain->safe_psql('postgres', 'GRANT INSERT, TRUNCATE, SELECT ON everywhere, spread TO reader');
is($plain->safe_psql('postgres', "SELECT rows FROM confiture.sync_table('prod_tcp', 'public.$_')", extra_params => [ '-U', 'reader' ]),
	$coordinator->safe_psql('postgres', "SELECT count(*) FROM $_"), "$_ as ordinary roles of both sides") for qw(everywhere spread);

done_testing();
