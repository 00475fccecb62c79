import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyCollection,
} from 'n8n-workflow';
import pRetry from 'p-retry';

import { WhatsAppCoexistenceApi } from '../../credentials/WhatsAppCoexistenceApi.credentials';
import { RESOURCES } from '../../nodes/WhatsAppCoexistence/actions/resources';
import { OUTPUT_GROUPS } from '../../nodes/WhatsAppCoexistence/events/groups';
import { OTHER_VERSION } from '../../nodes/WhatsAppCoexistence/graph/version';
import { WhatsAppCoexistence } from '../../nodes/WhatsAppCoexistence/WhatsAppCoexistence.node';
import { WhatsAppCoexistenceTrigger } from '../../nodes/WhatsAppCoexistence/WhatsAppCoexistenceTrigger.node';
import { openEditor, type Editor } from './editor.mts';
import { PACKAGE, startHosts, type Hosts } from './hosts.mts';

jest.setTimeout(180_000);

const TRIGGER = new WhatsAppCoexistenceTrigger().description;
const ACTIONS = new WhatsAppCoexistence().description;
const SOON = { retries: 10, minTimeout: 200, factor: 1 };
const CREDENTIAL = new WhatsAppCoexistenceApi();

/** A node as it is filled in, and what its form has to show then. */
interface Form {
	name: string;
	description: typeof TRIGGER;
	parameters: INodeParameters;
	labels: string[];
	notices: string[];
}

const triggerForms = formsOf('Trigger', TRIGGER, TRIGGER.properties, { groups: OUTPUT_GROUPS });
const operations = Object.entries(RESOURCES).flatMap(([resource, { operations: all }]) =>
	Object.keys(all).map((operation) => ({
		title: `${resource}, ${operation}`,
		forms: formsOf(
			`${resource} ${operation}`,
			ACTIONS,
			ACTIONS.properties.filter(({ displayOptions: { show } = {} }) => {
				const { resource: [of] = [resource], operation: [by] = [operation] } = show ?? {};
				return of === resource && by === operation;
			}),
			{ resource, operation },
		),
	})),
);
const quiet = formOf('Trigger of inbound', TRIGGER, TRIGGER.properties, { groups: ['inbound'] });

let hosts: Hosts;
let editor: Editor;

beforeAll(async () => {
	hosts = await startHosts();
	editor = await openEditor(hosts.n8n.url);
	const forms = [...triggerForms, quiet, ...operations.flatMap((operation) => operation.forms)];
	const credential = {
		...hosts.credential,
		graphVersion: OTHER_VERSION,
		otherGraphVersion: 'v24.0',
	};
	const id = await hosts.n8n.rest.createCredential(CREDENTIAL.name, 'Filled in', credential);
	const workflowId = await hosts.n8n.rest.createWorkflow({
		name: 'Forms',
		nodes: forms.map(({ name, description, parameters }, index) => ({
			id: `form-${index}`,
			webhookId: `form-${index}`,
			name,
			type: `${PACKAGE}.${description.name}`,
			typeVersion: versionOf(description),
			position: [240 * (index % 12), 320 * Math.floor(index / 12)],
			parameters,
			credentials: { [CREDENTIAL.name]: { id, name: 'Filled in' } },
		})),
		connections: {},
	});
	await editor.openWorkflow(workflowId);
	await editor.part('zoom-to-fit').click();
});
afterAll(async () => {
	await editor?.close();
	await hosts?.stop();
});

test('the trigger shows each of its fields', async () => await showsEach(triggerForms));

test('the trigger has no hint about events that are not chosen', async () => {
	await editor.openNode(quiet.name);
	await showsAll('ndv', quiet.labels);
	expect(quiet.notices).toEqual([]);
	expect(await editor.part('ndv').locator('.notice:visible').count()).toBe(0);
	await editor.closeNode();
});

describe('each operation shows each of its fields', () => {
	test.each(operations)('$title', async ({ forms }) => await showsEach(forms));
});

describe('in n8n’s search for nodes', () => {
	const part = (id: string) => editor.part(id);
	const names = async () => await part('node-creator-item-name').allInnerTexts();
	const search = async (words: string, isFound: boolean) => {
		await part('node-creator-search-bar').fill(words);
		await pRetry(
			async () => expect((await names()).includes('WhatsApp Coexistence')).toBe(isFound),
			SOON,
		);
	};

	beforeAll(async () => await part('node-creator-plus-button').click());

	test.each([
		'whatsapp history',
		'whatsapp contacts',
		'whatsapp echo',
		'send whatsapp',
		'whatsapp business',
	])('“%s” finds the package', async (words) => {
		await search('nothing of the kind', false);
		await search(words, true);
	});

	test('messages stand first among the actions', async () => {
		await search('whatsapp', true);
		await part('node-creator-item-name').getByText('WhatsApp Coexistence', { exact: true }).click();
		await pRetry(async () => expect((await names())[0]).toBe('Send a text message'), SOON);
		await editor.page.reload();
	});
});

test('below a node stands what it does', async () => {
	const subtitleOf = async (name: string) =>
		await editor.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).innerText();
	expect(await subtitleOf('message sendText 0')).toContain('Send a text message');
	expect(await subtitleOf(quiet.name)).toContain('Inbound');
	expect(await subtitleOf(triggerForms[0]!.name)).toContain('6 kinds of events');
});

test('the credential shows each of its fields', async () => {
	await editor.openNode(triggerForms[0]!.name);
	await editor.part('credential-edit-button').click();
	const labels = CREDENTIAL.properties
		.flatMap((property) => [property, ...fieldsIn(property)])
		.map(({ displayName }) => displayName);
	await showsAll('editCredential-modal', labels);
});

async function showsEach(forms: Form[]): Promise<void> {
	for (const { name, labels, notices } of forms) {
		await editor.openNode(name);
		try {
			await showsAll('ndv', labels);
			const text = await editor.part('ndv').innerText();
			expect(notices.filter((notice) => !text.includes(notice))).toEqual([]);
		} finally {
			await editor.closeNode();
		}
	}
}

/** And none is so long that it is cut off. */
async function showsAll(part: string, labels: string[]): Promise<void> {
	// A field under the mouse has buttons beside its label.
	await editor.page.mouse.move(0, 0);
	const drawn = editor.part(part).locator('[data-test-id="input-label"]:visible, label:visible');
	await pRetry(async () => {
		const texts = await drawn.allInnerTexts();
		const shown = new Set(texts.map((text) => text.split('\n')[0]!.replace(/ \*$/, '').trim()));
		expect(labels.filter((label) => !shown.has(label))).toEqual([]);
		expect(await drawn.evaluateAll(cutOff)).toEqual([]);
	}, SOON);
}

function cutOff(labels: Element[]): string[] {
	return labels
		.flatMap((label) => Array.from(label.querySelectorAll('*')))
		.filter((element) => element.scrollWidth > element.clientWidth)
		.filter((element) => getComputedStyle(element).textOverflow === 'ellipsis')
		.map((element) => element.textContent ?? '');
}

/** As many forms as it takes to see each of the properties, some of which exclude each other. */
function formsOf(
	name: string,
	description: typeof TRIGGER,
	properties: INodeProperties[],
	chosen: INodeParameters,
): Form[] {
	const choices = [chosen];
	for (const property of properties) {
		if (choices.some((choice) => isShown(description, property, choice))) continue;
		const { show = {}, hide = {} } = property.displayOptions ?? {};
		choices.push({
			...Object.fromEntries(Object.keys(hide).map((key) => [key, 'anything'])),
			...Object.fromEntries(Object.entries(show).map(([key, values]) => [key, values?.[0]])),
			...chosen,
		});
	}
	return choices.map((choice, index) =>
		formOf(`${name} ${index}`, description, properties, choice),
	);
}

function formOf(
	name: string,
	description: typeof TRIGGER,
	properties: INodeProperties[],
	chosen: INodeParameters,
): Form {
	const shown = properties.filter((property) => isShown(description, property, chosen));
	const parameters = { ...everythingAdded(shown), ...chosen };
	return {
		name,
		description,
		parameters,
		labels: shown.flatMap((property) => labelsOf(description, property, parameters)),
		notices: shown.filter(({ type }) => type === 'notice').map(({ displayName }) => displayName),
	};
}

/** Each option and one entry of each list, with their defaults. */
function everythingAdded(properties: INodeProperties[]): INodeParameters {
	const added = properties.filter(
		({ type }) => type === 'collection' || type === 'fixedCollection',
	);
	return Object.fromEntries(added.map((property) => [property.name, filledIn(property)]));
}

function filledIn({ type, typeOptions, options, default: value }: INodeProperties) {
	if (type === 'collection') return allOf(options as INodeProperties[]);
	if (type !== 'fixedCollection') return value;
	const [{ name, values }] = options as [INodePropertyCollection];
	return { [name]: typeOptions?.multipleValues ? [allOf(values)] : allOf(values) };
}

function allOf(properties: INodeProperties[]): INodeParameters {
	return Object.fromEntries(properties.map((one) => [one.name, filledIn(one)]));
}

function labelsOf(
	description: typeof TRIGGER,
	property: INodeProperties,
	parameters: INodeParameters,
): string[] {
	// The variables of a template are only drawn once one is picked.
	if (property.type === 'notice' || property.type === 'resourceMapper') return [];
	const shown = fieldsIn(property).filter((one) => isShown(description, one, parameters));
	return [property.displayName, ...shown.flatMap((one) => labelsOf(description, one, parameters))];
}

function fieldsIn({ type, options }: INodeProperties): INodeProperties[] {
	if (type === 'collection') return options as INodeProperties[];
	return type === 'fixedCollection' ? (options as INodePropertyCollection[])[0]!.values : [];
}

function isShown(
	description: typeof TRIGGER,
	property: INodeProperties,
	parameters: INodeParameters,
): boolean {
	const node = { typeVersion: versionOf(description) } as INode;
	const { properties } = description;
	const full = NodeHelpers.getNodeParameters(
		properties,
		parameters,
		true,
		false,
		node,
		description,
	)!;
	return NodeHelpers.displayParameter(full, property, node, description, full);
}

function versionOf({ version }: typeof TRIGGER): number {
	return [version].flat()[0]!;
}
