# A relay for TCP connections that can be cut: a test puts it between target and source.
#
#   my $relay = Relay->start($source->port);
#   ... OPTIONS (host '127.0.0.1', port '$relay->{port}') ...
#   $relay->cut_all;
#   $relay->cut_one;
#
# With announce => 99 the server behind it claims to be PostgreSQL 99.
package Relay;

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use POSIX ();

sub start
{
	my ($class, $to_port, %options) = @_;
	my $listener = IO::Socket::INET->new(Listen => 50, LocalAddr => '127.0.0.1', Proto => 'tcp') or die $!;
	my $port = $listener->sockport;
	my $test = $$;
	my $pid = fork // die $!;
	$class->accept_forever($listener, $to_port, $test, %options) if $pid == 0;
	return bless { port => $port, pid => $pid }, $class;
}

sub cut_all { kill 'USR1', $_[0]{pid}; return }
sub cut_one { kill 'USR2', $_[0]{pid}; return }
sub stop { kill 'TERM', $_[0]{pid}; waitpid $_[0]{pid}, 0; return }

# One process per connection: a connection that does not accept its bytes must not hold up the others. The kernel closes the
# sockets of a killed process without notice to either side.
sub accept_forever
{
	my ($class, $listener, $to_port, $test, %options) = @_;
	my (%pumps, $cut);
	local $SIG{USR1} = sub { $cut = 'all' };
	local $SIG{USR2} = sub { $cut //= 'one' };
	local $SIG{TERM} = sub { kill 'KILL', keys %pumps; POSIX::_exit(0) };
	while (getppid == $test)
	{
		if (IO::Select->new($listener)->can_read(0.02) && (my $client = $listener->accept))
		{
			my $pid = fork // die $!;
			$class->pump($client, $to_port, %options) if $pid == 0;
			$pumps{$pid} = 1;
		}
		while ((my $gone = waitpid -1, POSIX::WNOHANG()) > 0) { delete $pumps{$gone} }
		next unless $cut;
		my @pids = keys %pumps;
		kill 'KILL', $cut eq 'all' ? @pids : $pids[ rand @pids ] if @pids;
		undef $cut;
	}
	POSIX::_exit(0);
}

sub pump
{
	my ($class, $client, $to_port, %options) = @_;
	$SIG{$_} = 'DEFAULT' for qw(TERM USR1 USR2);
	my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $to_port, Proto => 'tcp');
	while ($server)
	{
		for my $from (IO::Select->new($client, $server)->can_read)
		{
			my $n = sysread $from, my $bytes, 65536;
			POSIX::_exit(0) unless $n;
			my $to = $from == $client ? $server : $client;
			$bytes =~ s/server_version\0\K\d\d/$options{announce}/ if $options{announce} && $from == $server;
			for (my $sent = 0; $sent < $n;) { $sent += syswrite($to, $bytes, $n - $sent, $sent) // POSIX::_exit(0) }
		}
	}
	POSIX::_exit(0);
}

1;
