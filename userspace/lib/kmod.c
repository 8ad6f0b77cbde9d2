// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/env.h"
#include "lib/kmod.h"
#include "lib/mem.h"
#include "lib/words.h"

static bool is_ours(struct kmod_module *mod)
{
	struct kmod_list *info = NULL, *item;
	bool found = false;

	if (kmod_module_get_info(mod, &info) < 0)
		return false;
	kmod_list_foreach(item, info)
		found |= !strcmp(kmod_module_info_get_key(item), "name") &&
			 !strcmp(kmod_module_info_get_value(item), MODULE_NAME);
	kmod_module_info_free_list(info);
	return found;
}

/*
 * The tool checks before it loads: the kernel's message would go to the log
 * only.
 */
static int check_file(struct ctx *ctx, struct kmod_ctx *kmod, const char *file)
{
	struct kmod_module *mod;
	bool ours;

	if (access(file, R_OK))
		return fail_errno(ctx, -errno, file, "cannot be read: %m");
	if (kmod_module_new_from_path(kmod, file, &mod) < 0)
		return fail_errno(ctx, -ENOEXEC, file,
				  "is not a kernel module");
	ours = is_ours(mod);
	kmod_module_unref(mod);
	return ours ? 0 :
		      fail_errno(ctx, -ENOEXEC, file,
				 "is not the kernel module %s", MODULE_NAME);
}

/* Both need the running kernel, and the right to change it. */
static int check(struct ctx *ctx)
{
	if (ctx_recorded(ctx))
		return usage_error(ctx,
				   "needs the running kernel, not --sysroot");
	if (geteuid() != 0)
		return env_errno(ctx, -EPERM,
				 "must run as root to load or unload a module");
	return 0;
}

static int loaded_already(struct ctx *ctx)
{
	return fail_errno(ctx, -EEXIST, NULL, "the module is loaded already");
}

static int load_failed(struct ctx *ctx, int err)
{
	const char *lockdown = env_lockdown(ctx);

	switch (-err) {
	case EKEYREJECTED:
	case ENOKEY:
	case EPERM:
		if (lockdown)
			return env_errno(
				ctx, err,
				"the kernel is locked down (%s), takes only signed modules, and closes debugfs: boot without Secure Boot, or without lockdown=",
				lockdown);
		if (err != -EPERM)
			return env_errno(
				ctx, err,
				"the kernel takes only modules that a key of its own has signed: enroll the key of dkms, or boot without module.sig_enforce (%s)",
				errno_name(err));
		/* It is root that is refused. */
		return env_errno(
			ctx, err,
			"the kernel lets root load no such module: it is locked down (Secure Boot, lockdown=), kernel.modules_disabled is set, or this is a container (%s)",
			errno_name(err));
	case ENOEXEC:
		return fail_errno(
			ctx, err, NULL,
			"the module was built for another kernel (%s)",
			errno_name(err));
	case EEXIST:
		return loaded_already(ctx);
	case ENOENT:
		return fail_errno(
			ctx, err, NULL,
			"there is no such file, or the kernel lacks something that the module needs; dmesg knows which (%s)",
			errno_name(err));
	case EINVAL:
		return fail_errno(
			ctx, err, NULL,
			"the kernel does not take it: wrong parameter? dmesg knows (%s)",
			errno_name(err));
	}
	return fail_errno(ctx, err, NULL, "%s (%s)", strerror(-err),
			  errno_name(err));
}

/*
 * A file has no entry in modules.dep; the file itself lists what it depends on.
 */
static int insert_dependencies(struct kmod_ctx *kmod, struct kmod_module *mod)
{
	struct kmod_list *info = NULL, *item;
	autofree char *names = NULL;
	char *rest, *name;
	int err = kmod_module_get_info(mod, &info);

	if (err < 0)
		return err;
	kmod_list_foreach(item,
			  info) if (!strcmp(kmod_module_info_get_key(item),
					    "depends"))
	{
		free(names);
		names = xstrdup(kmod_module_info_get_value(item));
	}
	kmod_module_info_free_list(info);
	rest = names;
	err = 0;
	while (err >= 0 && rest && (name = strsep(&rest, ","))) {
		struct kmod_module *dep;

		if (!*name)
			continue;
		err = kmod_module_new_from_name(kmod, name, &dep);
		if (err < 0)
			break;
		err = kmod_module_probe_insert_module(dep, 0, NULL, NULL, NULL,
						      NULL);
		kmod_module_unref(dep);
	}
	return err;
}

static int load_file(struct ctx *ctx, struct kmod_ctx *kmod, const char *file,
		     const char *parameters)
{
	struct kmod_module *mod;
	int err = kmod_module_new_from_path(kmod, file, &mod);

	if (err < 0)
		return fail_errno(ctx, err, file, "%s (%s)", strerror(-err),
				  errno_name(err));
	err = insert_dependencies(kmod, mod);
	if (err >= 0)
		err = kmod_module_insert_module(mod, 0, parameters);
	kmod_module_unref(mod);
	return err < 0 ? load_failed(ctx, err) : 0;
}

static int load_installed(struct ctx *ctx, struct kmod_ctx *kmod,
			  const char *parameters)
{
	struct kmod_list *list = NULL;
	struct kmod_module *mod;
	int err = kmod_module_new_from_lookup(kmod, MODULE_NAME, &list);
	struct utsname u;

	if (err < 0 || !list) {
		uname(&u);
		return env_errno(
			ctx, -ENOENT,
			"the module %s is not installed for the kernel %s: install it (dkms), or name its file with --file",
			MODULE_NAME, u.release);
	}
	mod = kmod_module_get_module(list);
	err = kmod_module_probe_insert_module(mod, KMOD_PROBE_FAIL_ON_LOADED,
					      parameters, NULL, NULL, NULL);
	kmod_module_unref(mod);
	kmod_module_unref_list(list);
	return err < 0 ? load_failed(ctx, err) : 0;
}

/* Messages of the library on stderr would come on top of the tool's. */
static void quiet(void *data, int priority, const char *file, int line,
		  const char *fn, const char *format, va_list args)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)fn;
	(void)format;
	(void)args;
}

static struct kmod_ctx *open_kmod(void)
{
	struct kmod_ctx *kmod = kmod_new(NULL, NULL);

	if (kmod)
		kmod_set_log_fn(kmod, quiet, NULL);
	return kmod;
}

int module_load(struct ctx *ctx, const char *file, const char *parameters)
{
	struct kmod_ctx *kmod;
	int st = check(ctx);

	if (st)
		return st;
	if (env_module_loaded(ctx))
		return loaded_already(ctx);
	kmod = open_kmod();
	if (!kmod)
		return fail_errno(ctx, -ENOMEM, NULL, "libkmod does not start");
	if (file) {
		st = check_file(ctx, kmod, file);
		if (!st)
			st = load_file(ctx, kmod, file, parameters);
	} else {
		st = load_installed(ctx, kmod, parameters);
	}
	kmod_unref(kmod);
	return st;
}

int module_unload(struct ctx *ctx, bool *in_use)
{
	struct kmod_module *mod;
	struct kmod_ctx *kmod;
	int err, st = check(ctx);

	*in_use = false;
	if (st)
		return st;
	if (!env_module_loaded(ctx))
		return env_error(ctx, "the module %s is not loaded",
				 MODULE_NAME);
	kmod = open_kmod();
	if (!kmod)
		return fail_errno(ctx, -ENOMEM, NULL, "libkmod does not start");
	err = kmod_module_new_from_name(kmod, MODULE_NAME, &mod);
	if (!err) {
		err = kmod_module_remove_module(mod, KMOD_REMOVE_NOWAIT);
		kmod_module_unref(mod);
	}
	kmod_unref(kmod);
	*in_use = err == -EWOULDBLOCK || err == -EBUSY;
	if (*in_use)
		return err;
	return err < 0 ? fail_errno(ctx, err, NULL, "%s (%s)", strerror(-err),
				    errno_name(err)) :
			 0;
}

int module_need(const char *name)
{
	struct kmod_ctx *kmod = open_kmod();
	struct kmod_list *list = NULL;
	struct kmod_module *mod;
	int err;

	if (!kmod)
		return -ENOMEM;
	err = kmod_module_new_from_lookup(kmod, name, &list);
	if (!err && !list)
		err = -ENOENT;
	if (!err) {
		mod = kmod_module_get_module(list);
		err = kmod_module_probe_insert_module(mod, 0, NULL, NULL, NULL,
						      NULL);
		kmod_module_unref(mod);
		kmod_module_unref_list(list);
	}
	kmod_unref(kmod);
	return err;
}
