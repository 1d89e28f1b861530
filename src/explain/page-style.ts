/**
 * How the page of an explanation looks: large enough to be projected, narrow enough for a phone, light and dark.
 *
 * Each tone is a pair of colours, `--t` for ink and `--b` for what lies under it; a role wears its tone in the strip of
 * octets and in the table alike.
 */
export const PAGE_STYLE = /* css */ `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1c1d1f; --faint: #565b61; --card: #f5f6f7; --line: #d3d7db; --link: #14608a;
  --control-t: #3b2a86; --control-b: #e6e1fb;
  --target-t: #0b5563; --target-b: #d3eff3;
  --name-t: #123f8a; --name-b: #dbe7fd;
  --value-t: #1c5a26; --value-b: #dcf1de;
  --delimiter-t: #575d63; --delimiter-b: #eceef0;
  --size-t: #7c1d6f; --size-b: #f9dff3;
  --content-t: #6d4300; --content-b: #fdeac8;
  --wrong-t: #fff; --wrong-b: #c0182b;
  --rest-t: #5c6066; --rest-b: transparent;
  --good: #1c5a26; --bad: #b01227; --open: #7a4b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131416; --ink: #eceded; --faint: #a5aab0; --card: #1c1e21; --line: #3a3f45; --link: #86c5ea;
    --control-t: #cfc5ff; --control-b: #322a5c;
    --target-t: #9fe3ee; --target-b: #123d45;
    --name-t: #b3cffd; --name-b: #1d335c;
    --value-t: #aee5b4; --value-b: #1b4023;
    --delimiter-t: #a9afb6; --delimiter-b: #26292d;
    --size-t: #f6b6ea; --size-b: #4d1c45;
    --content-t: #fbd58f; --content-b: #4a3510;
    --wrong-t: #fff; --wrong-b: #d3283b;
    --rest-t: #a2a7ad; --rest-b: transparent;
    --good: #8ed697; --bad: #ff8f9b; --open: #fbc66a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; max-width: 1360px; background: var(--paper); color: var(--ink);
  font: 17px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  padding: 0 clamp(14px, 3vw, 40px) 48px; overflow-wrap: break-word;
}
a { color: var(--link); text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
header { padding: 24px 0 4px; }
h1 { font-size: clamp(1.5rem, 3.4vw, 2.1rem); line-height: 1.2; margin: 0; font-weight: 650; }
header p { margin: 6px 0 0; color: var(--faint); }
section { padding-top: 26px; }
h2 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; margin: 0 0 12px; font-size: 1.35rem; line-height: 1.3; }
h2 small { font-size: 1rem; font-weight: 400; color: var(--faint); }
.verdict { font-size: 1rem; font-weight: 650; padding: 1px 12px; border-radius: 99px; border: 2px solid currentColor; }
.complete { color: var(--good); } .refused { color: var(--bad); } .incomplete { color: var(--open); }
.both { display: grid; gap: 16px 28px; }
@media (min-width: 960px) { .both { grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); align-items: start; } }
code, .octets { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.strip { background: var(--card); border-radius: 12px; padding: 14px 16px; margin: 0; }
.strip .line { display: grid; grid-template-columns: 2.4em minmax(0, 1fr); gap: 10px; padding: 2px 0; }
.strip .at { color: var(--faint); text-align: right; font-size: .8rem; line-height: 2.1; font-variant-numeric: tabular-nums; }
.octets { white-space: pre-wrap; word-break: break-all; line-height: 1.7; font-size: 1.03rem; }
.piece { color: var(--t); background: var(--b); padding: 2px 0; border-radius: 3px; text-decoration: none; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
a.piece:hover { outline: 2px solid var(--t); }
.piece .pct-encoded { text-decoration: underline dotted; text-underline-offset: 4px; }
.control { --t: var(--control-t); --b: var(--control-b); font-weight: 650; }
.target { --t: var(--target-t); --b: var(--target-b); }
.name { --t: var(--name-t); --b: var(--name-b); font-weight: 650; }
.value { --t: var(--value-t); --b: var(--value-b); }
.delimiter { --t: var(--delimiter-t); --b: var(--delimiter-b); }
.size { --t: var(--size-t); --b: var(--size-b); font-weight: 650; }
.content { --t: var(--content-t); --b: var(--content-b); }
.wrong { --t: var(--wrong-t); --b: var(--wrong-b); font-weight: 650; }
.rest { --t: var(--rest-t); --b: var(--rest-b); }
.octets b {
  font: 600 .62em/1 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; letter-spacing: .03em;
  padding: .2em .3em; margin: 0 .08em; border: 1px solid; border-radius: .35em; vertical-align: .12em; white-space: nowrap;
}
mark { color: var(--wrong-t); background: var(--wrong-b); border-radius: 3px; padding: 2px 1px; }
.why { margin: 0 0 16px; padding: 12px 18px; border-radius: 12px; border-left: 6px solid currentColor; background: var(--card); }
.why strong { display: block; font-size: 1.15rem; }
.why p { margin: 2px 0 0; color: var(--ink); }
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 8px 18px; margin: 0; }
dt { font-weight: 650; }
dd { margin: 0; overflow-wrap: anywhere; }
.rule { white-space: nowrap; font-size: .88rem; }
table { width: 100%; margin-top: 18px; border-collapse: collapse; }
th { text-align: left; font-weight: 650; }
thead th { color: var(--faint); font-size: .88rem; padding: 0 12px 4px 0; }
.state th { padding: 16px 0 4px; border-bottom: 2px solid var(--line); }
.state th::before { content: "\\2192\\00A0"; color: var(--faint); }
.octet-row td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
.octet-row td:last-child { padding-right: 0; }
.octet-row:target { background: var(--card); box-shadow: inset 5px 0 var(--link); }
.octet-row .at { color: var(--faint); text-align: right; font-variant-numeric: tabular-nums; font-size: .9rem; width: 1%; }
.octet-row .octets { width: 34%; }
.octet-row .role { white-space: nowrap; font-weight: 650; width: 1%; }
.part .octets, .part .role { padding-left: 20px; font-weight: 400; }
.octet-row .rule { width: 1%; }
.note { color: var(--faint); }
.octets .note { white-space: nowrap; }
footer { margin-top: 32px; padding-top: 14px; border-top: 1px solid var(--line); }
footer p { margin: 0; }
@media (max-width: 760px) {
  body { font-size: 16px; }
  thead { display: none; }
  table, tbody, .state, .state th { display: block; }
  .octet-row {
    display: grid; grid-template-columns: 2.4em minmax(0, 1fr) auto; gap: 0 10px; align-items: baseline;
    padding: 6px 0; border-bottom: 1px solid var(--line);
  }
  .octet-row td { display: block; padding: 0; border: 0; width: auto !important; }
  .octet-row .says { grid-column: 2 / -1; font-size: .93rem; }
  .octet-row .rule { grid-column: 2 / -1; }
  .octet-row .says:empty, .octet-row .says:empty + .rule { display: none; }
  .part .octets { padding-left: 14px; }
  .strip { padding: 10px 10px 10px 6px; }
  .strip .line { grid-template-columns: 2.4em minmax(0, 1fr); gap: 8px; }
}
@media print { body { max-width: none; font-size: 12px; } .octet-row { break-inside: avoid; } }
`;
