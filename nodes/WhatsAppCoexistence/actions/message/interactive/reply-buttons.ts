import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { listEntered, listParameter } from '../../list-parameter';
import { list, unique } from '../../parameter-schema';
import { headerOf, headerProperties } from './header';
import type { InteractiveKind } from './kind';
import { replyButton, replyButtonFields } from './reply-button';
import { body, bodyProperty, footer, footerProperty, textsOf } from './texts';

const properties: INodeProperties[] = [
	...headerProperties,
	bodyProperty,
	...listParameter({
		displayName: 'Buttons',
		name: 'buttons',
		entry: 'Button',
		description: 'One to three buttons',
		fields: replyButtonFields,
		example: [{ title: 'Yes', id: 'yes' }],
	}),
	footerProperty,
];

const schema = z.object({
	body,
	footer,
	buttons: list(replyButton, { max: 3 }).superRefine(unique('id')).superRefine(unique('title')),
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages */
export const replyButtons: InteractiveKind = {
	name: 'Reply Buttons',
	description: 'Up to three buttons that answer with one tap',
	properties,
	build(entered) {
		const { buttons, ...texts } = checkParameters(
			schema,
			{ ...entered, buttons: listEntered(entered, 'buttons') },
			properties,
		);
		return {
			type: 'button',
			...headerOf(entered),
			...textsOf(texts),
			action: { buttons: buttons.map((reply) => ({ type: 'reply', reply })) },
		};
	},
};
