# The guard, rules that match the wrong columns, masks that would not fit, dumps, shared keys, and that the SQL functions
# return what the stream writes.
use strict;
use warnings;

use ConfitureTest;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir;

sub value { return $target->safe_psql('postgres', $_[0]) }

sub error_of
{
	my ($sql, $role) = @_;
	my ($status, undef, $stderr) = $target->psql('postgres', $sql,
		extra_params => [ '-v', 'VERBOSITY=verbose', defined $role ? ('-U', $role) : () ]);
	return $status == 0 ? 'no error' : $stderr;
}

# The lines of a HINT, as a user would paste them.
sub statements_of
{
	my ($error) = @_;
	my ($hint) = $error =~ /^HINT:\s+To settle it:\n(.*?)^(?:LOCATION|CONTEXT)/ms;
	return $hint // die "no statements in: $error";
}

my $users = q{CREATE TABLE users (id integer PRIMARY KEY, email text, phone text, full_name varchar(60), "contact email" text, score integer)};
$source->safe_psql('postgres', "$users; INSERT INTO users
	SELECT i, 'user' || i || '\@shop.test', '+49 170 ' || 1000000 + i, 'Jo Doe ' || i, 'second' || i || '\@shop.test', i FROM generate_series(1, 500) i");
value($users);
my $sync = q{SELECT rows FROM confiture.sync_table('prod', 'users')};

# The guard stops the sync, names all columns, and its hint settles them.
is(value(q{SELECT string_agg(column_name || ':' || action, ' ' ORDER BY column_name) FROM confiture.plan('prod', 'users')}),
	'contact email:refuse email:refuse full_name:refuse id:pass phone:refuse score:pass', 'the plan refuses what looks personal');
is(value(q{SELECT count(*) FROM confiture.plan('prod', 'users') WHERE action = 'refuse' AND raw_leaves_source}), '0', 'whose values stay');
my $error = error_of($sync);
like($error, qr/55000: cannot sync public\.users: 4 problems/, 'the sync stops');
like($error, qr/^(?:DETAIL:\s+)?$_ looks like personal data \([^)]+\) and has no rule\.$/m, "and names $_") for 'email', 'phone', 'full_name', '"contact email"';
unlike($error, qr/shop\.test/, 'and no value');
is(value('SELECT count(*) FROM users'), '0', 'nothing was copied');
value(statements_of($error));
is(value(q{SELECT count(*) FROM confiture.rules WHERE relation = 'users'::regclass}), '4', 'the statements it prints set the rules');
is(value($sync), '500', 'and then it runs');
is(value(q{SELECT count(*) FROM users WHERE users::text ~ 'shop\.test|Jo Doe|170 1000'}), '0', 'masked');

# A recently added column, on both sides or on the source alone, is judged too
$_->safe_psql('postgres', 'ALTER TABLE users ADD mobile_phone text') for $source, $target;
like(error_of($sync), qr/mobile_phone looks like personal data/, 'a new column is noticed');
value(q{SELECT confiture.keep('users', 'mobile_phone')});
is(value($sync), '500', 'a keep lets it pass');
$source->safe_psql('postgres', 'ALTER TABLE users ADD home_phone text');
$error = error_of($sync);
like($error, qr/home_phone \(text\) is on the source, but not here/, 'a column of the source alone is noticed');
value(statements_of($error));
is(value($sync), '500', 'the statement it prints leaves it out');
is(value(q{SELECT column_name || ' ' || action || ' ' || raw_leaves_source FROM confiture.plan('prod', 'users') WHERE column_name = 'home_phone'}),
	'home_phone drop false', 'and on the source');
is(value(q{SELECT count(*) FROM confiture.rules WHERE problem IS NOT NULL}), '0', 'a rule for such a column is in order');
$target->safe_psql('postgres', q{ALTER TABLE users ADD home_phone text; SELECT confiture.drop_rule('users', 'home_phone')});
$error = error_of($sync);
like($error, qr/home_phone looks like personal data/, 'once it is here and has no rule, it is judged');
value(statements_of($error));
is(value($sync), '500', 'and settled by what the message says');

# Rules that match nothing
like(error_of(q{SELECT confiture.sync_table('prod', 'users', rules => '{"emial": "email"}')}),
	qr/emial has a rule, but there is no such column \(perhaps email is meant\)/, 'a typo in an inline rule');
like(error_of(q{SELECT confiture.sync_table('prod', 'users', rules => '{"email": "emial"}')}),
	qr/email has an unknown strategy "emial"/, 'a typo in a strategy');
like(error_of(qq{SELECT confiture.sync_table('prod', 'users', rules => '$_->[0]')}), qr/22023: $_->[1]/, "rules: $_->[0]")
  for ['[]', 'rules must be a JSON object'], ['{"email": 5}', 'rules: column "email" has no strategy'], ['{"email": {"length": 5}}', 'rules: column "email" has no strategy'];
is(value(q{SELECT column_name || ' ' || action FROM confiture.plan('prod', 'users', rules => '{"zzz": "hash"}') WHERE action = 'refuse'}),
	'zzz refuse', 'the plan has a row for such a rule');
my $all = error_of(q{SELECT confiture.sync_table('prod', 'users', rules => '{"emial": "email", "score": "name", "phone": "nonsense"}')});
like($all, qr/cannot sync public\.users: 3 problems/, 'all problems are listed at once');
value(q{ALTER TABLE users RENAME COLUMN full_name TO whole_name});
value(q{SELECT confiture.set_rule('users', 'whole_name', 'name', '{"masking_domain": "people"}'), confiture.drop_rule('users', 'full_name');
	ALTER TABLE users RENAME COLUMN whole_name TO full_name});
is(value(q{SELECT problem FROM confiture.rules WHERE column_name = 'whole_name'}), 'the column was renamed to full_name', 'a rename is noticed');
$error = error_of($sync);
like($error, qr/whole_name has a rule, but was renamed to full_name since/, 'and stops the sync');
value(statements_of($error));
is(value(q{SELECT options FROM confiture.rules WHERE column_name = 'full_name'}), '{"masking_domain": "people"}', 'the statements to paste keep the options');
is(value($sync), '500', 'and settle it');
# Inline rules take precedence over stored ones.
value(q{SELECT confiture.sync_table('prod', 'users', rules => '{"email": {"strategy": "email", "domain": "inline.test"}, "phone": "keep"}')});
is(value(q{SELECT count(*) FROM users WHERE email LIKE '%@inline.test' AND phone LIKE '+49 170 %'}), '500', 'inline rules override stored ones');
value($sync);
is(value(q{SELECT count(*) FROM users WHERE email LIKE '%@inline.test' OR phone LIKE '+49 170 1000%'}), '0', 'for that call');

# Policies, and who may weaken them
like(error_of(q{SELECT confiture.sync_table('prod', 'users', policy => 'strict')}), qr/id has no rule, and the policy is strict/, 'strict wants a word on every column');
value(statements_of(error_of(q{SELECT confiture.sync_table('prod', 'users', policy => 'strict')})));
is(value(q{SELECT rows FROM confiture.sync_table('prod', 'users', policy => 'strict')}), '500', 'and gets it from its own hint');
value(q{CREATE TABLE raw (LIKE users)});
is(value(q{SELECT rows FROM confiture.sync_table('prod', 'raw', source_relation => 'public.users', policy => 'off')}), '500', 'off asks nothing');
like(error_of(q{SELECT confiture.sync_table('prod', 'raw', source_relation => 'public.users', policy => 'of')}), qr/22023: unknown policy "of"/, 'no other policy');
ConfitureTest::add_role($source, $target, 'loader', 'secret');
$source->safe_psql('postgres', 'GRANT SELECT ON users TO loader');
value('ALTER TABLE raw OWNER TO loader; ALTER TABLE users OWNER TO loader');
my $raw = q{SELECT confiture.sync_table('prod_tcp', 'raw', source_relation => 'public.users'};
like(error_of("$raw, policy => 'off')", 'loader'), qr/42501: policy "off" is weaker/, 'an ordinary role may not weaken the policy');
like(error_of("SET confiture.policy = 'off'; $raw)", 'loader'), qr/looks like personal data/, 'not by SET before the library is loaded');
like(error_of("LOAD 'confiture'; SET confiture.policy = 'off'; $raw)", 'loader'), qr/42501|access to library/, 'nor after');
like(error_of("BEGIN; SELECT confiture.key_id(); SET LOCAL confiture.policy = 'off'; $raw)", 'loader'), qr/42501: permission denied to set parameter "confiture.policy"/, 'nor locally');
{
	local $ENV{PGOPTIONS} = '-c confiture.policy=off';
	like(error_of("$raw)", 'loader'), qr/looks like personal data/, 'nor in the options of a connection');
}
like(error_of(q{ALTER ROLE loader SET confiture.policy = 'off'}, 'loader'), qr/42501/, 'nor for his role');
like(error_of("$raw, policy => 'strict')", 'loader'), qr/and the policy is strict/, 'but the role may be stricter');
value(q{ALTER DATABASE postgres SET confiture.policy = 'strict'});
like(error_of("$raw, policy => 'guard')", 'loader'), qr/42501: policy "guard" is weaker than confiture.policy, which is "strict"/, 'a stricter setting binds him');
value(q{ALTER DATABASE postgres RESET confiture.policy; GRANT SET ON PARAMETER confiture.policy TO loader});
is(error_of("$raw, policy => 'off')", 'loader'), 'no error', 'unless the role was granted the setting');

# Masks that would not fit
value(q{
	CREATE DOMAIN long_text AS text CHECK (length(VALUE) > 100);
	CREATE DOMAIN at_shop AS text CHECK (VALUE LIKE '%@shop.test');
	CREATE TABLE tight (id integer PRIMARY KEY, email text UNIQUE, phone text UNIQUE, full_name varchar(4), score integer NOT NULL,
		"contact email" text CHECK ("contact email" LIKE '%@shop.test'), mobile_phone at_shop, home_phone long_text)});
my $tight = q{SELECT confiture.sync_table('prod', 'tight', source_relation => 'public.users', filter => '%s', rules => '%s')};
my %refused = (
	'{"email": "redact"}' => 'email \(masked with redact\) is under the unique index tight_email_key, and masked values could collide',
	'{"phone": "phone"}' => 'phone \(masked with phone\) is under the unique index tight_phone_key',
	'{"phone": "partial"}' => 'phone \(masked with partial\) is under the unique index tight_phone_key',
	'{"email": {"strategy": "hash", "length": 8}}' => 'email \(masked with hash\) is under the unique index',
	'{"full_name": "email"}' => 'full_name \(masked with email\)',
	'{"score": "null"}' => 'score is NOT NULL, so it cannot be masked with null',
	'{"score": {"strategy": "constant", "value": "many"}}' => 'score \(masked with constant\): invalid input syntax',
	'{"contact email": "email"}' => '"contact email" \(masked with email\) violates CHECK constraint',
	'{"contact email": {"strategy": "constant", "value": "x"}}' => '"contact email" \(masked with constant\) violates CHECK constraint',
	'{"mobile_phone": "email"}' => 'mobile_phone \(masked with email\) does not take masked values',
	'{"home_phone": "hash"}' => 'home_phone \(masked with hash\) does not take masked values');
like(error_of(sprintf $tight, 'true', $_), qr/55000: cannot sync public\.tight.*^(?:DETAIL:\s+)?$refused{$_}/ms, "does not fit: $_") for sort keys %refused;
is(value('SELECT count(*) FROM tight'), '0', 'and no row moved');
like(error_of(sprintf $tight, 'true', '{"email": "redact"}'), qr/SELECT confiture\.set_rule\('public\.tight', 'email', '(hash|email)'\)/, 'a hint names a strategy that fits');

# Masked partition keys: on every level, in expressions, and where a partition is synced alone
$source->safe_psql('postgres', 'CREATE VIEW people AS SELECT id, email, phone FROM users');
value(q{
	CREATE TABLE levels (id integer, email text, phone text) PARTITION BY LIST (id);
	CREATE TABLE levels_1 (phone text, email text, id integer) PARTITION BY RANGE (lower(email), id);
	ALTER TABLE levels ATTACH PARTITION levels_1 DEFAULT;
	CREATE TABLE levels_2 PARTITION OF levels_1 FOR VALUES FROM ('user', 0) TO ('uses', 0) PARTITION BY HASH (phone);
	CREATE TABLE levels_3 PARTITION OF levels_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE levels_4 PARTITION OF levels_2 FOR VALUES WITH (MODULUS 4, REMAINDER 1)});
my $into = q{SELECT rows FROM confiture.sync_table('prod', '%s', source_relation => 'public.people', policy => 'off', filter => 'id < 9', rules => '%s')};
like(error_of(sprintf $into, 'levels', '{"email": "email", "phone": "phone"}'),
	qr/: 2 problems.*email \(masked with email\) is a partition key, and public\.levels_1 has no DEFAULT partition for masked values\.\nphone \(masked with phone\) is a partition key, and public\.levels_2 lacks partitions for some masked values\./s,
	'masked partition keys of lower levels');
value(q{CREATE TABLE levels_5 PARTITION OF levels_2 FOR VALUES WITH (MODULUS 4, REMAINDER 3); CREATE TABLE levels_6 PARTITION OF levels_1 DEFAULT});
is(value(sprintf $into, 'levels', '{"email": "email", "phone": "phone"}'), '8', 'with partitions for all values');
like(error_of(sprintf $into, $_, '{"email": "email"}'), qr/email \(masked with email\) is a partition key, and masked values may belong to other partitions of public\.levels\..*-- sync public\.levels instead/s, "$_ alone")
  for qw(levels_2 levels_3 levels_6);
like(error_of(sprintf $into, 'levels_4', '{"phone": "phone"}'), qr/phone \(masked with phone\) is a partition key, and masked values may/, 'a hash partition alone');
is(value(sprintf $into, 'levels_2', '{"phone": "phone", "email": "keep"}') . value(sprintf $into, 'levels_1', '{"phone": "phone", "email": "email"}'), '88', 'with masks of other columns');

# Constraints on masked values that only partitions or generated columns have
value(q{
	CREATE TABLE parts (id integer, email text, phone text) PARTITION BY LIST (id);
	CREATE TABLE parts_1 (phone text UNIQUE, email text, id integer CHECK (id < 1000));
	ALTER TABLE parts ATTACH PARTITION parts_1 DEFAULT;
	CREATE TABLE made (id integer, email text, phone text, upper_email text GENERATED ALWAYS AS (upper(email)) STORED UNIQUE)});
like(error_of(sprintf $into, 'parts', '{"phone": "phone", "email": "keep"}'), qr/phone \(masked with phone\) is under the unique index parts_1_phone_key/, 'a unique index of a partition');
value('ALTER TABLE parts_1 DROP CONSTRAINT parts_1_phone_key, ADD CHECK (length(phone) < 5)');
like(error_of(sprintf $into, 'parts', '{"phone": "phone", "email": "keep"}'), qr/phone \(masked with phone\)/, 'a CHECK of a partition');
is(value(sprintf($into, 'parts', '{"phone": "hash", "email": "keep"}') . '; SELECT max(length(phone)) FROM parts'), "8\n4", 'which other masks obey');
like(error_of(sprintf $into, 'made', '{"email": "name", "phone": "keep"}'), qr/email \(masked with name\) is under the unique index made_upper_email_key/, 'a unique index of a generated column');
is(value(sprintf $into, 'made', '{"email": "email", "phone": "keep"}'), '8', 'which other masks obey too');

# The limit of type name counts bytes
my $names = q{SELECT rows FROM confiture.sync_table('prod', 'named', source_relation => 'public.people', policy => 'off', format => '%s', rules => '{"phone": %s, "email": "keep"}'); SELECT max(octet_length(phone)), max(length(phone)) FROM named};
value('CREATE TABLE named (id integer, email text, phone name)');
$source->safe_psql('postgres', q{CREATE OR REPLACE VIEW people AS SELECT id, email, repeat('Ünïcödé', 9) AS phone FROM users WHERE id < 9});
my %bytes_of = ('"partial"' => '8\n63\|62', '{"strategy": "partial", "mask": "•", "first": 2, "last": 0}' => '8\n63\|22', '"hash"' => '8\n63\|63', '"redact"' => '8\n10\|10');
for my $format (qw(auto text))
{
	like(value(sprintf $names, $format, $_), qr/^$bytes_of{$_}$/, "into a name, $format: $_") for sort keys %bytes_of;
	like(error_of(sprintf $names, $format, qq({"strategy": "$_->[0]", "$_->[1]": "@{[ 'é' x 40 ]}"})), qr/phone \(masked with $_->[0]\).*a name has 63 bytes at most/, "too long for a name, $format: $_->[0]")
	  for [ 'redact', 'text' ], [ 'constant', 'value' ];
}
like(error_of(sprintf $names, 'binary', '"partial"'), qr/phone masked values of more than 63 bytes are cut to a name in text only/, 'which binary would not do');

# The key: shared by two targets, then rotated
my ($other_source, $other) = ConfitureTest::clusters(name => '2', extension => 0);
ConfitureTest::connect_clusters($source, $other);
$other->safe_psql('postgres', "$users; ALTER TABLE users ADD mobile_phone text, ADD home_phone text");
my $rules = value(q{SELECT string_agg(format('SELECT confiture.set_rule(%L, %L, %L, %L);', relation, column_name, strategy, options), ' ')
	FROM confiture.rules WHERE relation = 'users'::regclass});
$other->safe_psql('postgres', $rules);
my $shared = 'b7' x 32;
my $set_key = "COPY confiture.new_key FROM STDIN;\n$shared\n\\.\nSELECT confiture.key_id()";
my $id = value($set_key);
value($sync);
my $masked = ConfitureTest::digest($target, 'SELECT * FROM users');
$other->safe_psql('postgres', $sync);
isnt(ConfitureTest::digest($other, 'SELECT * FROM users'), $masked, 'two targets with keys of their own mask differently');
is($other->safe_psql('postgres', $set_key), $id, 'the same key has the same key_id()');
$other->safe_psql('postgres', $sync);
is(ConfitureTest::digest($other, 'SELECT * FROM users'), $masked, 'and gives the same masks');
$other->safe_psql('postgres', 'SELECT confiture.rotate_key()');
$other->safe_psql('postgres', $sync);
isnt(ConfitureTest::digest($other, 'SELECT * FROM users'), $masked, 'a rotated one gives others');
is(value(q{SELECT count(DISTINCT key_id) || ' ' || count(*) FILTER (WHERE key_id = confiture.key_id()) FROM confiture.run_tables WHERE relation = 'public.users'}), '2 1', 'runs show which key');

# A partition that is synced alone is masked like the whole table, unless it has a separate rule
$source->safe_psql('postgres', q{CREATE TABLE visits AS SELECT 1 AS id, 'saw a doctor' AS remark});
value(q{CREATE TABLE visits (id integer, remark text) PARTITION BY RANGE (id); CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (9);
	SELECT confiture.set_rule('visits', 'remark', 'redact')});
my $visits = q{SELECT FROM confiture.sync_table('prod', 'visits_1', source_relation => 'public.visits'); SELECT remark FROM visits_1};
is(value($visits), '[REDACTED]', 'a partition takes the rules of the whole');
is(value(qq{SELECT confiture.keep('visits_1', 'remark'); $visits}), "\nsaw a doctor", 'or has its own');
$source->safe_psql('postgres', 'ALTER TABLE visits RENAME remark TO observed');
value(q{ALTER TABLE visits RENAME remark TO observed; SELECT confiture.drop_rule('visits_1', 'remark')});
like(error_of($visits), qr/renamed to observed.*set_rule\('public.visits', 'observed', 'redact'/s, 'a renamed column of the whole is noticed there too');
value('DROP TABLE visits');

# Documents, types that are looked through, and what the columns beside settle
$_->safe_psql('postgres', q{
	CREATE TYPE gender AS ENUM ('f', 'm', 'x'); CREATE TYPE email_kind AS ENUM ('work', 'home');
	CREATE TYPE pair AS (a integer, "E-Mail" text); CREATE TYPE size AS (width integer, height integer); CREATE DOMAIN email_address AS text;
	CREATE TABLE looks (id integer, d json, t tsvector, x xml, g gender, gs gender[], k email_kind, p pair, ps pair[], s size, ss size[], v email_address,
		lat real, long real, userpassword text, creditcardid integer, hmac_key text);
	CREATE TABLE breeds (id integer, code text, name text, description text); CREATE TABLE owners (id integer, name text)}) for $source, $target;
my $refused = q{SELECT string_agg(column_name, ' ' ORDER BY column_name) FROM confiture.plan('prod', '%s') WHERE action = 'refuse'};
is(value(sprintf $refused, 'looks'), 'd g gs hmac_key lat long p ps t userpassword v x', 'documents, and types that are looked through');
is(value(sprintf $refused, 'breeds'), '', 'a name in a lookup table is quiet');
is(value(sprintf $refused, 'owners'), 'name', 'one of persons is not');
value(q{DROP TABLE looks, breeds, owners});

# The extension is not part of a schema that a refresh may drop
is(value(q{BEGIN; DROP SCHEMA public CASCADE; SELECT count(*) FROM pg_extension WHERE extname = 'confiture'; ROLLBACK}), '1', 'DROP SCHEMA public leaves rules and key');

# Rules survive a dump, the key is not in it; rules of temporary tables could not be restored
my $temporary = $target->background_psql('postgres');
$temporary->query_safe(q{CREATE TEMPORARY TABLE passing (a text); SELECT confiture.keep('passing', 'a')});
$target->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/dump", $target->connstr('postgres') ], 'pg_dump');
$target->command_ok([ 'pg_restore', '-f', "$dir/dump.sql", "$dir/dump" ], 'as a script');
my $script = slurp_file("$dir/dump.sql");
unlike($script, qr/$shared/i, 'the masking key is not in the dump');
unlike($script, qr/masking_key/, 'nor its table');
like($script, qr/COPY confiture\.rule /, 'the rules are');
$temporary->quit;
value(q{SELECT confiture.drop_rule(relation, column_name) FROM confiture.rules WHERE problem = 'the table is gone'});
$target->safe_psql('postgres', 'CREATE DATABASE restored');
$target->command_ok([ 'pg_restore', '-e', '-d', $target->connstr('restored'), "$dir/dump" ], 'pg_restore into a new database');
my $rule_rows = q{SELECT relation::text, column_name, strategy, options, set_by, problem FROM confiture.rules};
is(ConfitureTest::digest($target, $rule_rows, 'restored'), ConfitureTest::digest($target, $rule_rows), 'the rules are back');
is($target->safe_psql('restored', 'SELECT count(*) FROM confiture.masking_key'), '1', 'there is a key');
isnt($target->safe_psql('restored', 'SELECT confiture.key_id()'), $id, 'a new one');
is($target->safe_psql('restored', $sync), '500', 'and the restored target syncs');

# SQL functions return what the stream writes: every strategy and type, both formats.
my @masks = (
	[ 'text', 'hash', '{}' ], [ 'text', 'hash', '{"length": 20}' ], [ 'text', 'email', '{}' ], [ 'text', 'email', '{"domain": "masked.invalid"}' ],
	[ 'text', 'name', '{}' ], [ 'text', 'first_name', '{}' ], [ 'text', 'last_name', '{}' ], [ 'text', 'phone', '{}' ],
	[ 'text', 'redact', '{}' ], [ 'text', 'redact', '{"text": "a\\\\b\\tc"}' ], [ 'text', 'null', '{}' ], [ 'text', 'constant', '{"value": "x\\ny"}' ],
	[ 'text', 'partial', '{}' ], [ 'text', 'partial', '{"first": 1, "last": 1, "mask": "\\u00b7"}' ], [ 'text', 'hash', '{"masking_domain": "elsewhere"}' ],
	[ 'varchar(200)', 'email', '{}' ], [ 'varchar', 'name', '{}' ], [ 'name', 'partial', '{}' ], [ 'uuid', 'hash', '{}' ],
	[ 'smallint', 'hash', '{}' ], [ 'integer', 'hash', '{}' ], [ 'bigint', 'hash', '{}' ]);
my %inputs = (
	text => q{(ARRAY['Jo Doe', 'jo@shop.test', '+49 170 1234567', '', E'tab\there', E'back\\\\slash', E'line\nbreak', 'Zoë Ünïcode 北京', '\N', NULL, repeat('long ', 300), i::text])[i % 12 + 1]},
	uuid => q{CASE WHEN i % 7 > 0 THEN md5(i::text)::uuid END},
	smallint => q{(i * 131 - 32768)::smallint}, integer => q{i * 1000003 - 250000000}, bigint => q{(i - 250) * 10000000000000});
$inputs{varchar} = $inputs{text};
$inputs{'varchar(200)'} = $inputs{text} =~ s/repeat\('long ', 300\)/repeat('long ', 30)/r;
$inputs{name} = $inputs{text} =~ s/repeat\('long ', 300\)/repeat('long ', 5)/r;
my (@definition, @values, @function, @rules);
foreach my $n (0 .. $#masks)
{
	my ($type, $strategy, $options) = @{ $masks[$n] };
	push @definition, "c$n $type";
	push @values, "$inputs{$type} AS c$n";
	my $argument = $type =~ /^(uuid|smallint|integer|bigint)$/ ? "c$n" : "c${n}::text";
	push @function, "confiture.$strategy($argument, E'" . ($options =~ s/\\/\\\\/gr) . "')";
	push @rules, "\"c$n\": " . ($options eq '{}' ? qq{"$strategy"} : '{"strategy": "' . $strategy . '", ' . substr($options, 1));
}
my $table = join ', ', @definition;
my $inline = 'E\'{' . (join(', ', @rules) =~ s/\\/\\\\/gr) . '}\'';
$source->safe_psql('postgres', "CREATE TABLE masks (i integer PRIMARY KEY, $table); INSERT INTO masks SELECT i, " . join(', ', @values) . ' FROM generate_series(1, 499) i');
value("CREATE TABLE plain_masks (i integer PRIMARY KEY, $table); CREATE TABLE masks (LIKE plain_masks)");
value(q{SELECT confiture.sync_table('prod', 'plain_masks', source_relation => 'public.masks', policy => 'off')});
my $list = join ', ', map { "c$_" } 0 .. $#masks;
foreach my $format (qw(binary text))
{
	is(value("SELECT format FROM confiture.sync_table('prod', 'masks', rules => $inline, format => '$format')"), $format, "every strategy in $format");
	foreach my $n (0 .. $#masks)
	{
		is(value("SELECT count(*) FILTER (WHERE m.c$n IS NOT DISTINCT FROM ($function[$n])::$masks[$n][0]) FROM (SELECT * FROM masks) m JOIN (SELECT * FROM plain_masks) p USING (i)"
				=~ s/(confiture\.\w+\()(c\d+)/$1p.$2/r), '499', "$masks[$n][1]($masks[$n][0], $masks[$n][2]) gives the same, $format");
	}
}

# Roles that may read everything else cannot read the key
value(q{CREATE ROLE reader LOGIN; GRANT pg_read_all_data, loader TO reader});
is($target->safe_psql('postgres', 'SELECT count(*) FROM confiture.masking_key', extra_params => [ '-U', 'reader' ]), '0',
	'a member of pg_read_all_data sees no key');
like(error_of('SELECT * FROM confiture.masking_key', 'loader'), qr/42501: permission denied/, 'nor does the owner of synced tables');
like(error_of(q{SELECT confiture.set_key('\x' || repeat('00', 32))}, 'loader'), qr/42501|42883/, 'who cannot set one either');

# A table recreated by a restore or a migration keeps its rules: the guard might not recognise what they mask.
$_->safe_psql('postgres', 'CREATE TABLE remade (id integer, detail text)') for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO remade VALUES (1, 'Jo Doe of Shop Street')});
$target->safe_psql('postgres', q{SELECT confiture.set_rule('remade', 'detail', 'hash'); DROP TABLE remade; CREATE TABLE remade (id integer, detail text)});
value(q{SELECT rows FROM confiture.sync_table('prod', 'remade')});
is(value(q{SELECT detail ~ '^[0-9a-f]{64}$' FROM remade}), 't', 'a recreated table is masked by the rules of its name');

done_testing();
