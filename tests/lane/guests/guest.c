// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest of guest.t, in the place of an operating system, which takes minutes to
 * boot in an emulation inside an emulation. QEMU starts it by "-kernel" (Multiboot), in
 * 32 bits without paging. It reads commands from the first serial port, a letter each,
 * and prints "guest: " and the result, and then "guest: done".
 *
 *	f  the number of functions of ours on bus 0
 *	w  write to BAR 0 of each    r  read that
 *	d  each function writes to memory, and raises an interrupt at the end
 *	p  the first function writes to BAR 0 of the second
 *	e  eject the functions that the monitor wants to unplug
 *	b  reboot
 *
 * docs/programming-model.md describes the registers.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

#define SERIAL 0x3f8
#define MAX 4
#define SIZE 0x10000U
#define LAPIC 0xfee00000U
#define VECTOR 0x40

/* In configuration space. */
enum { COMMAND = 0x04, BAR0 = 0x10, ENGINE = 0x80, MSI = 0xc0 };
enum { R_IOVA = ENGINE + 0x04, R_SIZE = ENGINE + 0x0c,
       R_PATTERN = ENGINE + 0x10, R_COMMAND = ENGINE + 0x20,
       R_STATUS = ENGINE + 0x24 };

/* Multiboot Specification 0.6.96, 3.1.1: magic, flags, checksum. */
__attribute__((section(".multiboot"), used, aligned(4)))
static const u32 multiboot[] = { 0x1badb002, 0, -0x1badb002U };

__attribute__((used)) static u8 stack[0x4000] __attribute__((aligned(16)));
static volatile u32 memory[SIZE / 4] __attribute__((aligned(4096)));
__attribute__((used)) static volatile u32 interrupts;

/* Null, code and data: all memory. */
static const unsigned long long gdt[] = {
	0, 0x00cf9a000000ffffULL, 0x00cf92000000ffffULL,
};

static struct {
	u16 low, selector, type, high;
} idt[256];

struct table {
	u16 limit;
	u32 base;
} __attribute__((packed));

__asm__(".globl _start\n"
	"_start: mov $stack + 0x4000, %esp\n"
	"	jmp run\n"
	"interrupt: push %eax\n"
	"	lock incl interrupts\n"
	"	mov $0xfee000b0, %eax\n"	/* the end, for the APIC */
	"	movl $0, (%eax)\n"
	"	pop %eax\n"
	"	iret\n");
void interrupt(void);

static void outb(u16 port, u8 value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static u8 inb(u16 port)
{
	u8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void outl(u16 port, u32 value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static u32 inl(u16 port)
{
	u32 value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void print(const char *text)
{
	for (; *text; text++) {
		while (!(inb(SERIAL + 5) & 0x20))
			;
		outb(SERIAL, *text);
	}
}

static void print_hex(u32 value)
{
	char text[] = " 0x00000000";
	int i;

	for (i = 10; i > 2; i--, value >>= 4)
		text[i] = "0123456789abcdef"[value & 15];
	print(text);
}

/* ---- PCI ---------------------------------------------------------------------- */

static u32 functions[MAX];
static unsigned int count;

static u32 get(u32 function, u32 where)
{
	outl(0xcf8, 0x80000000 | function << 11 | (where & ~3));
	return inl(0xcfc);
}

static void put(u32 function, u32 where, u32 value)
{
	outl(0xcf8, 0x80000000 | function << 11 | (where & ~3));
	outl(0xcfc, value);
}

static void find(void)
{
	u32 slot;

	count = 0;
	for (slot = 0; slot < 32 && count < MAX; slot++)
		if (get(slot, 0) == 0x4d4f1234)
			functions[count++] = slot;
}

static volatile u32 *bar(u32 function)
{
	put(function, COMMAND, 6);
	return (u32 *)(get(function, BAR0) & ~15U);
}

/* Fill @size bytes: the status, once the interrupt has come or has not. */
static u32 fill(u32 function, u32 at, u32 size, u32 pattern)
{
	u32 before = interrupts, patience;

	put(function, COMMAND, 6);
	put(function, MSI + 4, LAPIC);
	put(function, MSI + 8, 0);
	put(function, MSI + 12, VECTOR);
	put(function, MSI, get(function, MSI) | 1 << 16);
	put(function, R_IOVA, at);
	put(function, R_IOVA + 4, 0);
	put(function, R_SIZE, size);
	put(function, R_PATTERN, pattern);
	put(function, R_PATTERN + 4, pattern);
	put(function, R_COMMAND, 2);
	for (patience = 0; interrupts == before && patience < 2000000; patience++)
		inb(0x80);
	put(function, MSI, get(function, MSI) & ~(1U << 16));
	return get(function, R_STATUS);
}

/* ---- commands ----------------------------------------------------------------- */

static void list(void)
{
	print("guest: functions");
	print_hex(count);
}

static void write_bars(void)
{
	u32 i;

	for (i = 0; i < count; i++)
		*bar(functions[i]) = 0x5afe0001 + i;
	print("guest: written");
}

static void read_bars(void)
{
	u32 i;

	print("guest: bars");
	for (i = 0; i < count; i++)
		print_hex(*bar(functions[i]));
}

/* Of each function: the status, the memory that it wrote, and the interrupts. */
static void dma(void)
{
	u32 i, k, wrong;

	print("guest: dma");
	for (i = 0; i < count; i++) {
		u32 pattern = 0x01010101 * (i + 1), before = interrupts;

		for (k = 0; k < SIZE / 4; k++)
			memory[k] = 0;
		print_hex(fill(functions[i], (u32)memory, SIZE, pattern));
		for (k = 0, wrong = 0; k < SIZE / 4; k++)
			wrong += memory[k] != pattern;
		print_hex(wrong);
		print_hex(interrupts - before);
	}
}

static void peer(void)
{
	volatile u32 *to = bar(functions[1]) + 64;

	to[0] = 0;
	print("guest: peer");
	print_hex(fill(functions[0], (u32)to, 8, 0x600d600d));
	print_hex(to[0]);
}

/* docs/specs/acpi_pci_hotplug of QEMU: the bus, what is to go, and what goes. */
static void eject(void)
{
	outl(0xae10, 0);
	print("guest: ejected");
	outl(0xae08, inl(0xae04));
}

static void command(char c)
{
	find();
	switch (c) {
	case 'f':
		list();
		break;
	case 'w':
		write_bars();
		break;
	case 'r':
		read_bars();
		break;
	case 'd':
		dma();
		break;
	case 'p':
		peer();
		break;
	case 'e':
		eject();
		break;
	case 'b':
		outb(0xcf9, 6);
		break;
	default:
		return;
	}
	print("\nguest: done\n");
}

static void set_up(void)
{
	struct table gdtr = { sizeof(gdt) - 1, (u32)gdt };
	struct table idtr = { sizeof(idt) - 1, (u32)idt };
	u32 at = (u32)interrupt;

	idt[VECTOR].low = at;
	idt[VECTOR].high = at >> 16;
	idt[VECTOR].selector = 8;
	idt[VECTOR].type = 0x8e00;
	__asm__ volatile("lgdt %0\n"
			 "	lidt %1\n"
			 "	ljmp $8, $1f\n"
			 "1:	mov %2, %%ds\n"
			 "	mov %2, %%es\n"
			 "	mov %2, %%ss\n"
			 :
			 : "m"(gdtr), "m"(idtr), "r"(16)
			 : "memory");
	/* No interrupts but those of the APIC. */
	outb(0x21, 0xff);
	outb(0xa1, 0xff);
	*(volatile u32 *)(LAPIC + 0x80) = 0;
	*(volatile u32 *)(LAPIC + 0xf0) = 0x1ff;
	__asm__ volatile("sti");
}

__attribute__((used)) void run(void);
void run(void)
{
	set_up();
	print("guest: ready\n");
	for (;;)
		if (inb(SERIAL + 5) & 1)
			command(inb(SERIAL));
}
