import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Workflow, type IDataObject, type INode, type ResourceMapperField } from 'n8n-workflow';

import {
	searchFlows,
	searchTemplates,
} from '../../../nodes/WhatsAppCoexistence/methods/list-search';
import { getTemplateVariables } from '../../../nodes/WhatsAppCoexistence/methods/resource-mapping';
import type { MessageTemplate } from '../../../sandbox/meta/default-templates.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { additionalDataFor, CREDENTIAL_TYPE } from '../engine/additional-data.mts';
import { loadOptionsContext } from '../engine/contexts.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { ACTION_TYPE, nodeTypes } from '../engine/node-types.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;

beforeAll(async () => {
	meta = await metaForTest();
});

afterAll(async () => await meta.close());

const templates = (): MessageTemplate[] => meta.world.wabas[0].templates;

const run = async (operation: string, parameters: IDataObject) =>
	await runAction({
		credential: meta.credential,
		parameters: { resource: 'template', operation, ...parameters },
	});

describe('Get Many', () => {
	it('gives all templates of the WABA, over several pages', async () => {
		templates().push(
			...Array.from({ length: 120 }, (_, index) => ({
				...templates()[0]!,
				id: String(960000000000001 + index),
				name: `bulk_${index}`,
			})),
		);
		const { items } = await run('getAll', { returnAll: true });
		expect(items.map(({ json }) => json.id)).toEqual(templates().map(({ id }) => id));
		expect(misfitOf('template', 'getAll', items)).toBeNull();
	});

	it('gives as many as were asked for', async () => {
		const { items } = await run('getAll', { limit: 3 });
		expect(items.map(({ json }) => json.name)).toEqual(
			templates()
				.slice(0, 3)
				.map(({ name }) => name),
		);
	});

	it('gives those that the filters let through', async () => {
		const filters = { status: 'PAUSED', category: 'MARKETING', language: '', name: 'old' };
		const { items } = await run('getAll', { filters });
		expect(items).toMatchObject([{ json: { name: 'old_promotion', status: 'PAUSED' } }]);
		expect(items).toHaveLength(1);
	});

	it('says what the token lacks', async () => {
		const { error } = await runAction({
			credential: {
				...meta.credential,
				accessToken: meta.world.tokens.withoutManagement.token,
			},
			parameters: { resource: 'template', operation: 'getAll' },
		});
		expect(error?.description).toContain('whatsapp_business_management');
	});
});

describe('Get', () => {
	it('gives the template in the language that was picked', async () => {
		const template = { __rl: true, mode: 'list', value: 'order_ready|es' };
		const { items } = await run('get', { template });
		const expected = templates().find(
			({ name, language }) => name === 'order_ready' && language === 'es',
		);
		expect(items).toMatchObject([{ json: expected }]);
		expect(misfitOf('template', 'get', items)).toBeNull();
	});

	it('says where to look if there is none', async () => {
		const template = { __rl: true, mode: 'name', value: 'order|es' };
		const { error } = await run('get', { template });
		expect(error).toMatchObject({
			message: 'There is no template “order” in the language “es”',
			description: expect.stringContaining('WhatsApp Manager'),
		});
	});
});

/** What the editor calls while the user fills in the node. */
const editor = (parameters: IDataObject = {}) => {
	const node: INode = {
		id: '1',
		name: 'Temp-Node',
		type: ACTION_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: { resource: 'message', operation: 'sendTemplate', ...parameters },
		credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'Test' } },
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const additionalData = {
		...additionalDataFor(meta.credential),
		currentNodeParameters: node.parameters,
	};
	return loadOptionsContext(workflow, node, additionalData, 'parameters.template');
};

describe('the list of templates', () => {
	it('holds every template, name and language in the value', async () => {
		const { results } = await searchTemplates.call(editor());
		expect(results.map(({ value }) => value)).toEqual(
			templates().map(({ name, language }) => `${name}|${language}`),
		);
	});

	it('shows the status of what cannot be sent', async () => {
		const { results } = await searchTemplates.call(editor(), 'PROMOTION');
		expect(results).toEqual([
			{ name: 'old_promotion (en_US) – PAUSED', value: 'old_promotion|en_US' },
			{ name: 'banned_promotion (en_US) – DISABLED', value: 'banned_promotion|en_US' },
		]);
	});
});

describe('the list of flows', () => {
	it('holds the flows of the WABA', async () => {
		const { results } = await searchFlows.call(editor());
		expect(results).toEqual([
			{ name: 'appointment_booking', value: '900500000000001' },
			{ name: 'satisfaction_survey – DRAFT', value: '900500000000002' },
		]);
	});
});

/** A value that Meta takes, by the last step of the ID of the variable. */
const EXAMPLES: Record<string, unknown> = {
	image: 'https://flowers.test/a.jpg',
	video: 'https://flowers.test/a.mp4',
	gif: 'https://flowers.test/a.mp4',
	document: 'https://flowers.test/a.pdf',
	latitude: '40.4',
	longitude: '-3.7',
	expiration: '2030-01-01T00:00:00.000Z',
	flow_action_data: { shop: 'Madrid' },
	order_details: { reference_id: 'A-17' },
	ttl_minutes: 1440,
	mpm_sections: [{ title: 'Red', productIds: ['roses-12'] }],
};

const exampleFor = ({ id }: ResourceMapperField) => EXAMPLES[id.split('.').at(-1) ?? ''] ?? 'abc';

describe('the variables of a template', () => {
	const fieldsOf = async (value: string) =>
		await getTemplateVariables.call(editor({ template: { __rl: true, mode: 'list', value } }));

	it('are the fields of the resource mapper', async () => {
		expect(await fieldsOf('appointment_reminder|en_US')).toEqual({
			fields: [
				['header.text.first_name', 'Header {{first_name}}, e.g. Marta'],
				['body.text.date', 'Body {{date}}, e.g. Monday'],
				['body.text.time', 'Body {{time}}, e.g. 10:30'],
			].map(([id, displayName]) => ({
				id,
				displayName,
				required: true,
				type: 'string',
				display: true,
				defaultMatch: false,
			})),
		});
	});

	it.each([
		['', 'Pick a template first.'],
		['nowhere|es', 'This template does not exist. Pick another one from the list.'],
	])('of %j are none, with a word why', async (value, emptyFieldsNotice) => {
		expect(await fieldsOf(value)).toEqual({ fields: [], emptyFieldsNotice });
	});

	it.each([
		[undefined, 1, undefined],
		[false, 0, expect.stringContaining('“Body {{1}}, e.g. Marta” has a line break')],
	])(
		'with line breaks reach Meta flattened, or not at all: %j',
		async (flattenVariables, sent, message) => {
			const before = meta.world.sentMessages.length;
			const { error } = await runAction({
				credential: meta.credential,
				parameters: {
					resource: 'message',
					operation: 'sendTemplate',
					phoneNumberId: { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId },
					to: '+34600333444',
					template: { __rl: true, mode: 'list', value: 'order_ready|es' },
					variables: {
						mappingMode: 'defineBelow',
						value: { 'body.text.1': 'Marta\n\tRuiz', 'body.text.2': 'A-17' },
						schema: (await fieldsOf('order_ready|es')).fields,
					},
					options: flattenVariables === undefined ? {} : { flattenVariables },
				} as never,
			});
			expect(error?.message).toEqual(message);
			expect(meta.world.sentMessages.length - before).toBe(sent);
		},
	);

	it('filled in, make a message that Meta takes: each approved template, all or only what is required', async () => {
		const approved = templates().filter(
			({ status, name }) => status === 'APPROVED' && !/^(bulk|notice)_/.test(name),
		);
		for (const { name, language } of approved) {
			const { fields } = await fieldsOf(`${name}|${language}`);
			for (const filled of [fields, fields.filter(({ required }) => required)]) {
				const { items, error } = await runAction({
					credential: meta.credential,
					parameters: {
						resource: 'message',
						operation: 'sendTemplate',
						phoneNumberId: { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId },
						to: `+34600${String(meta.world.sentMessages.length).padStart(6, '0')}`,
						template: { __rl: true, mode: 'list', value: `${name}|${language}` },
						variables: {
							mappingMode: 'defineBelow',
							value: Object.fromEntries(filled.map((field) => [field.id, exampleFor(field)])),
							schema: fields,
						},
					} as never,
				});
				expect({ name, error }).toEqual({ name, error: undefined });
				expect(items).toMatchObject([{ json: { status: 'accepted' } }]);
			}
		}
		expect(approved.length).toBeGreaterThan(10);
	});
});
