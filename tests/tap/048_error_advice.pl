# Errors whose words are withheld say what helps, by their SQLSTATE; conflicts with the recovery of a standby, which ends the
# queries of a run, are retried.
use strict;
use warnings;

use ConfitureTest;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use Test::More;

my $policy = q{policy => 'off'};

# ---- What is said instead of the server's words

{
	my ($source, $target) = ConfitureTest::clusters(name => '_words');
	my $here = sub { $target->safe_psql('postgres', $_[0]) };
	my $there = sub { $source->safe_psql('postgres', $_[0]) };
	$there->(q{
		CREATE DATABASE plain ENCODING 'SQL_ASCII' TEMPLATE template0;
		CREATE TABLE item (id int PRIMARY KEY, n int, v text);
		INSERT INTO item VALUES (1, 0, 'secret-1');
		CREATE VIEW ratio AS SELECT id, 100 / n AS n, v FROM item;
		CREATE VIEW number AS SELECT id, n, v::int AS v FROM item;
		CREATE VIEW broken AS SELECT id, n, v || to_tsvector(0::regconfig, v)::text AS v FROM item; -- "cache lookup failed"
		CREATE TABLE foreign_word (id int PRIMARY KEY, v text);
		INSERT INTO foreign_word VALUES (1, 'secret ł');
	});
	$source->safe_psql('plain', q{CREATE TABLE item (id int PRIMARY KEY, n int, v text); INSERT INTO item VALUES (1, 0, E'secret-\xff')});
	$target->safe_psql('postgres', q{
		CREATE TABLE item (id int PRIMARY KEY, n int, v text);
		CREATE TABLE ratio (id int PRIMARY KEY, n int, v text);
		CREATE TABLE number (id int PRIMARY KEY, n int, v int);
		CREATE TABLE broken (id int PRIMARY KEY, n int, v text);
		CREATE SERVER plain FOREIGN DATA WRAPPER confiture;
	});
	$here->(qq{ALTER SERVER plain OPTIONS (ADD host '@{[ $source->host ]}', ADD port '@{[ $source->port ]}', ADD dbname 'plain');
		CREATE USER MAPPING FOR CURRENT_USER SERVER plain OPTIONS (user '@{[ ConfitureTest::superuser($source) ]}')});
	my %calls = (
		'22012 there' => [ q{sync_table('prod', 'ratio', }, qr/reading rows failed.*source's message for SQLSTATE 22012 is withheld.*An expression divides by zero: one of a filter or view/s ],
		'XX000 there' => [ q{sync_table('prod', 'broken', }, qr/SQLSTATE XX000 is withheld.*It is an internal error\. With values of hundreds of megabytes .*format => 'binary'/s ],
		'22P02 there' => [ q{sync_table('prod', 'number', }, qr/SQLSTATE 22P02 is withheld.*A text is no value of the type it is read as/s ],
		'22021 there' => [ q{sync_table('plain', 'item', }, qr/SQLSTATE 22021 is withheld.*bytes that are not valid in its encoding: correct such rows on the source, or leave the column out with the rule "drop"/s ]);
	for my $name (sort keys %calls)
	{
		my ($call, $words) = @{ $calls{$name} };
		my $said = ConfitureTest::fails_like($target, "SELECT * FROM confiture.$call$policy)", [$words], $name);
		unlike($said, qr/secret/, "$name: and no value");
	}
	$here->(q{CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0});
	ConfitureTest::connect_clusters($source, $target, database => 'latin');
	$target->safe_psql('latin', 'CREATE TABLE foreign_word (id int PRIMARY KEY, v text)');
	for my $format (qw(text binary))
	{
		my (undef, undef, $said) = $target->psql('latin', "SELECT * FROM confiture.sync_table('prod', 'foreign_word', format => '$format', $policy)");
		like($said, qr/SQLSTATE 22P05 is withheld.*A text has a character that the other database's encoding lacks: make the target's encoding UTF8/s, "22P05, $format");
		unlike($said, qr/secret/, "22P05, $format: and no value");
	}
	for (
		[ '22012 here', 'CHECK (10 / n > 0)', qr/SQLSTATE 22012 is withheld.*An expression divides by zero/s ],
		[ '22003 here', 'CHECK ((id + 2147483646 + id)::int > 0)', qr/SQLSTATE 22003 is withheld.*A number is too large for its type/s ],
		[ 'P0001 here', 'CHECK (public.raises(v))', qr/SQLSTATE P0001 is withheld.*A function raised it in words of its own/s ],
		[ '42883 here', q{CHECK (public.calls(v))}, qr/SQLSTATE 42883 is withheld.*search_path = pg_catalog, so functions that .*constraints.* call must write names with their schemas, or get them by ALTER FUNCTION/s ],
		[ 'XX000 here', 'CHECK (public.breaks(v))', qr/SQLSTATE XX000 is withheld.*format => 'binary'/s ])
	{
		my ($name, $check, $words) = @$_;
		$here->(q{
			CREATE OR REPLACE FUNCTION raises(text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN RAISE 'about %', $1; END $$;
			CREATE OR REPLACE FUNCTION breaks(text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN RAISE 'about %', $1 USING ERRCODE = 'XX000'; END $$;
			CREATE OR REPLACE FUNCTION calls(text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN RETURN nothing($1); END $$});
		$here->("ALTER TABLE item ADD CONSTRAINT tried $check");
		my $said = ConfitureTest::fails_like($target, "SELECT * FROM confiture.sync_table('prod', 'item', $policy)", [$words], $name);
		unlike($said, qr/secret/, "$name: and no value");
		$said = ConfitureTest::fails_like($target, "CALL confiture.sync('prod', '{public.item}', $policy)", [$words], "$name, in a run");
		like($target->safe_psql('postgres', 'SELECT error FROM confiture.runs ORDER BY run_id DESC LIMIT 1'), $words, "$name: on record too");
		$here->('ALTER TABLE item DROP CONSTRAINT tried');
	}
	$_->stop for ($source, $target);
}

# ---- A standby whose recovery ends the queries of a run

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1, extra => [ '--no-locale', '--encoding=UTF8' ]);
$primary->append_conf('postgresql.conf', "autovacuum = off\n");
$primary->start;
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', "max_standby_streaming_delay = '50ms'\nhot_standby_feedback = off\n");
$standby->start;
my $target = ConfitureTest::new_cluster('target', '');
ConfitureTest::connect_clusters($standby, $target);
sub here { return $target->safe_psql('postgres', $_[0]) }

$primary->safe_psql('postgres', q{
	CREATE TABLE wide (id int PRIMARY KEY, filler text);
	CREATE TABLE gone (id int PRIMARY KEY);
	INSERT INTO wide SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 20000) i;
	INSERT INTO gone SELECT generate_series(1, 1000);
});
$primary->wait_for_catchup($standby);
here(q{CREATE TABLE wide (id int PRIMARY KEY, filler text)});

# A query of the run sleeps on the standby while the primary cleans up.
my $sleeps = 'id <> 1 OR pg_catalog.pg_sleep(2) IS NOT NULL';

sub run_with_conflict
{
	my ($call) = @_;
	my ($out, $err) = ('', '');
	my $client = IPC::Run::start([ 'psql', '-XAtq', '-d', $target->connstr('postgres'), '-c', $call ], '<', \undef, '>', \$out, '2>', \$err);
	$standby->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'COPY%'}) or die "no run sleeps: $err";
	$primary->safe_psql('postgres', 'DELETE FROM gone WHERE id % 2 = 0');
	$primary->safe_psql('postgres', 'VACUUM gone');
	$primary->safe_psql('postgres', 'INSERT INTO gone SELECT generate_series(2, 1000, 2)');
	$client->finish;
	return $out . $err;
}

my $arguments = qq{'{public.wide}', filters => '{"public.wide": "$sleeps"}', $policy};
my $said = run_with_conflict(qq{CALL confiture.sync('prod', $arguments)});
like($said, qr/\|done\|1\|20000\|/, 'a run goes on after a conflict with recovery');
ConfitureTest::same_rows($standby, $target, 'SELECT * FROM wide', 'and has all rows');
$said = run_with_conflict(qq{CALL confiture.sync('prod', $arguments, retry_for => '0')});
like($said, qr/ERROR:  run \d+ failed: .*conflict with recovery \(A standby.*raise that, or set hot_standby_feedback = on/s, 'which ends one that is not to retry, with what helps');
$said = run_with_conflict(qq{SELECT confiture.sync_table('prod', 'wide', filter => '$sleeps', $policy)});
like($said, qr/ERROR:  server "prod" reports: canceling statement due to conflict with recovery\nDETAIL:  A standby ends queries .*max_standby_streaming_delay.*hot_standby_feedback/s, 'and sync_table()');

done_testing();
