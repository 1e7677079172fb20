# Source and target in different encodings: characters are converted, and what cannot be converted is refused without
# being quoted.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(extension => 0);
my $policy = q{policy => 'off'};

my @encodings = qw(UTF8 LATIN1 SQL_ASCII EUC_JP);
for my $encoding (@encodings)
{
	my $database = lc $encoding;
	for my $node ($source, $target)
	{
		$node->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE template0 ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
		$node->safe_psql($database, q{CREATE TABLE words (id int PRIMARY KEY, w text, "c" varchar(3), a text[], j json, b bytea)});
	}
}
for my $database (map { lc } @encodings)
{
	ConfitureTest::connect_clusters($source, $target, database => $database, source_database => $database);
	$target->safe_psql($database, qq{CREATE SERVER from_$_ FOREIGN DATA WRAPPER confiture OPTIONS (host '} . $source->host . q{', port '} . $source->port . qq{', dbname '$_'); CREATE USER MAPPING FOR CURRENT_USER SERVER from_$_ OPTIONS (user '} . ConfitureTest::superuser($source) . q{')})
	  for (map { lc } @encodings);
}

# Text with e acute, as hexadecimal bytes in the database's encoding.
sub fill
{
	my ($database, $hex) = @_;
	$source->safe_psql($database, qq{SET client_encoding = '} . uc($database) . qq{'; TRUNCATE words; INSERT INTO words
		SELECT 1, v, v, ARRAY[v, NULL, 'a'], to_json(v), decode('00ff', 'hex') FROM (SELECT convert_from(decode('$hex', 'hex'), '} . ($database eq 'sql_ascii' ? 'SQL_ASCII' : uc $database) . qq{') AS v) s;
		INSERT INTO words VALUES (2, '', NULL, '{}', '{}', '')});
	return;
}

# Returns the bytes of every column in the database's encoding.
my $bytes = q{SELECT string_agg(concat_ws('|', id, encode(convert_to(w, getdatabaseencoding()), 'hex'), encode(convert_to(c, getdatabaseencoding()), 'hex'),
	encode(convert_to(a::text, getdatabaseencoding()), 'hex'), encode(convert_to(j::text, getdatabaseencoding()), 'hex'), b), ' ' ORDER BY id) FROM words};

sub sync { my ($from, $to, $format, $session) = @_;
	return $target->safe_psql($to, "$session SELECT rows FROM confiture.sync_table('from_$from', 'public.words', format => '$format', $policy)"); }

fill('utf8', 'c3a9');
fill('latin1', 'e9');
my %expected = (utf8 => $source->safe_psql('utf8', $bytes), latin1 => $source->safe_psql('latin1', $bytes));
like($expected{utf8}, qr/^1\|c3a9\|/, 'the bytes of UTF8');
like($expected{latin1}, qr/^1\|e9\|/, 'the bytes of LATIN1');
for my $format (qw(binary text))
{
	for my $session ('', 'SET client_encoding = LATIN1;', 'SET client_encoding = UTF8;', 'SET client_encoding = SQL_ASCII;')
	{
		is(sync('utf8', 'latin1', $format, $session) . $target->safe_psql('latin1', $bytes), "2$expected{latin1}", "UTF8 to LATIN1, $format, $session");
		is(sync('latin1', 'utf8', $format, $session) . $target->safe_psql('utf8', $bytes), "2$expected{utf8}", "LATIN1 to UTF8, $format, $session");
		is(sync('utf8', 'utf8', $format, $session) . $target->safe_psql('utf8', $bytes), "2$expected{utf8}", "UTF8 to UTF8, $format, $session");
	}
}

# A masked column is masked in the target's encoding: the same value is masked alike from sources of any encoding.
my %masked;
for my $from (qw(utf8 latin1))
{
	$target->safe_psql('utf8', qq{SELECT confiture.sync_table('from_$from', 'public.words', rules => '{"w": "hash", "c": {"strategy": "partial", "first": 0, "last": 0}}', $policy)});
	$masked{$from} = $target->safe_psql('utf8', 'SELECT w, c FROM words ORDER BY id');
}
is($masked{latin1}, $masked{utf8}, 'masked alike from both encodings');
like($masked{utf8}, qr/^[0-9a-f]{16,}\|/, 'and masked');

# Names have their letters where the encoding has them.
my $one_key = "COPY confiture.new_key FROM STDIN;\n" . '5a' x 32 . "\n\\.\n";
my %names = map { $_ => $target->safe_psql($_, $one_key . 'SET client_encoding = ' . ($_ eq 'sql_ascii' ? 'SQL_ASCII' : 'UTF8') . q{;
	SELECT string_agg(confiture.last_name(i::text, '{"locale": "fr", "case": "upper"}'), ' ') FROM generate_series(1, 300) i}) } map { lc } @encodings;
like($names{utf8}, qr/\xc3\x89/, 'a capital e with an acute accent in UTF8');
is($names{latin1}, $names{utf8}, 'the same names in LATIN1');
unlike($names{$_}, qr/[^\x00-\x7f]/, "none in $_") for qw(sql_ascii euc_jp);

for (['LATIN2', 'pl'], ['WIN1254', 'tr'], ['KOI8R', 'ru'])
{
	my ($encoding, $locale) = @$_;
	my $database = lc $encoding;
	my $sql = $one_key . qq{SET client_encoding = UTF8; SELECT confiture.title('x', o), string_agg(confiture.name(i::text, o), ' ') FROM generate_series(1, 300) i, (VALUES ('{"locale": "$locale"}'::jsonb)) v (o) GROUP BY 1};
	$target->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE template0 ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
	is($target->safe_psql($database, "CREATE EXTENSION confiture; $sql"), $target->safe_psql('utf8', $sql), "the same names of $locale in $encoding");
}

# Characters that the target's encoding lacks, and bytes that are invalid in the source's.
fill('utf8', 'e4b8ad');
sub refused
{
	my ($from, $to, $pattern, $test_name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	$target->safe_psql($to, q{TRUNCATE words; INSERT INTO words VALUES (7, 'before')});
	for my $format (qw(binary text))
	{
		my $message = ConfitureTest::fails_like($target, "SELECT confiture.sync_table('from_$from', 'public.words', format => '$format', $policy)", [$pattern], "$test_name, $format", database => $to);
		unlike($message, qr/e4|b8|ad|e9|0x/i, 'no byte of the value is shown') unless $message !~ /0x/;
		is($target->safe_psql($to, 'SELECT id, w FROM words'), '7|before', 'and nothing changed');
	}
	return;
}
refused('utf8', 'latin1', qr/SQLSTATE 22P05/, 'a character LATIN1 lacks');
fill('sql_ascii', 'e9');
refused('sql_ascii', 'utf8', qr/SQLSTATE 22021/, 'bytes of SQL_ASCII that are no UTF-8');
is(sync('sql_ascii', 'latin1', $_, '') . $target->safe_psql('latin1', $bytes), "2$expected{latin1}", "bytes of SQL_ASCII that are LATIN1, $_") for (qw(binary text));
is(sync('sql_ascii', 'sql_ascii', $_, '') . $target->safe_psql('sql_ascii', $bytes), "2$expected{latin1}", "SQL_ASCII to SQL_ASCII, $_") for (qw(binary text));
fill('sql_ascii', 'c3a9');
is(sync('sql_ascii', 'utf8', $_, '') . $target->safe_psql('utf8', $bytes), "2$expected{utf8}", "bytes of SQL_ASCII that are UTF-8, $_") for (qw(binary text));
fill('utf8', 'e4b8ad');
is(sync('utf8', 'sql_ascii', $_, '') . $target->safe_psql('sql_ascii', $bytes) =~ s/\|.*//r, '21', "UTF8 to SQL_ASCII, $_") for (qw(binary text));
# Round trip through an encoding of several bytes.
is(sync('utf8', 'euc_jp', $_, '') . $target->safe_psql('euc_jp', q{SELECT w = convert_from('\xe4b8ad', 'UTF8') FROM words WHERE id = 1}), '2t', "UTF8 to EUC_JP, $_") for (qw(binary text));

# Messages of triggers that fire during the load arrive in the client's encoding.
fill('utf8', 'c3a9');
$target->safe_psql('latin1', q{CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'row % is <%>', NEW.id, NEW.w; RETURN NEW; END $$;
	CREATE TRIGGER tell BEFORE INSERT ON words FOR EACH ROW EXECUTE FUNCTION tell()});
for my $session (['UTF8', "\xc3\xa9", 'text'], ['LATIN1', "\xe9", 'binary'])
{
	my ($encoding, $expected, $format) = @$session;
	my ($status, $stdout, $stderr) = $target->psql('latin1', qq{SET client_encoding = $encoding; SELECT rows, format FROM confiture.sync_table('from_utf8', 'public.words', triggers => true, $policy)});
	is($stdout, "2|$format", "triggers fire for a client of $encoding");
	like($stderr, qr/NOTICE:  row 1 is <$expected>/, 'which reads what they say');
}
$target->safe_psql('latin1', 'DROP TRIGGER tell ON words');

# Names in other encodings.
$source->safe_psql('latin1', q{SET client_encoding = UTF8; CREATE TABLE "caf} . "\xc3\xa9" . q{" ("} . "\xc3\xa9t\xc3\xa9" . q{" int); INSERT INTO "caf} . "\xc3\xa9" . q{" VALUES (5)});
is($target->safe_psql('utf8', q{SET client_encoding = UTF8; CREATE TABLE "caf} . "\xc3\xa9" . q{" ("} . "\xc3\xa9t\xc3\xa9" . q{" int); SELECT rows FROM confiture.sync_table('from_latin1', '"caf} . "\xc3\xa9" . qq{"', $policy); TABLE "caf\xc3\xa9"}),
	"1\n5", 'names are converted as well');

done_testing();
