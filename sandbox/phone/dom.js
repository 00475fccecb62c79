/** The little that is needed to build and refresh the page. */

/** An element; properties that are no DOM property are set as attributes. */
export function element(tag, properties = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (name in node) node[name] = value;
		else node.setAttribute(name, value);
	}
	node.append(
		...children.filter((child) => child !== undefined && child !== null && child !== false),
	);
	return node;
}

/**
 * Makes the children of `list` show `items`. Elements of unchanged items stay as they are, and so do the
 * keyboard focus and what the visitor has unfolded.
 *
 * @param items each with a `key`
 */
export function renderList(list, items, build) {
	const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
	const focused = list.contains(document.activeElement) && document.activeElement !== list;
	const focusedKey = focused && document.activeElement.closest('[data-key]').dataset.key;

	const nodes = items.map((item) => {
		const version = JSON.stringify(item);
		const before = old.get(item.key);
		if (before?.version === version) return before;
		const node = Object.assign(build(item), { version });
		node.dataset.key = item.key;
		if (before?.querySelector('details[open]')) node.querySelector('details').open = true;
		return node;
	});
	nodes.forEach((node, index) => {
		if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
	});
	while (list.children.length > nodes.length) list.lastElementChild.remove();

	if (focused && !list.contains(document.activeElement)) {
		const node = nodes.find(({ dataset }) => dataset.key === focusedKey);
		node?.querySelector('button, summary, a')?.focus();
	}
}
