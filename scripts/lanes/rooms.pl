# SPDX-License-Identifier: GPL-2.0-only
# rooms.pl DOCUMENT <FILES: compare the #include lines of the files with the lists
# of rooms that DOCUMENT has between "<!-- rooms -->" and "<!-- end -->", each
# line "ROOM -> ROOM...". Prints one line for each breach.
#
# A room is a directory. A file right below userspace/ or module/ is a room of its
# own: main.c knows all, abi.h knows nothing.
use strict;
use warnings;
use File::Basename;

my $document = shift;
my (%listed, %line, %used);

sub breach { print "$_[0]\n" }

# The part of a room's name that arrows leave out.
sub base { $_[0] =~ m{^(userspace|module)/} ? "$1/" : "" }

sub read_lists {
	my $inside = 0;
	open(my $in, "<", $document) or return breach("$document: there is no list of rooms");
	while (<$in>) {
		$inside = 1 if /<!-- rooms -->/;
		$inside = 0 if /<!-- end -->/;
		next unless $inside && /^\s+(\S+)\s+->(.*)/;
		my ($from, @to) = ($1, split(" ", $2));
		breach("$document:$.: $from is listed twice") if $line{$from};
		$line{$from} = $.;
		# An arrow to abi.h of the module is written with its directory.
		$listed{$from}{ m{^module/} ? $_ : base($from) . $_ } = 1 for @to;
	}
}

sub room_of {
	my ($file) = @_;
	return $file =~ m{^(?:userspace|module)/[^/]+$} ? $file : dirname($file);
}

# Where a compiler finds it: beside the file, in userspace/ or at the top.
sub target {
	my ($file, $name) = @_;
	for my $path (dirname($file) . "/$name", "userspace/$name", "module/$name", $name) {
		my @parts;
		for (split("/", $path)) {
			if ($_ eq "..") { pop @parts } elsif ($_ ne ".") { push @parts, $_ }
		}
		my $plain = join("/", @parts);
		return $plain if -e $plain;
	}
	return undef;
}

sub look {
	my ($file) = @_;
	my $from = room_of($file);
	open(my $in, "<", $file) or return breach("$file: $!");
	while (<$in>) {
		next unless /^\s*#\s*include\s*"([^"]+)"/;
		my $target = target($file, $1) or next;
		my $to = room_of($target);
		next if $to eq $from;
		$used{$from}{$to} = 1;
		breach("$file:$.: $from may not include $to, says $document") unless $listed{$from}{$to};
	}
	breach("$file:1: its room $from is not in $document") unless $line{$from} || $used{$from};
	$used{$from} ||= {};
}

# Prints a circle, and forgets it.
my %state;
sub walk {
	my (@way) = @_;
	my $room = $way[-1];
	$state{$room} = 1;
	for my $next (sort keys %{ $used{$room} || {} }) {
		if (($state{$next} || 0) == 1) {
			my ($at) = grep { $way[$_] eq $next } 0 .. $#way;
			breach("rooms include each other in a circle: " . join(" -> ", @way[$at .. $#way], $next));
		} elsif (!$state{$next}) {
			walk(@way, $next);
		}
	}
	$state{$room} = 2;
}

read_lists();
while (my $file = <STDIN>) {
	chomp $file;
	look($file) if $file =~ m{^(userspace|module)/};
}
for my $from (sort keys %line) {
	breach("$document:$line{$from}: there is no room $from") unless $used{$from};
	for my $to (sort keys %{ $listed{$from} || {} }) {
		breach("$document:$line{$from}: nothing in $from includes $to") unless $used{$from}{$to};
	}
}
walk($_) for grep { !$state{$_} } sort keys %used;
