# usage: prove -I tests/wall tests/wall/sources.t :: SERVER_INCLUDE_DIRECTORY
use strict;
use warnings;

use Test::More;
use Wall;

my ($headers) = @ARGV;
die "no server headers in $headers" unless -e "$headers/postgres.h";

sub none
{
	my ($test_name, @offences) = @_;
	ok(!@offences, $test_name) or diag join "\n", @offences;
	return;
}

cmp_ok(scalar Wall::glue_sources('.'), '>', 0, 'there is glue');
cmp_ok(scalar Wall::core_sources('.'), '>', 0, 'there is a core');
none('glue has no throw, try or catch', Wall::exceptions_in_glue('.'));
none('the core includes no PostgreSQL header', Wall::server_headers_in_core('.', $headers));
none('one header in extension/pg/, besides compat.h, includes the server\'s', Wall::server_headers_outside_one_file('.', $headers));
none('every directory is a room with a floor', Wall::unknown_rooms('.'));
none('includes point down only', Wall::upward_includes('.'));
none('no two units include each other', Wall::mutual_includes('.'));
none('no folder of the client includes itself through others', Wall::client_folder_loops('.'));
none('PG_VERSION_NUM is in extension/pg/compat.h only', Wall::version_number_outside_compat('.'));
none('nothing includes iostream, locale, regex, thread or future', Wall::heavy_headers('.'));
none('all functions of the wall are noexcept', Wall::wall_functions_that_may_throw('extension/wall/wall.h'));
none('control file, META.json and install script agree on the version', Wall::version_differences('.'));

done_testing();
