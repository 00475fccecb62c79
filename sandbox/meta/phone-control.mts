/** The control API of the phone page: one owner and one customer at a time, typing. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { MessageTemplate } from './default-templates.mts';
import type { Dispatch } from './delivery/engine.mts';
import { routesOf } from './delivery/routing.mts';
import { noteInbound } from './inbound-window.mts';
import { requireNumber } from './lifecycle.mts';
import { type Content, contentOfType, MEDIA_TYPES, textContent } from './payloads/content.mts';
import { echo } from './payloads/echoes.mts';
import { editContent, inboundMessage, revokeContent } from './payloads/inbound.mts';
import { peerOf } from './payloads/people-fields.mts';
import { answerTo, formAnswerTo } from './payloads/replies.mts';
import { stateSync } from './payloads/state-sync.mts';
import { inventPeople } from './people.mts';
import { commonOptions, customerSchema } from './scenarios/scenario.mts';
import { runsPage } from './runs-page.mts';
import type { Simulation } from './simulation.mts';
import { newWamid } from './wamid.mts';
import {
	findWaba,
	type PhoneNumber,
	type SentMessage,
	type SyncType,
	type World,
} from './world.mts';

/** The people that the demo's phone knows too; one of them has a username and no visible number. */
const CUSTOMERS = inventPeople(6, 1, 0.2);

const SYNC_TYPES: SyncType[] = ['smb_app_state_sync', 'history'];

const numberSchema = z.object({ phoneNumberId: commonOptions.phoneNumberId }).strict();

const chatSchema = numberSchema.extend({
	/** Who holds the phone on which it is typed. */
	author: z.enum(['owner', 'customer']),
	customer: customerSchema,
});

type Chat = z.output<typeof chatSchema>;

const saysSchema = chatSchema.extend({
	type: z.enum(['text', 'location', ...MEDIA_TYPES]).default('text'),
	/** Of a text; an invented one if absent. */
	text: z.string().min(1).max(4096).optional(),
});

const editsSchema = chatSchema.extend({ messageId: z.string(), text: z.string().min(1).max(4096) });

const deletesSchema = chatSchema.extend({ messageId: z.string() });

/** An empty `emoji` takes the reaction back. */
const reactsSchema = deletesSchema.extend({ emoji: z.string() });

/** `choice` is the ID of a button or of a row of a list, of a template the index of its button. */
const choosesSchema = numberSchema.extend({
	customer: customerSchema,
	messageId: z.string(),
	choice: z.string(),
});

const fillsInSchema = choosesSchema
	.omit({ choice: true })
	.extend({ fields: z.record(z.string().max(4096)) });

/** Without a `name` the contact is removed. */
const savesSchema = numberSchema.extend({
	customer: customerSchema,
	name: z.string().min(1).nullable(),
});

export function registerPhoneControl(server: FastifyInstance, simulation: Simulation): void {
	server.get('/phone', async ({ query }) => {
		const { phoneNumberId } = numberSchema.parse(query);
		return stateOf(simulation, requireNumber(simulation, phoneNumberId));
	});

	server.post('/phone/says', async ({ body }) => {
		const { type, text, ...chat } = saysSchema.parse(body);
		const number = requireNumber(simulation, chat.phoneNumberId);
		const content =
			type === 'text' && text !== undefined
				? textContent(text)
				: contentOfType(simulation, number, type);
		return send(simulation, number, chat, content);
	});

	server.post('/phone/edits', async ({ body }) => {
		const { messageId, text, ...chat } = editsSchema.parse(body);
		const number = requireNumber(simulation, chat.phoneNumberId);
		return send(simulation, number, chat, editContent(messageId, textContent(text)));
	});

	server.post('/phone/deletes', async ({ body }) => {
		const { messageId, ...chat } = deletesSchema.parse(body);
		const number = requireNumber(simulation, chat.phoneNumberId);
		return send(simulation, number, chat, revokeContent(messageId));
	});

	server.post('/phone/reacts', async ({ body }) => {
		const { messageId, emoji, ...chat } = reactsSchema.parse(body);
		const number = requireNumber(simulation, chat.phoneNumberId);
		const reaction = { message_id: messageId, ...(emoji && { emoji }) };
		return send(simulation, number, chat, { type: 'reaction', reaction });
	});

	server.post('/phone/chooses', async ({ body }) => {
		const { choice, ...where } = choosesSchema.parse(body);
		const number = requireNumber(simulation, where.phoneNumberId);
		return reply(simulation, number, where, (sent) =>
			answerTo(sent, choice, templatesOf(simulation.world, number)),
		);
	});

	server.post('/phone/fills-in', async ({ body }) => {
		const { fields, ...where } = fillsInSchema.parse(body);
		const number = requireNumber(simulation, where.phoneNumberId);
		return reply(simulation, number, where, (sent) => formAnswerTo(sent, fields));
	});

	server.post('/phone/saves', async ({ body }) => {
		const { phoneNumberId, customer, name } = savesSchema.parse(body);
		const number = requireNumber(simulation, phoneNumberId);
		const person = name === null ? customer : { ...customer, fullName: name };
		const action = name === null ? ('remove' as const) : ('add' as const);
		const timestamp = simulation.clock.seconds();
		return simulation.engine.deliver([stateSync(number, [{ action, person, timestamp }])]);
	});

	server.post('/phone/share', async ({ body }) => {
		const { phoneNumberId } = numberSchema.parse(body ?? {});
		return share(simulation, requireNumber(simulation, phoneNumberId));
	});

	/** Leads to what a delivery started. */
	server.get<{ Params: { deliveryId: string } }>(
		'/phone/executions/:deliveryId',
		async ({ params }, reply) => {
			const { editor } = simulation;
			if (!editor) throw refusal(404, 'No editor is linked to this sandbox.');
			const deliveryId = Number(params.deliveryId);
			const delivery = simulation.deliveries
				.since(deliveryId - 1)
				.find(({ id }) => id === deliveryId);
			const carried = simulation.updates
				.since(0)
				.filter(({ id }) => delivery?.updateIds.includes(id));
			const runs = await editor.runsOf(carried);
			const [run, ...others] = runs;
			if (run && others.length === 0) return await reply.redirect(run.url);
			return await reply
				.code(runs.length === 0 ? 404 : 200)
				.type('text/html; charset=utf-8')
				.send(runsPage(runs, editor.workflowsUrl));
		},
	);
}

function stateOf({ world, engine, pendingSyncs, editor, news }: Simulation, number: PhoneNumber) {
	const { wabaId, id: phoneNumberId, onboarding } = number;
	const callback = (field: string) =>
		routesOf(world, { wabaId, phoneNumberId, field, value: null })[0]?.url ?? null;
	return {
		number: {
			id: number.id,
			displayPhoneNumber: number.displayPhoneNumber,
			verifiedName: number.verifiedName,
			connected: number.connected,
		},
		customers: CUSTOMERS,
		/** What the phones show in place of a template's name. */
		templates: templatesOf(world, number).map(({ name, language, components }) => ({
			name,
			language,
			components,
		})),
		/** Where what is typed is sent now; null if to nobody. */
		callback: callback('messages') ?? callback('smb_message_echoes'),
		/** What the phone would share but nobody has asked for. */
		notRequested:
			onboarding && pendingSyncs.has(number.id)
				? SYNC_TYPES.filter((type) => !onboarding.requested[type])
				: [],
		deliveryOptions: engine.options,
		workflowsUrl: editor?.workflowsUrl ?? null,
		signIn: editor?.signIn ?? null,
		news,
	};
}

function templatesOf(world: World, { wabaId }: PhoneNumber): MessageTemplate[] {
	return findWaba(world, wabaId)?.templates ?? [];
}

/** A live message on its way: an echo of what the owner typed, or a message of the customer. */
function send(
	simulation: Simulation,
	number: PhoneNumber,
	{ author, customer }: Chat,
	content: Content,
): Dispatch & { id: string } {
	const { random, clock, engine } = simulation;
	const byOwner = author === 'owner';
	const direction = byOwner ? 'businessToUser' : 'userToBusiness';
	const head = { id: newWamid(random, peerOf(customer), direction), timestamp: clock.seconds() };
	const update = (byOwner ? echo : inboundMessage)(number, customer, head, content);
	noteInbound(simulation, [update]);
	return { id: head.id, ...engine.deliver([update]) };
}

/** The customer's answer to what a message of the business offers. */
function reply(
	simulation: Simulation,
	number: PhoneNumber,
	{ messageId, ...chat }: Omit<Chat, 'author'> & { messageId: string },
	answer: (sent: SentMessage) => Content | null,
): Dispatch & { id: string } {
	const sent = simulation.world.sentMessages.find(({ id }) => id === messageId);
	const content = sent && answer(sent);
	if (!content) throw refusal(404, 'The message has no such button.');
	const context = { from: number.displayPhoneNumber, id: messageId };
	return send(simulation, number, { ...chat, author: 'customer' }, { ...content, context });
}

/** The phone shares what nobody has asked for yet, as if n8n had. */
function share({ engine, pendingSyncs }: Simulation, number: PhoneNumber): Dispatch {
	const content = pendingSyncs.get(number.id);
	const { onboarding } = number;
	if (!content || !onboarding) throw refusal(409, 'Connect the phone first.');
	const types = SYNC_TYPES.filter((type) => !onboarding.requested[type]);
	for (const type of types) onboarding.requested[type] = 'shared from the phone page';
	return engine.deliver(types.flatMap((type) => content[type]));
}

function refusal(statusCode: number, message: string): Error {
	return Object.assign(new Error(message), { statusCode });
}
