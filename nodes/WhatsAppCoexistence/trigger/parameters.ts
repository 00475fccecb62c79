import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { declare, valuesOf, type ValuesOf } from './declared-values';

/** What the user can set on the trigger. None takes expressions: they are read on every delivery. */
export const triggerProperties = declare([
	{
		displayName: 'Events',
		name: 'groups',
		type: 'multiOptions',
		noDataExpression: true,
		required: true,
		default: ['history', 'contacts', 'echoes', 'inbound'],
		description:
			'Which events start the workflow. Each kind leaves by its own output; the outputs of the others say “off”.',
		options: [
			{
				name: 'Account',
				value: 'account',
				action: 'On event of the account',
				description:
					'Connected, disconnected, offboarded, reconnected; changes of the number, its quality and its templates',
			},
			{
				name: 'Contacts',
				value: 'contacts',
				action: 'On contact from the phone',
				description: 'Contacts saved, changed or removed in the phone’s address book',
			},
			{
				name: 'Echoes',
				value: 'echoes',
				action: 'On echo from the phone',
				description: 'What the owner sends, edits or deletes in the WhatsApp Business app',
			},
			{
				name: 'History',
				value: 'history',
				action: 'On message of the history',
				description: 'Old chats, up to 180 days, that come once after their sync was requested',
			},
			{
				name: 'Inbound',
				value: 'inbound',
				action: 'On message from a customer',
				description: 'Messages from customers, as they come in',
			},
			{
				name: 'Statuses',
				value: 'statuses',
				action: 'On status of a message',
				description: 'Sent, delivered, read and failed, for every message sent through the API',
			},
		],
	},
	{
		displayName:
			'Statuses come several times for every message that you send, and each starts the workflow. The option “Statuses” limits them, for example to those that failed.',
		name: 'statusesNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { groups: ['statuses'] } },
	},
	{
		displayName:
			'Meta sends account events to the callback of the Meta app only. To receive them, set “Register For” to “This Meta App”.',
		name: 'accountNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { groups: ['account'], registerFor: ['account', 'phoneNumber'] } },
	},
	{
		displayName: 'Register For',
		name: 'registerFor',
		type: 'options',
		noDataExpression: true,
		default: 'account',
		description: 'Where n8n registers this workflow at Meta when it is published',
		options: [
			{
				name: 'This WhatsApp Business Account',
				value: 'account',
				description: 'Right for most: other accounts of the same Meta app keep their own callback',
			},
			{
				name: 'These Phone Numbers',
				value: 'phoneNumber',
				description: 'Comes before a callback of the account: for one workflow per number',
			},
			{
				name: 'This Meta App',
				value: 'app',
				description: 'The only way to account events. Receives the events of all its accounts.',
			},
			{
				name: 'Nothing (I Register It Myself)',
				value: 'manual',
				description: 'You enter the address and the verify token in the App Dashboard',
			},
		],
	},
	{
		displayName: 'Verify Token',
		name: 'manualVerification',
		type: 'string',
		noDataExpression: true,
		required: true,
		default: '',
		placeholder: 'e.g. blue-lemon-tree',
		description:
			'Any text you like. Enter the same text, and the production URL shown above, in the App Dashboard under WhatsApp > Configuration > Webhook.',
		displayOptions: { show: { registerFor: ['manual'] } },
	},
	{
		displayName: 'Phone Number Names or IDs',
		name: 'phoneNumberIds',
		type: 'multiOptions',
		noDataExpression: true,
		typeOptions: { loadOptionsMethod: 'getPhoneNumbers' },
		default: [],
		description:
			'Only events of these numbers start the workflow. None chosen: all. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Additional Events',
				name: 'additionalFields',
				type: 'multiOptions',
				noDataExpression: true,
				default: [],
				description:
					'What else to subscribe to at Meta. All but Standby leave by the output Account, which has to be among the events. Preferences and Standby only reach “This Meta App”.',
				options: [
					{
						name: 'Calls',
						value: 'calls',
						description: 'Voice calls through the API (call.updated)',
					},
					{
						name: 'Handovers',
						value: 'messaging_handovers',
						description: 'A conversation passes to another responder, or back (account.updated)',
					},
					{
						name: 'Preferences',
						value: 'user_preferences',
						description: 'Customers stop or resume marketing messages (account.updated)',
					},
					{
						name: 'Standby',
						value: 'standby',
						description: 'What comes while another responder has the conversation',
					},
				],
			},
			{
				displayName: 'Answers to Send and Wait',
				name: 'answersStart',
				type: 'boolean',
				noDataExpression: true,
				default: false,
				description:
					'Whether an answer that another workflow waits for, with Send and Wait for Response, also starts this workflow',
			},
			{
				displayName: 'Automatic Replies Within Seconds',
				name: 'automaticReplySeconds',
				type: 'number',
				noDataExpression: true,
				typeOptions: { minValue: 0 },
				default: 2,
				description:
					'An echo that comes this soon after a message of the customer is taken for an automatic greeting of the app and starts no takeover. 0: every echo starts one.',
			},
			{
				displayName: 'Download Media',
				name: 'downloadMedia',
				type: 'fixedCollection',
				noDataExpression: true,
				default: { media: {} },
				description:
					'Adds the files of messages to the items, as binary data “data”. A file that cannot be had leaves its item without one; “message.media.notDownloaded” says why.',
				options: [
					{
						displayName: 'Media',
						name: 'media',
						values: [
							{
								displayName: 'From',
								name: 'groups',
								type: 'multiOptions',
								noDataExpression: true,
								default: ['inbound', 'echoes'],
								description:
									'Whose files are downloaded. Those of history only if it comes as one item per message.',
								options: [
									{ name: 'Echoes', value: 'echoes' },
									{ name: 'History', value: 'history' },
									{ name: 'Inbound', value: 'inbound' },
								],
							},
							{
								displayName: 'Kinds of Files',
								name: 'types',
								type: 'multiOptions',
								noDataExpression: true,
								default: ['audio', 'document', 'image', 'sticker', 'video'],
								description: 'Which files are downloaded',
								options: [
									{ name: 'Audio', value: 'audio' },
									{ name: 'Document', value: 'document' },
									{ name: 'Image', value: 'image' },
									{ name: 'Sticker', value: 'sticker' },
									{ name: 'Video', value: 'video' },
								],
							},
							{
								displayName: 'Maximum Size (MB)',
								name: 'maximumMegabytes',
								type: 'number',
								noDataExpression: true,
								typeOptions: { minValue: 1, maxValue: 100 },
								default: 16,
								description: 'Larger files are left out. Up to four are held in memory at a time.',
							},
							{
								displayName: 'Time Limit (Seconds)',
								name: 'seconds',
								type: 'number',
								noDataExpression: true,
								typeOptions: { minValue: 1, maxValue: 20 },
								default: 8,
								description:
									'For all files that came together. What has not arrived by then is left out, since Meta waits for an answer.',
							},
						],
					},
				],
			},
			{
				displayName: 'History Items',
				name: 'historyItems',
				type: 'options',
				noDataExpression: true,
				default: 'perMessage',
				description: 'How many old messages make one item',
				displayOptions: { show: { '/groups': ['history'] } },
				options: [
					{
						name: 'One per Message',
						value: 'perMessage',
						description: 'Each old message is an item of its own',
					},
					{
						name: 'One per Conversation',
						value: 'perThread',
						description:
							'What comes at once of one conversation, up to 1,000 messages, is one item, “history.thread”, with a list of messages',
					},
					{
						name: 'One per Chunk',
						value: 'perChunk',
						description:
							'Up to 1,000 messages that Meta sends at once are one item, “history.chunk”, with a list of messages',
					},
				],
			},
			{
				displayName: 'Human Takeover (Minutes)',
				name: 'takeoverMinutes',
				type: 'number',
				noDataExpression: true,
				typeOptions: { minValue: 0 },
				default: 60,
				description:
					'When the owner answers from the phone, inbound events of that contact say “takeover.active” for this long. 0: an answer starts no takeover; only the words below do, if there are any.',
			},
			{
				displayName: 'Human Takeover Begins With',
				name: 'takeoverBegins',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. #me',
				description:
					'What the owner writes on the phone, as a whole message, to take a chat over until ending it; with a time after it, as “#me 2h” (m, h or d), for so long. The customer sees it. Several with commas between them.',
			},
			{
				displayName: 'Human Takeover Ends With',
				name: 'takeoverEnds',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. #bot',
				description:
					'What the owner writes on the phone, as a whole message, to end a takeover at once. The customer sees it. Several with commas between them.',
			},
			{
				displayName: 'If Another Callback Is Registered',
				name: 'otherCallback',
				type: 'options',
				noDataExpression: true,
				default: 'stop',
				description:
					'What to do when the events already go to another product, or to another n8n. Workflows of this n8n always receive them side by side.',
				options: [
					{
						name: 'Stop and Tell Me',
						value: 'stop',
						description: 'Nothing is changed; the message says where the events go',
					},
					{
						name: 'Replace It',
						value: 'replace',
						description: 'It is put back when this workflow is unpublished, if it still accepts',
					},
					{
						name: 'Take It Over: My Server Has Moved',
						value: 'moved',
						description:
							'The other address is one that this n8n had before. Callbacks of this workflow there are moved here.',
					},
				],
			},
			{
				displayName: 'Ignore Contacts',
				name: 'ignoredContacts',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. +34 600 33 34 44, ES.4815162342ABC',
				description:
					'Events of these people never start the workflow. Phone numbers with country code, or user IDs, with commas between them. Somebody who has both is only recognized everywhere if you enter both.',
			},
			{
				displayName: 'Include Raw Data',
				name: 'includeRaw',
				type: 'boolean',
				noDataExpression: true,
				default: false,
				description: 'Whether to add what Meta sent, unchanged, to each event as “raw”',
			},
			{
				displayName: 'Maximum Age (Seconds)',
				name: 'maximumAge',
				type: 'number',
				noDataExpression: true,
				typeOptions: { minValue: 0 },
				default: 0,
				description:
					'Older inbound messages, echoes and statuses do not start the workflow, for example those that Meta delivers late because n8n was down. 0: no limit. History is not affected.',
			},
			{
				displayName: 'Message Types',
				name: 'messageTypes',
				type: 'multiOptions',
				noDataExpression: true,
				default: [],
				description:
					'Only messages of these types start the workflow; of an edit, the type of the new content counts. None chosen: all.',
				options: [
					{ name: 'Audio', value: 'audio' },
					{ name: 'Button of a Template', value: 'button' },
					{ name: 'Contact Card', value: 'contacts' },
					{ name: 'Deleted Message', value: 'revoke' },
					{ name: 'Document', value: 'document' },
					{ name: 'Image', value: 'image' },
					{ name: 'Interactive Answer', value: 'interactive' },
					{ name: 'Location', value: 'location' },
					{ name: 'Media Placeholder (History)', value: 'media_placeholder' },
					{ name: 'Order', value: 'order' },
					{ name: 'Other', value: 'other' },
					{ name: 'Reaction', value: 'reaction' },
					{ name: 'Sticker', value: 'sticker' },
					{ name: 'System (New Number or User ID)', value: 'system' },
					{ name: 'Text', value: 'text' },
					{ name: 'Unsupported', value: 'unsupported' },
					{ name: 'Video', value: 'video' },
				],
			},
			{
				displayName: 'Minimum Age (Seconds)',
				name: 'minimumAge',
				type: 'number',
				noDataExpression: true,
				typeOptions: { minValue: 0 },
				default: 0,
				description:
					'Younger inbound messages, echoes and statuses do not start the workflow, for one that only deals with what was delivered late. 0: no limit. History is not affected.',
			},
			{
				displayName: 'Only These Contacts',
				name: 'onlyContacts',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. +34 600 33 34 44, ES.4815162342ABC',
				description:
					'Only events of these people start the workflow, for example your own while you try it. Written as under Ignore Contacts, which comes first. None entered: all.',
			},
			{
				displayName: 'Row Items',
				name: 'rowItems',
				type: 'options',
				noDataExpression: true,
				default: 'perRow',
				description: 'How many rows make one item, where rows leave instead of events',
				options: [
					{
						name: 'All in One',
						value: 'together',
						description:
							'The rows of an output are one item; its field “rows” holds them as JSON text, for one database statement',
					},
					{
						name: 'One per Row',
						value: 'perRow',
						description: 'For nodes that map columns automatically',
					},
				],
			},
			{
				displayName: 'Rows Instead of Events',
				name: 'rows',
				type: 'multiOptions',
				noDataExpression: true,
				default: [],
				description:
					'Which events leave as rows: one level deep and named as columns, ready for an upsert of a table by “wamid” (messages) or “contact_key” (contacts). What has no row, as the progress of the history, is left out.',
				options: [
					{ name: 'Account (New User IDs)', value: 'account' },
					{ name: 'Contacts', value: 'contacts' },
					{ name: 'Echoes', value: 'echoes' },
					{ name: 'History', value: 'history' },
					{ name: 'Inbound', value: 'inbound' },
					{ name: 'Statuses', value: 'statuses' },
				],
			},
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'multiOptions',
				noDataExpression: true,
				default: [],
				description:
					'Only these statuses start the workflow. None chosen: all. Choose “Failed” alone to hear of failures only.',
				displayOptions: { show: { '/groups': ['statuses'] } },
				options: [
					{ name: 'Deleted', value: 'deleted' },
					{ name: 'Delivered', value: 'delivered' },
					{ name: 'Failed', value: 'failed' },
					{ name: 'Other', value: 'other' },
					{ name: 'Played', value: 'played' },
					{ name: 'Read', value: 'read' },
					{ name: 'Sent', value: 'sent' },
				],
			},
		],
	},
]);

export type TriggerParameters = ValuesOf<typeof triggerProperties>;

/** What the user has set, as it is stored: no expression is evaluated, and nothing is checked. */
export function readParameters(context: IHookFunctions | IWebhookFunctions): TriggerParameters {
	return valuesOf(triggerProperties, context.getNode().parameters);
}
