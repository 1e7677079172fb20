# report: a page that a browser shows, whatever tables and columns are called, and that describes the run.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

ClientTest::needs('chromium');

my ($source, $target) = ConfitureTest::clusters();
my $dir = PostgreSQL::Test::Utils::tempdir();
my $hostile = q{"<script>alert(1)</script>"."x'""><img src=y onerror=""console.error(2)"">"};
my $tables = qq{CREATE SCHEMA "<script>alert(1)</script>";
	CREATE TABLE $hostile (id integer PRIMARY KEY, "</td><b>&amp;" text);
	CREATE TABLE people (id integer PRIMARY KEY, email text, name text, note text, city text);
	CREATE TABLE visits (id integer PRIMARY KEY, person integer REFERENCES people, at date);
	CREATE TABLE gone (id integer)};
$_->safe_psql('postgres', $tables) for $source, $target;
$source->safe_psql('postgres', qq{
	INSERT INTO $hostile SELECT i, '<u>value-of-a-row</u>' FROM generate_series(1, 2000) i;
	INSERT INTO people SELECT i, 'p' || i || '\@home.test', 'Pat ' || i, 'note', 'Lyon' FROM generate_series(1, 20000) i;
	INSERT INTO visits SELECT i, 1 + i % 20000, '2026-01-01' FROM generate_series(1, 60000) i;
	ANALYZE});
$target->safe_psql('postgres', q{SELECT confiture.set_rule('people', 'email', 'email'), confiture.set_rule('people', 'name', 'redact'),
	confiture.set_rule('people', 'note', 'drop'), confiture.keep('people', 'city'), confiture.set_filter('visits', 'id < 50000')});
my $run = ClientTest::json($target, [qw(sync --exclude gone --jobs 2 --chunk-size 256kB)])->{run_id};

ClientTest::exits($target, [ 'report', $run, '--html', "$dir/report.html" ], 0, qr/Written to .*report\.html/, 'report');
my $page = slurp_file("$dir/report.html");
my %has = (
	'the run' => qr/<h1>Run $run of postgres<span class="badge good">done/,
	'rows' => qr/<b>71,999<\/b><span>rows/,
	'the key' => qr/\b@{[ $target->safe_psql('postgres', 'SELECT confiture.key_id()') ]}\b/,
	'a masked column that was read' => qr/email<\/span><\/td><td[^>]*><span class="badge mask">email<\/span><\/td><td[^>]*>read, and masked/,
	'one that was not' => qr/name<\/span><\/td><td[^>]*><span class="badge mask">redact<\/span><\/td><td[^>]*>never left the source/,
	'who decided so' => qr/>email<\/span><\/td><td[^>]*>read, and masked[^<]*<\/td><td data-title="decided by"><span class="name">\w+<\/span> on 20/,
	'one that was left out' => qr/<h2>Not copied<\/h2>.*>public\.people<\/h3>.*>note</s,
	'columns in the order of the table' => qr/nobody's decision<.*>public\.visits<\/h3>.*?>id<.*?>person<.*?>at</s,
	'masked ones too' => qr/people<\/span><\/td><td[^>]*><span class="name">email<.*people<\/span><\/td><td[^>]*><span class="name">name</s,
	'a keep' => qr/<h2>Copied as they are, by decision<.*>city<\/span><\/td><td data-title="kept by"><span class="name">\w+<\/span> on 20.*<h2>Copied as they are, by nobody's/s,
	'the colours' => qr/<div class="legend">.*public\.people.*before and after the rows/,
	'no alarm' => qr/\A(?!.*not complete)/s,
	'the foreign key' => qr/visits_person_fkey<\/span>.*verified/,
	'the filter' => qr/<code>id &lt; 50000<\/code>/,
	'a hostile name' => qr/&lt;script&gt;alert\(1\)&lt;\/script&gt;.*&lt;\/td&gt;&lt;b&gt;&amp;amp;/s);
like($page, $has{$_}, $_) for sort keys %has;
unlike($page, qr/<script|<img|<b>&amp;amp;|value-of-a-row|home\.test/, 'no markup of others, no values');
my $chunks = $target->safe_psql('postgres', "SELECT count(*) FROM confiture.checkpoints WHERE run_id = $run");
cmp_ok($chunks, '>', 4, 'there are chunks');
is(scalar(() = $page =~ /<rect class="c\d"/g), $chunks, 'each has its bar in the timeline');
my ($status, $stdout) = ClientTest::run($target, [ 'report', $run, '--html', '-' ]);
like($stdout, qr/^<!DOCTYPE html>.*<\/html>\n$/s, 'to standard output');
ClientTest::exits($target, [ 'report', 999, '--html', '-' ], 2, qr/run 999 does not exist/, 'no such run');
ClientTest::exits($target, ['report'], 0, qr/^Written to run-$run\.html\.$/m, 'without any arguments');
like(slurp_file("run-$run.html"), qr/<h1>Run $run of postgres/, 'writes that of the last run');
ClientTest::exits($target, [qw(report --html -)], 0, qr/<h1>Run $run of postgres/, 'the last run, unless one is named');
unlike($page, qr/<h2>Subset/, 'no picture of a subset, if it is none');
ClientTest::exits($target, [ 'report', $run, '--html', "$dir/none/x.html" ], 1, qr/cannot write .*: No such file or directory/, 'where none can be');

# A run resumed two hours later reports the total time, and computes rates from the time in which rows were copied
$target->safe_psql('postgres', qq{UPDATE confiture.run SET started_at = started_at - interval '2 hours' WHERE run_id = $run;
	UPDATE confiture.chunk SET started_at = started_at - interval '2 hours', finished_at = finished_at - interval '2 hours' WHERE run_id = $run AND number = 1});
my $resumed = ClientTest::exits($target, [ 'report', $run, '--html', '-' ], 0, qr{<b>2:00:\d\d</b><span>from start to end</span>}, 'from start to end');
like($resumed, qr{<b>(?:\d+ ms|[\d.]+ s)</b><span>of it copying rows, [\d,]{4,} a second</span>}, 'without the pause');
unlike($resumed, qr{<td class="n">2:00:}, 'tables too');

# A run that failed has a page, too
$target->safe_psql('postgres', 'ALTER TABLE people ADD CHECK (id < 100 AND random() < 2) NOT VALID');
ClientTest::exits($target, [qw(sync people)], 1, qr/failed/, 'a run that fails');
ClientTest::exits($target, [ 'report', $run + 1, '--html', '-' ], 0,
	qr/<section class="bad"><h2>This copy is not complete.*>public\.people<\/span><\/td><td[^>]*>[^<]*check constraint.*<code>confiture resume @{[ $run + 1 ]}<\/code>/s, 'its error, and what to do');
$target->safe_psql('postgres', 'ALTER TABLE people DROP CONSTRAINT people_id_check');
$source->safe_psql('postgres', 'ALTER TABLE visits DROP CONSTRAINT visits_person_fkey; DELETE FROM people WHERE id = 5');
ClientTest::exits($target, [qw(sync people visits)], 1, qr/visits_person_fkey/, 'a run with a violated key');
ClientTest::exits($target, [ 'report', $run + 2, '--html', '-' ], 0, qr/<section class="bad">.*visits_person_fkey<.*data-title="rows">[1-9].*--on-fk-violation delete/s, 'the key, and what to do');
# A subset: how it came together
$source->safe_psql('postgres', 'DELETE FROM visits WHERE person = 5; ALTER TABLE visits ADD FOREIGN KEY (person) REFERENCES people');
$target->safe_psql('postgres', q{SELECT confiture.set_filter('visits', NULL), confiture.set_seed('visits', 'person IN (1, 7)')});
ClientTest::exits($target, [qw(sync --exclude gone)], 0, qr/done/, 'a subset');
my ($subset) = ClientTest::exits($target, [qw(report --html -)], 0, qr/<h2>Subset/, 'its report') =~ /<h2>Subset.*?<\/section>/sg;
like($subset, qr{<path class="parent".*<title>2 rows that visits_person_fkey of public.visits references</title></path>.*<g>.*public.people\n2 rows that.*>2 rows</text></g>\n<g class="seed">.*>public.visits</text>.*>6 rows</text></g>}s,
	'has a picture from the seed to what it references');
like($subset, qr{&lt;script&gt;.*whole: no reference leads to it from a seed}, 'and says of the others why they are whole');
$target->safe_psql('postgres', q{SELECT confiture.drop_seed('visits')});
# A rule that was changed since
$target->safe_psql('postgres', q{SELECT confiture.set_rule('people', 'email', 'hash')});
ClientTest::exits($target, [ 'report', $run, '--html', '-' ], 0, qr/>email<\/span><\/td><td[^>]*>read.*<span class="badge bad">now hash, since</, 'a rule of later');

# Runs Chromium on the page; returns stdout and stderr.
my $browse = sub {
	my @flags = ('--window-size=1200,2200', qw(--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
	  --disable-component-update --disable-sync --hide-scrollbars --enable-logging=stderr));
	local $ENV{HOME} = $dir;
	my ($out, $err);
	IPC::Run::run([ 'chromium', @flags, "--user-data-dir=$dir/chromium", @_, "file://$dir/report.html" ], '>', \$out, '2>', \$err, IPC::Run::timeout(120));
	return ($out, $err);
};
my (undef, $log) = $browse->("--screenshot=$dir/report.png");
like($log, qr/bytes written to file/, 'Chromium renders the page') or diag $log;
unlike($log, qr/CONSOLE/, 'without a word on its console') or diag $log;
cmp_ok(-s "$dir/report.png", '>', 60_000, 'the picture is not empty');
$browse->('--window-size=420,4000', "--screenshot=$dir/narrow.png");
my ($dom) = $browse->('--dump-dom');
is(scalar(() = $dom =~ /<section[ >]/g), 7, 'all sections are in the document');
unlike($dom, qr/<script|<img/, 'and nothing that names could have added');
mkdir 'out';
system('cp', "$dir/report.html", "$dir/report.png", "$dir/narrow.png", 'out/');

done_testing();
