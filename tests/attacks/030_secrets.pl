# The masking key, the source's password and the values of rows, with every setting that makes a server talk: none is in a
# log, a statistic, a publication, a control table or a plan.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin, "$FindBin::RealBin/../cli";
use ClientTest;
use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $dir = PostgreSQL::Test::Utils::tempdir;
my ($source, $target) = ConfitureTest::clusters(
	extension => 0,
	target_conf => ConfitureTest::every_log() . "wal_level = logical\n");
my $password = 'canarypassword';
my $port = $source->port;
$source->safe_psql('postgres', qq{
	CREATE ROLE reader LOGIN PASSWORD '$password';
	CREATE TABLE people (id int PRIMARY KEY, email text, note text, boss int);
	INSERT INTO people SELECT i, 'canaryseen' || i || '\@home.test', 'canarykept' || i, i % 50 FROM generate_series(1, 2000) i;
	GRANT SELECT ON people TO reader; GRANT pg_read_all_data TO reader;
	ANALYZE});
sub here { return $target->safe_psql('postgres', $_[0]) }

# Bytes as a log may have them: hex, base64, escaped, as a node tree prints a constant, as they are.
sub forms_of
{
	my ($hex) = @_;
	my $bytes = pack 'H*', $hex;
	my $part = substr $bytes, 4, 10;
	return (substr($hex, 8, 20), join(' ', unpack 'c*', $part), $part, join('', map { $_ < 32 || $_ > 126 ? sprintf '\\%03o', $_ : chr } unpack 'C*', $part));
}
sub key { return here(q{COPY (SELECT substr(key::text, 3) FROM confiture.masking_key) TO STDOUT}) }
my (%places, $offset);
$offset = 0;
sub is_nowhere
{
	my ($title, %secret) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	# The log since the last time; what a pretty tree breaks is put together.
	$places{log} = slurp_file($target->logfile, $offset);
	$offset = -s $target->logfile;
	$places{log} =~ s/\s+/ /g;
	$places{statements} = here('SELECT query FROM pg_stat_statements');
	$places{activity} = here('SELECT * FROM pg_stat_activity');
	for my $name (sort keys %secret)
	{
		for my $place (sort keys %places)
		{
			my @found = grep { index($places{$place}, $_) >= 0 } @{ $secret{$name} };
			is(scalar @found, 0, "$title: no $name in $place") or diag(map { my $at = index $places{$place}, $_; my $near = substr $places{$place}, $at > 200 ? $at - 200 : 0, 200; "...\n" . ($near =~ s/[^\n -~]/?/gr) . "[here]\n" } $found[0]);
		}
	}
	return;
}

# The key: made, rotated, set from a table that came by COPY, so that no statement of ours has it.
here('CREATE EXTENSION pg_stat_statements; CREATE EXTENSION confiture');
is_nowhere('CREATE EXTENSION', key => [ forms_of(key()) ]);
here('SELECT confiture.rotate_key()');
is_nowhere('rotate_key()', key => [ forms_of(key()) ]);
my $own = join '', map { sprintf '%02x', ($_ * 37 + 91) % 256 } 1 .. 32;
here("CREATE TABLE own_keys (key bytea);\nCOPY own_keys FROM STDIN;\n\\\\x$own\n\\.\n");
here('SELECT confiture.set_key((SELECT key FROM own_keys))');
is(key(), $own, 'the key is set');
is_nowhere('set_key()', key => [ forms_of($own) ]);
here(q{SELECT confiture.email('a'), confiture.hash('b'), confiture.key_id()});
is_nowhere('masks', key => [ forms_of($own) ]);

# By COPY, as the first thing that a session does with the library.
my $copied = join '', map { sprintf '%02x', ($_ * 51 + 17) % 256 } 1 .. 32;
here("COPY confiture.new_key FROM STDIN;\n$copied\n\\.\n");
is(key(), $copied, 'a key that COPY brings is set');
is_nowhere('new_key', key => [ forms_of($copied) ]);

# The key in a publication of all tables.
here(q{CREATE PUBLICATION everything FOR ALL TABLES; SELECT pg_create_logical_replication_slot('slot', 'pgoutput')});
my ($status, undef, $refusal) = $target->psql('postgres', 'SELECT confiture.rotate_key()');
my $now = key();
my $changes = here(q{SELECT string_agg(encode(data, 'hex'), ' ') FROM pg_logical_slot_get_binary_changes('slot', NULL, NULL, 'proto_version', '1', 'publication_names', 'everything')});
my $text = unpack 'H*', substr $now, 8, 20;
ok(index($changes, substr $now, 8, 20) < 0 && index($changes, $text) < 0, 'a publication FOR ALL TABLES has no key in it') or diag($refusal);
here(q{DROP PUBLICATION everything; SELECT pg_drop_replication_slot('slot')});

# The password: by init, and in what a source's errors say.
ClientTest::write_file("$dir/password", "$password\n");
chmod 0600, "$dir/password";
ClientTest::exits($target, [ 'init', "postgresql://reader\@127.0.0.1:$port/postgres", '--password-file', "$dir/password", '--yes' ], 0, qr/The source answers/, 'init');
is_nowhere('init', password => [$password]);
here(q{
	CREATE TABLE people (id int PRIMARY KEY, email text, note text, boss int);
	SELECT confiture.set_rule('people', 'email', 'email'), confiture.keep('people', 'note')});
my @calls = (
	(map { my $mode = $_; map { "SELECT confiture.sync_table('source', 'people', mode => '$mode', format => '$_')" } qw(binary text) } qw(replace upsert)),
	q{SELECT * FROM confiture.plan('source', 'people')}, q{SELECT count(*) FROM confiture.preview('source', 'people', 50)}, q{SELECT * FROM confiture.plan_sync('source', '{public.people}')},
	q{CALL confiture.sync('source', '{public.people}', jobs => 2, chunk_size => '64kB', rebuild_indexes => true)}, q{SELECT * FROM confiture.check_server('source')});
my @words;
for my $call (@calls)
{
	my ($status, $out, $err) = $target->psql('postgres', $call);
	is($status, 0, $call) or diag($err);
	push @words, $err;
}
# What fails: a wrong password, a role without rights, a unique index, a check, a foreign key that is not there, an index that cannot come back.
here(q{ALTER USER MAPPING FOR CURRENT_USER SERVER source OPTIONS (SET password 'canarywrong')});
push @words, ($target->psql('postgres', q{SELECT confiture.sync_table('source', 'people')}))[2];
here("ALTER USER MAPPING FOR CURRENT_USER SERVER source OPTIONS (SET password '$password')");
is_nowhere('syncs', 'masked value' => ['canaryseen'], 'kept value' => ['canarykept']);
for my $obstacle (
	'CREATE UNIQUE INDEX obstacle ON people (left(note, 11))', q{ALTER TABLE people ADD CONSTRAINT obstacle CHECK (note NOT LIKE '%99')},
	q{CREATE TABLE bosses (id int PRIMARY KEY); ALTER TABLE people ADD CONSTRAINT obstacle FOREIGN KEY (boss) REFERENCES bosses},
	q{CREATE TABLE notes (note text PRIMARY KEY); ALTER TABLE people ADD CONSTRAINT obstacle FOREIGN KEY (note) REFERENCES notes},
	# An error of our own server in the verification: a cast that fails, with the value in its words.
	q{CREATE TYPE mood AS ENUM ('good'); CREATE FUNCTION mood_of(text) RETURNS mood IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1::mood; END';
		CREATE TABLE moods (id int PRIMARY KEY, v text UNIQUE); CREATE DOMAIN word AS text; ALTER TABLE people ALTER note TYPE word; ALTER TABLE people ADD CONSTRAINT obstacle FOREIGN KEY (note) REFERENCES moods (v);
		ALTER TABLE moods ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON moods USING (mood_of(v) IS NOT NULL); INSERT INTO moods VALUES (1, 'fine')})
{
	here("TRUNCATE people; SET client_min_messages = error; $obstacle");
	for my $call (q{SELECT confiture.sync_table('source', 'people')}, q{CALL confiture.sync('source', '{public.people}', jobs => 2, rebuild_indexes => true, retry_for => '0')},
		map { "CALL confiture.sync('source', '{public.people}', jobs => 1, on_fk_violation => '$_', retry_for => '0')" } qw(report delete null))
	{
		my (undef, $out, $err) = $target->psql('postgres', $call, extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always' ]);
		push @words, $out, $err;
	}
	$target->psql('postgres', 'SELECT confiture.restore_indexes(); ALTER TABLE people DROP CONSTRAINT IF EXISTS obstacle; DROP INDEX IF EXISTS obstacle');
}
$places{words} = join "\n", @words;
$places{'control tables'} = here('SELECT * FROM confiture.run; SELECT * FROM confiture.run_table; SELECT * FROM confiture.chunk; SELECT * FROM confiture.set_aside; SELECT * FROM confiture.foreign_key_check');
# The mapping was altered by statements of this test; what PostgreSQL logs of them is not asked.
$source->safe_psql('postgres', q{ALTER ROLE reader PASSWORD 'canarylast'});
is_nowhere('failures', 'masked value' => ['canaryseen'], 'kept value' => ['canarykept'], key => [ forms_of(key()) ]);
is(index($places{words}, $password), -1, 'no password in what clients saw');

# Other roles see nothing either.
here('CREATE ROLE watcher LOGIN; GRANT pg_monitor, pg_read_all_data TO watcher; CREATE ROLE anybody LOGIN');
for my $role (qw(watcher anybody))
{
	my $seen = '';
	for my $relation (split /\n/, here(q{SELECT oid::regclass FROM pg_class WHERE relnamespace IN ('confiture'::regnamespace, 'pg_catalog'::regnamespace) AND relkind IN ('r', 'v')}))
	{
		next if $relation =~ m{pg_(?:statistic|stats|authid|shadow|user_mapping\b)};  # what PostgreSQL itself shows to those who may read all
		$seen .= ($target->psql('postgres', "SELECT * FROM $relation", extra_params => [ '-U', $role ]))[1] // '';
	}
	is(index($seen, 'canaryseen'), -1, "$role: sees no masked value");
	is(index($seen, $password), -1, "$role: nor the password");
	is(scalar(grep { index($seen, $_) >= 0 } forms_of(key())), 0, "$role: nor the key");
}
done_testing();
