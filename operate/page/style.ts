/** The style of the page, light and dark. A body without a background of its own would count as white in both. */
export const style: string = `
:root { color-scheme: light dark; --text: light-dark(#1b1b1f, #e6e6ea); --ground: light-dark(#fff, #16161a);
  --dim: light-dark(#5c5c66, #a0a0ac); --line: light-dark(#e2e2e8, #32323a); --link: light-dark(#0b57d0, #8ab4f8);
  --good: light-dark(#146c2e, #7fd08f); --bad: light-dark(#b3261e, #f2b8b5); --wait: light-dark(#7a5900, #e8c26a); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 1200px; margin: 0 auto; padding: 12px 16px; }
header { display: flex; gap: 16px; align-items: baseline; flex-wrap: wrap; border-bottom: 1px solid var(--line); }
header strong { font-size: 17px; }
a { color: var(--link); }
form { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 12px; align-items: end; }
label { display: grid; font-size: 13px; color: var(--dim); }
input, select, button { font: inherit; min-height: 32px; padding: 2px 8px; color: var(--text); background: var(--ground);
  border: 1px solid var(--line); border-radius: 4px; }
.rows { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--dim); font-size: 13px; }
td.id, td.error, pre { font-family: ui-monospace, monospace; font-size: 13px; overflow-wrap: anywhere; }
td.when { white-space: nowrap; }
pre { padding: 12px; border: 1px solid var(--line); border-radius: 4px; overflow-x: auto; white-space: pre-wrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
.done { color: var(--good); } .dead { color: var(--bad); } .waiting, .spilled, .paused { color: var(--wait); }
.dim, .ignored { color: var(--dim); }
nav { display: flex; gap: 16px; padding: 12px 0; }
`;
