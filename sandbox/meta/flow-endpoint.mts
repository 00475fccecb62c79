/**
 * WhatsApp as the client of a form's endpoint.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/flows/guides/implementingyourflowendpoint
 */
import {
	constants,
	createCipheriv,
	createDecipheriv,
	publicEncrypt,
	randomBytes,
	type CipherGCM,
} from 'node:crypto';
import { request as httpRequest } from 'undici';
import { z } from 'zod';
import { encodeBody, sign } from './delivery/encoding.mts';
import { DEFAULT, findApp, findPhoneNumber, type World } from './world.mts';

const API_VERSION = '3.0';
const TIMEOUT_MS = 10_000;
const TAG_BYTES = 16;

export const flowRequestSchema = z
	.object({
		url: z.string().url(),
		phoneNumberId: z.string().default(DEFAULT.phoneNumberId),
		/** Of the app that the form is connected to: its secret signs. */
		appId: z.string().default(DEFAULT.appId),
		action: z.enum(['ping', 'INIT', 'BACK', 'data_exchange']),
		screen: z.string().optional(),
		data: z.record(z.unknown()).optional(),
		flowToken: z.string().default('flow-token'),
		/** A key that the customer's WhatsApp still has from before. */
		cachedPublicKey: z.string().optional(),
		/** `wrong`: by another secret. */
		sign: z.union([z.boolean(), z.literal('wrong')]).default(true),
	})
	.strict();

/** What the customer sees of it. */
export interface FlowOutcome {
	/** HTTP status of the last answer. */
	status: number;
	/** Answers that were asked for: two where the first said that the key is another one by now. */
	tries: number;
	/** Decrypted and found right; null where there is none. */
	answer: Record<string, unknown> | null;
	/** What WhatsApp does not take about the answer. The customer reads that something went wrong. */
	fault: string | null;
}

const screenAnswer = z.object({ screen: z.string().min(1), data: z.record(z.unknown()) }).strict();
const pingAnswer = z.object({ data: z.object({ status: z.literal('active') }).strict() }).strict();
const acknowledgement = z
	.object({ data: z.object({ acknowledged: z.literal(true) }).strict() })
	.strict();
const refusal = z.object({ error_msg: z.string().min(1) }).strict();

/** Asks the endpoint as a customer's WhatsApp does, and holds what it answers against Meta's page. */
export async function askEndpoint(
	world: World,
	input: z.input<typeof flowRequestSchema>,
): Promise<FlowOutcome> {
	const asked = flowRequestSchema.parse(input);
	const present = findPhoneNumber(world, asked.phoneNumberId)?.flowPublicKey ?? null;
	if (present === null) throw new Error(`${asked.phoneNumberId} has no public key for its forms`);
	const first = await ask(world, asked, asked.cachedPublicKey ?? present);
	if (first.status !== 421) return { tries: 1, ...first };
	return { tries: 2, ...(await ask(world, asked, present)) };
}

type Asked = z.output<typeof flowRequestSchema>;

async function ask(
	world: World,
	asked: Asked,
	publicKey: string,
): Promise<Omit<FlowOutcome, 'tries'>> {
	const aesKey = randomBytes(16);
	const initialVector = randomBytes(16);
	const cipher = createCipheriv('aes-128-gcm', aesKey, initialVector);
	const body = encodeBody({
		encrypted_flow_data: base64(sealed(cipher, JSON.stringify(contentOf(asked)))),
		encrypted_aes_key: base64(
			publicEncrypt(
				{ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
				aesKey,
			),
		),
		initial_vector: base64(initialVector),
	});
	const secret = asked.sign === 'wrong' ? 'not the secret' : findApp(world, asked.appId)!.secret;
	const { statusCode: status, body: answered } = await httpRequest(asked.url, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			...(asked.sign !== false && { 'x-hub-signature-256': sign(body, secret) }),
		},
		body,
		reset: true,
		headersTimeout: TIMEOUT_MS,
		bodyTimeout: TIMEOUT_MS,
	});
	const text = await answered.text();
	if (status !== 200 && status !== 427) return { status, answer: null, fault: null };

	const inverted = Buffer.from(initialVector.map((byte) => byte ^ 0xff));
	let answer: Record<string, unknown>;
	try {
		answer = JSON.parse(opened(text, aesKey, inverted)) as typeof answer;
	} catch (error) {
		return { status, answer: null, fault: `cannot be decrypted: ${(error as Error).message}` };
	}
	return { status, answer, fault: faultOf(asked, status, answer) };
}

function contentOf({ action, screen, data, flowToken }: Asked) {
	if (action === 'ping') return { version: API_VERSION, action };
	return { version: API_VERSION, action, screen, data, flow_token: flowToken };
}

function faultOf(asked: Asked, status: number, answer: Record<string, unknown>): string | null {
	const parsed = shapeOf(asked, status).safeParse(answer);
	if (!parsed.success)
		return parsed.error.issues
			.map(({ message, path }) => `${path.join('.')}: ${message}`)
			.join('; ');
	if (answer.screen !== 'SUCCESS') return null;
	const end = z
		.object({
			extension_message_response: z.object({
				params: z.object({ flow_token: z.literal(asked.flowToken) }).passthrough(),
			}),
		})
		.safeParse(answer.data);
	return end.success ? null : 'the end of a form has to bring its flow_token';
}

function shapeOf({ action, data }: Asked, status: number): z.ZodTypeAny {
	if (status === 427) return refusal;
	if (action === 'ping') return pingAnswer;
	return data !== undefined && 'error' in data ? acknowledgement : screenAnswer;
}

function sealed(cipher: CipherGCM, text: string): Buffer {
	return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function opened(text: string, key: Buffer, initialVector: Buffer): string {
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new Error('it is not base64 and nothing else');
	const content = Buffer.from(text, 'base64');
	const decipher = createDecipheriv('aes-128-gcm', key, initialVector);
	decipher.setAuthTag(content.subarray(-TAG_BYTES));
	return decipher.update(content.subarray(0, -TAG_BYTES)).toString() + decipher.final('utf8');
}

function base64(bytes: Buffer): string {
	return bytes.toString('base64');
}
