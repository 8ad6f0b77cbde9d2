// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes and reads at random, by several processes at once, all over the files
 * of the module: most lines are nearly right, so that many of them do something.
 * What each is told does not matter here, nor do processes that find the module
 * gone; what the kernel says does, and whether all of it can be undone.
 *
 * fuzz SEED SECONDS PROCESSES: prints "done=N refused=N reads=N accesses=N", where the
 * last are the lines that an access object of iommufd did.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../../userspace/lib/iommufd-abi.h"

#define MOCK "/sys/kernel/debug/iommu_mock/"

static unsigned long long state;
static struct counts {
	long done;
	long refused;
	long reads;
	long accesses;
} *counts;

static unsigned int rnd(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

/*
 * A template is "FILE TEXT". In it %i %d %x %b are names of an instance, a
 * device, a domain and a buffer; %a an address, %s a size, %n a small number,
 * %e an errno, %p a fault point, %t a type of BAR, %l a known device, %A an error
 * of PCI Express, %h what a handler of requests does, and %o a word of options.
 */
static const char *const templates[] = {
	"new_instance %i%o", "new_instance %i iotlb=4 policy=any%o",
	"new_instance %i format=%f policy=any%o", "new_instance %i iotlb=65536",
	"new_device %d instance=%i", "new_device %d instance=%i bus=pci",
	"new_device %d instance=%i bus=pci msix=%n bars=%s:%t",
	"new_device %d instance=%i bus=pci msix=64 msi=0 bars=16K,1M:64p",
	"new_device %d instance=%i bus=pci msix=2 bar_regs=1",
	"new_device %d instance=%i bus=pci like=%l bars=%s,%s:%t",
	"new_device %d instance=%i group=g%n", "new_device %d instance=%i",
	"new_instance %i pasid=4 sva=1%o", "new_instance %i dirty=1 policy=any",
	"new_device %d instance=%i pasids=16", "devices/%d/sva bind",
	"devices/%d/sva bind", "devices/%d/sva unbind",
	"new_instance %i pasid=4 sva=1 pri=%n%o",
	"devices/%d/dma sum %a %s pasid=%n repeat=1000",
	"devices/%d/request rw %a pasid=%n",
	"devices/%d/request r %a pasid=%n group=%n last=0",
	"devices/%d/request w %a", "domains/%x/attach %d pasid=%n",
	"domains/%x/handler %h", "domains/%x/handler %h",
	"domains/%x/handler map %b", "domains/%x/handler hold",
	"domains/%x/answer %d %h", "domains/%x/answer %d %h group=%n",
	"new_instance %i nest=1 pasid=4%o",
	"new_device %d instance=%i bus=pci bridge=root-port aer=1",
	"new_device %d instance=%i bus=pci behind=%d aer=1",
	"new_device %d instance=%i bus=pci behind=%d slot=s aer=1 intx=1",
	"new_device %d instance=%i bus=pci intx=1 msi=0",
	"new_device %d instance=%i bus=pci sriov=%n vf_bars=%s:%t",
	"devices/%d/aer %A", "devices/%d/aer %A", "devices/%d/aer %A",
	"new_device %d instance=%i bus=pci bridge=root-port hotplug=surprise",
	"new_device %d instance=%i bus=pci bridge=root-port hotplug=button",
	"devices/%d/slot insert", "devices/%d/slot insert",
	"devices/%d/slot remove", "devices/%d/slot button",
	"new_domain %x device=%d", "new_domain %x device=%d",
	"new_domain %x device=%d dirty=1", "new_buffer %b %s",
	"domains/%x/dirty on", "domains/%x/dirty on", "domains/%x/dirty off",
	"domains/%x/dirty read", "domains/%x/dirty peek %a %s",
	"domains/%x/dirty read %a 4M",
	"new_buffer %b 4M", "new_buffer %b 64K",
	"del_instance %i", "del_device %d", "del_domain %x", "del_buffer %b",
	"domains/%x/attach %d", "domains/%x/attach %d",
	"domains/%x/attach %d", "domains/%x/attach %d unclaimed",
	"domains/%x/attach_group g%n", "domains/%x/attach_group %d",
	"domains/%x/detach %d", "domains/%x/detach_group g%n",
	"domains/%x/map %a %b", "domains/%x/map %a %b",
	"domains/%x/map %a %b", "domains/%x/map %a %b size=%s prot=r",
	"domains/%x/map %a %b offset=4K size=%s", "domains/%x/unmap %a %s",
	"domains/%x/unmap %a 4M", "domains/%x/unmap %a 64K",
	"domains/%x/walk %a", "domains/%x/trim 1", "groups/g%n/claim 1",
	"groups/g%n/claim 0",
	"groups/%d/claim 1", "groups/%d/claim 0",
	"devices/%d/dma read %a %s", "devices/%d/dma sum %a %s repeat=1000000",
	"devices/%d/dma write %a %s pattern=%a repeat=1000",
	"devices/%d/dma copy %a %s to=%a repeat=%n", "devices/%d/dma stop",
	"devices/%d/irq 0", "devices/%d/irq %n", "devices/%d/irq 6%n",
	"devices/%d/dma write %a 1M pattern=1 repeat=1000000000",
	"instances/%i/iotlb 0", "instances/%i/iotlb 4",
	"instances/%i/iotlb 4096", "instances/%i/stats 0",
	"instances/%i/policy any", "instances/%i/policy never",
	"instances/%i/misbehave %m,%m", "instances/%i/misbehave %m",
	"instances/%i/misbehave none", "instances/%i/errno %e,format=%e",
	"instances/%i/faults %p errno=%e probability=%n0",
	"instances/%i/faults %p errno=0 delay_us=%n00",
	"instances/%i/faults %p errno=%e nth=%n", "instances/%i/faults off",
	"instances/%i/faults off", "instances/%i/format %f",
	"instances/%i/ias 2%n", "instances/%i/pairs allow %i",
	"instances/%i/pairs deny %i", "instances/%i/pairs clear %i",
	"journal_events none", "journal_events all", "journal clear",
	"journal_events dma,fault", "bench map subject=domain domain=%x total=4M",
	"bench map subject=domain domain=%x total=4M threads=2",
	"buffers/%b/data AAAA", "reset 1",
};

static const char *const files[] = {
	"state", "stats", "journal", "journal_events", "last_error", "bench",
	"build_info", "instances/%i/stats", "instances/%i/faults",
	"instances/%i/pairs", "instances/%i/iotlb", "instances/%i/misbehave",
	"devices/%d/info", "devices/%d/dma", "devices/%d/dma",
	"devices/%d/dma_data", "devices/%d/irq", "devices/%d/sva", "groups/g%n/info",
	"devices/%d/request", "devices/%d/aer", "devices/%d/sriov",
	"devices/%d/slot",
	"domains/%x/handler", "domains/%x/answer", "access",
	"domains/%x/info",
	"domains/%x/mappings", "domains/%x/tables", "domains/%x/walk",
	"domains/%x/dirty",
	"buffers/%b/info", "buffers/%b/data",
};

static const char *pick(char what)
{
	static const char *const sets[][7] = {
		{ "f", "arm-4k", "arm-64k", "vtd-4l", "x86-5l", "amd-v1",
		  "riscv-sv39" },
		{ "m", "accept-and-ignore", "unhook-first", "alter-candidate",
		  "refuse-fresh", "lose-invalidation", "none" },
		{ "p", "probe", "alloc", "attach", "map", "page-response",
		  "dma" },
		{ "e", "EIO", "EINVAL", "ENOMEM", "EBUSY", "EPERM", "ENODEV" },
		{ "s", "4K", "64K", "2M", "4M", "1", "0xfff" },
		{ "a", "0", "0x1000", "2M", "0x40000000", "0xffffff000",
		  "0xfffffffffffff000" },
		{ "t", "32", "64", "32p", "64p", "64", "16" },
		{ "l", "gpu", "nic", "nvme", "accelerator", "nic", "none" },
		{ "A", "RxErr", "BadTLP", "Rollover", "CmpltTO", "MalfTLP",
		  "UnsupReq" },
		{ "h", "success", "invalid", "failure", "hold", "none",
		  "success" },
		{ "o", "", " driver=mock", " enforce=0", " coherent=0",
		  " ias=32", " misbehave=alter-candidate" },
	};
	size_t i;

	for (i = 0; i < sizeof(sets) / sizeof(*sets); i++)
		if (*sets[i][0] == what)
			return sets[i][1 + rnd(6)];
	return NULL;
}

static void expand(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; *from && n + 40 < size; from++) {
		const char *word;

		if (*from != '%') {
			to[n++] = *from;
			continue;
		}
		word = pick(*++from);
		if (word)
			n += sprintf(to + n, "%s", word);
		else if (*from == 'n')
			n += sprintf(to + n, "%u", 1 + rnd(4));
		else
			n += sprintf(to + n, "%c%u", *from == 'x' ? 'X' : *from,
				     rnd(*from == 'd' ? 8 : 4));
	}
	to[n] = '\0';
}

/* Each line now and then with a byte that is not as it should be. */
static void one_write(void)
{
	char line[256], path[320], *text;
	int fd;

	expand(templates[rnd(sizeof(templates) / sizeof(*templates))], line,
	       sizeof(line));
	text = strchr(line, ' ');
	*text++ = '\0';
	/* Too much of it, and there is never much to reset. */
	if (!strcmp(line, "reset") && rnd(50))
		return;
	if (!rnd(20))
		text[rnd(strlen(text))] = 1 + rnd(255);
	snprintf(path, sizeof(path), MOCK "%s", line);
	fd = open(path, O_WRONLY);
	if (fd >= 0 && write(fd, text, strlen(text)) > 0)
		__sync_fetch_and_add(&counts->done, 1);
	else
		__sync_fetch_and_add(&counts->refused, 1);
	if (fd >= 0)
		close(fd);
}

/*
 * A signal every so many seconds from now on; 0: none. One alone may come before the
 * read that it is to end.
 */
static void alarms(int seconds)
{
	struct itimerval each = { { seconds, 0 }, { seconds, 0 } };

	setitimer(ITIMER_REAL, &each, NULL);
}

/* A read of dma may wait: for as long as an alarm lets it. */
static void one_read(void)
{
	char path[320] = MOCK, bytes[4096];
	struct pollfd pfd = { .events = POLLIN };
	size_t n = strlen(path);

	expand(files[rnd(sizeof(files) / sizeof(*files))], path + n,
	       sizeof(path) - n);
	pfd.fd = open(path, O_RDONLY | (rnd(2) ? O_NONBLOCK : 0));
	if (pfd.fd < 0)
		return;
	alarms(1);
	if (!rnd(3))
		poll(&pfd, 1, rnd(20));
	while (read(pfd.fd, bytes, sizeof(bytes)) > 0 && rnd(50))
		;
	alarms(0);
	close(pfd.fd);
	__sync_fetch_and_add(&counts->reads, 1);
}

/*
 * An access object, and the IOAS that it is on, of which memory goes in the meantime. The
 * two files are closed in either order.
 */
static void one_access(void)
{
	static const char *const lines[] = {
		"attach 1", "replace 1", "replace 2", "detach", "pin %a %s",
		"pin %a %s write=1", "unpin %a %s", "read %a %s",
		"write %a %s pattern=%a", "new fd=0", "attach 3",
	};
	int fds[2] = { open("/dev/iommu", O_RDWR), open(MOCK "access", O_RDWR) };
	struct iommu_ioas_alloc ioas = { .size = sizeof(ioas) };
	struct iommu_ioas_map map = { .size = sizeof(map), .length = 0x400000,
				      .flags = 7, .ioas_id = 1 };
	char line[256];
	void *memory;
	int i, first;

	memory = mmap(NULL, map.length, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	map.user_va = (unsigned long)memory;
	sprintf(line, "new fd=%d pins=%u", fds[0], rnd(8) > 0);
	for (i = 0; i < 2; i++)
		ioctl(fds[0], IOMMU_IOAS_ALLOC, &ioas);
	for (i = 0; i < 24 && fds[0] >= 0 && fds[1] >= 0; i++) {
		struct iommu_ioas_unmap unmap = { .size = sizeof(unmap),
						  .ioas_id = 1 + rnd(2),
						  .length = ~0UL };

		if (write(fds[1], line, strlen(line)) > 0)
			__sync_fetch_and_add(&counts->accesses, 1);
		expand(lines[rnd(sizeof(lines) / sizeof(*lines))], line,
		       sizeof(line));
		map.ioas_id = 1 + rnd(2);
		map.iova = rnd(3) * 0x200000UL;
		if (!rnd(4))
			ioctl(fds[0], IOMMU_IOAS_MAP, &map);
		if (!rnd(8))
			ioctl(fds[0], IOMMU_IOAS_UNMAP, &unmap);
	}
	if (memory != MAP_FAILED)
		munmap(memory, map.length);
	first = rnd(2);
	close(fds[first]);
	close(fds[!first]);
}

static void on_alarm(int sig)
{
}

static void process(unsigned long long seed, time_t end)
{
	struct sigaction act = { .sa_handler = on_alarm };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGALRM, &act, NULL);
	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	while (time(NULL) < end)
		if (!rnd(64))
			one_access();
		else if (rnd(4))
			one_write();
		else
			one_read();
	_exit(0);
}

int main(int argc, char **argv)
{
	unsigned long long seed;
	time_t end;
	int i;

	if (argc != 4)
		return 1;
	seed = strtoull(argv[1], NULL, 0);
	end = time(NULL) + atoi(argv[2]);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < atoi(argv[3]); i++)
		if (!fork())
			process(seed + i, end);
	while (wait(NULL) > 0)
		;
	printf("done=%ld refused=%ld reads=%ld accesses=%ld\n", counts->done,
	       counts->refused, counts->reads, counts->accesses);
	return 0;
}
