# clone --replace: a new copy beside the old one, which takes its name when all is done; what fails leaves the old one alone.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0);
my $dir = PostgreSQL::Test::Utils::tempdir();
my $uri = 'postgresql://' . ConfitureTest::superuser($source) . '@/postgres?host=' . $source->host . '&port=' . $source->port;
$source->safe_psql('postgres', q{
	CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE NOT NULL); CREATE TABLE orders (id int PRIMARY KEY, person int REFERENCES people, note text);
	CREATE TABLE old_one (id int PRIMARY KEY, email text);
	INSERT INTO people SELECT i, 'p' || i || '@shop.test' FROM generate_series(1, 300) i; INSERT INTO orders SELECT i, 1 + i % 300, 'n' FROM generate_series(1, 900) i});
sub value { return $target->safe_psql($_[1] // 'staging', $_[0]) }
sub databases { return value(q{SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname NOT LIKE 'template%' AND datname <> 'postgres'}, 'postgres') }
my @replace = ('clone', '-d', 'staging', '--replace', '--state', "$dir/state");

# Three commands from nothing, as README has them: the last one of the first night, too
ClientTest::exits($target, [ 'clone', $uri, qw(-d staging --create -y --state), "$dir/first" ], 5, qr/the rules do not settle everything.*people\.email.*HINT: .*confiture suggest/s, 'the first command makes the tables and says what to do');
ClientTest::exits($target, [ qw(suggest -d staging -o), "$dir/rules.yaml" ], 0, qr/3 suggested/, 'the second drafts the rules');
ClientTest::exits($target, [ qw(clone -d staging --rules), "$dir/rules.yaml", '--state', "$dir/first" ], 0, qr/Done: staging is a masked copy/, 'the third makes the copy');
is(value(q{SELECT count(*), count(*) FILTER (WHERE email LIKE '%shop.test') FROM people}), '300|0', 'masked');

# What people made in the copy
value(q{CREATE ROLE tester LOGIN; CREATE ROLE boss; GRANT SELECT ON people, old_one TO tester; GRANT USAGE ON SCHEMA confiture TO tester; GRANT EXECUTE ON FUNCTION confiture.key_id() TO tester;
	ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO tester;
	GRANT CONNECT, CREATE ON DATABASE staging TO boss WITH GRANT OPTION; REVOKE CONNECT ON DATABASE staging FROM PUBLIC; GRANT CONNECT ON DATABASE staging TO tester;
	ALTER DATABASE staging SET search_path = "$user", public, "odd Path"; ALTER DATABASE staging SET work_mem = '7MB';
	ALTER DATABASE staging SET "my.setting" = 'it''s "x"'; ALTER ROLE tester IN DATABASE staging SET statement_timeout = '3min';
	SET allow_in_place_tablespaces = on; CREATE TABLESPACE disk LOCATION ''});
$target->safe_psql('postgres', 'ALTER DATABASE staging SET TABLESPACE disk');
value(q{ALTER DATABASE staging CONNECTION LIMIT 55; COMMENT ON DATABASE staging IS 'for tests';
	SELECT confiture.set_filter('orders', 'id <= 600'), confiture.keep('orders', 'note'), confiture.set_pattern('*', '*secret*', 'redact'), confiture.set_reference('orders', '{id}', 'people', '{id}', 'id < 0'), confiture.set_seed('people', 'id > 0'), confiture.set_follow('orders', 'it''s', false, 3)});
my $settings = q{SELECT r.rolname, s.setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole WHERE datname = 'staging' ORDER BY 1};
my $properties = q{SELECT ARRAY(SELECT unnest(datacl)::text ORDER BY 1), datconnlimit, shobj_description(oid, 'pg_database'), (SELECT spcname FROM pg_tablespace t WHERE t.oid = dattablespace) FROM pg_database WHERE datname = 'staging'};
my $rules = q{SELECT relation, column_name, strategy FROM confiture.rules UNION ALL SELECT relation, 'filter', condition FROM confiture.filters UNION ALL SELECT NULL, columns, strategy FROM confiture.patterns UNION ALL SELECT relation, columns::text, condition FROM confiture.references ORDER BY 1, 2};
my @before = (value('SELECT confiture.key_id()'), value('SELECT email FROM people WHERE id = 7'), value($settings), value($properties));
my $rules_before = value($rules);

# A condition would be the caller's in the new copy, whoever has set it in the old one
value(q{ALTER TABLE orders OWNER TO tester; GRANT EXECUTE ON FUNCTION confiture.set_filter TO tester; SET ROLE tester; SELECT confiture.set_filter('orders', 'id <= 600')});
ClientTest::exits($target, \@replace, 5, qr/other roles have set conditions.*filter of public\.orders, by tester.*HINT: Look at them/s, 'conditions of other roles are refused');
value(q{SELECT confiture.set_filter('orders', 'id <= 600'); GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture TO tester; SET ROLE tester; SELECT confiture.set_rule('orders', 'note', 'lookup', '{"table": "pg_catalog.pg_authid", "column": "rolpassword"}')});
ClientTest::exits($target, \@replace, 5, qr/other roles have set.*rule of public\.orders, by tester/s, '... and lists of values that they may not read');
value(q{SELECT confiture.keep('orders', 'note'); REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA confiture FROM tester; GRANT EXECUTE ON FUNCTION confiture.key_id, confiture.set_filter TO tester});
is(databases(), 'staging', '... before anything is made');
value(q{ALTER TABLE orders OWNER TO CURRENT_USER; REVOKE EXECUTE ON FUNCTION confiture.set_filter FROM tester; SELECT confiture.set_filter('orders', 'id <= 600')});

# Production is migrated: a column that nothing settles. The old copy stays, and so do sessions in it.
$source->safe_psql('postgres', q{ALTER TABLE people ADD phone text; INSERT INTO people VALUES (301, 'new@shop.test', '1'); DROP TABLE old_one; CREATE TABLE fresh_one (id int PRIMARY KEY); ALTER TABLE orders ADD secret_word text});
my $session = $target->background_psql('staging');
ClientTest::exits($target, \@replace, 5, qr/people\.phone.*HINT: The database staging is as it was; the unfinished copy is staging\.new/s, 'a new personal column stops it');
is(value(q{SELECT count(*) FROM people}), '300', 'the old copy is as it was');
is($session->query_safe('SELECT count(*) FROM old_one'), '0', 'with its sessions');
is(databases(), 'staging staging.new', 'and its name');

# With a rule for it
ClientTest::write_file("$dir/more.yaml", "tables:\n  public.people:\n    columns: {phone: phone}\n");
my $said = '';
{
	my ($status, $out, $err) = ClientTest::run($target, [ @replace, '--rules', "$dir/more.yaml" ]);
	$said = "$out$err";
	is($status, 0, 'the next night') or diag $said;
}
like($said, qr/staging\.new of an earlier attempt is dropped/, 'what the last one left is dropped');
like($said, qr/not carried over: (?:there is no table )?public\.old_one.*^not carried over: ACL (?:public\.)?TABLE old_one|not carried over: .*old_one/ms, 'what no longer fits is named');
like($said, qr/^Done: staging is the new copy; the old one is staging\.old\.\d{8}T\d{6}\.$/m, 'names are exchanged');
like(databases(), qr/^staging staging\.old\.\w+$/, 'the old copy is kept');
is(value('SELECT count(*), (SELECT count(*) FROM orders), to_regclass(\'fresh_one\') IS NOT NULL, to_regclass(\'old_one\') IS NULL FROM people'), '301|600|t|t', 'new rows, filtered, in the new schema');
is(join("\n", value('SELECT confiture.key_id()'), value('SELECT email FROM people WHERE id = 7'), value($settings), value($properties)), join("\n", @before), 'key, masks, settings and properties as before');
is(value("SELECT * FROM ($rules) r WHERE strategy <> 'phone'"), $rules_before =~ s/^old_one.*\n//mr, 'and rules, filters and patterns');
is(value('SELECT s.relation, s.condition, f.key, f.follow, f.rows_per_parent FROM confiture.seeds s, confiture.follows f'), "people|id > 0|it's|f|3", 'and the seeds of a subset');
is(value(q{SELECT has_table_privilege('tester', 'people', 'SELECT'), has_table_privilege('boss', 'people', 'SELECT'), has_function_privilege('tester', 'confiture.key_id()', 'EXECUTE'), (SELECT count(*) FROM pg_default_acl)}), 't|f|t|1', 'and privileges');
isnt(eval { $session->query('SELECT 1'); 1 } && $target->safe_psql('staging', "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'staging.old%'"), '1', 'sessions in the old copy were ended');

# The names cannot be exchanged
$target->append_conf('postgresql.conf', 'max_prepared_transactions = 1');
$target->restart;
value(q{BEGIN; CREATE TABLE prepared (); PREPARE TRANSACTION 'waits'});
ClientTest::exits($target, \@replace, 1, qr/"staging" is being accessed.*1 prepared transaction.*HINT: The database staging is as it was; the unfinished copy is staging\.new/s, 'a prepared transaction holds the old copy');
value(q{ROLLBACK PREPARED 'waits'});

# Who may create databases cannot take the place of a copy that is kept
$target->safe_psql('postgres', 'CREATE ROLE eve CREATEDB LOGIN');
$target->safe_psql('postgres', $_, extra_params => [ -U => 'eve' ]) for 'CREATE DATABASE "staging.old.9"', q{COMMENT ON DATABASE "staging.old.9" IS 'confiture: replaced copy of staging'};
ClientTest::exits($target, \@replace, 0, qr/the old one is staging\.old\.2/, 'the next one');
like(databases(), qr/^staging staging\.old\.2\w+ staging\.old\.9$/, 'the old copy is kept all the same');
value('DROP DATABASE "staging.old.9"');

# Again, keeping none; a database of somebody else's in the way
ClientTest::exits($target, [ @replace, '--keep', 0 ], 0, qr/dropped +staging\.old.*dropped +staging\.old/s, 'keeping none');
is(databases(), 'staging', 'both replaced copies are gone');
$target->safe_psql('postgres', 'CREATE DATABASE "staging.new"');
ClientTest::exits($target, \@replace, 5, qr/a database staging\.new that no clone --replace made/, 'a database that is not its own is left alone');

done_testing();
