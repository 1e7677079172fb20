# Rules with default: the column gets its default in the target, and what the source has does not leave it.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(source_conf => "log_statement = all");
sub here { return $target->safe_psql('postgres', $_[0]) }
sub refused { my ($sql, $error, $name) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql); ok($status != 0 && $err =~ $error, $name) or diag("$status $out $err"); return }

$source->safe_psql('postgres', q{CREATE TABLE t (id int PRIMARY KEY, status text, made timestamptz, number int, own int, label text, plain text, extra text);
	INSERT INTO t SELECT i, 'canary', '2000-01-01', -i, -i, 'canary', 'canary', 'canary' FROM generate_series(1, 20) i});
here(q{CREATE SEQUENCE numbers START 100; CREATE DOMAIN label AS text DEFAULT 'none';
	CREATE TABLE t (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', made timestamptz NOT NULL DEFAULT now(), number int NOT NULL UNIQUE DEFAULT nextval('numbers'), own int GENERATED ALWAYS AS IDENTITY, label label, plain text)});
my $rules = '{"status": "default", "made": "default", "number": "default", "own": "default", "label": "default", "plain": "null", "extra": "drop"}';
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 't', rules => '$rules', format => '$format')});
	is(here(q{SELECT count(*), count(*) FILTER (WHERE status = 'new' AND made > now() - interval '1 hour' AND number >= 100 AND own > 0 AND label = 'none') FROM t}), '20|20', "$format: constants, now(), sequences, identities, defaults of domains");
}
is(here(qq{SELECT string_agg(DISTINCT concat_ws(' ', action, strategy, raw_leaves_source), ', ') FROM confiture.plan('prod', 't', rules => '$rules') WHERE column_name IN ('status', 'made', 'number', 'own', 'label')}), 'default f', 'the plan says so');
unlike(PostgreSQL::Test::Utils::slurp_file($source->logfile), qr/COPY \(SELECT[^\n]*\bstatus\b/, 'the column is not asked for');

here(q{SELECT confiture.set_rule('t', c, 'default') FROM unnest('{status,made,number,own,label}'::text[]) c; SELECT confiture.set_rule('t', 'plain', 'null'), confiture.set_rule('t', 'extra', 'drop'); CALL confiture.sync('prod', ARRAY['public.t'])});
is(here(q{SELECT count(*) FROM t WHERE status = 'new' AND label = 'none' AND plain IS NULL}), '20', 'a run, by stored rules');
here(q{UPDATE t SET status = 'old'; SELECT confiture.sync_table('prod', 't', mode => 'upsert')});
is(here(q{SELECT count(*) FROM t WHERE status = 'old'}), '20', 'an upsert leaves what is there');
here(q{SELECT confiture.set_rule('t', 'status', 'hash', '{}', 'id < 5'), confiture.set_rule('t', 'status', 'redact')});
is(here(q{SELECT string_agg(strategy, ',' ORDER BY position) FROM confiture.rules WHERE column_name = 'status'}), 'redact,hash', 'another rule replaces it');
here(q{SELECT confiture.set_rule('t', 'status', 'default')});
is(here(q{SELECT string_agg(strategy, ',') FROM confiture.rules WHERE column_name = 'status'}), 'default', 'and it replaces all others');
here(q{SELECT confiture.drop_rule('t', 'plain'), confiture.set_pattern('public.*', 'stat*', 'default'), confiture.drop_rule('t', 'status')});
like(here(q{SELECT action, warnings::text FROM confiture.plan('prod', 't', rules => '{"plain": "null"}') WHERE column_name = 'status'}), qr/^default\|\{"left out by the pattern .*stat\*/, 'a pattern');
here(q{SELECT confiture.drop_pattern('public.*', 'stat*'), confiture.set_rule('t', 'status', 'default')});

refused(q{SELECT confiture.sync_table('prod', 't', rules => '{"plain": "default"}')}, qr/plain has the rule default, but no default here.*set_rule\('public\.t', 'plain', 'null'\)/s, 'no default');
refused(q{SELECT confiture.sync_table('prod', 't', rules => '{"plain": "null", "extra": "default"}')}, qr/extra \(text\) is on the source, but not here/, 'no such column here');
refused(q{SELECT confiture.set_rule('t', 'extra', 'default')}, qr/column "extra" .*does not exist/, '... nor for set_rule()');
refused(q{SELECT confiture.set_rule('t', 'status', 'default', '{"value": 1}')}, qr/"default" takes no options/, 'options');
refused(q{SELECT confiture.set_rule('t', 'status', 'default', '{}', 'id = 1')}, qr/"default" leaves a column out of all rows, so that it takes no condition/, 'a condition');
refused(q{SELECT confiture.sync_table('prod', 't', rules => '{"plain": "null", "status": [{"strategy": "default", "when": "id = 1"}, "null"]}')}, qr/"default" leaves a column out of all rows/, '... in rules of a call');
here(q{CREATE SCHEMA live; CREATE FOREIGN TABLE live.t (id int, status text DEFAULT 'new') SERVER prod OPTIONS (schema_name 'public', table_name 't'); SELECT confiture.set_rule('live.t', 'status', 'default')});
refused(q{SELECT * FROM live.t}, qr/status has the rule default, but no value of a foreign table that is read is a default/, 'a foreign table');

done_testing();
