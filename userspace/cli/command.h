/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command table. The file of each noun contains one row per command. These
 * are generated from the rows, so that they agree: parsing, the checks of
 * arity and words, help, the man page, completion and --dump-commands.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>

#include "lib/ctx.h"
#include "report/report.h"

/* The exit statuses; help and man print the text of each. */
#define STATUSES(X)                                                             \
	X(OK, 0, "success")                                                     \
	X(FAILED, 1, "the operation was refused, or it failed")                 \
	X(USAGE, 2, "the command line is wrong")                                \
	X(ENV, 3,                                                               \
	  "the system is not ready: not root, module not loaded or of another " \
	  "version, debugfs not mounted, kernel locked down")

enum status {
#define X(id, n, text) ST_##id = n,
	STATUSES(X)
#undef X
};

struct command;
struct values;

/* One run of the program. The context is given to every function below. */
struct cli {
	struct ctx ctx; /* its owner is this structure */
	const struct command *command; /* the row that is running */
	const struct values *values; /* its options, see opt_value() */
	struct format format;
	const char *file; /* batch: where the command line came from */
	unsigned int line;
	enum complaint_kind said; /* the first complaint of the command */
};

/* The run that a context, or a copy of the context, belongs to. */
static inline struct cli *cli_of(const struct ctx *ctx)
{
	return ctx->owner;
}

/* The exit status for a result of run(), below. */
int cli_status(const struct cli *cli, int result);
int status_of(enum complaint_kind kind);

/* The kind of a word: which words are valid, and which completion offers. */
enum word {
	W_ANY, /* any word; completion offers none */
	W_NEW, /* a name that does not exist yet */
	W_DRIVER, /* names of objects: must be well-formed; offered from the state */
	W_INSTANCE,
	W_GROUP,
	W_DEVICE,
	W_DOMAIN,
	W_BUFFER,
	W_POINT, /* words of module/abi.h */
	W_POINT_OR_ALL,
	W_EVENT,
	W_EVENTS,
	W_DMA,
	W_FORMAT,
	W_PRESET, /* NAME@KERNEL, see lib/presets.h */
	W_PRESET_OR_ALL,
	W_SCENARIO, /* id or slug, see scenario/scenario.h */
	W_POLICY,
	W_ERRNO,
	W_ERRNOS,
	W_MISBEHAVE,
	W_PGSIZES,
	W_BOOL,
	W_DEFAULT,
	W_BUS,
	W_BRIDGE,
	W_HOTPLUG,
	W_LIKE,
	W_PROT,
	W_HANDLER,
	W_PAGE_CODE,
	W_FILTER,
	W_NUMBER,
	W_LIMIT, /* a number, or -1: none */
	W_SIZE,
	W_FUNCTION, /* a device, or the address of any PCI function */
	W_FILE,
	W_DIR,
	W_COMMAND,
	W_COLUMNS,
};

struct operand {
	const char *name; /* as in the synopsis: DEV */
	enum word word;
	unsigned int flags;
};

enum operand_flags {
	OPD_OPTIONAL = 1,
	OPD_REPEAT = 2, /* one or more (with OPD_OPTIONAL: any number) */
};

/* key=value, given among the operands, each at most once */
struct key {
	const char *name;
	const char *value; /* as in help: BITS */
	enum word word;
	const char *help;
};

struct option {
	const char *name; /* without the dashes */
	char letter; /* or 0 */
	const char *arg; /* as in help: FILE; NULL: no argument */
	enum word word;
	const char *help;
	/* If set, returns the i-th valid value, or NULL after the last. */
	const char *(*choice)(unsigned int i);
};

enum command_flags {
	CMD_MODULE = 1, /* needs the module: knobs_open() comes before run() */
	CMD_KTAP = 2, /* takes --ktap: the rows of its report have verdicts */
	CMD_KEYS = 4, /* at least one key=value is required */
	CMD_UNDOES = 8, /* signals wait for its end, see signals.h */
};

#define MAX_OPERANDS 5 /* with the end */

struct command {
	const char *noun; /* "instance"; or the whole command: "status" */
	const char *verb; /* "add", or NULL */
	const char *summary;
	struct operand operands[MAX_OPERANDS]; /* ends with name == NULL */
	const struct key *keys; /* ends with name == NULL; or NULL */
	const char *needs; /* the key that must be given, or NULL */
	const struct option *options; /* ends with name == NULL; or NULL */
	/* The shape of its report; NULL: it takes no table options. */
	const struct report_shape *shape;
	unsigned int flags;
	/*
	 * argv: the operands, argv[0] is the first. Returns 0; ST_FAILED if the
	 * report shows a failure; or -errno after the command has printed a
	 * complaint. The kind of the first complaint decides the exit status.
	 */
	int (*run)(struct ctx *ctx, int argc, char **argv);
	const char *
		details; /* paragraphs for help and man, separated by \n\n; or NULL */
};

/*
 * The parts of the table, in order; each ends with noun == NULL. main.c defines
 * the list, because it may include every room.
 */
extern const struct command *const command_tables[];

/* The i-th row of all, NULL after the last. */
const struct command *command_at(unsigned int i);

/* A first word of a command line. */
struct noun {
	const char *name;
	const char *summary;
};
extern const struct noun nouns[]; /* ends with name == NULL */

/*
 * The words of W_SCENARIO. main.c takes them from scenario/, a room that cli/
 * may not include.
 */
const char *const *program_words(enum word word); /* to offer; NULL ends them */
bool program_word(enum word word, const char *value); /* is value valid? */

extern const struct option common_options[]; /* --sysroot, --help, --version */
extern const struct option table_options[]; /* --json ... */
extern const struct option ktap_options[]; /* --ktap */

/*
 * For use in run(). opt_value() returns the i-th value (from 0) given for an
 * option, or NULL after the last. The value of an option without argument is
 * "". key_value() returns the value of a key=value, or NULL.
 */
const char *opt_value(const struct ctx *ctx, const char *name, unsigned int i);
static inline bool opt_given(const struct ctx *ctx, const char *name)
{
	return opt_value(ctx, name, 0) != NULL;
}
const char *key_value(const struct ctx *ctx, const char *name);

/* All key=value of the command line, for the module: "ias=39 policy=any". */
const char *key_line(const struct ctx *ctx);

/* Finds the row of a command line, checks the words, and runs the command. */
int command_run(struct ctx *ctx, int argc, char **argv);

/* For rows and lists made from the table */
const struct command *command_find(const char *noun, const char *verb);
bool noun_exists(const char *noun);
char *command_name(const struct command *cmd); /* "instance add"; free() it */
char *command_synopsis(
	const struct command *cmd); /* "instance add NAME [KEY=VALUE]..." */

/* The option lists that a command takes; NULL ends them. */
#define MAX_OPTION_LISTS 5
void command_option_lists(const struct command *cmd,
			  const struct option *lists[MAX_OPTION_LISTS]);

/* Checks that --html, if given, names a file: 0, or -EINVAL with a complaint. */
int page_check(struct ctx *ctx);

/* A report that is printed in the format that the command line chose. */
static inline struct report *command_report(struct ctx *ctx,
					    const struct report_shape *shape)
{
	return report_new(ctx, &cli_of(ctx)->format, shape);
}

#endif /* COMMAND_H */
