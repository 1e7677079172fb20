# Man page and completions agree with --help, and work.
use strict;
use warnings;

use ClientTest;
use ConfitureTest;
use IO::Socket::INET;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

ClientTest::needs(qw(bash fish man zsh));
chdir PostgreSQL::Test::Utils::tempdir();  # the examples name files

# All commands, found by --help alone.
my %help;
read_help();

sub read_help
{
	my (@path) = @_;
	my $text = `confiture @path --help`;
	$help{"@path"} = $text;
	return if $text !~ /^Subcommands:\n((?:  .*\n?)+)/mi;
	read_help(@path, $_) for $1 =~ /^  (\w+)/gm;
	return;
}
cmp_ok(scalar(keys %help), '>=', 19, 'there are commands');
ok(exists $help{'rules import'}, 'and commands of commands');

# All of it fits a terminal, but for examples.
foreach my $columns (60, 80)
{
	my $all = join ' ', map { "'$_'" } sort keys %help;
	IPC::Run::run([ 'sh', '-c', "stty rows 50 cols $columns <&1; for words in $all; do confiture \$words --help; done" ], '>pty>', \my $shown, init => sub { $ENV{TERM} = 'xterm' });
	my @lines = split /\r?\n/, $shown;
	is((join "\n", grep { length > $columns && !/^  confiture / } @lines), '', "--help at $columns columns");
	cmp_ok(scalar(@lines), '>', 500, 'is all there');
}

my $man = `confiture generate man`;
my %section = ('' => ($man =~ /^\.SH OPTIONS\n(.*?)^\.SH /ms)[0], map { /^(.*)\n/ => $_ } split /^\.SS /m, $man);
foreach my $path (sort keys %help)
{
	my @options = $help{$path} =~ /^  (?:-\S,)? *--([\w-]+)/gm;
	my @arguments = $help{$path} =~ /^Positionals:\n((?:  .*\n)+)/mi ? $1 =~ /^  (\w+)/gm : ();
	my $text = ($section{$path} // '') =~ s/\\-/-/gr;
	my @missing = grep { $_ ne 'help' && $text !~ /\\fB--\Q$_\E\\fR/ } @options;
	push @missing, grep { $text !~ /\\fI$_\\fR/ } @arguments;
	is("@missing", '', "confiture.1 has all of confiture $path");
	my @offered = complete_bash($path, '-');
	is(join(' ', grep { my $o = $_; !grep { $_ eq "--$o" } @offered } @options), '', 'bash offers its options');
}
foreach my $path (grep { $_ ne '' && $_ !~ /^(?:rules|key)$/ } sort keys %help)
{
	my ($example) = $help{$path} =~ /^Example:\n  (confiture $path\b.*)$/m;
	ok(defined $example, "confiture $path has an example") or next;
	$example =~ /--rules/ ? ClientTest::write_file('rules.yaml', "tables: {}\n") : unlink 'rules.yaml';
	is(system("PGHOST=/nowhere $example > said 2>&1") >> 8, $path eq 'version' ? 0 : 3, 'which the client takes') or diag slurp_file('said');
}
command_like([ 'sh', '-c', 'confiture generate man > page.1 && LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -E UTF-8 -l -Tutf8 -Z ./page.1 2>&1 >/dev/null | head -5' ], qr/^$/, 'man has nothing against the page');

# Returns what bash offers after these words for a word that begins like this.
sub complete_bash
{
	my ($words, $begun) = @_;
	my @all = ('confiture', split(/ /, $words), $begun);
	my $array = join ' ', map { "'$_'" } @all;
	return split /\n/, `bash -c 'eval "\$(confiture generate bash)"; COMP_WORDS=($array); COMP_CWORD=$#all; _confiture; printf "%s\\n" "\${COMPREPLY[@]}"'`;
}
is(join(' ', complete_bash('', 'ru')), 'rules runs', 'bash: commands');
is(join(' ', complete_bash('rules', '')) =~ s/ -.*//r, 'list set drop patterns set-pattern drop-pattern filters set-filter drop-filter references set-reference drop-reference seeds set-seed drop-seed follows set-follow drop-follow import export', 'bash: commands of a command');
is(join(' ', complete_bash('plan --policy', 's')), 'strict', 'bash: values');
is(join(' ', complete_bash('--quiet rules import', '--dry')), '--dry-run', 'bash: behind options');
is(join(' ', complete_bash('rules import --from', '')), 'confiture anon-dump anon-json greenmask pgstream python-confiture', 'bash: kinds of files');

my $fish = sub { return join ' ', map { s/\t.*//r } split /\n/, `HOME=/tmp fish -c 'confiture generate fish | source; complete -C "confiture $_[0]"'` };
is($fish->('ru'), 'rules runs', 'fish: commands');
is($fish->('plan --policy s'), 'strict', 'fish: values');
is($fish->('rules import --dry'), '--dry-run', 'fish: options');

# Returns what zsh completes these words to at a Tab, in a separate shell on a terminal.
sub complete_zsh
{
	my ($words) = @_;
	my ($in, $out) = ('', '');
	my $zsh = IPC::Run::start([ 'zsh', '-f', '-i' ], '<pty<', \$in, '>pty>', \$out, IPC::Run::timeout(60));
	$in = "fpath=(\$PWD \$fpath); autoload -Uz compinit; compinit -u -D; tab() { zle complete-word; print -r -- \"<\$BUFFER>\"; exit }; "
	  . "zle -N tab; bindkey '^I' tab; print rea''dy\n";
	$zsh->pump until $out =~ /ready/;
	$in .= "confiture $words\t";
	$zsh->finish;
	return $out =~ /<confiture (.*?) *>/ ? $1 : $out;
}
is(system('confiture generate zsh > _confiture'), 0, 'zsh');
my %completed = ('sta' => 'status', 'rules im' => 'rules import', 'plan --policy st' => 'plan --policy strict', 'rules import --dr' => 'rules import --dry-run',
	'--quiet rules exp' => '--quiet rules export', 'rules import _conf' => 'rules import _confiture', 'report 1 --html _conf' => 'report 1 --html _confiture',
	'sync --jobs 2 --on-er' => 'sync --jobs 2 --on-error', 'status --wa' => 'status --watch');
is(complete_zsh($_), $completed{$_}, "zsh: $_") for sort keys %completed;

# Names come from the target, by the options on the line. They are somebody else's text, and nothing of it is executed.
my $target = ConfitureTest::new_cluster('target');
my $hostile = q{"$(touch pwned) `touch pwned`'s; ~ \\ *!!"};
$target->safe_psql('postgres', 'CREATE DATABASE hostile');
$target->safe_psql('postgres', q{CREATE TABLE orders (id integer); CREATE SCHEMA sales; CREATE TABLE sales."Orders" (id integer);
	CREATE EXTENSION confiture});
$target->safe_psql('hostile', qq{CREATE TABLE $hostile ($hostile integer, "a\nb" integer, "a\e[2Jb" integer); CREATE TABLE "a\nb" (id integer); CREATE TABLE "a\e[2Jb" (id integer)});
{
	local %ENV = (%ENV, PGHOST => '/nowhere', PGPORT => $target->port, PGDATABASE => 'postgres');
	my $at = '-h ' . $target->host;
	is(join(' ', complete_bash("$at preview", 'o')), 'orders', 'bash: tables');
	is(join(' ', complete_bash("$at preview", '')), 'orders sales.\\"Orders\\"', 'bash: tables of all schemas');
	is(join(' ', complete_bash("plan $at --exclude", 's')), 'sales.\\"Orders\\"', 'bash: tables of an option');
	is(join(' ', complete_bash("$at --dbname = postgres rules set --when = x orders id", 'ha')), 'hash', 'bash: strategies, of the third argument');
	is(join(' ', complete_bash("$at rules set orders", '')), 'id', 'bash: columns');
	is(join(' ', complete_bash("$at rules set nothing", 'i')), '', 'bash: none of no table');
	is(join(' ', complete_bash("$at rules set-pattern orders", 'i')), '', 'bash: nor where patterns stand');
	is($fish->("$at rules drop orders i"), 'id', 'fish: columns');
	is($fish->("$at preview s"), 'sales."Orders"', 'fish: tables');
	is($fish->("$at plan --exclude o"), 'orders', 'fish: tables of an option');
	is($fish->("$at rules set --when x orders id kee"), 'keep', 'fish: strategies');
	%completed = ("$at rules set orders i" => "$at rules set orders id", "$at preview o" => "$at preview orders", "$at verify orders s" => "$at verify orders sales.\\\"Orders\\\"",
		"$at rules set orders id kee" => "$at rules set orders id keep", 'preview o' => 'preview o');
	is(complete_zsh($_), $completed{$_}, "zsh: $_") for sort keys %completed;

	foreach my $shell (qw(bash zsh))
	{
		is(execute_completed($shell, "$at -d hostile prev\t"), "<$hostile>", "$shell: a hostile name");
		is(execute_completed($shell, "$at -d hostile rules drop \t"), '<' . unquoted($hostile) . '>', "$shell: a hostile column");
		is(execute_completed($shell, "$at rules set $_ "), '<id>', "$shell: a column of $_") for 'sales.\\"Orders\\"', q{'sales."Orders"'}, q{sales.'"'Orders\\"};
	}
	is(`HOME=/tmp fish -c 'confiture generate fish | source; eval printf "%s" (complete -C --escape "confiture $at -d hostile preview ")'`,
		$hostile, 'fish: a hostile name');
	is(`HOME=/tmp fish -c 'confiture generate fish | source; set table (complete -C --escape "confiture $at -d hostile preview "); eval printf "%s" (complete -C --escape "confiture $at -d hostile rules drop \$table ")'`,
		unquoted($hostile), 'fish: a hostile column');
	ok(!-e 'pwned', 'and it is not executed');

	# Silently, and soon
	my $silent = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
	foreach my $nowhere ('-h /nowhere', '-h 127.0.0.1 -W -p ' . $silent->sockport)
	{
		my $began = time;
		is(`confiture complete tables -- $nowhere '' 2>&1`, '', "no server at $nowhere");
		cmp_ok(time - $began, '<', 10, 'is no reason to wait');
	}
}

# A name without SQL's quotes.
sub unquoted
{
	my ($name) = @_;
	return ($name =~ s/\A"|"\z//gr) =~ s/""/"/gr;
}

# Returns the arguments that the client gets when Tab completes these words, and Enter follows.
sub execute_completed
{
	my ($shell, $words) = @_;
	my ($in, $out) = ('', '');
	my $run = IPC::Run::start([ $shell eq 'bash' ? qw(bash --norc) : qw(zsh -f), '-i' ], '<pty<', \$in, '>pty>', \$out, IPC::Run::timeout(60));
	$in = ($shell eq 'bash' ? 'eval "$(confiture generate bash)"' : 'fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D')
	  . "; confiture() { printf '\\n<%s>\\n' \"\${\@: -1}\"; exit; }; echo rea''dy\n";
	$run->pump until $out =~ /ready/;
	$in .= "confiture $words\t\n";
	$run->finish;
	return ($out =~ s/\r//gr) =~ /\n(<.*>)\n/ ? $1 : $out;
}
# make install puts them where shells and man find them
my %installed = ('usr/local/share/man/man1/confiture.1' => 'man', 'usr/share/bash-completion/completions/confiture' => 'bash',
	'usr/share/zsh/vendor-completions/_confiture' => 'zsh', 'usr/share/fish/vendor_completions.d/confiture.fish' => 'fish');
is(slurp_file("$ENV{TESTDIR}/build/pg/$_"), scalar(`confiture generate $installed{$_}`), "installed: $_") for sort keys %installed;
ok(-x "$ENV{TESTDIR}/build/pg/usr/local/bin/confiture", 'installed: the client');

# make uninstall removes everything. (pg_config returns paths relative to its location.)
my $tree = "$ENV{TESTDIR}/uninstalled";
system_or_bail('cp', '-RP', "$ENV{TESTDIR}/build/pg", $tree);
my $bindir = $ENV{BINDIR} =~ s{^\Q$ENV{TESTDIR}\E/build/pg}{$tree}r;
unlink "$bindir/confiture";  # the client with sanitizers
my $ours = sub { return scalar(my @files = split /\n/, `find $tree -name '*confiture*'`) };
cmp_ok($ours->(), '>=', 8, 'files of ours are installed');
system_or_bail('make', '-s', '-C', $ENV{TESTDIR}, 'uninstall', "PG_CONFIG=$bindir/pg_config", "CLIENT_PREFIX=$tree/usr/local",
	"BASH_COMPLETIONS=$tree/usr/share/bash-completion/completions", "ZSH_COMPLETIONS=$tree/usr/share/zsh/vendor-completions",
	"FISH_COMPLETIONS=$tree/usr/share/fish/vendor_completions.d");
is($ours->(), 0, 'make uninstall leaves none of them');
is(system('confiture generate nothing 2> /dev/null') >> 8, 2, 'nothing else is generated');

done_testing();
