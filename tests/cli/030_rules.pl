# rules: set, drop, list, import, export, in YAML, TOML, the Python Confiture's YAML and PostgreSQL Anonymizer's labels.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use Test::More;
use utf8;
use Encode qw(encode_utf8);

my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir();
my $long = 'n' x 63;
my $tables = encode_utf8(qq{
	CREATE TABLE users (id integer PRIMARY KEY, email text, ssn text, city text);
	CREATE TABLE orders (id integer PRIMARY KEY, contact text);
	CREATE SCHEMA "Odd. schema";
	CREATE TABLE "Odd. schema"."tab ""le""" ("a.b" text, "it's" text, "ü 中" text, "$long" text, "1" text, " " text)});
$_->safe_psql('postgres', $tables) for $source, $target;
sub value { return $target->safe_psql('postgres', $_[0]) }
sub rules { return value(q{SELECT string_agg(format('%s.%s %s %s', relation, column_name, strategy, options), ', ' ORDER BY relation::text, column_name) FROM confiture.rules}) }

# set, list, drop
ClientTest::exits($target, [qw(rules set users email email domain=shop.test)], 0, qr/^public\.users\.email: email \{"domain":"shop\.test"\}$/m, 'set');
ClientTest::exits($target, [qw(rules set users ssn hash length=16)], 0, qr/hash/, 'a number is a number');
ClientTest::exits($target, [qw(rules set users city keep)], 0, qr/keep/, 'keep');
is(rules(), 'users.city keep {}, users.email email {"domain": "shop.test"}, users.ssn hash {"length": 16}', 'they are there');
my $odd = '"Odd. schema"."tab ""le"""';
ClientTest::exits($target, [ 'rules', 'set', $odd, $_, 'redact' ], 0, qr/redact/, "column $_") for map { encode_utf8($_) } 'a.b', "it's", "ü 中", $long, '1', ' ';
is(scalar(grep { $_->{relation} eq $odd } @{ ClientTest::json($target, [qw(rules list)]) }), 6, 'odd names are listed');
ClientTest::exits($target, [ 'rules', 'list', $odd ], 0, qr/^"Odd\. schema"\."tab ""le"""\s+a\.b\s+redact/m, 'of one table');
ClientTest::exits($target, [qw(--quiet rules drop users city)], 0, qr/^$/, 'drop');
ClientTest::exits($target, [qw(rules drop users city)], 1, qr/public\.users\.city has no rule/, 'there is none any more');
my @wrong = (
	[ [qw(users nothing redact)], 2, 'column "nothing"' ], [ [qw(users email nothing)], 2, 'strategy' ], [ [qw(users id email)], 5, 'does not take columns of' ],
	[ [qw(users email email domian=x)], 2, 'domian' ], [ [qw(users email email domain)], 2, 'name=value' ], [ [ 'users', "${long}n", 'redact' ], 2, 'long' ],
	[ [qw(nowhere email email)], 2, 'no table nowhere' ], [ [ 'users"; DROP TABLE users --', 'a', 'redact' ], 2, 'valid identifier' ], [ [qw(a.b.c.d a redact)], 2, 'no table' ]);
ClientTest::exits($target, [ 'rules', 'set', @{ $_->[0] } ], $_->[1], qr/$_->[2]/, "not set: @{ $_->[0] }") for @wrong;
is(value('SELECT count(*) FROM confiture.rules'), '8', 'nothing of that was set');

# export and import: the same file again, byte for byte
$target->safe_psql('postgres', q{SELECT confiture.set_filter('orders', 'id > 5 AND contact <> ''x\\y''')});
my %file;
foreach my $format (qw(yaml toml))
{
	ClientTest::exits($target, [ 'rules', 'export', '-o', "$dir/rules.$format" ], 0, qr/^$/, "export to $format");
	$file{$format} = PostgreSQL::Test::Utils::slurp_file("$dir/rules.$format");
	ClientTest::exits($target, [ 'rules', 'import', "$dir/rules.$format" ], 0, qr/^0 to change, 9 unchanged\.$/m, 'is what there is');
	is(ClientTest::exits($target, [ 'rules', 'export', '--format', $format ], 0, qr/./, 'to stdout'), $file{$format}, 'the same');
}
my $before = rules();
value('DELETE FROM confiture.rule; DELETE FROM confiture.filter');
my $shown = ClientTest::exits($target, [ 'rules', 'import', "$dir/rules.toml", '--dry-run' ], 0, qr/9 to change, 0 unchanged/, 'a dry run');
like($shown, qr/^\+ public\.users\.email: email \{"domain":"shop\.test"\}$/m, 'shows what it would do');
like($shown, qr/^\+ public\.orders filter: id > 5/m, 'filters too');
is(rules(), '', 'and does nothing');
ClientTest::exits($target, [ 'rules', 'import', "$dir/rules.toml" ], 2, qr/cannot ask for confirmation without a terminal, nothing was changed/, 'nor does it without a yes');
is(rules(), '', 'nothing');
ClientTest::exits($target, [ 'rules', 'import', "$dir/rules.toml", '--yes' ], 0, qr/Done/, 'import');
is(rules(), $before, 'all is back');
is(ClientTest::exits($target, [ 'rules', 'export' ], 0, qr/./, 'export'), $file{yaml}, 'as it was');

# Differences: changed, added, left, pruned
my $text = "tables:\n  users:\n    columns: {email: redact, ssn: {strategy: hash, length: 16}, city: drop}\n";
ClientTest::write_file("$dir/new.yaml", $text);
my @all = @{ ClientTest::json($target, [ 'rules', 'import', "$dir/new.yaml", '-n' ]) };
is(join(' ', map { "$_->{action}:$_->{column}" } @all), 'change:email add:city', 'what differs, as JSON');
$shown = ClientTest::exits($target, [ 'rules', 'import', "$dir/new.yaml", '--yes' ], 0, qr/2 to change, 1 unchanged, 7 not in the file \(--prune removes them\)/, 'import of some');
like($shown, qr/^~ public\.users\.email: email \{"domain":"shop\.test"\} -> redact$/m, 'a change shows both');
is(value('SELECT count(*) FROM confiture.rules'), '9', 'the others stay');
$target->safe_psql('postgres', q{CREATE TABLE gone (a text); SELECT confiture.keep('gone', 'a'); DROP TABLE gone});
my ($gone) = map { $_->{relation} } grep { ($_->{problem} // '') eq 'the table is gone' } @{ ClientTest::json($target, [qw(rules list)]) };
$shown = ClientTest::exits($target, [ 'rules', 'import', '-', '--yes', '--prune' ], 0, qr/8 to change, 3 unchanged\./, 'prune, from standard input', stdin => $text);
like($shown, qr/^- $gone\.a: keep$/m, 'takes what is left of a dropped table');
like($shown, qr/^- public\.orders filter: id > 5/m, 'and filters');
is(rules(), 'users.city drop {}, users.email redact {}, users.ssn hash {"length": 16}', 'only the file is left');
$target->safe_psql('postgres', q{CREATE TABLE gone (a text); SELECT confiture.keep('gone', 'a'); DROP TABLE gone});
($gone) = map { $_->{relation} } grep { $_->{problem} } @{ ClientTest::json($target, [qw(rules list)]) };
ClientTest::exits($target, [ 'rules', 'drop', $gone, 'a' ], 0, qr/no rule/, 'or by number');

# All problems at once, and nothing changed
ClientTest::write_file("$dir/bad.yaml", "tables:\n  users: {columns: {email: nothing, id: phone, ssn: keep, none: keep}}\n  nowhere: {columns: {a: keep}}\n  public.users: {columns: {}}\n  orders: {filter: 'id > (', columns: {${long}x: keep}}\n");
my ($status, $out, $err) = ClientTest::run($target, [ 'rules', 'import', "$dir/bad.yaml", '--yes' ]);
is($status, 5, 'a file that does not fit is refused');
like($err, qr/$_/, "for: $_") for 'no table nowhere', 'public\.users appears twice', 'users\.email: .*strategy', 'users\.id: ', 'users\.none: ', 'orders: filter: ', "orders\\.${long}x: the column's name is too long";
unlike($err, qr/users\.ssn: /, 'and not for what is right');
is(rules(), 'users.city drop {}, users.email redact {}, users.ssn hash {"length": 16}', 'nothing was changed');
ClientTest::exits($target, [ 'rules', 'import', ClientTest::write_file("$dir/hostile.$_->[0]", $_->[1]) ], 2, qr/$_->[2]/, "hostile file: $_->[2]")
  for [ 'yaml', '[' x 100000, 'hostile\.yaml, line 1' ], [ 'toml', 'a = ' . '[' x 100000, 'too deeply nested' ], [ 'yaml', "tables: {t: {columns: {a: !!binary x}}}\nx: &a [*a]", 'hostile\.yaml' ],
  [ 'yaml', "tables:\n  t:\n    columns:\n      a: keep\n      a: drop\n", 'line 5: "a" appears twice' ], [ 'toml', "\xff\xfe", 'not valid TOML' ], [ 'yaml', "\0", 'not a text file' ];
ClientTest::exits($target, [ 'rules', 'import', ClientTest::write_file("$dir/escape.yaml", "tables: {\"\\e[2Jx\": {columns: {a: keep}}}"), '-n' ], 5, qr/no table \\x1b\[2Jx|valid identifier/, 'control characters are shown, not obeyed');
ClientTest::exits($target, [ 'rules', 'import', @$_ ], 2, qr/./, "import @$_") for [], ["$dir/none.yaml"], ["$dir/rules.txt"], [ "$dir/new.yaml", '--from-anon', 'target' ], [ '--from-anon', 'somewhere' ];

ClientTest::exits($target, [ 'rules', 'import', ClientTest::write_file("$dir/null.yaml", "tables: {users: {columns: {email: null}}}"), '-n' ], 0, qr/^~ public\.users\.email: redact -> null$/m, 'null is the strategy, also without quotes');
ClientTest::exits($target, [ 'rules', 'import', $_->[0] ], 2, qr/cannot read \Q$_->[0]: $_->[1]\E$/m, "a file: $_->[1]") for [ "$dir/none.yaml", 'No such file or directory' ];

# The Python Confiture's file
value('DELETE FROM confiture.rule');
ClientTest::write_file("$dir/python.yaml", "users:\n  - column: email\n    strategy: email\n    seed: 12345\n  - {column: ssn, strategy: redact}\n");
ClientTest::exits($target, [ 'rules', 'import', "$dir/python.yaml", '--yes' ], 0, qr/Seeds are ignored/, 'the Python Confiture\'s file');
is(rules(), 'users.email email {}, users.ssn redact {}', 'is read');

# Patterns
value('DELETE FROM confiture.rule');
ClientTest::exits($target, [qw(rules set-pattern public.* *email* email domain=x.test)], 0, qr/^public\.\*, \*email\*: email \{"domain":"x\.test"\}$/m, 'a pattern is set');
ClientTest::exits($target, [qw(rules set-pattern public.* a.b email)], 2, qr/is not a pattern of names/, 'a bad one is refused');
ClientTest::exits($target, [qw(rules patterns)], 0, qr/public\.\* +\*email\* +email/, 'patterns are listed');
value(q{SELECT confiture.set_pattern('public.*', 'note', 'keep'), confiture.set_pattern('"Odd"', '"a # b"', 'null')});
for my $format (qw(yaml toml))
{
	ClientTest::exits($target, [ qw(rules export -o), "$dir/patterns.$format" ], 0, qr/^$/, "patterns as $format");
	ClientTest::exits($target, [ qw(rules import --prune), "$dir/patterns.$format" ], 0, qr/0 to change, 3 unchanged\./, 'are read as they are');
}
PostgreSQL::Test::Utils::append_to_file("$dir/some.yaml", qq{patterns:\n  "public.*":\n    "*email*": hash\n    phone: phone\n});
ClientTest::exits($target, [ qw(rules import --prune --yes), "$dir/some.yaml" ], 0, qr/~ pattern public\.\*, \*email\*: email \{"domain":"x\.test"\} -> hash\n\+ pattern public\.\*, phone: phone\n- pattern "Odd", "a # b": null\n- pattern public\.\*, note: keep\n4 to change/, 'a file changes, adds and removes');
is(value(q{SELECT string_agg(columns || ' ' || strategy, ', ' ORDER BY 1) FROM confiture.patterns}), '*email* hash, phone phone', 'as it said');
PostgreSQL::Test::Utils::append_to_file("$dir/bad.yaml", qq{patterns:\n  "public.*":\n    "*email*": nonsense\n});
ClientTest::exits($target, [ qw(rules import --yes), "$dir/bad.yaml" ], 5, qr/public\.\*, \*email\*: .*nonsense/, 'and is refused as a whole');
ClientTest::exits($target, [qw(rules drop-pattern public.* phone)], 0, qr/no pattern/, 'a pattern is dropped');
ClientTest::exits($target, [qw(rules drop-pattern public.* phone)], 1, qr/there is no pattern public\.\*, phone/, 'once');
value(q{SELECT confiture.drop_pattern('public.*', '*email*')});

# Filters
ClientTest::exits($target, [ qw(rules set-filter users), 'id > 0' ], 0, qr/^public\.users filter: id > 0$/m, 'a filter is set');
ClientTest::exits($target, [ qw(rules set-filter users), 'id > 0; DROP TABLE users' ], 2, qr/condition/, 'a bad one is refused');
ClientTest::exits($target, [qw(rules filters)], 0, qr/^relation +condition +set_by\n-.*\n(?:public\.)?users +id > 0 +\w+$/m, 'filters are listed');
is(ClientTest::json($target, [qw(rules filters)])->[0]{condition}, 'id > 0', 'also as JSON');
ClientTest::exits($target, [qw(rules drop-filter users)], 0, qr/^public\.users: no filter$/m, 'a filter is dropped');
ClientTest::exits($target, [qw(rules drop-filter users)], 1, qr/public\.users has no filter/, 'once');

# Declared references
value('CREATE TABLE "Likes" (id int PRIMARY KEY, "on, what" int, kind text)');
ClientTest::exits($target, [ qw(rules set-reference), '"Likes"', 'id', 'users', 'id', '--when', "kind = 'user' -- ours" ], 0, qr/^public\."Likes": \(id\) references public\.users \(id\) when kind = 'user' -- ours$/m, 'a reference is declared');
ClientTest::exits($target, [ qw(rules set-reference), '"Likes"', 'nope', 'users', 'id' ], 2, qr/column "nope" of relation public\."Likes" does not exist/, 'a bad one is refused');
value(q{SELECT confiture.set_reference('"Likes"', ARRAY['on, what'], 'users', '{id}')});
like(ClientTest::exits($target, [qw(rules references)], 0, qr/^relation +columns +referenced/m, 'references are listed'), qr/kind = 'user' -- ours/, 'with their conditions');
my $references = value('SELECT string_agg(concat_ws($$:$$, relation, columns, referenced, referenced_columns, condition), $$ $$ ORDER BY columns) FROM confiture.references');
for my $format (qw(yaml toml))
{
	ClientTest::exits($target, [ qw(rules export -o), "$dir/references.$format" ], 0, qr/^$/, "references as $format");
	ClientTest::exits($target, [ qw(rules import --prune), "$dir/references.$format" ], 0, qr/0 to change, \d+ unchanged\./, 'are read as they are');
	value('DELETE FROM confiture.reference');
	ClientTest::exits($target, [ qw(rules import --yes), "$dir/references.$format" ], 0, qr/^\+ reference public\."Likes": \(id\) references public\.users \(id\) when kind = 'user' -- ours$/m, 'and come back');
	is(value('SELECT string_agg(concat_ws($$:$$, relation, columns, referenced, referenced_columns, condition), $$ $$ ORDER BY columns) FROM confiture.references'), $references, 'the same');
}
ClientTest::write_file("$dir/one.yaml", qq{references:\n  - {table: '"Likes"', columns: id, referenced: users, referenced_columns: [id], when: "kind = 'u'"}\n});
ClientTest::exits($target, [ qw(rules import --prune --yes), "$dir/one.yaml" ], 0, qr/^~ reference public\."Likes": \(id\) references public\.users \(id\) when kind = 'user' -- ours -> \(id\) references public\.users \(id\) when kind = 'u'\n- reference public\."Likes": \(on, what\) references public\.users \(id\)$/m, 'a file changes and removes');
for ([ 'table: a', qr/must be a list/ ], [ '- {table: a, columns: [1], referenced: b, referenced_columns: c}', qr/columns must be the name of a column/ ], [ '- {table: a}', qr/each must have table, columns/ ], [ '- {tabel: a}', qr/unknown key "tabel"/ ])
{
	ClientTest::write_file("$dir/bad_reference.yaml", "references:\n  $_->[0]\n");
	ClientTest::exits($target, [ qw(rules import), "$dir/bad_reference.yaml" ], 2, $_->[1], "not a reference: $_->[0]");
}
ClientTest::write_file("$dir/bad_reference.yaml", qq{references:\n  - {table: '"Likes"', columns: id, referenced: users, referenced_columns: [id], when: "random() < 1"}\n});
ClientTest::exits($target, [ qw(rules import --yes), "$dir/bad_reference.yaml" ], 5, qr/"Likes": "when" uses more than immutable/, 'what the database refuses');
ClientTest::exits($target, [qw(rules drop-reference "Likes" id users id)], 0, qr/no reference/, 'a reference is dropped');
ClientTest::exits($target, [qw(rules drop-reference "Likes" id users id)], 1, qr/there is no reference public\."Likes": \(id\) references public\.users \(id\)/, 'once');
ClientTest::exits($target, [ qw(rules set-reference), '"Likes"', '(kind::int)', 'users', 'id' ], 0, qr/^public\."Likes": \(\(kind::int\)\) references public\.users \(id\)$/m, 'one of an expression');

# Seeds of a subset, and what it follows
ClientTest::exits($target, [ qw(rules set-seed users --rows 5 --percent 2.5 --where), "city = 'x' -- ours" ], 0, qr/^public\.users: where city = 'x' -- ours, rows 5, percent 2\.5$/m, 'a seed is set');
ClientTest::exits($target, [qw(rules set-seed orders)], 0, qr/^public\.orders: all rows$/m, '... of all rows');
ClientTest::exits($target, [ qw(rules set-seed users), @$_ ], 2, qr/./, "no seed: @$_") for [qw(--rows 0)], [qw(--percent many)], [qw(--where true;)];
like(ClientTest::exits($target, [qw(rules seeds)], 0, qr/^relation +where +rows/m, 'seeds are listed'), qr/users +city = 'x' -- ours +5 +2\.5/, 'with what they say');
ClientTest::exits($target, [ qw(rules set-follow), '"Likes"', 'it\'s "odd"', qw(--follow false) ], 0, qr/^public\."Likes", it's "odd": follow false$/m, 'what is followed is set');
ClientTest::exits($target, [qw(rules set-follow orders some_key --rows-per-parent 7)], 0, qr/^public\.orders, some_key: rows_per_parent 7$/m, '... with a limit');
ClientTest::exits($target, [qw(rules set-follow orders some_key)], 2, qr/--follow or --rows-per-parent is required/, '... to something');
like(ClientTest::exits($target, [qw(rules follows)], 0, qr/^relation +key +follow/m, 'and listed'), qr/orders +some_key +7/, 'with what it says');
my $subset_of = q{SELECT (SELECT string_agg(concat_ws(':', relation, condition, rows, percent), ' ' ORDER BY relation::text) FROM confiture.seeds) || ' ' || (SELECT string_agg(concat_ws(':', relation, key, follow, rows_per_parent), ' ' ORDER BY key) FROM confiture.follows)};
my $subset = value($subset_of);
for my $format (qw(yaml toml))
{
	ClientTest::exits($target, [ qw(rules export -o), "$dir/subset.$format" ], 0, qr/^$/, "a subset as $format");
	ClientTest::exits($target, [ qw(rules import --prune), "$dir/subset.$format" ], 0, qr/0 to change, \d+ unchanged\./, 'is read as it is');
	value('DELETE FROM confiture.seed; DELETE FROM confiture.follow; DELETE FROM confiture.reference');
	ClientTest::exits($target, [ qw(rules import --yes), "$dir/subset.$format" ], 0, qr/^\+ seed public\.orders: all rows\n\+ seed public\.users: (?:where city = 'x' -- ours, rows 5, percent 2\.5|percent 2\.5, rows 5, where city = 'x' -- ours)\n\+ follow public\."Likes", it's "odd": follow false$/m, 'and comes back');
	is(value($subset_of), $subset, 'the same');
	is(value('SELECT columns FROM confiture.references'), '{(kind::int)}', '... and a reference of an expression');
}
ClientTest::write_file("$dir/seeds.yaml", qq{seeds:\n  users: {rows: 6}\n  orders:\nfollows:\n  - {table: orders, key: some_key, follow: true}\n});
ClientTest::exits($target, [ qw(rules import --prune --yes), "$dir/seeds.yaml" ], 0, qr/^~ seed public\.users: where .* -> rows 6\n~ follow public\.orders, some_key: rows_per_parent 7 -> follow true\n.*^- follow public\."Likes", it's "odd": follow false$/ms, 'a file changes and removes');
is(value($subset_of), 'orders users:6 orders:some_key:t', 'as it said');
is(join(' ', map { "$_->{action}:" . ($_->{seed} ? 'seed' : "follow of $_->{key}") } @{ ClientTest::json($target, [ 'rules', 'import', ClientTest::write_file("$dir/none.yaml", "tables: {}\n"), '--prune', '-n' ]) }), 'remove:seed remove:seed remove:follow of some_key', 'as JSON');
for ([ 'seeds: [users]', qr/seeds: must have a key for each table/ ], [ 'seeds: {users: {row: 5}}', qr/seeds: users: unknown key "row"/ ], [ 'seeds: {users: {rows: "5"}}', qr/seeds: users: rows must be a number/ ], [ 'seeds: {users: {where: 5}}', qr/where must be an SQL condition in quotes/ ],
	[ 'follows: {a: b}', qr/follows: must be a list/ ], [ 'follows: [{table: a, key: b}]', qr/each must have table, key, and follow or rows_per_parent/ ], [ 'follows: [{table: a, key: b, follow: no}]', qr/"follow" is none of table, key, follow \(true or false\)/ ])
{
	ClientTest::exits($target, [ qw(rules import), ClientTest::write_file("$dir/bad_subset.yaml", "$_->[0]\n") ], 2, $_->[1], "not of a subset: $_->[0]");
}
ClientTest::exits($target, [ qw(rules import --yes), ClientTest::write_file("$dir/bad_subset.yaml", "seeds: {users: {where: 'true) OR (true'}, nowhere: {}}\n") ], 5, qr/no table nowhere.*public\.users: .*(?:condition|syntax)/s, 'what the database refuses');
ClientTest::exits($target, [qw(rules drop-seed users)], 0, qr/^public\.users: no seed$/m, 'a seed is dropped');
ClientTest::exits($target, [qw(rules drop-seed users)], 1, qr/there is no seed public\.users/, 'once');
ClientTest::exits($target, [qw(rules drop-follow orders some_key)], 0, qr/^public\.orders, some_key: no follow$/m, 'and what is followed');
ClientTest::exits($target, [qw(rules drop-follow orders some_key)], 1, qr/there is no follow public\.orders, some_key/, 'once');
value('DELETE FROM confiture.seed; DELETE FROM confiture.reference');
value('DROP TABLE "Likes"');

# PostgreSQL Anonymizer's labels, on either side. Without its library, they are inserted where SECURITY LABEL stores them.
my $labels = q{SET allow_system_table_mods = on;
	INSERT INTO pg_seclabel SELECT attrelid, 'pg_class'::regclass, attnum, 'anon', l.label
	FROM (VALUES ('email', 'MASKED WITH FUNCTION anon.fake_email()'), ('ssn', 'MASKED WITH FUNCTION anon.partial(ssn, 0, $$*****$$, 4)'),
		('city', 'MASKED WITH FUNCTION anon.dummy_color()'), ('id', 'NOT MASKED')) l(name, label)
	JOIN pg_attribute ON attrelid = 'users'::regclass AND attname = l.name};
value("DELETE FROM confiture.rule; $labels");
($status, $out, $err) = ClientTest::run($target, [qw(rules import --from-anon target --yes)]);
is($status, 4, 'labels of the target, in part');
like($err, qr/^no equivalent: public\.users\.city: MASKED WITH FUNCTION anon\.dummy_color\(\) \(nearest: choice\)$/m, 'what has no equivalent is listed');
my $mapped = 'users.email email {}, users.id keep {}, users.ssn partial {"mask": "*", "padding": 5, "keep_last": 4, "keep_first": 0}';
is(rules(), $mapped, 'what has one is there');
value('DELETE FROM confiture.rule');
ClientTest::exits($target, [qw(rules import --from-anon source --yes)], 0, qr/0 to change/, 'none on the source');
$source->safe_psql('postgres', $labels);
ClientTest::exits($target, [qw(rules import --from-anon source --yes)], 4, qr/3 to change/, 'labels of the source');
is(rules(), $mapped, 'give the same');
my $uri = 'postgresql:///postgres?host=' . $source->host . '&port=' . $source->port;
ClientTest::exits($target, [ qw(rules import --from-anon source -n --source-uri), $uri ], 4, qr/3 unchanged/, 'by a URI of one\'s own');
ClientTest::exits($target, [ qw(rules import --from-anon source -n --source-uri), 'postgresql://a:b@c/d' ], 2, qr/contains a password/, 'without a password in it');

# Roles without privileges
value(q{CREATE ROLE walker LOGIN; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO walker});
ClientTest::exits($target, [qw(-U walker rules set users email redact)], 1, qr/must be owner of table users|permission denied|owner/, 'not his table');
ClientTest::exits($target, [ '-U', 'walker', 'rules', 'import', "$dir/new.yaml", '--yes' ], 5, qr/users\.email: .*owner/, 'nor by a file');

# rules for some rows
value('DELETE FROM confiture.rule; DELETE FROM confiture.filter; DELETE FROM confiture.pattern');
sub ordered { return value(q{SELECT string_agg(concat_ws(':', column_name, strategy, condition), ' ' ORDER BY column_name, condition IS NULL, position) FROM confiture.rules}) }
ClientTest::exits($target, [qw(rules set users email hash length=40)], 0, qr/^public\.users\.email: hash \{"length":40\}$/m, 'the last rule first');
ClientTest::exits($target, [ qw(rules set users email keep --when), "city = 'x' -- ours" ], 0, qr/^public\.users\.email: keep when city = 'x' -- ours$/m, 'a rule for some rows');
ClientTest::exits($target, [ qw(rules set users email null --when), 'id > 5' ], 0, qr/null when id > 5/, 'and one more');
is(ordered(), "email:keep:city = 'x' -- ours email:null:id > 5 email:hash", 'in order');
ClientTest::exits($target, [ qw(rules set users email null --when), 'id > 5)' ], 2, qr/syntax error/, 'no condition');
like(ClientTest::exits($target, [qw(rules list users)], 0, qr/when/, 'listed'), qr/email\s+null\s+\{\}\s+id > 5\s/, 'with its condition');
my $conditional = ordered();
foreach my $format (qw(yaml toml))
{
	ClientTest::exits($target, [ 'rules', 'export', '-o', "$dir/when.$format" ], 0, qr/^$/, "export to $format");
	ClientTest::exits($target, [ 'rules', 'import', "$dir/when.$format" ], 0, qr/^0 to change, 1 unchanged\.$/m, 'is what there is');
	value('DELETE FROM confiture.rule');
	ClientTest::exits($target, [ 'rules', 'import', "$dir/when.$format", '--yes' ], 0, qr/^\+ public\.users\.email: keep when city = 'x' -- ours, null when id > 5, hash \{"length":40\}$/m, 'comes back');
	is(ordered(), $conditional, 'in order');
}
like(PostgreSQL::Test::Utils::slurp_file("$dir/when.yaml"), qr/^      email: \[\{strategy: keep, when: "city = 'x' -- ours"\}, \{strategy: "null", when: "id > 5"\}, \{strategy: hash, length: 40\}\]$/m, 'as a list');
PostgreSQL::Test::Utils::append_to_file("$dir/other.yaml", qq{tables:\n  public.users:\n    columns:\n      email: [{strategy: "null", when: "id > 5"}, {strategy: keep, when: "id = 1"}, hash]\n      ssn: hash\n      city: keep\n});
ClientTest::exits($target, [ 'rules', 'import', "$dir/other.yaml", '--yes' ], 0, qr/^~ public\.users\.email: keep when .* -> null when id > 5, keep when id = 1, hash$/m, 'another order, another condition');
is(ordered(), 'city:keep email:null:id > 5 email:keep:id = 1 email:hash ssn:hash', 'as the file has them');
$source->safe_psql('postgres', q{INSERT INTO users VALUES (1, 'one@canary.org'), (2, 'two@canary.org'), (6, 'six@canary.org')});
# Rules of other tools are imported first, and the error says so.
ClientTest::write_file("$dir/of_greenmask.yaml", "dump:\n  transformation:\n  - {schema: public, name: users, transformers: []}\n");
ClientTest::write_file("$dir/anon.sql", "SECURITY LABEL FOR anon ON COLUMN users.email IS 'MASKED WITH VALUE NULL';\n");
ClientTest::exits($target, [ qw(sync users --rules), $_ ], 2, qr/(?:is no rules file|must end in \.yaml).*\nHINT: Rules of other tools: "confiture rules import" reads them, and "confiture rules export/, "--rules $_") for "$dir/of_greenmask.yaml", "$dir/anon.sql";
ClientTest::exits($target, [ qw(sync users --rules), "$dir/other.yaml" ], 0, qr/./, 'a sync with the rules of a file');
is(value(q{SELECT string_agg(concat_ws(':', id, left(email, 3), length(email)), ' ' ORDER BY id) FROM users}), '1:one:14 2:' . value(q{SELECT left(confiture.hash('two@canary.org'), 3)}) . ':64 6', 'and its order');
ClientTest::exits($target, [qw(rules drop users email)], 0, qr/no rule/, 'all are dropped at once');
is(ordered(), 'city:keep ssn:hash', 'all');

# An option may name a column that only the source has, which a rule further down leaves out
ClientTest::write_file("$dir/entity.yaml", "tables:\n  public.users:\n    columns:\n      email: {strategy: email, entity: elsewhere}\n      elsewhere: drop\n");
ClientTest::exits($target, [ qw(rules import --yes), "$dir/entity.yaml" ], 0, qr/Done/, 'in any order');

done_testing();
