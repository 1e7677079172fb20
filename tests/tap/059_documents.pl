# Documents on their way: what is not masked stays byte for byte, however keys and strings are written, and no message or log
# says what is in one.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "log_min_messages = debug1\nlog_error_verbosity = verbose");
sub here { return $target->safe_psql('postgres', $_[0]) }

$_->safe_psql('postgres', 'CREATE TABLE docs (id int PRIMARY KEY, j json, b jsonb); CREATE TABLE texts (id int PRIMARY KEY, name text, body json)') for $source, $target;
here(q{SELECT confiture.set_rule('docs', c, 'json', '{"paths": {"$.user": "redact", "$.mail": "email"}, "keep": ["$.**"]}') FROM unnest('{j,b}'::text[]) c});
$source->safe_psql('postgres', <<'SQL');
INSERT INTO docs VALUES (1, '{"user":"Ada", "user" : {"name":"Ada"},  "n": 12345678901234567890.10, "z":1E-400,"a":-0}', '{"user": ["Ada", {"x": "Ada"}], "n": 12345678901234567890.10, "a": 1e400}'),
	(2, '{"us\u0065r": "Ada", "m\u0061il": "ada\u0040home.test", "x\ud800": "\u0000\ud83d"}', '{"us\u0065r": "Ada", "m\u0061il": "ada\u0040home.test"}'), (3, NULL, NULL), (4, 'null', '"Ada"');
INSERT INTO texts VALUES (1, 'a', '{"mail": "ada@home.test"}');
SQL
my %seen;
foreach my $format (qw(binary text))
{
	is(ConfitureTest::sync($target, "'docs', format => '$format'"), 4, "$format: documents");
	$seen{ here('SELECT string_agg(d::text, chr(10) ORDER BY id) FROM docs d') }++;
}
is(join(',', values %seen), 2, 'both formats write the same');
my $mail = here(q{SELECT confiture.email('ada@home.test')});
is(here('SELECT j FROM docs WHERE id = 1'), '{"user":"[REDACTED]", "user" : {"name":"[REDACTED]"},  "n": 12345678901234567890.10, "z":1E-400,"a":-0}', 'keys that are there twice, numbers and blanks');
is(here('SELECT j FROM docs WHERE id = 2'), '{"us\u0065r": "[REDACTED]", "m\u0061il": "' . $mail . '", "x\ud800": "\u0000\ud83d"}', 'keys and strings with escapes, and half a surrogate pair');
is(here(q{SELECT b = '{"user": ["[REDACTED]", {"x": "[REDACTED]"}], "n": 12345678901234567890.10, "a": 1e400}' FROM docs WHERE id = 1}), 't', 'jsonb');
is(here(q{SELECT b FROM docs WHERE id = 2}), qq({"mail": "$mail", "user": "[REDACTED]"}), 'jsonb, with escapes');
is(here('SELECT count(*) FROM docs WHERE id = 3 AND num_nulls(j, b) = 2 OR id = 4 AND b = \'"Ada"\''), 2, 'NULL, and documents that are no objects');

# What is no document, and json that jsonb does not take
ConfitureTest::fails_like($target, q{SELECT confiture.set_rule('texts', 'id', 'json')}, [qr/strategy "json" does not take columns of integer/], 'a number is no document');
here(q{ALTER TABLE texts ALTER body TYPE jsonb; SELECT confiture.keep('texts', 'name'); SELECT confiture.set_rule('texts', 'body', 'json')});
my $offset = -s $target->logfile;
foreach my $bad ('{"a": "canary\ud800"}', '[1e99999999999, "canary"]', '"canary\u0000"')
{
	$source->safe_psql('postgres', "INSERT INTO texts VALUES (2, 'b', \$\$$bad\$\$)");
	my ($status, undef, $stderr) = $target->psql('postgres', q{SELECT confiture.sync_table('prod', 'texts')});
	isnt($status, 0, "refused: $bad");
	unlike($stderr, qr/canary/, 'and not quoted');
	$source->safe_psql('postgres', 'DELETE FROM texts WHERE id = 2');
}
unlike(slurp_file($target->logfile, $offset), qr/canary/, 'nor in the log');
is(ConfitureTest::sync($target, "'texts'"), 1, 'what is one arrives');

done_testing();
