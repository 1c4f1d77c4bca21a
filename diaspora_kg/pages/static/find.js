// The search of a static site, on Pagefind's index. Everything found is put into the page as text, never as markup.
(() => {
  "use strict";
  const form = document.getElementById("finder");
  if (!form || location.protocol === "file:") return;
  const notice = document.getElementById("finder-notice");
  const found = document.getElementById("found");
  const hits = document.getElementById("hits");
  const counted = document.getElementById("found-count");
  const more = document.getElementById("more");
  const further = document.getElementById("further");
  const facets = [...form.querySelectorAll("select[data-facet]")];
  const PAGE = 20;
  let pagefind = null;
  let results = [];
  let shown = 0;
  const things = new Map();
  let turn = 0;

  const element = (name, text, cls) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (cls) made.className = cls;
    return made;
  };

  const read = () => {
    const given = new URLSearchParams(location.search);
    form.elements.q.value = given.get("q") || "";
    for (const facet of facets) facet.value = given.get(facet.name) || "";
  };

  const remember = () => {
    const given = new URLSearchParams();
    for (const field of [form.elements.q, ...facets]) if (field.value) given.set(field.name, field.value);
    const query = given.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  };

  const fill = async () => {
    const known = await pagefind.filters();
    for (const facet of facets) {
      const values = Object.entries(known[facet.dataset.facet] || {});
      values.sort((a, b) => (facet.dataset.facet === "year" ? b[0].localeCompare(a[0]) : a[0].localeCompare(b[0])));
      for (const [value, count] of values) {
        const option = element("option", `${value} (${count})`);
        option.value = value;
        facet.append(option);
      }
      if (!values.length) facet.closest(".field").remove();
    }
  };

  const show = async () => {
    const mine = turn;
    const part = await Promise.all(results.slice(shown, shown + PAGE).map((one) => one.data()));
    if (mine !== turn) return;
    for (const one of part) {
      const title = one.meta.title || one.url;
      const link = element("a", title);
      const target = new URL(one.url, location.href);
      if (target.origin === location.origin) link.href = target.href;
      const thing = one.meta.thing || one.url;
      const known = things.get(thing);
      if (known) {
        if (known.told.has(one.plain_excerpt)) continue;
        const line = element("p", "", "meta");
        line.append(link, " ", one.plain_excerpt);
        known.item.append(line);
        known.told.add(one.plain_excerpt);
        continue;
      }
      const item = element("li");
      const kind = (one.filters.kind || one.filters["further-kind"] || []).join(", ");
      item.append(link);
      if (kind) item.append(" ", element("small", kind));
      item.append(element("p", one.plain_excerpt, "meta"));
      hits.append(item);
      things.set(thing, { item, told: new Set([one.plain_excerpt]) });
    }
    shown += part.length;
    further.hidden = shown >= results.length;
  };

  const search = async () => {
    const mine = ++turn;
    const words = form.elements.q.value.trim();
    // a thing is counted by its first page; its further pages are chosen by filters of their own
    const chosen = facets.filter((facet) => facet.value).map(({ dataset: { facet }, value }) => ({
      any: [{ [facet]: value }, ...(words ? [{ [`further-${facet}`]: value }] : [])],
    }));
    const filters = chosen.length ? { all: chosen } : {};
    const asked = words || chosen.length;
    if (!asked) {
      found.hidden = true;
      return;
    }
    const answer = await pagefind.search(words || null, { filters });
    if (mine !== turn) return;
    results = answer.results;
    shown = 0;
    things.clear();
    hits.replaceChildren();
    found.hidden = false;
    const count = results.length;
    counted.textContent = count === 1 ? form.dataset.one : form.dataset.many.replace("#", count);
    notice.textContent = count ? "" : form.dataset.none;
    notice.hidden = Boolean(count);
    await show();
  };

  const begin = async () => {
    try {
      pagefind = await import(new URL(form.dataset.bundle, location.href).href);
      await pagefind.init();
      await fill();
    } catch {
      notice.textContent = form.dataset.missing;
      return;
    }
    document.getElementById("finder-box").hidden = false;
    notice.hidden = true;
    read();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      remember();
      search();
    });
    for (const facet of facets) facet.addEventListener("change", () => { remember(); search(); });
    more.addEventListener("click", show);
    await search();
    document.documentElement.dataset.finder = "ready";
  };

  begin();
})();
