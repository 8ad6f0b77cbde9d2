// SPDX-License-Identifier: GPL-2.0-only
/* See event.h. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/tracing.h"
#include "record/event.h"

/* The event printk:console */
#define LOGGED "console: "

/*
 * "            qemu-412     [001] d..1.   12.345678: imr_attach: (__iommu_..."
 * The name of a task may contain any character. It ends at the first place
 * where the text has the form of the fields that follow.
 */
static char *skip_task(char *line, pid_t *tid)
{
	for (char *at = line; (at = strchr(at, '-')); at++) {
		char *end;
		long n = strtol(at + 1, &end, 10);

		if (end == at + 1 || n < 0)
			continue;
		while (*end == ' ')
			end++;
		if (end[0] != '[' || !isdigit((unsigned char)end[1]))
			continue;
		*tid = (pid_t)n;
		return strchr(end, ']');
	}
	return NULL;
}

/* "12.345678:" */
static bool parse_time(char **at, uint64_t *nsec)
{
	uint64_t sec, frac;
	int n = 0;

	if (sscanf(*at, "%" SCNu64 ".%6" SCNu64 ":%n", &sec, &frac, &n) < 2 ||
	    !n)
		return false;
	*nsec = sec * 1000000000 + frac * 1000;
	*at += n;
	return true;
}

static void set_number(struct traced *t, const char *key, const char *value)
{
	static const char *const keys[T_NUMBERS] = {
		[T_DOM] = "dom",   [T_TYPE] = "type", [T_PASID] = "pasid",
		[T_IOVA] = "iova", [T_SIZE] = "size", [T_START] = "start",
		[T_END] = "end",   [T_RET] = "ret",
	};

	for (int i = 0; i < T_NUMBERS; i++)
		if (!strcmp(keys[i], key))
			t->n[i] = *value == '-' ?
					  (uint64_t)strtoll(value, NULL, 0) :
					  strtoull(value, NULL, 0);
}

static void set_text(struct traced *t, const char *key, const char *value)
{
	if (!strcmp(key, "dev"))
		t->dev = value;
	else if (!strcmp(key, "group"))
		t->group = value;
	else if (!strcmp(key, "comm"))
		t->comm = value;
}

/* "dom=0xffff... dev="0000:00:03.0" comm="sh"": texts are in quotes. */
static void parse_words(char *at, struct traced *t)
{
	while (at) {
		char *key = at + strspn(at, " "), *value = strchr(key, '=');

		if (!value)
			return;
		*value++ = '\0';
		if (*value == '"') {
			at = strchr(++value, '"');
			if (at)
				*at++ = '\0';
			set_text(t, key, value);
		} else {
			at = strchr(value, ' ');
			if (at)
				*at++ = '\0';
			set_number(t, key, value);
		}
	}
}

bool traced_parse(char *line, struct traced *t)
{
	char *at, *end;

	*t = (struct traced){ 0 };
	at = skip_task(line, &t->tid);
	if (!at)
		return false;
	/* The flags follow, then the time. */
	at = at + 1 + strspn(at + 1, " ");
	at += strcspn(at, " ");
	at += strspn(at, " ");
	if (!parse_time(&at, &t->nsec))
		return false;
	at += strspn(at, " ");
	if (!strncmp(at, LOGGED, strlen(LOGGED))) {
		t->log = at + strlen(LOGGED);
		return true;
	}
	end = strchr(at, ':');
	if (!end || strncmp(at, TRACING_PREFIX, strlen(TRACING_PREFIX)))
		return false;
	*end = '\0';
	t->event = at + strlen(TRACING_PREFIX);
	at = strchr(end + 1, '(');
	end = at ? strchr(at, ')') : NULL;
	if (!end)
		return false;
	*end = '\0';
	t->returned = strstr(at, "<-") != NULL;
	parse_words(end + 1, t);
	return true;
}

uint64_t traced_lost(const char *line)
{
	uint64_t n;

	return sscanf(line, "CPU:%*d [LOST %" SCNu64 " EVENTS]", &n) == 1 ? n :
									    0;
}
