import fastify, { type FastifyReply } from 'fastify';
import { z } from 'zod';

export type Properties = Record<string, string>;

/** What stands where HubSpot would: the part of its CRM API that a template uses, as strict as HubSpot. */
export interface HubSpot {
	/** In place of https://api.hubapi.com. */
	url: string;
	/** The service key that it takes. */
	token: string;
	/** Names of the properties that were created. */
	properties(): string[];
	/** By the value of `whatsapp_id`. */
	contacts(): Record<string, Properties>;
	/** Somebody whom a person has entered. */
	enter(contact: Properties): void;
	/** Method and path of everything it was asked since the last call, with the answer's status code. */
	requests(): string[];
	/** Makes the next write end as one that HubSpot takes only in part: 207, with this message. */
	refuseNext(message: string): void;
	close(): Promise<void>;
}

interface Definition {
	name: string;
	type: string;
	hasUniqueValue: boolean;
}

const definitionSchema = z
	.object({
		name: z.string().regex(/^[a-z][a-z0-9_]*$/),
		label: z.string().min(1),
		type: z.enum(['string', 'bool', 'datetime']),
		fieldType: z.enum(['text', 'booleancheckbox', 'date']),
		groupName: z.literal('contactinformation'),
		hasUniqueValue: z.boolean().default(false),
		options: z.array(z.object({ label: z.string(), value: z.string() }).strict()).optional(),
	})
	.strict();

const readSchema = z
	.object({
		idProperty: z.string(),
		properties: z.array(z.string()),
		inputs: z
			.array(z.object({ id: z.string().min(1) }).strict())
			.min(1)
			.max(100),
	})
	.strict();

const upsertSchema = z
	.object({
		inputs: z
			.array(
				z
					.object({
						idProperty: z.string(),
						id: z.string().min(1),
						properties: z.record(z.string()),
					})
					.strict(),
			)
			.min(1)
			.max(100),
	})
	.strict();

/** Of HubSpot's operators the one that a template uses. Its guide: of a text, the values have to be in lowercase. */
const filterSchema = z
	.object({
		propertyName: z.string(),
		operator: z.literal('IN'),
		values: z.array(z.string().regex(/^[^A-Z]+$/)).min(1),
	})
	.strict();

/** The limits of HubSpot's guide; its changelog of August 2024 names higher ones, ten filters in a group. */
const searchSchema = z
	.object({
		filterGroups: z
			.array(z.object({ filters: z.array(filterSchema).min(1).max(6) }).strict())
			.min(1)
			.max(5),
		properties: z.array(z.string()),
		limit: z.number().int().min(1).max(200),
	})
	.strict();

/** The guide's: a longer body is answered 400. */
const SEARCH_CHARACTERS = 3_000;

const updateSchema = z
	.object({
		inputs: z
			.array(z.object({ id: z.string().min(1), properties: z.record(z.string()) }).strict())
			.min(1)
			.max(100),
	})
	.strict();

/** HubSpot's own, of those that a template may set. */
const STANDARD: Definition[] = ['firstname', 'lastname', 'phone', 'mobilephone', 'email'].map(
	(name) => ({
		name,
		type: 'string',
		hasUniqueValue: name === 'email',
	}),
);

class Refusal extends Error {
	readonly statusCode: number;
	readonly category: string;

	constructor(statusCode: number, category: string, message: string) {
		super(message);
		this.statusCode = statusCode;
		this.category = category;
	}
}

/**
 * @see https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide
 * @see https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
 * @see https://developers.hubspot.com/docs/api-reference/search/guide
 * @see https://developers.hubspot.com/docs/api-reference/2026-03/crm/objects/contacts/batch/update-contacts
 */
export async function startHubSpot(): Promise<HubSpot> {
	const token = 'pat-eu1-invented';
	const definitions = new Map(STANDARD.map((definition) => [definition.name, definition]));
	/** By the ID of the record. */
	const records = new Map<string, Properties>();
	/** What is written takes a moment to appear in searches, the guide says. Here it takes until the end of the test. */
	const searchable = new Map<string, Properties>();
	const recordOf = (whatsappId: string | undefined) =>
		[...records].find(([, contact]) => contact.whatsapp_id === whatsappId);
	const create = (contact: Properties) => {
		const id = String(501 + records.size);
		records.set(id, contact);
		return id;
	};
	let requests: string[] = [];
	let refusal: string | undefined;

	const server = fastify({ forceCloseConnections: true });
	server.addHook('onRequest', async ({ headers }) => {
		if (headers.authorization !== `Bearer ${token}`) {
			throw new Refusal(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
		}
	});
	server.addHook('onResponse', async ({ method, url }, { statusCode }) => {
		requests.push(`${method} ${url} ${statusCode}`);
	});
	server.setErrorHandler(async (error, _request, reply) => {
		const { statusCode, category, message } =
			error instanceof z.ZodError
				? new Refusal(400, 'VALIDATION_ERROR', `Invalid input JSON: ${error.message}`)
				: (error as Refusal);
		return await reply.code(statusCode ?? 500).send({ status: 'error', message, category });
	});
	server.setNotFoundHandler(async () => {
		throw new Refusal(404, 'OBJECT_NOT_FOUND', 'resource not found');
	});

	server.post('/crm/v3/properties/contacts', async ({ body }, reply) => {
		const definition = definitionSchema.parse(body);
		if (definitions.has(definition.name)) {
			throw new Refusal(
				409,
				'OBJECT_ALREADY_EXISTS',
				`A property named '${definition.name}' already exists.`,
			);
		}
		definitions.set(definition.name, definition);
		return await reply.code(201).send(definition);
	});

	server.post('/crm/v3/objects/contacts/batch/read', async ({ body }, reply) => {
		const { idProperty, properties, inputs } = readSchema.parse(body);
		requireUnique(idProperty);
		const found = inputs.flatMap(({ id }) => {
			const record = recordOf(id);
			return record ? [answer(record, ['whatsapp_id', ...properties])] : [];
		});
		const missing = inputs.filter(({ id }) => !recordOf(id)).map(({ id }) => id);
		if (missing.length === 0) return { status: 'COMPLETE', results: found };
		const error = {
			status: 'error',
			category: 'OBJECT_NOT_FOUND',
			message: 'Could not get some CONTACT objects, they may be deleted or not exist.',
			context: { ids: missing },
		};
		return await reply
			.code(207)
			.send({ status: 'COMPLETE', results: found, numErrors: 1, errors: [error] });
	});

	server.post('/crm/v3/objects/contacts/search', async ({ body }) => {
		const { filterGroups, properties, limit } = searchSchema.parse(body);
		if (JSON.stringify(body).length > SEARCH_CHARACTERS) {
			throw new Refusal(400, 'VALIDATION_ERROR', 'The query is too long.');
		}
		const matches = [...searchable].filter(([, contact]) =>
			filterGroups.some(({ filters }) =>
				filters.every(({ propertyName, values }) => values.includes(contact[propertyName]!)),
			),
		);
		const results = matches.slice(0, limit).map((record) => answer(record, properties));
		return { total: matches.length, results };
	});

	server.post('/crm/v3/objects/contacts/batch/upsert', async ({ body }, reply) => {
		const { inputs } = upsertSchema.parse(body);
		if (refusal !== undefined) return await refuse(reply);
		requireDifferent(inputs);
		for (const { idProperty, id, properties } of inputs) {
			requireUnique(idProperty);
			for (const entry of Object.entries(properties)) requireValid(entry);
			if (properties[idProperty] !== undefined && properties[idProperty] !== id) {
				throw new Refusal(409, 'CONFLICT', `${idProperty} contradicts the id of the input.`);
			}
		}
		const results = inputs.map(({ idProperty, id, properties }) => {
			const [known, contact] = recordOf(id) ?? [undefined, {}];
			const changed = written(contact, { ...properties, [idProperty]: id });
			if (known !== undefined) records.set(known, changed);
			const recordId = known ?? create(changed);
			return { ...answer([recordId, changed], Object.keys(changed)), new: known === undefined };
		});
		return { status: 'COMPLETE', results };
	});

	server.post('/crm/v3/objects/contacts/batch/update', async ({ body }, reply) => {
		const { inputs } = updateSchema.parse(body);
		if (refusal !== undefined) return await refuse(reply);
		requireDifferent(inputs);
		const results = inputs.map(({ id, properties }) => {
			const contact = records.get(id);
			if (!contact) throw new Refusal(404, 'OBJECT_NOT_FOUND', `There is no contact ${id}.`);
			for (const entry of Object.entries(properties)) requireValid(entry);
			const owner = recordOf(properties.whatsapp_id);
			if (owner && owner[0] !== id) {
				throw new Refusal(409, 'CONFLICT', `whatsapp_id belongs to ${owner[0]} already.`);
			}
			const changed = written(contact, properties);
			records.set(id, changed);
			return answer([id, changed], Object.keys(properties));
		});
		return { status: 'COMPLETE', results };
	});

	/** As HubSpot refuses one of several. */
	async function refuse(reply: FastifyReply) {
		const error = { status: 'error', category: 'VALIDATION_ERROR', message: refusal };
		refusal = undefined;
		return await reply
			.code(207)
			.send({ status: 'COMPLETE', results: [], numErrors: 1, errors: [error] });
	}

	/** Its pages do not say so; this is its answer as integrations have recorded it. */
	function requireDifferent(inputs: Array<{ id: string }>): void {
		const ids = inputs.map(({ id }) => id);
		const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
		if (twice.length === 0) return;
		const message = `Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`;
		throw new Refusal(400, 'VALIDATION_ERROR', message);
	}

	function requireUnique(name: string): void {
		if (definitions.get(name)?.hasUniqueValue && name === 'whatsapp_id') return;
		throw new Refusal(400, 'VALIDATION_ERROR', `${name} is not a unique property.`);
	}

	function requireValid([name, value]: [string, string]): void {
		const type = definitions.get(name)?.type;
		const isValid =
			type === 'string' ||
			(type !== undefined && value === '') ||
			(type === 'bool' && ['true', 'false'].includes(value)) ||
			(type === 'datetime' && !Number.isNaN(Date.parse(value)));
		if (isValid) return;
		const reason = type ? `${value} is not a ${type}` : `Property "${name}" does not exist`;
		throw new Refusal(400, 'VALIDATION_ERROR', `Property values were not valid: ${reason}`);
	}

	const url = await server.listen({ host: '127.0.0.1', port: 0 });
	return {
		url,
		token,
		properties: () => [...definitions.keys()].slice(STANDARD.length),
		contacts: () =>
			Object.fromEntries(
				[...records.values()].map((contact) => [contact.whatsapp_id, { ...contact }]),
			),
		enter: (contact) => void searchable.set(create({ ...contact }), { ...contact }),
		requests: () => {
			const since = requests;
			requests = [];
			return since;
		},
		refuseNext: (message) => {
			refusal = message;
		},
		close: async () => await server.close(),
	};
}

/** An empty text clears a property, as HubSpot's page on updates says. */
function written(contact: Properties, properties: Properties): Properties {
	const all = Object.entries({ ...contact, ...properties });
	return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

/** HubSpot gives null for what a contact does not have, and times in its own form. */
function answer([id, contact]: [id: string, contact: Properties], names: string[]) {
	return {
		id,
		properties: Object.fromEntries(names.map((name) => [name, contact[name] || null])),
		archived: false,
	};
}
