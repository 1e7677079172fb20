# Rows of extensions' tables of configuration: left out with a notice, or named by include.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub value { return $target->safe_psql('postgres', $_[0]) }

# An extension with tables as pg_partman and PostGIS have them, of one version here and another there.
my $directory = $source->safe_psql('postgres', q{SELECT regexp_replace(setting, '$', '/extension') FROM pg_config WHERE name = 'SHAREDIR'});
sub write_extension
{
	my ($version, $known) = @_;
	open my $script, '>', "$directory/confiture_test--$version.sql" or die $!;
	print $script qq{
		CREATE TABLE part_config (parent text PRIMARY KEY, premake int);
		CREATE TABLE systems (id int PRIMARY KEY, name text);
		CREATE TABLE jobs (id serial PRIMARY KEY, command text);
		CREATE TABLE internal (a int);
		INSERT INTO systems SELECT i, 'of version $version' FROM generate_series(1, $known) i;
		SELECT pg_catalog.pg_extension_config_dump('part_config', '');
		SELECT pg_catalog.pg_extension_config_dump('systems', 'WHERE id > 1000');
		SELECT pg_catalog.pg_extension_config_dump('jobs', '');
		SELECT pg_catalog.pg_extension_config_dump('jobs_id_seq', '');};
	close $script;
	return;
}
open my $control, '>', "$directory/confiture_test.control" or die $!;
print $control "default_version = '1'\n";
close $control;
write_extension(1, 3);
write_extension(2, 5);
$source->safe_psql('postgres', q{
	CREATE EXTENSION confiture_test VERSION '1'; CREATE TABLE t (id int);
	INSERT INTO t VALUES (1); INSERT INTO part_config VALUES ('public.t', 4); INSERT INTO systems VALUES (2001, 'ours'), (2002, 'ours'); INSERT INTO internal VALUES (1)});
$source->safe_psql('postgres', q{INSERT INTO jobs (command) VALUES ('first'), ('second')});
value(q{CREATE EXTENSION confiture_test VERSION '2'; CREATE TABLE t (id int); INSERT INTO systems VALUES (3001, 'old')});

my $counts = q{SELECT concat_ws(' ', (SELECT count(*) FROM t), (SELECT count(*) FROM part_config), (SELECT string_agg(id || name, ',' ORDER BY id) FROM systems), (SELECT count(*) FROM jobs))};
my ($status, $stdout, $stderr) = $target->psql('postgres', q{CALL confiture.sync('prod', include => '{public.*}')});
is($status, 0, 'a run of everything') or diag $stderr;
like($stderr, qr/public\.$_ is left out: it holds configuration of the extension confiture_test \(name it in include to copy it\)/, "says that $_ is left out") for qw(part_config systems jobs);
unlike($stderr, qr/internal/, 'what no dump has either is not worth a word');
like(value($counts), qr/^1 0 .*3001old 0$/, 'they are');
like(value(q{SELECT string_agg(w, E'\n') FROM confiture.plan_sync('prod') p, unnest(p.warnings) w}), qr/part_config is left out/, 'the plan says so too');

value(q{CALL confiture.sync('prod', include => '{*, part_config, public.systems, public.jobs}', rules => '{"public.systems": {"name": "keep"}}', policy => 'off')});
is(value($counts), '1 1 1of version 2,2of version 2,3of version 2,4of version 2,5of version 2,2001ours,2002ours 2', 'named, the rows of the user are replaced, those of the extension stay');
is(value(q{SELECT nextval('jobs_id_seq')}), '3', 'and the sequence goes on');
is(value(q{SELECT filter FROM confiture.run_tables WHERE relation = 'public.systems'}) =~ s/^\s+//r, 'id > 1000', 'the run knows its filter');
value(q{CALL confiture.sync('prod', include => '{public.systems}', filters => '{"public.systems": "id = 2002"}', policy => 'off')});
is(value('SELECT count(*) FROM systems'), '6', 'a filter is added to it');
ConfitureTest::fails_like($target, q{CALL confiture.sync('prod', include => '{public.internal}')}, [qr/"public.internal" matches no table/], 'other tables of extensions have no name');
value(q{SELECT confiture.sync_table('prod', 'public.systems', policy => 'off')});
is(value('SELECT count(*) FROM systems'), '5', 'sync_table() replaces all of it');
unlink glob "$directory/confiture_test*";

done_testing();
