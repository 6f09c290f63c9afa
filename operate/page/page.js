// Keeps the live parts of a page up to date, and copies texts. The HTML of a part is the server's own, escaped as the page itself is. A
// part that somebody points at, has the focus in or selects from is not changed meanwhile: nothing moves away under a click.
const trusted = globalThis.trustedTypes?.createPolicy("hookline", { createHTML: (text) => text });

const isSelected = (part) => {
  const { isCollapsed, anchorNode } = getSelection();
  return !isCollapsed && part.contains(anchorNode);
};

for (const part of document.querySelectorAll("[data-live]")) {
  // A browser has six connections for a page: one that nobody sees has none.
  let source;
  let latest;
  // It says beside the part why this is not of now. Empty, it is not shown.
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  part.after(notice);
  // The time of which the part is, while it is not kept up to date.
  let asOf = new Date();
  let isCurrent = false;
  const behind = (why) => {
    if (isCurrent) asOf = new Date();
    isCurrent = false;
    notice.textContent = `${why}; what stands here is of ${asOf.toLocaleTimeString()}`;
  };
  const show = () => {
    const isInUse = part.querySelector("tr:hover, form:hover, :focus") !== null || isSelected(part);
    if (latest === undefined || isInUse) return;
    const opened = [...part.querySelectorAll("details")].map(({ open }) => open);
    part.innerHTML = trusted?.createHTML(latest) ?? latest;
    for (const [index, one] of part.querySelectorAll("details").entries()) one.open = opened[index] ?? one.open;
    latest = undefined;
  };
  const follow = () => {
    source?.close();
    if (isCurrent) asOf = new Date();
    isCurrent = false;
    if (document.hidden) return;
    source = new EventSource(part.dataset.live);
    source.addEventListener("message", ({ data }) => {
      latest = data;
      isCurrent = true;
      show();
    });
    source.addEventListener("fault", ({ data }) => {
      if (data !== "") return behind(data);
      isCurrent = true;
      notice.textContent = "";
    });
    source.addEventListener("open", () => {
      notice.textContent = "";
    });
    source.addEventListener("error", () => {
      const isAsking = source.readyState === EventSource.CONNECTING;
      behind(
        isAsking
          ? "This page's server has ended or cannot be reached"
          : "This is not kept up to date: load the page again",
      );
    });
  };
  part.addEventListener("mouseleave", show);
  part.addEventListener("focusout", () => setTimeout(show));
  document.addEventListener("visibilitychange", follow);
  follow();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const { copy } = button.dataset;
  const textOf = async () => {
    if (copy === "") return button.previousElementSibling.textContent;
    const answer = await fetch(copy);
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return await answer.text();
  };
  button.hidden = navigator.clipboard === undefined;
  button.addEventListener("click", async () => {
    // A promise: a browser lets a page copy at once after a click alone.
    const item = new ClipboardItem({ "text/plain": textOf() });
    const copying = navigator.clipboard.write([item]);
    button.textContent = await copying.then(
      () => "Copied",
      () => "Not copied",
    );
  });
}
