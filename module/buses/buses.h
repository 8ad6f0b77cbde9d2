/* SPDX-License-Identifier: GPL-2.0-only */
/* Where dummy devices appear. */
#ifndef MOCK_BUSES_H
#define MOCK_BUSES_H

struct device;
struct mock_device;

int mock_platform_init(void);
void mock_platform_exit(void);
int mock_platform_add(struct mock_device *mdev);
void mock_platform_del(struct mock_device *mdev);
struct mock_device *mock_platform_device(struct device *dev);

#endif /* MOCK_BUSES_H */
