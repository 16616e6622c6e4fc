"use strict";

// Renders openapi.json: operations by group, each with its permission,
// parameters, body and answers.

const make = (tag, content = [], attributes = {}) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...[content].flat());
  return node;
};

// sketch writes a schema the way an example looks. A name that is being
// written already stands for itself, so that circles end.
const sketch = (schema, all, indent = "", open = []) => {
  if (!schema) return "any";
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return open.includes(name) ? name : sketch(all[name], all, indent, [...open, name]);
  }
  if (schema.anyOf) return schema.anyOf.map((s) => sketch(s, all, indent, open)).join(" | ");
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(" | ");
  const types = [schema.type ?? "any"].flat();
  const written = types.map((type) => {
    const deeper = indent + "  ";
    if (type === "array") return "[ " + sketch(schema.items, all, indent, open) + " ]";
    if (type === "object" && schema.properties) {
      const required = schema.required ?? [];
      const lines = Object.entries(schema.properties).map(([name, s]) =>
        `${deeper}${name}${required.includes(name) ? "" : "?"}: ${sketch(s, all, deeper, open)}${s.description ? "  // " + s.description : ""}`);
      return lines.length ? "{\n" + lines.join("\n") + "\n" + indent + "}" : "{}";
    }
    if (type === "object" && schema.additionalProperties) return "{ [key]: " + sketch(schema.additionalProperties, all, indent, open) + " }";
    return schema.format ? `${type} (${schema.format})` : type;
  });
  return written.join(" | ");
};

const content = (title, media, all) => Object.entries(media ?? {}).flatMap(([type, { schema }]) => [
  make("h3", [title + " ", make("code", type)]),
  make("pre", sketch(schema, all), { tabindex: "0" }),
]);

const parameters = (list) => list?.length ? [
  make("h3", "Parameters"),
  make("table", list.map((p) => make("tr", [
    make("th", [make("code", p.name), ` ${p.in}${p.required ? ", required" : ""}`], { scope: "row" }),
    make("td", [
      p.description ? p.description + " " : "",
      p.schema?.enum ? make("code", p.schema.enum.join(" · ")) : make("code", p.schema?.format ?? p.schema?.type ?? ""),
    ]),
  ]))),
] : [];

const operation = (method, path, op, all) => {
  const answers = Object.entries(op.responses ?? {});
  const good = answers.filter(([status]) => status.startsWith("2"));
  const bad = answers.filter(([status]) => !status.startsWith("2"));
  const node = make("details", [
    make("summary", [
      make("b", method.toUpperCase()),
      make("code", path),
      make("span", op.summary),
      make("span", op["x-summary-ja"] ?? "", { lang: "ja" }),
      make("span", op["x-permission"], { class: "permission", title: "Permission" }),
    ]),
    make("div", [
      ...parameters(op.parameters),
      ...content("Body", op.requestBody?.content, all),
      ...good.flatMap(([status, r]) => r.content ? content("Answer " + status, r.content, all) : [make("h3", "Answer " + status)]),
      make("h3", "Errors"),
      make("p", bad.map(([status, r]) => `${status} ${r.description}`).join(" · ")),
    ], { class: "body" }),
  ], { id: op.operationId });
  node.dataset.text = node.querySelector("summary").textContent.toLowerCase() + " " + op.operationId;
  return node;
};

const show = (doc) => {
  document.getElementById("about").textContent = `Version ${doc.info.version}. ${doc.info.description}`;
  const all = doc.components.schemas;
  const groups = new Map(doc.tags.map((t) => [t.name, make("section", [make("h2", t.name), make("p", t.description)], { id: "group-" + t.name })]));
  for (const [path, methods] of Object.entries(doc.paths)) {
    for (const [method, op] of Object.entries(methods)) groups.get(op.tags[0]).append(operation(method, path, op, all));
  }
  document.getElementById("operations").append(...groups.values());
  document.getElementById("contents").append(...[...groups.keys()].map((name) => make("a", name, { href: "#group-" + name })));
  const filter = document.getElementById("filter");
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const node of document.querySelectorAll("details")) node.hidden = !words.every((w) => node.dataset.text.includes(w));
  });
  const wanted = document.getElementById(location.hash.slice(1));
  if (wanted) { wanted.open = true; wanted.scrollIntoView(); }
};

fetch("/api/openapi.json")
  .then((answer) => answer.ok ? answer.json() : Promise.reject(new Error("status " + answer.status)))
  .then(show)
  .catch((error) => { document.getElementById("about").textContent = "openapi.json could not be read: " + error.message; });
