/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Knobs: text in, text out.
 *
 * A knob is a row in the table of its kind of object. files.c makes debugfs
 * files of the rows; everything else in here turns text into calls of
 * objects/ and caller/.
 */
#ifndef MOCK_KNOBS_H
#define MOCK_KNOBS_H

#include <linux/fs.h>
#include <linux/types.h>

#include "../objects/answers.h"
#include "../objects/objects.h"
#include "../objects/words.h"
#include "parse.h"

struct poll_table_struct;
struct seq_file;

/**
 * struct mock_knob - one file
 * @name: its name
 * @show: writes the answer; m->private is the object
 * @write: does the operation; @line may be modified. Negative errno on
 *         failure, with everything as it was
 * @poll: what can be done without waiting; NULL: everything
 * @fops: for a file that is not text; @show and @write are unused then
 * @caller_only: of domains: exists for those of the in-kernel caller only
 */
struct mock_knob {
	const char *name;
	int (*show)(struct seq_file *m, void *v);
	int (*write)(struct mock_obj *obj, char *line);
	__poll_t (*poll)(struct mock_obj *obj, struct file *file,
			 struct poll_table_struct *wait);
	const struct file_operations *fops;
	umode_t mode;
	bool caller_only;
};

/* Tables, each ended by a row without a name. */
extern const struct mock_knob mock_top_knobs[];
extern const struct mock_knob mock_instance_knobs[];
extern const struct mock_knob mock_device_knobs[];
extern const struct mock_knob mock_group_knobs[];
extern const struct mock_knob mock_domain_knobs[];
extern const struct mock_knob mock_buffer_knobs[];

extern const struct file_operations mock_journal_fops;
extern const struct file_operations mock_data_fops;
extern const struct file_operations mock_dma_data_fops;

/* state.c: one object as "key=value", separated by @sep */
void mock_show_instance(struct seq_file *m, struct mock_instance *inst,
			char sep);
void mock_show_group(struct seq_file *m, struct mock_group *mg, char sep);
void mock_show_device(struct seq_file *m, struct mock_device *mdev, char sep);
void mock_show_domain(struct seq_file *m, struct mock_domain *dom, char sep);
void mock_show_buffer(struct seq_file *m, struct mock_buffer *buf, char sep);
int mock_state_show(struct seq_file *m, void *v);

/* values.c: values as text */
void mock_show_pgsizes(struct seq_file *m, u64 sizes);
void mock_show_policy(struct seq_file *m, u32 checks);
void mock_show_misbehave(struct seq_file *m, u32 misbehave);
void mock_show_words(struct seq_file *m, u32 bits, const char *const *words);
void mock_show_errnos(struct seq_file *m, const struct mock_errnos *errnos);
int mock_check_traits(const struct mock_traits *traits);

/* dma.c */
int mock_dma_show(struct seq_file *m, void *v);
int mock_dma_write(struct mock_obj *obj, char *line);
__poll_t mock_dma_poll(struct mock_obj *obj, struct file *file,
		       struct poll_table_struct *wait);

/* faults.c */
int mock_faults_show(struct seq_file *m, void *v);
int mock_faults_write(struct mock_obj *obj, char *line);

/* bench.c */
int mock_bench_show(struct seq_file *m, void *v);
int mock_bench_write(struct mock_obj *obj, char *line);

/* new.c */
int mock_write_new_instance(struct mock_obj *obj, char *line);
int mock_write_new_domain(struct mock_obj *obj, char *line);
int mock_write_new_buffer(struct mock_obj *obj, char *line);
int mock_write_del_instance(struct mock_obj *obj, char *line);
int mock_write_del_device(struct mock_obj *obj, char *line);
int mock_write_del_domain(struct mock_obj *obj, char *line);
int mock_write_del_buffer(struct mock_obj *obj, char *line);
int mock_write_reset(struct mock_obj *obj, char *line);
int mock_reset(bool unload);

/* new-device.c */
int mock_write_new_device(struct mock_obj *obj, char *line);

/* files.c */
char *mock_take_line(const char __user *buf, size_t count);

/* new.c */
struct mock_obj *mock_word_object(enum mock_kind kind, char **line);
struct mock_obj *mock_name_object(enum mock_kind kind, const char *name);
int mock_new_name(enum mock_kind kind, char **line, char *name);

int mock_knobs_init(void);
void mock_knobs_exit(void);

#endif /* MOCK_KNOBS_H */
