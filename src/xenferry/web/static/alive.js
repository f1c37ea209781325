// Says so while this page hears nothing from its server: what it shows may be old then.
(() => {
  const say = (words) => {
    const at = document.getElementById("alive");
    if (at && Boolean(at.textContent) !== Boolean(words)) at.textContent = words;
  };
  const lost = () =>
    say(`No answer from xenferry since ${new Date().toLocaleTimeString()}: what stands here may be old. Trying again.`);
  for (const name of ["htmx:sse:error", "htmx:error"]) document.addEventListener(name, lost);
  for (const name of ["htmx:sse:after:connection", "htmx:after:request"]) {
    document.addEventListener(name, () => say(""));
  }
  document.addEventListener("htmx:sse:after:connection", () => { document.documentElement.dataset.live = "yes"; });
})();
