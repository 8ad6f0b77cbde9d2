// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page with the charts and tables of reports in one file: it needs no network
 * and no script. It follows the reader's choice of light or dark, prints black
 * on white, and can be read on a phone.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/mem.h"
#include "report/model.h"
#include "report/page.h"

/* Colours that people who see few of them can tell apart (Okabe and Ito). */
static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1b1b1b;--soft:#595959;--grid:#ddd;--row:#f4f4f4;--bar:#4a7ba6;\n"
	"--c0:#0072b2;--c1:#b34700;--c2:#007a5a;--c3:#9a4a7c;--c4:#1b1b1b;--c5:#946c00;--c6:#2f86b5;--c7:#7a5c3e}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#161616;--fg:#e8e8e8;--soft:#a8a8a8;--grid:#3a3a3a;--row:#202020;--bar:#5b8fbd;\n"
	"--c0:#56b4e9;--c1:#ff9a4d;--c2:#35c79a;--c3:#e08fc0;--c4:#e8e8e8;--c5:#f0c808;--c6:#8fd3ff;--c7:#d0a77c}}\n"
	"@media print{:root{--bg:#fff;--fg:#000;--soft:#444;--grid:#ccc;--row:#f4f4f4;--bar:#888;\n"
	"--c0:#0072b2;--c1:#b34700;--c2:#007a5a;--c3:#9a4a7c;--c4:#000;--c5:#946c00;--c6:#2f86b5;--c7:#7a5c3e}\n"
	"figure,tr{break-inside:avoid}.wide{overflow:visible}table{font-size:7pt}}\n"
	"body{margin:0 auto;padding:12px;max-width:1180px;background:var(--bg);color:var(--fg);font:15px/1.45 system-ui,sans-serif}\n"
	"h1{font-size:1.4em;margin:.4em 0}h2{font-size:1.15em;margin:1.6em 0 .4em;border-bottom:1px solid var(--grid)}\n"
	".charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,345px),1fr));gap:18px}\n"
	"figure{margin:0}figcaption{margin-bottom:4px}figure p{margin:4px 0;color:var(--soft);font-size:13px}\n"
	"svg{display:block;width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--fg)}\n"
	"svg .num{text-anchor:end}svg .mid{text-anchor:middle}svg .soft{fill:var(--soft)}\n"
	".grid{stroke:var(--grid)}.line{fill:none;stroke-width:1.8}.mark{stroke:none}.bar{fill:var(--bar)}\n"
	".range{stroke:var(--fg)}.target{stroke:var(--fg);stroke-dasharray:4 3}\n"
	".wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}\n"
	"th,td{padding:2px 8px;text-align:right;white-space:nowrap}th{color:var(--soft);font-weight:600}\n"
	"tbody tr:nth-child(odd){background:var(--row)}.l{text-align:left}dl{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:.5em 0}\n"
	"dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\n";

#define STYLES 8 /* as svg.c has them */

static void styles(struct buf *page)
{
	buf_str(page, style);
	for (unsigned int i = 0; i < STYLES; i++)
		buf_printf(
			page,
			".line.c%u{stroke:var(--c%u)}.mark.c%u{fill:var(--c%u)}\n",
			i, i, i, i);
}

void page_begin(struct buf *page, const char *title, const char *more_style)
{
	buf_str(page,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n<title>");
	page_text(page, title);
	buf_str(page, "</title>\n<style>\n");
	styles(page);
	buf_str(page, more_style);
	buf_str(page, "</style>\n</head>\n<body>\n<h1>");
	page_text(page, title);
	buf_str(page, "</h1>\n");
}

void page_facts(struct buf *page, const char *facts)
{
	buf_str(page, "<dl>\n");
	for (const char *line = facts; *line; line += *line == '\n') {
		size_t len = strcspn(line, "\n"), key = strcspn(line, "=\n");
		autofree char *name = xstrndup(line, key);
		autofree char *value =
			key < len ? xstrndup(line + key + 1, len - key - 1) :
				    xstrdup("");

		buf_str(page, "<dt>");
		page_text(page, name);
		buf_str(page, "</dt><dd>");
		page_text(page, value);
		buf_str(page, "</dd>\n");
		line += len;
	}
	buf_str(page, "</dl>\n");
}

int page_end(struct buf *page, FILE *to)
{
	buf_str(page, "</body>\n</html>\n");
	return fwrite(page->text, 1, page->len, to) == page->len &&
			       !fflush(to) ?
		       0 :
		       -EIO;
}

static bool is_word(const struct report *r, unsigned int i)
{
	enum report_type type = shown_column(r, i)->type;

	return type == R_STRING || type == R_LIST;
}

void page_table(struct buf *page, const struct report *r)
{
	buf_str(page, "<div class=\"wide\"><table>\n<thead><tr>");
	for (unsigned int i = 0; i < r->n_shown; i++) {
		buf_printf(page, "<th scope=\"col\"%s title=\"",
			   is_word(r, i) ? " class=\"l\"" : "");
		page_text(page, shown_column(r, i)->help);
		buf_str(page, "\">");
		page_text(page, shown_column(r, i)->name);
		buf_str(page, "</th>");
	}
	buf_str(page, "</tr></thead>\n<tbody>\n");
	for (unsigned int n = 0; n < r->n_rows; n++) {
		buf_str(page, "<tr>");
		for (unsigned int i = 0; i < r->n_shown; i++) {
			autofree char *text =
				cell_text(r, r->rows[n], r->shown[i]);

			buf_str(page,
				is_word(r, i) ? "<td class=\"l\">" : "<td>");
			page_text(page, text);
			buf_str(page, "</td>");
		}
		buf_str(page, "</tr>\n");
	}
	buf_str(page, "</tbody>\n</table></div>\n");
}

static void section(struct buf *page, const struct report *r)
{
	buf_str(page, "<section>\n<h2>");
	page_text(page, r->shape->name);
	buf_str(page, "</h2>\n<div class=\"charts\">\n");
	for (const struct report_chart *c = r->charts; c && c->title; c++)
		chart_figures(page, r, c);
	buf_str(page, "</div>\n");
	page_table(page, r);
	buf_str(page, "</section>\n");
}

int report_write_html(FILE *to, const char *title, const char *facts,
		      struct report **all, unsigned int n)
{
	autobuf struct buf page = { 0 };

	page_begin(&page, title, "");
	page_facts(&page, facts);
	for (unsigned int i = 0; i < n; i++)
		section(&page, all[i]);
	return page_end(&page, to);
}
