// SPDX-License-Identifier: GPL-2.0-only
/*
 * kill-at N SIGNAL COMMAND...: send the signal to a command once the module's
 * journal has N entries of it, and say how it ended: "killed NAME", "exited
 * STATUS"; and "late" before that if it had ended by itself.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOURNAL "/sys/kernel/debug/iommu_mock/journal"

static const struct {
	const char *name;
	int number;
} signals[] = { { "INT", SIGINT }, { "TERM", SIGTERM }, { "HUP", SIGHUP } };

static int number_of(const char *name)
{
	for (int i = 0; i < 3; i++)
		if (!strcmp(signals[i].name, name))
			return signals[i].number;
	fprintf(stderr, "kill-at: no signal is named %s\n", name);
	exit(2);
}

/* How many of the lines that are there are its own. */
static long count(FILE *journal, pid_t pid)
{
	char line[1024], by[32];
	long n = 0;

	snprintf(by, sizeof(by), " by=%d", pid);
	clearerr(journal);
	while (fgets(line, sizeof(line), journal)) {
		const char *at = strstr(line, by);

		n += at && !isdigit((unsigned char)at[strlen(by)]);
	}
	return n;
}

/* A line of the journal is read whole: wait for it, or for the end. */
static bool send_at(FILE *journal, long wanted, int number, pid_t pid, int *st)
{
	struct pollfd p = { .fd = fileno(journal), .events = POLLIN };

	for (long seen = 0; seen < wanted; seen += count(journal, pid)) {
		if (waitpid(pid, st, WNOHANG) == pid)
			return false;
		poll(&p, 1, 20);
	}
	kill(pid, number);
	waitpid(pid, st, 0);
	return true;
}

/*
 * The command shares a CPU with this program, which takes the CPU as soon as there is an
 * entry to read. On a busy machine the command would be far beyond that entry, or over.
 */
static void come_first(void)
{
	struct sched_param first = { .sched_priority = 1 };
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	if (sched_setaffinity(0, sizeof(here), &here) ||
	    sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first))
		perror("kill-at");
}

int main(int argc, char **argv)
{
	int number = argc > 3 ? number_of(argv[2]) : 0, st;
	FILE *journal = fopen(JOURNAL, "re");
	pid_t pid;

	if (!number || !journal) {
		fprintf(stderr, "usage: kill-at N SIGNAL COMMAND...\n");
		return 2;
	}
	count(journal, 0);
	come_first();
	pid = fork();
	if (!pid) {
		/* What runs in the background is started without it. */
		signal(SIGINT, SIG_DFL);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (!send_at(journal, atol(argv[1]), number, pid, &st))
		printf("late ");
	if (WIFSIGNALED(st))
		printf("killed %s\n", sigabbrev_np(WTERMSIG(st)));
	else
		printf("exited %d\n", WEXITSTATUS(st));
	return 0;
}
