// SPDX-License-Identifier: GPL-2.0-only
/*
 * The style of the page, and its explanations for a reader who knows nothing of
 * the project.
 */
#include "matrix/results/page.h"

const char board_style[] =
	":root{--kept:#e4f3e6;--kfg:#14532d;--known:#fdf0cf;--dfg:#6b4700;--prov:#e6ebf7;--pfg:#24408e;--brok:#b3261e;--bfg:#fff}\n"
	"@media(prefers-color-scheme:dark){:root{--kept:#15301d;--kfg:#9fe0af;--known:#3d2f08;--dfg:#f3cf73;--prov:#1d2742;--pfg:#b4c6f7;--brok:#e5675d;--bfg:#1b0503}}\n"
	"@media print{:root{--kept:#fff;--kfg:#000;--known:#eee;--dfg:#000;--prov:#fff;--pfg:#000;--brok:#fff;--bfg:#000}.s.b,.f.b{outline:1.5px solid #000;outline-offset:-1px}.rules{break-before:page}\n"
	"@page{size:A4 landscape;margin:9mm}body{max-width:none}.rules{margin:0!important;max-width:none!important}.rules table{font-size:6pt!important}.rules th.r{position:static!important;min-width:0!important;width:auto}.rules th.r span{display:inline!important}\n"
	".rules td.f{padding:1px!important}.f a{min-width:0!important;padding:0!important}.ev{position:static!important;max-height:none!important;width:auto!important}.x{display:none}a{color:inherit}.kern,.f i{font-size:5.5pt!important}.who{padding:2px 0!important}}\n"
	"p{max-width:75ch}h1{margin-top:.2em}code,pre,h4{font-family:ui-monospace,monospace}\n"
	".key span{display:inline-block;margin-right:14px;white-space:nowrap}\n"
	".s{display:inline-block;min-width:1.25em;text-align:center;border-radius:3px;font-weight:700}\n"
	".s.k{background:var(--kept);color:var(--kfg)}.s.d,.s.m{background:var(--known);color:var(--dfg)}.s.p{background:var(--prov);color:var(--pfg)}.s.b{background:var(--brok);color:var(--bfg)}\n"
	".rules table{border-collapse:separate;border-spacing:0;font-size:12px;line-height:1.25}\n"
	".rules tbody tr:nth-child(odd){background:none}\n"
	".rules th,.rules td{border-bottom:1px solid var(--grid)}\n"
	".rules th.r{position:sticky;left:0;z-index:1;background:var(--bg);text-align:left;font-weight:400;color:var(--fg);white-space:normal;min-width:250px;padding:4px 8px 4px 0}\n"
	".rules thead th.r{vertical-align:bottom}\n"
	".kern{text-align:left;color:var(--fg);border-left:2px solid var(--soft)}.first{border-left:2px solid var(--soft)}\n"
	".who{padding:4px 2px;vertical-align:bottom;text-align:center}.who span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}\n"
	".rules td.f{padding:0;text-align:center;vertical-align:middle}.f.k{background:var(--kept)}.f.d,.f.m{background:var(--known)}.f.p{background:var(--prov)}.f.b{background:var(--brok)}\n"
	".f.k *{color:var(--kfg)}.f.d *,.f.m *{color:var(--dfg)}.f.p *{color:var(--pfg)}.f.b *{color:var(--bfg)}.f.n{color:var(--soft)}\n"
	".f a{display:block;min-width:34px;padding:4px 1px;text-decoration:none}.f a:hover,.f a:focus{outline:2px solid var(--fg);outline-offset:-2px}.f i{display:block;font-style:normal;font-size:10px;white-space:normal}\n"
	".sum td,.sum th{border-top:2px solid var(--soft)}\n"
	".ev{display:none}.ev:target{display:block;position:fixed;right:0;bottom:0;z-index:2;box-sizing:border-box;width:min(100%,760px);max-height:75vh;overflow:auto;background:var(--bg);border:2px solid var(--soft);border-radius:6px 0 0 0;padding:8px 14px}\n"
	".ev h3{margin:.2em 4em .4em 0;font-size:1em}.ev h4{margin:.8em 0 .2em;font-size:13px;overflow-wrap:anywhere}.ev h4.v{font-family:inherit;font-size:14px}.ev article{border-left:3px solid var(--grid);padding-left:10px;margin-bottom:10px}\n"
	".calls{font-size:11px}.calls td,.calls th{padding:2px 8px 2px 0;text-align:left;white-space:nowrap}.calls .odd td{font-weight:700}.ev summary{font-size:12px;color:var(--soft)}\n"
	".ev dl{font-size:13px;margin:.2em 0}.ev p{margin:.3em 0;font-size:13px}.ev pre{overflow-x:auto;background:var(--row);font-size:11px;padding:6px;margin:.3em 0}\n"
	".x{position:sticky;top:0;float:right;padding:4px 8px;background:var(--bg);color:var(--fg);border:1px solid var(--soft);border-radius:4px}\n"
	"@media(max-width:600px){.rules th.r{min-width:34px}.rules tbody th.r span{display:none}.rules{margin:0 -12px;padding-left:12px}.ev:target{max-height:85vh}dl,.ev dl{grid-template-columns:1fr}dd{margin:0 0 6px}}\n"
	"@media(min-width:1300px){.rules{max-width:calc(100vw - 40px);width:max-content;margin-left:50%;transform:translateX(-50%)}}\n";

const char board_intro[] =
	"<p>An IOMMU translates the addresses that a device uses, by page tables that belong to a <i>domain</i>. When a program, a virtual machine say, gets a second device, it is cheapest to put that on the domain that the first one has. The two may sit behind different IOMMUs, and then only the IOMMU's driver knows whether one domain will do for both. So the caller tries: it <i>attaches</i> the device to the domain, and the driver accepts or refuses.</p>\n"
	"<p>What a refusal means was settled on the kernel's mailing lists in 2022 (&quot;iommu: Return <span style=\"white-space:nowrap\">-EMEDIUMTYPE</span> for incompatible domain and device/group&quot;, lore.kernel.org/linux-iommu) and is written down in <code>include/linux/iommu.h</code>: <code>EINVAL</code> says that this domain and this device do not go together, so try another one; any other errno is an error, and the end. This page shows which kernels and which callers keep that, as the rules R1 to R17 of <code>docs/contract.md</code> of iommu-mock. It was made on the kernels that it names: the columns <i>vfio-on-DRIVER</i> and <i>iommufd-on-DRIVER</i> with the kernel's own IOMMU drivers, on IOMMUs that QEMU emulates, and all others with a mock IOMMU that can refuse in every way, be told to misbehave, and fail when asked to.</p>\n";

const char board_reading[] =
	"<h3>How to read it</h3>\n"
	"<p>Each number counts <i>cells</i>: a topology of IOMMUs and devices, a policy of the drivers, the errno of their refusals, a misbehaviour or a fault if any, and a caller that has to place all devices. A field shows the worst that came, and in how many of the cells that exercise the rule: 44/324 is in 44 of 324. Cells in which the mock driver was told to break it are not counted; if there are no others, they are shown by themselves. Choose a field to see cells behind it and the calls that were made.</p>\n"
	"<dl><dt>einval</dt><dd>tries the next domain after EINVAL only: the contract as it was settled</dd>\n"
	"<dt>emediumtype</dt><dd>after EMEDIUMTYPE only: what was proposed first</dd>\n"
	"<dt>any</dt><dd>after every errno</dd>\n"
	"<dt>type1</dt><dd>as VFIO's type1 container does it, call by call</dd>\n"
	"<dt>iommufd</dt><dd>as iommufd's automatic domains do it</dd>\n"
	"<dt>fresh</dt><dd>never shares</dd>\n"
	"<dt>best</dt><dd>the fewest domains that work, found by search</dd>\n"
	"<dt>sva</dt><dd>the core's own loop for the addresses of processes: one process, bound to all groups</dd>\n"
	"<dt>sva-model</dt><dd>that loop, played with other domains</dd>\n"
	"<dt>vfio, vfio-compat</dt><dd>VFIO itself: all groups in one container, of type1 or of iommufd</dd>\n"
	"<dt>iommufd-cdev, -replace, -hwpt, -pasid, -nested</dt><dd>iommufd itself: all functions attached to one IOAS, moved to it from one of their own, or put on page tables that the user chooses; or a PASID of each, likewise; or a table of a guest for each, on a stage 2 that the user chooses</dd>\n"
	"<dt>vdpa</dt><dd>vhost-vdpa itself: each device on a domain of its own, and no second try</dd>\n"
	"<dt>vfio-on-DRIVER</dt><dd>no mock: VFIO's type1 with a real IOMMU driver, on IOMMUs that QEMU emulates. A cell is a recording (<code>iommu-mock record</code>): an order in which the functions come</dd>\n"
	"<dt>iommufd-on-DRIVER</dt><dd>the same with iommufd</dd>\n"
	"<dt>direct</dt><dd>no caller: a few operations that show one rule</dd></dl>\n"
	"<dl><dt>expected deviation</dt><dd>the rule is not kept, and it is known that this kernel or this caller does not</dd>\n"
	"<dt>provoked and noticed</dt><dd>the mock driver was told to break the rule, and that was seen: a test of the test</dd>\n"
	"<dt>broken</dt><dd>the rule is not kept and nobody knew: a finding</dd>\n"
	"<dt>did not happen</dt><dd>a deviation was expected and the rule was kept: what is known is out of date</dd></dl>\n";
