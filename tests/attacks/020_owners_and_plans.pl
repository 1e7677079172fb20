# A plan runs no owner's code as its caller, and keeps nothing of what such code did.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use OwnerTest;
use Test::More;

my ($source, $target) = OwnerTest::clusters();
my %call = (
	plan => sub { my ($server, $table) = @_; return "SELECT count(*) FROM confiture.plan('$server', '$table', policy => 'off', rules => '{\"v\": \"hash\"}')" },
	preview => sub { my ($server, $table) = @_; return "SELECT count(*) FROM confiture.preview('$server', '$table', policy => 'off')" },
	plan_sync => sub { my ($server, $table) = @_; return "SELECT count(*) FROM confiture.plan_sync('$server', '{$table}', policy => 'off', rules => '{\"$table\": {\"v\": \"hash\"}}')" });
for my $caller (qw(superuser loader))
{
	my $server = $caller eq 'loader' ? 'prod_tcp' : 'prod';
	for my $kind (@OwnerTest::kinds)
	{
		for my $name (sort keys %call)
		{
			my ($out) = OwnerTest::call_as($target, $caller, $call{$name}->($server, "app.t_$kind"), "$caller, $name, $kind");
			is($target->safe_psql('postgres', "SELECT count(*) FROM app.t_$kind"), '0', "$caller, $name, $kind: and no row");
		}
	}
}
done_testing();
