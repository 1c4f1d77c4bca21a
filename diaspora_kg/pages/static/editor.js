/* The SPARQL editor: Yasgui with the prefixes, terms and saved questions of this graph.
   Nothing is asked of another host. Without this script the plain form below it does the work. */
"use strict";

(() => {
  const page = document.getElementById("editor");
  const { Yasgui } = window;
  if (!page || !Yasgui) return;

  const { Yasqe, Yasr } = Yasgui;
  const set = page.dataset;
  const endpoint = new URL(set.endpoint, location.href).href;
  const plain = document.getElementById("plain");
  const menu = document.getElementById("saved");
  const note = document.getElementById("note");
  const RANKS = { property: ["property", "class", "value", "list"], class: ["class", "value", "property", "list"] };
  const SHOWN = 60;

  const say = (words) => {
    note.textContent = words;
    note.hidden = !words;
  };

  /* Completion */

  function shortener(prefixes) {
    const known = Object.entries(prefixes).sort((a, b) => b[1].length - a[1].length);
    return (iri) => {
      const found = known.find(([, start]) => iri.startsWith(start) && /^[\w-]+$/.test(iri.slice(start.length)));
      return found ? `${found[0]}:${iri.slice(found[1].length)}` : `<${iri}>`;
    };
  }

  /* What can stand at the cursor: a property after a subject, a class after "a". */
  function wanted(yasqe, token) {
    const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
    if (["a", "rdf:type"].includes(before.state.lastProperty) && before.string !== ";") return "class";
    return (token.state.possibleCurrent || []).includes("a") ? "property" : "";
  }

  function found(terms, written, kind) {
    const words = written.toLowerCase().replace(/^</, "");
    const local = words.slice(words.indexOf(":") + 1);
    const order = RANKS[kind] || ["value", "class", "property", "list"];
    const score = (term) => {
      const text = term.text.toLowerCase();
      if (text.startsWith(words) || term.iri.toLowerCase().startsWith(words)) return 0;
      if (words.includes(":") && !text.startsWith(words.slice(0, words.indexOf(":") + 1))) return -1;
      return text.includes(local) || term.label.toLowerCase().includes(local) ? 10 : -1;
    };
    return terms
      .map((term) => [score(term), term])
      .filter(([points, term]) => points >= 0 && term.text !== written)
      .map(([points, term]) => [points + order.indexOf(term.kind), term])
      .sort((a, b) => a[0] - b[0] || (a[1].text < b[1].text ? -1 : 1))
      .slice(0, SHOWN)
      .map(([, term]) => term);
  }

  function drawn(term) {
    return (element) => {
      const line = (tag, text) => element.appendChild(document.createElement(tag)).append(text);
      line("b", term.text);
      line("i", term.label ? `${term.kind}, ${term.label}` : term.kind);
      if (term.definition) line("small", term.definition);
    };
  }

  function completer(name, terms, fits) {
    const byText = new Map(terms.map((term) => [term.text, term]));
    return {
      name,
      bulk: false,
      persistenceId: null,
      autoShow: name === "terms",
      isValidCompletionPosition: (yasqe) => {
        const token = yasqe.getCompleteToken();
        if (/comment|keyword/.test(token.type || "") || /^["'?$#]/.test(token.string)) return false;
        return fits(token) && found(terms, token.string, "").length > 0;
      },
      get: (yasqe, token) => found(terms, token.string, wanted(yasqe, token)).map((term) => term.text),
      postprocessHints: (_yasqe, hints) => hints.map((hint) => ({ ...hint, render: drawn(byText.get(hint.text)) })),
    };
  }

  function complete({ prefixes, terms }) {
    const text = shortener(prefixes);
    const named = terms.map((term) => ({ ...term, text: text(term.iri) }));
    Yasqe.forkAutocompleter("prefixes", {
      name: "prefixes",
      persistenceId: null,
      get: Object.entries(prefixes).map(([prefix, start]) => `${prefix}: <${start}>`).sort(),
    });
    Yasqe.registerAutocompleter(completer("terms", named, (token) => /^(<|[\w-]*:)/.test(token.string)));
    Yasqe.registerAutocompleter(completer("words", named, (token) => /^\w{2,}$/.test(token.string)));
    delete Yasqe.Autocompleters.property;
    delete Yasqe.Autocompleters.class;
    Yasqe.defaults.editorHeight = "340px";
    Yasqe.defaults.autocompleters = ["variables", "prefixes", "terms", "words"];
  }

  function readable(name) {
    try {
      return decodeURIComponent(name);
    } catch {
      return name;
    }
  }

  /* Answers: a node of this graph opens here, whatever address its IRI begins with. */

  class Table extends Yasr.plugins.table {
    getUriLinkFromBinding(binding, prefixes) {
      const iri = binding.value;
      const html = super.getUriLinkFromBinding(binding, prefixes);
      if (!iri.startsWith(set.base)) return html;
      const holder = document.createElement("template");
      holder.innerHTML = html;
      const link = holder.content.querySelector("a");
      if (!link) return html;
      const name = iri.slice(set.base.length);
      link.title = iri;
      link.setAttribute("href", set.things + name);
      link.textContent = readable(name);
      return link.outerHTML;
    }
  }

  /* Names for what Yasgui leaves without one, for those who hear the page; links that are links. */
  function mended(yasqe, yasr) {
    yasqe.getInputField().setAttribute("aria-label", "SPARQL query");
    const drawn = () => {
      for (const size of yasr.rootEl.querySelectorAll(".tableSizer")) size.setAttribute("aria-label", "Rows on a page");
      const first = yasr.rootEl.querySelector("thead th:first-child .dt-column-title");
      if (first && !first.textContent) first.textContent = "#";
    };
    yasr.on("drawn", drawn);
    drawn();
    // a click on a link follows it, also where its cell is cut and a click would show the rest
    const follow = (event) => event.target.closest("a.iri") && event.stopPropagation();
    yasr.resultsEl.addEventListener("click", follow, true);
  }

  function told(yasgui) {
    const watched = new WeakSet();
    const watch = (tab) => {
      const yasqe = tab && tab.getYasqe();
      if (!yasqe || watched.has(yasqe)) return;
      watched.add(yasqe);
      mended(yasqe, tab.getYasr());
      yasqe.on("query", () => say(""));
      yasqe.on("queryResponse", (_yasqe, response) => {
        const cut = response.headers && response.headers.get("X-Result-Truncated");
        if (cut) say("The answer is longer than the limit of this server, and these are its first rows only.");
      });
    };
    yasgui.on("tabSelect", () => setTimeout(() => watch(yasgui.getTab())));
    yasgui.on("tabAdd", () => setTimeout(() => watch(yasgui.getTab())));
    watch(yasgui.getTab());
  }

  /* Tabs: those of earlier visits are kept in the browser, and never stand before what the page brings. */

  function link(tab) {
    const address = new URL(endpoint);
    address.searchParams.set("query", tab.getQuery());
    return address.href;
  }

  function opened(yasgui, query) {
    for (const tab of Object.values(yasgui._tabs)) tab.setEndpoint(endpoint);
    const same = Object.values(yasgui._tabs).find((tab) => tab.getPersistedJson().yasqe.value === query);
    if (same) yasgui.selectTabId(same.getId());
    else yasgui.addTab(true, { name: yasgui.createTabName("Query"), yasqe: { value: query } });
  }

  /* The query of a link /sparql#query=…, taken out of the address so that it is not opened again. */
  function brought() {
    const query = new URLSearchParams(location.hash.slice(1)).get("query");
    if (query !== null) history.replaceState(null, "", location.pathname + location.search);
    return query;
  }

  function saved(yasgui) {
    const untouched = new Map();
    menu.addEventListener("change", async () => {
      const name = menu.value;
      if (!name) return;
      const answer = await fetch(`${set.saved}/${name}.rq`);
      if (!answer.ok) return void say(`The question ${name} cannot be opened: ${await answer.text()}`);
      const query = await answer.text();
      let tab = yasgui.getTab();
      const mine = tab && (untouched.get(tab.getId()) ?? plain.elements.query.value) === tab.getQuery();
      if (!mine) tab = yasgui.addTab(true, { name, yasqe: { value: query } });
      tab.setName(name).setQuery(query);
      untouched.set(tab.getId(), query);
      say("");
    });
  }

  async function vocabulary() {
    try {
      const answer = await fetch(set.terms);
      if (answer.ok) return await answer.json();
    } catch {
      /* said below */
    }
    say("Prefixes and terms could not be loaded, so nothing is completed while you type.");
    return { prefixes: {}, terms: [] };
  }

  async function start() {
    const words = await vocabulary();
    complete(words);
    Yasr.registerPlugin("table", Table);
    Yasgui.Tab.prototype.getShareableLink = function () {
      return link(this);
    };
    const linked = brought();
    const query = linked ?? plain.elements.query.value;
    plain.hidden = true;
    const yasgui = new Yasgui(document.getElementById("yasgui"), {
      autofocus: false,
      populateFromUrl: false,
      persistenceId: `dkg_${new URL(endpoint).pathname}`,
      requestConfig: { endpoint, method: "POST" },
      endpointCatalogueOptions: { getData: () => [] },
      yasqe: { value: query },
      yasr: { maxPersistentResponseSize: 0, prefixes: words.prefixes },
    });
    if (linked !== null || "given" in set || !yasgui.getTab()) opened(yasgui, query);
    else for (const tab of Object.values(yasgui._tabs)) tab.setEndpoint(endpoint);
    window.addEventListener("hashchange", () => {
      const next = brought();
      if (next !== null) opened(yasgui, next);
    });
    told(yasgui);
    saved(yasgui);
    for (const part of page.querySelectorAll(".saved, .keys")) part.hidden = false;
    document.getElementById("address").textContent = endpoint;
    page.dataset.ready = "";
  }

  start();
})();
