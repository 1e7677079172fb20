# fpe_decrypt() gives back values of columns that the owner of the key has made reversible, and of no other.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, 'loader', 'secret');    # with EXECUTE on all functions
sub here { return $target->safe_psql('postgres', $_[0]) }
sub as_role { my ($role, $sql) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]); return $status == 0 ? $out : $err }
sub refused { my ($role, $sql, $pattern, $name) = @_; local $Test::Builder::Level = $Test::Builder::Level + 1; my $said = as_role($role, $sql); like($said, $pattern, $name); unlike($said, qr/4711|canary/, '... without the value'); return }

my $table = q{CREATE TABLE cards (id int PRIMARY KEY, code text, other text, plain text, tags text[], wide bigint)};
$source->safe_psql('postgres', "$table; INSERT INTO cards SELECT i, 'INV-' || 471100 + i, 'INV-' || 471100 + i, 'canary' || i, ARRAY['471100'], 4711000000 + i FROM generate_series(1, 50) i");
here("$table; CREATE ROLE nobody_special LOGIN; CREATE ROLE helper LOGIN; GRANT USAGE ON SCHEMA confiture TO helper;
	GRANT EXECUTE ON FUNCTION confiture.fpe_decrypt(regclass, name, text) TO helper; GRANT SELECT (id, code, wide) ON cards TO helper;
	SELECT confiture.set_rule('cards', 'code', 'fpe', '{\"reversible\": true}'), confiture.set_rule('cards', 'other', 'fpe'), confiture.set_rule('cards', 'plain', 'hash'),
		confiture.set_rule('cards', 'tags', 'fpe', '{\"reversible\": true}'), confiture.set_rule('cards', 'wide', 'fpe', '{\"reversible\": true}');
	SELECT confiture.sync_table('prod', 'cards')");
my $masked = here('SELECT code FROM cards WHERE id = 7');
my $other = here('SELECT other FROM cards WHERE id = 7');
isnt($masked, 'INV-471107', 'a masked value');
is(as_role('helper', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')"), 'INV-471107', 'comes back for who may');
is(as_role('helper', q{SELECT count(*) FROM (SELECT id, confiture.fpe_decrypt('cards', 'code', code) AS v, confiture.fpe_decrypt('cards', 'wide', wide::text)::bigint AS w FROM cards) d WHERE v = 'INV-' || 471100 + id AND w = 4711000000 + id}), '50', 'all of them, numbers too');
is(here(q{SELECT confiture.fpe('INV-471107', '{"reversible": true}')}), $masked, 'the function masks alike');

# Who may not
refused('nobody_special', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')", qr/42501/, 'everybody');
refused('loader', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')", qr/42501.*permission denied for table cards/, 'EXECUTE on all functions alone');
refused('helper', "SELECT confiture.fpe_decrypt('cards', 'other', '$other')", qr/42501/, 'a column that the role may not read');
is(here(q{SELECT count(*) FROM pg_proc p, unnest(p.proacl) a WHERE p.oid = 'confiture.fpe_decrypt'::regproc AND a::text LIKE '=%'}), '0', 'nothing is granted to PUBLIC');

# What has no way back
refused(ConfitureTest::superuser($target), "SELECT confiture.fpe_decrypt('cards', '$_->[0]', '$_->[1]')", $_->[2], "$_->[0]: $_->[3]") for (
	[ 'other', $other, qr/55000: .*"?cards"?\.other cannot be decrypted: its rule does not say "reversible"/, 'not reversible' ],
	[ 'plain', 'abc', qr/55000: .*does not say "reversible"/, 'another strategy' ], [ 'id', '7', qr/55000: .*it has no rule/, 'no rule' ],
	[ 'tags', '{471100}', qr/22023/, 'an array' ], [ 'none', 'x', qr/42703/, 'no column' ], [ 'wide', 'x', qr/22023: .*is none that the mask/, 'no value of the mask' ]);
isnt(as_role('helper', "SELECT confiture.fpe_decrypt('cards', 'code', '$other')"), 'INV-471107', 'a value of another column is none of this one: the keys are two');

# Ways to make one for oneself
here('ALTER TABLE cards OWNER TO loader');
refused('loader', "SELECT confiture.set_rule('cards', 'other', 'fpe', '{\"reversible\": $_}')", qr/42501: .*must be owner of confiture\.masking_key to make a column reversible/, "an owner of the table: $_") for qw(true false);
refused('loader', q{SELECT confiture.set_rule('cards', 'other', 'fpe', '{"reversible": true}', 'id > 0')}, qr/42501/, 'for some rows');
here('CREATE ROLE owning LOGIN; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO owning; ALTER DATABASE postgres OWNER TO owning');
refused('owning', q{SELECT confiture.set_pattern('*', 'other', 'fpe', '{"reversible": true}')}, qr/42501/, 'an owner of the database, by a pattern');
refused('loader', "UPDATE confiture.rule SET options = '{\"reversible\": true}'", qr/42501/, 'by the control table');
is(as_role('loader', q{SELECT confiture.fpe_decrypt('cards', 'code', code) FROM cards WHERE id = 7}), 'INV-471107', '(what is reversible is so for its owner too)');

# Rules that change
here(q{SELECT confiture.set_rule('cards', 'code', 'fpe')});
refused('helper', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')", qr/does not say "reversible"/, 'a rule that is reversible no more');
here(q{SELECT confiture.set_rule('cards', 'code', 'fpe', '{"reversible": true}', 'id < 10'), confiture.set_rule('cards', 'code', 'null')});
refused('helper', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')", qr/it has several rules/, 'rules for some rows');
here(q{SELECT confiture.drop_rule('cards', 'code'); CREATE ROLE keeper SUPERUSER LOGIN; SET SESSION AUTHORIZATION keeper; SELECT confiture.set_rule('cards', 'code', 'fpe', '{"reversible": true}')});
is(as_role('helper', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')"), 'INV-471107', 'a rule of a superuser');
here('ALTER ROLE keeper NOSUPERUSER');
refused('helper', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')", qr/the role that set its rule does not own the masking key/, '... who is none any more');
here('DROP ROLE keeper');
refused('helper', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')", qr/the role that set its rule does not own the masking key/, '... or gone');
here(q{SELECT confiture.set_rule('cards', 'code', 'fpe', '{"reversible": true}'); ALTER TABLE cards RENAME TO cards_before; CREATE TABLE cards (id int, code text); GRANT SELECT ON cards TO helper});
refused('helper', "SELECT confiture.fpe_decrypt('cards', 'code', '$masked')", qr/it has no rule/, 'a table of the same name');
here('SELECT confiture.rotate_key()');
isnt(as_role('helper', "SELECT confiture.fpe_decrypt('cards_before', 'code', '$masked')"), 'INV-471107', 'another key gives another value');
unlike(here(q{EXPLAIN (VERBOSE, COSTS OFF) SELECT confiture.fpe_decrypt('cards_before', 'code', '471100')}) , qr/INV-4711/, 'no plan shows one');

done_testing();
