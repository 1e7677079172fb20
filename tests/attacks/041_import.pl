# IMPORT FOREIGN SCHEMA from a source that lies about its catalog: what it says becomes quoted names and known types, or
# is refused; nothing of it runs.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use HostileSource qw(message fields row_of);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my ($source, $target) = ConfitureTest::clusters(target_conf => "restart_after_crash = off\n");
my $user = ConfitureTest::superuser($source);
$source->safe_psql('postgres', qq{ALTER ROLE $user PASSWORD 'pw'; CREATE SCHEMA app; CREATE TABLE app.a (id int NOT NULL, v text COLLATE "C" DEFAULT 'x'); CREATE TABLE app.b (id int)});

# The fields of a row of the answer that describes columns.
my %at = (table => 1, column => 2, type => 3, type_schema => 4, type_name => 5, extension => 6, collation_schema => 7, collation => 8, not_null => 9, generated => 10, expression => 11);
my $no_column = q{"); CREATE TABLE public.pwned (); --};
my %value;
my %lies = (
	# Other fields of the row of column v.
	fields => sub { my ($row) = @_; my @f = fields($row); @f[ map { $at{$_} } keys %value ] = values %value if $f[2] eq 'v'; return message('D', row_of(@f)) },
	twice => sub { my ($row) = @_; return message('D', $row) x 2 },
	'table a again' => sub { my ($row) = @_; my @f = fields($row); $f[1] = 'a' if $f[1] eq 'b'; return $f[2] eq 'v' ? message('D', row_of(@f[ 0 .. 1 ], 'w', @f[ 3 .. 11 ])) . message('D', row_of($f[0], 'c', @f[ 2 .. 11 ])) : message('D', row_of(@f)) },
	'many columns' => sub { my ($row) = @_; my @f = fields($row); return $f[2] eq 'v' ? join '', map { message('D', row_of(@f[ 0 .. 1 ], "c$_", @f[ 3 .. 11 ])) } 1 .. 5000 : message('D', $row) },
	'many tables' => sub { my ($row) = @_; my @f = fields($row); return $f[2] eq 'v' ? join '', map { message('D', row_of($f[0], "t$_", @f[ 2 .. 11 ])) } 1 .. 300 : message('D', $row) },
	'less fields' => sub { my ($row) = @_; my @f = fields($row); return message('D', row_of(@f[ 0 .. 10 ])) },
	nothing => sub { return '' },
	'all NULL' => sub { return message('D', row_of((undef) x 12)) },
);
my $hostile = HostileSource->start($source->port, lies => {
	nothing => sub { message(@_[ 1, 2 ]) },
	row => sub {
		my ($talk, $type, $body) = @_;
		return message($type, $body) if $type ne 'D' || $talk->{query} !~ /has_column_privilege/;
		my ($lie, @values) = @{ $talk->{arguments} };
		s/<nul>//, s/<bytes>/\xff\xfe/, s/<long>/'n' x 100_000/e, s/<line>/\n/g foreach @values;
		%value = @values;
		return $lies{$lie}->($body);
	} });
$target->safe_psql('postgres', qq{
	CREATE SERVER hostile FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '$hostile->{port}', dbname 'postgres', sslmode 'disable');
	CREATE USER MAPPING FOR CURRENT_USER SERVER hostile OPTIONS (user '$user', password 'pw');
	CREATE SCHEMA live; CREATE SEQUENCE moved; CREATE TABLE ran (what text); CREATE TYPE own AS (a int);
	CREATE FUNCTION run(text) RETURNS text LANGUAGE sql AS 'INSERT INTO ran VALUES (\$1) RETURNING what'});

# What an import says and makes.
sub import
{
	my ($options, @lie) = @_;
	$hostile->tell('row', @lie);
	my ($out, $err) = ('', '');
	my $began = time;
	$target->psql('postgres', qq{SET statement_timeout = '20s'; BEGIN; IMPORT FOREIGN SCHEMA app FROM SERVER hostile INTO live OPTIONS ($options);
		SELECT string_agg(format('%s.%s %s%s', c.relname, a.attname, format_type(atttypid, atttypmod), ' ' || pg_get_expr(adbin, adrelid)), ', ' ORDER BY c.relname, attnum)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
		WHERE relnamespace = 'live'::regnamespace AND relkind = 'f';
		SELECT * FROM confiture.connections WHERE false; COMMIT; DROP SCHEMA live CASCADE; CREATE SCHEMA live},
		stdout => \$out, stderr => \$err, on_error_stop => 0, extra_params => [ '-v', 'SHOW_CONTEXT=never' ]);
	$err = join "\n", grep { !/NOTICE|DETAIL:  drop|^drop cascades|current transaction is aborted/ } split /\n/, $err;
	my $ran = $target->safe_psql('postgres', q{SELECT to_regclass('public.pwned'), (SELECT count(*) FROM ran), (SELECT is_called FROM moved)});
	return ($out, $err, $ran eq '|0|f', time - $began);
}
sub refused
{
	my ($title, $like, $options, @lie) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($out, $err, $is_calm, $seconds) = import($options, @lie);
	ok($err =~ /ERROR:  / && $err =~ $like && $is_calm && $out eq '' && $err !~ /XX000|invalid memory alloc|cache lookup/ && length $err < 5000 && $seconds < 20, "refused: $title")
	  or diag(substr "$out\n$err", 0, 600);
	return;
}
sub made
{
	my ($title, $what, $options, @lie) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($out, $err, $is_calm) = import($options, @lie);
	is($out, $what, "made: $title") or diag(substr $err, 0, 600);
	ok($is_calm && $err eq '', '... and nothing ran') or diag($err);
	return;
}
my ($plain, $all) = ("import_default 'false'", "import_default 'true', import_generated 'true'");

made('an honest source', q{a.id integer, a.v text 'x'::text, b.id integer}, $all, 'fields', table => 'a');

# ---- names
made('a table whose name is SQL', qq{a.id integer, b.id integer, x$no_column.v text}, $plain, 'fields', table => "x$no_column");
made('a column whose name is SQL', qq{a.id integer, a.x' $no_column text, b.id integer}, $plain, 'fields', column => "x' $no_column");
made('a name with a line', qq{a.id integer, a.x\n\\! true text, b.id integer}, $plain, 'fields', column => 'x<line>\\! true');
refused('a column of no name', qr/names that no table or column can have/, $plain, 'fields', column => '<nul>');
refused('a table of no name', qr/names that no table or column can have/, $plain, 'fields', table => '<nul>');
refused('a name of 100,000 bytes', qr/names that no table or column can have/, $plain, 'fields', column => '<long>');
refused('a name that is no text', qr/hostile|encoding/, $plain, 'fields', column => 'v<bytes>');
refused('a column that the server has', qr/ctid/, $plain, 'fields', column => 'ctid');
refused('columns twice', qr/more than once/, $plain, 'twice');
refused('a table twice', qr/already exists/, $plain, 'table a again');
refused('5,000 columns', qr/at most 1600 columns/, $plain, 'many columns');
is(scalar(my @names = (import($plain, 'many tables'))[0] =~ /t\d+\.v/g), 300, 'tables that are not there are made, as the source says');
refused('rows of less fields', qr/hostile/, $plain, 'less fields');
refused('NULL in place of names', qr/names that no table or column can have/, $plain, 'all NULL');
made('no rows', '', $plain, 'nothing');

# ---- types
refused("the type $_->[0]", $_->[1], $plain, 'fields', type => $_->[0]) for (
	[ 'text); CREATE TABLE public.pwned (); --', qr/gives a\.v a type that is none/ ], [ q{text DEFAULT run('a')}, qr/a type that is none/ ], [ 'nosuchtype', qr/do not exist here/ ],
	[ 'text, w text', qr/a type that is none/ ], [ 'int4[', qr/a type that is none/ ], [ 'nowhere.text', qr/do not exist here/ ], [ 'SETOF integer', qr/a type that is none|do not exist here/ ], 
	[ 'numeric(5000,2)', qr/a type that is none/ ], [ 'character varying(99999999)', qr/a type that is none/ ],
	[ 'integer(3)', qr/a type that is none/ ], [ 'bit(0)', qr/a type that is none/ ], [ q{numeric('a')}, qr/a type that is none/ ], [ 'numeric((SELECT 1))', qr/a type that is none/ ],
	[ q{text COLLATE "C"}, qr/a type that is none/ ], [ '<nul>', qr/a type that is none|do not exist here/ ], [ '<long>', qr/do not exist here/ ], [ 'text<bytes>', qr/hostile|encoding/ ], [ 'pg_catalog.pg_class%TYPE', qr/a type that is none/ ]);
refused("the type $_", qr/pseudo-type/, $plain . ", import_collate 'false'", 'fields', type => $_) for qw(record trigger anyarray);
made('a type of ours', 'a.id integer, a.v own, b.id integer', $plain . ", import_collate 'false'", 'fields', type => 'public.own');
made('an extension that is not here', 'a.id integer, a.v text, b.id integer', $plain, 'fields', extension => q{x' OR true --}, type_schema => 'a"; --');
refused('a collation that is SQL', qr/collation .* do|do not exist here/, $plain, 'fields', collation => q{C" DEFAULT run('c') --});
refused('a collation of nowhere', qr/do not exist here/, $plain, 'fields', collation_schema => 'nowhere; --');
refused('a collation of an integer', qr/collation/, $plain, 'fields', type => 'integer');

# ---- expressions
refused("the default $_->[0]", $_->[1], $all, 'fields', expression => $_->[0]) for (
	[ q{1); CREATE TABLE public.pwned (); --}, qr/app|an expression that is none|syntax error/ ], [ q{'x') NOT NULL, w text DEFAULT ('y'}, qr/an expression that is none/ ], [ q{'x', run('a')}, qr/an expression that is none/ ],
	[ q{'x'; SELECT run('a')}, qr/an expression that is none/ ], [ q{'x' FROM ran}, qr/an expression that is none/ ], [ q{'x' UNION SELECT run('a')}, qr/an expression that is none/ ], [ q{'x' INTO pwned}, qr/an expression that is none/ ],
	[ q{'x' AS y}, qr/an expression that is none/ ], [ q{(SELECT run('a'))}, qr/cannot use subquery in DEFAULT/ ], [ '<nul>', qr/an expression that is none/ ], [ 'id', qr/cannot use column reference in DEFAULT/ ],
	[ q{nosuchfunction()}, qr/nosuchfunction/ ], [ '$1', qr/parameter|app/ ], [ q{count(*) OVER ()}, qr/window functions are not allowed/ ]);
made('a default that would write', q{a.id integer, a.v text (run('a'::text) || nextval('moved'::regclass)), b.id integer}, $all, 'fields', expression => q{public.run('a') || nextval('public.moved')});
made('a default that would take long', 'a.id integer, a.v text pg_sleep((30)::double precision), b.id integer', $all, 'fields', expression => 'pg_catalog.pg_sleep(30)');
made('the same, without the option', 'a.id integer, a.v text, b.id integer', $plain, 'fields', expression => q{1); CREATE TABLE public.pwned (); --});
refused("generated as $_->[0]", $_->[1], $all, 'fields', generated => 't', expression => $_->[0]) for (
	[ q{public.run('a')}, qr/not immutable/ ], [ q{'x') STORED, w text DEFAULT ('y'}, qr/an expression that is none/ ], [ q{nextval('public.moved')::text}, qr/not immutable/ ], [ q{pg_read_file('/etc/passwd')}, qr/not immutable/ ], [ 'v', qr/generated column/ ]);

$hostile->stop;
unlike(slurp_file($target->logfile), qr/was terminated by signal|TRAP:/, 'no backend crashed');
done_testing;
