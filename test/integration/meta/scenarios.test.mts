import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
	connectMeta,
	type Meta,
	PHONE,
	type Receiver,
	startReceiver,
	subscribe,
} from './meta-client.mts';

let meta: Meta;
let receiver: Receiver;

beforeAll(async () => {
	meta = await connectMeta();
});
afterAll(() => meta.close());
beforeEach(async () => {
	await meta.control('POST', 'reset');
	receiver = await startReceiver();
	await subscribe(meta, receiver);
});
afterEach(() => receiver.close());

const play = (name: string, options: object = {}) =>
	meta.control('POST', `scenario/${name}`, options);

/** All changes received, in the order of their chunk or arrival. */
const changes = () =>
	receiver.received.flatMap(({ body }) =>
		JSON.parse(body).entry.flatMap((entry: any) => entry.changes),
	);
const values = (field: string) =>
	changes()
		.filter((change) => change.field === field)
		.map(({ value }) => value);

describe('onboarding', () => {
	const options = {
		contacts: 40,
		threads: 30,
		messagesPerThread: 20,
		chunksPerPhase: 3,
		mediaShare: 0.4,
		usernameOnlyShare: 0.2,
	};

	it('sends three phases in chunks with rising progress up to 100', async () => {
		const { counts } = await play('onboarding', options);
		const metadata = values('history')
			.flatMap(({ history = [] }) => history.map((chunk: any) => chunk.metadata))
			.sort((a, b) => a.chunk_order - b.chunk_order);
		expect(metadata).toHaveLength(counts.historyChunks);
		expect(metadata.map(({ phase }) => phase)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
		const progress = metadata.map((chunk) => chunk.progress);
		expect(progress).toEqual([...progress].sort((a, b) => a - b));
		expect(progress.at(-1)).toBe(100);
	});

	it('follows placeholders of the last 14 days, and only those, with their media under both keys', async () => {
		const { ids } = await play('onboarding', options);
		const history = values('history');
		const old = history.flatMap(({ history: chunks = [] }) =>
			chunks.flatMap((chunk: any) => chunk.threads.flatMap((thread: any) => thread.messages)),
		);
		const young = Date.now() / 1000 - 14 * 86_400;
		const expected = old
			.filter(({ type, timestamp }) => type === 'media_placeholder' && Number(timestamp) > young)
			.map(({ id }) => id);
		const inbound = history.flatMap(({ messages = [] }) => messages.map(({ id }: any) => id));
		const outbound = history.flatMap(({ message_echoes = [] }) =>
			message_echoes.map(({ id }: any) => id),
		);
		expect(inbound.length).toBeGreaterThan(0);
		expect(outbound.length).toBeGreaterThan(0);
		expect([...inbound, ...outbound].sort()).toEqual(expected.sort());
		expect([...ids.historyMedia].sort()).toEqual(expected.sort());
	});

	it('counts what arrived', async () => {
		const { counts, unrouted, deliveries } = await play('onboarding', options);
		const contacts = values('smb_app_state_sync').flatMap(({ state_sync }) => state_sync);
		const messages = values('history').flatMap(({ history = [] }) =>
			history.flatMap((chunk: any) => chunk.threads.flatMap((thread: any) => thread.messages)),
		);
		expect(unrouted).toBe(0);
		expect(deliveries).toMatchObject({
			accepted: receiver.received.length,
			dropped: 0,
			pending: 0,
		});
		expect(counts.historyMessages).toBe(messages.length);
		expect(messages).toHaveLength(options.threads * options.messagesPerThread);
		expect(counts.contactsSaved).toBe(
			contacts.filter(({ action }: any) => action === 'add').length,
		);
		expect(counts.contactsRemoved).toBe(
			contacts.filter(({ action }: any) => action === 'remove').length,
		);
		expect(new Set(messages.map(({ id }: any) => id)).size).toBe(messages.length);
	});

	it('hides the number of people with only a username', async () => {
		await play('onboarding', options);
		const threads = values('history').flatMap(({ history = [] }) =>
			history.flatMap((chunk: any) => chunk.threads),
		);
		const hidden = threads.filter(({ id }: any) => id === undefined);
		expect(hidden.length).toBeGreaterThan(0);
		for (const thread of hidden) {
			expect(thread.context).toEqual({
				user_id: expect.any(String),
				username: expect.any(String),
			});
			for (const message of thread.messages) {
				expect(message).not.toHaveProperty('to');
				expect([undefined, '34600111222']).toContain(message.from);
			}
		}
	});

	it('is the same for the same seed', async () => {
		const first = await play('onboarding', { ...options, seed: 3 });
		const again = await play('onboarding', { ...options, seed: 3 });
		const other = await play('onboarding', { ...options, seed: 4 });
		expect(again.ids.historyMessages).toEqual(first.ids.historyMessages);
		expect(other.ids.historyMessages).not.toEqual(first.ids.historyMessages);
	});

	it('waits for the client to ask when told to', async () => {
		const played = play('onboarding', { ...options, waitForSyncRequests: true });
		for (const type of ['smb_app_state_sync', 'history']) {
			let status = 0;
			while (status !== 200) {
				await new Promise((resolve) => setTimeout(resolve, 20));
				({ status } = await meta.graph('POST', `${PHONE}/smb_app_data`, {
					messaging_product: 'whatsapp',
					sync_type: type,
				}));
			}
		}
		const { counts } = await played;
		expect(counts).toMatchObject({ historyMessages: 600, contactsSaved: 41, contactsRemoved: 1 });
	});
});

describe('live scenarios', () => {
	it('let the customer write every type', async () => {
		const types = [
			'text',
			'image',
			'video',
			'audio',
			'document',
			'sticker',
			'location',
			'contacts',
			'reaction',
			'button',
			'interactive',
			'order',
			'unsupported',
		];
		const { counts, ids } = await play('customer-writes', { count: types.length, types });
		const messages = values('messages').flatMap((value) => value.messages);
		expect(messages.map(({ type }) => type).sort()).toEqual([...types].sort());
		expect(counts.inboundMessages).toBe(types.length);
		expect(messages.map(({ id }) => id).sort()).toEqual([...ids.inboundMessages].sort());
		const image = messages.find(({ type }) => type === 'image').image;
		expect((await meta.graph('GET', image.id)).body.sha256).toBe(image.sha256);
	});

	it('let the owner answer, edit and take back', async () => {
		await play('owner-answers', { count: 2, text: 'te llamo luego' });
		await play('edit-and-revoke', { customers: 1 });
		const echoes = values('smb_message_echoes').flatMap(({ message_echoes }) => message_echoes);
		expect(echoes.map(({ type }) => type).sort()).toEqual([
			'edit',
			'revoke',
			'text',
			'text',
			'text',
		]);
		expect(echoes.filter(({ text }) => text?.body === 'te llamo luego')).toHaveLength(2);
		const revoke = echoes.find(({ type }) => type === 'revoke');
		expect(revoke).not.toHaveProperty('to');
		expect(echoes.map(({ id }) => id)).toContain(revoke.revoke.original_message_id);
		for (const { from } of echoes) expect(from).toBe('34600111222');
	});

	it('decline, disconnect and reconnect', async () => {
		await play('history-declined');
		await play('reconnect');
		await play('disconnect', { reason: 'PRIMARY_INACTIVITY', initiatedBy: 'SYSTEM' });
		expect(values('history')[0].history[0].errors[0].code).toBe(2593109);
		expect(
			values('account_update')
				.map(({ event }) => event)
				.sort(),
		).toEqual(['ACCOUNT_OFFBOARDED', 'ACCOUNT_RECONNECTED', 'PARTNER_REMOVED']);
		const blocked = await meta.graph('POST', `${PHONE}/messages`, {
			messaging_product: 'whatsapp',
			to: '34600333444',
			text: { body: 'hola' },
		});
		expect(blocked.body.error.code).toBe(133010);
	});
});
