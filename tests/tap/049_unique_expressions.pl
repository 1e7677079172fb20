# Unique indexes that see their columns through expressions, generated columns or conditions: a mask that keeps values apart
# keeps them so in the column itself, and not in whatever an index makes of it.
use strict;
use warnings;

use ConfitureTest;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
my $policy = q{policy => 'off'};

sub here { return $target->safe_psql('postgres', $_[0]) }
sub there { return $source->safe_psql('postgres', $_[0]) }

my $table = q{CREATE TABLE person (id int PRIMARY KEY, email text, code varchar(60), number int, active boolean)};
there(qq{$table; INSERT INTO person SELECT i, 'user' || i || '\@home.test', 'code' || i, i, i % 2 = 0 FROM generate_series(1, 3000) i;
	INSERT INTO person VALUES (0, '', '', 0, false)});

# Makes the table here with an index, masks a column and syncs. Returns what is said.
sub sync_with
{
	my ($index, $column, $mask, $statement) = @_;
	here("DROP TABLE IF EXISTS person; $table");
	here($index);
	my (undef, $out, $err) = $target->psql('postgres',
		qq{SELECT rows FROM confiture.sync_table('prod', 'person', rules => '{"$column": "$mask"}', $policy)});
	return "$out$err";
}
my $refused = qr/cannot sync public\.person: 1 problem.*is in an expression or condition of the (?:unique index|exclusion constraint) \w+, to which different masked values may be equal/s;

# ---- Expressions that tell all values apart

for (
	'CREATE UNIQUE INDEX ON person (email)',
	'CREATE UNIQUE INDEX ON person (lower(email))',
	'CREATE UNIQUE INDEX ON person (md5(email))',
	q{CREATE UNIQUE INDEX ON person ((active::text || '-' || email))},
	q{CREATE UNIQUE INDEX ON person (coalesce(email, 'none'))},
	'CREATE UNIQUE INDEX ON person ((CASE WHEN active THEN email END))',
	q{CREATE UNIQUE INDEX ON person (email) WHERE email <> ''},
	'CREATE UNIQUE INDEX ON person (email) WHERE email IS NOT NULL AND active',
	'CREATE UNIQUE INDEX ON person (left(email, 8), id)',
	'CREATE UNIQUE INDEX ON person (left(code, 4), (number % 2), lower(email))',
	'ALTER TABLE person ADD lowered text GENERATED ALWAYS AS (lower(email)) STORED UNIQUE',
	'ALTER TABLE person ADD EXCLUDE USING hash (email WITH =)')
{
	like(sync_with($_, email => 'email'), qr/^3001$/, "taken: $_");
}
like(sync_with('CREATE UNIQUE INDEX ON person (upper(code))', code => 'hash'), qr/^3001$/, 'varchar');
like(sync_with('CREATE UNIQUE INDEX ON person ((number::bigint))', number => 'hash'), qr/^3001$/, 'numbers');

# ---- Those that do not

for (
	'CREATE UNIQUE INDEX ON person (left(email, 13)) WHERE id < 0',
	'CREATE UNIQUE INDEX ON person (left(email, 8)) WHERE id < 0',
	'CREATE UNIQUE INDEX ON person (split_part(email, chr(64), 2), number)',
	'CREATE UNIQUE INDEX ON person (lower(left(email, 8)), number)',
	'CREATE UNIQUE INDEX ON person ((length(email)), number)',
	'CREATE UNIQUE INDEX ON person (number) WHERE email LIKE $$user%$$',
	'CREATE UNIQUE INDEX ON person ((CASE WHEN email LIKE $$user%$$ THEN number END))',
	'CREATE UNIQUE INDEX ON person ((email::varchar(8)), number)',
	'ALTER TABLE person ADD short text GENERATED ALWAYS AS (left(email, 8)) STORED; ALTER TABLE person ADD UNIQUE (short, number)',
	'ALTER TABLE person ADD short text GENERATED ALWAYS AS (left(email, 8)) STORED; CREATE UNIQUE INDEX ON person (lower(short), number)')
{
	like(sync_with($_, email => 'email'), $refused, "refused: $_");
}
like(sync_with('CREATE UNIQUE INDEX ON person ((number % 1000000))', number => 'hash'), $refused, 'numbers');
like(sync_with('ALTER TABLE person ADD EXCLUDE USING gist (int4range(number, number + 1) WITH &&)', number => 'hash'), $refused, 'ranges that must not overlap');
like(sync_with('CREATE UNIQUE INDEX ON person (number) WHERE email IS NULL', email => 'null'),
	qr/\(masked with null\) is under the unique index person_number_idx, and masked values could collide/, 'NULLs that put all rows into an index');
like(sync_with(q{CREATE UNIQUE INDEX ON person (coalesce(email, 'none'))}, email => 'null'), qr/\(masked with null\) is under the unique index/, 'or become one value');
like(sync_with('CREATE UNIQUE INDEX ON person (number) WHERE email IS NOT NULL', email => 'email'), qr/^3001$/, 'but others do not');
like(sync_with('CREATE UNIQUE INDEX ON person (email)', email => 'null'), qr/^3001$/, 'nor in a plain index');

# ---- In a run, and of partitions

here(q{DROP TABLE person; CREATE TABLE person (id int PRIMARY KEY, email text, code varchar(60), number int, active boolean) PARTITION BY RANGE (id);
	CREATE TABLE person_1 PARTITION OF person DEFAULT; CREATE UNIQUE INDEX person_1_email ON person_1 (left(email, 8))});
ConfitureTest::fails_like($target, qq{CALL confiture.sync('prod', rules => '{"public.person": {"email": "email"}}', $policy)},
	[qr/public\.person: email \(masked with email\) is in an expression or condition of the unique index person_1_email/], 'a run');

done_testing();
