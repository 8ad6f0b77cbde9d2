/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the command table: each stands at the end of objects/NOUN.c or
 * ROOM/cmd.c, after the keys and options that its commands take. main.c puts the
 * parts into an order.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "cli/command.h"

extern const struct command module_commands[]; /* load, unload, reset, status */
extern const struct command driver_commands[];
extern const struct command instance_commands[];
extern const struct command preset_commands[];
extern const struct command device_commands[];
extern const struct command dma_commands[]; /* device dma */
extern const struct command serve_commands[]; /* device serve */
extern const struct command group_commands[];
extern const struct command domain_commands[];
extern const struct command mapping_commands[]; /* domain map to trim */
extern const struct command handler_commands[]; /* domain handler to answer */
extern const struct command buffer_commands[];
extern const struct command fault_commands[];
extern const struct command show_commands[];
extern const struct command events_commands[];
extern const struct command batch_commands[];
extern const struct command share_commands[];
extern const struct command record_commands[];
extern const struct command judge_commands[];
extern const struct command matrix_commands[];
extern const struct command scenario_commands[];
extern const struct command bench_commands[];
extern const struct command help_commands[];

#endif /* COMMANDS_H */
