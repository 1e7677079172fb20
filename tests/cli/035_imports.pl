# Rules of other tools: the guide's examples print what it shows; labels in what pg_dump writes become what the live ones
# become; which files are refused.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use DocPage;
use PostgreSQL::Test::Utils;
use Test::More;

chdir $ENV{TESTDIR} or die $!;
my ($source, $target) = ConfitureTest::clusters(extension => 0);
$target->safe_psql('postgres', 'CREATE DATABASE staging');
DocPage::run('docs/guides/coming-from-other-tools.md', source => [ $source, 'postgres' ], target => [ $target, 'staging' ]);

my $dir = PostgreSQL::Test::Utils::tempdir();
sub value { return $target->safe_psql('postgres', $_[0]) }
sub rules { return value(q{SELECT string_agg(concat_ws(' ', relation, column_name, strategy, options), ', ' ORDER BY relation::text, column_name) FROM confiture.rules}) }
$_->safe_psql('postgres', q{CREATE TABLE users (id integer PRIMARY KEY, email text, note text); CREATE TABLE "Odd. t" ("a ""b"".c" text, "it's" text)}) for $source, $target;
value('CREATE EXTENSION confiture');

# Without its library, labels are inserted where SECURITY LABEL stores them.
$source->safe_psql('postgres', q{SET allow_system_table_mods = on;
	INSERT INTO pg_seclabel SELECT attrelid, 'pg_class'::regclass, attnum, 'anon', l.label
	FROM (VALUES ('email', 'MASKED WITH FUNCTION anon.fake_email()'), ('note', E'MASKED WITH VALUE $$it''s "a\\b"; --\n/*$$'), ('a "b".c', 'MASKED WITH VALUE NULL'),
		('it''s', 'NOT MASKED'), ('id', 'MASKED WITH FUNCTION anon.generalize_int4range(id, 10)')) l(name, label)
	JOIN pg_attribute ON attrelid IN ('users'::regclass, '"Odd. t"'::regclass) AND attname = l.name;
	INSERT INTO "Odd. t" VALUES ('SECURITY LABEL FOR anon ON COLUMN public.users.id IS $$NOT MASKED$$;', 'it''s')});
command_ok([ 'pg_dump', '-d', $source->connstr('postgres'), '-f', "$dir/all.sql" ], 'pg_dump with rows');
my $listed = qr/^no equivalent: public\.users\.id: MASKED WITH FUNCTION anon\.generalize_int4range\(id, 10\) \(nearest: truncate or bucket\)$/m;
ClientTest::exits($target, [ qw(rules import --yes), "$dir/all.sql" ], 4, $listed, 'labels of a dump, in part');
my $mapped = q{"Odd. t" a "b".c null {}, "Odd. t" it's keep {}, users email email {}, users note constant {"value": "it's \"a\\b\"; --\n/*"}};
is(rules(), $mapped, 'become rules');
ClientTest::exits($target, [ qw(rules import --from-anon source --source-uri), 'postgresql:///postgres?host=' . $source->host . '&port=' . $source->port ], 4, qr/^0 to change, 4 unchanged/m, 'the same as of the live ones');
ClientTest::exits($target, [ qw(rules import -) ], 4, qr/^0 to change, 4 unchanged/m, 'and of standard input', stdin => slurp_file("$dir/all.sql"));

# Conditions of Anonymizer hold in the source, and a transformer of several columns tells of one person.
$_->safe_psql('postgres', 'CREATE TABLE accounts (id integer PRIMARY KEY, login text, password text, is_admin boolean, first_name text, full_name text)') for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO accounts VALUES (1, 'root', 'pw1', true, 'Ada', 'Ada L'), (2, 'ada', 'pw2', false, 'Ada', 'Ada L'), (3, 'grace', 'pw3', NULL, 'Grace', 'Grace H')});
ClientTest::exits($target, [ qw(rules import --yes), ClientTest::write_file("$dir/$_->[0]", $_->[1]) ], 0, qr/^Done/m, $_->[0])
  for [ 'accounts.sql', q{SECURITY LABEL FOR anon ON TABLE public.accounts IS 'MASKED WHEN NOT accounts.is_admin';
	SECURITY LABEL FOR anon ON COLUMN public.accounts.login IS 'MASKED WITH FUNCTION anon.pseudo_email(accounts.id)';
	SECURITY LABEL FOR anon ON COLUMN public.accounts.password IS 'MASKED WITH FUNCTION anon.ternary(id > 0, NULL::TEXT, password)';} ],
  [ 'accounts.yml', 'dump: {transformation: [{schema: public, name: accounts, transformers: [{name: RandomPerson, params: {columns: [{name: first_name, template: "{{ .FirstName }}"}, {name: full_name, template: "{{ .FirstName }} {{ .LastName }}"}]}}]}]}' ];
value(sprintf q{CREATE SERVER prod FOREIGN DATA WRAPPER confiture OPTIONS (host '%s', port '%s', dbname 'postgres'); CREATE USER MAPPING FOR CURRENT_USER SERVER prod;
	SELECT confiture.sync_table('prod', 'accounts')}, $source->host, $source->port);
is(value(q{SELECT string_agg(concat_ws(' ', id, login LIKE '%@example.com', coalesce(password, '-'), starts_with(full_name, first_name || ' '), full_name ~ 'Ada L|Grace H'), ', ' ORDER BY id) FROM accounts}),
	'1 f pw1 t f, 2 t - t f, 3 f pw3 t f', 'and masked where they are to be');
value(q{SELECT confiture.drop_rule(relation, column_name) FROM (SELECT DISTINCT relation, column_name FROM confiture.rules WHERE relation = 'accounts'::regclass) r});

# Control characters are shown, not obeyed; tables that are not there are all named, and nothing is changed.
my ($status, $out, $err) = ClientTest::run($target, [ qw(rules import --yes), ClientTest::write_file("$dir/odd.yml", qq{dump: {transformation: [{schema: s, name: "\\e[2Jx", transformers: [{name: "\\e[2J", params: {column: "\\e[2J"}}, {name: SetNull, params: {column: c}}]}]}}) ]);
is($status, 5, 'a table that is not there');
unlike("$out$err", qr/\e/, 'is not obeyed');
like($err, qr/^no equivalent: s\."\\x1b\[2Jx"\."\\x1b\[2J": \\x1b\[2J \(nearest: redact\)$/m, 'but shown');
is(rules(), $mapped, 'and nothing was changed');

# Files that are none
ClientTest::exits($target, [ qw(rules import), @{ $_->[0] } ], 2, $_->[1], "refused: $_->[1]")
  for [ [ ClientTest::write_file("$dir/unknown.yaml", "sources: {a: b}\n") ], qr/unknown\.yaml is of no kind that can be imported: it begins with the key "sources".*anon-dump: .*greenmask: .*pgstream: .*--from says which/s ],
  [ [ "$dir/unknown.yaml", '--from', 'greenmask' ], qr/unknown\.yaml: there is no list dump: transformation:/ ], [ [ "$dir/unknown.yaml", '--from', 'nothing' ], qr/--from/ ],
  [ [ qw(--from greenmask --from-anon target) ], qr/--from is about FILE/ ], [ [ ClientTest::write_file("$dir/open.sql", "\n\nSECURITY LABEL FOR anon ON COLUMN a.b.c IS 'x") ], qr/open\.sql, line 3: a literal has no end/ ],
  [ [ ClientTest::write_file("$dir/large.sql", '-' x (17 << 20)) ], qr/large\.sql is too large.*pg_dump --schema-only/s ], [ [ ClientTest::write_file("$dir/deep.json", '[' x 100000) ], qr/too deeply nested/ ];
done_testing();
