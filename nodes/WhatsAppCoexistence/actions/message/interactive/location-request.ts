import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import type { InteractiveKind } from './kind';
import { body, bodyProperty, textsOf } from './texts';

const properties = [bodyProperty];

const schema = z.object({ body });

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/location-request-messages */
export const locationRequest: InteractiveKind = {
	name: 'Location Request',
	description: 'A button that sends where the person is',
	properties,
	build(entered) {
		return {
			type: 'location_request_message',
			...textsOf(checkParameters(schema, entered, properties)),
			action: { name: 'send_location' },
		};
	},
};
