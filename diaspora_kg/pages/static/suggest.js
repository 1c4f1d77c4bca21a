/* Suggestions while typing for <input data-suggest="KIND …">, as an ARIA 1.2 combobox with a listbox.
   data-suggest      kinds that may be meant, separated by blanks (empty: any)
   data-suggest-url  the search that answers: ?q=…&kind=…&limit=…
   data-suggest-go   a choice opens the thing's page; without it the choice's key becomes the value
   Without this script the field is a plain one. Text is only ever set as text. */
"use strict";
(() => {
  const WAIT = 120, MOST = 10;
  const HIDING = /[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g; // hide or turn round what follows
  let number = 0;

  function make(name, attributes, text) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text.replace(HIDING, "\ufffd");
    return made;
  }

  function enhance(input) {
    const id = `suggest-${++number}`;
    const box = make("span", { class: "suggest" });
    const list = make("ul", { id, role: "listbox", "aria-label": "Suggestions", hidden: "" });
    const told = make("span", { class: "hidden", role: "status" });
    const chosen = input.hasAttribute("data-suggest-go") ? null : make("span", { class: "hint", id: `${id}-chosen` });
    let found = [], active = -1, timer = 0, asking = null;

    input.before(box);
    box.append(input, list, told);
    if (chosen) {
      box.append(chosen);
      const before = input.getAttribute("aria-describedby");
      input.setAttribute("aria-describedby", before ? `${before} ${chosen.id}` : chosen.id);
    }
    for (const [key, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off",
    })) input.setAttribute(key, value);

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(next) {
      const options = list.children;
      if (active >= 0 && options[active]) options[active].setAttribute("aria-selected", "false");
      active = next;
      if (active < 0) return input.removeAttribute("aria-activedescendant");
      options[active].setAttribute("aria-selected", "true");
      options[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[active].id);
    }

    function choose(place) {
      const one = found[place];
      close();
      if (!one) return;
      if (!chosen) return void location.assign(one.page);
      input.value = one.key;
      chosen.textContent = one.label || "";
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function show() {
      list.replaceChildren(...found.map((one, place) => {
        const option = make("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false" });
        option.append(make("bdi", {}, one.label || one.key));
        const words = one.matched && one.matched.words !== one.label ? ` · ${one.matched.words}` : "";
        option.append(make("small", {}, `${one.kind.replaceAll("-", " ")} · ${one.key}${words}`));
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => choose(place));
        return option;
      }));
      active = -1;
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      told.textContent = found.length === 1 ? "1 suggestion" : `${found.length || "No"} suggestions`;
    }

    async function ask() {
      asking?.abort();
      const words = input.value.trim();
      if (!words) return close();
      asking = new AbortController();
      const url = new URL(input.dataset.suggestUrl, location.href);
      url.search = new URLSearchParams({ q: words, kind: input.dataset.suggest || "", limit: String(MOST) });
      try {
        const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) return close();
        found = (await answer.json()).results;
        if (document.activeElement === input) show();
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    }

    input.addEventListener("input", () => {
      if (chosen) chosen.textContent = "";
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("blur", () => { clearTimeout(timer); close(); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const open = !list.hidden, last = found.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) return void ask();
        const down = event.key === "ArrowDown";
        mark(down ? (active >= last ? 0 : active + 1) : (active <= 0 ? last : active - 1));
      } else if (event.key === "Enter" && open && active >= 0) {
        event.preventDefault();
        choose(active);
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        close();
      }
    });
  }

  document.querySelectorAll("input[data-suggest][data-suggest-url]").forEach(enhance);
})();
