/* SPDX-License-Identifier: GPL-2.0-only */
/* The buses on which dummy devices appear. */
#ifndef MOCK_BUSES_H
#define MOCK_BUSES_H

/* platform.c */
int mock_platform_init(void);
void mock_platform_exit(void);

/* pci.c; the memory for BARs is as in kapi_bars_init() */
int mock_pci_init(const char *bar_memory);
void mock_pci_exit(void);

/* vdpa.c */
int mock_vdpa_init(void);
void mock_vdpa_exit(void);

#endif /* MOCK_BUSES_H */
