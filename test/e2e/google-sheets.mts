import { createVerify, generateKeyPairSync } from 'node:crypto';
import fastify from 'fastify';
import { z } from 'zod';

type Cell = string | number | boolean;

/** What stands where Google would: a service account, and one spreadsheet of one sheet. */
export interface GoogleSheets {
	/** In place of oauth2.googleapis.com and sheets.googleapis.com. */
	url: string;
	/** What n8n’s credential of a service account takes. */
	account: { email: string; privateKey: string };
	spreadsheetId: string;
	sheet: string;
	/** The sheet’s lines, without what is empty at the end of each. */
	lines(): Cell[][];
	close(): Promise<void>;
}

const cell = z.union([z.string().max(50_000), z.number(), z.boolean(), z.null()]);
const valueRange = z
	.object({
		range: z.string(),
		values: z.array(z.array(cell)),
		majorDimension: z.literal('ROWS').optional(),
	})
	.strict();
const inputOption = z.enum(['RAW', 'USER_ENTERED']);
const batchSchema = z
	.object({ valueInputOption: inputOption, data: z.array(valueRange).min(1) })
	.strict();
const appendQuery = z.object({ valueInputOption: inputOption }).strict();
const readQuery = z
	.object({
		valueRenderOption: z.enum(['FORMATTED_VALUE', 'UNFORMATTED_VALUE', 'FORMULA']).optional(),
		dateTimeRenderOption: z.enum(['SERIAL_NUMBER', 'FORMATTED_STRING']).optional(),
	})
	.strict();

const COLUMNS = 26;
const ROWS = 1_000;

class Refusal extends Error {
	readonly code: number;
	readonly status: string;

	constructor(code: number, status: string, message: string) {
		super(message);
		this.code = code;
		this.status = status;
	}
}

/**
 * As Google’s pages say; where an append looks for the end of a table that has grown since is assumed.
 *
 * @param header the first line of the sheet
 * @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values
 * @see https://developers.google.com/identity/protocols/oauth2/service-account
 */
export async function startGoogleSheets(header: string[]): Promise<GoogleSheets> {
	const { publicKey, privateKey } = generateKeyPairSync('rsa', {
		modulusLength: 2048,
		publicKeyEncoding: { type: 'spki', format: 'pem' },
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	});
	const email = 'n8n@invented.iam.gserviceaccount.com';
	const accessToken = 'ya29.invented';
	const spreadsheetId = '1InventedSpreadsheetOfMessages000000000000000';
	const sheet = 'Messages';
	const grid: Array<Array<Cell | undefined>> = [[...header]];

	const server = fastify({ forceCloseConnections: true, bodyLimit: 50_000_000 });
	server.addContentTypeParser(
		'application/x-www-form-urlencoded',
		{ parseAs: 'string' },
		(_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
	);
	server.addHook('onRequest', async ({ headers, url }) => {
		if (url !== '/token' && headers.authorization !== `Bearer ${accessToken}`) {
			throw new Refusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
		}
	});
	server.setErrorHandler(async (error, _request, reply) => {
		const { code, status, message } =
			error instanceof z.ZodError
				? new Refusal(400, 'INVALID_ARGUMENT', `Invalid JSON payload received. ${error.message}`)
				: (error as Refusal);
		return await reply.code(code ?? 500).send({ error: { code, status, message } });
	});

	server.post('/token', async ({ body }) => {
		const { grant_type, assertion = '' } = body as Record<string, string>;
		const [head, claims = '', signature = ''] = assertion.split('.');
		const { iss, aud, scope } = JSON.parse(Buffer.from(claims, 'base64url').toString());
		const isSigned = createVerify('RSA-SHA256')
			.update(`${head}.${claims}`)
			.verify(publicKey, signature, 'base64url');
		const isGranted =
			grant_type === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
			iss === email &&
			aud === 'https://oauth2.googleapis.com/token' &&
			scope.includes('https://www.googleapis.com/auth/spreadsheets');
		if (!isSigned || !isGranted) throw new Refusal(400, 'invalid_grant', 'Invalid JWT.');
		return { access_token: accessToken, expires_in: 3599, token_type: 'Bearer' };
	});

	server.get('/v4/spreadsheets/:id', async ({ params }) => {
		requireSpreadsheet(params);
		const gridProperties = { rowCount: ROWS, columnCount: COLUMNS };
		const properties = { sheetId: 0, title: sheet, index: 0, sheetType: 'GRID', gridProperties };
		return { sheets: [{ properties }] };
	});

	server.get('/v4/spreadsheets/:id/values/:range', async ({ params, query }) => {
		requireSpreadsheet(params);
		readQuery.parse(query);
		const { range } = params as { range: string };
		if (range !== `'${sheet}'`) throw unparseable(range);
		const values = grid.map(filled);
		return { range: `${sheet}!A1:Z${ROWS}`, majorDimension: 'ROWS', values };
	});

	server.post('/v4/spreadsheets/:id/values/*', async ({ params, query, body }) => {
		requireSpreadsheet(params);
		const range = /^(.*):append$/.exec((params as { '*': string })['*'])?.[1];
		const rows = range === undefined ? null : /^Messages!(\d+):\d+$/.exec(range);
		if (!rows) throw unparseable(String(range));
		const { valueInputOption } = appendQuery.parse(query);
		const { range: stated, values } = valueRange.parse(body);
		if (stated !== range) throw new Refusal(400, 'INVALID_ARGUMENT', 'The ranges differ.');
		let row = Number(rows[1]) - 1;
		while (filled(grid[row] ?? []).length > 0) row++;
		for (const [at, cells] of values.entries()) write(row + at, 0, cells, valueInputOption);
		return { spreadsheetId, updates: { updatedRows: values.length } };
	});

	server.post('/v4/spreadsheets/:id/values::batchUpdate', async ({ params, body }) => {
		requireSpreadsheet(params);
		const { data, valueInputOption } = batchSchema.parse(body);
		for (const { range, values } of data) {
			const place = /^Messages!([A-Z])(\d+)$/.exec(range);
			if (!place || values.length !== 1 || values[0]!.length !== 1) throw unparseable(range);
			write(Number(place[2]) - 1, place[1]!.charCodeAt(0) - 65, values[0]!, valueInputOption);
		}
		return { spreadsheetId, totalUpdatedCells: data.length };
	});

	/** Null leaves a cell as it is; what a person enters may be a formula. */
	function write(
		row: number,
		column: number,
		cells: Array<Cell | null>,
		option: z.infer<typeof inputOption>,
	): void {
		if (column + cells.length > COLUMNS) {
			throw new Refusal(
				400,
				'INVALID_ARGUMENT',
				`Range exceeds grid limits. Max columns: ${COLUMNS}`,
			);
		}
		const line = (grid[row] ??= []);
		for (const [at, value] of cells.entries()) {
			if (value === null) continue;
			const isFormula = option === 'USER_ENTERED' && String(value).startsWith('=');
			line[column + at] = isFormula ? '#NAME?' : value;
		}
	}

	function requireSpreadsheet(params: unknown): void {
		if ((params as { id: string }).id !== spreadsheetId) {
			throw new Refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
		}
	}

	return {
		url: await server.listen({ host: '127.0.0.1', port: 0 }),
		account: { email, privateKey },
		spreadsheetId,
		sheet,
		lines: () => grid.map(filled),
		close: async () => await server.close(),
	};
}

function unparseable(range: string): Refusal {
	return new Refusal(400, 'INVALID_ARGUMENT', `Unable to parse range: ${range}`);
}

function filled(line: Array<Cell | undefined>): Cell[] {
	const cells = Array.from(line, (value) => value ?? '');
	while (cells.at(-1) === '') cells.pop();
	return cells;
}
