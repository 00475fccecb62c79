import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { text, url } from '../../parameter-schema';
import { headerOf, headerProperties } from './header';
import type { InteractiveKind } from './kind';
import { body, bodyProperty, footer, footerProperty, textsOf } from './texts';

const properties: INodeProperties[] = [
	...headerProperties,
	bodyProperty,
	{
		displayName: 'Button Text',
		name: 'buttonText',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. See the Offer',
		description: 'At most 20 characters',
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/offer',
		description: 'Opened when the button is tapped',
	},
	footerProperty,
];

const schema = z.object({ body, footer, buttonText: text(20), url });

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-cta-url-messages */
export const urlButton: InteractiveKind = {
	name: 'URL Button',
	description: 'A button that opens a web page',
	properties,
	build(entered) {
		const checked = checkParameters(schema, entered, properties);
		return {
			type: 'cta_url',
			...headerOf(entered),
			...textsOf(checked),
			action: {
				name: 'cta_url',
				parameters: { display_text: checked.buttonText, url: checked.url },
			},
		};
	},
};
