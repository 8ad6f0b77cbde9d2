# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The project's own rules, one function each, for scripts/lint: it prints a line
# "FILE:LINE: ..." per breach. They run in the tree to judge.

# files FIND-TEST...: prints the tree's files, without the products of builds.
files() {
	find . -type d \( -name .git -o -path ./results -o -name build -o -name 'build-*' \) -prune -o \
		-type f ! -name '*.mod.c' ! -name facts.h \( "$@" \) -print | sed 's|^\./||' | sort
}

c_files() {
	files -name '*.[ch]'
}

# In the order of the design: a word that must not be there, outside of here.
# breaches WHY REGEX FILE...: every line that matches.
breaches() {
	local why=$1 regex=$2
	shift 2
	[ $# -gt 0 ] || return 0
	grep -nHE -e "$regex" -- "$@" | sed "s|\$|    <- $why|"
	return 0
}

# Every source file names its licence in its first three lines.
lint_spdx() {
	files -name '*.[chS]' -o -name '*.sh' -o -name '*.t' -o -name '*.mk' -o -name '*.conf' -o -name '*.py' \
		-o -name Makefile -o -name Kbuild -o -path './scripts/*' ! -name '*.list' ! -name '*.config' |
		tr '\n' '\0' | xargs -0r perl -e '
			for my $file (@ARGV) {
				open my $in, "<", $file or die "$file: $!\n";
				my $head = join "", map { readline($in) // "" } 1 .. 3;
				print "$file:1: no SPDX-License-Identifier in the first three lines\n"
					if $head !~ /SPDX-License-Identifier: GPL-2\.0/;
			}'
}

# The version stands in module/abi.h, and dkms.conf reads it there.
lint_versions() {
	local package module
	module=$(sed -n 's/^#define IOMMU_MOCK_VERSION[[:space:]]*"\(.*\)".*/\1/p' module/abi.h)
	# shellcheck disable=SC2016 # the inner shell expands
	package=$(bash -c '. ./dkms.conf && echo "$PACKAGE_VERSION"')
	[ -n "$module" ] || echo "module/abi.h: no IOMMU_MOCK_VERSION"
	[ "$package" = "$module" ] ||
		echo "dkms.conf says version '$package', module/abi.h says '$module'"
	breaches "module/abi.h has the version" '^PACKAGE_VERSION="?[0-9]' dkms.conf
}

# What is pure stays pure, and the arrows between rooms are those of
# docs/architecture.md.
lint_rooms() {
	local pure
	mapfile -t pure < <(c_files | grep -E '^module/(policy|pgtable|datapath)/')
	breaches "policy/, pgtable/ and datapath/ are pure: no IOMMU API" \
		'^[[:space:]]*#[[:space:]]*include[[:space:]]*<linux/(iommu|debugfs)[^>]*>' "${pure[@]}"
	c_files | grep -vE '/tests/|^tests/|^docs/|/kapi/probe/' | perl "$repo/scripts/lanes/rooms.pl" docs/architecture.md
}

# "1 devices": what stands behind a number in a message, unless that is one of
# several ("of %u cells") or a limit.
lint_counts() {
	local noun='(calls|cells|devices|domains|entries|events|functions|groups|instances|lines|mappings|maps|members|objects|pages|rules|threads|times)'
	local files
	mapfile -t files < <(c_files | grep -vE '/tests/|^tests/')
	breaches "1 of them is not many: by_count() in userspace/, ?: in module/" \
		"(%[lz]*[ud] |^[[:space:]]*\" )$noun([^=]|\$)" "${files[@]}" |
		grep -vE "(of|at most|more than|for) %[lz]*[ud] $noun" || :
}

# What a tool left behind, and somebody added: no file of the project is that large, or
# has bytes of zero, but for the recorded buffers of userspace/tests/trees.
lint_strays() {
	{ git ls-files 2>/dev/null || files -true; } | tr '\n' '\0' | xargs -0r perl -e '
		for my $file (grep { -f } @ARGV) {
			print "$file:1: more than 100,000 bytes\n" if -s $file > 100000;
			next if $file =~ m{^userspace/tests/trees/};
			open my $in, "<:raw", $file or die "$file: $!\n";
			print "$file:1: bytes of zero\n" if do { local $/; readline($in) // "" } =~ /\0/;
		}'
}

# Words that hide the subject of a sentence: CONTRIBUTING.md has the style. A question
# may begin with such a word.
lint_english() {
	local front='(^|[.:;!] +|[*#"|] *)' texts
	mapfile -t texts < <(files -name '*.md' -o -name '*.[chS]' -o -name '*.in' -o -name '*.def' -o -name '*.sh' \
		-o -name '*.t' -o -name '*.conf' -o -name '*.list' -o -name '*.awk' -o -name '*.pl' -o -name '*.py' -o -name Makefile \
		-o -name Kbuild -o -path './scripts/*' -o -path './userspace/completion/*')
	breaches 'name the subject: "the driver", "the caller", "a thread that"' \
		"\\<([Ww]ho(so)?[e]ver|[Ww]hom[e]ver|[Nn]obody[']s|[Nn]o one[']s|[Ss]ome(body|one) else[']s)\\>|${front}(Wh(at|ich)ever|Who [a-z]+) [^?]*\$" \
		"${texts[@]}"
}

# A line of Markdown has at most 100 characters. Tables and blocks of code may be wider,
# and so may one word, such as a link.
lint_markdown() {
	local texts
	mapfile -t texts < <(files -name '*.md')
	[ ${#texts[@]} = 0 ] || perl -CSD -ne '
		chomp;
		$fenced = 0 if $. == 1;
		$fenced = !$fenced if /^\s*```/;
		print "$ARGV:$.: ", length, " characters    <- wrap at 100\n"
			if length > 100 && !$fenced && !/^\s*\|/ && !/^    / && !/^\s*(?:\S{1,3} )?\S+$/;
		close ARGV if eof' -- "${texts[@]}"
}

# Every difference between kernels lives in module/kapi/.
lint_kernel_versions() {
	local outside
	mapfile -t outside < <(c_files | grep -E '^module/' | grep -vE '^module/kapi/')
	breaches "only module/kapi/ knows kernel versions" \
		'\<(LINUX_VERSION_CODE|KERNEL_VERSION|HAVE_[A-Z0-9_]+)\>' "${outside[@]}"
}

# Text in and out is knobs/' business.
lint_debugfs_in_knobs() {
	local outside
	mapfile -t outside < <(c_files | grep -E '^module/' | grep -vE '^module/(knobs|tests)/')
	breaches "only module/knobs/ talks debugfs" \
		'^[[:space:]]*#[[:space:]]*include[[:space:]]*<linux/debugfs\.h>' "${outside[@]}"
}

# One place opens files of the kernel, so that --sysroot can move them all.
lint_user_paths() {
	local outside
	mapfile -t outside < <(c_files | grep -E '^userspace/' | grep -vE '^userspace/(lib|tests)/')
	breaches "only userspace/lib/ knows these paths" \
		'/sys/kernel/debug|/dev/vfio|/dev/vhost|/dev/iommu' "${outside[@]}"
}

# What a header declares, a source defines or uses: what is used and not defined
# does not link. Names that a macro pastes together count as well.
lint_declared() {
	local files
	mapfile -t files < <(c_files)
	perl -0777 -e '
		my (%declared, %named, @pasted);
		for my $file (@ARGV) {
			open(my $in, "<", $file) or next;
			my $text = <$in>;
			# Of comments only the lines stay.
			$text =~ s{/\*.*?\*/|//[^\n]*}{(my $c = $&) =~ s/[^\n]//g; $c}gse;
			if ($file =~ /\.c$/) {
				push @pasted, map { s/\w+##(?=\w)|##\w+/##/gr =~ s/#+/\\w+/gr }
					$text =~ /\w{4,}##[\w#]+/g;
				$named{$_} = 1 for $text =~ /\b[A-Za-z_]\w*\b/g;
				next;
			}
			$text =~ s{^[ \t]*#(?:[^\n]*\\\n)*[^\n]*}{(my $c = $&) =~ s/[^\n]//g; $c}gme;
			while ($text =~ /^(?:extern [^;()]*?\b(\w+)(?:\[[^;]*)?|(?!static\b|typedef\b)[A-Za-z_][\w \t\n*]*?\b(\w+)\([^;{}]*);/gm) {
				$declared{$1 // $2} //= "$file:" . (1 + substr($text, 0, $-[0]) =~ tr/\n//);
			}
		}
		my $pasted = @pasted ? join("|", @pasted) : "(?!)";
		for (sort keys %declared) {
			print "$declared{$_}: $_ is declared, and defined nowhere\n"
				unless $named{$_} || /^(?:$pasted)$/;
		}' -- "${files[@]}"
}

# What scripts/check would pass over in silence: a test that is not executable, a
# header of a lane test that means nothing, a skip for a need without a header.
lint_tests() {
	local tests
	mapfile -t tests < <(files -name '*.t')
	[ ${#tests[@]} = 0 ] || perl -e '
		my %form = (lane => qr/^(?:(?:@{[join "|", split " ", shift]})(?: |$))+$/, vm => qr/./,
			leaks => qr/^yes$/, timeout => qr/^[1-9][0-9]*$/, needs => qr/./);
		# How many letters must change to make one word the other.
		sub distance {
			my ($from, $to) = @_;
			my @row = (0 .. length $to);
			for my $i (1 .. length $from) {
				my @next = ($i);
				for my $k (1 .. length $to) {
					my $best = $row[$k - 1] + (substr($from, $i - 1, 1) ne substr($to, $k - 1, 1));
					for ($row[$k] + 1, $next[$k - 1] + 1) {
						$best = $_ if $_ < $best;
					}
					push @next, $best;
				}
				@row = @next;
			}
			return $row[-1];
		}
		for my $file (@ARGV) {
			print "$file:1: not executable: scripts/check runs no such test\n" unless -x $file;
			next unless $file =~ m{^tests/lane/};
			open(my $in, "<", $file) or next;
			my @needs;
			while (<$in>) {
				chomp;
				if (/^#\s*(\w+)\s*:\s*(.*)$/) {
					my ($key, $value) = ($1, $2);
					my ($near) = grep { distance(lc $key, $_) <= length() / 2 } sort keys %form;
					if (exists $form{$key} && /^# \w+: /) {
						print "$file:$.: \"# $key: $value\" means nothing: see scripts/check --help\n"
							unless $value =~ $form{$key};
						print "$file:$.: \"# $key:\" counts in the first 20 lines only\n" if $. > 20;
						push @needs, $value if $key eq "needs";
					} elsif (defined $near && $. <= 20) {
						print "$file:$.: \"$_\" is no header: is \"# $near: \" meant?\n";
					}
				} elsif (/^\s*(?:[^#]*[;&|]\s*)?skip(?:_all)? +"(.*)"/) {
					my $why = $1;
					print "$file:$.: no \"# needs:\" has words of the skip \"$why\"\n"
						unless grep { index($why, $_) >= 0 } @needs;
				}
			}
		}' -- "$(lane_names | paste -sd' ')" "${tests[@]}"
}
