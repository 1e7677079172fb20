# Random schemas with rows, and what a subset of them is: by sets of rows in Perl, row by row.
#
# A schema has tables t0, t1, …: id; u and (k1, k2), which may be keys too; for each reference a column or two. Tables may be
# partitioned, or have no key at all. References may be constraints (of one column, to a unique column that is no primary key,
# of two columns, MATCH FULL or not) or declared, with a condition on the kind of a row; tables may reference themselves and
# each other.
package SubsetModel;

use strict;
use warnings;

sub pick { return $_[ int rand @_ ] }

# Returns a schema of that name, and its rows.
sub make
{
	my ($name) = @_;
	my $self = bless { name => $name, tables => [], keys => [] }, __PACKAGE__;
	for my $i (0 .. 3 + int rand 4)
	{
		my $table = { name => "t$i", kind => pick(qw(plain plain plain parted bare)), columns => [] };
		$table->{rows} = [ map { { id => $_, u => 1000 + $_, k1 => $_ % 3, k2 => $_, kind => pick(qw(a b)) } } 1 .. 5 + int rand 30 ];
		push @{ $self->{tables} }, $table;
	}
	$self->add_key($_) for 0 .. @{ $self->{tables} } + int rand 4;
	return $self;
}

sub add_key
{
	my ($self, $number) = @_;
	my $child = pick(@{ $self->{tables} });
	my $parent = pick(@{ $self->{tables} });
	my $shape = $parent->{kind} eq 'plain' ? pick(qw(id u pair pair_full declared)) : $parent->{kind} eq 'parted' ? pick(qw(id declared)) : 'declared';
	my @columns = $shape =~ /pair/ ? ("f${number}a", "f${number}b") : "f${number}a";
	my @referenced = $shape eq 'u' ? 'u' : $shape =~ /pair/ ? qw(k1 k2) : 'id';
	push @{ $child->{columns} }, @columns;
	for my $row (@{ $child->{rows} })
	{
		my $to = pick(@{ $parent->{rows} });
		@$row{@columns} = rand() < 0.6 ? @$to{@referenced} : ();
		$row->{ $columns[0] } = undef if $shape eq 'pair' && rand() < 0.2;
	}
	my $key = { child => $child, parent => $parent, shape => $shape, columns => \@columns, referenced => \@referenced, follow => pick(undef, undef, undef, 1, 0) };
	$key->{when} = pick(qw(a b)) if $shape eq 'declared' && rand() < 0.6;
	$key->{name} = $shape eq 'declared' ? "($columns[0]) REFERENCES $self->{name}.$parent->{name} ($referenced[0])" : "k$number";
	push @{ $self->{keys} }, $key;
	return;
}

# The statements that create it, without rows.
sub schema_sql
{
	my ($self) = @_;
	my $sql = "CREATE SCHEMA $self->{name};\n";
	for my $table (@{ $self->{tables} })
	{
		my $name = "$self->{name}.$table->{name}";
		my $columns = join ', ', map { "$_ int" } @{ $table->{columns} };
		my $keys = { plain => ', PRIMARY KEY (id), UNIQUE (u), UNIQUE (k1, k2)', parted => ', PRIMARY KEY (id)', bare => '' }->{ $table->{kind} };
		$sql .= "CREATE TABLE $name (id int, u int, k1 int, k2 int, kind text" . ($columns && ", $columns") . "$keys)" . ($table->{kind} eq 'parted' ? ' PARTITION BY RANGE (id)' : '') . ";\n";
		$sql .= "CREATE TABLE ${name}_low PARTITION OF $name FOR VALUES FROM (MINVALUE) TO (9);\nCREATE TABLE ${name}_high PARTITION OF $name FOR VALUES FROM (9) TO (MAXVALUE);\n"
		  if $table->{kind} eq 'parted';
	}
	for my $key (grep { $_->{shape} ne 'declared' } @{ $self->{keys} })
	{
		my $match = $key->{shape} eq 'pair_full' ? ' MATCH FULL' : '';
		$sql .= "ALTER TABLE $self->{name}.$key->{child}{name} ADD CONSTRAINT $key->{name} FOREIGN KEY (" . join(', ', @{ $key->{columns} })
		  . ") REFERENCES $self->{name}.$key->{parent}{name} (" . join(', ', @{ $key->{referenced} }) . ")$match;\n";
	}
	return $sql;
}

sub rows_sql
{
	my ($self) = @_;
	my $sql = "SET session_replication_role = replica;\n";
	for my $table (@{ $self->{tables} })
	{
		my @columns = ('id', 'u', 'k1', 'k2', 'kind', @{ $table->{columns} });
		my @rows = map { my $row = $_; '(' . join(', ', map { defined $row->{$_} ? $_ eq 'kind' ? "'$row->{$_}'" : $row->{$_} : 'NULL' } @columns) . ')' } @{ $table->{rows} };
		$sql .= "INSERT INTO $self->{name}.$table->{name} (" . join(', ', @columns) . ') VALUES ' . join(', ', @rows) . ";\n";
	}
	return $sql;
}

# What is declared in the target.
sub declarations_sql
{
	my ($self) = @_;
	my $sql = '';
	for my $key (@{ $self->{keys} })
	{
		my $child = "$self->{name}.$key->{child}{name}";
		$sql .= "SELECT confiture.set_reference('$child', '{$key->{columns}[0]}', '$self->{name}.$key->{parent}{name}', '{$key->{referenced}[0]}'" . ($key->{when} ? ", \$\$kind = '$key->{when}'\$\$" : '') . ");\n"
		  if $key->{shape} eq 'declared';
		$sql .= "SELECT confiture.set_follow('$child', '$key->{name}', " . ($key->{follow} ? 'true' : 'false') . ");\n" if defined $key->{follow};
	}
	return $sql;
}

sub references
{
	my ($key, $row, $other) = @_;
	return 0 if $key->{when} && $row->{kind} ne $key->{when};
	for my $i (0 .. $#{ $key->{columns} })
	{
		my ($from, $to) = ($row->{ $key->{columns}[$i] }, $other->{ $key->{referenced}[$i] });
		return 0 unless defined $from && defined $to && $from == $to;
	}
	return 1;
}

# Tables that may have rows in a subset that starts with rows of `seeds` (names), and those that are left out on purpose.
sub reached
{
	my ($self, $seeds) = @_;
	my %followed = map { $_ => 1 } @$seeds;
	my %reached = %followed;
	my %left_out;
	for my $round (1 .. 50)
	{
		for my $key (@{ $self->{keys} })
		{
			my ($child, $parent) = ($key->{child}{name}, $key->{parent}{name});
			$reached{$parent} = 1 if $reached{$child};
			if (defined $key->{follow} && !$key->{follow}) { $left_out{$child} = 1 if $reached{$parent}; next }
			$followed{$child} = $reached{$child} = 1 if $followed{$parent};
			$reached{$child} = 1 if $reached{$parent} && $key->{follow};
		}
	}
	for my $round (1 .. 50)
	{
		for my $key (@{ $self->{keys} }) { $left_out{ $key->{child}{name} } = 1 if $left_out{ $key->{parent}{name} } && !$reached{ $key->{parent}{name} } }
	}
	return (\%reached, \%left_out);
}

# Returns table name => ids in order. seeds: table name => sub of a row.
sub subset
{
	my ($self, $seeds, $unreached) = @_;
	my ($reached, $left_out) = $self->reached([ keys %$seeds ]);
	my (%state, @work);
	my $choose = sub {
		my ($table, $row, $followed) = @_;
		my $known = $state{ $table->{name} }{ $row->{id} };
		return if defined $known && $known >= $followed;
		$state{ $table->{name} }{ $row->{id} } = $followed;
		push @work, [ $table, $row, $followed ];
	};
	for my $table (@{ $self->{tables} })
	{
		my $seed = $seeds->{ $table->{name} };
		$choose->($table, $_, 1) for $seed ? grep { $seed->($_) } @{ $table->{rows} } : ();
		next if $reached->{ $table->{name} } || $left_out->{ $table->{name} } || $unreached eq 'none';
		$choose->($table, $_, 0) for @{ $table->{rows} };
	}
	while (my $item = shift @work)
	{
		my ($table, $row, $followed) = @$item;
		for my $key (@{ $self->{keys} })
		{
			if ($key->{child} == $table) { references($key, $row, $_) && $choose->($key->{parent}, $_, 0) for @{ $key->{parent}{rows} } }
			next if $key->{parent} != $table || defined $key->{follow} && !$key->{follow} || !$followed && !$key->{follow};
			references($key, $_, $row) && $choose->($key->{child}, $_, $followed) for @{ $key->{child}{rows} };
		}
	}
	return { map { my $name = $_->{name}; $name => join ',', sort { $a <=> $b } keys %{ $state{$name} // {} } } @{ $self->{tables} } };
}

1;
