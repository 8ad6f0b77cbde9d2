// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does cmpxchg16b leave the flags alone that it does not set? It sets ZF and no
 * other flag. When QEMU 7.2 emulates it after an arithmetic instruction, it takes
 * that instruction's operand for the register of flags.
 *
 * Exit status: 0 if the flags survive, 1 if not, 2 if the processor does not
 * offer the instruction.
 */
#include <cpuid.h>
#include <stdalign.h>
#include <stdio.h>

#define ZF 0x40UL

#define OPERANDS 5

/* The flags after a comparison with operand. */
static unsigned long flags_without(unsigned long operand)
{
	unsigned long after;

	__asm__ volatile("pushq $0x202; popfq; jmp 1f; 1: cmpq %[operand], %%rsi; pushfq; popq %[after]"
			 : [after] "=&D"(after)
			 : [operand] "r"(operand), "S"(1UL)
			 : "cc", "memory");
	return after;
}

/* The same, with a cmpxchg16b in between. */
static unsigned long flags_with(unsigned long operand)
{
	static alignas(16) unsigned long cell[2];
	unsigned long after, rax = 0, rdx = 0;

	cell[0] = 0;
	cell[1] = 0;
	__asm__ volatile("pushq $0x202; popfq; jmp 1f; 1: cmpq %[operand], %%rsi; "
			 "lock cmpxchg16b %[cell]; pushfq; popq %[after]"
			 : [after] "=&D"(after), "+a"(rax), "+d"(rdx), [cell] "+m"(cell)
			 : [operand] "r"(operand), "S"(1UL), "b"(1UL), "c"(0UL)
			 : "cc", "memory");
	return after;
}

int main(void)
{
	static const unsigned long operands[OPERANDS] = { 0, 1, 0x8d5, 0x4000, ~0UL };
	unsigned int a, b, c, d, i;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_CMPXCHG16B))
		return 2;
	for (i = 0; i < OPERANDS; i++) {
		unsigned long before = flags_without(operands[i]);
		unsigned long after = flags_with(operands[i]);

		if ((before | ZF) != (after | ZF)) {
			printf("operand %#lx: flags %#lx became %#lx\n", operands[i],
			       before, after);
			return 1;
		}
	}
	return 0;
}
