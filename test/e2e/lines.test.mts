import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';

import { GROUP_NAMES, OUTPUT_GROUPS } from '../../nodes/WhatsAppCoexistence/events/groups';
import { loadFixture } from '../unit/events/fixtures.mts';
import { openEditor, type Editor } from './editor.mts';
import { PACKAGE, startHosts, TRIGGER, type Hosts } from './hosts.mts';

const NAMES = Object.values(GROUP_NAMES);

/** A delivery that gives events of one group. */
const DELIVERIES: Record<keyof typeof GROUP_NAMES, string> = {
	history: 'history/chunk',
	contacts: 'contacts/add',
	echoes: 'echoes/revoke',
	inbound: 'inbound/text',
	statuses: 'statuses/failed',
	account: 'account/partner-removed',
};

jest.setTimeout(180_000);

let hosts: Hosts;
let editor: Editor;
let workflowId: string;

beforeAll(async () => {
	hosts = await startHosts();
	editor = await openEditor(hosts.n8n.url);
	workflowId = await hosts.n8n.rest.createWorkflow({
		name: 'Lines',
		nodes: [
			{
				id: 'trigger',
				webhookId: 'lines',
				name: TRIGGER,
				type: `${PACKAGE}.whatsAppCoexistenceTrigger`,
				typeVersion: 2,
				position: [0, 0],
				parameters: { groups: ['echoes'], registerFor: 'app' },
				credentials: hosts.credentials,
			},
			...NAMES.map((name, index) => ({
				id: name,
				name,
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [600, 160 * (index - 2)] as [number, number],
				parameters: {},
			})),
		],
		connections: {},
		settings: { executionOrder: 'v1' },
	});
	await editor.openWorkflow(workflowId);
});
afterAll(async () => {
	await editor?.close();
	await hosts?.stop();
});

async function drawLine(place: number, to: string): Promise<void> {
	const { page } = editor;
	const handle = (node: string, id: string) =>
		page.locator(`.vue-flow__handle[data-nodeid="${node}"][data-handleid="${id}"]`);
	await handle('trigger', `outputs/main/${place}`).hover();
	await page.mouse.down();
	await handle(to, 'inputs/main/0').hover();
	await page.mouse.up();
}

/** Ticks what is not ticked, and the other way round. */
async function toggle(...names: string[]): Promise<void> {
	const { page, part } = editor;
	await editor.openNode(TRIGGER);
	await part('parameter-input-groups').click();
	for (const name of names) {
		await page
			.locator('.el-select-dropdown__item:visible')
			.filter({ has: page.getByText(name, { exact: true }) })
			.click();
	}
	await page.keyboard.press('Escape');
	await editor.closeNode();
}

const labels = async () =>
	await editor.page.locator('.vue-flow__handle.source[data-nodeid="trigger"]').allInnerTexts();

/** Where the lines lead, by the place of the output, once n8n has saved this choice of groups. */
async function linesSavedWith(groups: string[]): Promise<string[][]> {
	await editor.page.keyboard.press('Control+s');
	return await pRetry(
		async () => {
			const { nodes, connections } = await hosts.n8n.rest.workflow(workflowId);
			expect(new Set(nodes[0]!.parameters.groups as string[])).toEqual(new Set(groups));
			return connections[TRIGGER]!.main!.map((targets) => (targets ?? []).map(({ node }) => node));
		},
		{ retries: 20, minTimeout: 500, factor: 1 },
	);
}

test('a line goes on leaving the output of its kind, whatever is ticked and unticked', async () => {
	const labelsWith = (...on: string[]) =>
		NAMES.map((name) => (on.includes(name) ? name : `${name} off`));
	expect(await labels()).toEqual(labelsWith('Echoes'));
	for (const [place, name] of NAMES.entries()) await drawLine(place, name);
	const drawn = NAMES.map((name) => [name]);

	await toggle('History', 'Inbound');
	expect(await linesSavedWith(['echoes', 'history', 'inbound'])).toEqual(drawn);

	await toggle('Echoes', 'History');
	expect(await labels()).toEqual(labelsWith('Inbound'));
	expect(await linesSavedWith(['inbound'])).toEqual(drawn);

	await toggle('History', 'Contacts', 'Echoes', 'Statuses', 'Account');
	expect(await labels()).toEqual(NAMES);
	expect(await linesSavedWith(OUTPUT_GROUPS)).toEqual(drawn);
});

test('once published, an event of each kind reaches the node that its line leads to', async () => {
	expect(await hosts.n8n.rest.publish(workflowId)).toEqual({ status: 'published' });
	for (const group of OUTPUT_GROUPS) {
		const body = loadFixture(DELIVERIES[group]);
		const { status } = await hosts.meta.post<{ status: number }>('/deliver-raw', { body });
		expect([group, status]).toEqual([group, 200]);
	}
	const runs = await hosts.n8n.rest.finishedExecutions(workflowId, OUTPUT_GROUPS.length);
	const reached = runs.map((run) => NAMES.filter((name) => run.output(name).length > 0).join());
	expect(reached.sort()).toEqual([...NAMES].sort());
});
