/**
 * What one would build without this package: n8n's Webhook node, a Code node that makes rows of what
 * Meta sends, and n8n's own node of the store with its columns mapped automatically.
 */
import type { WorkflowJson, WorkflowNode } from '../../sandbox/n8n/rest.mts';

const MAKE_ROWS = `const rows = [];
const add = (message, customer, outbound, old) => rows.push({ json: {
	wamid: message.id,
	contact_phone: customer,
	direction: outbound ? 'outbound' : 'inbound',
	type: message.type,
	text: message.text?.body ?? null,
	sent_at: new Date(message.timestamp * 1000).toISOString(),
	from_history: old,
} });
for (const entry of $input.first().json.body.entry) {
	for (const { value } of entry.changes) {
		const business = value.metadata.display_phone_number;
		for (const message of value.messages ?? []) add(message, message.from, false, false);
		for (const { threads } of value.history ?? []) {
			for (const { id, messages } of threads ?? []) {
				for (const message of messages) add(message, id, message.from === business, true);
			}
		}
	}
}
return rows;`;

const SCHEMA: ReadonlyArray<[name: string, type: string]> = [
	['wamid', 'string'],
	['contact_phone', 'string'],
	['direction', 'string'],
	['type', 'string'],
	['text', 'string'],
	['sent_at', 'date'],
	['from_history', 'boolean'],
];

const mapping = {
	mappingMode: 'autoMapInputData',
	value: null,
	matchingColumns: ['wamid'],
	schema: [],
};

type Step = Pick<WorkflowNode, 'name' | 'type' | 'typeVersion' | 'parameters'> &
	Partial<WorkflowNode>;

function workflow(name: string, ...nodes: Step[]): WorkflowJson {
	const placed = nodes.map((node, index) => ({
		...node,
		id: `${name} ${index}`,
		position: [index * 220, 0] as [number, number],
	}));
	const links = placed
		.slice(1)
		.map(({ name: target }, index) => [
			placed[index]!.name,
			{ main: [[{ node: target, type: 'main', index: 0 }]] },
		]);
	return {
		name,
		nodes: placed,
		connections: Object.fromEntries(links) as WorkflowJson['connections'],
		settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none' },
	};
}

const webhook = (path: string) => ({
	name: 'Webhook',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	webhookId: path,
	parameters: { httpMethod: 'POST', path, options: {} },
});
const code = {
	name: 'Make rows',
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: { jsCode: MAKE_ROWS },
};

export const TABLE = 'by_hand';

export const postgresSchema = `CREATE TABLE ${TABLE} (
	wamid text PRIMARY KEY, contact_phone text, direction text, type text, text text,
	sent_at timestamptz, from_history boolean
)`;

export const intoPostgres = workflow('By hand into PostgreSQL', webhook('by-hand-postgres'), code, {
	name: 'Postgres',
	type: 'n8n-nodes-base.postgres',
	typeVersion: 2.6,
	parameters: {
		resource: 'database',
		operation: 'upsert',
		schema: { __rl: true, mode: 'list', value: 'public' },
		table: { __rl: true, mode: 'list', value: TABLE },
		columns: mapping,
		options: {},
	},
	credentials: { postgres: { id: null as unknown as string, name: 'Postgres account' } },
});

export const intoTable = workflow('By hand into a table', webhook('by-hand-table'), code, {
	name: 'Data table',
	type: 'n8n-nodes-base.dataTable',
	typeVersion: 1.1,
	parameters: {
		resource: 'row',
		operation: 'upsert',
		dataTableId: { __rl: true, mode: 'name', value: TABLE },
		matchType: 'allConditions',
		filters: {
			conditions: [{ keyName: 'wamid', condition: 'eq', keyValue: '={{ $json.wamid }}' }],
		},
		columns: mapping,
		options: {},
	},
});

/** Run once by hand. */
export const createTable = workflow(
	'Create the table',
	{
		name: 'When clicking ‘Execute workflow’',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		parameters: {},
	},
	{
		name: 'Create',
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'table',
			operation: 'create',
			tableName: TABLE,
			columns: { column: SCHEMA.map(([name, type]) => ({ name, type })) },
			options: { createIfNotExists: true },
		},
	},
);

export const webhookAlone = workflow('A webhook alone', webhook('alone'));
