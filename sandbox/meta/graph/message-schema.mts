/**
 * What `POST /<PHONE_ID>/messages` accepts:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 * Every object is strict: Meta refuses keys it does not know
 * (WhatsApp/WhatsApp-Nodejs-SDK#21 shows the answer).
 */
import { z } from 'zod';
import { GraphError, parameterRequired } from '../graph-errors.mts';
import { interactiveSchemas } from './interactive-schema.mts';
import { templateSchema } from './template-schema.mts';

const url = z.string().max(2048).url();
const media = z.object({ id: z.string().min(1).optional(), link: url.optional() });
const caption = z.string().max(1024).optional();
const oneSource = [
	(value: { id?: string | undefined; link?: string | undefined }) =>
		(value.id === undefined) !== (value.link === undefined),
	'Exactly one of id and link is required.',
] as const;

const coordinate = (limit: number) =>
	z
		.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
		.refine(
			(value) => Math.abs(Number(value)) <= limit,
			`Must lie between -${limit} and ${limit}.`,
		);

const typed = { type: z.string().optional() };

const contactSchema = z
	.object({
		name: z
			.object({
				formatted_name: z.string().min(1),
				first_name: z.string().optional(),
				last_name: z.string().optional(),
				middle_name: z.string().optional(),
				prefix: z.string().optional(),
				suffix: z.string().optional(),
			})
			.strict()
			.refine(
				({ formatted_name: _, ...parts }) => Object.values(parts).some(Boolean),
				'At least one name part is needed beside formatted_name.',
			),
		phones: z
			.array(
				z.object({ phone: z.string().optional(), wa_id: z.string().optional(), ...typed }).strict(),
			)
			.optional(),
		emails: z.array(z.object({ email: z.string().optional(), ...typed }).strict()).optional(),
		addresses: z
			.array(
				z
					.object({
						street: z.string().optional(),
						city: z.string().optional(),
						state: z.string().optional(),
						zip: z.string().optional(),
						country: z.string().optional(),
						country_code: z.string().optional(),
						...typed,
					})
					.strict(),
			)
			.optional(),
		org: z
			.object({
				company: z.string().optional(),
				department: z.string().optional(),
				title: z.string().optional(),
			})
			.strict()
			.optional(),
		urls: z.array(z.object({ url: z.string().optional(), ...typed }).strict()).optional(),
		birthday: z
			.string()
			.regex(/^\d{4}-\d\d-\d\d$/)
			.optional(),
	})
	.strict();

const contentSchemas = {
	text: z
		.object({ body: z.string().min(1).max(4096), preview_url: z.boolean().optional() })
		.strict(),
	image: media
		.extend({ caption })
		.strict()
		.refine(...oneSource),
	video: media
		.extend({ caption })
		.strict()
		.refine(...oneSource),
	audio: media
		.extend({ voice: z.boolean().optional() })
		.strict()
		.refine(...oneSource),
	document: media
		.extend({ caption, filename: z.string().max(240).optional() })
		.strict()
		.refine(...oneSource),
	sticker: media.strict().refine(...oneSource),
	location: z
		.object({
			latitude: coordinate(90),
			longitude: coordinate(180),
			name: z.string().optional(),
			address: z.string().optional(),
		})
		.strict(),
	contacts: z.array(contactSchema).min(1).max(257),
	reaction: z
		.object({
			message_id: z.string().startsWith('wamid.'),
			emoji: z.string().refine(isOneEmojiOrNone, 'Must be one emoji, or empty to remove it.'),
		})
		.strict(),
	interactive: z.object({ type: z.string() }).passthrough(),
	template: templateSchema,
} satisfies Record<string, z.ZodTypeAny>;

type MessageType = keyof typeof contentSchemas;

const envelope = {
	messaging_product: z.literal('whatsapp'),
	recipient_type: z.enum(['individual', 'group']).optional(),
	to: z.string().min(1).optional(),
	recipient: z.string().min(1).optional(),
	context: z
		.object({ message_id: z.string().startsWith('wamid.') })
		.strict()
		.optional(),
	biz_opaque_callback_data: z.string().max(512).optional(),
};

export interface Message extends Record<string, unknown> {
	type: MessageType;
	recipient_type?: 'individual' | 'group';
	to?: string;
	recipient?: string;
	template?: z.infer<typeof templateSchema>;
}

/**
 * @throws GraphError 100 for faults of the envelope and of simple types, 131008 (missing) and 131009 (invalid) inside
 *   interactive and template messages
 */
export function parseMessage(body: unknown): Message {
	const record = z.record(z.unknown()).safeParse(body);
	const type = (record.data?.type ?? 'text') as MessageType;
	if (!Object.hasOwn(contentSchemas, type)) {
		throw new GraphError(
			100,
			`(#100) Param type must be one of {${Object.keys(contentSchemas).join(', ').toUpperCase()}} - got "${type}".`,
		);
	}
	const schema = z
		.object({
			...envelope,
			type: z.literal(type).default(type),
			[type]: contentOf(type, record.data),
		})
		.strict();
	const message = parseStrictly(schema, body) as Message;
	if (message.to === undefined && message.recipient === undefined) {
		throw parameterRequired('to');
	}
	if (type === 'reaction' && 'context' in message) {
		throw new GraphError(131009, '(#131009) Parameter value is not valid', {
			details: 'A reaction cannot be a contextual reply.',
		});
	}
	return message;
}

const receiptSchema = z
	.object({
		messaging_product: z.literal('whatsapp'),
		status: z.literal('read'),
		message_id: z.string().startsWith('wamid.'),
		typing_indicator: z
			.object({ type: z.literal('text') })
			.strict()
			.optional(),
	})
	.strict();

/** @throws GraphError 100 unless it is a well-formed read receipt */
export function parseReceipt(body: unknown): void {
	parseStrictly(receiptSchema, body);
}

function contentOf(type: MessageType, body: Record<string, unknown> | undefined): z.ZodTypeAny {
	if (type !== 'interactive') return contentSchemas[type];
	const kind = (body?.interactive as { type?: unknown } | undefined)?.type;
	return typeof kind === 'string' && Object.hasOwn(interactiveSchemas, kind)
		? interactiveSchemas[kind as keyof typeof interactiveSchemas]
		: z
				.object({ type: z.enum(Object.keys(interactiveSchemas) as [string, ...string[]]) })
				.passthrough();
}

function parseStrictly(schema: z.ZodTypeAny, body: unknown): unknown {
	const parsed = schema.safeParse(body ?? {});
	if (parsed.success) return parsed.data;
	throw graphErrorOf(parsed.error.issues[0]!);
}

function graphErrorOf(issue: z.ZodIssue): GraphError {
	const name = parameterName(issue.path);
	if (issue.code === 'unrecognized_keys') {
		const where = name ? ` on param "${name}"` : '';
		return new GraphError(100, `(#100) Unexpected key "${issue.keys[0]}"${where}.`);
	}
	const missing =
		(issue.code === 'invalid_type' && issue.received === 'undefined') ||
		(issue.code === 'invalid_literal' && issue.received === undefined);
	const composed = issue.path[0] === 'interactive' || issue.path[0] === 'template';
	if (composed && missing) {
		return new GraphError(131008, '(#131008) Required parameter is missing', {
			details: `Param ${name} is required.`,
		});
	}
	if (composed) {
		return new GraphError(131009, '(#131009) Parameter value is not valid', {
			details: `Param ${name}: ${issue.message}`,
		});
	}
	if (missing) return parameterRequired(name);
	if (issue.code === 'too_big' && issue.type === 'string') {
		return new GraphError(
			100,
			`(#100) Param ${name} must be at most ${issue.maximum} characters long.`,
		);
	}
	return new GraphError(100, '(#100) Invalid parameter', {
		details: `Param ${name}: ${issue.message}`,
	});
}

/** `text['body']`, the way Meta names a nested parameter. */
function parameterName([first, ...rest]: Array<string | number>): string {
	const keys = rest.map((key) => (typeof key === 'number' ? `[${key}]` : `['${key}']`));
	return `${first ?? ''}${keys.join('')}`;
}

function isOneEmojiOrNone(value: string): boolean {
	if (value === '') return true;
	const graphemes = [...new Intl.Segmenter().segment(value)];
	return (
		graphemes.length === 1 && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(value)
	);
}
