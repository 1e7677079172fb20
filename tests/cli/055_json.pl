# The output of sync and resume with --json conforms to docs/reference/run.schema.json, however the run ends; exit codes.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my ($source, $target) = ConfitureTest::clusters();
$_->safe_psql('postgres', q{CREATE TABLE users (id integer PRIMARY KEY, email text);
	CREATE TABLE visits (id integer PRIMARY KEY, "user" integer REFERENCES users); CREATE TABLE limited (id integer PRIMARY KEY)}) for $source, $target;
$source->safe_psql('postgres', q{INSERT INTO users SELECT i, 'u' || i || '@home.test' FROM generate_series(1, 100) i;
	INSERT INTO visits SELECT i, i FROM generate_series(1, 100) i; INSERT INTO limited VALUES (1), (100)});
my $schema = JSON::PP->new->decode(slurp_file('docs/reference/run.schema.json'));

# Validates the part of JSON Schema that the file uses. Returns the violations.
sub mistakes
{
	my ($value, $against, $at) = @_;
	my $type = !defined $value ? 'null' : ref $value eq 'HASH' ? 'object' : ref $value eq 'ARRAY' ? 'array' : JSON::PP::is_bool($value) ? 'boolean'
	  : JSON::PP->new->allow_nonref->encode($value) =~ /^"/ ? 'string' : $value =~ /^-?\d+$/ ? 'integer' : 'number';
	my @types = map { $_, ($_ eq 'number' ? 'integer' : ()) } ref $against->{type} ? @{ $against->{type} } : $against->{type} // ();
	return "$at is $type" if @types && !grep { $_ eq $type } @types;
	return "$at is $value" if $against->{enum} && !grep { $_ eq $value } @{ $against->{enum} };
	return map { mistakes($value->[$_], $against->{items}, "$at\[$_]") } 0 .. $#$value if $type eq 'array';
	return if $type ne 'object';
	my @all = map { exists $value->{$_} ? () : "$at.$_ is missing" } @{ $against->{required} // [] };
	foreach my $name (sort keys %$value)
	{
		my $known = $against->{properties}{$name} // $against->{additionalProperties};
		push @all, ref $known eq 'HASH' ? mistakes($value->{$name}, $known, "$at.$name") : "$at.$name is not in the schema";
	}
	return @all;
}
is(join(', ', mistakes({ run_id => 'x', state => 'well', exit_code => 0, more => 1 }, $schema, 'run')),
	'run.error is missing, run.more is not in the schema, run.run_id is string, run.state is well', 'the checker checks');

sub ends
{
	my ($arguments, $code, $state, $test_name) = @_;
	my ($status, $stdout, $stderr) = ClientTest::run($target, [ @$arguments, '--json' ]);
	my $run = eval { JSON::PP->new->utf8->decode($stdout) } // return fail("$test_name: $stdout$stderr");
	is(join(', ', mistakes($run, $schema, 'run')), '', "$test_name: as in the schema");
	like("$status $run->{exit_code} $run->{state}", qr/^$code $code (?:$state)$/, $test_name) or diag "$stdout$stderr";
	return $run;
}

ends(['sync'], 5, 'refused', 'refused by the guard');
$target->safe_psql('postgres', q{SELECT confiture.set_rule('users', 'email', 'email')});
my $run = ends(['sync'], 0, 'done', 'done');
is("@{ [ map { $_->{relation} } @{ $run->{relations} } ] } $run->{foreign_keys}[0]{action}", 'public.limited public.users public.visits verified', 'with its tables and keys');
is_deeply($run->{relations}[1]{columns}, { id => 'pass', email => 'email' }, 'and columns');
ends([qw(sync --atomic users visits)], 0, 'done', 'in one transaction');
$target->safe_psql('postgres', 'DELETE FROM limited WHERE id = 100; ALTER TABLE limited ADD CHECK (id < 50)');
like(ends([qw(sync limited)], 1, 'failed', 'failed')->{error}{message}, qr/check constraint/, 'says why');
ends([qw(sync limited --atomic)], 1, 'failed', 'failed in one transaction');
my ($atomic) = @{ ClientTest::json($target, [qw(runs --last 1)]) };
is(scalar(() = ClientTest::exits($target, [ 'runs', $atomic->{run_id} ], 0, qr/^public\.limited /m, 'shown') =~ /check constraint/g), 1, 'says so once');
like(ends([qw(sync --on-error continue)], 4, 'partial', 'partial')->{relations}[0]{error}, qr/check constraint/, 'says which and why');
my ($partial) = @{ ClientTest::json($target, [qw(runs --last 1)]) };
ClientTest::exits($target, [ 'runs', $partial->{run_id} ], 0, qr/^public\.limited +failed .*\n\npublic\.limited: .*check constraint/ms, 'for people below the tables');
ends(['resume'], 4, 'partial', 'no better when resumed');
ends([ 'sync', '--filter', 'users=id < 50', 'users' ], 1, 'failed', 'a foreign key that leads nowhere')->{foreign_keys}[0]{violations} == 51 or fail('violations');
ends([qw(sync users visits --on-fk-violation delete --filter), 'users=id < 50'], 0, 'done', 'what it leads from is deleted');
is($target->safe_psql('postgres', 'SELECT count(*) FROM visits'), '49', 'so');
ends([qw(sync --detach users visits)], 0, 'queued|running', 'in the background');
ClientTest::exits($target, [qw(status --watch)], 0, qr/./s, 'until it is over');

# Rules for one run
my $rules = ClientTest::write_file(PostgreSQL::Test::Utils::tempdir() . '/rules.yaml', "tables:\n  users:\n    columns: {email: {strategy: redact, text: nobody}}\n    filter: id <= 7\n");
ends([ qw(sync users --on-fk-violation report --rules), $rules ], 0, 'done', 'with a rules file for this run');
is($target->safe_psql('postgres', 'SELECT DISTINCT email, count(*) FROM users GROUP BY 1'), 'nobody|7', 'masked by it');
$_->safe_psql('postgres', q{CREATE TABLE "a=b" (id integer)}) for $source, $target;
ends([ qw(sync "a=b" --filter), '"a=b"=id < 7' ], 0, 'done', 'a table with = in its name');
ClientTest::exits($target, [qw(sync --filter users)], 2, qr/TABLE=CONDITION/, 'a filter without a condition');
ClientTest::exits($target, [qw(sync --filter nothing=true)], 2, qr/no table nothing/, 'or a table');
ClientTest::exits($target, [qw(sync --atomic --detach)], 2, qr/exclude each other/, 'what does not go together');

# Servers that are gone
$source->stop;
ends([qw(sync users)], 3, 'failed', 'no source');
ClientTest::exits($target, [qw(runs --state superseded --table limited --since yesterday)], 0, qr/^ *\d+ .*superseded.*\n\z/m, 'runs, filtered');
is(scalar(@{ ClientTest::json($target, [qw(runs --state cancelled)]) }), 0, 'by state');
is(scalar(@{ ClientTest::json($target, [qw(runs --since tomorrow)]) }), 0, 'by time');
$target->stop;
ClientTest::exits($target, [qw(sync users)], 3, qr/cannot connect to the target/, 'no target');

done_testing();
