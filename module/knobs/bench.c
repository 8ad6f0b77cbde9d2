// SPDX-License-Identifier: GPL-2.0-only
/* The knob "bench". */
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "../caller/bench.h"
#include "../caller/caller.h"
#include "knobs.h"

#define X(sym, name) name,
static const char *const subjects[] = { MOCK_BENCH_SUBJECTS(X) };
static const char *const patterns[] = { MOCK_BENCH_PATTERNS(X) };
#undef X

static int parse_subject(const char *value, void *dst)
{
	int index = mock_word_index(subjects, ARRAY_SIZE(subjects), value);

	if (index < 0)
		return mock_fail(-EINVAL, "there is no subject '%.64s'", value);
	*(u32 *)dst = index;
	return 0;
}

static int parse_pattern(const char *value, void *dst)
{
	int index = mock_word_index(patterns, ARRAY_SIZE(patterns), value);

	if (index < 0)
		return mock_fail(-EINVAL, "there is no pattern '%.64s'", value);
	*(u32 *)dst = index;
	return 0;
}

/*
 * Parse a line into @req. The subject "domain" has a name, which goes to
 * @domain.
 */
static int parse_request(char *line, struct mock_bench_map *req, char *domain)
{
	struct mock_opt opts[] = {
		{ "subject", parse_subject, &req->subject },
		{ "domain", mock_parse_name, domain },
		{ "pattern", parse_pattern, &req->pattern },
		{ "page", mock_parse_size, &req->page },
		{ "total", mock_parse_size, &req->total },
		{ "batch", mock_parse_u32, &req->batch },
		{ "threads", mock_parse_u32, &req->threads },
		{ "rounds", mock_parse_u32, &req->rounds },
	};
	char *word = mock_next_word(&line);
	int ret;

	if (!word || strcmp(word, "map"))
		return mock_fail(-EINVAL, "there is no benchmark '%.64s', only map",
				 word ?: "");
	ret = mock_parse_opts(line, opts, ARRAY_SIZE(opts));
	if (ret)
		return ret;
	if (!opts[0].seen)
		return mock_fail(-EINVAL, "subject= is missing");
	if (req->subject == MOCK_BENCH_DOMAIN && !opts[1].seen)
		return mock_fail(-EINVAL, "domain= is missing");
	if (req->subject != MOCK_BENCH_DOMAIN && opts[1].seen)
		return mock_fail(-EINVAL, "domain= goes with subject=domain");
	return 0;
}

static void keep_answer(const struct mock_bench_map *req,
			const struct mock_bench_result *result)
{
	mock_answer_set(MOCK_ANSWER_BENCH,
			"subject=%s page=0x%llx total=0x%llx batch=%u pattern=%s threads=%u rounds=%u calls=%llu pages=%llu map_ns=%llu unmap_ns=%llu tables=%llu",
			subjects[req->subject], req->page, req->total,
			req->batch, patterns[req->pattern], req->threads,
			req->rounds, result->calls, result->pages,
			result->map_ns, result->unmap_ns, result->tables);
}

int mock_bench_write(struct mock_obj *unused, char *line)
{
	struct mock_bench_map req = {
		.page = SZ_4K, .total = SZ_64M, .batch = 1, .threads = 1,
		.rounds = 1,
	};
	struct mock_bench_result result;
	struct mock_obj *dom = NULL;
	char name[MOCK_NAME_LEN];
	int ret = parse_request(line, &req, name);

	if (ret)
		return ret;
	if (req.subject == MOCK_BENCH_DOMAIN) {
		dom = mock_name_object(MOCK_DOMAIN, name);
		if (IS_ERR(dom))
			return PTR_ERR(dom);
		req.dom = to_domain(dom);
	}
	ret = mock_bench_map(&req, &result);
	if (!ret)
		keep_answer(&req, &result);
	mock_caller_record("bench", dom ? name : "-", subjects[req.subject],
			   ret);
	if (dom)
		mock_obj_put(dom);
	return ret;
}

int mock_bench_show(struct seq_file *m, void *v)
{
	char text[MOCK_ANSWER_LEN];

	mock_answer_get(MOCK_ANSWER_BENCH, text);
	if (*text)
		seq_printf(m, "%s\n", text);
	return 0;
}
