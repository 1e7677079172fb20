# Patterns: rules for all columns of some name, in all tables of some name.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub refused { my ($sql, $error, $name) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql, extra_params => [ '-v', 'VERBOSITY=verbose' ]); ok($status != 0 && $err =~ $error, $name) or diag("$status $out $err") }
sub planned { return here("SELECT string_agg(concat_ws(':', column_name, action, strategy), ' ' ORDER BY column_name) FROM confiture.plan_sync('prod', ARRAY['$_[0]']) WHERE column_name IS NOT NULL") }

my $tables = q{CREATE SCHEMA lookup;
	CREATE TABLE users (id int PRIMARY KEY, name text, email text, email_work text UNIQUE);
	CREATE TABLE lookup.colours (id int PRIMARY KEY, name text);
	CREATE TABLE "Odd.One" (id int PRIMARY KEY, "E-Mail" text, email text);
	CREATE TABLE parted (id int, email text) PARTITION BY RANGE (id);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10)};
there($tables);
here($tables);
there(q{INSERT INTO users VALUES (1, 'Ada Canary', 'ada@canary.org', 'work@canary.org');
	INSERT INTO lookup.colours VALUES (1, 'blue');
	INSERT INTO "Odd.One" VALUES (1, 'mixed@canary.org', 'odd@canary.org');
	INSERT INTO parted VALUES (1, 'parted@canary.org')});

# ---- Which pattern takes what

here(q{SELECT confiture.set_pattern('public.*', '*email*', 'email'), confiture.set_pattern('*', 'name', 'name'), confiture.set_pattern('lookup.*', 'name', 'keep')});
is(planned('public.users'), 'email:mask:email email_work:mask:email id:pass name:mask:name', 'a pattern takes all columns of such names');
is(planned('lookup.*'), 'id:pass name:pass', 'the more specific table wins, for a keep');
is(here(q{SELECT string_agg(warnings::text, ' ' ORDER BY column_name) FROM confiture.plan('prod', 'users') WHERE column_name IN ('name', 'email')}),
	q!{"masked by the pattern 'public.*', '*email*'"} {"masked by the pattern '*', 'name'"}!, 'the plan says which pattern took a column');
is(here(q{SELECT warnings::text FROM confiture.plan('prod', 'lookup.colours') WHERE column_name = 'name'}), q!{"kept by the pattern 'lookup.*', 'name'"}!, 'and which kept it');
is(here(q{SELECT preview ->> 'email' LIKE '%@example.com' FROM confiture.preview('prod', 'users')}), 't', 'a preview masks by patterns');

here(q{SELECT confiture.set_rule('users', 'name', 'redact')});
is(planned('public.users'), 'email:mask:email email_work:mask:email id:pass name:mask:redact', 'a rule on the column wins');
here(q{SELECT confiture.drop_rule('users', 'name')});
is(here(q{SELECT strategy FROM confiture.plan('prod', 'users', rules => '{"email": "hash"}') WHERE column_name = 'email'}), 'hash', 'so does one of the call');

here(q{SELECT confiture.set_pattern('public.*', 'email_*', 'hash', '{"length": 40}')});
is(planned('public.users'), 'email:mask:email email_work:mask:hash id:pass name:mask:name', 'the column with more letters wins');
here(q{SELECT confiture.set_pattern('public.users', '*_work', 'drop')});
refused(q{SELECT * FROM confiture.sync_table('prod', 'users')}, qr/email_work is taken by the patterns 'public\.\*', 'email_\*' \(hash\) and 'public\.users', '\*_work' \(drop\), and neither is more specific/, 'patterns that no order decides between are a problem');
here(q{SELECT confiture.set_pattern('public.users', '*_work', 'hash', '{"length": 40}')});
like(planned('public.users'), qr/email_work:mask:hash/, 'but not if they say the same');
here(q{SELECT confiture.drop_pattern('public.users', '*_work'), confiture.set_pattern('public.users', 'email_work', 'drop')});
like(planned('public.users'), qr/email_work:drop/, 'names without wildcards win');
is(here(q{SELECT confiture.drop_pattern('public.users', 'email_work'), confiture.drop_pattern('public.users', 'email_work')}), 't|f', 'a pattern is dropped once');

# ---- Never unmasked without a word

there('ALTER TABLE users ADD email_count int'); here('ALTER TABLE users ADD email_count int');
refused(q{SELECT * FROM confiture.sync_table('prod', 'users')}, qr/email_count \(masked with hash by the pattern 'public\.\*', 'email_\*'\): .*confiture\.keep\('public\.users', 'email_count'\)/s, 'a strategy that does not fit the type is a problem, with a way out');
here(q{SELECT confiture.set_pattern('public.*', 'email_*', 'email')});
refused(q{SELECT * FROM confiture.sync_table('prod', 'users')}, qr/email_count \(masked with email by the pattern/, 'also that of another kind');
here(q{SELECT confiture.set_pattern('public.*', 'email_count', 'keep')});
like(planned('public."Odd.One"'), qr/^E-Mail:refuse email:mask:email/, 'letters without quotes are small ones, as in psql: the guard stops what is not matched');
here(q{SELECT confiture.set_pattern('public."Odd.One"', '"E-Mail"', 'email')});
is(planned('public."Odd.One"'), 'E-Mail:mask:email email:mask:email id:pass', 'quotes keep them');
here(q{SELECT confiture.drop_pattern('public.*', '*email*'), confiture.set_pattern('public.parted', 'email', 'hash')});
is(here(q{SELECT strategy FROM confiture.plan('prod', 'parted_1') WHERE column_name = 'email'}), 'hash', 'a partition alone is masked by the pattern of its table');
here(q{SELECT confiture.set_pattern('*', 'email', 'email')});

# ---- A run, and keys outside of the plan

there(q{CREATE TABLE accounts (login text PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY, login text REFERENCES accounts);
	INSERT INTO accounts VALUES ('canary'); INSERT INTO orders VALUES (1, 'canary')});
here(q{CREATE TABLE accounts (login text PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY, login text REFERENCES accounts);
	SELECT confiture.set_pattern('*', 'login', 'hash')});
here(q{CALL confiture.sync('prod')});
is(here(q{SELECT count(*) FROM accounts JOIN orders USING (login) WHERE login !~ 'canary'}), '1', 'keys masked by one pattern join');
is(here(q{SELECT count(*) FROM (SELECT u::text FROM users u UNION ALL SELECT o::text FROM "Odd.One" o UNION ALL SELECT p::text FROM parted p) v(v) WHERE v ~ 'canary'}), '0', 'nothing raw arrived');
is(here(q{SELECT action FROM confiture.plan('prod', 'orders') WHERE column_name = 'login'}), 'mask', 'a table alone knows that the table it references is masked by a pattern');

# ---- Who may, and what is refused

refused(q{SELECT confiture.set_pattern('a.b.c', 'x', 'email')}, qr/22023.*relations: "a\.b\.c" is not a pattern of names/s, 'three parts are no pattern');
refused(q{SELECT confiture.set_pattern('*', 'a.b', 'email')}, qr/22023.*columns: "a\.b" is not a pattern/s, 'two parts are no column');
refused(q{SELECT confiture.set_pattern('*', 'a[', 'email')}, qr/invalid regular expression/, 'a bracket without its end');
refused(q{SELECT confiture.set_pattern('*', 'x', 'emial')}, qr/emial/, 'an unknown strategy');
refused(q{SELECT confiture.set_pattern('*', 'x', 'email', '{"a": 1}')}, qr/"a"/, 'an unknown option');
refused(q{SELECT confiture.set_pattern('*', 'x', 'keep', '{"a": 1}')}, qr/"keep" takes no options/, 'a keep with options');
refused(q{SELECT confiture.set_pattern('*', NULL, 'keep')}, qr/must not be NULL/, 'NULL');
here(q{SELECT confiture.set_pattern('*', 'seen_on', 'shift', '{"days": 10}')});
here(q{CREATE ROLE small LOGIN; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO small; GRANT pg_write_all_data TO small});
for (q{SELECT confiture.set_pattern('*', '*', 'keep')}, q{SELECT confiture.drop_pattern('*', 'email')}, q{INSERT INTO confiture.pattern VALUES ('*', '*', 'keep')}, q{DELETE FROM confiture.pattern})
{
	refused("SET ROLE small; $_", qr/42501/, "not by any role: $_");
}
is(here(q{SELECT count(*) FROM pg_trigger WHERE tgrelid = 'confiture.pattern'::regclass AND tgenabled = 'A'}), '2', 'the control table is guarded in every mode');
is(here(q{SELECT relations, columns, strategy, options, set_by FROM confiture.patterns WHERE columns = 'seen_on'}), '*|seen_on|shift|{"days": 10}|' . ConfitureTest::superuser($target), 'the view');
like($target->run_log([ 'true' ]) && qx{pg_dump -d '@{[ $target->connstr('postgres') ]}'}, qr/COPY confiture\.pattern .*\*\tseen_on\tshift/s, 'dumps have them');

done_testing();
