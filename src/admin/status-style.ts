/**
 * How the status page looks: calm, in the colours of the gallery, light and dark. On a phone the rows of the table of
 * workers become cards.
 */
export const STATUS_STYLE = /* css */ `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1c1d1f; --faint: #5c6066; --tile: #f3f4f5; --line: #d3d7db; --link: #14608a;
  --good: #1c5a26; --bad: #b01227; --between: #7a4b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131416; --ink: #eceded; --faint: #a2a7ad; --tile: #1e2023; --line: #3a3f45; --link: #86c5ea;
    --good: #8ed697; --bad: #ff8f9b; --between: #fbc66a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 1100px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  padding: 0 clamp(14px, 3vw, 32px) 40px; font-variant-numeric: tabular-nums;
}
a { color: var(--link); text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
header { padding: 24px 0 8px; }
h1 {
  display: flex; flex-wrap: wrap; align-items: center; gap: 6px 16px; margin: 0;
  font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; font-weight: 650;
}
h2 { margin: 32px 0 10px; font-size: 1.2rem; line-height: 1.3; font-weight: 650; }
p { margin: 4px 0 0; color: var(--faint); overflow-wrap: anywhere; }
.state { font-size: 1rem; padding: 1px 14px; border-radius: 99px; border: 2px solid currentColor; }
.serving { color: var(--good); } .stopping { color: var(--between); } .no-worker { color: var(--bad); }
dl { margin: 0; }
dd { margin: 0; }
dt, th, caption { color: var(--faint); font-weight: 400; }
.now { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; padding-top: 16px; }
.now div { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: 12px 16px; background: var(--tile); border-radius: 10px; }
.now dd { font-size: 1.6rem; line-height: 1.25; font-weight: 600; }
.now small { display: block; font-size: .85rem; font-weight: 400; color: var(--faint); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child, .word { text-align: left; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
.late { color: var(--bad); font-weight: 600; }
.lists { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 0 40px; }
.lists dl div { display: flex; justify-content: space-between; gap: 16px; padding: 5px 0; border-bottom: 1px solid var(--line); }
footer { margin-top: 36px; color: var(--faint); }
footer a { display: inline-block; padding: 6px 14px 6px 0; }
@media (max-width: 700px) {
  .now { grid-template-columns: 1fr 1fr; }
  thead { display: none; }
  table, tbody { display: block; }
  tbody tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0 22px; margin-bottom: 10px; padding: 10px 14px; background: var(--tile); border-radius: 10px; }
  td, td:first-child { display: flex; justify-content: space-between; gap: 8px; padding: 2px 0; border: 0; font-size: .9rem; }
  td::before { content: attr(data-label); color: var(--faint); }
}
@media (max-width: 340px) { tbody tr { grid-template-columns: 1fr; } }
`;
