// SPDX-License-Identifier: GPL-2.0-only
/* parse-device.c, and the names of others in words.c. */
#include "kernel_shim.h"
#include "tap.h"
#include "refuses.h"

static void resv_regions(void)
{
	struct mock_resv resv;

	ok(!mock_parse_resv("msi:0xfee00000+1M,direct:4096+0x2000", &resv) &&
		   resv.count == 2 && resv.regions[0].type == MOCK_RESV_MSI &&
		   resv.regions[0].iova == 0xfee00000 &&
		   resv.regions[0].size == 0x100000 &&
		   resv.regions[1].type == MOCK_RESV_DIRECT &&
		   resv.regions[1].iova == 0x1000 &&
		   resv.regions[1].size == 0x2000,
	   "resv: two regions, in order");
	ok(!mock_parse_resv("direct-relaxable:0+4K,reserved:0xfffffffffffff000+4K",
			    &resv) &&
		   resv.regions[0].type == MOCK_RESV_RELAXABLE &&
		   !resv.regions[0].iova &&
		   resv.regions[1].type == MOCK_RESV_RESERVED,
	   "resv: the first page and the last");
	ok(!mock_parse_resv("msi:0+4K,msi:4K+4K,msi:8K+4K,msi:12K+4K,msi:16K+4K,msi:20K+4K,msi:24K+4K,msi:28K+4K",
			    &resv) &&
		   resv.count == 8,
	   "resv: as many as fit");
	refuses(mock_parse_resv,
		"msi:0+4K,msi:4K+4K,msi:8K+4K,msi:12K+4K,msi:16K+4K,msi:20K+4K,msi:24K+4K,msi:28K+4K,msi:32K+4K",
		-EINVAL, "resv: one more");
	refuses(mock_parse_resv, "", -EINVAL, "resv: empty");
	refuses(mock_parse_resv, "msi:0+4K,", -EINVAL, "resv: open end");
	refuses(mock_parse_resv, "msi", -EINVAL, "resv: a type alone");
	refuses(mock_parse_resv, "msi:0", -EINVAL, "resv: no size");
	refuses(mock_parse_resv, "msi+4K:0", -EINVAL, "resv: the wrong order");
	refuses(mock_parse_resv, "0+4K", -EINVAL, "resv: no type");
	refuses(mock_parse_resv, "hw-msi:0+4K", -EINVAL, "resv: no such type");
	ok(!mock_parse_resv("reserved:0+4K,sw-msi:0x8000000+1M", &resv) &&
		   resv.regions[1].type == MOCK_RESV_SW_MSI,
	   "resv: software-managed MSI");
	refuses(mock_parse_resv, "sw-msi:0+4K,reserved:8K+4K,sw-msi:4K+4K",
		-EINVAL, "resv: two of software-managed MSI");
	refuses(mock_parse_resv, "msi:0+4K,sw-msi:4K+4K", -EINVAL,
		"resv: both types of MSI");
	refuses(mock_parse_resv, "sw-msi:4K+4K,msi:0+4K", -EINVAL,
		"resv: both, in the other order");
	refuses(mock_parse_resv, "msi:x+4K", -EINVAL, "resv: no address");
	refuses(mock_parse_resv, "msi:0+", -EINVAL, "resv: an empty size");
	refuses(mock_parse_resv, "msi:0+0", -EINVAL, "resv: nothing");
	refuses(mock_parse_resv, "msi:0+100", -EINVAL, "resv: half a page");
	refuses(mock_parse_resv, "msi:100+4K", -EINVAL, "resv: misaligned");
	refuses(mock_parse_resv, "msi:0xfffffffffffff000+8K", -EINVAL,
		"resv: past the end");
	refuses(mock_parse_resv,
		"msi:0+0000000000000000000000000000000000000000000000000000040960",
		-EINVAL, "resv: too long to be a size");
	refuses(mock_parse_resv,
		"msi:0x1000000000000000000000000000000000000000000000000000000000000000+4K",
		-EINVAL, "resv: too long to be an address");
}

static void bars(void)
{
	struct mock_config_bar got[MOCK_BARS];

	ok(!mock_parse_bars("16K,1M:32p,8G:64p,4096:64", got) &&
		   got[0].size == 0x4000 && !got[0].wide && !got[0].prefetch &&
		   got[1].size == 0x100000 && !got[1].wide && got[1].prefetch &&
		   got[2].size == 8ULL << 30 && got[2].wide && got[2].prefetch &&
		   !got[3].size && got[4].size == 4096 && got[4].wide &&
		   !got[4].prefetch && !got[5].size && !got[0].at,
	   "bars: of 32 and 64 bits, which take two");
	ok(!mock_parse_bars("4K,4K,4K,4K,4K,4K", got) && got[5].size == 4096,
	   "bars: six");
	refuses(mock_parse_bars, "4K,4K,4K,4K,4K,4K,4K", -EINVAL, "bars: seven");
	refuses(mock_parse_bars, "4K,4K,4K,4K,4K,4K:64", -EINVAL,
		"bars: no room for the upper half");
	refuses(mock_parse_bars, "", -EINVAL, "bars: empty");
	refuses(mock_parse_bars, "2K", -EINVAL, "bars: less than a page");
	refuses(mock_parse_bars, "12K", -EINVAL, "bars: not a power of two");
	refuses(mock_parse_bars, "0", -EINVAL, "bars: nothing");
	refuses(mock_parse_bars, "4K:", -EINVAL, "bars: an empty type");
	refuses(mock_parse_bars, "4K:16", -EINVAL, "bars: no such type");
	refuses(mock_parse_bars, "4K,", -EINVAL, "bars: open end");
	refuses(mock_parse_bars,
		"0000000000000000000000000000000000000000000000000000000000000000004096",
		-EINVAL, "bars: too long to be a size");
}

/* docs/ABI.md, Names: those that are not ours. */
static void foreign_names(void)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "vfio-pci", "vfio-pci" },
		{ "0000:00:1f.3", "0000:00:1f.3" },
		{ "USB audio=\xe4\n", "USB_audio___" },
		{ "1234567890123456789012345678901",
		  "1234567890123456789012345678901" },
		{ "12345678901234567890123456789012",
		  "123456789012345678901234567890~" },
		{ "", "" },
	};
	char name[MOCK_NAME_LEN];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		mock_foreign_name(rows[i].from, name);
		ok(!strcmp(name, rows[i].to), "the name '%s' of another's",
		   rows[i].to);
	}
}

static void ids(void)
{
	struct mock_config_ids ids = { };

	ok(!mock_parse_id("0x8086:4660", &ids) && ids.vendor == 0x8086 &&
		   ids.device == 0x1234 && !ids.sub_vendor && !ids.sub_device,
	   "id: vendor and device");
	ok(!mock_parse_subsystem("0x1:0xffff", &ids) && ids.sub_vendor == 1 &&
		   ids.sub_device == 0xffff && ids.vendor == 0x8086,
	   "subsystem: likewise");
	ok(!mock_parse_id("0x1234:0x00000000000000000000012", &ids) &&
		   ids.vendor == 0x1234 && ids.device == 0x12,
	   "id: all digits count, however many");
	ok(!mock_parse_id("0x00000000000000000000000001234:1", &ids) &&
		   ids.vendor == 0x1234 && ids.device == 1,
	   "id: those of the vendor, too");
	refuses(mock_parse_id, "0x000000000000000000000000000000001234:1",
		-EINVAL, "id: a vendor with more digits than fit");
	refuses(mock_parse_id,
		"0x1234:0x000000000000000000000000000000000000000000000012x",
		-EINVAL, "id: no number, which shows at its end only");
	refuses(mock_parse_subsystem, "0x1234:0x00000000000000000000010000",
		-EINVAL, "subsystem: a long number that is out of range");
	refuses(mock_parse_id, "", -EINVAL, "id: empty");
	refuses(mock_parse_id, "0x1234", -EINVAL, "id: no device");
	refuses(mock_parse_id, ":1", -EINVAL, "id: no vendor");
	refuses(mock_parse_id, "1:", -EINVAL, "id: an empty device");
	refuses(mock_parse_id, "1:2:3", -EINVAL, "id: three numbers");
	refuses(mock_parse_id, "0xffff:1", -EINVAL, "id: an empty slot");
	refuses(mock_parse_id, "1:0x10000", -EINVAL, "id: past 16 bits");
}

/* pci.ids has the numbers; docs/ABI.md the words. */
static void likes(void)
{
	struct mock_config_ids ids = { .serial = 7 };
	u32 like;

	ok(!mock_parse_like("gpu", &like), "like: a gpu");
	mock_like_ids(like, &ids);
	ok(ids.vendor == 0x10de && ids.device == 0x1eb8 &&
		   ids.sub_vendor == 0x10de && ids.sub_device == 0x12a2 &&
		   ids.class == 0x030200 && ids.serial == 7,
	   "like: its ids, subsystem and class; the serial number stays");
	ok(!mock_parse_like("nvme", &like), "like: a disk");
	mock_like_ids(like, &ids);
	ok(ids.vendor == 0x144d && ids.class == 0x010802, "like: it is one");
	ok(!mock_parse_like("accelerator", &like), "like: an accelerator");
	mock_like_ids(like, &ids);
	ok(ids.vendor == 0x1234 && ids.device == 0x4d4f &&
		   ids.class == 0x120000,
	   "like: it has an id of ours");
	refuses(mock_parse_like, "", -EINVAL, "like: nothing");
	refuses(mock_parse_like, "GPU", -EINVAL, "like: in capitals");
	refuses(mock_parse_like, "gpu,nic", -EINVAL, "like: two");
}

/* sriov, vf_offset, vf_stride, vf_id, vf_instance */
static void virtual_functions(void)
{
	struct mock_names names;
	u32 value = 77;

	ok(!mock_parse_sriov("0", &value) && !value &&
		   !mock_parse_sriov("128", &value) && value == 128,
	   "sriov: none, and as many as there can be");
	refuses(mock_parse_sriov, "129", -EINVAL, "sriov: one more");
	refuses(mock_parse_sriov, "-1", -EINVAL, "sriov: less than none");
	ok(!mock_parse_vf_step("1", &value) && value == 1 &&
		   !mock_parse_vf_step("255", &value) && value == 255,
	   "vf_offset, vf_stride: 1 to 255");
	refuses(mock_parse_vf_step, "0", -EINVAL, "vf_offset: 0");
	refuses(mock_parse_vf_step, "256", -EINVAL, "vf_offset: past the bus");
	ok(!mock_parse_vf_id("0xffff", &value) && value == 0xffff,
	   "vf_id: 16 bits");
	refuses(mock_parse_vf_id, "0x10000", -EINVAL, "vf_id: more");
	refuses(mock_parse_vf_id, "0x1234:0x5678", -EINVAL,
		"vf_id: with a vendor");
	ok(!mock_parse_vf_instance("a,b.2,a", &names) && names.count == 3 &&
		   !strcmp(names.names[0], "a") &&
		   !strcmp(names.names[1], "b.2") &&
		   !strcmp(names.names[2], "a"),
	   "vf_instance: names in order, also twice");
	ok(!mock_parse_vf_instance("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p", &names) &&
		   names.count == MOCK_VF_INSTANCES_MAX,
	   "vf_instance: as many as fit");
	refuses(mock_parse_vf_instance, "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q",
		-EINVAL, "vf_instance: one more");
	refuses(mock_parse_vf_instance, "", -EINVAL, "vf_instance: empty");
	refuses(mock_parse_vf_instance, "a,,b", -EINVAL,
		"vf_instance: an empty name");
	refuses(mock_parse_vf_instance, "a,/b", -EINVAL,
		"vf_instance: not a name");
	refuses(mock_parse_vf_instance,
		"a,abcdefghijklmnopqrstuvwxyz0123456", -ENAMETOOLONG,
		"vf_instance: a name that is too long");
}

int main(void)
{
	virtual_functions();
	bars();
	resv_regions();
	ids();
	likes();
	foreign_names();
	return done_testing();
}
