/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Knobs: text in, text out.
 *
 * A knob is a row in the table of its kind of object. files.c makes a debugfs
 * file of each row. The other files of this room turn text into calls of
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

/* Room for any value that a file can be. */
union mock_value {
	bool flag;
	u32 number;
	u64 sizes;
	struct mock_errnos errnos;
};

/**
 * struct mock_type - a type of values
 * @show: writes a value as text
 * @parse: reads a value from text; returns 0 or a negative errno
 * @size: bytes of a value
 */
struct mock_type {
	void (*show)(struct seq_file *m, const void *value);
	int (*parse)(const char *text, void *value);
	size_t size;
};

/**
 * struct mock_attr - one value of an object
 * @get: copies the value of @obj to @value
 * @set: gives @obj the value; returns 0, or a negative errno and nothing is
 *       changed
 * @type: type of the value
 * @offset: for @get and @set: where the value is in its structure
 */
struct mock_attr {
	void (*get)(struct mock_obj *obj, const struct mock_attr *attr,
		    void *value);
	int (*set)(struct mock_obj *obj, const struct mock_attr *attr,
		   const void *value);
	const struct mock_type *type;
	size_t offset;
};

/**
 * struct mock_knob - one file
 * @name: its name
 * @show: writes the answer; m->private is the object
 * @write: does the operation; may modify @line. Returns 0, or a negative errno
 *         and nothing is changed
 * @attr: of a file that is one value; @show and @write are not used then
 * @poll: returns what a process can do without waiting; NULL: everything
 * @fops: of a file that is not text; @show and @write are not used then
 * @mode: mode of the file; 0: what @show, @write and @attr allow
 * @caller_only: of domains: only those of the in-kernel caller have the file
 */
struct mock_knob {
	const char *name;
	int (*show)(struct seq_file *m, void *v);
	int (*write)(struct mock_obj *obj, char *line);
	const struct mock_attr *attr;
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
extern const struct file_operations mock_sva_fops;
extern const struct file_operations mock_dirty_fops;
extern const struct file_operations mock_access_fops;

/* state.c: one object as "key=value", separated by @sep */
void mock_show_instance(struct seq_file *m, struct mock_instance *inst,
			char sep);
void mock_show_group(struct seq_file *m, struct mock_group *mg, char sep);
void mock_show_device(struct seq_file *m, struct mock_device *mdev, char sep);
void mock_show_domain(struct seq_file *m, struct mock_domain *dom, char sep);
void mock_show_buffer(struct seq_file *m, struct mock_buffer *buf, char sep);
int mock_state_show(struct seq_file *m, void *v);

/*
 * values.c: values as text. Each mock_show_*() but the first is the reverse of
 * a mock_parse_*(), and takes a pointer to the same type.
 */
void mock_show_words(struct seq_file *m, u32 bits, const char *const *words);
void mock_show_u32(struct seq_file *m, const void *value);
void mock_show_bool(struct seq_file *m, const void *value);
void mock_show_format(struct seq_file *m, const void *value);
void mock_show_pgsizes(struct seq_file *m, const void *value);
void mock_show_policy(struct seq_file *m, const void *value);
void mock_show_misbehave(struct seq_file *m, const void *value);
void mock_show_errnos(struct seq_file *m, const void *value);
int mock_check_traits(const struct mock_traits *traits);

/* dma.c */
int mock_dma_show(struct seq_file *m, void *v);
int mock_dma_write(struct mock_obj *obj, char *line);
__poll_t mock_dma_poll(struct mock_obj *obj, struct file *file,
		       struct poll_table_struct *wait);

int mock_check_pasid(const struct mock_device *mdev, u32 pasid,
		     const struct mock_opt *opt);

/* new-vfs.c */
bool mock_wants_bars(const struct mock_device_spec *spec);
int mock_bars_prepare(struct mock_device_spec *spec);
int mock_vfs_prepare(const char *pf, const struct mock_names *names,
		     struct mock_instance *inst, struct mock_device_spec *spec);
void mock_vfs_forget(struct mock_device_spec *spec);

/* sriov.c */
int mock_sriov_show(struct seq_file *m, void *v);

/* request.c */
int mock_request_show(struct seq_file *m, void *v);
int mock_request_write(struct mock_obj *obj, char *line);

/* handler.c */
int mock_handler_show(struct seq_file *m, void *v);
int mock_handler_write(struct mock_obj *obj, char *line);
int mock_answer_show(struct seq_file *m, void *v);
int mock_answer_write(struct mock_obj *obj, char *line);

/* slot.c */
int mock_slot_show(struct seq_file *m, void *v);
int mock_slot_write(struct mock_obj *obj, char *line);

/* aer.c */
int mock_aer_show(struct seq_file *m, void *v);
int mock_aer_write(struct mock_obj *obj, char *line);

/* irq.c */
int mock_irq_show(struct seq_file *m, void *v);
int mock_irq_write(struct mock_obj *obj, char *line);

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

/* sva.c */
int mock_no_sva(void);

/* dirty.c */
int mock_no_dirty(void);

/* files.c */
ssize_t mock_write_line(const char __user *buf, size_t count,
			int (*operate)(void *arg, char *line), void *arg);

/* new.c */
struct mock_obj *mock_word_object(enum mock_kind kind, char **line);
struct mock_obj *mock_name_object(enum mock_kind kind, const char *name);
int mock_new_name(enum mock_kind kind, char **line, char *name);
int mock_no_pasids(void);

int mock_knobs_init(void);
void mock_knobs_exit(void);

#endif /* MOCK_KNOBS_H */
