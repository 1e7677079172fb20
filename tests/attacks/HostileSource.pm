# A source that lies: a proxy before a real server that speaks the protocol's version 3, and calls a lie for every message
# the server sends. Built on Relay: a process for each connection.
#
#   my $hostile = HostileSource->start($source->port, lies => { name => sub { my ($talk, $type, $body) = @_; ... } });
#   $hostile->tell('name');       # connections from now on get this one
#   ... OPTIONS (host '127.0.0.1', port '$hostile->{port}', sslmode 'disable') ...
#
# A lie returns the messages to send in place of the server's one, made by message(). $talk is the connection:
#   {query}    the statement in work        {number}  messages of the server so far
#   {answer}   messages of the answer to it, {copied} messages of COPY data, {rows} DataRows in it
#   {mute}     set: nothing more is sent, the connection stays open
#   deliver()  sends at once                 hang_up() closes the connection
#
# A lie may instead be a hash: {lie}, and {ignores_cancel}: connections that bring a cancel are kept open and silent, or
# {at_byte}: a function that gets all bytes of the server, instead.
package HostileSource;

use strict;
use warnings;

use parent 'Relay';
use Exporter 'import';
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use PostgreSQL::Test::Utils;

our @EXPORT_OK = qw(message fields row_of text_fields copy_header without_header described);

my $encryption_request = qr/^\0\0\0\x08\x04\xd2\x16(?:\x2f|\x30)/s;
my $cancel_request = qr/^\0\0\0\x10\x04\xd2\x16\x2e/s;

sub start
{
	my ($class, $to_port, %options) = @_;
	$options{file} = PostgreSQL::Test::Utils::tempdir . '/lie';
	my $self = $class->SUPER::start($to_port, %options);
	$self->{file} = $options{file};
	$self->tell('nothing');
	return $self;
}

# The lie of the connections to come; the arguments are for it.
sub tell
{
	my ($self, @lie) = @_;
	open my $file, '>', "$self->{file}.new" or die $!;
	print $file join("\n", @lie);
	close $file;
	rename "$self->{file}.new", $self->{file} or die $!;
	return;
}

# ---- The words of the protocol

sub message { my ($type, $body) = @_; return $type . pack('N', 4 + length $body) . $body }

# The fields of a DataRow or of a binary COPY's row, undef for NULL.
sub fields
{
	my ($row) = @_;
	my ($count, @fields) = unpack 'n', $row;
	my $at = 2;
	for (1 .. $count)
	{
		my $length = unpack 'l>', substr $row, $at, 4;
		push @fields, $length < 0 ? undef : substr $row, $at + 4, $length;
		$at += 4 + ($length < 0 ? 0 : $length);
	}
	return @fields;
}

sub row_of { return pack('n', scalar @_) . join '', map { defined $_ ? pack('N/a*', $_) : "\xff\xff\xff\xff" } @_ }

# A binary COPY begins with 11 bytes of signature, flags and the length of an extension, in the first row's message.
sub copy_header { my ($flags, $length) = @_; return "PGCOPY\n\xff\r\n\0" . pack 'NN', $flags // 0, $length // 0 }
sub without_header { my ($body) = @_; $body =~ s/^PGCOPY\n\xff\r\n\0.{8}//s; return $body }
sub text_fields { my ($line) = @_; chomp $line; return split /\t/, $line, -1 }

# A RowDescription of so many columns of type text.
sub described { my ($count) = @_; return pack('n', $count) . join '', map { "c$_\0" . pack 'NnNnNn', 0, 0, 25, 65535, 4294967295, 0 } 1 .. $count }

# ---- The proxy

sub deliver
{
	my ($talk, @bytes) = @_;
	for my $bytes (@bytes)
	{
		for (my $sent = 0; $sent < length $bytes;)
		{
			$sent += syswrite($talk->{client}, $bytes, 1_048_576, $sent) // POSIX::_exit(0);
		}
	}
	return;
}

# A mistake in a lie: this process must not end as the test's does.
sub give_up { print STDERR "lie ", $_[0]{name}, ': ', $_[1]; return POSIX::_exit(1) }

sub hang_up { return POSIX::_exit(0) }

sub pump
{
	my ($class, $client, $to_port, %options) = @_;
	$SIG{$_} = 'DEFAULT' for qw(TERM USR1 USR2);
	my ($name, @arguments) = split /\n/, PostgreSQL::Test::Utils::slurp_file($options{file});
	my $lie = $options{lies}{$name};
	$lie = { lie => $lie } if ref $lie ne 'HASH';
	my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $to_port, Proto => 'tcp') or POSIX::_exit(0);
	my $talk = bless {
		name => $name, client => $client, server => $server, lie => $lie, arguments => \@arguments, from_client => '', from_server => '',
		query => '', number => 0, answer => 0, copied => 0, rows => 0, began => 0, mute => 0 }, $class;
	while (1)
	{
		for my $from (IO::Select->new($client, $server)->can_read)
		{
			my $n = sysread $from, my $bytes, 65536;
			POSIX::_exit(0) unless $n;
			eval { $from == $client ? $talk->hear_client($bytes) : $talk->hear_server($bytes); 1 } or $talk->give_up($@);
		}
	}
	return;
}

sub hear_client
{
	my ($talk, $bytes) = @_;
	my $buffer = \$talk->{from_client};
	$$buffer .= $bytes;
	while (!$talk->{began} && length $$buffer >= 8)
	{
		if ($$buffer =~ s/$encryption_request//) { $talk->deliver('N'); next }
		if ($$buffer =~ /$cancel_request/ && $talk->{lie}{ignores_cancel}) { sleep 60; POSIX::_exit(0) }
		my $length = unpack 'N', $$buffer;
		last if length $$buffer < $length;
		syswrite $talk->{server}, substr $$buffer, 0, $length, '';
		$talk->{began} = 1;
	}
	while ($talk->{began} && length $$buffer >= 5)
	{
		my ($type, $length) = unpack 'aN', $$buffer;
		last if length $$buffer < 1 + $length;
		my $message = substr $$buffer, 0, 1 + $length, '';
		if ($type eq 'Q' || $type eq 'P')
		{
			$talk->{query} = (split /\0/, substr($message, 5), -1)[ $type eq 'P' ];
			$talk->{$_} = 0 for qw(answer copied rows);
		}
		syswrite $talk->{server}, $message;
	}
	return;
}

sub hear_server
{
	my ($talk, $bytes) = @_;
	my $buffer = \$talk->{from_server};
	$$buffer .= $bytes;
	while (length $$buffer >= 5)
	{
		my ($type, $length) = unpack 'aN', $$buffer;
		last if length $$buffer < 1 + $length;
		my $body = substr substr($$buffer, 0, 1 + $length, ''), 5;
		$talk->{number}++;
		$talk->{answer}++;
		$talk->{copied}++ if $type eq 'd';
		$talk->{rows}++ if $type eq 'D';
		my @told = $talk->{lie}{lie} ? $talk->{lie}{lie}->($talk, $type, $body) : message($type, $body);
		$talk->deliver(@told) unless $talk->{mute};
	}
	return;
}

1;
