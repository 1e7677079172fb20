# Runs docs/quickstart.md and docs/reference/cli.md (see DocPage.pm). Masked values and times differ from run to run.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use DocPage;
use Test::More;

chdir $ENV{TESTDIR} or die $!;
foreach my $page (qw(quickstart reference/cli))
{
	my ($source, $target) = ConfitureTest::clusters(extension => 0, name => $page =~ s/\W//gr);
	$source->safe_psql('postgres', 'CREATE DATABASE app');
	$target->safe_psql('postgres', 'CREATE DATABASE staging');
	ClientTest::write_file('production.pw', "a long random one\n");
	chmod 0600, 'production.pw';
	unlink 'rules.yaml';
	DocPage::run("docs/$page.md", source => [ $source, 'app' ], target => [ $target, 'staging' ], lines => 1);
	$_->stop for $source, $target;
}

# The promise of the quickstart
my $quickstart = DocPage::read_page('docs/quickstart.md');
my $commands = () = join('', $quickstart =~ /^```sh target$(.*?)^```$/gms) =~ /^confiture /gm;
cmp_ok($commands, '<=', 5, 'at most five commands');
my ($shortest) = $quickstart =~ /^(```sh\nconfiture clone .*?^```)$/ms;
is(() = $shortest =~ /^confiture /gm, 3, 'or three, from nothing');
like(DocPage::read_page('README.md'), qr/\Q$shortest/, 'which README has too');

# cli.md has a section for every command, with all its options and arguments.
my %section = map { /^`confiture ([\w -]+)`/ ? ($1 => $_) : () } split /^##+ /m, DocPage::read_page('docs/reference/cli.md');
my $man = `confiture generate man` =~ s/\\-/-/gr;
foreach my $described (split /^\.SS /m, ($man =~ /^\.SH COMMANDS\n(.*?)^\.SH /ms)[0])
{
	my ($path) = $described =~ /^(.+)\n/ or next;
	next if $described !~ /^\.TP/m && $path =~ /^(?:rules|key)$/;
	my @names = ($described =~ /\\fB(--[\w-]+)\\fR/g, $described =~ /^\.TP\n\\fI(\w+)\\fR/gm);
	my @missing = grep { ($section{$path} // '') !~ /`[^`]*\Q$_\E\b[^`]*`/ } @names;
	ok(exists $section{$path}, "cli.md has confiture $path");
	is("@missing", '', 'with all it takes');
}

done_testing();
