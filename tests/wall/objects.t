# usage: prove -I tests/wall tests/wall/objects.t :: LIBRARY CHECKED_GLUE... -- OBJECT...
#
# CHECKED_GLUE is the glue compiled with exceptions on, though it ships with them off: only then does the compiler
# record which frames need cleaning up.
use strict;
use warnings;

use Test::More;
use Wall;

my $library = shift @ARGV;
my (@glue, @objects);
push @glue, shift @ARGV while @ARGV && $ARGV[0] ne '--';
shift @ARGV;
@objects = @ARGV;

sub none
{
	my ($test_name, @offences) = @_;
	ok(!@offences, $test_name) or diag join "\n", @offences;
	return;
}

cmp_ok(scalar @glue, '>', 0, 'there are objects of the glue');
cmp_ok(scalar @objects, '>', @glue, 'there are objects of glue and core');
none('no frame of the glue has anything to clean up or to catch', Wall::exception_tables(@glue));
none('nothing runs when the library is loaded', Wall::dynamic_initialisers(@objects));
none('the library exports nothing but what PostgreSQL calls', Wall::unexpected_exports($library));

done_testing();
