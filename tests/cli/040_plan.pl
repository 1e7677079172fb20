# plan, check, suggest, preview, strategies: what is reported before a row moves.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir();
my $tables = q{CREATE TABLE users (id integer PRIMARY KEY, email text, handle text, channel text, free text, born_on date);
	CREATE TABLE items (id integer PRIMARY KEY, price numeric(10, 2));
	CREATE SCHEMA "Odd"; CREATE TABLE "Odd"."t.x" (id integer PRIMARY KEY, "E-Mail" text, "it's" text)};
$_->safe_psql('postgres', $tables) for $source, $target;
$source->safe_psql('postgres', q{
	INSERT INTO users SELECT i, 'u' || i || '@shop.test', 'h' || i, 'person' || i || '@mail.test', CASE WHEN i % 10 = 0 THEN 'write to jo@mail.test' ELSE '2024-01-01' END, '1990-01-01' FROM generate_series(1, 100) i;
	INSERT INTO "Odd"."t.x" VALUES (1, 'ada@shop.test', '+49 170 1234567');
	ANALYZE});

# What stops it
my $out = ClientTest::exits($target, ['plan'], 5, qr/4 problems stop the sync.*confiture rules set public\.users email email/s, 'a plan that is refused');
like($out, qr/^public\.users \(about .*\)\n.*^  email\s+text\s+refuse\s+no\s+looks like personal data/ms, 'says which column');
my @rows = @{ ClientTest::json($target, [ 'plan', 'items' ]) };
is(join(',', map { $_->{column_name} // '-' } @rows), '-,id,price', 'one table, as JSON');
ClientTest::exits($target, [qw(plan items)], 0, qr/^  price\s+numeric\(10,2\)\s+pass\s+yes$/m, 'nothing stops it');
ClientTest::exits($target, [ 'plan', '"Odd".*' ], 5, qr/^"Odd"\."t\.x".*E-Mail.*refuse/ms, 'patterns, odd names');
ClientTest::exits($target, [ 'plan', '--exclude', '"Odd".*', '--exclude', 'users' ], 0, qr/items/, 'or without some');
ClientTest::exits($target, [qw(plan users --policy off)], 0, qr/^  email\s+text\s+pass\s+yes/m, 'a policy');
ClientTest::exits($target, [qw(plan nothing)], 5, qr/matches no table/, 'no table');

ClientTest::exits($target, [ 'plan', $_->[0] ], 5, qr/"\Q$_->[0]\E" matches no table or sequence of the source$_->[1]$/m, "a typo: $_->[0]") for [ 'usres', '; perhaps you meant users' ], [ 'public.itms', '; perhaps you meant public.items' ], [ 'usr*', '' ], [ 'nothing', '' ];
ClientTest::exits($target, [qw(rules set users email emial)], 2, qr/^HINT: Perhaps you meant "email"\. Strategies are /m, 'a strategy');
ClientTest::exits($target, [qw(plan Address)], 5, qr/"Address" matches no table or sequence of the source \(capitals count in double quotes only; in a shell: '"Name"'\)/, 'capitals without quotes');
$_->safe_psql('postgres', 'CREATE TABLE "Address" (id integer PRIMARY KEY)') for $source, $target;
ClientTest::exits($target, [ 'plan', '"Address"' ], 0, qr/^public\."Address"/m, '... and within them');
$_->safe_psql('postgres', 'DROP TABLE "Address"') for $source, $target;

ClientTest::exits($target, [ 'suggest', 'usres', '-o', "$dir/none.yaml" ], 5, qr/^include "usres" matches no table or sequence of the source; perhaps you meant users$/m, 'a typo in suggest');
ok(!-e "$dir/none.yaml", '... of which no file is written');
is(ClientTest::json($target, [qw(suggest usres)])->[0]{relation}, undef, '... as JSON');
ClientTest::exits($target, [qw(suggest usres --json)], 5, qr/perhaps you meant users/, '... with its exit code');
ClientTest::exits($target, [qw(suggest users usres)], 5, qr/email: email.*perhaps you meant users/s, '... beside a table that there is');
ClientTest::exits($target, [ @$_, qw(-s prdo) ], 2, qr/^confiture: there is no source prdo\nHINT: Did you mean prod\? Sources are prod\.$/m, "a typo of the source: @$_")
  for [qw(plan)], [qw(check)], [qw(sync)], [qw(suggest)], [qw(verify)], [qw(preview users)], [qw(why users 1)];

# A target without tables
$target->safe_psql('postgres', 'CREATE DATABASE bare');
ConfitureTest::connect_clusters($source, $target, database => 'bare');
ClientTest::exits($target, [ @$_, '-d', 'bare' ], 2, qr/the target has no tables yet.*"confiture clone" makes them/s, "@$_ of a target without tables")
  for [qw(suggest)], [qw(check)], [qw(plan)], [qw(plan --subset)];
$target->safe_psql('postgres', 'DROP DATABASE bare');

# A subset
ClientTest::exits($target, [qw(plan --subset)], 5, qr/no table of the run has a seed/, 'a subset without a seed');
$target->safe_psql('postgres', q{SELECT confiture.set_seed('users', 'id < 11')});
ClientTest::exits($target, [qw(plan --subset users)], 0, qr/^public\.users\s+some\s+10\s+100\s+.*seed: 10 rows\nin all\s+10/m, 'what comes of a table');
is(join(',', map { $_->{rows} } @{ ClientTest::json($target, [qw(plan --subset users)]) }), '10,10', '... as JSON');
ClientTest::exits($target, [qw(why users 5)], 0, qr/^public\.users\s+\d+\s+seed$/m, 'why a row comes');
is(ClientTest::json($target, [qw(why users 5)])->[0]{reason}, 'seed', '... as JSON');
ClientTest::exits($target, [qw(why users 50)], 1, qr/the subset does not have this row of public\.users.*HINT: .*plan --subset/s, 'why one does not');
ClientTest::exits($target, [qw(why users 0)], 1, qr/the source has no row of public\.users with this key/, 'a row that is not there');
$target->safe_psql('postgres', q{SELECT confiture.drop_seed('users')});
ClientTest::exits($target, [ qw(plan users --seeds), '{"public.users": {"where": "id < 6"}}' ], 0, qr/^public\.users\s+some\s+5\s+100\s+.*seed: 5 rows/m, 'seeds for one call');
ClientTest::exits($target, [ qw(plan --subset users --seeds), ClientTest::write_file("$dir/seeds.toml", qq{[seeds]\nusers = {rows = 7}\n}) ], 0, qr/^public\.users\s+some\s+7\s/m, '... of a file');
ClientTest::exits($target, [ qw(why users 5 --seeds), '{"public.users": {"where": "id < 6"}}' ], 0, qr/^public\.users\s+\d+\s+seed$/m, '... why a row comes');
ClientTest::exits($target, [ qw(plan items users --unreached none --seeds), '{"public.users": {}}' ], 0, qr/^public\.items\s+none\s+0\s.*^public\.users\s+whole/ms, '... without what nothing leads to');
ClientTest::exits($target, [ qw(plan users --seeds), $_->[0] ], $_->[1], $_->[2], "no seeds: $_->[0]")
  for [ '{"a": ', 2, qr/--seeds, line 1: not valid JSON/ ], [ ClientTest::write_file("$dir/without.yaml", "tables: {}\n"), 2, qr/has no seeds/ ], [ '{"nothing": {}}', 2, qr/subset names nothing, which is not a table of this run/ ], [ "$dir/missing.yaml", 2, qr/cannot read/ ];

# check
$out = ClientTest::exits($target, ['check'], 5, qr/^failed   plan: public\.users\.email looks like personal data/m, 'check');
like($out, qr/^ok       target: PostgreSQL .*^ok       extension: confiture \d+\.\d+\.\d+\n.*^ok       source: prod: .*^warning  encryption: none/ms, 'what is well and what is not so');
is((grep { $_->{result} eq 'failed' } @{ ClientTest::json($target, [ 'check', 'items' ]) }), 0, 'one table, as JSON');
ClientTest::exits($target, [qw(check items)], 0, qr/ok       plan: 1 tables can be synced/, 'all is well');
$target->safe_psql('postgres', q{ALTER TABLE items DROP COLUMN price; SELECT confiture.keep('items', 'id'); ALTER TABLE items RENAME id TO number});
ClientTest::exits($target, [qw(check items)], 5, qr/failed   rule: public\.items\.id: the column was renamed to number.*failed   plan: public\.items\.price \(numeric\(10,2\)\) is on the source, but not here/s, 'rules and schemas');
$target->safe_psql('postgres', q{SELECT confiture.drop_rule('items', 'id'); ALTER TABLE items RENAME number TO id; ALTER TABLE items ADD price numeric(10, 2)});
$target->safe_psql('postgres', q{CREATE SERVER away FOREIGN DATA WRAPPER confiture OPTIONS (host '127.0.0.1', port '1', dbname 'x'); CREATE USER MAPPING FOR CURRENT_USER SERVER away});
ClientTest::exits($target, [qw(check -s away)], 3, qr/failed   source: could not connect/, 'no source');
ClientTest::exits($target, [qw(check)], 2, qr/several sources: away, prod/, 'which?');
$target->safe_psql('postgres', q{DROP SERVER away CASCADE; CREATE ROLE walker LOGIN});
ClientTest::exits($target, [qw(-U walker check)], 1, qr/failed   privileges: no EXECUTE on cancel, check_server, plan_sync, resume, sync/, 'no privileges');

# suggest: by names, then by a sample too
$out = ClientTest::exits($target, ['suggest'], 0, qr/4 suggested, 0 unchanged/, 'suggest');
like($out, qr/^  public\.users:\n    columns:\n      email: email  # looks like personal data \(name matches e-mail address\)/m, 'with reasons');
unlike($out, qr/channel|free:/, 'by names alone');
my ($status, $sampled, $err) = ClientTest::run($target, [ 'suggest', '--sample', '1000', '-o', "$dir/rules.yaml" ]);
is($status, 0, 'with a sample');
my $rules = PostgreSQL::Test::Utils::slurp_file("$dir/rules.yaml");
like($rules, qr/^      channel: email  # 100% of 100 sampled values are e-mail addresses$/m, 'what values look like');
like($rules, qr/^      free: redact  # 10% of 100 sampled values contain e-mail addresses$/m, 'and contain');
like($rules, qr/^      "it's": phone  # 100% of 1 sampled/m, 'odd names');
unlike($rules . $sampled . $err, qr/mail\.test|shop\.test|170/, 'no value of the source is in it');

# A sample looks into what holds values, and cards and accounts want their check digits
$_->safe_psql('postgres', q{CREATE TYPE pair AS (a integer, b text);
	CREATE TABLE boxes (id integer, doc jsonb, list text[], p pair, figures text, acc text, version text, wrong text, plain text[], release text)}) for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO boxes SELECT i, jsonb_build_object('to', 'u' || i || '@mail.test', 'n', i), ARRAY['x', '+49 170 123456' || i], (i, 'u' || i || '@mail.test')::pair,
	(ARRAY['4111111111111111', '5555 5555 5555 4444', '378282246310005', '30569309025904'])[i % 4 + 1], (ARRAY['DE89 3704 0044 0532 0130 00', 'GB82WEST12345698765432'])[i % 2 + 1],
	to_char(timestamp '2024-01-01' + i * interval '1 hour', 'YYYYMMDDHH24MISS'), '411111111111111' || i % 10 + 2, ARRAY['2024-01-01', i::text], '300.4.1.' || i FROM generate_series(0, 9) i});
my $boxes = ClientTest::exits($target, [qw(suggest boxes --sample 100)], 0, qr/suggested/, 'a sample of what holds values');
like($boxes, qr/^      $_$/m, $_) for 'doc: json  # looks like personal data \(type holds documents, as free text\) and has no rule', 'list: phone  # 100% of 10 sampled values hold what look like telephone numbers',
	'p: "?(?:null|hash|redact)"?  # 100% of 10 sampled values hold e-mail addresses', 'figures: card  # 100% of 10 sampled values look like card numbers',
	'acc: iban  # 100% of 10 sampled values look like bank accounts \(IBAN\)';
unlike($boxes, qr/version:|wrong:|plain:|release:|mail\.test|4111/, 'but no migration versions, wrong check digits, dates or values');
$_->safe_psql('postgres', 'DROP TABLE boxes; DROP TYPE pair') for $source, $target;

my @again = ('suggest', '-o', "$dir/rules.yaml");
ClientTest::exits($target, \@again, 2, qr/rules\.yaml already exists\nHINT: Give --force/, 'a file that is there stays');
my ($screen, $answered) = ClientTest::terminal($target, \@again, "n\n");
like("$answered $screen", qr/^1 .*rules\.yaml already exists\. Overwrite it\? \[y\/N\] n\nNothing was changed\.$/m, 'but for a yes');
is(PostgreSQL::Test::Utils::slurp_file("$dir/rules.yaml"), $rules, 'as it was');
ClientTest::exits($target, [ 'suggest', '-o', ClientTest::write_file("$dir/other.yaml", 'x'), '--force' ], 0, qr/4 suggested/, 'or --force');
like(PostgreSQL::Test::Utils::slurp_file("$dir/other.yaml"), qr/^tables:\n/, 'which writes over it');
ClientTest::exits($target, [qw(suggest --policy auto)], 0, qr/4 suggested/, 'auto decides nothing here');
ClientTest::exits($target, [ 'rules', 'import', "$dir/rules.yaml", '--yes' ], 0, qr/Done/, 'a draft can be imported as it is');
ClientTest::exits($target, ['check'], 0, qr/ok       plan: 3 tables can be synced/, 'and settles everything');
$out = ClientTest::exits($target, [ 'suggest', '--format', 'toml' ], 0, qr/0 suggested, \d+ unchanged/, 'again');
ClientTest::exits($target, [ 'rules', 'import', ClientTest::write_file("$dir/again.toml", $out) ], 0, qr/^0 to change/m, 'the draft has the rules there are');
ClientTest::exits($target, [qw(suggest --sample 0)], 2, qr/at least 1/, 'a sample of nothing');
ClientTest::exits($target, [qw(suggest --policy strict items)], 0, qr/price: keep  # has no rule, and the policy is strict/, 'strict');

# preview
$out = ClientTest::exits($target, [qw(preview users -n 2 --filter), 'id > 50'], 0, qr/^id\s+email \(email\)\s+handle/, 'preview');
is(scalar(split /\n/, $out), 4, 'of two rows');
unlike($out, qr/shop\.test/, 'masked');
@rows = @{ ClientTest::json($target, [qw(preview users -n 1 --filter), 'id = 7' ]) };
is($rows[0]{id}, 7, 'as JSON');
like($rows[0]{email}, qr/^[a-z]+\.[a-z]+\.\w{20}\@example\.com$/, 'masked');
ClientTest::exits($target, [ 'preview', 'users', '--filter', 'id = 1); DROP TABLE (users' ], 2, qr/filter|syntax/, 'a filter that would be more');
ClientTest::exits($target, [ 'preview', '"Odd"."t.x"' ], 0, qr/^id\s+E-Mail \(email\)\s+it's \(phone\)$/m, 'odd names');
$out = ClientTest::exits($target, [qw(preview users -n 2 -x)], 0, qr/\Arow 1 +strategy +value\n-[- ]+\nid +pass +\d+\nemail +email +\S+\@example\.com\n.*\n\nrow 2 /s, 'a list for each row');
unlike($out, qr/shop\.test/, 'masked');
ClientTest::exits($target, [qw(preview users --diff --filter), 'id = 7'], 0, qr/\Arow 1 +strategy +before +after\n[- ]+\nid +pass +7 +7\nemail +email +\S+\@shop\.test +\S+\@example\.com\n/, '--diff shows both sides');
@rows = @{ ClientTest::json($target, [qw(preview users --diff), '--filter', 'id IN (8, 9)' ]) };
is(join(',', sort map { "$_->{id}{strategy} $_->{id}{before} $_->{id}{after}" } @rows), 'pass 8 8,pass 9 9', 'each row beside itself');
ClientTest::exits($target, [qw(preview users --diff --filter), 'id = 1); DROP TABLE (users' ], 2, qr/filter|syntax/, 'no other way to filter');
ClientTest::exits($target, [qw(preview users --diff -n 101)], 2, qr/up to 100 rows/, 'some rows');
ClientTest::exits($target, [ 'preview', '"Odd"."t.x"', '--diff' ], 0, qr/^E-Mail +\S+ +/m, 'with odd names');
$source->safe_psql('postgres', 'CREATE VIEW seen AS SELECT * FROM users');
ClientTest::exits($target, [qw(preview users --diff --source-relation public.seen)], 2, qr/public\.seen is no table on the source/, 'not of a view');

# strategies
ClientTest::exits($target, ['strategies'], 0, qr/^email\s+\S.*^redact\s/ms, 'strategies');
ClientTest::exits($target, [qw(strategies hash)], 0, qr/^hash: .*options\s+.*length: .*unique stays unique\s+yes/s, 'one');
ClientTest::exits($target, [qw(strategies hush)], 2, qr/no strategy hush\nHINT: Did you mean hash\? Strategies are address, bic, /, 'none');
is(ClientTest::json($target, [qw(strategies hash)])->{strategy}, 'hash', 'as JSON');
cmp_ok(scalar(@{ ClientTest::json($target, ['strategies']) }), '>=', 10, 'all as JSON');

done_testing();
