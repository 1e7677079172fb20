// How the report looks: on a screen, light or dark, and on paper.
#pragma once

namespace client::report {

constexpr const char *style = R"css(
:root { color-scheme: light dark; --ink: #1d2129; --soft: #667085; --line: #e4e7ec; --page: #f6f7f9; --card: #fff;
  --good: #12794f; --good-bg: #e3f5ec; --warn: #96590a; --warn-bg: #fdf1dc; --bad: #b3261e; --bad-bg: #fce8e6;
  --mask: #5b3fb8; --mask-bg: #eeeafb; --accent: #b8295a; --phase: #c9ced8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --soft: #98a1b0; --line: #2c323c; --page: #14171c;
  --card: #1c2027; --good: #63d3a0; --good-bg: #15372a; --warn: #f0b65c; --warn-bg: #3d2d12; --bad: #ff8a80;
  --bad-bg: #431a18; --mask: #b6a4ff; --mask-bg: #2c2550; --accent: #ff7aa5; --phase: #464e5c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 56px; }
header { border-top: 4px solid var(--accent); padding-top: 20px; margin-bottom: 24px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; display: flex; gap: 14px;
  align-items: center; flex-wrap: wrap; }
h2 { font-size: 17px; margin: 0 0 4px; }
h3 { font-size: 14px; margin: 18px 0 6px; overflow-wrap: anywhere; }
p { margin: 0 0 12px; } .soft { color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 22px; margin: 0 0 18px;
  overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 0 0 18px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.tile b { display: block; font-size: 21px; line-height: 1.3; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 13px; }
.badge { font-size: 13px; font-weight: 600; padding: 3px 11px; border-radius: 99px; letter-spacing: 0; white-space: nowrap; }
.good { color: var(--good); background: var(--good-bg); } .warn { color: var(--warn); background: var(--warn-bg); }
.bad { color: var(--bad); background: var(--bad-bg); } .mask { color: var(--mask); background: var(--mask-bg); }
.alarm { border-radius: 10px; padding: 12px 16px; margin: 0 0 18px; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: 13px; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
td:first-child { min-width: 170px; } tr:last-child td { border-bottom: 0; } td:last-child, th:last-child { padding-right: 0; }
.n { text-align: right; white-space: nowrap; }
code, .name { overflow-wrap: anywhere; font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: 13px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 4px; }
.chip { padding: 2px 9px; border-radius: 6px; background: var(--page); border: 1px solid var(--line); overflow-wrap: anywhere; }
.chip.mask { background: var(--mask-bg); border-color: transparent; }
.key.phase { background: var(--phase); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 8px; }
.share { height: 4px; border-radius: 2px; margin-top: 4px; min-width: 2px; }
.timeline { width: 100%; height: auto; display: block; overflow: visible; margin-top: 10px; }
.timeline text { font-size: 11px; fill: var(--soft); font-family: inherit; } .timeline .lane { fill: var(--ink); }
.timeline .tick, .timeline .pause { text-anchor: middle; } .timeline .grid { stroke: var(--line); }
.timeline .phase { fill: var(--phase); }
.closure { width: 100%; height: auto; display: block; margin: 6px 0 14px; font-family: inherit; }
.closure rect { fill: var(--page); stroke: var(--line); } .closure .seed rect { fill: var(--mask-bg); stroke: var(--mask); }
.closure text { font-size: 12px; fill: var(--ink); } .closure .soft { fill: var(--soft); font-size: 11px; }
.closure path { fill: none; stroke: var(--accent); opacity: .75; } .closure .parent { stroke: var(--soft); stroke-dasharray: 5 4; }
.c0 { fill: #4477aa; background: #4477aa; } .c1 { fill: #ee6677; background: #ee6677; }
.c2 { fill: #228833; background: #228833; } .c3 { fill: #ccaa22; background: #ccaa22; }
.c4 { fill: #55bbdd; background: #55bbdd; } .c5 { fill: #aa3377; background: #aa3377; }
.c6 { fill: #dd7733; background: #dd7733; } .c7 { fill: #7766cc; background: #7766cc; }
.c8 { fill: #8a919e; background: #8a919e; }
section.bad { background: var(--bad-bg); border-color: var(--bad); color: var(--ink); }
section.bad h2 { color: var(--bad); } .error { white-space: pre-wrap; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; color: var(--soft); margin-top: 8px; }
footer { color: var(--soft); font-size: 13px; margin-top: 24px; }
@media screen and (max-width: 640px) {
  main { padding: 20px 12px 32px; } section { padding: 14px; } h1 { font-size: 22px; }
  .tiles { grid-template-columns: repeat(2, 1fr); } .timeline, .closure { min-width: 640px; }
  thead { display: none; } tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; } td, .n { display: block; border: 0; padding: 1px 0; text-align: left;
    white-space: normal; overflow-wrap: anywhere; } td:empty { display: none; }
  td:not(:first-child)::before { content: attr(data-title) " "; color: var(--soft); font-size: 13px; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #555; --line: #ccc; --page: #fff; --card: #fff; --good: #12794f;
    --good-bg: #e3f5ec; --warn: #96590a; --warn-bg: #fdf1dc; --bad: #b3261e; --bad-bg: #fce8e6; --mask: #5b3fb8;
    --mask-bg: #eeeafb; --accent: #b8295a; --phase: #c9ced8; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 11px; } main { max-width: none; padding: 0; }
  section, .tile { border-radius: 0; } section { padding: 10px 0; border-width: 1px 0 0; margin: 0 0 10px; }
  .tiles { grid-template-columns: repeat(6, 1fr); gap: 8px; } .tile { padding: 6px 10px; } .tile b { font-size: 14px; }
  .tile span, table, th { font-size: 10.5px; } code, .name, .badge { font-size: 10px; } .badge { padding: 1px 7px; }
  .key { width: 8px; height: 8px; }
  tr, .tile, .timeline, .closure, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; } thead { display: table-header-group; }
}
@page { margin: 14mm; }
)css";

}  // namespace client::report
