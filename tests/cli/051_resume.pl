# A run that failed on foreign keys is resumed with what to do about them.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
$_->safe_psql('postgres', 'CREATE TABLE parents (id int PRIMARY KEY); CREATE TABLE children (id int, parent int REFERENCES parents)') for $source, $target;
$source->safe_psql('postgres', 'INSERT INTO parents SELECT generate_series(1, 10); INSERT INTO children SELECT i, i FROM generate_series(1, 10) i');
ClientTest::exits($target, [ 'sync', '--filter', 'parents=id < 5' ], 1, qr/children_parent_fkey/, 'a filter leaves out what is referenced');
ClientTest::exits($target, [ 'resume' ], 1, qr/children_parent_fkey/, 'resumed as before it fails again');
ClientTest::exits($target, [ 'resume', '--on-fk-violation', 'cascade' ], 2, qr/--on-fk-violation/, 'a word that it does not know');
ClientTest::exits($target, [ 'resume', '--on-fk-violation', 'delete' ], 0, qr/^run 1: done/m, 'with another word it is done');
is($target->safe_psql('postgres', 'SELECT count(*) FROM children'), '4', 'and the rows are gone');

done_testing();
