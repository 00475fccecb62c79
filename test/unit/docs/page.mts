import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Workflow, type IDataObject, type INode, type INodeTypes } from 'n8n-workflow';

const DOCS = path.join(__dirname, '../../../docs');

/** The tables of a page, each as rows of cells, the headings first. */
export function tablesOf(page: string): string[][][] {
	const lines = readFileSync(path.join(DOCS, page), 'utf8').split('\n').map(cellsOf);
	const tables: string[][][] = [];
	lines.forEach((cells, at) => {
		if (cells.length === 0) return;
		if (at === 0 || lines[at - 1]!.length === 0) tables.push([]);
		const isRule = cells.every((cell) => /^-+$/.test(cell));
		if (!isRule) tables.at(-1)!.push(cells);
	});
	return tables;
}

/** The rows of the table with these headings. */
export function rowsUnder(page: string, ...headings: string[]): string[][] {
	const table = tablesOf(page).find(([first]) => headings.every((text, at) => first![at] === text));
	return table!.slice(1);
}

/** The cells of a row without the marks of code around them; none for a line that is no row. */
function cellsOf(line: string): string[] {
	const cells = line.split(/(?<!\\)\|/).slice(1, -1);
	return cells.map((cell) =>
		cell
			.trim()
			.replace(/^`([^`]*)`$/, '$1')
			.replaceAll('\\|', '|'),
	);
}

/** What n8n makes of the expression in a parameter of a node at which the item arrives, in UTC. */
export function evaluate(expression: string, json: IDataObject): unknown {
	const node: INode = {
		id: '1',
		name: 'If',
		type: 'test',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: { getByNameAndVersion: () => undefined } as unknown as INodeTypes,
		settings: { timezone: 'Etc/UTC' },
	});
	return workflow.expression.getParameterValue(
		`=${expression}`,
		null,
		0,
		0,
		node.name,
		[{ json }],
		'manual',
		{},
	);
}
