# DROP EXTENSION while runs have things set aside: refused, with the statements that would be lost.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }

$_->safe_psql('postgres', q{
	CREATE TABLE item (id int PRIMARY KEY, label text, owner_id int);
	CREATE INDEX item_label ON item (label) WHERE label <> 'a''b';
}) for ($source, $target);
$source->safe_psql('postgres', "INSERT INTO item SELECT i, 'item ' || i % 2, i FROM generate_series(1, 100) i");
# The run fails in its middle: a unique index over what is not unique, which only comes back at the end.
here('CREATE UNIQUE INDEX item_unique ON item (label)');
my ($status, undef, $error) =
  $target->psql('postgres', q{CALL confiture.sync('prod', policy => 'off', rebuild_indexes => true)});
isnt($status, 0, 'a run fails and leaves its indexes set aside') or diag $error;
cmp_ok(here('SELECT count(*) FROM confiture.set_aside WHERE restored_at IS NULL'), '>', 0, 'something is set aside');

for my $statement ('DROP EXTENSION confiture', 'DROP EXTENSION IF EXISTS confiture CASCADE')
{
	ConfitureTest::fails_like($target, $statement,
		[ qr/cannot drop the extension confiture: tables still lack \d+ things?/, qr/CREATE UNIQUE INDEX item_unique/, qr/HINT: .*restore_indexes/ ],
		"refused: $statement");
}

# What somebody else wrote is not printed for others to run.
here(q{INSERT INTO confiture.set_aside (run_id, step, kind, relation, relation_name, name, statements, seal)
	SELECT run_id, step, kind, relation, relation_name, 'forged', '{ALTER ROLE mallory SUPERUSER}', seal FROM confiture.set_aside WHERE restored_at IS NULL});
my (undef, undef, $words) = $target->psql('postgres', 'DROP EXTENSION confiture');
like($words, qr/CREATE UNIQUE INDEX item_unique.*\n\s*Entries of confiture\.set_aside that are not what a run wrote, and are not shown: 1\./, 'a forged entry is named as such');
unlike($words, qr/mallory/, '... and not shown');
here(q{DELETE FROM confiture.set_aside WHERE name = 'forged'});

# An extension of a superuser that is not the first one goes with DROP OWNED.
here(q{CREATE ROLE second SUPERUSER LOGIN; CREATE ROLE third;
	UPDATE pg_extension SET extowner = 'second'::regrole WHERE extname = 'confiture';
	INSERT INTO pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
	SELECT d.oid, 'pg_extension'::regclass, e.oid, 0, 'pg_authid'::regclass, 'second'::regrole, 'o'
	FROM pg_extension e, pg_database d WHERE e.extname = 'confiture' AND d.datname = current_database()});
ConfitureTest::fails_like($target, 'DROP OWNED BY third, second CASCADE', [ qr/cannot drop the extension confiture/ ], 'refused: DROP OWNED of its owner');
here('DROP OWNED BY third');
is(here("DROP EXTENSION IF EXISTS another; SELECT 'dropped'"), 'dropped', 'other extensions are none of its business');

# Another way out than to lose them: what is missing comes back.
here(q{DROP INDEX IF EXISTS item_unique; UPDATE item SET label = label || id; SELECT confiture.restore_indexes()});
is(here("SELECT indexdef FROM pg_indexes WHERE indexname = 'item_label'"),
	q{CREATE INDEX item_label ON public.item USING btree (label) WHERE (label <> 'a''b'::text)}, 'restored');
here('DROP EXTENSION confiture CASCADE');
is(here("SELECT count(*) FROM pg_extension WHERE extname = 'confiture'"), '0', 'and then it can be dropped');
is(here("SELECT count(*) FROM pg_event_trigger"), '0', 'its event trigger with it');

done_testing();
