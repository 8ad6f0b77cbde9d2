/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command table calls, under the name of the file that has it.
 */
#ifndef CMD_H
#define CMD_H

#include "command.h"

/* cmd-module.c */
int cmd_load(struct ctx *ctx, int argc, char **argv);
int cmd_unload(struct ctx *ctx, int argc, char **argv);
int cmd_reset(struct ctx *ctx, int argc, char **argv);
int cmd_status(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape status_shape;

/* cmd-driver.c */
int cmd_driver_list(struct ctx *ctx, int argc, char **argv);
int cmd_driver_show(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape driver_shape;

/* cmd-instance.c */
int cmd_instance_add(struct ctx *ctx, int argc, char **argv);
int cmd_instance_set(struct ctx *ctx, int argc, char **argv);
int cmd_instance_del(struct ctx *ctx, int argc, char **argv);
int cmd_instance_list(struct ctx *ctx, int argc, char **argv);
int cmd_instance_show(struct ctx *ctx, int argc, char **argv);
int cmd_instance_allow(struct ctx *ctx, int argc, char **argv);
int cmd_instance_deny(struct ctx *ctx, int argc, char **argv);
int cmd_instance_clear(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape instance_shape;
extern const struct report_shape instance_full_shape;

/* cmd-preset.c */
int cmd_preset_list(struct ctx *ctx, int argc, char **argv);
int cmd_preset_show(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape preset_shape;
extern const struct report_shape preset_show_shape;

/* cmd-device.c */
int cmd_device_add(struct ctx *ctx, int argc, char **argv);
int cmd_device_del(struct ctx *ctx, int argc, char **argv);
int cmd_device_list(struct ctx *ctx, int argc, char **argv);
int cmd_device_show(struct ctx *ctx, int argc, char **argv);
int cmd_device_bind(struct ctx *ctx, int argc, char **argv);
int cmd_device_unbind(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape device_shape;

/* cmd-dma.c */
int cmd_device_dma(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape dma_shape;

/* cmd-group.c */
int cmd_group_list(struct ctx *ctx, int argc, char **argv);
int cmd_group_show(struct ctx *ctx, int argc, char **argv);
int cmd_group_claim(struct ctx *ctx, int argc, char **argv);
int cmd_group_release(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape group_shape;

/* cmd-domain.c */
int cmd_domain_add(struct ctx *ctx, int argc, char **argv);
int cmd_domain_del(struct ctx *ctx, int argc, char **argv);
int cmd_domain_list(struct ctx *ctx, int argc, char **argv);
int cmd_domain_show(struct ctx *ctx, int argc, char **argv);
int cmd_domain_attach(struct ctx *ctx, int argc, char **argv);
int cmd_domain_detach(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape domain_shape;

/* cmd-mapping.c */
int cmd_domain_map(struct ctx *ctx, int argc, char **argv);
int cmd_domain_unmap(struct ctx *ctx, int argc, char **argv);
int cmd_domain_walk(struct ctx *ctx, int argc, char **argv);
int cmd_domain_mappings(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape walk_shape;
int cmd_domain_tables(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape mapping_shape;
extern const struct report_shape table_shape;

/* cmd-buffer.c */
int cmd_buffer_add(struct ctx *ctx, int argc, char **argv);
int cmd_buffer_del(struct ctx *ctx, int argc, char **argv);
int cmd_buffer_list(struct ctx *ctx, int argc, char **argv);
int cmd_buffer_show(struct ctx *ctx, int argc, char **argv);
int cmd_buffer_read(struct ctx *ctx, int argc, char **argv);
int cmd_buffer_write(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape buffer_shape;

/* cmd-fault.c */
int cmd_fault_add(struct ctx *ctx, int argc, char **argv);
int cmd_fault_del(struct ctx *ctx, int argc, char **argv);
int cmd_fault_list(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape fault_shape;

/* cmd-show.c */
int cmd_show(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape show_shape;

/* cmd-events.c */
int cmd_events(struct ctx *ctx, int argc, char **argv);
extern const struct report_shape event_shape;

/* cmd-batch.c */
int cmd_batch(struct ctx *ctx, int argc, char **argv);

/* help.c */
int cmd_help(struct ctx *ctx, int argc, char **argv);

/* cmd-share.c */
int cmd_share(struct ctx *ctx, int argc, char **argv);
const char *caller_choice(unsigned int i); /* their names; also of judge */
extern const struct option share_options[];
extern const struct report_shape share_shape;

/* cmd-judge.c */
int cmd_judge(struct ctx *ctx, int argc, char **argv);
extern const struct option judge_options[];
extern const struct report_shape judge_shape;

/* cmd-matrix.c */
int cmd_matrix(struct ctx *ctx, int argc, char **argv);
int cmd_matrix_merge(struct ctx *ctx, int argc, char **argv);
extern const struct option matrix_options[];
extern const struct option matrix_merge_options[];
extern const struct report_shape board_shape;

/* cmd-scenario.c */
int cmd_scenario_list(struct ctx *ctx, int argc, char **argv);
int cmd_scenario_show(struct ctx *ctx, int argc, char **argv);
int cmd_scenario_run(struct ctx *ctx, int argc, char **argv);
extern const struct option scenario_options[];
extern const struct report_shape scenario_shape;
extern const struct report_shape scenario_show_shape;
extern const struct report_shape scenario_run_shape;

/* cmd-bench.c */
int cmd_bench(struct ctx *ctx, int argc, char **argv);
extern const struct option bench_options[];
extern const struct option bench_all_options[];

#endif /* CMD_H */
