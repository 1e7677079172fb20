# Runs the guides (see DocPage.pm), each in separate databases.
use strict;
use warnings;

use ConfitureTest;
use DocPage;
use Test::More;

foreach my $guide (qw(runs production-window subsets))
{
	my ($source, $target) = ConfitureTest::clusters(name => "_$guide", extension => 0);
	$source->safe_psql('postgres', 'CREATE DATABASE app');
	$target->safe_psql('postgres', 'CREATE DATABASE staging');
	DocPage::run("docs/guides/$guide.md", source => [ $source, 'app' ], target => [ $target, 'staging' ]);
	$_->stop foreach ($source, $target);
}

done_testing();
