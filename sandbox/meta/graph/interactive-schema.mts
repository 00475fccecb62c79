/**
 * Interactive messages, by their `type`:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages and its
 * neighbours. Lengths are in characters.
 */
import { z } from 'zod';

const text = (maximum: number) => z.object({ text: z.string().min(1).max(maximum) }).strict();
const footer = text(60).optional();
const headerMedia = z
	.object({ id: z.string().optional(), link: z.string().url().optional() })
	.strict()
	.refine(
		({ id, link }) => (id === undefined) !== (link === undefined),
		'Exactly one of id and link is required.',
	);

const textHeader = z.object({ type: z.literal('text'), text: z.string().min(1).max(60) }).strict();
const imageHeader = z.object({ type: z.literal('image'), image: headerMedia }).strict();
const videoHeader = z.object({ type: z.literal('video'), video: headerMedia }).strict();
const documentHeader = z
	.object({
		type: z.literal('document'),
		document: z
			.object({
				id: z.string().optional(),
				link: z.string().url().optional(),
				filename: z.string().optional(),
			})
			.strict(),
	})
	.strict();
const anyHeader = z
	.discriminatedUnion('type', [textHeader, imageHeader, videoHeader, documentHeader])
	.optional();

const unique = (label: string) =>
	[
		(values: string[]) => new Set(values).size === values.length,
		`${label} must be unique.`,
	] as const;

const callToAction = z
	.object({
		name: z.literal('cta_url'),
		parameters: z
			.object({ display_text: z.string().min(1).max(20), url: z.string().url() })
			.strict(),
	})
	.strict();

const replyButtons = z
	.array(
		z
			.object({
				type: z.literal('reply'),
				reply: z
					.object({ id: z.string().min(1).max(256), title: z.string().min(1).max(20) })
					.strict(),
			})
			.strict(),
	)
	.min(1)
	.max(3)
	.superRefine((buttons, context) => {
		const [ids, idsMessage] = unique('Button ids');
		const [titles, titlesMessage] = unique('Button titles');
		if (!ids(buttons.map(({ reply }) => reply.id))) {
			context.addIssue({ code: 'custom', message: idsMessage });
		}
		if (!titles(buttons.map(({ reply }) => reply.title))) {
			context.addIssue({ code: 'custom', message: titlesMessage });
		}
	});

const listSections = z
	.array(
		z
			.object({
				title: z.string().max(24).optional(),
				rows: z
					.array(
						z
							.object({
								id: z.string().min(1).max(200),
								title: z.string().min(1).max(24),
								description: z.string().max(72).optional(),
							})
							.strict(),
					)
					.min(1),
			})
			.strict(),
	)
	.min(1)
	.max(10)
	.superRefine((sections, context) => {
		const rows = sections.flatMap((section) => section.rows);
		const [ids, idsMessage] = unique('Row ids');
		if (rows.length > 10) {
			context.addIssue({ code: 'custom', message: 'At most 10 rows in all sections.' });
		}
		if (!ids(rows.map(({ id }) => id))) {
			context.addIssue({ code: 'custom', message: idsMessage });
		}
		if (sections.length > 1 && sections.some(({ title }) => !title)) {
			context.addIssue({
				code: 'custom',
				message: 'Each section needs a title when there are several.',
			});
		}
	});

const productSections = z
	.array(
		z
			.object({
				title: z.string().max(24).optional(),
				product_items: z
					.array(z.object({ product_retailer_id: z.string().min(1) }).strict())
					.min(1),
			})
			.strict(),
	)
	.min(1)
	.max(10)
	.refine(
		(sections) => sections.flatMap(({ product_items }) => product_items).length <= 30,
		'At most 30 products in all sections.',
	);

const mediaCard = z
	.object({
		card_index: z.number().int().min(0).max(9),
		type: z.literal('cta_url').optional(),
		header: z.discriminatedUnion('type', [imageHeader, videoHeader]),
		body: text(160).optional(),
		action: z.union([
			callToAction,
			z
				.object({
					buttons: z
						.array(
							z
								.object({
									type: z.literal('quick_reply'),
									quick_reply: z
										.object({ id: z.string().min(1).max(256), title: z.string().min(1).max(20) })
										.strict(),
								})
								.strict(),
						)
						.min(1),
				})
				.strict(),
		]),
	})
	.strict();

const productCard = z
	.object({
		card_index: z.number().int().min(0).max(9),
		type: z.literal('product'),
		action: z.object({ product_retailer_id: z.string(), catalog_id: z.string() }).strict(),
	})
	.strict();

const carouselCards = z
	.array(z.union([productCard, mediaCard]))
	.min(2)
	.max(10)
	.refine(
		(cards) => new Set(cards.map((card) => cardShape(card))).size === 1,
		'All cards must have the same header kind and the same buttons.',
	)
	.refine(
		(cards) => cards.every((card, index) => card.card_index === index),
		'card_index must count from 0.',
	);

function cardShape(card: z.infer<typeof productCard> | z.infer<typeof mediaCard>): string {
	if (!('header' in card)) return 'product';
	const buttons = 'buttons' in card.action ? card.action.buttons.length : 'cta_url';
	return `${card.header.type} ${buttons}`;
}

const named = (name: string) => z.object({ name: z.literal(name) }).strict();

const flowParameters = z
	.object({
		flow_message_version: z.literal('3'),
		flow_id: z.string().optional(),
		flow_name: z.string().optional(),
		flow_cta: z.string().min(1).max(30),
		flow_token: z.string().optional(),
		mode: z.enum(['published', 'draft']).optional(),
		flow_action: z.enum(['navigate', 'data_exchange']).optional(),
		flow_action_payload: z
			.object({ screen: z.string(), data: z.record(z.unknown()).optional() })
			.strict()
			.optional(),
	})
	.strict()
	.refine(
		({ flow_id, flow_name }) => (flow_id === undefined) !== (flow_name === undefined),
		'Exactly one of flow_id and flow_name is required.',
	);

export const interactiveSchemas = {
	button: z
		.object({
			type: z.literal('button'),
			header: anyHeader,
			body: text(1024),
			footer,
			action: z.object({ buttons: replyButtons }).strict(),
		})
		.strict(),
	list: z
		.object({
			type: z.literal('list'),
			header: textHeader.optional(),
			body: text(4096),
			footer,
			action: z.object({ button: z.string().min(1).max(20), sections: listSections }).strict(),
		})
		.strict(),
	cta_url: z
		.object({
			type: z.literal('cta_url'),
			header: anyHeader,
			body: text(1024),
			footer,
			action: callToAction,
		})
		.strict(),
	location_request_message: z
		.object({
			type: z.literal('location_request_message'),
			body: text(1024),
			action: named('send_location'),
		})
		.strict(),
	request_contact_info: z
		.object({
			type: z.literal('request_contact_info'),
			body: text(1024),
			action: named('request_contact_info'),
		})
		.strict(),
	flow: z
		.object({
			type: z.literal('flow'),
			header: anyHeader,
			body: text(1024),
			footer,
			action: z.object({ name: z.literal('flow'), parameters: flowParameters }).strict(),
		})
		.strict(),
	product: z
		.object({
			type: z.literal('product'),
			body: text(1024).optional(),
			footer,
			action: z
				.object({ catalog_id: z.string().min(1), product_retailer_id: z.string().min(1) })
				.strict(),
		})
		.strict(),
	product_list: z
		.object({
			type: z.literal('product_list'),
			header: textHeader,
			body: text(1024),
			footer,
			action: z.object({ catalog_id: z.string().min(1), sections: productSections }).strict(),
		})
		.strict(),
	catalog_message: z
		.object({
			type: z.literal('catalog_message'),
			body: text(1024),
			footer,
			action: z
				.object({
					name: z.literal('catalog_message'),
					parameters: z
						.object({ thumbnail_product_retailer_id: z.string().optional() })
						.strict()
						.optional(),
				})
				.strict(),
		})
		.strict(),
	carousel: z
		.object({
			type: z.literal('carousel'),
			body: text(1024),
			action: z.object({ cards: carouselCards }).strict(),
		})
		.strict(),
	address_message: z
		.object({
			type: z.literal('address_message'),
			header: anyHeader,
			body: text(1024),
			footer,
			action: z
				.object({
					name: z.literal('address_message'),
					parameters: z
						.object({
							country: z.string().length(2),
							values: z.record(z.unknown()).optional(),
							saved_addresses: z.array(z.unknown()).optional(),
							validation_errors: z.record(z.unknown()).optional(),
						})
						.strict(),
				})
				.strict(),
		})
		.strict(),
	call_permission_request: z
		.object({
			type: z.literal('call_permission_request'),
			body: text(1024).optional(),
			action: named('call_permission_request'),
		})
		.strict(),
	voice_call: z
		.object({
			type: z.literal('voice_call'),
			body: text(1024),
			action: z
				.object({
					name: z.literal('voice_call'),
					parameters: z
						.object({
							display_text: z.string().max(20).optional(),
							ttl_minutes: z.number().int().positive().optional(),
							payload: z.string().optional(),
						})
						.strict()
						.optional(),
				})
				.strict(),
		})
		.strict(),
};
