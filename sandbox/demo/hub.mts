/**
 * One published workflow for several examples: only one can have the callback of a WhatsApp Business
 * Account. It receives everything and calls the examples as sub-workflows.
 */
import { randomUUID } from 'node:crypto';
import type { WorkflowJson, WorkflowNode } from '../n8n/rest.mts';

const TRIGGER = 'n8n-nodes-whatsapp-coexistence.whatsAppCoexistenceTrigger';

/** The groups of events in the order of the trigger's outputs, and how their events are named. */
const EVENTS_OF_GROUP: Record<string, string> = {
	history: '^history\\.',
	contacts: '^contact\\.',
	echoes: '^echo\\.',
	inbound: '^inbound\\.',
	statuses: '^message\\.status$',
	account: '^(account\\.|webhook\\.error$|unrecognized$)',
};
const GROUPS = Object.keys(EVENTS_OF_GROUP);

const COLUMN = 460;
const ROW = 200;
const NOTE = `## One trigger, several workflows

Meta delivers the events of a WhatsApp Business Account to one published workflow. So this one receives them all and calls the others as sub-workflows.

Open a run under **Executions**: the green lines are the outputs that fired, with the number of events on them. Double-click a node to see the events themselves.`;

/** An example that a hub calls. */
export interface Called {
	example: WorkflowJson;
	/** ID in n8n of what {@link asSubWorkflow} made of it. */
	workflowId: string;
}

/**
 * The example, started by another workflow instead of its own trigger: what starts it keeps the
 * trigger's name, by which other nodes may know it, and a Switch stands for the trigger's outputs.
 */
export function asSubWorkflow(example: WorkflowJson): WorkflowJson {
	const trigger = triggerOf(example);
	const [x, y] = trigger.position;
	const start = {
		id: randomUUID(),
		name: trigger.name,
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		position: [x - 40, y] as [number, number],
		parameters: { inputSource: 'passthrough' },
	};
	const outputs = {
		id: randomUUID(),
		name: 'Which events?',
		type: 'n8n-nodes-base.switch',
		typeVersion: 3.2,
		position: [x + 180, y] as [number, number],
		parameters: { rules: { values: GROUPS.map(ruleFor) }, options: {} },
	};
	const targets = example.connections[trigger.name].main;
	const rows = targets.map((_, place) =>
		rowsNode(trigger, GROUPS[place], [x + 320, y + place * 80]),
	);
	const asRows = new Set(rowGroupsOf(trigger));
	const isRows = (place: number) => asRows.has(GROUPS[place]);
	return {
		...example,
		nodes: example.nodes.flatMap((node): WorkflowNode[] =>
			node === trigger ? [start, outputs, ...rows.filter((_, place) => isRows(place))] : [node],
		),
		connections: {
			...example.connections,
			...Object.fromEntries(
				rows
					.map(({ name }, place) => [name, { main: [targets[place]] }])
					.filter((_, place) => isRows(place)),
			),
			[outputs.name]: {
				main: targets.map((then, place) =>
					isRows(place) ? [{ node: rows[place].name, type: 'main', index: 0 }] : then,
				),
			},
			[start.name]: { main: [[{ node: outputs.name, type: 'main', index: 0 }]] },
		},
	};
}

/** The groups of events of which an example wants rows. The hub gives events to all alike. */
function rowGroupsOf({ parameters }: WorkflowNode): string[] {
	return (parameters.options as { rows?: string[] }).rows ?? [];
}

function rowsNode(trigger: WorkflowNode, group: string, position: [number, number]): WorkflowNode {
	return {
		id: randomUUID(),
		name: `Rows of ${group}`,
		type: 'n8n-nodes-whatsapp-coexistence.whatsAppCoexistence',
		typeVersion: 1,
		position,
		parameters: { resource: 'event', operation: 'toRows' },
		credentials: trigger.credentials,
	};
}

function ruleFor(group: string) {
	const condition = {
		id: randomUUID(),
		leftValue: '={{ $json.event }}',
		rightValue: EVENTS_OF_GROUP[group],
		operator: { type: 'string', operation: 'regex' },
	};
	const options = { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 };
	return {
		conditions: { options, conditions: [condition], combinator: 'and' },
		renameOutput: true,
		outputKey: group,
	};
}

/** A workflow whose trigger receives what the triggers of all these examples do, and hands it on to them. */
export function hubOf(name: string, called: Called[]): WorkflowJson {
	const triggers = called.map(({ example }) => triggerOf(example));
	const wanted = triggers.flatMap(groupsOf);
	const groups = GROUPS.filter((group) => wanted.includes(group));
	const trigger = {
		...triggers[0],
		// Else whoever imports the example could not publish it beside the demo.
		webhookId: randomUUID(),
		position: [0, (ROW * (called.length - 1)) / 2] as [number, number],
		parameters: {
			...Object.assign({}, ...triggers.map(({ parameters }) => parameters)),
			groups,
			options: {
				...Object.assign({}, ...triggers.map(({ parameters }) => parameters.options)),
				rows: [],
			},
		},
	};
	const callsFor = (group: string) =>
		called.filter((_, index) => groupsOf(triggers[index]).includes(group));
	return {
		name,
		nodes: [
			{
				id: randomUUID(),
				name: 'About',
				type: 'n8n-nodes-base.stickyNote',
				typeVersion: 1,
				position: [-520, 240],
				parameters: { content: NOTE, width: 400, height: 260 },
			},
			trigger,
			...called.map(({ example, workflowId }, index) => ({
				id: randomUUID(),
				name: example.name,
				type: 'n8n-nodes-base.executeWorkflow',
				typeVersion: 1.2,
				position: [COLUMN, ROW * index] as [number, number],
				parameters: {
					source: 'database',
					workflowId: {
						__rl: true,
						mode: 'list',
						value: workflowId,
						cachedResultName: example.name,
					},
					workflowInputs: { mappingMode: 'defineBelow', value: {} },
					options: { waitForSubWorkflow: true },
				},
			})),
		],
		connections: {
			[trigger.name]: {
				main: GROUPS.map((group) =>
					callsFor(group).map(({ example }) => ({ node: example.name, type: 'main', index: 0 })),
				),
			},
		},
		settings: { executionOrder: 'v1' },
	};
}

function triggerOf({ name, nodes }: WorkflowJson): WorkflowNode {
	const trigger = nodes.find(({ type }) => type === TRIGGER);
	if (!trigger) throw new Error(`The workflow “${name}” has no WhatsApp Coexistence Trigger.`);
	return trigger;
}

function groupsOf({ parameters }: WorkflowNode): string[] {
	return parameters.groups as string[];
}
