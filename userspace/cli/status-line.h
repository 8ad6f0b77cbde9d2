/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The line on a terminal that shows the progress of a command. All commands
 * share the line, so that the tool can clear it before it prints a sentence.
 */
#ifndef STATUS_LINE_H
#define STATUS_LINE_H

/*
 * Show this text in place of the text that stands there, cut to the width of
 * the terminal; NULL clears the line. Nothing is written unless standard error
 * is a terminal.
 */
void status_line(const char *text);

#endif /* STATUS_LINE_H */
