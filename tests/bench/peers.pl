# usage: perl tests/bench/peers.pl WORK SOURCE_PORT TARGET_PORT
#
# Runs what peers.sh has prepared: see there.
use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use POSIX ();
use Time::HiRes qw(time sleep);

my ($work, $source_port, $target_port) = @ARGV;
my $rounds = $ENV{ROUNDS} // 5;
my $relay_port = 5591;
my $ticks = POSIX::sysconf(POSIX::_SC_CLK_TCK());
my @shapes = map { [split] } split /\n/, slurp("$work/shapes");
my $masks = '{"email": "email", "full_name": "name", "phone": "phone"}';
my $masked_columns = q{id, 'user_' || left(md5('key' || email), 12) || '@example.com' AS email, 'User ' || left(md5('key' || full_name), 8) AS full_name,
	'+1-555-' || left(translate(md5('key' || phone), 'abcdef', '012345'), 7) AS phone, address, created_at, balance} =~ s/\s+/ /gr;

# The source's host and port as all tools are given them: its socket, or for one round the relay that counts.
my ($host, $port) = ($work, $source_port);

sub slurp { open(my $file, '<', $_[0]) or return ''; local $/; return <$file> // '' }
sub write_file { my ($path, $text) = @_; open(my $file, '>', $path) or die "$path: $!"; print $file $text; close $file; return }
sub target { my ($sql) = @_; return "psql -Xqw -v ON_ERROR_STOP=1 -h $work -p $target_port -U bench -d postgres -c " . quoted($sql) }
sub source { my ($sql) = @_; return "psql -Xqw -v ON_ERROR_STOP=1 -h $host -p $port -U bench -d postgres -c " . quoted($sql) }
sub quoted { my ($text) = @_; return q{'} . $text =~ s/'/'\\''/gr . q{'} }
sub run { my ($command) = @_; return system('bash', '-c', "set -o pipefail; { $command; } >> $work/tools.log 2>&1") == 0 }
sub installed { my ($program) = @_; return grep { -x "$_/$program" } split /:/, $ENV{PATH} }

# Each: name, what it copies by, and whether it masks. A code reference returns the shell command.
sub pipe_of { my ($query, $table, $options) = @_; return source("COPY $query TO STDOUT $options") . ' | ' . target("COPY $table FROM STDIN $options") }
my @tools = (
	[ 'Confiture', sub { target("SELECT rows FROM confiture.sync_table('prod', '$_[0]', policy => 'off')") } ],
	[ 'Confiture, run of 2 jobs', sub { target("CALL confiture.sync('prod', '{public.$_[0]}', policy => 'off', analyze_tables => false, jobs => 2)") } ],
	[ 'psql | psql, text', sub { pipe_of(@_[0, 0], '') } ],
	[ 'psql | psql, binary', sub { pipe_of(@_[0, 0], '(FORMAT binary)') } ],
	[ 'pg_dump | psql', sub { "pg_dump -h $host -p $port -U bench --data-only -t $_[0] postgres | psql -Xq -h $work -p $target_port -U bench postgres" } ],
	[ 'pg_dump -Fd -j2 | pg_restore -j2', sub { "rm -rf $work/dump; pg_dump -h $host -p $port -U bench -Fd -j2 -Z0 --data-only -t $_[0] -f $work/dump postgres; "
		. "pg_restore -h $work -p $target_port -U bench --data-only -j2 -d postgres $work/dump" } ],
	[ 'postgres_fdw', sub { target("INSERT INTO $_[0] SELECT * FROM fdw.$_[0]") } ],
	[ 'logical replication', sub { target("CREATE SUBSCRIPTION bench CONNECTION 'host=$host port=$port user=bench dbname=postgres' PUBLICATION bench")
		. '; ' . target(q{DO $$BEGIN WHILE EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate NOT IN ('r', 's')) LOOP PERFORM pg_sleep(0.01); END LOOP; END$$}) . '; '
		. target('DROP SUBSCRIPTION bench') } ],
	[ 'Confiture, 3 masks', sub { target("SELECT rows FROM confiture.sync_table('prod', '$_[0]', policy => 'off', rules => '$masks')") }, 1 ],
	[ 'psql | psql, binary, masks in SQL', sub { pipe_of("(SELECT $masked_columns FROM $_[0])", $_[0], '(FORMAT binary)') }, 1 ],
);
my $pgcopydb = $ENV{BENCH_PGCOPYDB} // 'pgcopydb';
splice @tools, 6, 0, [ 'pgcopydb', sub {
	write_file("$work/filter", "[include-only-table]\npublic.$_[0]\n");
	"rm -rf $work/pgcopydb; TMPDIR=$work XDG_DATA_HOME=$work $pgcopydb copy table-data --dir $work/pgcopydb --filters $work/filter --table-jobs 2"
		. " --source 'host=$host port=$port user=bench dbname=postgres' --target 'host=$work port=$target_port user=bench dbname=postgres'" } ]
	if $ENV{BENCH_PGCOPYDB} || installed('pgcopydb');
if ($ENV{BENCH_PGCLONE})
{
	my $clone = sub { my ($table, $more) = @_; return target("SELECT pgclone.table('host=$host port=$port user=bench dbname=postgres', 'public', '$table', true$more)") };
	splice @tools, 6, 0, [ 'pgclone', sub { $clone->($_[0], '') } ];
	push @tools, [ 'pgclone, 3 masks', sub { $clone->($_[0], ", '$_[0]', '{\"mask\": $masks}'") }, 1 ];
}
foreach my $other (qw(ANONYMIZER PGSYNC PG_ANON PYTHON_CONFITURE))
{
	my $command = $ENV{"BENCH_$other"} // next;
	push @tools, [ lc($other) =~ tr/_/ /r, sub { "export TABLE=$_[0] SOURCE_URL='postgresql://bench\@/postgres?host=$host&port=$port' "
		. "TARGET_URL='postgresql://bench\@/postgres?host=$work&port=$target_port'; $command" }, 1 ];
}

# ---- processes

# CPU seconds of all that the postmaster started, ended or not, and of those it waits for.
sub processes_of
{
	my ($cluster) = @_;
	my ($pid) = slurp("$work/$cluster/postmaster.pid") =~ /^(\d+)/;
	return $pid, map { my ($child) = m{/proc/(\d+)/}; (slurp($_) =~ /^.*\) \S (\d+)/ ? $1 : 0) == $pid ? $child : () } glob('/proc/[0-9]*/stat');
}
sub cpu_of
{
	my ($postmaster, @children) = processes_of($_[0]);
	my $sum = 0;
	foreach my $pid ($postmaster, @children)
	{
		my @fields = split ' ', slurp("/proc/$pid/stat") =~ s/^.*\) //r;
		$sum += $_ // 0 foreach @fields[ $pid == $postmaster ? (11 .. 14) : (11, 12) ];
	}
	return $sum / $ticks;
}
# Megabytes of private memory that they hold, above what a cluster at rest has.
sub memory_of { my $sum = 0; foreach my $pid (processes_of($_[0])) { $sum += $1 / 1024 if slurp("/proc/$pid/status") =~ /^RssAnon:\s+(\d+)/m } return $sum }

sub measure
{
	my ($tool, $table) = @_;
	run(target("TRUNCATE $table CASCADE") . '; ' . target('CHECKPOINT')) or die 'cannot empty the table';
	my $command = $tool->[1]->($table);
	my %before = map { $_ => cpu_of($_) } qw(source target);
	my $rest = memory_of('target');
	my @times = times;
	my ($started, $peak) = (time, $rest);
	my $pid = fork // die $!;
	if ($pid == 0) { exec 'bash', '-c', "set -eo pipefail; { $command; } >> $work/tools.log 2>&1" or die $! }
	while (waitpid($pid, POSIX::WNOHANG()) == 0)
	{
		sleep 0.04;
		my $now = memory_of('target');
		$peak = $now if $now > $peak;
	}
	my ($failed, $wall) = ($?, time - $started);
	my @after = times;
	return if $failed;
	sleep 0.02;    # the last backend ends
	return { wall => $wall, source => cpu_of('source') - $before{source}, target => cpu_of('target') - $before{target},
		tool => abs($after[2] + $after[3] - $times[2] - $times[3]), memory => $peak - $rest };
}

# ---- bytes

# Bytes that the source sends and receives while a tool copies: a relay in between counts, and nothing else is measured.
sub bytes_of
{
	my ($tool, $table) = @_;
	run(target("TRUNCATE $table CASCADE"));
	my $listener = IO::Socket::INET->new(Listen => 50, LocalAddr => '127.0.0.1', LocalPort => $relay_port, ReuseAddr => 1) or die $!;
	pipe(my $reader, my $writer) or die $!;
	my $pid = fork // die $!;
	if ($pid == 0)
	{
		my ($bytes, $stop, %other) = (0, 0);
		local $SIG{TERM} = sub { $stop = 1 };
		my $select = IO::Select->new($listener);
		until ($stop)
		{
			foreach my $from ($select->can_read(0.2))
			{
				if ($from == $listener)
				{
					my $client = $listener->accept or next;
					my $server = IO::Socket::UNIX->new(Peer => "$work/.s.PGSQL.$source_port") or next;
					@other{ $client, $server } = ($server, $client);
					$select->add($client, $server);
					next;
				}
				my $to = $other{$from} or next;
				my $n = sysread $from, my $buffer, 65536;
				if (!$n) { $select->remove($from, $to); delete @other{ $from, $to }; close $_ foreach $from, $to; next }
				$bytes += $n;
				for (my $at = 0; $at < $n;) { $at += (syswrite($to, $buffer, $n - $at, $at) // last) }
			}
		}
		print $writer $bytes;
		close $writer;
		POSIX::_exit(0);
	}
	close $listener;
	close $writer;
	my ($own_host, $own_port) = ($host, $port);
	($host, $port) = ('127.0.0.1', $relay_port);
	run(target("ALTER SERVER prod OPTIONS (SET host '$host', SET port '$port'); ALTER SERVER fdw OPTIONS (SET host '$host', SET port '$port')"));
	my $done = run('set -e; ' . $tool->[1]->($table));
	($host, $port) = ($own_host, $own_port);
	run(target("ALTER SERVER prod OPTIONS (SET host '$host', SET port '$port'); ALTER SERVER fdw OPTIONS (SET host '$host', SET port '$port')"));
	kill 'TERM', $pid;
	my $bytes = <$reader>;
	waitpid $pid, 0;
	return $done ? $bytes : undef;
}

# ---- report

sub figures
{
	my @sorted = sort { $a <=> $b } @_;
	return { minimum => $sorted[0], quartile => $sorted[ int((@sorted + 3) / 4) - 1 ], median => $sorted[ int((@sorted + 1) / 2) - 1 ] };
}

my $cpu_model = slurp('/proc/cpuinfo') =~ /^model name\s*: (.*)$/m ? $1 : 'unknown';
my $n_cpus = () = slurp('/proc/cpuinfo') =~ /^processor/mg;
my %report = (machine => "$n_cpus x $cpu_model", kernel => (POSIX::uname())[2], postgresql => `psql --version` =~ /([\d.]+)/ ? $1 : '', rounds => $rounds + 0, tables => []);
my $markdown = "$report{machine}, Linux $report{kernel}, PostgreSQL $report{postgresql}; $rounds rounds in which all took turns.\n";
my $svg = '';
my $y = 0;

foreach my $shape (@shapes)
{
	my ($table, $rows) = @$shape;
	run(source("ALTER PUBLICATION bench SET TABLE $table"));
	my @here = grep { !$_->[2] || $table eq 'users' } @tools;
	my (%values, %bytes);
	foreach my $round (1 .. $rounds)
	{
		foreach my $tool (@here)
		{
			my $result = measure($tool, $table) // next;
			push @{ $values{ $tool->[0] }{$_} }, $result->{$_} foreach keys %$result;
			push @{ $values{ $tool->[0] }{cpu} }, $result->{source} + $result->{target} + $result->{tool};
		}
	}
	$bytes{ $_->[0] } = bytes_of($_, $table) foreach @here;
	my %found = map { my $name = $_; $name => { map { $_ => figures(@{ $values{$name}{$_} }) } keys %{ $values{$name} } } } keys %values;
	push @{ $report{tables} }, { table => $table, rows => $rows + 0, tools => \%found, bytes => \%bytes };
	my $own = $found{Confiture};
	$markdown .= "\n**$table**, $rows rows\n\n| | s, minimum | quartile | median | ratio | CPU s: source | target | tool | ratio of target | MB of memory | bytes/row |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
	my ($slowest) = sort { $b <=> $a } map { $_->{wall}{minimum} } values %found;
	$svg .= sprintf qq{<text x="0" y="%d" font-weight="bold">%s, %d rows: seconds, minimum of %d</text>\n}, $y += 24, $table, $rows, $rounds;
	foreach my $name (map { $_->[0] } @here)
	{
		my ($it, $title) = ($found{$name}, $name =~ s/\|/\\|/gr);
		if (!$it) { $markdown .= "| $title | failed |\n"; next }
		$markdown .= sprintf "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.0f | %s |\n", $title, @{ $it->{wall} }{qw(minimum quartile median)},
			$it->{wall}{minimum} / $own->{wall}{minimum}, (map { $it->{$_}{minimum} } qw(source target tool)), $it->{target}{minimum} / ($own->{target}{minimum} || 0.01),
			$it->{memory}{median}, defined $bytes{$name} ? int($bytes{$name} / $rows + 0.5) : '?';
		$svg .= sprintf qq{<text x="230" y="%d" text-anchor="end">%s</text><rect x="240" y="%d" width="%.0f" height="12" fill="%s"/><text x="%.0f" y="%d">%.2f</text>\n},
			$y += 17, $name =~ s/&/&amp;/gr =~ s/</&lt;/gr, $y - 10, 400 * $it->{wall}{minimum} / $slowest, $name =~ /^Confiture/ ? '#c0392b' : '#95a5a6',
			246 + 400 * $it->{wall}{minimum} / $slowest, $y, $it->{wall}{minimum};
	}
}
mkdir 'out';
write_file('out/bench.json', JSON::PP->new->canonical->pretty->encode(\%report));
write_file('out/bench.md', $markdown);
$y += 12;
write_file('out/bench.svg', qq{<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 0 720 $y" font-family="sans-serif" font-size="12">\n$svg</svg>\n});
print $markdown;
print "build/out/: bench.json, bench.svg, bench.md; what the tools said: $work/tools.log\n" if grep { !defined } map { values %{ $_->{bytes} } } @{ $report{tables} };
