/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rows of the command table, by the file that has them: those of NOUN are
 * at the end of cmd-NOUN.c, which has the keys and options that they take, too.
 * main.c puts them into an order.
 */
#ifndef CMD_H
#define CMD_H

#include "cli/command.h"

extern const struct command module_commands[]; /* load, unload, reset, status */
extern const struct command driver_commands[];
extern const struct command instance_commands[];
extern const struct command preset_commands[];
extern const struct command device_commands[];
extern const struct command dma_commands[]; /* device dma */
extern const struct command group_commands[];
extern const struct command domain_commands[];
extern const struct command mapping_commands[]; /* domain map to tables */
extern const struct command buffer_commands[];
extern const struct command fault_commands[];
extern const struct command show_commands[];
extern const struct command events_commands[];
extern const struct command batch_commands[];
extern const struct command share_commands[];
extern const struct command judge_commands[];
extern const struct command matrix_commands[];
extern const struct command scenario_commands[];
extern const struct command bench_commands[];
extern const struct command help_commands[];

/* cmd-instance.c: what instance add takes; a preset is in the same words. */
extern const struct key instance_keys[];

/* cmd-share.c: the callers' names; judge takes them, too. */
const char *caller_choice(unsigned int i);

#endif /* CMD_H */
