/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory and text that cannot fail: without memory these functions do not
 * return, because nothing that the caller could do would be right.
 */
#ifndef LIB_MEM_H
#define LIB_MEM_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Called when there is no memory. In the tool, this function prints a message
 * and ends the program. In the library, it jumps out of the library's function,
 * which then fails with ENOMEM. Each thread sets its own function before it
 * calls anything else; the function must not return.
 */
extern _Thread_local void (*mem_none)(void);

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void *xalloc(size_t size); /* zeroed */
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrdup_or_null(const char *s); /* NULL stays NULL */
char *xstrndup(const char *s, size_t n);
char *xprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvprintf(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0)));

/*
 * A text that grows. A zeroed buf is empty; text is NULL until something is
 * added.
 */
struct buf {
	char *text;
	size_t len, room;
};

/* Make room for n more bytes, so that adding them needs no memory. */
void buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, const char *s, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_drop(struct buf *b, size_t n); /* forget the first n bytes */
void buf_free(struct buf *b);

/* __attribute__((cleanup)) for a char *, and for a struct buf */
void free_text(char **p);
#define autofree __attribute__((cleanup(free_text)))
#define autobuf __attribute__((cleanup(buf_free)))

#endif /* LIB_MEM_H */
