# sync on a terminal (tmux): the view is drawn, adapts to the size of its window, and disappears at the end.
use strict;
use warnings;
use utf8;

use ClientTest;
use ConfitureTest;
use Encode;
use Test::More;
use Time::HiRes;

ClientTest::needs('tmux');

my ($source, $target) = ConfitureTest::clusters();
my $dir = $ENV{TESTDIR};
$_->safe_psql('postgres', q{CREATE TABLE customers (id integer PRIMARY KEY, filler text); CREATE TABLE orders (id integer PRIMARY KEY, filler text);
	CREATE TABLE small (id integer)}) for $source, $target;
$source->safe_psql('postgres', q{
	INSERT INTO customers SELECT i, repeat('x', 100) FROM generate_series(1, 40000) i;
	INSERT INTO orders SELECT i, repeat('x', 100) FROM generate_series(1, 30000) i;
	INSERT INTO small VALUES (1); ANALYZE});
# Rows in the middle of both tables wait for locks that the test holds.
$target->safe_psql('postgres', q{CREATE FUNCTION hold(integer, integer) RETURNS boolean LANGUAGE sql AS
		'SELECT CASE WHEN $1 = 20000 THEN pg_advisory_xact_lock_shared($2) IS NOT NULL ELSE true END';
	ALTER TABLE customers ADD CHECK (hold(id, 42)); ALTER TABLE orders ADD CHECK (hold(id, 43))});

my %environment = (ClientTest::environment($target), LC_ALL => 'C.UTF-8', TERM => 'xterm-256color');
my @tmux = ('tmux', '-S', "$dir/tmux", '-f', '/dev/null');
{
	local %ENV = (%ENV, %environment);
	delete $ENV{TMUX};
	system(@tmux, qw(new-session -d -x 90 -y 50 env PS1=$ bash --norc)) == 0 or die;
}
sub type { system(@tmux, 'send-keys', @_, 'Enter'); return }
sub picture { local $ENV{LC_ALL} = 'C.UTF-8'; return Encode::decode_utf8(scalar `@tmux capture-pane -p`) =~ s/\n+\z/\n/r }

# Waits until the screen matches.
sub shows
{
	my ($pattern, $test_name) = @_;
	my $picture = '';
	for (1 .. 600)
	{
		$picture = picture();
		last if $picture =~ $pattern;
		Time::HiRes::sleep(0.1);
	}
	like($picture, $pattern, $test_name);
	return $picture;
}

# One session holds both locks.
sub locks
{
	my $lock = $target->background_psql('postgres');
	$lock->query_safe('SELECT pg_advisory_lock(42), pg_advisory_lock(43)');
	return $lock;
}

my $lock = locks();
type('clear; confiture sync --jobs 2; echo exit $?');
my $bar = qr/━+╸?─+/;
my $row = sub { my ($name, $after) = @_; return qr/^$name\s+$bar\s+\d+%\s+[\d,]+ rows$after/m };
my $view = shows(qr/^run 1 · prod · \d of 3 tables(?: \(1 to come\))? · 0:\d\d · 2 workers\n@{[ $row->('public\.customers', '.*') ]}\n@{[ $row->('public\.orders', '.*') ]}\n@{[ $row->('total', '.*') ]}\nwaiting for a lock held by pid \d+, idle since /, 'a line for the run, for each table at work, for the total, and for the lock');
is(scalar(() = $view =~ /^total/gm), 1, 'drawn over itself');
mkdir 'out';
ClientTest::write_file('out/live_view.txt', Encode::encode_utf8($view));
system(@tmux, qw(resize-window -x 50 -y 50));
$view = shows(qr/^public\.orders\s.{0,30} rows(?:  0\/s)?$/m, 'a narrow window');
is(scalar(() = $view =~ /^total/gm), 1, 'has one view, too');
system(@tmux, qw(resize-window -x 8 -y 50));
$view = shows(qr/^run 1 …\n(?: *\d+%\n){3}\z/m, 'a very narrow one has percentages');
is(scalar(() = $view =~ /^run 1/gm), 1, 'once');
system(@tmux, qw(resize-window -x 90 -y 50));
shows($row->('total', '.*'), 'a wide one again');
# tmux tells the size up to a quarter of a second after it wrapped the lines anew: what is drawn in between leaves rows
# behind, which is not the matter of what follows.
system(@tmux, qw(send-keys -R));
shows(qr/\A\s*run 1 ·/, 'on an empty screen');

# Ctrl-C once. Without the locks the tables would be complete before it arrives.
type('C-c');
$view = shows(qr/^cancelling; press Ctrl-C again to leave.*^confiture: cancelled\nHINT: Finished work is kept\. To continue: confiture resume 1\nexit 130$/ms, 'Ctrl-C cancels and says how to resume');
unlike($view, qr/^total/m, 'the view is gone');
is(ClientTest::json($target, ['runs'])->[0]{state}, 'cancelled', 'the run is cancelled');
$lock->quit;

# Without colours, in ASCII, watched from elsewhere
$lock = locks();
type('clear; export NO_COLOR=1 LC_ALL=C; confiture resume 1; echo exit $?');
shows(qr/^run 1, prod, \d of 3 tables(?: \(1 to come\))?, .*^public\.customers\s+\[#*\.+\]\s+\d+%.*^total\s+\[#*\.+\]/ms, 'ASCII');
unlike(scalar(`@tmux capture-pane -p -e`), qr/\e\[[\d;]*m/, 'NO_COLOR');
$lock->quit;
shows(qr/^run 1: done, 3 tables, 70,001 rows, .*\nexit 0$/ms, 'the end');

# status --watch, and a detached run
$lock = locks();
type('clear; RUN=$(confiture sync -q --detach customers); echo started $RUN; confiture status --watch $RUN; echo exit $?');
shows(qr/^started 2\n.*^public\.customers\s+\[#*\.+\]/ms, '--detach returns, and --watch shows the run');
type('C-c');
shows(qr/^Run 2 continues\.\nexit 130$/m, 'Ctrl-C leaves it alone');
type('clear; confiture status --watch; echo exit $?');
shows(qr/^public\.customers\s+\[#*\.+\]/m, 'all there are');
$lock->quit;
shows(qr/^public\.customers: 40,000 rows in .*\nrun 2: done, 1 table, 40,000 rows, .*\nexit 0$/m, 'to their end');

# A terminal that cannot move its cursor gets lines, and --quiet gets none
type('clear; TERM=dumb confiture sync small; confiture sync -q small >/dev/null; echo exit $?');
shows(qr/^public\.small: 1 row in \d+ ms\nrun 3: done, 1 table, 1 row, .*\nexit 0$/m, 'lines');

# What is longer than the terminal is for the pager, what is wider is a list.
type('clear; PSQL_PAGER="wc -l" confiture strategies; echo exit $?');
shows(qr/\A[5-9]\d\nexit 0\n/, 'a pager gets it all');
type('clear; confiture preview customers -n 1; echo exit $?');
shows(qr/^row 1 +strategy +value\n(?:[- ]+\n)+id +pass +\d+\nfiller +pass +x+/m, 'a wide table');
system(@tmux, 'kill-server');

done_testing();
