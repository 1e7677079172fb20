# What masked values hang together with: foreign keys, computed columns, widths and collations.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

sub here { my ($sql) = @_; return $target->safe_psql('postgres', $sql); }
sub both { my ($sql) = @_; $_->safe_psql('postgres', $sql) for ($source, $target); return; }
sub refused { my ($call, $patterns, $name) = @_; local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ConfitureTest::fails_like($target, $call, $patterns, $name); }
sub planned { my ($relation, $column) = @_;
	return here("SELECT concat_ws('|', action, strategy, nullif(array_to_string(warnings, ';'), '')) FROM confiture.plan('prod', '$relation') WHERE column_name = '$column'"); }
sub forget { my (@tables) = @_; here('DELETE FROM confiture.rule'); both("DROP TABLE $_ CASCADE") for @tables; return; }
my $sync = sub { my ($tables, $options) = @_; return "CALL confiture.sync('prod', include => '{$tables}'" . ($options ? ", $options" : '') . ')'; };

# --- foreign keys

both(q{CREATE TABLE acc (email text PRIMARY KEY); CREATE TABLE logins (id int PRIMARY KEY, who text REFERENCES acc)});
$source->safe_psql('postgres', q{INSERT INTO acc SELECT 'u' || i || '@corp.com' FROM generate_series(1, 50) i; INSERT INTO logins SELECT i, 'u' || i || '@corp.com' FROM generate_series(1, 50) i});
here(q{SELECT confiture.set_rule('acc', 'email', 'email')});
is(planned('logins', 'who'), 'mask|email|masked by the rule of public.acc.email, which it references', 'a rule holds for a column that references');
here($sync->('acc,logins'));
is(here(q{SELECT count(*), count(*) FILTER (WHERE who LIKE '%corp%') FROM logins JOIN acc ON who = email}), '50|0', 'and the masked keys join');
here('TRUNCATE acc, logins');
here(q{SELECT confiture.sync_table('prod', 'acc')}), here(q{SELECT confiture.sync_table('prod', 'logins')});
is(here(q{SELECT count(*), count(*) FILTER (WHERE who LIKE '%corp%') FROM logins JOIN acc ON who = email}), '50|0', 'table by table too, by the stored rule of the other');

here(q{SELECT confiture.set_rule('logins', 'who', 'hash')});
my @two = (qr/who is masked with hash, but references public\.acc\.email, which is masked with email\./, qr/set_rule\('public.logins', 'who', 'email'\)/);
refused(q{SELECT confiture.sync_table('prod', 'logins')}, \@two, 'another rule there is a problem');
refused($sync->('acc,logins'), \@two, 'and of a run');
refused(q{SELECT confiture.sync_table('prod', 'acc')}, [qr/email is masked with email, but is referenced by public\.logins\.who, which is masked with hash\./], 'and of the other table alone');
here(q{SELECT confiture.keep('logins', 'who')});
refused($sync->('acc,logins', q{on_fk_violation => 'report'}), [qr/who is kept, but references public\.acc\.email, which is masked with email\./], 'a keep there');
here(q{SELECT confiture.set_rule('logins', 'who', 'null')});
here($sync->('acc,logins'));
is(here('SELECT count(*), count(who) FROM logins'), '50|0', 'NULL references nothing');
here(q{SELECT confiture.set_rule('logins', 'who', 'email', '{"domain": "a.test"}')});
refused($sync->('acc,logins'), [qr/who is masked with email \{"domain": "a.test"\}, but references/], 'other options');

here(q{SELECT confiture.drop_rule('acc', 'email')});
here(q{SELECT confiture.set_rule('logins', 'who', 'email', '{"domain": "a.test"}')});
my @up = (qr/who is masked with email \{"domain": "a.test"\}, but references public\.acc\.email, which has no rule\./, qr/set_rule\('public.acc', 'email', 'email', '\{"domain": "a.test"\}'\);/);
refused($sync->('acc,logins'), \@up, 'a rule of the referencing column alone names both');
refused(q{SELECT confiture.sync_table('prod', 'logins')}, \@up, 'a stored rule of one table alone too');
here(q{SELECT confiture.keep('acc', 'email')});
refused($sync->('acc,logins'), [qr/which is kept\./], 'or a keep of the referenced one');
here('DELETE FROM confiture.rule');
here($sync->('acc,logins', q{rules => '{"public.acc": {"email": "email"}}'}));
is(here(q{SELECT count(*), count(*) FILTER (WHERE who LIKE '%corp%') FROM logins JOIN acc ON who = email}), '50|0', 'rules of the call travel too');
refused($sync->('acc,logins', q{rules => '{"public.acc": {"email": "email"}, "public.logins": {"who": "keep"}}'}), [qr/who is kept, but references/], 'and are checked');
forget(qw(acc logins));

# Constraints of either side.
both(q{CREATE TABLE acc (email text PRIMARY KEY); CREATE TABLE there (who text); CREATE TABLE here (who text)});
$source->safe_psql('postgres', q{ALTER TABLE there ADD FOREIGN KEY (who) REFERENCES acc; CREATE TABLE unknown (who text REFERENCES acc)});
here('ALTER TABLE here ADD FOREIGN KEY (who) REFERENCES acc');
here(q{SELECT confiture.set_rule('acc', 'email', 'email')});
like(planned($_, 'who'), qr/^mask\|email\|/, "a constraint of one side ($_)") for qw(there here);
is(planned('acc', 'email'), 'mask|email', 'a referencing table that the target lacks is no problem');
$source->safe_psql('postgres', 'DROP TABLE unknown');
forget(qw(acc there here));

# Quoted names.
here(q{CREATE TABLE "Acc" ("E Mail" text PRIMARY KEY); CREATE TABLE "Log" ("W ho" text); SELECT confiture.set_rule('"Acc"', 'E Mail', 'email')});
$source->safe_psql('postgres', q{CREATE TABLE "Acc" ("E Mail" text PRIMARY KEY); CREATE TABLE "Log" ("W ho" text REFERENCES "Acc")});
is(here(q{SELECT action, strategy FROM confiture.plan('prod', '"Log"')}), 'mask|email', 'quoted names');
forget('"Acc"', '"Log"');

# Composite keys, self references, chains, cycles, surrogate keys, partitions.
both(q{
	CREATE TABLE place (country text, code text, PRIMARY KEY (country, code));
	CREATE TABLE visit (id int PRIMARY KEY, at_code text, at_country text, FOREIGN KEY (at_country, at_code) REFERENCES place (country, code));
	CREATE TABLE emp (id int PRIMARY KEY, boss int REFERENCES emp);
	CREATE TABLE emp_car (emp int PRIMARY KEY REFERENCES emp, car int);
	CREATE TABLE emp_key (car_of int REFERENCES emp_car (emp));
	CREATE TABLE wide_ref (emp bigint REFERENCES emp);
	CREATE TABLE narrow_ref (emp smallint REFERENCES emp);
	CREATE TABLE loop_a (k text PRIMARY KEY); CREATE TABLE loop_b (k text PRIMARY KEY REFERENCES loop_a); ALTER TABLE loop_a ADD FOREIGN KEY (k) REFERENCES loop_b;
	CREATE TABLE day (who text PRIMARY KEY); CREATE TABLE of_day (who text REFERENCES day, n int) PARTITION BY LIST (n); CREATE TABLE of_day_1 PARTITION OF of_day FOR VALUES IN (1); CREATE TABLE of_day_2 PARTITION OF of_day DEFAULT;
	CREATE TABLE parted (who text, n int, PRIMARY KEY (who, n)) PARTITION BY LIST (n); CREATE TABLE parted_1 PARTITION OF parted DEFAULT; CREATE TABLE to_parted (w text, n int, FOREIGN KEY (w, n) REFERENCES parted (who, n));
});
here(q{SELECT confiture.set_rule('place', 'code', 'hash'), confiture.set_rule('emp', 'id', 'hash'), confiture.set_rule('loop_a', 'k', 'hash'), confiture.set_rule('day', 'who', 'hash'), confiture.set_rule('parted', 'who', 'hash')});
like(planned('visit', 'at_code'), qr/^mask\|hash\|masked by the rule of public\.place\.code/, 'a composite key, column by column');
is(planned('visit', 'at_country'), 'pass', 'its other column is copied');
like(planned('emp', 'boss'), qr/^mask\|hash\|masked by the rule of public\.emp\.id/, 'a self reference');
like(planned('emp_car', 'emp'), qr/^mask\|hash\|masked by the rule of public\.emp\.id/, 'a chain');
like(planned('emp_key', 'car_of'), qr/^mask\|hash\|masked by the rule of public\.emp\.id/, 'a longer one');
like(planned('wide_ref', 'emp'), qr/^mask\|hash\|masked by/, 'a bigint that references an integer');
like(planned('narrow_ref', 'emp'), qr/^refuse\|hash\|\(masked with hash\) references public\.emp\.id, whose type is another one, for which the masked values differ/, 'a smallint that references an integer');
like(planned('loop_b', 'k'), qr/^mask\|hash\|/, 'a cycle');
like(planned($_, 'who'), qr/^mask\|hash\|masked by the rule of public\.day\.who/, "partitions: $_") for qw(of_day of_day_1 of_day_2);
like(planned('to_parted', 'w'), qr/^mask\|hash\|masked by the rule of public\.parted\.who/, 'a partitioned table that is referenced');
both('DROP TABLE narrow_ref');
$source->safe_psql('postgres', q{
	INSERT INTO place VALUES ('de', 'a'), ('de', 'b'); INSERT INTO visit VALUES (1, 'a', 'de'), (2, NULL, 'de');
	INSERT INTO emp SELECT i, nullif(i / 2, 0) FROM generate_series(1, 20) i; INSERT INTO emp_car SELECT i, i FROM generate_series(1, 5) i; INSERT INTO emp_key SELECT i FROM generate_series(1, 5) i; INSERT INTO wide_ref SELECT i FROM generate_series(1, 20) i;
	INSERT INTO day VALUES ('x'), ('y'); INSERT INTO of_day VALUES ('x', 1), ('y', 2); INSERT INTO parted VALUES ('x', 1); INSERT INTO to_parted VALUES ('x', 1);
});
here($sync->('*.*'));
is(here(q{SELECT (SELECT count(*) FROM visit JOIN place ON code = at_code AND country = at_country), (SELECT count(*) FROM emp e JOIN emp b ON b.id = e.boss), (SELECT count(*) FROM emp_key JOIN emp ON id = car_of), (SELECT count(*) FROM wide_ref w JOIN emp ON id = w.emp), (SELECT count(*) FROM of_day JOIN day USING (who)), (SELECT count(*) FROM to_parted t JOIN parted p ON who = w)}),
	'1|19|5|20|2|1', 'all of them join');
forget(qw(visit place emp emp_car emp_key wide_ref loop_a loop_b of_day day to_parted parted));

# A reference to two masked columns, and types that fold.
both(q{CREATE TABLE a (k text PRIMARY KEY); CREATE TABLE b (k text PRIMARY KEY); CREATE TABLE c (k text REFERENCES a REFERENCES b)});
here(q{SELECT confiture.set_rule('a', 'k', 'hash'), confiture.set_rule('b', 'k', 'email')});
like(planned('c', 'k'), qr/^refuse\|.*but references public\.[ab]\.k/, 'two rules for one column');
forget(qw(a b c));

# --- columns that the source computes

$source->safe_psql('postgres', q{
	CREATE TABLE u (id int PRIMARY KEY, email text, slug text GENERATED ALWAYS AS (replace(email, '@', '-at-')) STORED, doc tsvector, note int);
	CREATE TRIGGER docs BEFORE INSERT OR UPDATE ON u FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(doc, 'pg_catalog.english', email);
	INSERT INTO u (id, email, note) VALUES (1, 'ada@corp.com', 7);
	CREATE VIEW v AS SELECT id, note, email AS c1, upper(email) AS shout, note * 2 || 'x' AS twice FROM u;
	CREATE VIEW vv AS SELECT id, note, c1 AS reach FROM v;
	CREATE MATERIALIZED VIEW mv AS SELECT id, note, slug AS h1 FROM u;
	CREATE VIEW un AS SELECT id, note, 'x' AS mixed FROM u UNION ALL SELECT id, note, email FROM u;
	CREATE VIEW ag AS SELECT min(id) AS id, max(note) AS note, min(email) AS lowest FROM u;
	CREATE VIEW sub AS SELECT s.a AS id, s.c AS note, s.b AS loud FROM (SELECT id AS a, note AS c, lower(email) AS b FROM u) s;
	CREATE VIEW sc AS SELECT id, note, (SELECT lower(o.email) FROM u o WHERE o.id = u.id) AS loud FROM u;
	CREATE VIEW ct AS WITH c AS (SELECT id, note, lower(email) AS b FROM u) SELECT c.id, o.note, o.email AS loud FROM c JOIN u o USING (id) WHERE EXISTS (SELECT upper(email), 1 FROM u);
	CREATE VIEW ha AS SELECT id, note, min(email) AS loud FROM u GROUP BY id, note HAVING id IN (SELECT length(email) FROM u);
	CREATE VIEW us AS SELECT id, note, 'x' AS loud FROM u UNION ALL (SELECT s.id, s.note, s.b FROM (SELECT lower(email) AS b, id, note FROM u) s ORDER BY 1 LIMIT 1);
	CREATE VIEW ro AS SELECT id, note, u::text AS whole FROM u;
	CREATE DOMAIN handle AS text; CREATE TABLE du (id int PRIMARY KEY, email text, tag handle GENERATED ALWAYS AS ((left(email, 3))::handle) STORED)
});
$source->safe_psql('postgres', q~CREATE VIEW "br{a}ce\" AS SELECT id, note, "em{a\}il" AS loud FROM (SELECT id, note, lower(email) AS "em{a\}il" FROM u) "s{" WHERE EXISTS (SELECT upper(email) FROM u);~);
here(q{
	CREATE TABLE u (id int PRIMARY KEY, email text, slug text, doc tsvector, note int);
	CREATE TABLE tv (id int, note int, c1 text, shout text, twice text); CREATE TABLE tvv (id int, note int, reach text); CREATE TABLE tmv (id int, note int, h1 text); CREATE TABLE tun (id int, note int, mixed text); CREATE TABLE tag (id int, note int, lowest text); CREATE TABLE tsub (id int, note int, loud text); CREATE TABLE tro (id int, note int, whole text); CREATE TABLE tsc (id int, note int, loud text); CREATE TABLE tct (id int, note int, loud text);
	CREATE TABLE tha (id int, note int, loud text); CREATE TABLE tus (id int, note int, loud text); CREATE TABLE tbr (id int, note int, loud text);
	CREATE TABLE du (id int PRIMARY KEY, email text, tag text);
	SELECT confiture.set_rule('u', 'email', 'email'), confiture.set_rule('du', 'email', 'email');
});
my $asked = qr/is computed on the source from public\.u\.email, which has a rule \(email\), and has no rule/;
refused(q{SELECT confiture.sync_table('prod', 'u', policy => 'off')}, [ qr/slug $asked/, qr/doc $asked/, qr/2 problems/, qr/set_rule\('public\.u', 'slug', 'redact'\); -- or SELECT confiture\.keep\('public\.u', 'slug'\)/ ], 'a generated column, and a tsvector of a trigger');
refused(q{SELECT confiture.sync_table('prod', 'du', policy => 'off')}, [qr/tag is computed on the source from public\.du\.email/], 'a domain');
my $of = sub { my ($view) = @_; return "SELECT confiture.sync_table('prod', 't$view', source_relation => 'public.$view')"; };
refused($of->('v'), [ qr/c1 $asked/, qr/shout $asked/, qr/2 problems/, qr/set_rule\('public\.tv', 'c1', 'email'\)/ ], 'a view');
refused($of->('vv'), [ qr/reach $asked/, qr/1 problem/ ], 'a view of a view');
refused($of->('mv'), [ qr/h1 $asked/, qr/1 problem/ ], 'a materialized view of a generated column');
refused($of->('un'), [ qr/mixed $asked/, qr/1 problem/ ], 'an arm of a UNION');
refused($of->('ag'), [ qr/lowest $asked/, qr/1 problem/ ], 'an aggregate');
refused($of->('sub'), [ qr/loud $asked/, qr/1 problem/ ], 'an expression in a subquery');
refused($of->($_), [ qr/loud $asked/, qr/1 problem/ ], "subqueries do not make other columns computed: $_") for qw(sc ct ha);
refused($of->('us'), [qr/loud $asked/], 'a subquery in an arm of a UNION');
refused(q~SELECT confiture.sync_table('prod', 'tbr', source_relation => 'public."br{a}ce\"')~, [ qr/loud $asked/, qr/1 problem/ ], 'names with braces');
refused($of->('ro'), [ qr/whole $asked/, qr/1 problem/ ], 'a whole row');
here(q{SELECT confiture.drop_rule('u', 'email')});
refused($of->('vv'), [qr/reach is computed on the source from public\.u\.email, which looks like personal data \(.*\), and has no rule/], 'without a rule, the guard is asked about what it is computed from');
here(q{SELECT confiture.keep('u', 'email')});
is(here(qq{SELECT rows FROM confiture.sync_table('prod', 'tvv', source_relation => 'public.vv')}), 1, 'what is computed from a kept column may be copied');
here(q{SELECT confiture.set_rule('u', 'email', 'email'), confiture.set_rule('tvv', 'reach', 'email'), confiture.keep('tmv', 'h1')});
here($of->($_)) for qw(vv mv);
is(here('SELECT reach = confiture.email($$ada@corp.com$$) FROM tvv'), 't', 'a rule settles it');
here(q{ALTER TABLE u DROP slug, DROP doc, ADD slug text GENERATED ALWAYS AS (replace(email, '@', '-at-')) STORED; SELECT confiture.set_rule('u', 'doc', 'drop')});
here(q{SELECT confiture.sync_table('prod', 'u')});
is(here(q{SELECT slug = replace(confiture.email('ada@corp.com'), '@', '-at-') FROM u}), 't', 'or the target computes it from masked values');
here('DELETE FROM confiture.rule; DROP TABLE u, tv, tvv, tmv, tun, tag, tsub, tro, tsc, tct, tha, tus, tbr, du');
$source->safe_psql('postgres', 'DROP TABLE u, du CASCADE');

# --- widths

# All strategies, whatever they need. json refuses columns with a limit.
my @strategies = split /\n/, here(q{SELECT strategy FROM confiture.strategies WHERE deterministic AND keyed AND 'text' = ANY (types) AND strategy <> 'json' ORDER BY 1});
cmp_ok(scalar @strategies, '>=', 6, 'there are strategies to try');
both(q{CREATE TABLE users (id int PRIMARY KEY, phone varchar(26)); CREATE TABLE tickets (id int, phone text); CREATE TABLE checked (id int, phone text CHECK (length(phone) <= 28))});
$source->safe_psql('postgres', q{INSERT INTO users SELECT i, '+4930' || i FROM generate_series(100001, 100200) i; INSERT INTO tickets SELECT * FROM users; INSERT INTO checked SELECT * FROM users});
my %options = (regexp => '{"pattern": "[0-9]+", "mask": "digits"}', lookup => '{"values": ["a", "b"]}');
for my $strategy (@strategies)
{
	my $options = $options{$strategy} // '{}';
	here(qq{DELETE FROM confiture.rule; SELECT confiture.set_rule(t, 'phone', '$strategy', '$options') FROM unnest('{users,tickets,checked}'::regclass[]) t});
	here($sync->('users,tickets,checked'));
	is(here('SELECT count(*) FROM users JOIN tickets USING (id, phone) JOIN checked USING (id, phone)'), 200, "$strategy: one value, one mask, whatever the width");
}
here('DELETE FROM confiture.rule; TRUNCATE users; ALTER TABLE users ALTER phone TYPE varchar(20)');
$source->safe_psql('postgres', 'ALTER TABLE users ALTER phone TYPE varchar(20)');
here(q{SELECT confiture.set_rule('tickets', 'phone', 'hash')});
is(planned('tickets', 'phone'), 'mask|hash', 'alone it has its own width');
here(q{SELECT confiture.sync_table('prod', 'tickets')});
is(here(q{SELECT count(*) FROM tickets WHERE phone = confiture.hash('+4930' || id)}), 200, 'in which the SQL function agrees');
here(q{SELECT confiture.set_rule('users', 'phone', 'hash')});
is(planned('tickets', 'phone'), 'mask|hash|masked values fit 20 characters, the width of public.users.phone in the same masking domain; values masked at another width change',
	'a narrower column that joined later is announced');
is(planned('users', 'phone'), 'mask|hash', 'but not where it is');
here(q{SELECT confiture.sync_table('prod', 'tickets'), confiture.sync_table('prod', 'users')});
is(here('SELECT count(*) FROM users JOIN tickets USING (id, phone)'), 200, 'table by table too');
here(q{SELECT confiture.set_rule('users', 'phone', 'hash', '{"masking_domain": "narrow"}')});
is(planned('tickets', 'phone'), 'mask|hash', 'another masking domain is another width');
here(q{SELECT confiture.set_rule('users', 'phone', 'hash'), confiture.set_rule('tickets', 'phone', 'hash')});
here('ALTER TABLE tickets ADD UNIQUE (phone)');
like(planned('tickets', 'phone'), qr/^refuse\|hash\|\(masked with hash\) is under the unique index tickets_phone_key, and masked values of 20 characters, the width of public\.users\.phone in the same masking domain, could collide/,
	'a width that could make values of another column collide');
forget(qw(users tickets checked));

# Along a reference, whose column is the narrowest without a rule of its own.
both(q{CREATE TABLE acc (email text PRIMARY KEY); CREATE TABLE logins (who varchar(40) REFERENCES acc)});
here(q{SELECT confiture.set_rule('acc', 'email', 'hash')});
like(planned('acc', 'email'), qr/^mask\|hash\|masked values fit 40 characters, the width of public\.logins\.who/, 'the width of a referencing column');
forget(qw(acc logins));

# --- collations

both(q{CREATE COLLATION level2 (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE DOMAIN folded AS text COLLATE level2});
both(q{CREATE TABLE person (nick text COLLATE level2 PRIMARY KEY); CREATE TABLE post (id int PRIMARY KEY, by text COLLATE level2 REFERENCES person, tag text COLLATE level2, alias folded UNIQUE)});
$source->safe_psql('postgres', q{INSERT INTO person VALUES ('Ana'); INSERT INTO post VALUES (1, 'ana', 'Ana', 'ANA')});
here(q{SELECT confiture.set_rule('person', 'nick', 'hash')});
my $unequal = qr/\(masked with hash\) is part of a key, and its collation on the source is nondeterministic, so that equal values may get different masks/;
refused($sync->('person,post', q{policy => 'off'}), [ qr/nick $unequal/, qr/by $unequal/, qr/2 problems/ ], 'a key under a nondeterministic collation');
here(q{SELECT confiture.set_rule('post', 'alias', 'hash'), confiture.set_rule('post', 'tag', 'hash')});
like(planned('post', 'alias'), qr/^refuse\|hash\|.*nondeterministic/, 'a domain, under a unique index');
like(planned('post', 'tag'), qr/^mask\|hash\|its collation on the source is nondeterministic/, 'outside of keys a warning');
here(q{ALTER TABLE post DROP CONSTRAINT post_by_fkey; ALTER TABLE post ALTER by TYPE text COLLATE "C"; ALTER TABLE person ALTER nick TYPE text COLLATE "C"});
like(planned('person', 'nick'), qr/on the source is nondeterministic/, 'of the source alone');
here(q{ALTER TABLE person ALTER nick TYPE text COLLATE level2});
$source->safe_psql('postgres', q{ALTER TABLE post DROP CONSTRAINT post_by_fkey; ALTER TABLE person ALTER nick TYPE text COLLATE "C"});
like(planned('person', 'nick'), qr/collation here is nondeterministic/, 'of the target alone');

done_testing();
