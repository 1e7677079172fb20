# The masking key and the password of the source: in no log, statistic, plan or activity, whatever is logged; in no
# publication; and what the control tables say is believed only where a run wrote it.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0, target_conf => ConfitureTest::every_log() . "wal_level = logical\n");
my $dir = PostgreSQL::Test::Utils::tempdir();
my ($port, $superuser) = ($source->port, ConfitureTest::superuser($source));
sub here { my ($sql, @more) = @_; return $target->safe_psql('postgres', $sql, @more) }
sub refused { my ($sql, $patterns, $name, @more) = @_; return ConfitureTest::fails_like($target, $sql, $patterns, $name, @more) }

# ---- Keys

my @keys;
sub key { return here('SELECT substr(key::text, 3) FROM confiture.masking_key') }
sub note_key { push @keys, key(); return }
here('CREATE EXTENSION pg_stat_statements; CREATE EXTENSION confiture');
note_key();
here('SELECT confiture.rotate_key()');
note_key();
isnt($keys[0], $keys[1], 'rotated');

# psql's \copy, with and without \x; from a file on the server; errors do not quote the line
my @given = map { unpack 'H*', join '', map { chr int rand 256 } 1 .. 32 } 1 .. 4;
ClientTest::write_file("$dir/key.hex", "$given[0]\n");
here("\\copy confiture.new_key FROM $dir/key.hex");
is(key(), $given[0], '\copy');
is(here('SELECT confiture.key_id()') =~ /^[0-9a-f]{16}$/ ? 1 : 0, 1, 'it works');
ClientTest::write_file("$dir/key.hex", "\\\\x$given[1]\n");
here("\\copy confiture.new_key FROM $dir/key.hex");
ClientTest::write_file("$dir/key.hex", "$given[2]\n");
here("SELECT confiture.set_key(decode(trim(pg_read_file('$dir/key.hex'), E'\\n'), 'hex'))");
is(key(), $given[2], 'set_key() from a file');
here("CREATE TEMPORARY TABLE k (key bytea);\n\\copy k FROM stdin\n\\\\x$given[3]\n\\.\nSELECT confiture.set_key(key) FROM k");
is(key(), $given[3], 'and from a column');
my $client = '';
foreach my $bad ("$given[0]z", "$given[0]\n$given[1]z", substr($given[0], 0, 60))
{
	ClientTest::write_file("$dir/bad.hex", "$bad\n");
	my (undef, $stdout, $stderr) = $target->psql('postgres', "\\copy confiture.new_key FROM $dir/bad.hex",
		extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always' ]);
	like($stderr, qr/hex digits|32 to 1024 bytes/, 'a bad key');
	$client .= $stdout . $stderr;
}
push @keys, @given;

# ---- Passwords

my $password = 'canarypassword';
$source->safe_psql('postgres', "CREATE ROLE reader LOGIN PASSWORD '$password'; CREATE TABLE item (id integer PRIMARY KEY, label text, who text); "
	. "INSERT INTO item SELECT i, 'item ' || i, 'who ' || i FROM generate_series(1, 300) i; GRANT SELECT ON item TO reader");
ClientTest::write_file("$dir/password", "$password\n");
chmod 0600, "$dir/password";
ClientTest::exits($target, [ 'init', "postgresql://reader\@127.0.0.1:$port/postgres", '--password-file', "$dir/password", '--yes', '-s', 'prod_tcp' ], 0, qr/The source answers/, 'init');
my $stored = q{SELECT string_agg(o.option_name || '=' || o.option_value, ' ' ORDER BY o.option_name) FROM pg_user_mappings m, pg_options_to_table(m.umoptions) o WHERE usename = '%s'};
is(here(sprintf $stored, $superuser), "password=$password user=reader", 'the mapping has the password');

here(q{CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN; CREATE ROLE carol LOGIN; GRANT USAGE ON FOREIGN SERVER prod_tcp TO alice;
	CREATE USER MAPPING FOR alice SERVER prod_tcp OPTIONS (user 'reader'); CREATE USER MAPPING FOR bob SERVER prod_tcp});
sub copy_password
{
	my ($columns, $row, @more) = @_;
	my (undef, $stdout, $stderr) = $target->psql('postgres', "COPY confiture.new_password ($columns) FROM STDIN;\n$row\n\\.\n",
		extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always', @more ]);
	$client .= $stdout . $stderr;
	return $stderr;
}
is(copy_password('server, password', "prod_tcp\t$password\\\\x", '-U', 'alice'), '', 'a role sets the password in its own mapping');
is(here(sprintf $stored, 'alice'), "password=$password\\x user=reader", 'as it is');
is(copy_password('server, role, password', "prod_tcp\talice\t$password"), '', 'so does the owner of the server for others');
like(copy_password('server, role, password', "prod_tcp\t$superuser\t$password", '-U', 'alice'), qr/42501: must be owner of foreign server/, 'others may not');
like(copy_password('server, password', "prod_tcp\t$password", '-U', 'bob'), qr/42501: permission denied for foreign server/, 'nor without USAGE');
like(copy_password('server, password', "nowhere\t$password"), qr/42704: server "nowhere" does not exist/, 'no server');
like(copy_password('server, role, password', "prod_tcp\tcarol\t$password"), qr/42704: user mapping for "carol" does not exist/, 'no mapping');
like(copy_password('server', 'prod_tcp'), qr/22004: password must not be NULL/, 'no password');
refused(q{INSERT INTO confiture.new_password (server, password) VALUES ('prod_tcp', 'x')}, [qr/takes secrets from COPY only/], 'an INSERT is refused');

# ---- What is on record

here(q{CREATE TABLE item (id integer PRIMARY KEY, label text, who text); CREATE INDEX item_label ON item (label);
	SELECT confiture.set_rule('item', 'who', 'hash')});
is(here(q{SELECT rows FROM confiture.sync_table('prod_tcp', 'item')}), '300', 'a sync');
my $activity = here('SELECT query FROM pg_stat_activity; SELECT query FROM pg_stat_statements');
my $log = slurp_file($target->logfile);
like($log, qr/Query Text/, 'auto_explain writes to the log');
like($log, qr/COPY confiture\.new_password/, 'statements are in it');
foreach my $secret ($password, @keys)
{
	my $bytes = join ' ', map { $_ > 127 ? $_ - 256 : $_ } unpack 'C*', pack 'H*', $secret;    # of debug_print_plan
	my $name = $secret eq $password ? 'the password' : 'key ' . substr $secret, 0, 4;
	is(index($log, $secret), index("CREATE ROLE reader", $secret), "the log: not $name");
	is(index($log, $bytes), -1, "nor as bytes: $name") if $secret ne $password;
	is(index($client, $secret), -1, "messages: not $name");
	is(index($activity, $secret), -1, "activity and statistics: not $name");
}

# ---- Dumps

here('CREATE ROLE dumper LOGIN; GRANT pg_read_all_data TO dumper');
sub dump_of { my @options = @_; my ($out, $err) = run_command([ 'pg_dump', @options, $target->connstr('postgres') ]); is($err, '', "pg_dump @options"); return $out }
like(dump_of(), qr/$password/, 'a superuser\'s dump has the password');
unlike(dump_of('--schema', 'public'), qr/$password/, 'unless it is of schemas');
my $dump = dump_of('-U', 'dumper');
unlike($dump, qr/$password/, 'that of an ordinary role does not');
like($dump, qr/COPY confiture\.rule .*hash/s, 'and has the rules');

# ---- Publications

here(q{SELECT pg_create_logical_replication_slot('spy', 'test_decoding'); CREATE PUBLICATION p FOR TABLE item});
here('SELECT confiture.rotate_key()');
note_key();
my $decoded = here(q{SELECT data FROM pg_logical_slot_get_changes('spy', NULL, NULL)});
is(index($decoded, $keys[-1]), -1, 'the stream of changes does not have a new key');
is(index($decoded, $keys[-2]), -1, 'nor the old one');
foreach my $publication ('FOR ALL TABLES', 'FOR TABLES IN SCHEMA confiture', 'FOR TABLE confiture.masking_key')
{
	here("CREATE PUBLICATION q $publication");
	my $says = [qr/the masking key is in a publication: q/, qr/HINT/];
	refused($_, $says, "$publication: $_") for 'SELECT confiture.rotate_key()', q{SELECT confiture.sync_table('prod_tcp', 'item', policy => 'off')},
	  q{SELECT * FROM confiture.plan('prod_tcp', 'item')}, q{SELECT * FROM confiture.plan_sync('prod_tcp')}, q{CALL confiture.sync('prod_tcp', policy => 'off')};
	ClientTest::exits($target, [ 'check', '-s', 'prod_tcp' ], 5, qr/^failed +publications: subscribers of q get the masking key$/m, "$publication: check");
	here('DROP PUBLICATION q');
}
here('CREATE PUBLICATION q FOR TABLE confiture.run');
ClientTest::exits($target, [ 'check', '-s', 'prod_tcp', 'item', '--policy', 'off' ], 0, qr/^warning +dumps: a superuser's pg_dump of this database contains the password for prod_tcp.*^warning +readers: members of pg_read_all_data can read the password for prod_tcp: dumper\n.*^warning +publications: subscribers of q get/ms, 'check warns');
here('DROP PUBLICATION q');

# ---- Control tables that were tampered with

# Leaves an index set aside, which cannot come back as long as labels are the same. Returns the run.
$source->safe_psql('postgres', "UPDATE item SET label = 'same' WHERE id < 3");
sub fail_run
{
	here('DELETE FROM confiture.set_aside; TRUNCATE item; DROP INDEX IF EXISTS item_label; CREATE UNIQUE INDEX item_label ON item (label)');
	my ($status) = $target->psql('postgres', q{CALL confiture.sync('prod_tcp', include => '{public.item}', policy => 'off', rebuild_indexes => true)});
	isnt($status, 0, 'a run leaves its index set aside');
	here('UPDATE item SET label = label || id');
	return here('SELECT max(run_id) FROM confiture.run');
}
my $run = fail_run();
here(q{UPDATE confiture.set_aside SET statements = '{ALTER ROLE bob SUPERUSER}', error = NULL});
my $foreign = [qr/not everything .* came back/, qr/is not what a run wrote/];
refused("SELECT confiture.restore_indexes($run)", $foreign, 'another statement is not executed');
here('SELECT confiture.rotate_key()');
refused("SELECT confiture.restore_indexes($run)", $foreign, 'a new key does not authenticate it');
is(here(q{SELECT rolsuper FROM pg_roles WHERE rolname = 'bob'}), 'f', 'bob is who he was');
$run = fail_run();
here(q{UPDATE confiture.set_aside SET name = 'item_other'});
refused("SELECT confiture.restore_indexes($run)", $foreign, 'nor under another name');
$run = fail_run();
here('SELECT confiture.rotate_key()');
is(here("SELECT confiture.restore_indexes($run)"), '1', 'what a run wrote is restored, also with a new key');

# The transfer decides the masks, the chunks which rows the source is asked for, the parameters everything.
here('DROP INDEX item_label');
foreach my $change (
	(map { [ run_table => "transfer = $_", qr/chunk 1 of public\.item, or how it is masked, is not what the run planned/ ] } 'NULL', q{'{}'}, q{replace(transfer::text, '"hash"', 'null')::jsonb}),
	(map { [ chunk => $_, qr/chunk \d of public\.item, or how it is masked, is not what the run planned/ ] } q{condition = 'true) UNION ALL (SELECT * FROM item'}, q{condition = NULL, number = 2},
		q{seal = ''}, q{seal = (SELECT max(seal) FROM confiture.chunk o WHERE o.run_id < chunk.run_id)}),
	(map { [ run => $_, qr/the parameters in confiture\.run are not those that run \d+ was started with/ ] } q{parameters = parameters || '{"rules": {"public.item": {"who": "keep"}}}'},
		q{parameters = parameters - 'policy'}, 'seal = NULL', q{seal = (SELECT max(seal) FROM confiture.run)}))
{
	my ($table, $assignment, $words) = @$change;
	here('TRUNCATE item; ALTER TABLE item ADD CONSTRAINT short CHECK (id < 200)');
	$target->psql('postgres', q{CALL confiture.sync('prod_tcp', include => '{public.item}', policy => 'off')});
	$run = here('SELECT max(run_id) FROM confiture.run');
	here('ALTER TABLE item DROP CONSTRAINT short');
	here("UPDATE confiture.$table SET $assignment WHERE run_id = $run" =~ s/FROM confiture\.run\)/FROM confiture.run WHERE run_id < $run)/r);
	refused("CALL confiture.resume($run)", [$words], "$table: $assignment");
	refused("CALL confiture.work($run)", [$words], "$table, by a worker: $assignment") if $table eq 'run';
	is(here('SELECT count(*) FROM item'), '0', 'no row came');
}

# ---- Roles are more than their names

here(q{GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO alice; GRANT ALL ON item TO alice});
here(q{ALTER TABLE item OWNER TO alice; GRANT CREATE ON SCHEMA public TO alice});
$target->psql('postgres', q{SELECT confiture.sync_table('prod_tcp', 'item')}, extra_params => [ '-U', 'alice' ]);
is(here(q{SELECT started_by FROM confiture.runs ORDER BY run_id DESC LIMIT 1}), 'alice', 'a run of alice');
here('ALTER ROLE alice RENAME TO alicia');
is(here(q{SELECT started_by FROM confiture.runs ORDER BY run_id DESC LIMIT 1}), 'alicia', 'renamed');
here('ALTER ROLE alicia RENAME TO alice');
$run = here('SELECT max(run_id) FROM confiture.run');
here('DROP OWNED BY alice CASCADE; DROP ROLE alice; CREATE ROLE alice LOGIN; GRANT EXECUTE ON ALL ROUTINES IN SCHEMA confiture TO alice');
is(here(q{SELECT started_by FROM confiture.runs ORDER BY run_id DESC LIMIT 1}), 'alice (dropped)', 'dropped');
is(here('SELECT count(*) FROM confiture.runs', extra_params => [ '-U', 'alice' ]), '0', 'a new role of that name does not see its runs');
refused("SELECT confiture.cancel($run)", [qr/permission denied for run/], 'nor lead them', extra_params => [ '-U', 'alice' ]);

# ---- A policy that cannot be read

here(q{ALTER DATABASE postgres SET confiture.policy = 'strickt'});
here('CREATE TABLE item (id integer PRIMARY KEY, label text, who text)');
my $unreadable = [qr/the setting confiture\.policy is "strickt", which is no policy/, qr/HINT: .*strict, guard, auto and off/];
refused($_, $unreadable, "fails closed: $_") for q{SELECT confiture.sync_table('prod_tcp', 'item')}, q{SELECT * FROM confiture.plan('prod_tcp', 'item', policy => 'strict')},
  q{SELECT * FROM confiture.plan_sync('prod_tcp')}, q{CALL confiture.sync('prod_tcp')}, q{SELECT * FROM confiture.preview('prod_tcp', 'item')},
  q{SET confiture.policy = 'strict'; RESET confiture.policy; SELECT * FROM confiture.plan('prod_tcp', 'item')};
is(here(q{SET confiture.policy = 'off'; SELECT rows FROM confiture.sync_table('prod_tcp', 'item')}), '300', 'until a session sets a valid one');
refused(q{SELECT confiture.key_id(); SET confiture.policy = 'lax'}, [qr/invalid value for parameter "confiture.policy": "lax"/], 'SET refuses what is none');
refused(q{SELECT confiture.key_id(); ALTER DATABASE postgres SET confiture.policy = 'lax'}, [qr/invalid value for parameter/], 'so does ALTER DATABASE where the library is loaded');
refused(q{SET confiture.policy = 'lax'; SELECT * FROM confiture.plan('prod_tcp', 'item')}, [qr/confiture\.policy is "lax"/], 'SET before the library is loaded');
here('ALTER DATABASE postgres RESET confiture.policy');

done_testing();
