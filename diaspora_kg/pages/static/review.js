/* Keys of the review: each presses the button or follows the link that names it (data-key). Nothing happens
   while somebody types. Without this script the buttons do the same. */
"use strict";
addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
  const typed = event.key.toLowerCase();
  const key = /^[a-z?]$/.test(typed) ? typed : event.code.replace(/^Key([A-Z])$/, "$1").toLowerCase(); // other alphabets
  if (key === "?") {
    const help = document.querySelector(".decide details");
    if (help) help.open = !help.open;
    return;
  }
  const pressed = /^[a-z]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
  if (pressed) {
    event.preventDefault();
    pressed.click();
  }
});
