/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parsers: from text to values. This is pure code, also compiled for user-space
 * tests. A function that fails leaves a sentence with mock_fail(), and changes
 * nothing.
 */
#ifndef MOCK_PARSE_H
#define MOCK_PARSE_H

#include "../config/config.h"
#include "../objects/resv.h"
#include "../policy/policy.h"
#include "../types.h"

/**
 * struct mock_opt - a key that an operation accepts
 * @key: the word before "="
 * @parse: reads *@dst from the text after "="
 * @dst: gets the value. It is written even if a later word is wrong, so it must
 *       not be part of an object
 * @seen: the line contains the key
 */
struct mock_opt {
	const char *key;
	int (*parse)(const char *value, void *dst);
	void *dst;
	bool seen;
};

/**
 * struct mock_names - a list of names
 * @names: the names
 * @count: how many they are
 */
struct mock_names {
	char names[MOCK_VF_INSTANCES_MAX][MOCK_NAME_LEN];
	u32 count;
};

int mock_check_line(const char *line, size_t len);
char *mock_next_word(char **line);
int mock_no_more(char *line);
int mock_parse_opts(char *line, struct mock_opt *opts, size_t count);
int mock_parse_list(const char *value, void *dst,
		    int (*item)(const char *word, void *dst));

/* Signature of mock_opt.parse; @dst is a ... */
int mock_parse_name(const char *value, void *dst); /* char[MOCK_NAME_LEN] */
int mock_parse_u64(const char *value, void *dst); /* u64 */
int mock_parse_u32(const char *value, void *dst); /* u32 */
int mock_parse_s64(const char *value, void *dst); /* s64, -1 and up */
int mock_parse_size(const char *value, void *dst); /* u64, suffixes K M G T */
/* The size that ends a line; its absence is an error. */
int mock_parse_last_size(char *line, u64 *size);
int mock_parse_bool(const char *value, void *dst); /* bool */
int mock_parse_errno(const char *value, void *dst); /* int, positive */
int mock_parse_prot(const char *value, void *dst); /* u32, MOCK_PROT_* */
int mock_parse_format(const char *value, void *dst); /* u32 */
int mock_parse_pgsizes(const char *value, void *dst); /* u64 */
int mock_parse_iotlb(const char *value, void *dst); /* u32 */
int mock_parse_policy(const char *value, void *dst); /* u32, check bits */
int mock_parse_misbehave(const char *value, void *dst); /* u32 */
int mock_parse_errnos(const char *value, void *dst); /* struct mock_errnos */
int mock_parse_events(const char *value, void *dst); /* u32, event bits */

/* parse-device.c */
int mock_parse_resv(const char *value, void *dst); /* struct mock_resv */
int mock_parse_bars(const char *value, void *dst); /* mock_config_bar[] */
int mock_parse_id(const char *value, void *dst); /* struct mock_config_ids */
int mock_parse_subsystem(const char *value, void *dst); /* likewise */
int mock_parse_like(const char *value, void *dst); /* an index, from 0 */
int mock_parse_sriov(const char *value, void *dst); /* u32 */
int mock_parse_vf_step(const char *value, void *dst); /* u32, from 1 */
int mock_parse_vf_id(const char *value, void *dst); /* u32, 16 bits */
int mock_parse_vf_instance(const char *value, void *dst); /* mock_names */

/* The ids and the class of a known device; the rest stays. */
void mock_like_ids(u32 like, struct mock_config_ids *ids);

const char *mock_policy_word(u32 checks);

#define MOCK_PROT_READ 1U
#define MOCK_PROT_WRITE 2U

#endif /* MOCK_PARSE_H */
