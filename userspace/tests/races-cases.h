/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Histories made by hand: lines "NSEC EVENT key=value...", to which number and
 * process are added, and lines with "!":
 *
 *	!at DEVICE DOMAIN		where it is afterwards
 *	!list DOMAIN DEVICE		it is on the list of the domain
 *	!did THREAD ROUND OP DOMAIN OBJECT IOVA BEGIN END ANSWER
 */
#ifndef TESTS_RACES_CASES_H
#define TESTS_RACES_CASES_H

struct by_hand {
	const char *what;
	const char *breaks; /* the invariant that does not hold; NULL: all do */
	const char *history;
};

extern const struct by_hand by_hand[]; /* ends with what == NULL */

#endif /* TESTS_RACES_CASES_H */
