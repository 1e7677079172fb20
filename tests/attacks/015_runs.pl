# Runs over a source that lies now and then: a run that is done has all rows right, one that is not can be resumed, and what
# was set aside comes back.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use HostileSource qw(message fields row_of);
use HostileTest;
use Test::More;

my $ready = message('Z', 'T');
sub copy { my ($lie) = @_; return sub { my ($talk, $type, $body) = @_; return $type eq 'd' && $talk->{query} =~ /people/ && $talk->{copied} == 10 ? $lie->($talk, $body) : message($type, $body) } }
my %lies = (
	'a row less' => copy(sub { return () }),
	'a row twice' => copy(sub { return (message('d', $_[1])) x 2 }),
	'a field less' => copy(sub { my @fields = fields($_[1]); pop @fields; return message('d', row_of(@fields)) }),
	'an error' => copy(sub { return (message('E', "SERROR\0VERROR\0C22012\0Mcanarysaid\0\0"), $ready) }),
	'a shutdown' => copy(sub { return (message('E', "SFATAL\0VFATAL\0C57P01\0Mterminating\0\0"), HostileSource::hang_up()) }),
	'a cut' => copy(sub { return HostileSource::hang_up() }),
	'ready' => copy(sub { return $ready }),
	'counts of nothing' => sub { my ($talk, $type, $body) = @_; return $type eq 'C' && $body =~ /^COPY/ ? message('C', "COPY 0\0") : message($type, $body) },
	'another snapshot' => sub { my ($talk, $type, $body) = @_; return $type eq 'D' && $talk->{query} =~ /pg_export_snapshot/ ? message('D', row_of('00000000-00000000-0 1:1: 0')) : message($type, $body) },
	'a snapshot of nothing' => sub { my ($talk, $type, $body) = @_; return $type eq 'D' && $talk->{query} =~ /pg_export_snapshot/ ? message('D', row_of('')) : message($type, $body) },
	'a snapshot that is SQL' => sub { my ($talk, $type, $body) = @_; return $type eq 'D' && $talk->{query} =~ /pg_export_snapshot/ ? message('D', row_of("x'; DROP TABLE people; -- y")) : message($type, $body) },
	'a snapshot of 1 MB' => sub { my ($talk, $type, $body) = @_; return $type eq 'D' && $talk->{query} =~ /pg_export_snapshot/ ? message('D', row_of('x' x 1_000_000 . ' y')) : message($type, $body) },
	'sizes beyond all' => sub { my ($talk, $type, $body) = @_; my @f = $type eq 'D' && $talk->{query} =~ /pg_table_size/ ? fields($body) : (); return message($type, @f ? row_of(@f[ 0 .. 6 ], '9223372036854775807', '9223372036854775807', @f[ 9 .. $#f ]) : $body) },
	'sizes below all' => sub { my ($talk, $type, $body) = @_; my @f = $type eq 'D' && $talk->{query} =~ /pg_table_size/ ? fields($body) : (); return message($type, @f ? row_of(@f[ 0 .. 6 ], '-9223372036854775808', '-1', @f[ 9 .. $#f ]) : $body) },
	'bounds of another kind' => sub { my ($talk, $type, $body) = @_; my @f = $type eq 'D' && $talk->{query} =~ /ntile|row_number|percentile|TABLESAMPLE/i ? fields($body) : (); return message($type, @f ? row_of(map { "x'; DROP TABLE people; --" } @f) : $body) });
my $test = HostileTest->new(\%lies);
my $target = $test->{target};
my $index = $target->safe_psql('postgres', 'CREATE INDEX people_note ON people (note); SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = $$people$$::regclass ORDER BY 1' =~ s/\$\$/'/gr);
for my $name (sort keys %lies)
{
	for my $how ('chunk_by => auto, rebuild_indexes => true', 'chunk_by => ctid, rebuild_indexes => false')
	{
		my $title = "$name, $how";
		$test->{hostile}->tell($name);
		my ($status, $out, $err) = $target->psql('postgres', q{SET statement_timeout = '30s'; CALL confiture.sync('hostile', '{public.people}', jobs => 2, chunk_size => '64kB', retry_for => '0', } . ($how =~ s/=> (auto|ctid)/=> '$1'/r) . ')',
			extra_params => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=always' ], timeout => 60, timed_out => \my $has_hung);
		ok(!$has_hung, "$title: it ends");
		my $is_done = ($out // '') =~ /\|done\|/;
		ok(!$is_done || $test->image('people') eq $test->{right}, "$title: a run that is done is right");
		ok($is_done || HostileTest::is_clear($err) || $err =~ /run \d+/, "$title: the error is clear") or diag(HostileTest::shown($err));
		is(join(' ', grep { index("$out$err", $_) >= 0 } @HostileTest::canaries), '', "$title: no value is told") or diag(HostileTest::shown($err));
		$test->{hostile}->tell('nothing');
		if (!$is_done)
		{
			my $run = $target->safe_psql('postgres', 'SELECT max(run_id) FROM confiture.run');
			my (undef, $again, $why) = $target->psql('postgres', $run ? "CALL confiture.resume($run)" : q{CALL confiture.sync('hostile', '{public.people}')});
			(undef, $again, $why) = $target->psql('postgres', q{CALL confiture.sync('hostile', '{public.people}')}) if $why =~ /is done|cannot be resumed|was refused/;
			like($again, qr/\|done\|/, "$title: an honest source goes on") or diag(HostileTest::shown($why));
			is($test->image('people'), $test->{right}, "$title: and all is right");
		}
		is($target->safe_psql('postgres', q{SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'people'::regclass ORDER BY 1}), $index, "$title: the indexes are there");
	}
}
$test->finish;
