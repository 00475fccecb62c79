/** The message templates of the default world, in the shape of `GET /<WABA_ID>/message_templates`. */

export interface MessageTemplate {
	id: string;
	name: string;
	language: string;
	status: 'APPROVED' | 'PENDING' | 'REJECTED' | 'PAUSED' | 'DISABLED';
	category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';
	parameter_format: 'POSITIONAL' | 'NAMED';
	components: TemplateComponent[];
	/** Unix ms of each edit while it was approved. */
	edits?: number[];
}

export interface TemplateComponent {
	type: 'HEADER' | 'BODY' | 'FOOTER' | 'BUTTONS' | 'CAROUSEL' | 'LIMITED_TIME_OFFER';
	format?: 'TEXT' | 'IMAGE' | 'VIDEO' | 'GIF' | 'DOCUMENT' | 'LOCATION';
	text?: string | undefined;
	buttons?: TemplateButton[];
	cards?: Array<{ components: TemplateComponent[] }>;
	limited_time_offer?: { text: string; has_expiration: boolean };
	example?: Record<string, unknown> | undefined;
}

export interface TemplateButton {
	type:
		| 'QUICK_REPLY'
		| 'URL'
		| 'PHONE_NUMBER'
		| 'COPY_CODE'
		| 'FLOW'
		| 'CATALOG'
		| 'MPM'
		| 'ORDER_DETAILS'
		| 'OTP'
		| 'VOICE_CALL';
	text?: string;
	url?: string;
	phone_number?: string;
	flow_id?: string;
	otp_type?: string;
	example?: string[] | undefined;
}

type Draft = Omit<MessageTemplate, 'id' | 'status' | 'parameter_format'> &
	Partial<Pick<MessageTemplate, 'status' | 'parameter_format'>>;

const drafts: Draft[] = [
	{
		name: 'hello_world',
		language: 'en_US',
		category: 'UTILITY',
		components: [
			{ type: 'HEADER', format: 'TEXT', text: 'Hello World' },
			{ type: 'BODY', text: 'Welcome! This message was sent from our flower shop.' },
			{ type: 'FOOTER', text: 'Flower shop' },
		],
	},
	{
		name: 'order_ready',
		language: 'es',
		category: 'UTILITY',
		components: [
			{
				type: 'BODY',
				text: 'Hola {{1}}, tu pedido {{2}} está listo.',
				example: { body_text: [['Marta', 'A-17']] },
			},
		],
	},
	{
		name: 'order_ready',
		language: 'en_US',
		category: 'UTILITY',
		components: [
			{
				type: 'BODY',
				text: 'Hi {{1}}, your order {{2}} is ready.',
				example: { body_text: [['Marta', 'A-17']] },
			},
		],
	},
	{
		name: 'appointment_reminder',
		language: 'en_US',
		category: 'UTILITY',
		parameter_format: 'NAMED',
		components: [
			{
				type: 'HEADER',
				format: 'TEXT',
				text: 'See you soon, {{first_name}}',
				example: { header_text_named_params: [{ param_name: 'first_name', example: 'Marta' }] },
			},
			{
				type: 'BODY',
				text: 'Your appointment is on {{date}} at {{time}}.',
				example: {
					body_text_named_params: [
						{ param_name: 'date', example: 'Monday' },
						{ param_name: 'time', example: '10:30' },
					],
				},
			},
		],
	},
	{
		name: 'invoice',
		language: 'en_US',
		category: 'UTILITY',
		components: [
			{ type: 'HEADER', format: 'DOCUMENT', example: { header_handle: ['4::aW52b2ljZQ=='] } },
			{
				type: 'BODY',
				text: 'Invoice {{1}} is attached.',
				example: { body_text: [['2026-001']] },
			},
			{
				type: 'BUTTONS',
				buttons: [
					{
						type: 'URL',
						text: 'Pay',
						url: 'https://flowers.test/pay/{{1}}',
						example: ['https://flowers.test/pay/2026-001'],
					},
					{ type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+34600111222' },
				],
			},
		],
	},
	{
		name: 'spring_sale',
		language: 'en_US',
		category: 'MARKETING',
		components: [
			{ type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::c2FsZQ=='] } },
			{ type: 'BODY', text: 'Our spring sale has started.' },
			{
				type: 'BUTTONS',
				buttons: [
					{ type: 'QUICK_REPLY', text: 'Tell me more' },
					{ type: 'QUICK_REPLY', text: 'Stop' },
				],
			},
		],
	},
	{
		name: 'coupon',
		language: 'en_US',
		category: 'MARKETING',
		components: [
			{ type: 'BODY', text: 'Use this code for {{1}} off.', example: { body_text: [['25%']] } },
			{ type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', text: 'Copy code', example: ['25OFF'] }] },
		],
	},
	{
		name: 'weekend_offer',
		language: 'en_US',
		category: 'MARKETING',
		components: [
			{
				type: 'LIMITED_TIME_OFFER',
				limited_time_offer: { text: 'Ends soon', has_expiration: true },
			},
			{ type: 'BODY', text: 'Roses at half price this weekend.' },
			{
				type: 'BUTTONS',
				buttons: [
					{ type: 'COPY_CODE', text: 'Copy code', example: ['ROSES'] },
					{
						type: 'URL',
						text: 'Shop',
						url: 'https://flowers.test/offer/{{1}}',
						example: ['https://flowers.test/offer/roses'],
					},
				],
			},
		],
	},
	{
		name: 'book_a_visit',
		language: 'en_US',
		category: 'UTILITY',
		components: [
			{ type: 'BODY', text: 'Choose a time that suits you.' },
			{
				type: 'BUTTONS',
				buttons: [{ type: 'FLOW', text: 'Book', flow_id: '900500000000001' }],
			},
		],
	},
	{
		name: 'our_catalog',
		language: 'en_US',
		category: 'MARKETING',
		components: [
			{ type: 'BODY', text: 'See everything we have.' },
			{ type: 'BUTTONS', buttons: [{ type: 'CATALOG', text: 'View catalog' }] },
		],
	},
	{
		name: 'picked_for_you',
		language: 'en_US',
		category: 'MARKETING',
		components: [
			{
				type: 'HEADER',
				format: 'TEXT',
				text: 'For {{1}}',
				example: { header_text: ['Marta'] },
			},
			{ type: 'BODY', text: 'We picked these for you.' },
			{ type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View items' }] },
		],
	},
	{
		name: 'new_bouquets',
		language: 'en_US',
		category: 'MARKETING',
		components: [
			{ type: 'BODY', text: 'New this week, {{1}}:', example: { body_text: [['Marta']] } },
			{
				type: 'CAROUSEL',
				cards: ['tulips', 'roses'].map((flower) => ({
					components: [
						{
							type: 'HEADER' as const,
							format: 'IMAGE' as const,
							example: { header_handle: ['4::Y2FyZA=='] },
						},
						{
							type: 'BODY' as const,
							text: `Fresh ${flower} for {{1}}`,
							example: { body_text: [['10 €']] },
						},
						{
							type: 'BUTTONS' as const,
							buttons: [
								{ type: 'QUICK_REPLY' as const, text: 'Order' },
								{
									type: 'URL' as const,
									text: 'See',
									url: 'https://flowers.test/{{1}}',
									example: [`https://flowers.test/${flower}`],
								},
							],
						},
					],
				})),
			},
		],
	},
	{
		name: 'visit_us',
		language: 'en_US',
		category: 'UTILITY',
		components: [
			{ type: 'HEADER', format: 'LOCATION' },
			{ type: 'BODY', text: 'Here we are.' },
		],
	},
	{
		name: 'workshop_video',
		language: 'en_US',
		category: 'MARKETING',
		components: [
			{ type: 'HEADER', format: 'VIDEO', example: { header_handle: ['4::dmlkZW8='] } },
			{ type: 'BODY', text: 'See how our bouquets are made.' },
		],
	},
	{
		name: 'blooming',
		language: 'en_US',
		category: 'MARKETING',
		components: [
			{ type: 'HEADER', format: 'GIF', example: { header_handle: ['4::Z2lm'] } },
			{ type: 'BODY', text: 'Watch it bloom.' },
			{ type: 'BUTTONS', buttons: [{ type: 'VOICE_CALL', text: 'Call us' }] },
		],
	},
	{
		name: 'order_to_pay',
		language: 'en_US',
		category: 'UTILITY',
		components: [
			{ type: 'BODY', text: 'Your bouquet is waiting.' },
			{ type: 'BUTTONS', buttons: [{ type: 'ORDER_DETAILS', text: 'Review and pay' }] },
		],
	},
	{
		name: 'login_code',
		language: 'en_US',
		category: 'AUTHENTICATION',
		components: [
			{
				type: 'BODY',
				text: '*{{1}}* is your verification code.',
				example: { body_text: [['123456']] },
			},
			{
				type: 'BUTTONS',
				buttons: [
					{
						type: 'URL',
						otp_type: 'COPY_CODE',
						text: 'Copy code',
						url: 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}',
						example: ['https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456'],
					},
				],
			},
		],
	},
	{
		name: 'old_promotion',
		language: 'en_US',
		category: 'MARKETING',
		status: 'PAUSED',
		components: [{ type: 'BODY', text: 'An offer that people reported.' }],
	},
	{
		name: 'banned_promotion',
		language: 'en_US',
		category: 'MARKETING',
		status: 'DISABLED',
		components: [{ type: 'BODY', text: 'An offer that too many people reported.' }],
	},
	{
		name: 'waiting_for_review',
		language: 'en_US',
		category: 'UTILITY',
		status: 'PENDING',
		components: [{ type: 'BODY', text: 'Not reviewed yet.' }],
	},
	{
		name: 'refused_by_review',
		language: 'en_US',
		category: 'MARKETING',
		status: 'REJECTED',
		components: [{ type: 'BODY', text: 'Not allowed.' }],
	},
];

/** Enough simple templates to need a second page of 25. */
const notices: Draft[] = Array.from({ length: 20 }, (_, index) => ({
	name: `notice_${String(index + 1).padStart(2, '0')}`,
	language: 'en_US',
	category: 'UTILITY' as const,
	components: [{ type: 'BODY' as const, text: `Notice number ${index + 1}.` }],
}));

export function messageTemplates(): MessageTemplate[] {
	return structuredClone([...drafts, ...notices]).map((draft, index) => ({
		status: 'APPROVED',
		parameter_format: 'POSITIONAL',
		...draft,
		id: String(950000000000001 + index),
	}));
}
