import fastify from 'fastify';
import { z } from 'zod';

type Fields = Record<string, string | boolean>;

/** What stands where Airtable would: one table, and what a template asks of it. */
export interface Airtable {
	/** In place of api.airtable.com. */
	url: string;
	token: string;
	base: string;
	table: string;
	/** The fields of each record, the oldest first; an empty one is left out. */
	records(): Fields[];
	/** Somebody whom a person has entered. */
	enter(fields: Fields): void;
	close(): Promise<void>;
}

const upsertSchema = z
	.object({
		typecast: z.boolean().optional(),
		performUpsert: z.object({ fieldsToMergeOn: z.array(z.string()).min(1).max(3) }).strict(),
		records: z
			.array(z.object({ fields: z.record(z.unknown()) }).strict())
			.min(1)
			.max(10),
	})
	.strict();

class Refusal extends Error {
	readonly statusCode: number;
	readonly type: string;

	constructor(statusCode: number, type: string, message: string) {
		super(message);
		this.statusCode = statusCode;
		this.type = type;
	}
}

/**
 * @param columns the table’s fields, and what each holds
 * @see https://airtable.com/developers/web/api/update-multiple-records
 */
export async function startAirtable(
	columns: Record<string, 'singleLineText' | 'checkbox'>,
): Promise<Airtable> {
	const token = 'patInvented.0000';
	const base = 'appInvented000000';
	const table = 'tblInvented000000';
	const records: Array<{ id: string; fields: Fields }> = [];
	const create = () => {
		const record = { id: `rec${String(records.length).padStart(14, '0')}`, fields: {} };
		records.push(record);
		return record;
	};

	const server = fastify({ forceCloseConnections: true });
	server.addHook('onRequest', async ({ headers }) => {
		if (headers.authorization !== `Bearer ${token}`) {
			throw new Refusal(401, 'AUTHENTICATION_REQUIRED', 'Authentication required');
		}
	});
	server.setErrorHandler(async (error, _request, reply) => {
		const { statusCode, type, message } =
			error instanceof z.ZodError
				? new Refusal(422, 'INVALID_REQUEST_UNKNOWN', error.message)
				: (error as Refusal);
		return await reply.code(statusCode ?? 500).send({ error: { type, message } });
	});

	server.patch(`/v0/${base}/${table}`, async ({ body }) => {
		const { performUpsert, records: given } = upsertSchema.parse(body);
		const changed = given.map(({ fields }) => {
			for (const field of Object.entries(fields)) requireValid(field);
			const matches = records.filter((record) =>
				performUpsert.fieldsToMergeOn.every((name) => record.fields[name] === fields[name]),
			);
			if (matches.length > 1) {
				const message = 'Cannot update more than one record';
				throw new Refusal(422, 'INVALID_REQUEST_UNKNOWN', message);
			}
			const record = matches[0] ?? create();
			// Fields that are not named stay; null, an empty text and false empty one.
			Object.assign(record.fields, fields);
			return { ...record, createdTime: '2026-11-26T00:00:00.000Z' };
		});
		return { records: changed, createdRecords: [], updatedRecords: [] };
	});

	function requireValid([name, value]: [string, unknown]): void {
		const type = columns[name];
		if (type === undefined)
			throw new Refusal(422, 'UNKNOWN_FIELD_NAME', `Unknown field name: "${name}"`);
		const isValid = value === null || typeof value === (type === 'checkbox' ? 'boolean' : 'string');
		if (isValid) return;
		const message = `Field "${name}" cannot accept the provided value`;
		throw new Refusal(422, 'INVALID_VALUE_FOR_COLUMN', message);
	}

	return {
		url: await server.listen({ host: '127.0.0.1', port: 0 }),
		token,
		base,
		table,
		records: () =>
			records.map(({ fields }) =>
				Object.fromEntries(Object.entries(fields).filter(([, value]) => Boolean(value))),
			),
		enter: (fields) => void Object.assign(create().fields, fields),
		close: async () => await server.close(),
	};
}
