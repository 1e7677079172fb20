# Option `columns` of scrub: in a text, the values of other columns of the row become what they become there; in both wire
# formats, with rules for some rows, in runs and foreign tables.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }
sub both { $_->safe_psql('postgres', $_[0]) for ($source, $target); return }
sub refused { my ($sql, $error, $name) = @_; my ($status, $out, $err) = $target->psql('postgres', $sql); ok($status != 0 && $err =~ $error, $name) or diag("$status $out $err"); return }

both(q{CREATE TABLE tickets (id int PRIMARY KEY, name text, "E ""mail""" varchar(60), customer int, born date, city text, secret text, body text, subject varchar(200), notes text[])});
there(q{INSERT INTO tickets SELECT i, 'Canary O''Hara' || i, 'canary' || i || '@home.org', 480000 + i, '1970-01-01'::date + i, 'Canaryville', 'canary\\secret' || i, b, b, ARRAY[b, NULL, 'none']
	FROM generate_series(1, 30) i, LATERAL (SELECT format(E'From: CANARY O''HARA%1$s <Canary%1$s@home.org>\n#%2$s, born %3$s\tin canaryville, %4$s', i, 480000 + i, '1970-01-01'::date + i, 'CANARY\\secret' || i) AS b) t;
	INSERT INTO tickets VALUES (31, NULL, NULL, NULL, NULL, NULL, NULL, 'Nobody of Canaryville', '', NULL), (32, 'Al', '', 7, NULL, 'x', 'x', NULL, 'Al', '{}')});
my $columns = q{"columns": ["name", "E \"mail\"", "customer", "born", "city", "secret"]};
my $others = q{"name": {"strategy": "name", "entity": "id"}, "E \"mail\"": {"strategy": "email", "entity": "id"}, "customer": "hash", "born": "shift", "city": "null", "secret": "redact"};
my $scrub = qq{{"strategy": "scrub", $columns}};
my $rules = qq{{$others, "body": $scrub, "subject": $scrub, "notes": $scrub}};
my $text = q{format(E'From: %s <%s>\n#%s, born %s\tin [REDACTED], [REDACTED]', name, "E ""mail""", customer, born)};
for my $format (qw(binary text))
{
	here(qq{SELECT confiture.sync_table('prod', 'tickets', rules => '} . ($rules =~ s/'/''/gr) . qq{', format => '$format')});
	is(here(qq{SELECT count(*) FROM tickets WHERE body = $text AND subject = left($text, 200) AND notes = ARRAY[body, NULL, 'none']}), '30', "$format: values become in texts and arrays what they become in their columns");
	is(here(q{SELECT count(*) FROM tickets t WHERE t::text ~* 'canary' AND id <= 30}), '0', "$format: nothing raw");
	is(here(q{SELECT body, subject FROM tickets WHERE id = 31}), 'Nobody of Canaryville|', "$format: what is NULL is not looked for");
	is(here(q{SELECT body IS NULL, subject FROM tickets WHERE id = 32}), 't|Al', "$format: nor are two letters");
}
is(here(qq{SELECT raw_leaves_source FROM confiture.plan('prod', 'tickets', rules => '$rules') WHERE column_name = 'secret'}), 't', 'the plan says that values are read that their own mask does not need');
is(here(qq{SELECT warnings::text FROM confiture.plan('prod', 'tickets', rules => '$rules') WHERE column_name = 'body'}), '{"looks for the values of name, \"E \"\"mail\"\"\", customer, born, city, secret, which are read for it"}', '... and for what');

# Rules for some rows, of the text and of what it names, in a run
here(q{SELECT confiture.set_rule('tickets', 'name', 'name', '{"entity": "id"}', 'id % 2 = 0'), confiture.set_rule('tickets', 'name', 'keep', '{}', 'id % 3 = 0'), confiture.set_rule('tickets', 'name', 'null'),
	confiture.set_rule('tickets', 'body', 'scrub', '{"columns": ["name"]}', 'id % 5 > 0'), confiture.set_rule('tickets', 'body', 'scrub', '{}'), confiture.set_rule('tickets', 'subject', 'scrub', '{"columns": "name"}'),
	confiture.set_rule('tickets', 'E "mail"', 'email'), confiture.set_rule('tickets', 'city', 'city');
	SELECT confiture.keep('tickets', c) FROM unnest('{id,customer,born,secret,notes}'::text[]) c});
my $kept = q{'From: CANARY O''HARA' || id};
my $expected = qq{CASE WHEN id % 2 = 0 THEN 'From: ' || name WHEN id % 3 = 0 THEN $kept ELSE 'From: [REDACTED]' END};
my $mail = q{' <' || confiture.email('Canary' || id || '@home.org') || '>'};
here(q{TRUNCATE tickets; CALL confiture.sync('prod', ARRAY['public.tickets'])});
is(here(qq{SELECT count(*) FILTER (WHERE starts_with(body, CASE WHEN id % 5 = 0 THEN $kept ELSE $expected END || $mail) AND starts_with(subject, $expected || $mail)) FROM tickets WHERE id <= 30}), '30',
	'rules for some rows, in a run: as the rule of the row has it');

# A foreign table that has them, and is asked for the text alone
here(q{CREATE SCHEMA live; CREATE FOREIGN TABLE live.tickets (id int, name text, "E ""mail""" text, body text) SERVER prod OPTIONS (schema_name 'public', table_name 'tickets');
	SELECT confiture.set_rule('live.tickets', 'name', 'name', '{"entity": "id"}', 'id % 2 = 0'), confiture.set_rule('live.tickets', 'name', 'first_name'), confiture.set_rule('live.tickets', 'E "mail"', 'email', '{"entity": "id"}'), confiture.set_rule('live.tickets', 'body', 'scrub', '{"columns": ["name", "E \"mail\""]}')});
is(here(q{SELECT count(*) FROM (SELECT body FROM live.tickets) b JOIN (SELECT name, "E ""mail""" AS mail FROM live.tickets WHERE id <= 30) n ON starts_with(body, format('From: %s <%s>', name, mail))}), '30', 'a foreign table, whose query names the text alone');
is(here(q{SELECT count(*) FROM (SELECT body FROM live.tickets WHERE id <= 30) b WHERE body ~* 'canary o|canary\d+@'}), '0', '... has nothing raw');

# What is refused
my $sync = sub { my ($body, $more) = @_; return qq[SELECT confiture.sync_table('prod', 'tickets', rules => '{"body": $body] . ($more // '') . q[}')] };
my @refusals = (
	['"nothing"', '', qr/body \(masked with scrub\) has nothing in option "columns", but the table has no such column/, 'no such column'],
	['"id"', '', qr/has id in option "columns", but it is not masked/, 'a column that is kept'],
	['"customer"', ', "customer": "drop"', qr/has customer in option "columns", but it is not masked/, 'one that is dropped'],
	['"customer"', ', "customer": {"strategy": "sql", "expression": "7"}', qr/its values are masked on the source/, 'one that the source masks'],
	['"customer"', ', "customer": {"strategy": "choice", "values": [1, 2]}', qr/its masked values are drawn by row/, 'one that is drawn by row'],
	['"notes"', ', "notes": "hash"', qr/its values are no texts/, 'an array'],
	['"subject"', '', qr/it names columns itself/, 'one that names columns itself'],
	['"body"', '', qr/it names columns itself/, 'itself']);
refused($sync->(qq{{"strategy": "scrub", "columns": [$_->[0]]}}, $_->[1]), $_->[2], $_->[3]) for @refusals;
refused($sync->(q{[{"strategy": "scrub", "columns": ["name"], "when": "id < 3"}, {"strategy": "scrub", "columns": ["city"]}]}), qr/body has rules whose options "columns" name different columns/, 'different columns for different rows');
refused(q{SELECT confiture.set_rule('tickets', 'body', 'scrub', '{"columns": ["nme"]}')}, qr/column "nme", which an option names, does not exist in public\.tickets/, 'a rule for what is not there');
refused(q{SELECT confiture.scrub('Ada', '{"columns": ["name"]}')}, qr/option "columns" is for rules: a function sees neither columns nor tables/, 'a function, which has no row');
both('CREATE TABLE words (word text, name text); CREATE TABLE uses (word text)');
here(q{SELECT confiture.set_reference('uses', '{word}', 'words', '{word}')});
refused(q{SELECT confiture.sync_table('prod', 'words', rules => '{"word": {"strategy": "scrub", "columns": ["name"]}, "name": "name"}')}, qr/word \(masked with scrub\) is part of a key, and hangs on other columns/, 'a key that references could not follow');

done_testing();
