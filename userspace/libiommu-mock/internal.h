/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libiommu-mock: the public functions are a thin layer over lib/ and callers/.
 * The layer keeps complaints instead of printing them, makes structures that
 * can grow, and lets a function fail when there is no memory.
 */
#ifndef LIBIOMMU_MOCK_INTERNAL_H
#define LIBIOMMU_MOCK_INTERNAL_H

#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>

#include "include/iommu-mock.h"
#include "lib/ctx.h"
#include "lib/knobs.h"
#include "lib/mem.h"
#include "module/abi.h"

/* Only these symbols are exported; libiommu-mock.map lists the same names. */
#define EXPORT __attribute__((visibility("default")))

struct imock {
	struct ctx ctx;
	char *sysroot;
	int stop; /* an eventfd, see imock_interrupt() */
	char sentence[1024]; /* about the last call; "" if it succeeded */
	int err; /* that goes with it */
	struct buf warnings;
	struct imock_page page;
	char page_buffer[MOCK_NAME_LEN];
	struct imock_dma dma; /* size 0: there is none yet */
};

/*
 * Each public function that may need memory does its work between these two.
 * Without memory, lib/ jumps back to the beginning of the work; what the work
 * had allocated or opened is not released.
 */
struct guard {
	struct imock *im;
	struct guard *outer;
	void (*none)(void); /* mem_none as it was */
	jmp_buf jump;
};

void guard_begin(struct guard *g, struct imock *im);
/* Restores, sees that a failure has a sentence, and returns ret. */
int guard_end(struct guard *g, int ret);

#define GUARDED(im, work)                 \
	({                                \
		struct guard guard_;      \
		int ret_;                 \
		guard_begin(&guard_, im); \
		if (setjmp(guard_.jump))  \
			ret_ = -ENOMEM;   \
		else                      \
			ret_ = (work);    \
		guard_end(&guard_, ret_); \
	})

/* The same for work that needs the module, which is found by the first use. */
#define WITH_MODULE(im, work)                        \
	GUARDED(im, ({                               \
			int open_ = open_module(im); \
			open_ ? open_ : (work);      \
		}))

/* Work on two words, each of which may be part of a path. */
#define WITH_WORDS(im, a, b, work)                            \
	WITH_MODULE(im, ({                                    \
			    int bad_ = check_word(im, a);     \
			    if (!bad_)                        \
				    bad_ = check_word(im, b); \
			    bad_ ? bad_ : (work);             \
		    }))
#define WITH_WORD(im, a, work) WITH_WORDS(im, a, a, work)

int open_module(struct imock *im);

/* The errno of the complaint, for a function of lib/ that returns NULL. */
int said(const struct imock *im);

/* The module's answer: 0, or err after a complaint. */
int of_knob(struct imock *im, int err);

/*
 * Answers of the module, see answers.c. A complaint that one makes no sense: returns
 * -EPROTO.
 */
int nonsense(struct imock *im, const char *object);

unsigned int count_lines(const char *text);

/*
 * Cuts a line "WORD KEY=VALUE KEY=VALUE" into pieces. values[i] is the value of keys[i],
 * or NULL. The list of keys ends with NULL.
 */
void find_values(char *line, const char *const *keys, char **values);
/* Numbers of such values. A missing one is no number. */
bool value_u64(const char *value, uint64_t *number);
bool value_u32(const char *value, uint32_t *number);

/*
 * Reads a file that belongs to an object; what names its content. 0, or -errno after a
 * complaint, which says that there is no such object if that is the reason.
 */
int read_answer(struct imock *im, const char *object, const char *what,
		const char *file, struct buf *text);

/*
 * Checks a word that becomes part of a path or a line: 0, or -EINVAL after a
 * complaint.
 */
int check_word(struct imock *im, const char *word);

#endif /* LIBIOMMU_MOCK_INTERNAL_H */
