# Runs docs/tutorial.md (see DocPage.pm). Its masked values come from a random key, so only the first lines are compared.
use strict;
use warnings;

use ConfitureTest;
use DocPage;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0);
$source->safe_psql('postgres', 'CREATE DATABASE app');
$target->safe_psql('postgres', 'CREATE DATABASE staging');

DocPage::run('docs/tutorial.md', source => [ $source, 'app' ], target => [ $target, 'staging' ], lines => 1);

done_testing();
