# Servers and extensions that are incompatible with the client: it reports the versions and the remedy, and changes nothing.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use PostgreSQL::Test::Utils;
use Relay;
use Test::More;

my $version = ConfitureTest::version();
my $series = $version =~ s/\.\d+$//r;
my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir();
$_->safe_psql('postgres', q{CREATE TABLE t (id integer); CREATE ROLE walker SUPERUSER LOGIN PASSWORD 'it is me'}) for $source, $target;
ClientTest::write_file("$dir/password", "it is me\n");
chmod 0600, "$dir/password";
my @init = ('init', 'postgresql://walker@127.0.0.1:' . $source->port . '/postgres', '--password-file', "$dir/password", '-s', 'prod');
sub value { return $target->safe_psql('postgres', $_[0]) }

# An older extension whose update is available
(my $share = `pg_config --sharedir`) =~ s/\n//;
my $update = ClientTest::write_file("$share/extension/confiture--0.0.9--$version.sql", "COMMENT ON SCHEMA confiture IS 'updated';\n");
value(q{UPDATE pg_extension SET extversion = '0.0.9' WHERE extname = 'confiture'});
my $old = qr/database postgres has the extension confiture 0\.0\.9, and this client is of version \Q$version\E/;
ClientTest::exits($target, $_, 2, qr/$old\nHINT: .*ALTER EXTENSION confiture UPDATE TO '\Q$version\E';/, "an older extension: @$_") for ['runs'], ['sync'], [qw(rules list)];
ClientTest::exits($target, ['check'], 2, qr/^ok       target: .*^failed   extension: the $old\..*UPDATE TO '\Q$version\E'/ms, 'check says so among what it found');
ClientTest::exits($target, \@init, 2, qr/ALTER EXTENSION confiture UPDATE TO '\Q$version\E';\n.*cannot ask for confirmation/s, 'init would update it');
ClientTest::exits($target, [ @init, '--yes' ], 0, qr/The source answers/, 'and does');
is(value(q{SELECT extversion || ' ' || obj_description('confiture'::regnamespace) FROM pg_extension WHERE extname = 'confiture'}), "$version updated", 'the extension is updated');
unlink $update;

# A newer one; another patch
value(q{UPDATE pg_extension SET extversion = '9.0.0' WHERE extname = 'confiture'});
ClientTest::exits($target, ['runs'], 2, qr/has the extension confiture 9\.0\.0, and this client is of version \Q$version\E/, 'a newer extension');
value("UPDATE pg_extension SET extversion = '$series.77' WHERE extname = 'confiture'");
ClientTest::exits($target, ['runs'], 0, qr/^run\s+source/, 'another patch goes with the client');
ClientTest::exits($target, ['check'], 0, qr/^warning  extension: confiture \Q$series\E\.77, while this client is \Q$version\E$/m, 'and check mentions it');
value("UPDATE pg_extension SET extversion = '$version' WHERE extname = 'confiture'");

# A server without the extension's files
my $bare = ClientTest::bare_cluster();
my $missing = qr/server does not have the files of the extension confiture \Q$version\E\nHINT: Install them there/;
ClientTest::exits($bare, [ @init, '--yes' ], 2, $missing, 'no files of the extension');
ClientTest::exits($bare, ['check'], 2, qr/^failed   extension: the database postgres does not have the extension confiture\. "confiture init" sets it up\.$/m, 'check, without an extension');
$bare->safe_psql('postgres', q{INSERT INTO pg_extension SELECT (oid::bigint + 1000000)::oid, 'confiture', extowner, extnamespace, false, '0.0.9' FROM pg_extension});
ClientTest::exits($bare, [ @init, '--yes' ], 2, qr/has the extension confiture 0\.0\.9.*HINT: Install the extension of version \Q$version\E in the target's server and run ALTER EXTENSION confiture UPDATE, or use version 0\.0\.9 of the client\./s, 'nor for an update');
$bare->stop;

# A target that is too old
my $relay = Relay->start($target->port, announce => 11);
my %old = (env => { PGHOST => '127.0.0.1', PGPORT => $relay->{port}, PGUSER => 'walker', PGPASSWORD => 'it is me' });
ClientTest::exits($target, $_, 2, qr/the target is PostgreSQL 11\S*.*, and confiture needs 15 or later/, "an old target: @$_", %old) for ['runs'], ['check'], [ @init, '--yes' ];
$relay->stop;

# A source that is too old
$relay = Relay->start($source->port, announce => 11);
ClientTest::exits($target, [ 'init', "postgresql://walker\@127.0.0.1:$relay->{port}/postgres", '--password-file', "$dir/password", '-s', 'old', '--yes' ], 1, qr/source server "old" is older than PostgreSQL 12/, 'an old source');
is(value(q{SELECT count(*) FROM pg_foreign_server WHERE srvname = 'old'}), '0', 'is not set up');
$relay->stop;

# A source that is newer than any pg_dump: nothing is created
$relay = Relay->start($source->port, announce => 99);
my @clone = ('clone', "postgresql://walker\@127.0.0.1:$relay->{port}/postgres", '--password-file', "$dir/password", '--yes', '--state', "$dir/state");
my $none = qr/no pg_dump for PostgreSQL 99\nHINT: Install the client programs of that version or a later one/;
ClientTest::exits($target, [ @clone, '-d', 'copy', '--create' ], 1, $none, 'no pg_dump that is new enough');
is(value(q{SELECT count(*) FROM pg_database WHERE datname = 'copy'}), '0', 'the database was not made');
value('CREATE DATABASE copy');
ClientTest::exits($target, [ @clone, '-d', 'copy' ], 1, $none, 'nor for a database there is');
is($target->safe_psql('copy', q{SELECT count(*) FROM pg_extension WHERE extname = 'confiture'}), '0', 'which stays as it is');
$relay->stop;

done_testing();
