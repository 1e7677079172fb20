# Databases where all names are quoted (quote_all_identifiers): the names are equal nevertheless.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
$_->safe_psql('postgres', q{CREATE TYPE pair AS (a integer, "b c" numeric(5, 2)); CREATE DOMAIN pairs AS pair[];
	CREATE TABLE users (id integer PRIMARY KEY, email text, size pair, sizes pairs);
	CREATE TABLE visits (id integer PRIMARY KEY, "user" integer REFERENCES users)}) for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO users SELECT i, 'u' || i || '@home.test', format('(%s,1.5)', i)::pair, ARRAY[format('(%s,2.5)', i)::pair] FROM generate_series(1, 100) i;
	INSERT INTO visits SELECT i, i FROM generate_series(1, 100) i});
$target->safe_psql('postgres', q{SELECT confiture.set_rule('users', 'email', 'email')});

my $run = 0;
foreach my $node ($target, $source)
{
	my $where = $node == $target ? 'target' : 'source';
	$node->safe_psql('postgres', 'ALTER DATABASE postgres SET quote_all_identifiers = on');
	$run++;
	ClientTest::exits($target, ['check'], 0, qr/ok       plan: 2 tables can be synced/, "on the $where: check");
	ClientTest::exits($target, ['plan'], 0, qr/^public\.users \(.*^  size\s+public\.pair\s+pass/ms, 'plan');
	ClientTest::exits($target, ['sync'], 0, qr/^run $run: done, 2 tables, 200 rows, .*1 foreign key checked/ms, 'sync');
	ClientTest::exits($target, ['verify'], 0, qr/^public\.users\s+same\s+100\s+100\s+3\npublic\.visits\s+same/m, 'verify');
	ClientTest::exits($target, [qw(verify users)], 0, qr/^public\.users\s+same/m, 'of one table');
	ClientTest::exits($target, [qw(runs --table users)], 0, qr/^\s*$run\s+prod\s+done/m, 'runs');
	ClientTest::exits($target, [qw(rules list)], 0, qr/^public\.users\s+email\s/m, 'rules');
	ClientTest::exits($target, [ 'report', $run, '--html', '-' ], 0, qr/>public\.users<.*>id<.*>size<.*>sizes</s, 'report');
	is($target->safe_psql('postgres', q{SELECT rows FROM confiture.sync_table('prod', 'users')}), '100', 'sync_table()');
	$run++;
	$node->safe_psql('postgres', 'ALTER DATABASE postgres RESET quote_all_identifiers');
}

done_testing();
