// The cards that hold every word of the search field stay.
const form = document.querySelector("form"), field = document.getElementById("search");
const cards = [...document.querySelectorAll(".cards > li")];
const said = document.getElementById("found");
form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase().split(/\s+/);
  for (const card of cards) {
    card.hidden = !wanted.every((word) => card.dataset.words.includes(word));
  }
  const count = cards.filter((card) => !card.hidden).length;
  said.textContent = said.dataset.sentence.replace("{count}", count);
});
