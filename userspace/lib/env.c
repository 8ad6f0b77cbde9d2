// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/env.h"
#include "lib/knobs.h"
#include "lib/root.h"
#include "lib/words.h"

#define DEBUGFS "/sys/kernel/debug"

bool env_module_loaded(const struct ctx *ctx)
{
	return root_exists(ctx, "/sys/module/" MODULE_NAME);
}

bool env_debugfs_mounted(const struct ctx *ctx)
{
	autofree char *mounts = root_read(ctx, "/proc/mounts");

	return mounts && strstr(mounts, " " DEBUGFS " debugfs ");
}

const char *env_lockdown(const struct ctx *ctx)
{
	autofree char *text = root_read(ctx, "/sys/kernel/security/lockdown");

	if (text && strstr(text, "[integrity]"))
		return "integrity";
	if (text && strstr(text, "[confidentiality]"))
		return "confidentiality";
	return NULL;
}

int env_check_lockdown(struct ctx *ctx, int err)
{
	const char *lockdown = env_lockdown(ctx);

	if (!lockdown || (err != -EPERM && err != -EACCES))
		return 0;
	return env_errno(
		ctx, err,
		"the kernel is locked down (%s) and closes debugfs: boot without Secure Boot, or without lockdown=",
		lockdown);
}

static int not_ready(struct ctx *ctx, int err)
{
	if (geteuid() != 0 && !ctx_recorded(ctx))
		return env_errno(
			ctx, -EPERM,
			"must run as root: the module's files are root's");
	if (!env_module_loaded(ctx))
		return env_error(
			ctx,
			"the module %s is not loaded: load it with \"%s load\" or modprobe",
			MODULE_NAME, PROGRAM);
	if (!env_debugfs_mounted(ctx))
		return env_errno(
			ctx, -ENOENT,
			"debugfs is not mounted: mount -t debugfs none %s",
			DEBUGFS);
	if (env_check_lockdown(ctx, err))
		return err;
	if (err == -ENOENT)
		return env_errno(
			ctx, err,
			"the module is loaded, but %s has no %s: is debugfs switched off (debugfs= on the kernel's command line)?",
			DEBUGFS, IOMMU_MOCK_DEBUGFS);
	return env_errno(ctx, err, "cannot open %s/%s: %s (%s)", DEBUGFS,
			 IOMMU_MOCK_DEBUGFS, strerror(-err), errno_name(err));
}

int env_find(struct ctx *ctx, int *dir)
{
	const char *path = DEBUGFS "/" IOMMU_MOCK_DEBUGFS;
	int fd = root_open(ctx, path, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return not_ready(ctx, fd);
	*dir = fd;
	return 0;
}

char *env_fact(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text && *text) {
		size_t line = strcspn(text, "\n");

		if (!strncmp(text, key, len) && text[len] == '=')
			return xstrndup(text + len + 1, line - len - 1);
		text += line + (text[line] == '\n');
	}
	return NULL;
}

int env_check_version(struct ctx *ctx)
{
	autobuf struct buf info = { 0 };
	autofree char *abi = NULL;
	autofree char *version = NULL;
	int err = knob_read(ctx, "build_info", &info);
	uint64_t n;

	/* Under lockdown the directory can be opened, but hardly a file in it. */
	if (err == -EPERM || err == -EACCES)
		return not_ready(ctx, err);
	abi = env_fact(info.text, "abi");
	version = env_fact(info.text, "version");
	if (abi && number_parse(abi, &n) && n == IOMMU_MOCK_ABI)
		return 0;
	return env_errno(
		ctx, -EPROTO,
		"the loaded module is version %s (interface %s), this tool is %s (interface %d): install both from one version, and reload the module",
		version ? version : "unknown", abi ? abi : "unknown",
		IOMMU_MOCK_VERSION, IOMMU_MOCK_ABI);
}
