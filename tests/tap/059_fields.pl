# Types that are made of parts, hstore and composite types: their parts are masked as columns are, in both wire formats, and no
# message or log says what is in one.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters(target_conf => "log_min_messages = debug1\nlog_error_verbosity = verbose");
sub here { return $target->safe_psql('postgres', $_[0]) }
sub both { my ($sql) = @_; $_->safe_psql('postgres', $sql) for ($source, $target); return; }
sub sync_both_ways
{
	my ($table, $rows, $sql) = @_;
	my %seen;
	foreach my $format (qw(binary text))
	{
		is(ConfitureTest::sync($target, "'$table', format => '$format'"), $rows, "$table, $format: the rows");
		$seen{ here($sql) }++;
	}
	is(join(',', values %seen), 2, "$table: both formats write the same");
	return (keys %seen)[0];
}

# hstore, in another schema on each side
$source->safe_psql('postgres', 'CREATE EXTENSION hstore');
here('CREATE SCHEMA contrib; CREATE EXTENSION hstore SCHEMA contrib; ALTER DATABASE postgres SET search_path = public, contrib');
both('CREATE TABLE pairs (id int PRIMARY KEY, h hstore, list hstore[], address hstore, s hstore NOT NULL DEFAULT \'\')');
$source->safe_psql('postgres', <<'SQL');
INSERT INTO pairs SELECT i, hstore(ARRAY['email', 'u' || i || '@corp.test', 'q"\', NULL, 'note', 'a ''b'' "c" \d']), ARRAY[hstore('email', 'u' || i || '@corp.test'), NULL, ''], hstore('last_name', 'Canary' || i), hstore('vip', 'true')
FROM generate_series(1, 200) i;
INSERT INTO pairs (id) VALUES (0);
SQL
ConfitureTest::fails_like($target, q{SELECT confiture.sync_table('prod', 'pairs')},
	[qr/set_rule\('public\.pairs', 'h', 'hstore'\)/, qr/set_rule\('public\.pairs', 'address', 'null'\)/], 'the guard proposes it');
here(q{SELECT confiture.set_rule('pairs', 'h', 'hstore', '{"keys": {"email": "email"}, "others": "keep"}'), confiture.set_rule('pairs', c, 'hstore') FROM unnest('{list,address,s}'::text[]) c});
sync_both_ways('pairs', 201, 'SELECT md5(string_agg(p::text, chr(10) ORDER BY id)) FROM pairs p');
is(here(q{SELECT count(*) FROM pairs WHERE id > 0 AND h = hstore(ARRAY['email', confiture.email('u' || id || '@corp.test'), 'q"\', NULL, 'note', 'a ''b'' "c" \d'])
	AND list = ARRAY[hstore('email', confiture.email('u' || id || '@corp.test')), NULL, ''] AND address -> 'last_name' = confiture.last_name('Canary' || id) AND s -> 'vip' = 'true'}),
	200, 'hstore: by key, the rest as the guard suggests');
is(here(q{SELECT confiture.hstore('email=>ada@corp.test, a=>1'::hstore) = hstore(ARRAY['a', '1', 'email', confiture.email('ada@corp.test')])}), 't', 'as in the function');
ConfitureTest::fails_like($target, "SELECT $_->[0]", [ $_->[1] ], $_->[0])
  for ([q{confiture.set_rule('pairs', 'h', 'redact')}, qr/strategy "redact" does not take columns of hstore.*\n?.*Strategies that do are constant, hstore, null/s ],
	[q{confiture.set_rule('pairs', 'id', 'hstore')}, qr/strategy "hstore" does not take columns of integer/],
	[q{confiture.hstore('a'::text)}, qr/strategy "hstore" does not take columns of text/],
	[q{confiture.hstore(1)}, qr/strategy "hstore" does not take columns of integer/],
	[q{confiture.hstore('a'::xml)}, qr/does not take columns of this type/],
	[q{confiture.hstore(NULL)}, qr/could not determine polymorphic type/]);
# Rules for some rows
here(q{SELECT confiture.set_rule('pairs', 'h', 'constant', '{"value": "a=>1"}', 'id = 7'), confiture.set_rule('pairs', 'h', 'null', '{}', 'id = 8'), confiture.set_rule('pairs', 'h', 'hstore', '{"others": "drop"}')});
is(sync_both_ways('pairs', 201, q{SELECT string_agg(DISTINCT coalesce(h::text, 'NULL'), ';') FROM pairs}), ';"a"=>"1";NULL', 'beside a constant and NULL');
# What is called hstore and is none: a user's own type, and a source that lies about the pairs.
both('CREATE SCHEMA own; CREATE TYPE own.hstore AS ENUM (\'a\'); CREATE TABLE fakes (id int PRIMARY KEY, h own.hstore)');
ConfitureTest::fails_like($target, q{SELECT confiture.set_rule('fakes', 'h', 'hstore')}, [qr/strategy "hstore" does not take columns of anyenum/], 'an enum of that name');

done_testing();
