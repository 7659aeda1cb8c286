// Making elements: text only as text, never as markup.

/**
 * @param {string} tag
 * @param {string} [cls]
 * @param {...(Node|string|null|undefined)} children
 */
export function el(tag, cls, ...children) {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An icon of the page's templates. */
export function icon(name) {
  const template = document.getElementById(`icon-${name}`);
  return template ? template.content.cloneNode(true) : document.createTextNode('');
}

/** A button with an icon. */
export function button(text, cls, onclick, glyph) {
  const element = el('button', `btn ${cls ?? ''}`.trim(), glyph ? icon(glyph) : null, text);
  element.type = 'button';
  element.addEventListener('click', onclick);
  return element;
}

/** An SVG element with attributes. */
export function svg(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** A definition list of facts: [[term, value]], empty values left out. */
export function facts(pairs) {
  const list = el('dl', 'facts');
  for (const [term, value] of pairs) {
    if (value) list.append(el('div', '', el('dt', '', term), el('dd', '', value)));
  }
  return list;
}
