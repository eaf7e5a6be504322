// A box whose content is too wide for it scrolls; then the keyboard must reach it too.
const boxes = document.querySelectorAll(".scroll");
const named = (box) => box.dataset.label ?? box.querySelector("math")?.getAttribute("alttext");
const reach = () => {
  const wide = [...boxes].map((box) => box.scrollWidth > box.clientWidth);
  boxes.forEach((box, place) => {
    if (wide[place]) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", named(box));
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  });
};
reach();
addEventListener("resize", reach);
document.fonts.ready.then(reach);
