# The rules that the wall between PostgreSQL and C++ imposes on sources and objects. Each rule is a function that returns its
# violations as strings, none if the code is good. sources.t and objects.t apply the rules, selftest.t breaks each one.
package Wall;

use strict;
use warnings;

use File::Find ();
use JSON::PP ();

sub slurp
{
	my ($file) = @_;
	open my $handle, '<', $file or die "$file: $!";
	local $/;
	return scalar <$handle>;
}

# Returns the C++ files below a directory.
sub cpp_files
{
	my ($directory) = @_;
	my @files;
	return () unless -d $directory;
	File::Find::find({ no_chdir => 1, wanted => sub { push @files, $_ if /\.(h|cpp)\z/ } }, $directory);
	return sort @files;
}

# Returns the text without comments and quoted strings, with line numbers preserved. The quotes of an #include stay.
sub code
{
	my ($text) = @_;
	my $blank = sub { my ($lines) = $_[0] =~ tr/\n//; "\n" x $lines };
	$text =~ s{
		  (^\h*\#\h*include\b[^\n]*)                    # 1
		| R"([^\s()\\]{0,16})\(.*?\)\2"                 # raw string
		| "(?:[^"\\\n]|\\.)*"                           # string
		| (?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'           # character, not a digit separator
		| //[^\n]*
		| /\*.*?\*/
	}{ defined $1 ? $1 : $blank->($&) }gexms;
	return $text;
}

# Returns "file:line: match" for every match in the files' code.
sub matches
{
	my ($pattern, @files) = @_;
	my @found;
	for my $file (@files)
	{
		my @lines = split /\n/, code(slurp($file));
		for my $i (0 .. $#lines)
		{
			push @found, "$file:" . ($i + 1) . ": $1" if $lines[$i] =~ /($pattern)/;
		}
	}
	return @found;
}

# Rules for sources; $root is the repository.

# The rooms from the top: an include points to the same room or to one further down.
my @glue_rooms = qw(api run table scan set_aside load plan source record pg);
my @core_rooms = qw(wall mask);
my @floors = (@glue_rooms, @core_rooms);

sub glue_sources
{
	my ($root) = @_;
	return ((grep { -e } "$root/extension/module.cpp"), map { cpp_files("$root/extension/$_") } @glue_rooms);
}

sub core_sources
{
	my ($root) = @_;
	return map { cpp_files("$root/extension/$_") } @core_rooms;
}

# Returns includes that point up or name no room: "room/header.h" is the only form for the extension's headers.
sub upward_includes
{
	my ($root) = @_;
	my %floor = map { $floors[$_] => $_ } 0 .. $#floors;
	my @found;
	for my $file (glue_sources($root), core_sources($root))
	{
		# module.cpp stands above all rooms; only the gate to the server includes headers of others.
		my ($room) = $file =~ m{/extension/([^/]+)/};
		my $from = defined $room ? $floor{$room} : -1;
		for my $include (matches(qr/^\h*#\h*include\h*"[^"]+/, $file))
		{
			my ($header) = $include =~ /"(.*)\z/;
			my ($to) = $header =~ m{^([^/]+)/};
			next if $file =~ m{/extension/pg/(?:pg|compat|server)\.h\z} && !-e "$root/extension/$header";
			push @found, $include unless defined $to && exists $floor{$to} && $floor{$to} >= $from;
		}
	}
	return @found;
}

# Returns the project's own includes in the files below $root/$top, in which includes are rooted: [ file, included file ],
# both without the root.
sub own_includes
{
	my ($root, $top) = @_;
	my @found;
	for my $file (cpp_files("$root/$top"))
	{
		my $name = substr $file, length "$root/$top/";
		for my $include (matches(qr/^\h*#\h*include\h*"[^"]+/, $file))
		{
			my ($header) = $include =~ /"(.*)\z/;
			push @found, [ $name, $header ] if -e "$root/$top/$header";
		}
	}
	return @found;
}

# Returns pairs of units that include each other. A unit is a header together with the source of the same name.
sub mutual_includes
{
	my ($root) = @_;
	my @found;
	for my $top (qw(extension client))
	{
		my %includes;
		for (own_includes($root, $top))
		{
			my ($unit, $other) = map { s/\.(?:h|cpp)\z//r } @$_;
			$includes{$unit}{$other} = 1 if $unit ne $other;
		}
		for my $unit (sort keys %includes)
		{
			push @found, map { "$top/$unit and $top/$_ include each other" }
			  grep { $unit lt $_ && $includes{$_}{$unit} } sort keys %{ $includes{$unit} };
		}
	}
	return @found;
}

# Returns loops between the folders of the client: folders that lead back to themselves. The files directly in client/ are
# shared by all folders and belong to none.
sub client_folder_loops
{
	my ($root) = @_;
	my %reached;
	for (own_includes($root, 'client'))
	{
		my ($folder, $other) = map { m{^([^/]+)/} ? $1 : undef } @$_;
		$reached{$folder}{$other} = 1 if defined $folder && defined $other && $folder ne $other;
	}
	for my $middle (keys %reached)
	{
		for my $folder (keys %reached)
		{
			next unless $reached{$folder}{$middle};
			$reached{$folder}{$_} = 1 for keys %{ $reached{$middle} };
		}
	}
	return map { "client/$_/ includes itself through other folders" } grep { $reached{$_}{$_} } sort keys %reached;
}

# Returns directories of extension/ that have no floor.
sub unknown_rooms
{
	my ($root) = @_;
	my %known = map { $_ => 1 } @floors;
	return grep { -d && !$known{ (m{([^/]+)\z})[0] } } glob "$root/extension/*";
}

sub exceptions_in_glue
{
	my ($root) = @_;
	return matches(qr/\b(?:throw|try|catch)\b/, glue_sources($root));
}

# $server_headers is PostgreSQL's include directory for servers: headers in there are the server's.
sub server_includes
{
	my ($server_headers, @files) = @_;
	my @found;
	for my $file (@files)
	{
		my ($directory) = $file =~ m{^(.*)/};
		for my $include (matches(qr/^\h*#\h*include\h*[<"][^>"]+/, $file))
		{
			my ($header) = $include =~ /[<"](.*)\z/;
			push @found, $include if -e "$server_headers/$header" && !-e "$directory/$header";
		}
	}
	return @found;
}

sub server_headers_in_core
{
	my ($root, $server_headers) = @_;
	return server_includes($server_headers, core_sources($root));
}

sub server_headers_outside_one_file
{
	my ($root, $server_headers) = @_;
	# compat.h may include headers that only some versions have.
	my @found = grep { !m{^\Q$root\E/extension/pg/compat\.h:} } server_includes($server_headers, glue_sources($root));
	my @outside = grep { !m{^\Q$root\E/extension/pg/[^/]+\.h:} } @found;
	return @outside if @outside;
	my %files = map { (split /:/)[0] => 1 } @found;
	return keys %files > 1 ? sort keys %files : ();
}

sub version_number_outside_compat
{
	my ($root) = @_;
	return grep { !m{^\Q$root\E/extension/pg/compat\.h:} }
	  matches(qr/\bPG_VERSION_NUM\b/, glue_sources($root), core_sources($root));
}

sub heavy_headers
{
	my ($root) = @_;
	return matches(qr/^\h*#\h*include\h*<(?:iostream|locale|thread|future|regex)>/, glue_sources($root), core_sources($root));
}

# Every function that wall.h declares.
sub wall_functions_that_may_throw
{
	my ($header) = @_;
	my $text = code(slurp($header));
	$text =~ s/^\h*#.*$//gm;
	1 while $text =~ s/\b(?:struct|enum|union)\b[^;{}()]*\{[^{}]*\}//g;    # bodies of types
	$text =~ s/\bnamespace\b[^;{]*\{//g;
	my @declarations = grep { /\(/ && !/\bstatic_assert\b/ } split /;/, $text;
	my @found;
	for (@declarations)
	{
		next if /\)\s*noexcept\b(?!\s*\()/;
		s/\s+/ /g;
		push @found, "$header:$_";
	}
	return @found;
}

# Rules for objects.

sub sections
{
	my ($pattern, @objects) = @_;
	my @found;
	for my $object (@objects)
	{
		open my $readelf, '-|', 'readelf', '--wide', '--section-headers', $object or die "readelf: $!";
		while (<$readelf>)
		{
			push @found, "$object: $1" if /\]\s+($pattern)\s/;
		}
		close $readelf or die "readelf failed on $object";
	}
	return @found;
}

# A frame that longjmp must not cross has an exception table: cleanups, handlers.
sub exception_tables { return sections(qr/\.gcc_except_table\S*/, @_) }

sub dynamic_initialisers { return sections(qr/\.(?:init_array|ctors)\S*/, @_) }

sub unexpected_exports
{
	my ($library) = @_;
	my @found;
	open my $nm, '-|', 'nm', '--dynamic', '--defined-only', '--format=posix', $library or die "nm: $!";
	while (<$nm>)
	{
		my ($symbol) = split;
		push @found, "$library: $symbol"
		  unless $symbol =~ /^(?:Pg_magic_func|_PG_init|_PG_fini|pg_finfo_confiture_\w+|confiture_\w+)\z/;
	}
	close $nm or die "nm failed on $library";
	return @found;
}

# The version is the same everywhere.
sub version_differences
{
	my ($root) = @_;
	my ($control) = slurp("$root/confiture.control") =~ /^default_version\s*=\s*'([^']+)'/m;
	my @found;
	push @found, 'confiture.control has no default_version' unless defined $control;
	$control //= '';
	# The script runs in databases of every encoding.
	push @found, 'sql/confiture.sql is not ASCII' if slurp("$root/sql/confiture.sql") =~ /[^\x00-\x7f]/;
	my $meta = JSON::PP->new->decode(slurp("$root/META.json"));
	my $provided = $meta->{provides}{confiture} // {};
	push @found, map { "META.json has version $_" } grep { $_ ne $control } map { $_->{version} // 'none' } $meta, $provided;
	push @found, 'META.json does not name the install script'
	  unless ($provided->{file} // '') eq "sql/confiture.sql";
	push @found, map { "META.json has no $_" }
	  grep { !$meta->{$_} } qw(name abstract maintainer license provides meta-spec);    # PGXN asks for these
	return @found;
}

1;
