# What tests with a hostile source have in common: a source with canaries in its rows, a proxy that lies before it, a
# target whose table `people` is to be as it was or right, and the questions that every lie is followed by.
#
#   my $test = HostileTest->new(name => sub { ... the lie ... }, ...);
#   $test->lie('name', $format);
#   $test->finish;
package HostileTest;

use strict;
use warnings;

use ConfitureTest;
use Encode ();
use File::Find;
use HostileSource;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

our $rows = 300;
# Of a masked column, of one kept, and of an error's text: none may be in a log or message, the first in no file.
our @canaries = qw(canaryseen canarykept canarysaid);
# What a backend may take to refuse a lie, and how long.
our ($most_memory_kb, $most_seconds) = (192 * 1024, 20);

sub new
{
	my ($class, $lies, %options) = @_;
	my ($source, $target) = ConfitureTest::clusters(
		target_conf => "log_min_messages = debug5\nlog_error_verbosity = verbose\nlog_min_error_statement = debug5\n"
		  . "restart_after_crash = off\n" . ($options{target_conf} // ""));
	my $user = ConfitureTest::superuser($source);
	my $hostile = HostileSource->start($source->port, lies => { nothing => sub { HostileSource::message(@_[ 1, 2 ]) }, %$lies });
	$source->safe_psql('postgres', qq{
		ALTER ROLE $user PASSWORD 'source password';
		CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, note text, n int NOT NULL, at timestamptz);
		INSERT INTO people SELECT i, 'canaryseen' || i || '\@home.test', 'canarykept' || i, i * 7,
			'2024-01-01'::timestamptz + i * interval '1 hour' FROM generate_series(1, $rows) i;
		ANALYZE people;
	});
	my $table = 'id int PRIMARY KEY, email text NOT NULL, note text, n int NOT NULL, at timestamptz';
	$target->safe_psql('postgres', qq{
		CREATE TABLE people ($table);
		CREATE TABLE honest ($table);
		SELECT confiture.set_rule(t, 'email', 'email'), confiture.keep(t, 'note') FROM unnest('{people,honest}'::regclass[]) t;
		SELECT confiture.sync_table('prod', 'honest', 'public.people');
		CREATE SERVER hostile FOREIGN DATA WRAPPER confiture
			OPTIONS (host '127.0.0.1', port '$hostile->{port}', dbname 'postgres', sslmode 'disable');
		CREATE USER MAPPING FOR CURRENT_USER SERVER hostile OPTIONS (user '$user', password 'source password');
	});
	my $self = bless { source => $source, target => $target, hostile => $hostile }, $class;
	$self->{right} = $self->image('honest');
	$target->safe_psql('postgres', q{TRUNCATE people; INSERT INTO people VALUES (0, 'old', 'old', 0)});
	$self->{old} = $self->image('people');
	return $self;
}

sub image_query { return "SELECT 'image ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, ' ' ORDER BY id)), '') FROM $_[0] t" }
sub image { my ($self, $table) = @_; return $self->{target}->safe_psql('postgres', image_query($table)) }

sub sync_call { my ($format) = @_; return "SELECT 'synced ' || rows FROM confiture.sync_table('hostile', 'people', format => '$format')" }

# One call under a lie, in a session that goes on with an honest one. Options: call (SQL), before (SQL), arguments (of the
# lie), may_differ (other values of a masked column are no lie), may_empty (a run that
# failed leaves the table empty), says (what the message must be like), seconds
# (our own statement_timeout), may_take (seconds in all).
sub lie
{
	my ($self, $name, $title, %options) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	$self->{hostile}->tell($name, @{ $options{arguments} // [] });
	my $began = time;
	my ($out, $err) = ('', '');
	my $memory = q{SELECT 'memory ' || substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s+(\d+)')};
	my $before = $options{before} // '';
	my $limit = $options{seconds} // $most_seconds;
	my $status = $self->{target}->psql('postgres',
		join(";\n", "SET statement_timeout = '${limit}s'; $before", $options{call} // sync_call('auto'), $memory, image_query('people'),
			q{BEGIN}, q{SELECT 'alive ' || rows FROM confiture.sync_table('prod', 'honest', 'public.people')}, 'ROLLBACK'),
		stdout => \$out, stderr => \$err, on_error_stop => 0, on_error_die => 0, timeout => 2 * $limit + 4, timed_out => \my $has_hung,
		extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always' ]);
	my $seconds = time - $began;
	$self->{hostile}->cut_all if $has_hung;
	my ($image) = $out =~ /^(image .*)/m;
	my ($kb) = $out =~ /^memory (\d+)/m;
	my $is_done = $out =~ /^synced |\|done\|/m;
	my $is_right = defined $image && ($image eq ($is_done ? $self->{right} : $self->{old}) || $is_done && $options{may_differ}
		|| !$is_done && $options{may_empty} && $image =~ /^image 0/);
	ok($is_right, "$title: no wrong row is called done")
	  or diag($is_done ? 'done, ' : 'refused, ', $image // 'no answer', "\n", shown($err));
	my $is_alive = $out =~ /^alive $rows$/m && defined $kb && $kb <= $most_memory_kb && $seconds <= ($options{may_take} // $limit);
	ok($is_alive, "$title: the session goes on, within bounds")
	  or diag(sprintf "status %s, %d kB, %.1f s\n%s", $status // 'none', $kb // -1, $seconds, shown($err));
	ok($is_done || is_clear($err, $options{says}), "$title: the error is clear") or diag(length $err, ' bytes: ', shown($err));
	my $leak = join ' ', grep { index("$out$err", $_) >= 0 } @canaries;
	is($leak, '', "$title: no value is told") or diag(shown($err));
	$self->{target}->safe_psql('postgres', q{TRUNCATE people; INSERT INTO people VALUES (0, 'old', 'old', 0)}) if $is_done || !$is_right;
	return $err;
}

# The beginning of a message, as text that may be printed.
sub shown { my $text = substr $_[0], 0, 400; $text =~ s/[^\n -~]/?/g; return $text }

# An error names the server, the table or the stream, is no internal one of ours, fits a screen and is text.
sub is_clear
{
	my ($err, $says) = @_;
	return
		 $err =~ /^(?:psql:\S+ )?ERROR:  (\w{5}): /m && ($1 ne 'XX000' || $err =~ /reading rows failed on server|server "hostile" reports/)
	  && $err =~ /hostile|people|COPY stream|statement timeout/
	  && $err !~ /invalid memory alloc|out of memory/
	  && length $err < 5000
	  && is_text($err)
	  && (!defined $says || $err =~ $says);
}

sub is_text
{
	my ($bytes) = @_;
	return $bytes !~ /[\x00-\x08\x0b-\x1f]/ && eval { Encode::decode('UTF-8', my $copy = $bytes, Encode::FB_CROAK); 1 };
}

# Searches what the target wrote.
sub finish
{
	my ($self) = @_;
	my ($source, $target) = @$self{qw(source target)};
	ok($source->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'confiture'}),
		'no session is left on the source');
	$target->safe_psql('postgres', 'CHECKPOINT');
	$target->stop;
	$self->{hostile}->stop;
	my $log = slurp_file($target->logfile);
	for my $canary (@canaries, 'source password')
	{
		# The test's own statements plant none.
		my @lines = grep { index($_, $canary) >= 0 && !/CREATE USER MAPPING/ } split /\n/, $log;
		is(scalar @lines, 0, "no $canary in the log") or diag(shown($lines[0]));
	}
	unlike($log, qr/was terminated by signal|TRAP:|server process .* exited with exit code [^01]/, 'no backend crashed');
	my @found;
	find({ no_chdir => 1, wanted => sub { push @found, $_ if -f $_ && index(slurp_file($_), 'canaryseen') >= 0 } }, $target->data_dir);
	is("@found", '', 'no raw value in any file, WAL included');
	done_testing();
	return;
}

1;
