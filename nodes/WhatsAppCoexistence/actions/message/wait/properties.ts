import type { INodeProperties } from 'n8n-workflow';

import type { ResponseType } from '../../../questions/answer';
import { flow } from '../interactive/flow';
import { list } from '../interactive/list';
import { replyButtons } from '../interactive/reply-buttons';

const messageProperty: INodeProperties = {
	displayName: 'Message',
	name: 'message',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	required: true,
	placeholder: 'e.g. Shall we deliver on Friday?',
	description: 'The question, at most 1,024 characters',
};

const responseTypeProperty: INodeProperties = {
	displayName: 'Response Type',
	name: 'responseType',
	type: 'options',
	default: 'approval',
	description: 'How the customer answers',
	options: [
		{
			name: 'Approval',
			value: 'approval',
			description: 'A button to approve and one to decline, in the chat',
		},
		{ name: 'Buttons', value: 'buttons', description: 'Up to three buttons of your own' },
		{ name: 'Form', value: 'form', description: 'A form that you have built as a flow' },
		{ name: 'Link', value: 'link', description: 'A button that opens a web page of n8n' },
		{ name: 'List', value: 'list', description: 'A button that opens up to ten choices' },
	],
};

const answersNotice: INodeProperties = {
	displayName:
		'The answer comes back through a WhatsApp Coexistence Trigger: a workflow with one has to be published for this number, with a credential of the same Meta app',
	name: 'answersNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { responseType: ['approval', 'buttons', 'form', 'list'] } },
};

const pageProperty: INodeProperties = {
	displayName: 'On the Page',
	name: 'page',
	type: 'options',
	default: 'approval',
	displayOptions: { show: { responseType: ['link'] } },
	options: [
		{ name: 'Approval', value: 'approval', description: 'Buttons to approve and to decline' },
		{ name: 'Free Text', value: 'freeText', description: 'A field to write in' },
	],
};

const linkTextProperty: INodeProperties = {
	displayName: 'Button Text',
	name: 'linkText',
	type: 'string',
	default: 'Respond',
	required: true,
	description:
		'The button that opens the page, and the one that sends a text; at most 20 characters',
	displayOptions: { show: { responseType: ['link'] } },
};

export const approvalOptionsProperty: INodeProperties = {
	displayName: 'Approval Options',
	name: 'approvalOptions',
	type: 'fixedCollection',
	placeholder: 'Add option',
	default: {},
	displayOptions: { show: { responseType: ['approval', 'link'] } },
	options: [
		{
			displayName: 'Values',
			name: 'values',
			values: [
				{
					displayName: 'Type of Approval',
					name: 'approvalType',
					type: 'options',
					default: 'double',
					options: [
						{ name: 'Approve Only', value: 'single' },
						{ name: 'Approve and Disapprove', value: 'double' },
					],
				},
				{
					displayName: 'Approve Button',
					name: 'approveLabel',
					type: 'string',
					default: 'Approve',
					description: 'At most 20 characters',
				},
				{
					displayName: 'Disapprove Button',
					name: 'disapproveLabel',
					type: 'string',
					default: 'Decline',
					description: 'At most 20 characters',
					displayOptions: { show: { approvalType: ['double'] } },
				},
			],
		},
	],
};

export const endByOwner: INodeProperties = {
	displayName: 'End When the Owner Answers',
	name: 'endByOwner',
	type: 'boolean',
	default: false,
	description:
		'Whether the wait ends, with answeredBy “owner”, when the owner writes to this customer from the phone. Known while the n8n process that receives the events runs.',
};

export const typedAnswer: INodeProperties = {
	displayName: 'Accept a Typed Answer',
	name: 'typedAnswer',
	type: 'boolean',
	default: false,
	description:
		'Whether a text answers too: one that quotes the question, or any if no other such question to this customer is open. Known while the n8n process that receives the events runs.',
};

/** What every question has. */
export const questionProperties: INodeProperties[] = [
	messageProperty,
	responseTypeProperty,
	answersNotice,
	pageProperty,
	linkTextProperty,
	approvalOptionsProperty,
];

/** What only one of the response types has. */
export const PROPERTIES_OF: Record<ResponseType, INodeProperties[]> = {
	approval: [],
	link: [],
	buttons: replyButtons.properties,
	list: list.properties,
	form: flow.properties,
};

/** The same as they are shown, without what this operation fills in itself. */
export const propertiesOfTypes = Object.entries(PROPERTIES_OF).flatMap(
	([responseType, properties]) =>
		properties
			.filter(({ name }) => name !== 'body' && name !== 'flowToken')
			.map((property) => ({
				...property,
				displayOptions: {
					...property.displayOptions,
					show: { responseType: [responseType], ...property.displayOptions?.show },
				},
			})),
);
