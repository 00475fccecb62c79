/** The form of a template message: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview */
import { z } from 'zod';

const mediaSource = z
	.object({
		id: z.string().optional(),
		link: z.string().url().optional(),
		filename: z.string().optional(),
	})
	.strict();

const parameterName = z.string().min(1).optional();

const parameterSchema = z.discriminatedUnion('type', [
	z
		.object({ type: z.literal('text'), text: z.string().min(1), parameter_name: parameterName })
		.strict(),
	z
		.object({
			type: z.literal('currency'),
			parameter_name: parameterName,
			currency: z
				.object({
					fallback_value: z.string(),
					code: z.string().length(3),
					amount_1000: z.number().int(),
				})
				.strict(),
		})
		.strict(),
	z
		.object({
			type: z.literal('date_time'),
			parameter_name: parameterName,
			date_time: z.object({ fallback_value: z.string() }).passthrough(),
		})
		.strict(),
	z.object({ type: z.literal('image'), image: mediaSource }).strict(),
	z.object({ type: z.literal('video'), video: mediaSource }).strict(),
	z.object({ type: z.literal('gif'), gif: mediaSource }).strict(),
	z
		.object({ type: z.literal('ttl_minutes'), ttl_minutes: z.number().int().min(1).max(43_200) })
		.strict(),
	z.object({ type: z.literal('document'), document: mediaSource }).strict(),
	z
		.object({
			type: z.literal('location'),
			location: z
				.object({
					latitude: z.union([z.string(), z.number()]),
					longitude: z.union([z.string(), z.number()]),
					name: z.string().optional(),
					address: z.string().optional(),
				})
				.strict(),
		})
		.strict(),
	z
		.object({
			type: z.literal('product'),
			product: z.object({ product_retailer_id: z.string(), catalog_id: z.string() }).strict(),
		})
		.strict(),
	z.object({ type: z.literal('payload'), payload: z.string().min(1).max(256) }).strict(),
	z.object({ type: z.literal('coupon_code'), coupon_code: z.string().min(1).max(15) }).strict(),
	z.object({ type: z.literal('action'), action: z.record(z.unknown()) }).strict(),
	z
		.object({
			type: z.literal('limited_time_offer'),
			limited_time_offer: z.object({ expiration_time_ms: z.number().int() }).strict(),
		})
		.strict(),
]);

const parameters = z.array(parameterSchema);

const buttonSchema = z
	.object({
		type: z.literal('button'),
		sub_type: z.enum([
			'quick_reply',
			'url',
			'copy_code',
			'flow',
			'catalog',
			'mpm',
			'voice_call',
			'order_details',
		]),
		index: z.union([z.string().regex(/^\d$/), z.number().int().min(0).max(9)]),
		parameters,
	})
	.strict();

const headerSchema = z.object({ type: z.literal('header'), parameters }).strict();
const bodySchema = z.object({ type: z.literal('body'), parameters }).strict();

const cardSchema = z
	.object({
		card_index: z.number().int().min(0).max(9),
		components: z.array(z.discriminatedUnion('type', [headerSchema, bodySchema, buttonSchema])),
	})
	.strict();

export const componentSchema = z.discriminatedUnion('type', [
	headerSchema,
	bodySchema,
	buttonSchema,
	z.object({ type: z.literal('limited_time_offer'), parameters }).strict(),
	z.object({ type: z.literal('carousel'), cards: z.array(cardSchema).min(1).max(10) }).strict(),
]);

export const templateSchema = z
	.object({
		name: z.string().min(1).max(512),
		language: z
			.object({ code: z.string().min(2), policy: z.literal('deterministic').optional() })
			.strict(),
		components: z.array(componentSchema).optional(),
	})
	.strict();

export type SentComponent = z.infer<typeof componentSchema>;
export type SentParameter = z.infer<typeof parameterSchema>;
export type SentButton = z.infer<typeof buttonSchema>;
