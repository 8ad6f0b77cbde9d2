/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command table: one row per command, in the file of its noun, and
 * everything that must agree with it is made from it: parsing, checks of arity
 * and of words, help, the man page, completion and --dump-commands.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>

#include "lib/ctx.h"
#include "report/report.h"

/* The exit statuses; the last word of each line is what help and man say. */
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

/* Of a context, or of a copy of it. */
static inline struct cli *cli_of(const struct ctx *ctx)
{
	return ctx->owner;
}

/* What a command returned, as an exit status; see run() below. */
int cli_status(const struct cli *cli, int result);
int status_of(enum complaint_kind kind);

/* What stands in a place: which words are right there, and which to offer. */
enum word {
	W_ANY, /* anything; nothing to offer */
	W_NEW, /* a name that does not exist yet */
	W_DRIVER, /* names of objects: must be well-formed; offered from state */
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
	W_PROT,
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
	const char *arg; /* as in help: FILE; NULL if it takes none */
	enum word word;
	const char *help;
	/* If set, the values it takes: the i-th one, NULL after the last. */
	const char *(*choice)(unsigned int i);
};

enum command_flags {
	CMD_MODULE =
		1, /* needs the module: knobs_open() is done before run() */
	CMD_KTAP = 2, /* rows of its report have verdicts: takes --ktap */
	CMD_KEYS = 4, /* at least one key=value is required */
	CMD_UNDOES = 8, /* signals wait until it has ended, see signals.h */
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
	/* What it prints, if it takes the table options; or NULL */
	const struct report_shape *shape;
	unsigned int flags;
	/*
	 * argv: the operands, argv[0] is the first. Returns 0; or ST_FAILED if
	 * what it printed is bad news; or -errno after having said why, and the
	 * exit status follows from the kind of the first complaint.
	 */
	int (*run)(struct ctx *ctx, int argc, char **argv);
	const char *
		details; /* paragraphs for help and man, separated by \n\n; or NULL */
};

/*
 * What main.c defines, which knows all rooms: the parts of the table, in order;
 * each ends with noun == NULL.
 */
extern const struct command *const command_tables[];

/* The i-th row of all, NULL after the last. */
const struct command *command_at(unsigned int i);

/* What the first words are about; ends with name == NULL. */
struct noun {
	const char *name;
	const char *summary;
};
extern const struct noun nouns[];

/* The words of W_SCENARIO, which a room above has: to offer, and to check. */
const char *const *program_words(enum word word); /* NULL ends them */
bool program_word(enum word word, const char *value);

extern const struct option common_options[]; /* --sysroot, --help, --version */
extern const struct option table_options[]; /* --json ... */
extern const struct option ktap_options[]; /* --ktap */

/*
 * Inside run(): the i-th value given for an option (from 0), NULL if there
 * are not that many; "" for an option without argument. key_value() is the
 * value of a key=value.
 */
const char *opt_value(const struct ctx *ctx, const char *name, unsigned int i);
static inline bool opt_given(const struct ctx *ctx, const char *name)
{
	return opt_value(ctx, name, 0) != NULL;
}
const char *key_value(const struct ctx *ctx, const char *name);

/* All key=value given, as the module takes them: "ias=39 policy=any". */
const char *key_line(const struct ctx *ctx);

/* One command line: find the row, check it against the row, run it. */
int command_run(struct ctx *ctx, int argc, char **argv);

/* For rows and lists made from the table */
const struct command *command_find(const char *noun, const char *verb);
bool noun_exists(const char *noun);
char *command_name(const struct command *cmd); /* "instance add"; free() it */
char *command_synopsis(
	const struct command *cmd); /* "instance add NAME [KEY=VALUE]..." */

/* The option lists that a command takes, ending with NULL. */
#define MAX_OPTION_LISTS 5
void command_option_lists(const struct command *cmd,
			  const struct option *lists[MAX_OPTION_LISTS]);

/* --html, if it is given, must name a file: 0, or -EINVAL after saying so. */
int page_check(struct ctx *ctx);

/* A report that is printed as the command line asks for. */
static inline struct report *command_report(struct ctx *ctx,
					    const struct report_shape *shape)
{
	return report_new(ctx, &cli_of(ctx)->format, shape);
}

#endif /* COMMAND_H */
