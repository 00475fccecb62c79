/** The control API: what a test or a demo makes the simulated Meta, its phones and its customers do. */
import type { EventEmitter } from 'node:events';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DEFAULT_DELIVERY_OPTIONS, type DeliveryOptions } from './delivery/engine.mts';
import { encodeBody, sign } from './delivery/encoding.mts';
import { routesOf, type Update } from './delivery/routing.mts';
import { faultSchema } from './faults.mts';
import { askEndpoint, flowRequestSchema } from './flow-endpoint.mts';
import { CODE_PLACES } from './graph-errors.mts';
import { downloadUrl, storeMedia } from './graph/media.mts';
import { noteInbound } from './inbound-window.mts';
import { offboard, onboard } from './lifecycle.mts';
import { templateStatus } from './payloads/account.mts';
import { runScenario, scenarioNames } from './scenarios/index.mts';
import { DEFAULT_LIMITS } from './sending-limits.mts';
import type { Simulation } from './simulation.mts';
import { appAccessToken, DEFAULT, defaultWorld, findApp, findPhoneNumber } from './world.mts';

const SIGNUP_CODE_LIFETIME_MS = 30_000;
const WEBHOOK_MEDIA_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

const updateSchema = z
	.object({
		field: z.string(),
		value: z.unknown(),
		wabaId: z.string().optional(),
		phoneNumberId: z.string().nullable().optional(),
		entryTime: z.union([z.number(), z.string()]).optional(),
		entryId: z.string().optional(),
	})
	.strict();

const sending = {
	copies: z.number().int().positive().default(1),
	delayMs: z.number().nonnegative().default(0),
};

const deliverSchema = z.union([
	z.object({ updates: z.array(updateSchema).min(1), ...sending }).strict(),
	updateSchema
		.extend(sending)
		.transform(({ copies, delayMs, ...update }) => ({ updates: [update], copies, delayMs })),
]);

const rawSchema = z
	.object({
		/** Sent byte for byte if a string, else encoded as Meta does. */
		body: z.unknown(),
		/** The callback for `messages` of the first number unless told. */
		url: z.string().url().optional(),
		/** true: right; false: no header; 'wrong': another secret; 'truncated', 'sha1', 'uppercase': malformed. */
		sign: z.union([z.boolean(), z.enum(['wrong', 'truncated', 'sha1', 'uppercase'])]).default(true),
		appId: z.string().default(DEFAULT.appId),
		phoneNumberId: z.string().default(DEFAULT.phoneNumberId),
		headers: z.record(z.string()).default({}),
	})
	.strict();

const deliveryOptionsSchema = z
	.object({
		followsCallback: z.boolean(),
		retryBaseMs: z.number().nonnegative(),
		maxRetries: z.number().int().nonnegative(),
		duplicateShare: z.number().min(0).max(1),
		delayMs: z.number().nonnegative(),
		reorder: z.boolean(),
		batchSize: z.number().int().min(1).max(1000),
		concurrency: z.number().int().positive(),
		seed: z.number().int(),
		statuses: z.boolean(),
		timeoutMs: z.number().positive(),
	})
	.partial()
	.strict();

const sendingLimitsSchema = z
	.object({
		messagesPerSecond: z.number().positive(),
		pairIntervalSeconds: z.number().positive(),
		pairBurst: z.number().int().positive(),
		enforceServiceWindow: z.boolean(),
		undeliverable: z.array(z.string()),
	})
	.partial()
	.strict();

const mediaSchema = z
	.object({
		phoneNumberId: z.string().default(DEFAULT.phoneNumberId),
		mimeType: z.string().default('image/jpeg'),
		fileName: z.string().nullable().default(null),
		/** Zero bytes of this number unless `contentBase64` is given. */
		sizeBytes: z.number().int().nonnegative().default(1024),
		contentBase64: z.string().optional(),
		/** Served this fast, in pieces and without a content length; at once unless given. */
		bytesPerSecond: z.number().positive().optional(),
	})
	.strict();

export function registerControl(
	server: FastifyInstance,
	simulation: Simulation,
	events: EventEmitter,
): void {
	const { world, clock, engine, limits, faults, pendingSyncs } = simulation;

	server.setErrorHandler(async (error, _request, reply) => {
		const { statusCode = 500, message } = error as { statusCode?: number; message: string };
		await reply.code(error instanceof z.ZodError ? 400 : statusCode).send({ error: message });
	});

	server.get('/world', async () => ({
		...world,
		apps: world.apps.map((app) => ({ ...app, appAccessToken: appAccessToken(app) })),
		uploads: world.uploads.map(({ received, ...upload }) => ({
			...upload,
			received: received.length,
		})),
		media: world.media.map(({ content, ...media }) => ({ ...media, size: content.length })),
	}));

	server.post('/reset', async () => {
		engine.reset();
		limits.reset();
		clock.reset();
		faults.length = 0;
		simulation.codePlace = 'code';
		pendingSyncs.clear();
		for (const journal of ['updates', 'deliveries', 'requests', 'handshakes'] as const) {
			simulation[journal].clear();
		}
		Object.assign(world, defaultWorld());
		return { reset: true };
	});

	server.post('/clock', async ({ body }) => {
		const { advanceSeconds } = z
			.object({ advanceSeconds: z.number().nonnegative() })
			.strict()
			.parse(body);
		clock.advance(advanceSeconds);
		return { now: clock.seconds() };
	});

	/** A customer's WhatsApp asks the endpoint of a form. */
	server.post('/flow-request', async ({ body }) =>
		askEndpoint(world, flowRequestSchema.parse(body)),
	);
	server.post('/template-review', async ({ body }) => {
		const { id, event } = z
			.object({ id: z.string(), event: z.enum(['APPROVED', 'REJECTED', 'PAUSED', 'DISABLED']) })
			.strict()
			.parse(body);
		const waba = world.wabas.find(({ templates }) => templates.some((known) => known.id === id));
		const template = waba?.templates.find((known) => known.id === id);
		if (!waba || !template) throw notFound('template', id);
		template.status = event;
		engine.deliver([templateStatus(waba, template)]);
		return { success: true };
	});

	server.post('/onboard', async ({ body }) => onboard(simulation, body));
	server.post('/offboard', async ({ body }) => offboard(simulation, body));

	server.post('/subscribe-app', async ({ body }) => {
		const { appId, callbackUrl, fields } = z
			.object({
				appId: z.string().default(DEFAULT.appId),
				callbackUrl: z.string().url(),
				fields: z.array(z.string()),
			})
			.strict()
			.parse(body);
		const app = findApp(world, appId);
		if (!app) throw notFound('app', appId);
		app.subscription = { callbackUrl, fields };
		return { success: true };
	});

	server.post('/signup-code', async ({ body }) => {
		const { token } = z
			.object({ token: z.string().default(world.tokens.business.token) })
			.strict()
			.parse(body ?? {});
		const appId = Object.values(world.tokens).find((known) => known.token === token)?.appId;
		if (!appId) throw notFound('token', '[removed]');
		const code = `AQ${randomBytes(24).toString('base64url')}`;
		world.signupCodes.push({
			code,
			appId,
			token,
			expiresAt: clock.now() + SIGNUP_CODE_LIFETIME_MS,
			used: false,
		});
		return { code };
	});

	server.post('/media', async ({ body }) => {
		const { contentBase64, sizeBytes, ...media } = mediaSchema.parse(body ?? {});
		const content =
			contentBase64 === undefined ? Buffer.alloc(sizeBytes) : Buffer.from(contentBase64, 'base64');
		const stored = storeMedia(simulation, {
			...media,
			content,
			lifetimeMs: WEBHOOK_MEDIA_LIFETIME_MS,
		});
		const { id, sha256, mimeType } = stored;
		const url = downloadUrl(simulation, stored);
		return { id, sha256, mimeType, size: content.length, url };
	});

	server.post('/deliver', async ({ body }) => {
		const { updates, copies, delayMs } = deliverSchema.parse(body);
		const addressed = updates.map((update) => address(simulation, update));
		noteInbound(simulation, addressed);
		return engine.deliver(addressed, { copies, delayMs });
	});

	server.post('/deliver-raw', async ({ body }) => {
		const raw = rawSchema.parse(body);
		const url = raw.url ?? currentCallback(simulation, raw.phoneNumberId, raw.appId);
		const app = findApp(world, raw.appId);
		if (!app) throw notFound('app', raw.appId);
		const text = typeof raw.body === 'string' ? raw.body : encodeBody(raw.body);
		return await engine.deliverRaw({
			url,
			appId: app.id,
			body: text,
			headers: {
				'content-type': 'application/json',
				...signatureHeader(text, app.secret, raw.sign),
				...raw.headers,
			},
		});
	});

	server.post('/scenario/:name', async ({ params, body }) =>
		runScenario(simulation, (params as { name: string }).name, body ?? {}),
	);
	server.get('/scenarios', async () => scenarioNames);

	server.post('/delivery-options', async ({ body }) => {
		// What JSON leaves out is no key here: only zod's types have undefined in its place.
		engine.configure(deliveryOptionsSchema.parse(body) as Partial<DeliveryOptions>);
		return engine.options;
	});
	server.delete('/delivery-options', async () => {
		engine.configure(DEFAULT_DELIVERY_OPTIONS);
		return engine.options;
	});
	server.post('/sending-limits', async ({ body }) =>
		Object.assign(limits.options, sendingLimitsSchema.parse(body)),
	);
	server.delete('/sending-limits', async () => Object.assign(limits.options, DEFAULT_LIMITS));

	server.get('/updates', async ({ query }) => simulation.updates.since(since(query)));
	server.get('/deliveries', async ({ query }) => simulation.deliveries.since(since(query)));
	server.get('/requests', async ({ query }) => simulation.requests.since(since(query)));
	server.get('/handshakes', async ({ query }) => simulation.handshakes.since(since(query)));
	server.get('/messages', async () => world.sentMessages);
	server.get('/violations', async () => world.violations);
	server.post('/drain', async () => {
		await engine.drain();
		return { drained: true };
	});

	server.post('/faults', async ({ body }) => {
		faults.push(faultSchema.parse(body));
		return { planned: faults.length };
	});
	server.delete('/faults', async () => {
		faults.length = 0;
		return { planned: 0 };
	});

	server.post('/error-codes', async ({ body }) => {
		const { place } = z
			.object({ place: z.enum(CODE_PLACES) })
			.strict()
			.parse(body);
		simulation.codePlace = place;
		return { place };
	});

	server.get('/events', (request, reply) => streamEvents(events, request, reply));
}

/** Fills in what the value or the default world tells about an update. */
function address({ world }: Simulation, update: z.infer<typeof updateSchema>): Update {
	const { metadata } = (update.value ?? {}) as { metadata?: { phone_number_id?: string } };
	const named =
		update.phoneNumberId === undefined ? metadata?.phone_number_id : update.phoneNumberId;
	const phoneNumberId = named ?? null;
	const number = phoneNumberId ? findPhoneNumber(world, phoneNumberId) : undefined;
	return {
		...update,
		value: update.value,
		phoneNumberId,
		wabaId: update.wabaId ?? number?.wabaId ?? DEFAULT.wabaId,
	};
}

function currentCallback({ world }: Simulation, phoneNumberId: string, appId: string): string {
	const wabaId = findPhoneNumber(world, phoneNumberId)?.wabaId ?? DEFAULT.wabaId;
	const update = { wabaId, phoneNumberId, field: 'messages', value: null };
	const route = routesOf(world, update).find(({ app }) => app.id === appId);
	if (!route) {
		throw Object.assign(new Error('Nobody is subscribed to messages; give a url.'), {
			statusCode: 409,
		});
	}
	return route.url;
}

function signatureHeader(
	body: string,
	secret: string,
	how: z.infer<typeof rawSchema>['sign'],
): Record<string, string> {
	const right = sign(body, secret);
	switch (how) {
		case true:
			return { 'x-hub-signature-256': right };
		case false:
			return {};
		case 'wrong':
			return { 'x-hub-signature-256': sign(body, `not ${secret}`) };
		case 'truncated':
			return { 'x-hub-signature-256': right.slice(0, -8) };
		case 'sha1':
			return { 'x-hub-signature': right.replace('sha256=', 'sha1=').slice(0, 45) };
		case 'uppercase':
			return { 'x-hub-signature-256': `sha256=${right.slice(7).toUpperCase()}` };
	}
}

function since(query: unknown): number {
	return z.object({ since: z.coerce.number().default(0) }).parse(query).since;
}

function notFound(what: string, id: string): Error {
	return Object.assign(new Error(`There is no ${what} ${id}.`), { statusCode: 404 });
}

/** Server-sent events `update`, `delivery`, `request` and `handshake`, as they are recorded; a delivery again after each attempt. */
function streamEvents(events: EventEmitter, request: FastifyRequest, reply: FastifyReply): void {
	reply.hijack();
	reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
	reply.raw.write(': connected\n\n');
	const forward = (kind: string, entry: unknown) =>
		reply.raw.write(`event: ${kind}\ndata: ${JSON.stringify(entry)}\n\n`);
	events.on('entry', forward);
	request.raw.once('close', () => events.off('entry', forward));
}
