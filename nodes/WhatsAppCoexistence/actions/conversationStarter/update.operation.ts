import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import {
	readStarters,
	updateStarters,
	type ConversationStarters,
} from '../../graph/conversation-starters';
import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { list, text, unique } from '../parameter-schema';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { shown } from './shown';

const changesProperty: INodeProperties = {
	displayName: 'Changes',
	name: 'changes',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description: 'Only the lists added here are changed; an empty one takes all away',
	options: [
		{
			displayName: 'Commands',
			name: 'commands',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Command' },
			default: {},
			description: 'At most 30, which people see when they type /',
			options: [
				{
					displayName: 'Command',
					name: 'values',
					values: [
						{
							displayName: 'Name',
							name: 'name',
							type: 'string',
							default: '',
							placeholder: 'e.g. opening_hours',
							description: 'At most 32 characters, without the /',
						},
						{
							displayName: 'Description',
							name: 'description',
							type: 'string',
							default: '',
							placeholder: 'e.g. When we are open',
							description: 'At most 256 characters',
						},
					],
				},
			],
		},
		{
			displayName: 'Ice Breakers',
			name: 'iceBreakers',
			type: 'string',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Ice Breaker' },
			default: [],
			placeholder: 'e.g. Where are you?',
			description:
				'At most 4 texts of 80 characters, which people can tap the first time they open the chat; they arrive as ordinary messages',
		},
	],
};

const plain = (max: number) =>
	text(max).refine(
		(value) => !/\p{Extended_Pictographic}/u.test(value),
		'has an emoji, which Meta does not take here',
	);

const schema = z.object({
	changes: z
		.object({
			iceBreakers: z.array(plain(80)).max(4),
			commands: list(
				z.object({
					name: z.preprocess((name) => String(name ?? '').replace(/^\//, ''), plain(32)),
					description: plain(256),
				}),
				{ min: 0, max: 30 },
			).superRefine(unique('name')),
		})
		.partial()
		.refine((changes) => Object.keys(changes).length > 0, 'is empty'),
});

export const update: Operation = {
	name: 'Update',
	description: 'Set the ice breakers and commands that people see in the chat',
	action: 'Update the conversation starters',
	properties: [phoneNumberIdProperty, changesProperty],
	async execute(context, graph, itemIndex) {
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		const entered = { changes: context.getNodeParameter('changes', itemIndex) };
		const { iceBreakers, commands } = checkParameters(schema, entered, [changesProperty]).changes;
		const changes: ConversationStarters = {
			...(iceBreakers === undefined ? {} : { prompts: iceBreakers }),
			...(commands === undefined
				? {}
				: {
						commands: commands.map(({ name, description }) => ({
							command_name: name,
							command_description: description,
						})),
					}),
		};
		await updateStarters(graph, phoneNumberId, changes, itemIndex);
		return shown(phoneNumberId, await readStarters(graph, phoneNumberId, itemIndex));
	},
};
