/**
 * How pages look. The layout needs no script and never jumps: every photo's shape (`--r`, width / height) is known
 * before it is loaded, and rows fill themselves by flex-grow in that proportion.
 */
export const STYLESHEET = /* css */ `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1c1d1f; --faint: #5c6066; --tile: #eceef0; --line: #b4bac0; --link: #14608a;
  --h: 220px; --gap: 6px; --edge: clamp(12px, 3vw, 32px);
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #131416; --ink: #eceded; --faint: #a2a7ad; --tile: #24262a; --line: #50565d; --link: #86c5ea; }
}
@media (max-width: 700px) { :root { --h: 120px; --gap: 4px; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  padding: 0 max(var(--edge), env(safe-area-inset-right)) 32px max(var(--edge), env(safe-area-inset-left));
}
a { color: var(--link); text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
ul, ol { list-style: none; margin: 0; padding: 0; }
.skip { position: absolute; left: -999px; top: 8px; padding: 8px 16px; background: var(--paper); z-index: 1; }
.skip:focus { left: 8px; }
header { padding: 20px 0 16px; }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 0; font-weight: 650; overflow-wrap: anywhere; }
.about { margin: 4px 0 0; color: var(--faint); }
.crumbs { display: flex; flex-wrap: wrap; color: var(--faint); }
.crumbs li { display: flex; align-items: center; overflow-wrap: anywhere; }
.crumbs li + li::before { content: "\\203A"; padding: 0 8px; }
.crumbs a { display: inline-flex; align-items: center; min-height: 32px; text-decoration: none; }
.crumbs a:hover { text-decoration: underline; }
@media (pointer: coarse) { .crumbs a { min-height: 44px; } }
@media (max-width: 700px) { .crumbs { flex-wrap: nowrap; overflow-x: auto; white-space: nowrap; } }
.albums { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(190px, 42vw), 1fr)); gap: 20px 14px; margin-bottom: 28px; }
.albums a { display: block; color: inherit; text-decoration: none; }
.albums img, .albums .no-cover {
  display: block; width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: 8px; background: var(--tile);
}
.albums a:hover .name { text-decoration: underline; }
.albums .name { display: block; margin-top: 8px; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
.albums .count { color: var(--faint); font-size: .9rem; }
.photos { display: flex; flex-wrap: wrap; gap: var(--gap); }
.photos::after { content: ""; flex: 1000000 1 0; }
.photos li {
  flex: calc(var(--r) * 100) 1 calc(var(--r) * var(--h)); /* grow factors below 1 would leave a row unfilled */
  aspect-ratio: var(--r); min-width: 0; max-height: calc(var(--h) * 2);
}
.photos a { display: block; height: 100%; background: var(--tile); border-radius: 3px; overflow: hidden; }
.photos img { display: block; width: 100%; height: 100%; object-fit: cover; font-size: .8rem; }
@media (hover: hover) and (prefers-reduced-motion: no-preference) {
  .photos img, .albums img { transition: filter .15s; }
  .photos a:hover img, .albums a:hover img { filter: brightness(1.08); }
}
.photos .unreadable {
  display: flex; flex-direction: column; justify-content: center; align-items: center; gap: 2px; padding: 8px;
  border: 1px dashed var(--line); color: var(--faint); text-decoration: none; text-align: center;
  font-size: .8rem; line-height: 1.3; overflow-wrap: anywhere;
}
.pager { display: flex; flex-wrap: wrap; gap: 8px; justify-content: center; align-items: center; padding: 28px 0 0; }
.button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 44px; padding: 0 18px;
  border: 1px solid var(--line); border-radius: 8px; color: var(--ink); text-decoration: none;
}
.button:hover { background: var(--tile); }
.photo .frame { margin: 0; }
.photo .frame a { display: flex; justify-content: center; }
.photo .frame img {
  display: block; aspect-ratio: var(--r); height: auto; object-fit: contain; border-radius: 8px;
  width: min(100%, calc(var(--r) * max(200px, 100vh - 240px)));
  width: min(100%, calc(var(--r) * max(200px, 100svh - 240px)));
  background: var(--tile);
}
.photo .frame .unreadable { margin: 0; padding: 12vh 24px; color: var(--faint); text-align: center; background: var(--tile); border-radius: 8px; }
.photo nav.around { display: grid; grid-template-columns: 1fr auto 1fr; gap: 8px; align-items: center; padding: 14px 0; }
@media (pointer: coarse) {
  .photo nav.around { position: sticky; bottom: 0; background: var(--paper); padding-bottom: max(14px, env(safe-area-inset-bottom)); }
}
@media (max-height: 500px) { header { padding: 6px 0; } h1 { font-size: 1.1rem; } .photo nav.around { padding: 6px 0; } }
.photo nav.around > :last-child { justify-self: end; }
.photo nav.around > :first-child { justify-self: start; }
.photo .place { color: var(--faint); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.details { display: grid; grid-template-columns: auto 1fr; gap: 2px 18px; margin: 0 0 16px; }
.details dt { color: var(--faint); }
.details dd { margin: 0; overflow-wrap: anywhere; }
.notice { max-width: 38rem; margin-top: 6vh; }
code { background: var(--tile); padding: 1px 5px; border-radius: 4px; overflow-wrap: anywhere; }
`;
