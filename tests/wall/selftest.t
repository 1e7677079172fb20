# usage: CXX=g++ prove -I tests/wall tests/wall/selftest.t
#
# Breaks every rule of the wall once and checks that it is noticed; and that good code passes.
use strict;
use warnings;

use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;
use Wall;

my $cxx = $ENV{CXX} // 'g++';
my $root = tempdir(CLEANUP => 1);
my $headers = "$root/server";

sub write_file
{
	my ($path, $text) = @_;
	make_path(dirname("$root/$path"));
	open my $handle, '>', "$root/$path" or die "$path: $!";
	print $handle $text;
	close $handle;
	return "$root/$path";
}

sub compile
{
	my ($name, $text, @flags) = @_;
	my $source = write_file("objects/$name.cpp", $text);
	my $object = "$root/objects/$name.o";
	system($cxx, '-std=c++20', '-O2', '-fPIC', '-ffunction-sections', @flags, '-c', $source, '-o', $object) == 0
	  or die "$name.cpp does not compile";
	return $object;
}

# Writes a file that breaks a rule, and removes it again.
sub breaks
{
	my ($test_name, $path, $text, $rule) = @_;
	my $old = -e "$root/$path" ? Wall::slurp("$root/$path") : undef;
	my $file = write_file($path, $text);
	cmp_ok(scalar(my @offences = $rule->()), '>', 0, $test_name);
	defined $old ? write_file($path, $old) : unlink $file;
	return;
}

# A good tree.
write_file('server/postgres.h', '');
write_file('server/utils/rel.h', '');
write_file('extension/module.cpp', qq{#include "pg/server.h"\n// try, catch and throw are words\nconst char *a = "try";\n});
write_file('extension/pg/server.h', qq{#include "postgres.h"\n#include <utils/rel.h>\n});
write_file('extension/pg/compat.h', "#if PG_VERSION_NUM >= 160000\n#include \"utils/rel.h\"\n#endif\n");
write_file('extension/run/run.cpp', qq{/* try */ const char *b = R"(catch " throw)"; int c = 1'000'000; char d = '"'; // throw\n});
write_file('extension/run/run.h', '');
write_file('extension/run/finish.h', '');
write_file('extension/run/finish.cpp', qq{#include "run/finish.h"\n#include "run/run.h"\n});
write_file('client/error.h', '');
write_file('client/run/draw.h', qq{#include "error.h"\n});
write_file('client/report/page.h', '');
write_file('client/report/page.cpp', qq{#include "report/page.h"\n#include "run/draw.h"\n});
write_file('client/cli/model.h', '');
write_file('extension/mask/mask.cpp', "#include <string>\nvoid f() { try { throw 1; } catch (...) {} }\n");
my $wall = "struct s {\n  int x;\n  union { int y; };\n};\nenum class c : int { a };\nusing t = int;\n"
  . "namespace n {\nint f(const char *a,\n      int b) noexcept;\nstruct o;\no *g(void) noexcept;\n}\n";
write_file('extension/wall/wall.h', $wall);
write_file('confiture.control', "default_version = '1.2.3'\n");
write_file('sql/confiture.sql', '');
my $meta = '{"name": "n", "abstract": "a", "maintainer": "m", "license": "l", "meta-spec": {"version": "1.0.0"}, '
  . '"version": "1.2.3", "provides": {"confiture": {"file": "sql/confiture.sql", "version": "1.2.3"}}}';
write_file('META.json', $meta);

my %rules = (
	exceptions => sub { Wall::exceptions_in_glue($root) },
	core_headers => sub { Wall::server_headers_in_core($root, $headers) },
	glue_headers => sub { Wall::server_headers_outside_one_file($root, $headers) },
	floors => sub { Wall::upward_includes($root) },
	pairs => sub { Wall::mutual_includes($root) },
	loops => sub { Wall::client_folder_loops($root) },
	rooms => sub { Wall::unknown_rooms($root) },
	version_number => sub { Wall::version_number_outside_compat($root) },
	heavy => sub { Wall::heavy_headers($root) },
	noexcept => sub { Wall::wall_functions_that_may_throw("$root/extension/wall/wall.h") },
	versions => sub { Wall::version_differences($root) });
for my $rule (sort keys %rules)
{
	my @offences = $rules{$rule}->();
	is("@offences", '', "good sources pass the rule '$rule'");
}

breaks("$_ in glue", 'extension/api/x.cpp', "void f() {\n  int $_ = 1;\n}\n", $rules{exceptions}) for qw(try throw catch);
breaks('throw after a digit separator', 'extension/api/x.cpp', "int a = 1'0, b = 2'0; throw 1;\n", $rules{exceptions});
breaks('a server header in the core', 'extension/mask/x.h', qq{#include "utils/rel.h"\n}, $rules{core_headers});
breaks('a server header in the wall', 'extension/wall/x.cpp', qq{#include <postgres.h>\n}, $rules{core_headers});
breaks('a server header elsewhere in the glue', 'extension/run/x.h', qq{ # include "utils/rel.h"\n}, $rules{glue_headers});
breaks('a server header in a .cpp of pg/', 'extension/pg/x.cpp', qq{#include "postgres.h"\n}, $rules{glue_headers});
breaks('two headers with server headers', 'extension/pg/x.h', qq{#include "postgres.h"\n}, $rules{glue_headers});
breaks('an include that points up', 'extension/record/x.cpp', qq{#include "run/run.h"\n}, $rules{floors});
breaks('an include that names no room', 'extension/run/x.cpp', qq{#include "run.h"\n}, $rules{floors});
breaks('two headers that include each other', 'extension/run/run.h', qq{#include "run/finish.h"\n}, $rules{pairs});
breaks('two units that include each other through a source', 'extension/run/run.cpp', qq{#include "run/finish.h"\n}, $rules{pairs});
breaks('two units of the client', 'client/run/draw.h', qq{#include "report/page.h"\n}, $rules{pairs});
breaks('two folders of the client that include each other', 'client/run/draw.h', qq{#include "report/page.h"\n}, $rules{loops});
breaks('a loop of three folders', 'client/run/draw.h',
	write_file('client/cli/model.h', qq{#include "report/page.h"\n}) && qq{#include "cli/model.h"\n}, $rules{loops});
write_file('client/cli/model.h', '');
breaks('a room without a floor', 'extension/attic/x.cpp', '', $rules{rooms});
breaks('a version number elsewhere', 'extension/pg/x.h', "#if PG_VERSION_NUM > 1\n#endif\n", $rules{version_number});
breaks('iostream', 'extension/mask/x.cpp', "#include <iostream>\n", $rules{heavy});
breaks('a thread', 'extension/pg/x.cpp', "#include <thread>\n", $rules{heavy});
breaks('a function that may throw', 'extension/wall/wall.h', $wall . "void h(int);\n", $rules{noexcept});
breaks('noexcept(false)', 'extension/wall/wall.h', $wall . "void h(int) noexcept(false);\n", $rules{noexcept});
breaks('another version in META.json', 'META.json', $meta =~ s/"version": "1.2.3"/"version": "1.2.4"/r, $rules{versions});
breaks('no licence in META.json', 'META.json', $meta =~ s/"license": "l", //r, $rules{versions});
breaks('another file in META.json', 'META.json', $meta =~ s/confiture.sql/other.sql/r, $rules{versions});
breaks('another version in the control file', 'confiture.control', "default_version = '1.2.4'\n", $rules{versions});

# Objects.
my $cleanup = "struct s { ~s(); };\nextern \"C\" void ereport();\nvoid f() { s x; ereport(); }\n";
my $good = compile('good', "extern \"C\" void ereport();\nvoid f() { int x[3]; ereport(); (void)x; }\n");
my @found = Wall::exception_tables($good);
is("@found", '', 'a plain frame passes');
cmp_ok(scalar(@found = Wall::exception_tables(compile('cleanup', $cleanup))), '>', 0, 'a destructor in a frame');
cmp_ok(scalar(@found = Wall::exception_tables(compile('handler',
			"extern \"C\" void ereport();\nvoid f() { try { ereport(); } catch (...) {} }\n"))), '>', 0, 'a handler');
cmp_ok(scalar(@found = Wall::exception_tables(compile('template',
			"struct s { ~s(); };\nvoid g();\ntemplate <int> void f() { s x; g(); }\nvoid h() { f<1>(); }\n", '-O0'))),
	'>', 0, 'a destructor in a template');
@found = Wall::dynamic_initialisers($good);
is("@found", '', 'no initialiser passes');
cmp_ok(scalar(@found = Wall::dynamic_initialisers(compile('initialiser', "int f();\nint x = f();\n"))),
	'>', 0, 'a global with a dynamic initialiser');

my $exports = "#define E extern \"C\" __attribute__((visibility(\"default\")))\nE void _PG_init() {}\nE void confiture_f() {}\n"
  . "E void *pg_finfo_confiture_f() { return 0; }\nE void *Pg_magic_func() { return 0; }\n";
for my $case ([ 'the right exports pass', $exports, 0 ], [ 'one export too many', $exports . "E void helper() {}\n", 1 ])
{
	my ($test_name, $text, $expected) = @$case;
	my $object = compile('exports', $text, '-fvisibility=hidden');
	system($cxx, '-shared', '-nostdlib', $object, '-o', "$root/lib.so") == 0 or die 'does not link';
	is(scalar(@found = Wall::unexpected_exports("$root/lib.so")), $expected, $test_name);
}

done_testing();
