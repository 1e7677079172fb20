# clone: a rule on a key holds for what references it, though the copy has no foreign keys yet when its rows arrive.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0);
my $dir = PostgreSQL::Test::Utils::tempdir();
$source->safe_psql('postgres', 'CREATE DATABASE app');
$source->safe_psql('app', q{
	CREATE TABLE acc (email text PRIMARY KEY);
	CREATE TABLE logins (id int PRIMARY KEY, who text REFERENCES acc);
	CREATE TABLE visits (id int PRIMARY KEY, login text NOT NULL, UNIQUE (id, login), FOREIGN KEY (login) REFERENCES acc);
	CREATE TABLE notes (visit int, login text, by_whom text REFERENCES acc ON UPDATE CASCADE, FOREIGN KEY (visit, login) REFERENCES visits (id, login));
	INSERT INTO acc SELECT 'u' || i || '@corp.com' FROM generate_series(1, 300) i;
	INSERT INTO logins SELECT i, 'u' || 1 + i % 300 || '@corp.com' FROM generate_series(1, 900) i;
	INSERT INTO visits SELECT i, 'u' || i || '@corp.com' FROM generate_series(1, 300) i;
	INSERT INTO notes SELECT i, 'u' || i || '@corp.com', 'u1@corp.com' FROM generate_series(1, 300) i;
	CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT pg_read_all_data TO reader; ANALYZE});
ClientTest::write_file("$dir/password", "secret\n");
chmod 0600, "$dir/password";
my $uri = 'postgresql://reader@127.0.0.1:' . $source->port . '/app';
sub clone { my ($database) = @_; return [ 'clone', '-d', $database, '--create', '--yes', '--state', "$dir/$database", '--rules', "$dir/rules.yaml", $uri, '--password-file', "$dir/password" ] }
sub value { my ($database, $sql) = @_; return $target->safe_psql($database, $sql) }

# Another rule, or a keep, on the referencing side would break the keys, or let raw values through.
for my $rule (qw(hash keep))
{
	ClientTest::write_file("$dir/rules.yaml", "tables:\n  public.acc:\n    columns: {email: email}\n  public.logins:\n    columns: {who: $rule}\n");
	ClientTest::exits($target, clone("with_$rule"), 5, qr/public\.logins\.who .*references public\.acc\.email, which is masked with email/, "$rule on a column that references is refused");
	is(value("with_$rule", 'SELECT count(*) FROM logins'), '0', '... before a row moved');
}

ClientTest::write_file("$dir/rules.yaml", "tables:\n  public.acc:\n    columns: {email: email}\n");
ClientTest::exits($target, clone('copy'), 0, qr/^Done: copy is a masked copy/m, 'a rule on the key alone is enough');
is(value('copy', 'SELECT count(*) FROM acc'), '300', 'all rows');
my @columns = ([ acc => 'email' ], [ logins => 'who' ], [ visits => 'login' ], [ notes => 'login' ], [ notes => 'by_whom' ]);
is(value('copy', "SELECT count(*) FROM $_->[0] WHERE $_->[1] LIKE '%corp%'"), '0', "$_->[0].$_->[1] has no raw value") for @columns;
is(value('copy', 'SELECT count(*) FROM logins JOIN acc ON who = email'), '900', 'the masked keys join');
is(value('copy', 'SELECT count(*) FROM notes JOIN visits v ON v.id = visit AND v.login = notes.login JOIN acc ON email = v.login JOIN acc b ON b.email = by_whom'), '300', '... along chains and composite keys');
my $keys = q{SELECT string_agg(conrelid::regclass || ' ' || pg_get_constraintdef(oid), '; ' ORDER BY 1) || bool_and(convalidated) FROM (SELECT * FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conrelid::regclass::text, conname) c};
is(value('copy', $keys), $source->safe_psql('app', $keys), 'the foreign keys are those of the source, and valid');
done_testing();
