# Whoever may read a masked foreign table, and whatever the query: no raw value of a masked column reaches a result, an error, a
# log, a plan, a statistic, a file, nor does a condition on it reach the source.
use strict;
use warnings;

use ConfitureTest;
use File::Find;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(
	source_conf => "log_statement = all\n",
	target_conf => ConfitureTest::every_log());
my $port = $source->port;
sub here { return $target->safe_psql('postgres', $_[0]) }

$source->safe_psql('postgres', q{
	CREATE TABLE people (id int PRIMARY KEY, email text, secret text, wage int, note text);
	INSERT INTO people SELECT i, 'canaryseen' || i || '@x.test', 'canaryseen secret ' || i, 1000000 + i, 'kept ' || i FROM generate_series(1, 300) i;
	ANALYZE people});
ConfitureTest::add_role($source, $target, $_, "$_ pw") for qw(analyst owner);
$source->safe_psql('postgres', 'GRANT SELECT ON people TO analyst, owner');
here(q{
	CREATE EXTENSION pg_stat_statements;
	CREATE SCHEMA live; GRANT USAGE, CREATE ON SCHEMA live TO PUBLIC; GRANT CREATE ON SCHEMA public TO PUBLIC;
	CREATE FOREIGN TABLE live.people (id int, email text, secret text, wage int, note text) SERVER prod_tcp OPTIONS (schema_name 'public');
	ALTER FOREIGN TABLE live.people OWNER TO owner;
	GRANT SELECT ON live.people TO analyst;
	SELECT confiture.set_rule('live.people', 'email', 'email'), confiture.set_rule('live.people', 'secret', 'hash'),
		confiture.set_rule('live.people', 'wage', 'hash'), confiture.keep('live.people', 'note')});

# ---- what is tried
my @words;
sub tried
{
	my ($sql, %options) = @_;
	my ($status, $out, $err) = $target->psql('postgres', $sql, on_error_stop => 0,
		extra_params => [ '-U', $options{as} // 'analyst', '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always' ]);
	push @words, "$out$err";
	return "$out$err";
}
tried(q{CREATE FUNCTION tell(text) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS 'BEGIN RAISE NOTICE ''told %'', $1; RETURN true; END';
	CREATE FUNCTION tell(int) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS 'BEGIN RAISE NOTICE ''told %'', $1; RETURN true; END';
	CREATE TABLE mine (id int, email text, secret text, wage int, note text)});
my @queries = (
	'SELECT * FROM live.people', 'SELECT p FROM live.people p', 'SELECT p.*::text FROM live.people p', 'SELECT p::text FROM live.people p WHERE id < 5',
	'SELECT to_jsonb(p), row_to_json(p) FROM live.people p', 'TABLE live.people', 'SELECT email FROM live.people ORDER BY email LIMIT 3',
	'SELECT email FROM live.people ORDER BY wage DESC LIMIT 3', 'SELECT min(email), max(secret), max(wage), string_agg(email, secret), array_agg(p) FROM live.people p',
	'SELECT email FROM live.people WHERE tell(email) AND tell(secret) AND tell(wage)', q{SELECT * FROM live.people WHERE email > 'c' AND secret LIKE '%c%' AND wage > 10},
	'SELECT email::int FROM live.people', 'SELECT secret::date, wage::int2 FROM live.people', 'SELECT secret::uuid FROM live.people LIMIT 1', 'SELECT wage::int2 FROM live.people',
	q{SELECT 1 / (CASE WHEN email LIKE 'c%' THEN 0 ELSE 1 END) FROM live.people}, 'SELECT numrange(wage, -1) FROM live.people',
	'SELECT x.* FROM live.people p, LATERAL (SELECT email, secret FROM live.people q WHERE q.wage = p.wage LIMIT 1) x', 'SELECT (SELECT email FROM live.people q WHERE q.id = p.id) FROM live.people p',
	'SELECT email, count(*) FROM live.people GROUP BY email HAVING tell(email)', 'SELECT DISTINCT ON (email) email, secret FROM live.people ORDER BY email, wage',
	'SELECT email, lag(secret) OVER (ORDER BY wage) FROM live.people', 'WITH RECURSIVE r AS (SELECT id, email FROM live.people WHERE id = 1 UNION ALL SELECT p.id, p.email FROM r JOIN live.people p ON p.id = r.id + 1 WHERE r.id < 4) TABLE r',
	'SELECT a.email FROM live.people a JOIN live.people b ON a.email = b.email AND tell(b.secret)', 'SELECT tableoid::regclass, ctid, xmin, cmax, email FROM live.people LIMIT 2',
	'SELECT * FROM live.people TABLESAMPLE SYSTEM (50)', 'SELECT email FROM live.people FOR UPDATE', 'SELECT query_to_xml($$SELECT * FROM live.people$$, true, true, $$$$)',
	'COPY live.people TO STDOUT', 'COPY (SELECT email, secret FROM live.people) TO STDOUT',
	'INSERT INTO mine SELECT * FROM live.people RETURNING *', 'UPDATE mine m SET email = p.secret FROM live.people p WHERE p.id = m.id RETURNING m.*, p.*', 'DELETE FROM mine USING live.people p WHERE p.id = mine.id AND tell(p.email) RETURNING p',
	'MERGE INTO mine m USING live.people p ON p.id = m.id AND p.email = m.email WHEN NOT MATCHED THEN INSERT VALUES (p.id, p.email, p.secret, p.wage, p.note)',
	'DELETE FROM live.people RETURNING email', 'UPDATE live.people SET note = email RETURNING *', 'INSERT INTO live.people VALUES (1) RETURNING *',
	'EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS) SELECT * FROM live.people WHERE id > 7 AND tell(email) ORDER BY secret LIMIT 2', 'EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) SELECT email, count(*) FROM live.people GROUP BY 1',
	'CREATE MATERIALIZED VIEW seen AS SELECT * FROM live.people', 'REFRESH MATERIALIZED VIEW seen', 'CREATE INDEX ON seen (email); ANALYZE seen', 'SELECT * FROM pg_stats WHERE tablename IN ($$seen$$, $$people$$, $$mine$$)',
	'CREATE TABLE copied AS SELECT * FROM live.people; ANALYZE copied', 'CREATE UNIQUE INDEX ON copied (left(email, 1))', 'CREATE TABLE checked (LIKE copied, CHECK (length(secret) < 3)); INSERT INTO checked SELECT * FROM live.people',
	'DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM live.people LOOP RAISE NOTICE $n$%$n$, r; END LOOP; RAISE EXCEPTION $n$%$n$, (SELECT array_agg(p) FROM live.people p); END $$',
	'BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT * FROM live.people; FETCH 3 FROM c; COMMIT; FETCH 3 FROM c',
	'PREPARE q(text) AS SELECT * FROM live.people WHERE email = $1 OR secret = $1; EXECUTE q($$a$$); EXPLAIN (VERBOSE, ANALYZE) EXECUTE q($$a$$)',
	'CREATE VIEW leaky AS SELECT * FROM live.people WHERE tell(email); SELECT * FROM leaky', 'CREATE VIEW tight WITH (security_barrier) AS SELECT * FROM live.people WHERE id < 9; SELECT * FROM tight WHERE tell(secret)',
	'SELECT * FROM ROWS FROM (generate_series(1, 3)) g JOIN live.people p ON p.wage = g', 'SELECT email COLLATE "C" FROM live.people ORDER BY 1 LIMIT 2', 'SELECT encode(email::bytea, $$hex$$) FROM live.people LIMIT 2',
	'ALTER FOREIGN TABLE live.people OPTIONS (SET table_name $$x$$)', 'SELECT confiture.keep($$live.people$$, $$email$$)', 'ANALYZE live.people', 'CREATE STATISTICS s ON email, secret FROM live.people',
	'SELECT * FROM confiture.preview($$prod_tcp$$, $$live.people$$, 5)', 'SET confiture.policy = off; SELECT * FROM live.people LIMIT 1', 'SET row_security = off; SET client_encoding = latin1; SELECT email FROM live.people LIMIT 1',
	'SET debug_print_plan = on; SET client_min_messages = debug5; SELECT email FROM live.people WHERE wage < 10 ORDER BY email LIMIT 3', 'SELECT * FROM confiture.connections', 'SELECT * FROM pg_stat_activity', 'SELECT query FROM pg_stat_statements');
tried(join ";\n", @queries);
tried(join(";\n",
	'ANALYZE live.people', 'ANALYZE VERBOSE live.people', 'SELECT * FROM pg_stats WHERE schemaname = $$live$$', 'SELECT * FROM live.people WHERE tell(email)',
	'CREATE TRIGGER t BEFORE INSERT ON live.people EXECUTE FUNCTION suppress_redundant_updates_trigger()', 'ALTER FOREIGN TABLE live.people ADD CHECK (tell(email) AND length(secret) < 3)', 'SELECT * FROM live.people',
	'ALTER FOREIGN TABLE live.people ALTER email TYPE bytea USING email::bytea; SELECT email FROM live.people LIMIT 2', 'ALTER FOREIGN TABLE live.people ALTER email TYPE int USING 1; SELECT email FROM live.people LIMIT 2',
	'ALTER FOREIGN TABLE live.people ALTER email TYPE xml USING null; SELECT email FROM live.people LIMIT 2', 'ALTER FOREIGN TABLE live.people ALTER email TYPE varchar(5); SELECT email FROM live.people LIMIT 2',
	'CREATE DOMAIN live.word AS text CHECK (tell(value) AND length(value) < 4); ALTER FOREIGN TABLE live.people ALTER email TYPE live.word; SELECT email FROM live.people', 'ALTER FOREIGN TABLE live.people ALTER email TYPE text; SELECT email FROM live.people LIMIT 1',
	'CREATE FOREIGN TABLE live.other (id int, note text OPTIONS (column_name $$email$$)) SERVER prod_tcp OPTIONS (schema_name $$public$$, table_name $$people$$); SELECT * FROM live.other'), as => 'owner');
is(scalar(() = join('', @words) =~ /\w+\@\w+/g) > 3000, 1, 'masked ones are read');
like(tried('SELECT email FROM live.people LIMIT 1'), qr/@/, 'the table is still read');
like(tried('SELECT * FROM live.other', as => 'owner'), qr/note looks like personal data|email/, 'another name hides no column from the guard');

# ---- views: as whom
here(q{CREATE VIEW live.owned AS SELECT * FROM live.people; ALTER VIEW live.owned OWNER TO owner; CREATE VIEW live.invoked WITH (security_invoker) AS SELECT * FROM live.people;
	ALTER VIEW live.invoked OWNER TO owner; CREATE ROLE reader LOGIN; GRANT SELECT ON live.owned, live.invoked, live.people TO reader});
like(tried('SELECT count(*) FROM live.owned', as => 'reader'), qr/^300$/m, 'a view reads by its owner\'s mapping');
like(tried("SELECT count(*) FROM live.$_", as => 'reader'), qr/user mapping not found/, "and $_ by the reader's, who has none") for qw(invoked people);
tried("SELECT * FROM live.owned WHERE tell(email)", as => 'reader');
here(q{CREATE USER MAPPING FOR reader SERVER prod_tcp OPTIONS (user 'reader')});
like(tried('SELECT count(*) FROM live.people', as => 'reader'), qr/password is required/, 'a mapping without a password is none');

# ---- statistics
like(tried('ANALYZE VERBOSE live.people; SELECT count(*) > 3, bool_or(most_common_vals::text LIKE $$%kept%$$ OR histogram_bounds::text LIKE $$%kept%$$) FROM pg_stats WHERE schemaname = $$live$$', as => 'owner'), qr/^t\|t/m,
	'ANALYZE makes statistics');
is(here('SELECT reltuples FROM pg_class WHERE oid = $$live.people$$::regclass'), 300, '... and counts rows');

# ---- nowhere
is(scalar(grep { /canaryseen|\b1000\d\d\d\b/ } @words), 0, 'no raw value in results and errors') or diag map { /(.{0,60}(?:canaryseen|\b1000\d\d\d\b).{0,60})/s } @words;
here('CHECKPOINT');
my $log = slurp_file($target->logfile);
is(scalar(() = $log =~ /canaryseen/g), 0, 'nor in the log') or diag $log =~ /(.{0,200}canaryseen.{0,60})/s;
unlike($log, qr/was terminated by signal|TRAP:/, 'no backend crashed');
is(here('SELECT count(*) FROM pg_stat_statements WHERE query LIKE $$%canary$$||$$seen%$$'), 0, 'nor in pg_stat_statements');
is(here('SELECT count(*) FROM pg_statistic s WHERE s::text LIKE $$%canary$$||$$seen%$$'), 0, 'nor in statistics');
my @found;
find({ no_chdir => 1, wanted => sub { push @found, $_ if -f $_ && !/postmaster\.pid|\.log$/ && index(slurp_file($_), 'canaryseen') >= 0 } }, $target->data_dir);
is("@found", '', 'nor in a file');

# ---- a guess that is right
my $at = -s $source->logfile;
my @guesses = (
	q{email = 'canaryseen7@x.test'}, q{email LIKE 'canaryseen%'}, q{email >= 'canaryseen'  AND email < 'canaryseeo'}, q{email IN ('canaryseen7@x.test', 'x')}, q{email = ANY (ARRAY['canaryseen7@x.test'])}, q{secret = 'canaryseen secret 7'},
	q{lower(email) = 'canaryseen7@x.test'}, q{email || '' = 'canaryseen7@x.test'}, q{(id, email) = (7, 'canaryseen7@x.test')}, q{NOT (email <> 'canaryseen7@x.test')}, q{wage BETWEEN 1000000 AND 1001000},
	q{wage = 1000007}, q{wage = 1000007::bigint}, q{wage IS NOT DISTINCT FROM 1000007}, q{p = ROW(7, 'canaryseen7@x.test'::text, 'canaryseen secret 7'::text, 1000007, 'kept 7'::text)}, q{EXISTS (SELECT WHERE email = 'canaryseen7@x.test')});
is(tried(join ";\n", map { "SELECT count(*) FROM live.people p WHERE $_" } @guesses), join("\n", map { 0 } @guesses), 'no guess finds a row');
my $shipped = slurp_file($source->logfile, $at);
is(scalar(() = $shipped =~ /canaryseen|10000\d\d|10010/g), 0, 'and no guess is shipped');
done_testing;
