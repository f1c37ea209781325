// Filters the table of all error codes by what is typed. Loaded on every page; does nothing where there is no filter.
document.addEventListener("input", (event) => {
  if (event.target.id !== "filter") return;
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of document.querySelectorAll("article table tbody tr")) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
});
