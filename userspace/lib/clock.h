/* SPDX-License-Identifier: GPL-2.0-only */
/* Time to wait by: of the monotonic clock. */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

long long now_ms(void);

#endif /* LIB_CLOCK_H */
