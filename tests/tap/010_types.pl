# Every type arrives as `pg_dump | psql` restores it: as text and in binary, in each format, whatever the settings of the
# two databases and of the session.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();

# Contrib types live in another schema on the target than on the source, and everything has other OIDs there.
$source->safe_psql('postgres',
	'CREATE SCHEMA contrib; CREATE EXTENSION hstore SCHEMA contrib; CREATE EXTENSION citext SCHEMA contrib;
	 CREATE EXTENSION ltree SCHEMA contrib; CREATE EXTENSION seg SCHEMA contrib');
$target->safe_psql('postgres',
	(join '', map { "CREATE TYPE dummy$_ AS ENUM ('a', 'b'); CREATE TABLE dummy_table$_ (i int);" } 1 .. 7)
	. 'CREATE EXTENSION ltree; CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION seg');

my $types = q{
	SET search_path = public, contrib;
	CREATE TYPE mood AS ENUM ('sad', 'it''s "ok", \really', 'happy');
	CREATE DOMAIN posint AS int CHECK (VALUE > 0);
	CREATE DOMAIN small AS posint CHECK (VALUE < 1000);
	CREATE DOMAIN label AS varchar(20) NOT NULL;
	CREATE DOMAIN ints AS int[];
	CREATE DOMAIN moods AS mood[];
	CREATE DOMAIN mood_domain AS mood;
	CREATE TYPE pair AS (a int, "b c" text, m mood);
	CREATE TYPE nested AS (p pair, ps pair[]);
	CREATE DOMAIN pair_domain AS pair;
	CREATE TYPE floatrange AS RANGE (subtype = float8);
	CREATE TYPE moodrange AS RANGE (subtype = mood);
	CREATE TYPE citextrange AS RANGE (subtype = citext);
	CREATE TYPE smallrange AS RANGE (subtype = small);
};

# type => values, as SQL literals. An upper-case key in braces is the format that "auto" must choose.
my @cases = (
	[ 'bool', 'b', 'true', 'false' ],
	[ 'bytea', 'b', q{''}, q{'\x00ff5c0a09275c2e'}, q{'\x5c4e'} ],
	[ '"char"', 'b', q{'a'}, q{''}, q{'\377'} ],
	[ 'name', 'b', q{'n'}, q{repeat('x', 63)} ],
	[ 'int2', 'b', '-32768', '32767' ],
	[ 'int4', 'b', '-2147483648', '2147483647' ],
	[ 'int8', 'b', q{'-9223372036854775808'}, q{'9223372036854775807'} ],
	[ 'text', 'b', q{''}, q{E'\\\\N'}, q{E'\\\\.'}, q{E'a\\tb\\nc\\rd\\\\e\\bf\\vg\\fh'}, q{E'\\\\x41'}, q{E'\\u00e9\\u4e2d\\U0001F600'},
		q{E'\\n\\\\.\\n'}, q{'NULL'}, q{repeat('x', 1000000)} ],
	[ 'varchar(12)', 'b', q{''}, q{'   '}, q{E'\\u4e2dtwelve chars'::varchar(12)} ],
	[ 'char(5)', 'b', q{'ab'}, q{''}, q{E'\\u00e9'} ],
	[ 'float4', 'b', q{'NaN'}, q{'-Infinity'}, q{'1e-45'}, q{'3.4028235e38'}, '0.1', q{'-0'} ],
	[ 'float8', 'b', q{'NaN'}, q{'Infinity'}, q{'5e-324'}, q{'1.7976931348623157e308'}, '0.1', q{'-0'} ],
	[ 'numeric', 'b', q{'NaN'}, '1e1000', '1e-1000', '1.500', '0.00', q{'-12345678901234567890.0123456789'} ],
	[ 'numeric(10,2)', 'b', '12345678.90', q{'NaN'} ],
	[ 'numeric', 'b', q{'Infinity'}, q{'-Infinity'} ],
	[ 'money', 'b', '12345.67', '-0.01', q{'92233720368547758.07'} ],
	[ 'date', 'b', q{'infinity'}, q{'-infinity'}, q{'0044-03-15 BC'}, q{'5874897-12-31'}, q{'2024-02-29'}, q{'4713-01-01 BC'} ],
	[ 'time', 'b', q{'24:00:00'}, q{'00:00:00.000001'} ],
	[ 'timetz', 'b', q{'24:00:00+15:59'}, q{'12:34:56.789-03:30:17'} ],
	[ 'timestamp', 'b', q{'infinity'}, q{'-infinity'}, q{'294276-12-31 23:59:59.999999'}, q{'4713-01-01 00:00:00 BC'}, q{'2024-01-02 03:04:05.6'} ],
	[ 'timestamptz', 'b', q{'infinity'}, q{'-infinity'}, q{'1800-01-01 00:00:00+00'}, q{'0099-03-02 BC'}, q{'2024-03-31 01:00:00.000001+00'} ],
	[ 'timestamp(2)', 'b', q{'2024-01-02 03:04:05.67'} ],
	[ 'interval', 'b', q{'1 mon 2 days'}, q{'-1 mons +2 days -00:00:00.000001'}, q{'1 year -2 mons +3 days -04:05:06.7'},
		q{'178000000 years'}, q{'0'}, q{'-25:00:00'} ],
	[ 'interval day to second', 'b', q{'-1 day +02:00'} ],
	[ 'bit(5)', 'b', q{B'10110'} ],
	[ 'varbit', 'b', q{B''}, q{B'1010101010101'} ],
	[ 'uuid', 'b', q{'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'} ],
	[ 'json', 'b', q{' {"a" : [1, null, "x\\u0041\\\\"],  "a":2} '}, q{'null'} ],
	[ 'jsonb', 'b', q{'{"b": 1e400, "a": ["\\\\", "\u00e9", {}]}'}, q{'"x"'} ],
	[ 'jsonpath', 'b', q{'$.a[*] ? (@ > 1)'} ],
	[ 'xml', 't', q{'<a b="c">&lt;x</a>'}, q{'text, not a document'}, q{'<!DOCTYPE a><a/>'} ],
	[ 'point', 'b', q{'(0.1,-1e300)'} ],
	[ 'line', 'b', q{'{1,-1,0.3}'} ],
	[ 'lseg', 'b', q{'[(0,0),(1,1)]'} ],
	[ 'box', 'b', q{'(1,1),(0,0)'} ],
	[ 'path', 'b', q{'[(0,0),(1,1),(2,0)]'}, q{'((0,0),(1,1))'} ],
	[ 'polygon', 'b', q{'((0,0),(1,1),(2,0))'} ],
	[ 'circle', 'b', q{'<(0,0),1.5>'} ],
	[ 'inet', 'b', q{'192.168.0.1/24'}, q{'::1'}, q{'10.0.0.1'} ],
	[ 'cidr', 'b', q{'10.0.0.0/8'}, q{'2001:db8::/32'} ],
	[ 'macaddr', 'b', q{'08:00:2b:01:02:03'} ],
	[ 'macaddr8', 'b', q{'08:00:2b:01:02:03:04:05'} ],
	[ 'tsvector', 'b', q{$$'a':1A,2B 'it''s':3 'back\\\\slash' 'sp ace':16383$$}, q{''} ],
	[ 'tsquery', 't', q{$$'fat' & ( 'rat' | !'cat':AB* ) <-> 'it''s'$$}, q{''} ],
	[ 'pg_lsn', 'b', q{'FFFFFFFF/1'} ],
	[ 'pg_snapshot', 'b', q{'10:20:10,14,15'} ],
	[ 'txid_snapshot', 't', q{'10:20:10,14,15'} ],
	[ 'oid', 'b', '4294967295' ],
	[ 'xid', 'b', q{'4294967295'} ],
	[ 'xid8', 'b', q{'18446744073709551615'} ],
	[ 'cid', 'b', q{'7'} ],
	[ 'tid', 'b', q{'(4294967295,65535)'} ],
	[ 'int2vector', 'b', q{'1 2 3'} ],
	[ 'oidvector', 'b', q{'1 2 3'} ],
	[ 'regclass', 't', q{'types_0'}, q{'pg_class'} ],
	[ 'regtype', 't', q{'mood'}, q{'pair[]'}, q{'int4'} ],
	[ 'regprocedure', 't', q{'now()'} ],
	[ 'regnamespace', 't', q{'public'} ],
	[ 'regrole[]', 't', q{'{pg_monitor}'} ],
	[ 'aclitem[]', 't', q{'{=r/pg_monitor}'} ],
	[ 'int4[]', 'b', q{'{}'}, q{'[2:3]={1,2}'}, q{'{{1,NULL},{3,4}}'}, q{'[-1:0][5:5]={{1},{2}}'} ],
	[ 'text[]', 'b', q~ARRAY['', NULL, 'NULL', 'a"b\\c', '{', ',', E'\\n\\t', ' ']~ ],
	[ 'jsonb[]', 'b', q{ARRAY['{"a": "b\\\\c"}', NULL, '[1, "{}"]']::jsonb[]} ],
	[ 'numeric(5,1)[]', 'b', q{'{1.5,NaN,NULL}'} ],
	[ 'bytea[]', 'b', q{ARRAY['\x00', '\x5c']::bytea[]} ],
	[ 'varchar(3)[]', 'b', q{'{abc,NULL}'} ],
	[ 'timestamptz[]', 'b', q{'{infinity,"2024-01-01 00:00:00+00",NULL}'} ],
	[ 'name[]', 'b', q{'{a,b}'} ],
	[ 'information_schema.sql_identifier[]', 'b', q{'{a,NULL}'} ],
	[ 'mood', 'b', q{'happy'}, q{'it''s "ok", \really'} ],
	[ 'mood[]', 'b', q{ARRAY['it''s "ok", \really', NULL, 'sad']::mood[]}, q{'{}'}, q{'[0:0]={sad}'} ],
	[ 'mood_domain', 'b', q{'sad'} ],
	[ 'moods', 'b', q{'{sad,NULL,happy}'} ],
	[ 'mood_domain[]', 'b', q{'{sad,NULL}'} ],
	[ 'posint', 'b', '7' ],
	[ 'small', 'b', '999' ],
	[ 'small[]', 'b', q{'{1,NULL,999}'}, q{'{{1,2},{3,4}}'} ],
	[ 'ints', 'b', q{'[5:6]={1,NULL}'} ],
	[ 'ints[]', 'b', q{'{"{1,2}",NULL,"[0:0]={3}"}'} ],
	[ 'moods[]', 't', q{'{"{sad}",NULL}'} ],
	[ 'pair', 't', q{ROW(1, E'a"b\\\\c,(\\n', 'sad')}, q{ROW(NULL, '', NULL)}, q{'(,,)'} ],
	[ 'pair[]', 't', q{ARRAY[ROW(1, E'x\\t"\\\\', 'happy')::pair, NULL]} ],
	[ 'nested', 't', q{ROW(ROW(1, 'a', 'sad')::pair, ARRAY[ROW(2, NULL, 'happy')::pair])} ],
	[ 'pair_domain', 't', q{ROW(1, 'x', 'sad')::pair} ],
	[ 'pair_domain[]', 't', q{ARRAY[ROW(1, 'x', 'sad')::pair::pair_domain]} ],
	[ 'int4range', 'b', q{'empty'}, q{'(,5)'}, q{'[1,)'}, q{'(,)'} ],
	[ 'tstzrange', 'b', q{'["0044-03-15 00:00:00+00 BC",infinity]'}, q{'(,infinity)'} ],
	[ 'numrange[]', 'b', q{'{"[1.50,2)",NULL,empty}'} ],
	[ 'int4multirange', 'b', q{'{}'}, q{'{[1,3),[5,)}'} ],
	[ 'datemultirange[]', 'b', q{ARRAY['{[2024-01-01,infinity)}'::datemultirange]} ],
	[ 'floatrange', 'b', q{'[0.1,1e300)'} ],
	[ 'floatmultirange', 'b', q{'{[0.1,0.2),[1,)}'} ],
	[ 'floatrange[]', 'b', q{'{"[0.1,0.2)",empty}'} ],
	[ 'moodrange', 'b', q{'[sad,happy)'} ],
	[ 'smallrange', 'b', q{'[1,5]'} ],
	[ 'citextrange', 't', q{'[A,b)'} ],
	[ 'hstore', 'b', q{E'"a"=>"1", "b \\\\"c"=>NULL, ""=>"\\\\\\\\"'}, q{''} ],
	[ 'hstore[]', 'b', q{ARRAY['"a"=>"1"'::hstore, NULL]} ],
	[ 'citext', 't', q{'MiXeD'}, q{''} ],
	[ 'ltree', 't', q{'Top.Science.Astronomy'} ],
	[ 'lquery', 't', q{'*.Astro*%@.!pro'} ],
	[ 'seg', 't', q{'1.50 .. <2.5'} ],
);
# A server may have been built without libxml.
foreach my $server ($source, $target)
{
	my $has_xml = $server->safe_psql('postgres', q{SELECT count(*) FROM pg_config WHERE name = 'CONFIGURE' AND setting ~ 'with-libxml'});
	@cases = grep { $_->[0] ne 'xml' } @cases unless $has_xml;
}
# What an older source lacks.
my $major = $source->pg_version->major;
my $since = sub { my ($type, undef, $value) = @_; return $type =~ /^(?:pg_snapshot|xid8)$/ ? 13 : $type =~ /multirange/ || "$type $value" eq "numeric 'Infinity'" ? 14 : 12 };
@cases = grep { $since->(@$_) <= $major } @cases;

# Returns the checksum of the column v of a table: of its text form and of its binary form.
my $tables = q{
	CREATE FUNCTION digest(relation text) RETURNS text LANGUAGE plpgsql
	SET extra_float_digits = 3 SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' SET bytea_output = 'hex'
	SET lc_monetary = 'C' SET timezone = 'UTC' SET search_path = public, pg_catalog SET standard_conforming_strings = on SET quote_all_identifiers = off AS $$
	DECLARE result text;
	BEGIN
		EXECUTE format('SELECT count(*) || ''/'' || count(v) || '' text '' || md5(string_agg(coalesce(v::text, ''\N''), ''|'' ORDER BY id)) '
			|| CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation::regclass AND atttypid = ANY ('{aclitem[],seg}'::regtype[]))
				THEN '' ELSE '|| '' binary '' || md5(string_agg(record_send(ROW(v)), '''' ORDER BY id)) ' END
			|| 'FROM %I', relation) INTO result;
		RETURN result;
	END $$;
};
my $rows = '';
for my $i (0 .. $#cases)
{
	my ($type, $format, @values) = @{ $cases[$i] };
	$tables .= "CREATE TABLE types_$i (id int, v $type);\n";
	my $id = 0;
	$rows .= "INSERT INTO types_$i VALUES (" . $id++ . ", $_);\n" for (@values, $type eq 'label' ? () : 'NULL');
}
$_->safe_psql('postgres', $types . $tables) for ($source, $target);
$source->safe_psql('postgres', "SET search_path = public, contrib;\nSET standard_conforming_strings = on;\n$rows");

# The reference: a copy of the target database, for the same OIDs, loaded by pg_dump and psql.
$target->safe_psql('template1', 'CREATE DATABASE dumped TEMPLATE postgres');
my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump.sql';
system_or_bail('pg_dump', '-a', '-T', 'digest', '-t', 'public.types_*', '-f', $dump, $source->connstr('postgres'));
system_or_bail('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, '-o', '/dev/null', $target->connstr('dumped'));

my $digests = join ' UNION ALL ', map { "SELECT $_ AS i, digest('types_$_')" } 0 .. $#cases;
my @expected = split /\n/, $target->safe_psql('dumped', "$digests ORDER BY i");

sub syncs_are_right
{
	my ($format, $session, $test_name) = @_;
	my $sql = $session . join '', map {
		my $wanted = $format eq 'binary' && $cases[$_][1] eq 't' ? 'auto' : $format;
		"SELECT 'F$_ ' || format FROM confiture.sync_table('prod', 'public.types_$_', policy => 'off', format => '$wanted');\n"
	} 0 .. $#cases;
	my $formats = $target->safe_psql('postgres', $sql);
	my @got = split /\n/, $target->safe_psql('postgres', "SET client_encoding = 'UTF8'; $digests ORDER BY i");
	is(scalar @got, scalar @cases, "$test_name: all types were synced");
	for my $i (0 .. $#cases)
	{
		my $chosen = $formats =~ /^F$i (\w+)/m ? $1 : 'none';
		my $should = $format eq 'text' || $cases[$i][1] eq 't' ? 'text' : 'binary';
		is("$chosen $got[$i]", "$should $expected[$i]", "$test_name: $cases[$i][0]");
	}
	return;
}

syncs_are_right('auto', '', 'format auto');
syncs_are_right('text', '', 'format text');

# Settings of either side that would matter if they were not overridden. Since 19 strings are standard ones alone.
my $nonstandard = sub { $_[0]->pg_version->major < 19 ? 'standard_conforming_strings = off' : () };
$source->safe_psql('postgres', qq{ALTER DATABASE postgres SET $_}) for (
	q{datestyle = 'SQL, DMY'}, q{intervalstyle = 'sql_standard'}, 'extra_float_digits = -3', q{bytea_output = 'escape'},
	q{timezone = 'Asia/Kolkata'}, $nonstandard->($source), q{default_transaction_isolation = 'serializable'},
	'search_path = contrib', 'quote_all_identifiers = on', q{xmlbinary = 'hex'}, q{xmloption = 'document'},
	q{client_encoding = 'LATIN1'}, 'transform_null_equals = on', q{lc_monetary = 'C.UTF-8'},
	'default_transaction_deferrable = on', 'default_transaction_read_only = on');
$target->safe_psql('postgres', qq{ALTER DATABASE postgres SET $_}) for (
	q{datestyle = 'German, YMD'}, q{intervalstyle = 'iso_8601'}, 'extra_float_digits = -15', q{bytea_output = 'escape'},
	q{timezone = 'America/St_Johns'}, $nonstandard->($target), 'array_nulls = off', q{xmloption = 'document'},
	q{default_transaction_isolation = 'serializable'}, 'search_path = pg_catalog, public', 'backslash_quote = off',
	q{lc_monetary = 'C.UTF-8'}, 'quote_all_identifiers = on', 'transform_null_equals = on');
my $hostile = q{SET client_encoding = 'LATIN1'; SET client_min_messages = error;};
syncs_are_right('auto', $hostile, 'hostile settings');
syncs_are_right('text', $hostile, 'hostile settings, format text');

# Masked foreign tables read the same, of every type at once.
my $foreign = join '', map { "CREATE FOREIGN TABLE live.types_$_ (id int, v $cases[$_][0]) SERVER prod OPTIONS (schema_name 'public');\n" } 0 .. $#cases;
$target->safe_psql('postgres', "CREATE SCHEMA live; SET search_path = public, contrib; $foreign");
# The digests themselves want the database's encoding.
my $read = join '', map { "CREATE TEMP TABLE types_$_ AS TABLE live.types_$_;" } 0 .. $#cases;
foreach my $session ('', $hostile)
{
	my @got = split /\n/, $target->safe_psql('postgres', "$session SET search_path = public, contrib; SET confiture.policy = 'off'; $read
		RESET client_encoding; SET search_path = pg_temp, public, contrib; $digests ORDER BY i");
	foreach my $n (0 .. $#cases)
	{
		# Its text names the schema where the temporary table stands in front.
		my ($got, $expected) = map { $cases[$n][0] eq 'regclass' ? s/text \w+//r : $_ } $got[$n], $expected[$n];
		is($got, $expected, 'foreign table' . ($session ne '' ? ', hostile settings' : '') . ": $cases[$n][0]");
	}
}

# A value of 50 MB, in both formats, beside small ones.
$source->safe_psql('template1', 'ALTER DATABASE postgres RESET ALL');
$target->safe_psql('template1', 'ALTER DATABASE postgres RESET ALL');
$_->safe_psql('postgres', 'CREATE TABLE big (id int, t text, b bytea)') for ($source, $target);
$source->safe_psql('postgres',
	q{INSERT INTO big SELECT i, CASE i WHEN 2 THEN repeat(E'x\\y\n\u00e9', 10000000) ELSE 'small' END, CASE i WHEN 2 THEN decode(repeat('005c', 5000000), 'hex') END
	  FROM generate_series(1, 3) i});
for my $format (qw(binary text))
{
	is(ConfitureTest::sync($target, qq{'public.big', format => '$format', policy => 'off'}), 3, "50 MB in $format");
	is($target->safe_psql('postgres', 'SELECT id, md5(t), md5(b) FROM big ORDER BY 1'),
		$source->safe_psql('postgres', 'SELECT id, md5(t), md5(b) FROM big ORDER BY 1'), "50 MB in $format: the same");
}

my ($ltree) = grep { $cases[$_][0] eq 'ltree' } 0 .. $#cases;
ConfitureTest::fails_like($target, qq{SELECT confiture.sync_table('prod', 'public.types_$ltree', format => 'binary', policy => 'off')},
	[ qr/ltree/, qr/binary/ ], 'binary is refused where a type cannot take it');

done_testing();
