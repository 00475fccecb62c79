import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { MessageTemplate } from '../../../sandbox/meta/default-templates.mts';
import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;
beforeAll(async () => {
	meta = await metaForTest();
});
beforeEach(async () => {
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

const run = async (operation: string, parameters: IDataObject, item?: INodeExecutionData) =>
	await runAction({
		credential: meta.credential,
		parameters: { resource: 'template', operation, ...parameters },
		items: item === undefined ? undefined : [item],
	});

const find = (name: string): MessageTemplate | undefined =>
	meta.world.wabas[0].templates.find((template) => template.name === name);
const picked = (value: string) => ({ template: { __rl: true, mode: 'name', value } });
const requests = async () => await meta.control.get<RecordedRequest[]>('/requests');

const minimal = { templateName: 'we_are_open', body: 'We are open again.' };

/** A JPEG as far as anybody looks. */
const picture = (size = 20_000): INodeExecutionData => {
	const content = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(size, 'rose')]);
	return {
		json: {},
		binary: {
			data: { data: content.toString('base64'), mimeType: 'image/jpeg', fileName: 'roses.jpg' },
		},
	};
};

describe('Create', () => {
	it('hands in what the form says', async () => {
		const { items, error } = await run('create', {
			templateName: 'order_on_its_way',
			language: 'es_AR',
			category: 'UTILITY',
			header: 'text',
			headerText: 'Pedido {{1}}',
			headerExample: 'A-17',
			body: 'Hola {{1}}, tu pedido llega el {{2}}.',
			bodyExamples: ['Marta', 'lunes'],
			footer: 'Marta Flowers',
			buttons: {
				values: [
					{ type: 'QUICK_REPLY', text: 'Gracias' },
					{
						type: 'URL',
						text: 'Seguir',
						url: 'https://flowers.test/t/{{1}}',
						example: 'https://flowers.test/t/A-17',
					},
					{ type: 'PHONE_NUMBER', text: 'Llamar', phoneNumber: '+34 600 111 222' },
					{ type: 'COPY_CODE', code: 'ROSAS' },
				],
			},
		});
		expect(error).toBeUndefined();
		expect(items[0]!.json).toEqual({
			id: find('order_on_its_way')?.id,
			name: 'order_on_its_way',
			language: 'es_AR',
			category: 'UTILITY',
			status: 'PENDING',
		});
		expect(misfitOf('template', 'create', items)).toBeNull();
		expect(find('order_on_its_way')).toMatchObject({
			parameter_format: 'POSITIONAL',
			components: [
				{
					type: 'HEADER',
					format: 'TEXT',
					text: 'Pedido {{1}}',
					example: { header_text: ['A-17'] },
				},
				{ type: 'BODY', example: { body_text: [['Marta', 'lunes']] } },
				{ type: 'FOOTER', text: 'Marta Flowers' },
				{
					type: 'BUTTONS',
					buttons: [
						{ type: 'QUICK_REPLY', text: 'Gracias' },
						{ type: 'URL', example: ['https://flowers.test/t/A-17'] },
						{ type: 'PHONE_NUMBER', phone_number: '+34600111222' },
						{ type: 'COPY_CODE', example: ['ROSAS'] },
					],
				},
			],
		});
	});

	it('names variables', async () => {
		const { error } = await run('create', {
			...minimal,
			body: 'Hi {{first_name}}, see you on {{day}}.',
			bodyExamples: ['Marta', 'Monday'],
		});
		expect(error).toBeUndefined();
		expect(find('we_are_open')).toMatchObject({
			parameter_format: 'NAMED',
			components: [
				{
					example: {
						body_text_named_params: [
							{ param_name: 'first_name', example: 'Marta' },
							{ param_name: 'day', example: 'Monday' },
						],
					},
				},
			],
		});
	});

	it('takes Meta’s JSON for what has no fields', async () => {
		const { error } = await run('create', {
			templateName: 'json_one',
			contentMode: 'json',
			componentsJson: JSON.stringify([{ type: 'BODY', text: 'Good day.' }]),
		});
		expect(error).toBeUndefined();
		expect(find('json_one')?.components).toEqual([{ type: 'BODY', text: 'Good day.' }]);
	});

	it('uploads the example of a header, and goes on where it broke off', async () => {
		await meta.control.post('/faults', {
			method: 'POST',
			path: '/upload:',
			when: 'after',
			status: 503,
			body: 'Service Unavailable',
		});
		const { error } = await run('create', { ...minimal, header: 'image' }, picture());
		expect(error).toBeUndefined();
		const [upload] = meta.world.uploads;
		expect(upload).toMatchObject({ mimeType: 'image/jpeg', length: 20_004 });
		expect(find('we_are_open')?.components[0]).toEqual({
			type: 'HEADER',
			format: 'IMAGE',
			example: { header_handle: [upload!.handle] },
		});
		const steps = (await requests()).filter(({ path }) => path.includes('/upload'));
		expect(steps.map(({ method, body }) => [method, (body as IDataObject)?.bytes])).toEqual([
			['POST', undefined],
			['POST', 20_004],
			['GET', undefined],
			['POST', 0],
		]);
	});

	it.each([
		[{ templateName: 'We Are Open' }, '“Name” takes small letters'],
		[{ body: 'x'.repeat(1025) }, '“Body” has 1025 characters; at most 1024 fit'],
		[{ body: 'Hi {{1}}', bodyExamples: ['Marta'] }, '“Body” begins or ends with a variable'],
		[{ body: 'Hi {{2}}, good day.', bodyExamples: ['Marta'] }, '“Body” has to have the variables'],
		[{ body: 'Hi {{Name}}, hello.', bodyExamples: ['Marta'] }, '“Body” has to have the variables'],
		[{ body: 'Hi {{1}}, good day.' }, '“Body Examples” has 0; the body has 1 variable'],
		[{ footer: 'From {{1}}' }, '“Footer” cannot have variables'],
		[{ header: 'text' }, '“Header Text” is empty'],
		[{ header: 'text', headerText: 'For {{1}}' }, '“Header Example” is missing'],
		[{ buttons: { values: [{ type: 'QUICK_REPLY', text: '' }] } }, '“Buttons > 1 > Text” is empty'],
		[
			{ buttons: { values: [{ type: 'URL', text: 'Go', url: 'https://a.test/{{1}}' }] } },
			'“Buttons > 1 > URL Example” is missing',
		],
		[
			{
				buttons: {
					values: [
						{ type: 'QUICK_REPLY', text: 'Yes' },
						{ type: 'URL', text: 'Go', url: 'https://a.test/' },
						{ type: 'QUICK_REPLY', text: 'No' },
					],
				},
			},
			'“Buttons” has to have its quick replies next to each other',
		],
		[
			{
				buttons: {
					values: ['1', '2', '3'].map((text) => ({ type: 'URL', text, url: 'https://a.test/' })),
				},
			},
			'“Buttons” takes 2 of type URL at most',
		],
	])('refuses %j before anything is sent', async (parameters, message) => {
		const { error } = await run('create', { ...minimal, ...parameters });
		expect(error?.message).toContain(message);
		expect(await requests()).toEqual([]);
	});

	it('tells what Meta says about one that exists already', async () => {
		const { error } = await run('create', { ...minimal, templateName: 'hello_world' });
		expect(error?.message).toContain('Meta code 2388024');
		expect(error?.description).toContain('There is already en_US content');
	});
});

describe('Update', () => {
	it('replaces what an approved template says, once a day', async () => {
		const parameters = { ...picked('order_ready|es'), body: 'Ya puedes recogerlo.' };
		const { items, error } = await run('update', parameters);
		expect(error).toBeUndefined();
		expect(items[0]!.json).toMatchObject({
			name: 'order_ready',
			language: 'es',
			status: 'APPROVED',
			components: [{ type: 'BODY', text: 'Ya puedes recogerlo.' }],
		});
		expect(misfitOf('template', 'update', items)).toBeNull();
		const again = await run('update', parameters);
		expect(again.error?.description).toContain('once in 24 hours');
	});

	it('changes the category of one that was refused, which is reviewed again', async () => {
		const { items } = await run('update', {
			...picked('refused_by_review|en_US'),
			newCategory: 'UTILITY',
			body: 'Your receipt is ready.',
		});
		expect(items[0]!.json).toMatchObject({ category: 'UTILITY', status: 'PENDING' });
	});
});

describe('Delete', () => {
	it('takes one language away, or all', async () => {
		const one = await run('delete', picked('order_ready|es'));
		expect(one.items[0]!.json).toMatchObject({
			deleted: true,
			name: 'order_ready',
			language: 'es',
		});
		expect(misfitOf('template', 'delete', one.items)).toBeNull();
		expect(find('order_ready')).toMatchObject({ language: 'en_US' });
		const all = await run('delete', { ...picked('order_ready|en_US'), allLanguages: true });
		expect(misfitOf('template', 'delete', all.items)).toBeNull();
		expect(find('order_ready')).toBeUndefined();
		const reused = await run('create', { ...minimal, templateName: 'order_ready' });
		expect(reused.error?.message).toContain('Meta code 2388023');
	});

	it('says which there is none of', async () => {
		const { error } = await run('delete', picked('nothing|es'));
		expect(error?.message).toBe('There is no template “nothing” in the language “es”');
	});
});

it('the picture of a profile is uploaded', async () => {
	const { error } = await runAction({
		credential: meta.credential,
		parameters: {
			resource: 'businessProfile',
			operation: 'update',
			phoneNumberId: { __rl: true, mode: 'id', value: meta.world.phoneNumbers[0].id },
			changes: { about: 'Roses', profilePictureField: 'data' },
		},
		items: [picture()],
	});
	expect(error).toBeUndefined();
	expect(meta.world.phoneNumbers[0].profile).toMatchObject({
		about: 'Roses',
		profile_picture_url: expect.stringContaining(
			encodeURIComponent(String(meta.world.uploads[0]!.handle)),
		),
	});
});
