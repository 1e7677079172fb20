# References that are no constraints: set_reference() makes both sides be masked alike, and syncs verify them.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
ConfitureTest::add_role($source, $target, 'loader', 'secret');
sub here { return $target->safe_psql('postgres', $_[0]) }
sub both { my ($sql) = @_; $_->safe_psql('postgres', $sql) for ($source, $target); return }
sub refused { my ($call, $patterns, $name) = @_; local $Test::Builder::Level = $Test::Builder::Level + 1; return ConfitureTest::fails_like($target, $call, $patterns, $name) }
sub planned { my ($relation, $column) = @_;
	return here("SELECT concat_ws('|', action, strategy, nullif(array_to_string(warnings, ';'), '')) FROM confiture.plan('prod', '$relation') WHERE column_name = '$column'") }
sub as_loader { my ($sql) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ '-U', 'loader' ]); return $status == 0 ? $out : $err }
sub checks { my ($run) = @_; return here("SELECT constraint_name, referencing, referenced, violations, action, is_declared FROM confiture.foreign_key_checks WHERE run_id = $run ORDER BY 1") }
sub run { my ($arguments) = @_; my (undef, $out, $err) = $target->psql('postgres', "CALL confiture.sync('prod', $arguments, jobs => 1)"); return (here('SELECT max(run_id) FROM confiture.runs'), $err) }

both(q{
	CREATE TABLE posts (id int PRIMARY KEY, n int);
	CREATE TABLE users (id bigint PRIMARY KEY, email text);
	CREATE TABLE comments (id int PRIMARY KEY, owner_type text NOT NULL, owner_id int, txt int)});
$source->safe_psql('postgres', q{
	INSERT INTO posts SELECT i, i FROM generate_series(1, 20) i;
	INSERT INTO users SELECT i, 'u' || i || '@corp.test' FROM generate_series(1, 20) i;
	INSERT INTO comments SELECT i, (ARRAY['Post', 'User', 'Other'])[i % 3 + 1], i, i FROM generate_series(1, 20) i;
	INSERT INTO comments VALUES (21, 'Post', NULL, 1)});
here(q{SELECT confiture.set_rule('users', 'email', 'email')});

# --- declaring

my %refused = (
	q{'comments', '{owner_i}', 'posts', '{id}'} => qr/column "owner_i" of relation public\.comments does not exist.*Perhaps you meant the column "owner_id"/s,
	q{'comments', '{owner_id}', 'posts', '{uid}'} => qr/column "uid" of relation public\.posts does not exist/,
	q{'comments', '{owner_id,id}', 'posts', '{id}'} => qr/must be as many/,
	q{'comments', '{}', 'posts', '{}'} => qr/must be as many/,
	q{'comments', '{owner_id,owner_id}', 'posts', '{id,id}'} => qr/column "owner_id" appears twice/,
	q{'comments', '{NULL}', 'posts', '{id}'} => qr/must not be NULL/,
	q{'comments', NULL, 'posts', '{id}'} => qr/must not be NULL/,
	q{'comments', '{id}', 'comments', '{id}'} => qr/the columns would reference themselves/,
	q{'comments', '{owner_type}', 'posts', '{id}'} => qr/a column of type text cannot reference one of type integer/,
	q{'pg_stats', '{tablename}', 'posts', '{n}'} => qr/is not a table/,
	(map { ("'comments', '{owner_id}', 'posts', '{id}', \$w\$$_->[0]\$w\$" => $_->[1]) }
		[ "owner_type = 'Post') OR (true", qr/"when" is not a single SQL condition|syntax error/ ],
		[ 'kind = 1', qr/column "kind" does not exist/ ],
		[ 'owner_id', qr/must be type boolean/ ],
		[ 'EXISTS (SELECT FROM posts)', qr/cannot use subquery/ ],
		[ 'count(*) > 1', qr/aggregate functions are not allowed/ ],
		[ 'random() < 0.5', qr/uses more than immutable functions and operators/ ],
		[ 'now() > now()', qr/uses more than immutable functions and operators/ ],
		[ 'public.own(owner_type)', qr/uses more than immutable functions and operators/ ],
		[ q{owner_type OPERATOR(public.===) 'Post'}, qr/uses more than immutable functions and operators/ ],
		[ q{owner_type::public.own_text = 'Post'}, qr/uses more than immutable functions and operators/ ]));
here(q{
	CREATE FUNCTION own(text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
	CREATE FUNCTION own2(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
	CREATE OPERATOR === (FUNCTION = own2, LEFTARG = text, RIGHTARG = text);
	CREATE DOMAIN own_text AS text CHECK (own(value))});
refused("SELECT confiture.set_reference($_)", [ $refused{$_} ], "refused: $_") for sort keys %refused;
is(here('SELECT count(*) FROM confiture.references'), 0, 'none of them is there');

my $to_posts = q{'comments', '{owner_id}', 'posts', '{id}'};
my $to_users = q{'comments', ARRAY['owner_id'], 'users', ARRAY['id']};
here("SELECT confiture.set_reference($to_posts)");
here("SELECT confiture.set_reference($to_posts, \$\$owner_type = 'Post'\$\$), confiture.set_reference($to_users, \"when\" => \$\$owner_type = 'User'\$\$)");
is(here('SELECT relation, columns, referenced, referenced_columns, condition, problem FROM confiture.references ORDER BY referenced::text'),
	"comments|{owner_id}|posts|{id}|owner_type = 'Post'|\ncomments|{owner_id}|users|{id}|owner_type = 'User'|", 'the last condition counts');

# --- masks

is(planned('comments', 'owner_id'), 'pass', 'without rules nothing changes');
here(q{SELECT confiture.set_rule('posts', 'id', 'hash')});
like(planned('comments', 'owner_id'), qr/^refuse\|hash\|is masked with hash, but references public\.users\.id, which has no rule/, 'a rule travels, and the other side must follow');
refused(q{SELECT confiture.sync_table('prod', 'comments')}, [ qr/To settle it:\nSELECT confiture\.set_rule\('public\.users', 'id', 'hash'\);/ ], '... with the statement for it');
here(q{SELECT confiture.set_rule('users', 'id', 'hash')});
is(planned('comments', 'owner_id'), 'mask|hash|masked by the rule of public.posts.id, which it references', 'one domain');
my ($run, $err) = run(q{'{public.*}'});
is(here(q{SELECT count(*) FROM comments c JOIN posts p ON p.id = c.owner_id WHERE owner_type = 'Post'}) . '|' . here(q{SELECT count(*) FROM comments c JOIN users u ON u.id = c.owner_id WHERE owner_type = 'User'}), '6|7', 'masked keys join');
is(here('SELECT count(*) FROM comments WHERE owner_id = id'), 0, '... and are masked');
is(checks($run), "(owner_id) REFERENCES public.posts (id)|public.comments|public.posts|0|verified|t\n(owner_id) REFERENCES public.users (id)|public.comments|public.users|0|verified|t", 'a run verifies them');

# Rules for some rows, of the reference's own condition.
here(q{SELECT confiture.keep('users', 'id')});
here(q{SELECT confiture.set_rule('comments', 'owner_id', 'hash', '{}', $$owner_type = 'Post'$$), confiture.keep('comments', 'owner_id')});
refused(q{SELECT confiture.sync_table('prod', 'comments')}, [ qr/but references public\.users\.id, which is kept/, qr/\nSELECT confiture\.set_rule\('public\.comments', 'owner_id', 'keep', '\{\}', 'owner_type = ''User'''\);/ ], 'rules for some rows: one for each reference');
here(q{SELECT confiture.set_rule('comments', 'owner_id', 'keep', '{}', $$owner_type = 'User'$$)});
($run, $err) = run(q{'{public.*}'});
is(checks($run) =~ s/.*\|(\d+\|verified)\|.*/$1/gr, "0|verified\n0|verified", 'each by its own rule') or diag($err);
here(q{SELECT confiture.drop_rule('comments', 'owner_id'), confiture.set_rule('comments', 'owner_id', 'hash', '{}', $$owner_type = 'User'$$), confiture.keep('comments', 'owner_id')});
refused(q{SELECT confiture.sync_table('prod', 'comments')}, [ qr/owner_id .*but references public\.(posts|users)\.id/ ], '... not by that of the other');
here(q{DELETE FROM confiture.rule; SELECT confiture.set_rule('users', 'email', 'email'), confiture.set_rule('comments', 'owner_type', 'hash')});
refused(q{SELECT confiture.sync_table('prod', 'comments')}, [ qr/owner_type is masked with hash, but is in the condition of the declared reference \(owner_id\) REFERENCES public\.posts \(id\)/ ], 'the condition is about what the target has');
here(q{SELECT confiture.drop_rule('comments', 'owner_type')});

# --- verification

here('TRUNCATE comments, users');
here(q{SELECT confiture.sync_table('prod', 'posts')});
refused(q{SELECT confiture.sync_table('prod', 'comments')},
	[ qr/the load would violate 1 reference$/m, qr/Declared reference \(owner_id\) REFERENCES public\.users \(id\) of public\.comments: 7 rows reference what is not in public\.users\./, qr/on_fk_violation => 'report'/ ], 'sync_table() refuses rows that reference nothing');
here(q{SELECT confiture.sync_table('prod', 'users'); SELECT confiture.sync_table('prod', 'comments')});
refused(q{SELECT confiture.sync_table('prod', 'users', filter => 'id > 4')}, [ qr/Declared reference \(owner_id\) REFERENCES public\.users \(id\) of public\.comments: 2 rows/ ], 'and takes no rows away that are referenced');
$source->safe_psql('postgres', 'DELETE FROM users WHERE id IN (1, 4)');
($run, $err) = run(q{'{public.*}'});
like($err, qr/Declared reference \(owner_id\) REFERENCES public\.users \(id\) of public\.comments: 2 rows reference what is not in public\.users\./, 'a run fails of it');
is(here("SELECT state FROM confiture.runs WHERE run_id = $run"), 'failed', '... by default');
for ([ 'report', '2|reported|2' ], [ 'null', '2|nulled|0' ], [ 'delete', '2|deleted|0' ])
{
	my ($action, $expected) = @$_;
	($run, $err) = run(qq{'{public.*}', on_fk_violation => '$action'});
	is(here("SELECT violations, action FROM confiture.foreign_key_checks WHERE run_id = $run AND referenced = 'public.users'") . '|'
		. here(q{SELECT count(*) FROM comments c WHERE owner_type = 'User' AND owner_id IS NOT NULL AND NOT EXISTS (SELECT FROM users u WHERE u.id = c.owner_id)}), $expected, "on_fk_violation => '$action'") or diag($err);
}
is(here('SELECT count(*) FROM comments'), 19, 'the rows of other references stay');
($run, $err) = run(q{'{public.users}', on_fk_violation => 'delete'});
is(here("SELECT violations, action FROM confiture.foreign_key_checks WHERE run_id = $run"), '0|verified', 'of a table that is referenced too');

# A reference of a table to itself, by two columns, which a chain of rows follows.
both(q{CREATE TABLE node (kind text, id int, up int, PRIMARY KEY (kind, id))});
$source->safe_psql('postgres', q{INSERT INTO node VALUES ('a', 1, NULL), ('a', 2, 1), ('a', 3, 2), ('b', 1, 9), ('a', 7, 8), ('a', 9, 7)});
here(q{SELECT confiture.set_reference('node', '{kind,up}', 'node', '{kind,id}', $$kind = 'a'$$)});
($run, $err) = run(q{'{public.node}', on_fk_violation => 'delete'});
is(here('SELECT string_agg(kind || id, $$ $$ ORDER BY kind, id) FROM node'), 'a1 a2 a3 b1', 'a chain goes whole, and rows that the condition does not take stay');

# Partitions, enums, and types of the database's own.
both(q{
	CREATE TYPE sort AS ENUM ('x', 'y'); CREATE TABLE things (sort sort, code varchar(10), PRIMARY KEY (sort, code));
	CREATE TABLE parted (sort sort NOT NULL, code text, n int) PARTITION BY LIST (n); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1); CREATE TABLE parted_2 PARTITION OF parted DEFAULT});
$source->safe_psql('postgres', q{INSERT INTO things VALUES ('x', 'a'), ('y', 'a'); INSERT INTO parted VALUES ('x', 'a', 1), ('y', 'a', 2), ('y', 'b', 2)});
here(q{SELECT confiture.set_reference('parted', '{sort,code}', 'things', '{sort,code}', $$sort = 'x'$$); SELECT confiture.sync_table('prod', 'things')});
here(q{SELECT confiture.sync_table('prod', 'parted'); SELECT confiture.sync_table('prod', 'parted_1')});
here(q{SELECT confiture.set_reference('parted', '{sort,code}', 'things', '{sort,code}')});
refused(q{SELECT confiture.sync_table('prod', 'parted_1')}, [ qr/of public\.parted: 1 rows reference/ ], 'a partition is looked at as a part of its table');

# --- expressions

both(q{CREATE TABLE orders (id bigint PRIMARY KEY, n text); CREATE TABLE payments (id int PRIMARY KEY, data jsonb, code varchar(10))});
$source->safe_psql('postgres', q{INSERT INTO orders SELECT i, i FROM generate_series(1, 9) i;
	INSERT INTO payments SELECT i, jsonb_build_object('order_id', i::text, 'payer', 'canary' || i || '@corp.test'), 'A-' || i FROM generate_series(1, 5) i;
	INSERT INTO payments VALUES (6, '{"payer": "x"}', 'A-x')});
sub expression { my ($expression, $when) = @_; return qq{SELECT confiture.set_reference('payments', ARRAY[\$e\$$expression\$e\$], 'orders', '{id}'} . ($when ? ", \$w\$$when\$w\$)" : ')') }
my $order_id = q{(data->>'order_id')::bigint};
my %not_taken = (
	q{(data->>'order_id')} => qr/a column of type text cannot reference one of type bigint/,
	q{(1)} => qr/reads no column/,
	q{(id + random()::int)} => qr/the expression \(id \+ random.*uses more than immutable functions.*HINT:.*order_id/s,
	q{(SELECT 1)} => qr/cannot use subquery/,
	q{(sum(id))} => qr/aggregate functions are not allowed/,
	q{(nope)} => qr/column "nope" does not exist/,
	q{(id), (1)} => qr/is not a single SQL expression|syntax error/,
	q{(id) FROM payments} => qr/syntax error/,
	q{(id) ORDER BY 1} => qr/is not a single SQL expression/,
	q{(id -- } => qr/syntax error/,
	q{($1)} => qr/there is no parameter/,
	q{(tableoid::bigint)} => qr/reads the whole row, or a system column/,
	q{(CASE WHEN f IS NULL THEN id END)} => qr/reads the whole row, or a system column/,
	q{(CASE WHEN public.own(code) THEN id END)} => qr/uses more than immutable functions/,
	q{((code::public.own_text)::bigint)} => qr/uses more than immutable functions/,
	'(id' . ' + id' x 500 . ')' => qr/take more than 2000 bytes/);
refused(expression($_), [ $not_taken{$_} ], 'refused: ' . substr $_, 0, 60) for sort keys %not_taken;
refused(q{SELECT confiture.set_reference('orders', '{id}', 'payments', '{(id)}')}, [ qr/column "\(id\)" of relation public\.payments does not exist/ ], 'what is referenced are columns');
here(q{CREATE TABLE odd ("(id)" int); SELECT confiture.set_reference('odd', '{(id)}', 'orders', '{id}'); DROP TABLE odd});
here(expression($order_id));
here(q{SELECT confiture.keep('payments', 'data')});
is(here(q{SELECT columns, problem FROM confiture.references WHERE relation = 'payments'::regclass}), qq[{$order_id}|], 'an expression references');
($run, $err) = run(q{'{public.orders,public.payments}'});
is(checks($run), "($order_id) REFERENCES public.orders (id)|public.payments|public.orders|0|verified|t", 'a run verifies it') or diag($err);
$source->safe_psql('postgres', 'DELETE FROM orders WHERE id = 4');
refused(q{SELECT confiture.sync_table('prod', 'orders')}, [ qr/Declared reference \(\(data->>'order_id'\)::bigint\) REFERENCES public\.orders \(id\) of public\.payments: 1 rows/ ], 'a row that it leads nowhere from');
($run, $err) = run(q{'{public.orders,public.payments}', on_fk_violation => 'null'});
like($err, qr/an expression cannot be set to NULL/, '... which cannot be mended so');
($run, $err) = run(q{'{public.orders,public.payments}', on_fk_violation => 'delete'});
is(checks($run) =~ s/.*\|(\d+\|\w+)\|t/$1/r, '1|deleted', '... but deleted');

# What is masked, on either side.
here(q{SELECT confiture.set_rule('orders', 'id', 'hash')});
refused(q{SELECT confiture.sync_table('prod', 'payments')}, [ qr/data is not masked, but an expression of it references public\.orders\.id, which is masked with hash/, qr/SELECT confiture\.drop_reference\('public\.payments', ARRAY\['\(data->>''order_id''\)::bigint'\], 'public\.orders', '\{id\}'\);/ ], 'an expression is not masked as what it references');
refused(q{SELECT confiture.sync_table('prod', 'orders')}, [ qr/id is masked with hash, but is referenced by an expression of public\.payments\.data/ ], '... from the other side');
here(q{SELECT confiture.drop_rule('orders', 'id'); SELECT confiture.set_rule('payments', 'data', 'json', '{"paths": {"$.payer": "email"}, "others": "keep"}')});
like(planned('payments', 'data'), qr/^mask\|json\|.*an expression of it is part of the declared reference \(\(data->>'order_id'\)::bigint\) REFERENCES public\.orders \(id\): whether that still holds/, 'what masks a part may leave what it reads');
($run, $err) = run(q{'{public.orders,public.payments}', on_fk_violation => 'delete'});
is(checks($run) =~ s/.*\|(\d+\|\w+)\|t/$1/r . '|' . here(q{SELECT count(*) FROM payments WHERE data::text ~ 'canary'}), '1|deleted|0', '... and it is verified');
here(q{GRANT SELECT ON orders TO loader; UPDATE confiture.reference SET set_by = 'loader' WHERE relation = 'payments'::regclass});
like(planned('payments', 'data'), qr/^refuse\|json\|is masked with json .*, but is in an expression of the declared reference/, '... but not for a role that may not see what is masked');
here(q{UPDATE confiture.reference SET set_by = current_user; SELECT confiture.keep('payments', 'data')});
here(expression('(substr(code, 3)::bigint)'));
here(q{SELECT confiture.set_rule('payments', 'code', 'hash')});
like(planned('payments', 'code'), qr/^refuse\|hash\|is masked with hash, but is in an expression of the declared reference \(\(substr\(code, 3\)::bigint\)\)/, 'a masked column');
here(q{SELECT confiture.drop_rule('payments', 'code')});

# Errors quote no value, there and here.
refused(q{SELECT confiture.sync_table('prod', 'payments')}, [ qr/message for SQLSTATE 22P02 is withheld/ ], 'an expression that fails');
unlike($err = ($target->psql('postgres', q{SELECT confiture.sync_table('prod', 'payments')}))[2], qr/"x"/, '... quotes no value');
here(q{SELECT confiture.drop_reference('payments', ARRAY['(substr(code, 3)::bigint)'], 'orders', '{id}')});
here(q{ALTER TABLE payments RENAME data TO document});
refused(q{SELECT confiture.sync_table('prod', 'payments', policy => 'off')}, [ qr/declared reference \(\(data->>'order_id'\)::bigint\) REFERENCES public\.orders \(id\) of public\.payments cannot be verified: column "data" does not exist/ ], 'a column that it reads is gone');
$_->safe_psql('postgres', 'DROP TABLE payments, orders') for ($source, $target);
here('DELETE FROM confiture.reference WHERE relation = 0 OR NOT EXISTS (SELECT FROM pg_class WHERE oid = relation)');

# --- what has changed since

here(q{CREATE TABLE kept AS SELECT * FROM comments; DROP TABLE comments; CREATE TABLE comments (id int PRIMARY KEY, owner_type text, owner_id int, txt int)});
is(here(q{SELECT relation, problem FROM confiture.references WHERE referenced = 'users'::regclass}), 'comments|', 'a table that is made again has its references');
here('ALTER TABLE comments RENAME owner_type TO owner_kind');
refused(q{SELECT confiture.sync_table('prod', 'comments', policy => 'off')}, [ qr/the declared reference \(owner_id\) REFERENCES public\.posts \(id\) of public\.comments cannot be verified: column "owner_type" does not exist/,
	qr/SELECT confiture\.drop_reference\('public\.comments', '\{owner_id\}', 'public\.posts', '\{id\}'\);/ ], 'a column that its condition wants');
here('ALTER TABLE comments RENAME owner_kind TO owner_type; ALTER TABLE users RENAME id TO uid');
is(here(q{SELECT problem FROM confiture.references WHERE referenced = 'users'::regclass}), 'column id of the referenced table is gone', 'a column that is gone');
like(here(q{SELECT warnings FROM confiture.plan_sync('prod', '{public.comments}') WHERE action = 'refuse'}), qr/cannot be verified: column id of public\.users is gone/, 'a run is refused, too');
here('ALTER TABLE users RENAME uid TO id');
is(here("SELECT confiture.drop_reference($to_users), confiture.drop_reference($to_users)"), 't|f', 'a reference is removed');
here('DROP TABLE posts CASCADE');
is(here(q{SELECT problem FROM confiture.references WHERE condition = $$owner_type = 'Post'$$}), 'the referenced table is gone', 'a table that is gone');
is(here(q{SELECT confiture.sync_table('prod', 'comments') IS NOT NULL}), 't', '... stops nothing');

# --- who may

here('GRANT EXECUTE ON FUNCTION confiture.set_reference(regclass, text[], regclass, text[], text), confiture.drop_reference(regclass, text[], regclass, text[]) TO loader');
here('CREATE TABLE mine (u bigint); ALTER TABLE mine OWNER TO loader');
like(as_loader(q{SELECT confiture.set_reference('comments', '{owner_id}', 'users', '{id}')}), qr/must be owner of table comments/, 'the owner of the table');
like(as_loader(q{SELECT confiture.set_reference('mine', '{u}', 'users', '{id}')}), qr/permission denied for table public\.users\nHINT:  .*REFERENCES/, '... who may reference the other');
here('GRANT REFERENCES (id) ON users TO loader');
is(as_loader(q{SELECT confiture.set_reference('mine', '{u}', 'users', '{id}')}), '', '... and then may declare it');
is(here(q{SELECT set_by FROM confiture.references WHERE relation = 'mine'::regclass}), 'loader', 'by its name');
both('CREATE TABLE IF NOT EXISTS mine (u bigint)');
like(here(q{SELECT warnings FROM confiture.plan('prod', 'mine') WHERE action = 'refuse'}), qr/^$/, 'a superuser reads both');
$source->safe_psql('postgres', 'GRANT SELECT ON mine TO loader');
here('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO loader');
like(as_loader(q{SELECT warnings FROM confiture.plan('prod_tcp', 'mine') WHERE action = 'refuse'}), qr/you may not read public\.users/, 'who may not read the other is told so');

done_testing();
