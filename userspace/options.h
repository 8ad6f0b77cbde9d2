/* SPDX-License-Identifier: GPL-2.0-only */
/* The options and keys that rows of the command table point to. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"

extern const struct key load_keys[];
extern const struct key instance_keys[];
extern const struct key instance_set_keys[];
extern const struct key device_keys[];
extern const struct key domain_keys[];
extern const struct key map_keys[];
extern const struct key data_keys[];
extern const struct key fault_keys[];
extern const struct option load_options[];
extern const struct key dma_keys[];
extern const struct option dma_options[];
extern const struct option attach_options[];
extern const struct option detach_options[];
extern const struct option event_options[];
extern const struct option batch_options[];

#endif /* OPTIONS_H */
