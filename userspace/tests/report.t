#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One report with verdicts, printed in each format.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2046 # the words of pkg-config are words
ok "the test builds" "${CC:-gcc}" -std=gnu11 -g -O1 -Wall -Wextra -Werror \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-I"$here/.." -I"$here/../.." -o "$tmp/report-test" \
	"$here/report-test.c" "$here/../lib/ctx.c" "$here"/../report/*.c \
	"$here/../lib/mem.c" "$here/../lib/words.c" \
	$(pkg-config --cflags --libs smartcols json-c) -lm

run "$tmp/report-test" ktap
is "$status" 0 "KTAP is printed"
is "$out" 'KTAP version 1
1..4
ok 1 R1
  KTAP version 1
  1..2
  # ENOMEM was taken for soft
  # GOT: two lines
  not ok 1 R2 _2
  ok 2 R3 # SKIP no VFIO here
not ok 2 type1
ok 3 R4 # XFAIL known
  KTAP version 1
  1..1
  ok 1 R5
ok 4 iommufd' "KTAP: nested, a parent fails with its child, what is no test is left out"
run "$tmp/report-test" text
is "$out" 'TEST       GOT
R1         
type1      
|-R2 #2    two\x0alines
`-R3       
only words 
R4         
iommufd    
`-R5       ' "text: all of it, on one line each"
run "$tmp/report-test" json
is "$(json '$j->{rules}[1]{children}[0]{got}' <<<"$out")" $'two\nlines' "JSON: unchanged"
is "$(json 'join ",", map { $_->{test} } @{$j->{rules}}' <<<"$out")" \
	"R1,type1,only words,R4,iommufd" "JSON: every row once"
done_testing
